//! Charts and nginx' configurations.

use crate::{Call, Kind};
use test_support::archive;
use test_support::folder::Folder;

/// One part for each number.
pub(crate) fn repeated(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

/// `check` by a packed chart of many files.
fn members(folder: &Folder, count: usize) -> Call {
    let chart = ("Chart.yaml".to_owned(), "{apiVersion: v2, name: any, version: 1.0.0}");
    let templates = (0..count).map(|number| (format!("templates/{number}.yaml"), "a: 1\n"));
    folder.file("any.tgz", archive::packed("any", [chart].into_iter().chain(templates)));
    folder.write("v.yaml", "a: 1\n");
    let arguments = ["check", "--chart", "any.tgz", "v.yaml"].map(str::to_owned).to_vec();
    Call { arguments, size: count * 1024 }
}

/// Files judged by one chart, which is read once.
fn files_of_one_chart(folder: &Folder, count: usize) -> Call {
    folder.write("chart/Chart.yaml", "{apiVersion: v2, name: any, version: 1.0.0}");
    let mut arguments = ["check", "--chart", "chart"].map(str::to_owned).to_vec();
    for number in 0..count {
        let name = format!("{number}.yaml");
        folder.write(&name, "a: 1\n");
        arguments.push(name);
    }
    Call { arguments, size: count * 100 }
}

/// The configuration of a sidecar, in a `ConfigMap`, with many locations.
fn locations(folder: &Folder, count: usize) -> Call {
    let locations = repeated(count, |number| {
        format!(
            "      location /l{number} {{ proxy_pass http://127.0.0.1:9090; auth_basic a; auth_basic_user_file /b; }}\n"
        )
    });
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: edge}}\ndata:\n  nginx.conf: |\n    events {{}}\n    http {{ server {{ listen 8080;\n{locations}    }} }}\n---\n\
         apiVersion: v1\nkind: Pod\nmetadata: {{name: p, labels: {{app: p}}}}\nspec:\n  volumes: [{{name: c, configMap: {{name: edge}}}}]\n  containers:\n\
         \x20 - {{name: prometheus, image: prom/prometheus, args: [--web.enable-remote-write-receiver, '--web.listen-address=127.0.0.1:9090']}}\n\
         \x20 - {{name: nginx, image: nginx, ports: [{{containerPort: 8080}}], volumeMounts: [{{name: c, mountPath: /etc/nginx}}]}}\n---\n\
         apiVersion: v1\nkind: Service\nmetadata: {{name: s}}\nspec: {{type: NodePort, selector: {{app: p}}, ports: [{{port: 80, targetPort: 8080}}]}}\n"
    );
    folder.write("v.yaml", &text);
    let arguments = ["check", "--rendered", "v.yaml"].map(str::to_owned).to_vec();
    Call { arguments, size: locations.len() }
}

pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "members of an archive", lay: members },
    Kind { name: "files judged by one chart", lay: files_of_one_chart },
    Kind { name: "locations of a sidecar", lay: locations },
];
