//! Whole answers: exit code and every word.

use test_support::folder::Folder;

/// A Prometheus with its receiver on, as the community's chart makes it.
pub(crate) const PROMETHEUS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: prometheus, namespace: mon}
spec:
  template:
    metadata:
      labels: {app: prometheus}
    spec:
      containers:
      - name: server
        image: quay.io/prometheus/prometheus:v3.1.0
        args: [--config.file=/etc/prometheus.yml, --web.enable-remote-write-receiver]
        ports: [{containerPort: 9090}]
";

/// Its Service.
pub(crate) const SERVICE: &str = "\
---
apiVersion: v1
kind: Service
metadata: {name: prometheus, namespace: mon}
spec:
  selector: {app: prometheus}
  ports:
  - {name: http, port: 80, targetPort: 9090}
";

/// An Ingress of ingress-nginx to it, with annotations.
pub(crate) fn ingress(annotations: &str) -> String {
    format!(
        "---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: prometheus, namespace: mon, annotations: {{{annotations}}}}}
spec:
  ingressClassName: nginx
  rules:
  - host: p.example.org
    http:
      paths:
      - {{path: /, pathType: Prefix, backend: {{service: {{name: prometheus, port: {{name: http}}}}}}}}
"
    )
}

const GUARDED: &str =
    "nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: logins";

fn judge(arguments: &[&str], text: &str) -> test_support::program::Answer {
    let folder = Folder::with(&[("a.yaml", text)]);
    folder.run(&[&["check", "--rendered", "a.yaml"], arguments].concat())
}

#[test]
fn an_open_ingress_is_refused_where_it_stands() {
    let text = [PROMETHEUS, SERVICE, &ingress("")].concat();
    judge(&["-o", "github"], &text).is(
        1,
        "::error file=a.yaml,line=32,col=37,title=auth-bypassed::the receiver of Deployment mon/prometheus is on, and Ingress mon/prometheus leads to it at port 80 without a login; put a login there, or annotate the workload with remote-write-auth/access: none [auth-bypassed]
::warning file=a.yaml,line=1,col=1,title=auth-bypassed::the receiver of Deployment mon/prometheus is on, and Deployment mon/prometheus leads each pod of the cluster to it at port 9090 without a login; let Prometheus listen on the loopback behind a login, or refuse this with --strict [auth-bypassed]
::warning file=a.yaml,line=21,col=5,title=auth-bypassed::the receiver of Deployment mon/prometheus is on, and Service mon/prometheus leads each pod of the cluster to it at port 80 without a login; let Prometheus listen on the loopback behind a login, or refuse this with --strict [auth-bypassed]
",
        "",
    );
}

#[test]
fn a_guarded_ingress_is_accepted_and_strict_asks_for_more() {
    let text = [PROMETHEUS, SERVICE, &ingress(GUARDED)].concat();
    let answer = judge(&[], &text);
    assert_eq!(answer.exit_code, 0);
    assert!(
        answer.stdout.starts_with("a.yaml: accepted; no way from outside of the cluster is open\n"),
        "{}",
        answer.stdout
    );
    assert_eq!(judge(&["--strict"], &text).exit_code, 1);
}

#[test]
fn who_says_none_explicitly_is_believed() {
    let said = PROMETHEUS.replace(
        "namespace: mon}\nspec",
        "namespace: mon, annotations: {remote-write-auth/access: none}}\nspec",
    );
    let text = [said.as_str(), SERVICE, &ingress("")].concat();
    judge(&[], &text).is(0, "a.yaml: accepted; the receiver is open to anyone\n", "");
    let other = text.replace("access: none", "access: no");
    assert_eq!(judge(&[], &other).exit_code, 1);
}

#[test]
fn a_receiver_that_is_off_is_accepted() {
    let off = PROMETHEUS.replace(", --web.enable-remote-write-receiver", "");
    judge(&["--strict"], &[&off, SERVICE, &ingress("")].concat()).is(
        0,
        "a.yaml: accepted; the receiver is off\n",
        "",
    );
}

#[test]
fn a_release_without_its_services_is_told_so() {
    let seen = |text: &str| judge(&[], text).stdout.contains("no Service is among the objects");
    let warning = "a.yaml:1:1: warning: no Service is among the objects, so what leads to Deployment mon/prometheus from outside was not seen; give its Services, Ingresses and routes, too, if there are any [not-judged]\n";
    let answer = judge(&[], PROMETHEUS);
    assert!(answer.exit_code == 0 && answer.stdout.ends_with(warning), "{}", answer.stdout);
    assert!(!seen(&[PROMETHEUS, SERVICE].concat()));
    assert!(!seen(&PROMETHEUS.replace(", --web.enable-remote-write-receiver", "")));
}

#[test]
fn no_prometheus_is_not_accepted() {
    judge(&[], SERVICE).is(2, "a.yaml: could not tell: there is no Prometheus among the objects; give all that helm template or kustomize build prints, with the workload or the resource of the operator in it\n", "");
    let other = PROMETHEUS
        .replace("quay.io/prometheus/prometheus", "victoriametrics/victoria-metrics")
        .replace("--config.file=/etc/prometheus.yml, ", "");
    judge(&[], &other).is(2, "a.yaml:1:1: could not tell: Deployment mon/prometheus is VictoriaMetrics, which receives always and is not judged here; look yourself who can reach it\n", "");
}

#[test]
fn json_names_each_way() {
    let text = [PROMETHEUS, SERVICE, &ingress(GUARDED)].concat();
    let folder = Folder::with(&[("a.yaml", &text)]);
    let answer = folder.run_with_input(&["check", "--rendered", "-", "-o", "json"], &text);
    let list: serde_json::Value = serde_json::from_str(&answer.stdout).expect("JSON");
    let answer = &list[0];
    assert_eq!((&answer["verdict"], &answer["receiver"]), (&"accepted".into(), &"on".into()));
    let way = serde_json::json!({
        "to": "Deployment mon/prometheus", "object": "Ingress mon/prometheus", "line": 23, "port": "80",
        "from": "outside", "access": "guarded", "reason": "basic auth of ingress-nginx",
    });
    assert!(answer["ways"].as_array().expect("a list").contains(&way), "{answer:#}");
}

#[test]
fn flags_of_values_do_not_stand_beside_it() {
    let folder = Folder::with(&[("a.yaml", PROMETHEUS)]);
    for more in
        [&["-f", "a.yaml"][..], &["a.yaml"], &["--set", "a=b"], &["--print-values"], &["--chart", "a"]]
    {
        let answer = folder.run(&[&["check", "--rendered", "a.yaml"], more].concat());
        assert_eq!((answer.exit_code, answer.stdout.as_str()), (2, ""), "{more:?}");
    }
    assert_eq!(folder.run(&["check", "--strict", "a.yaml"]).exit_code, 2);
}
