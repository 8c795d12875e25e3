//! The library's notes name the ways past the edge that check names.

use crate::{example, ways};
use remote_write_auth::policy;
use serde_json::{Value, json};
use std::fs;
use test_support::helm;

/// Settings that lead past the edge, or do not, each over a login.
const WAYS: &[&str] = &[
    "{}",
    "{service: {type: NodePort}}",
    "{service: {type: LoadBalancer, externalIPs: [192.0.2.1]}}",
    "{service: {type: NodePort, enabled: false}, ingress: {enabled: true, hosts: [a]}}",
    "{hostNetwork: true, hostPort: 9090}",
    "{hostPort: 9090, route: {main: a}}",
    "{ingress: {enabled: true}}",
    "{ingress: {enabled: true, hosts: [a]}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: null}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 80}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: '80'}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: http}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 9090}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 8081}}",
    "{service: {additionalPorts: [{name: edge, port: 8081, targetPort: 8081}]}, ingress: {enabled: true, hosts: [a], servicePort: 8081}}",
    "{service: {additionalPorts: [{name: more, port: 8082, targetPort: 9090}]}, ingress: {enabled: true, hosts: [a], servicePort: 8082}}",
    "{service: {additionalPorts: [{name: more, port: 9090}]}, ingress: {enabled: true, hosts: [a], servicePort: more}}",
    "{service: {additionalPorts: [{name: edge, port: 9090, targetPort: 8081}]}, ingress: {enabled: true, hosts: [a], servicePort: 9090}}",
    "{portName: web, service: {additionalPorts: [{name: more, port: 8082, targetPort: web}]}, ingress: {enabled: true, hosts: [a], servicePort: 8082}}",
    "{service: {servicePort: 90}, ingress: {enabled: true, hosts: [a], servicePort: 90}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 8081, extraPaths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 8081, extraPaths: [{path: /, backend: {serviceName: a, servicePort: http}}]}}",
    "{ingress: {enabled: true, hosts: [a], servicePort: 8081, extraPaths: [{path: /, backend: {service: {name: a-headless, port: {number: 80}}}}]}}",
    "{statefulSet: {enabled: true}, ingress: {enabled: true, hosts: [a], servicePort: 8081, extraPaths: [{path: /, backend: {service: {name: a-headless, port: {number: 80}}}}]}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {nginx.ingress.kubernetes.io/auth-type: basic}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: s}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {nginx.ingress.kubernetes.io/auth-url: 'https://a'}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {nginx.ingress.kubernetes.io/auth-tls-secret: s}}}",
    "{ingress: {enabled: true, hosts: [a], tls: [{hosts: [a]}], annotations: {nginx.ingress.kubernetes.io/auth-tls-secret: s}}}",
    "{ingress: {enabled: true, hosts: [a], tls: [{hosts: [a]}], annotations: {nginx.ingress.kubernetes.io/auth-tls-secret: s, nginx.ingress.kubernetes.io/auth-type: basic, nginx.ingress.kubernetes.io/auth-secret: s, nginx.ingress.kubernetes.io/auth-realm: 'off'}}}",
    "{ingress: {enabled: true, hosts: [a], tls: [{hosts: [a]}], annotations: {nginx.ingress.kubernetes.io/auth-tls-secret: s, nginx.ingress.kubernetes.io/satisfy: any, nginx.ingress.kubernetes.io/whitelist-source-range: 10.0.0.0/8}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {nginx.ingress.kubernetes.io/enable-global-auth: 'false'}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {traefik.ingress.kubernetes.io/router.middlewares: a}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {haproxy.org/auth-type: basic-auth}}}",
    "{ingress: {enabled: true, hosts: [a], ingressClassName: traefik, annotations: {nginx.ingress.kubernetes.io/auth-url: 'https://a'}}}",
    "{ingress: {enabled: true, hosts: [a], ingressClassName: nginx, annotations: {traefik.ingress.kubernetes.io/router.middlewares: a}}}",
    "{ingress: {enabled: true, hosts: [a], ingressClassName: haproxy, annotations: {nginx.ingress.kubernetes.io/auth-url: 'https://a'}}}",
    "{ingress: {enabled: true, hosts: [a], annotations: {kubernetes.io/ingress.class: nginx, nginx.ingress.kubernetes.io/auth-url: 'https://a'}}}",
    "{route: {main: {enabled: true}, other: {enabled: false}}}",
    "{route: {main: {enabled: true, filters: [{type: URLRewrite}]}}}",
    "{route: {main: {enabled: true, filters: [{type: ExtensionRef}]}}}",
    "{route: {main: {enabled: true, httpsRedirect: true}}}",
    // With the receiver off nothing is led to; who could tell only by the policy is warned.
    "{extraFlags: [], hostPort: 9090}",
    "{extraFlags: ['a@b=<c>', 'd e'], extraArgs: {f.g: 5, h: true, i: ''}, service: {type: NodePort}}",
    "{extraFlags: [], defaultFlagsOverride: ['--a'], ingress: {enabled: true, hosts: [a]}}",
    "{extraFlags: [], extraArgs: {web.enable-remote-write-receiver: ''}, service: {type: NodePort}}",
    "{extraFlags: ['enable-feature=a,otlp-write-receiver'], service: {type: NodePort}}",
    "{extraFlags: [[a]], service: {type: NodePort}}",
    "{route: {main: {enabled: true, httpsRedirect: true, additionalRules: [{backendRefs: [{name: a, port: 80}]}]}}}",
];

/// Versions of the chart prometheus, each of which reads other settings; the last is of
/// another chart's, whose settings are all asked.
const VERSIONS: &[(&str, (usize, usize))] = &[("15.0.1", (34, 3)), ("v27.14.1", (27, 3)), ("0.1.0", (30, 4))];

/// The notes name the settings that check warns of, and no others, in its words.
#[test]
fn the_notes_warn_of_what_check_warns_of() {
    for (version, wanted) in VERSIONS {
        assert_eq!(warned_by_both(version), *wanted, "{version}");
    }
}

fn warned_by_both(version: &str) -> (usize, usize) {
    let chart = example();
    let about = chart.0.join("charts/prometheus/Chart.yaml");
    let text = fs::read_to_string(&about).expect("the example's");
    fs::write(&about, text.replace("version: 0.1.0", &format!("version: {version}"))).expect("written");
    let note = r#"{{ include "remote-write-auth.notes" . | splitList "\n" | toJson }}"#;
    fs::write(chart.0.join("templates/note.yaml"), format!("kind: Note\nnote: {note}\n")).expect("written");
    let (mut found, mut unseen) = (0, 0);
    for server in WAYS {
        let mut server: Value = serde_yaml::from_str(server).expect("YAML");
        server["auth"] = json!({"basic": {"username": "a", "password": "Kq7-canary-hunter2"}});
        let values = json!({"remote-write-auth": {"edge": "nginx"}, "prometheus": {"server": server}});
        let all_warned = ways::warned(&chart, "nginx", &[values["prometheus"].clone()]).concat();
        let warned = |code: &str| -> Vec<String> {
            let of_code = all_warned.iter().filter(|[_, message]| message.ends_with(&format!("[{code}]")));
            of_code.map(|[path, message]| format!("WARNING: {path}: {message}")).collect()
        };
        let output = helm::newest_4().template(&chart.0, &values);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).expect("text");
        let noted = |code: &str| -> Vec<String> {
            let note = text.lines().find_map(|line| line.strip_prefix("note: ")).expect("a note");
            let lines: Vec<String> = serde_json::from_str(note).expect("a list of lines");
            lines.into_iter().filter(|line| line.ends_with(&format!("[{code}]"))).collect()
        };
        for code in ["auth-bypassed", "not-judged"] {
            assert_eq!(noted(code), warned(code), "{version} {server} {code}");
        }
        found += warned("auth-bypassed").len();
        unseen += warned("not-judged").len();
    }
    (found, unseen)
}

/// Two names that no schema compares: the template does, before they are masked, and
/// the notes say so, too.
#[test]
fn the_hook_and_the_notes_hear_of_another_secret_in_the_volume() {
    let chart = example();
    fs::remove_file(chart.0.join("values.schema.json")).expect("the policy was there");
    let note = r#"{{ include "remote-write-auth.notes" . | replace "\n" " " | quote }}"#;
    let asked = r#"{{ include "remote-write-auth.document" . }}"#;
    let template = format!("kind: Note\nnote: {note}\ndocument: {asked}\n");
    fs::write(chart.0.join("templates/note.yaml"), template).expect("written");
    let inline = "{username: a, password: Kq7-canary-hunter2}";
    for (basic, volume, is_refused) in [
        ("{existingSecret: agents}", "agents", false),
        ("{existingSecret: agents}", "agentz", true),
        ("{existingSecret: agents}", "remote-write-auth", true),
        ("{existingSecret: remote-write-auth}", "agents", true),
        ("{existingSecret: remote-write-auth}", "remote-write-auth", false),
        (inline, "agents", true),
        (inline, "remote-write-auth", false),
    ] {
        let volumes = format!("[{{name: remote-write-auth-secret, secret: {{secretName: {volume}}}}}]");
        let values = format!(
            "{{remote-write-auth: {{edge: nginx}}, prometheus: {{server: {{auth: {{basic: {basic}}}, extraVolumes: {volumes}}}}}}}"
        );
        let values: Value = serde_yaml::from_str(&values).expect("YAML");
        for helm in [helm::newest_3(), helm::newest_4()] {
            let output = helm.template(&chart.0, &values);
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            let part = text.split("---\n").find(|part| part.contains("\nkind: Note\n")).expect("a note");
            let note: Value = serde_yaml::from_str(part).expect("Helm renders YAML");
            let said = policy::judge(&values).err().map(|refusals| refusals[0].message.clone());
            let hook = policy::judge(&note["document"]).err().map(|refusals| refusals[0].message.clone());
            assert_eq!((hook, said.is_some()), (said.clone(), is_refused), "{values}: {note}");
            let noted = note["note"].as_str().expect("a text");
            assert_eq!(noted.contains("[secret-not-mounted]"), is_refused, "{noted}");
            assert!(said.is_none_or(|said| noted.contains(&said)), "{noted}");
            assert!(!note["document"].to_string().contains("agentz"), "{note}");
        }
    }
}

/// A realm that the policy refuses is in no configuration, also where the schema was
/// not asked, and the notes have the policy's own words.
#[test]
fn a_realm_that_would_open_the_edge_is_not_rendered() {
    let chart = example();
    fs::remove_file(chart.0.join("values.schema.json")).expect("the policy was there");
    let note = r#"{{ include "remote-write-auth.notes" . | replace "\n" " " | quote }}"#;
    fs::write(chart.0.join("templates/note.yaml"), format!("kind: Note\nnote: {note}\n")).expect("written");
    let long = "a".repeat(257);
    for (realm, is_refused) in [
        (json!("off"), true),
        (json!("a$b"), true),
        (json!("a\"b"), true),
        (json!("a\\b"), true),
        (json!("a\nb"), true),
        (json!("\u{e4}"), true),
        (json!(long), true),
        (json!(false), true),
        (json!(["off"]), true),
        (json!("OFF"), false),
        (json!("Trento agents #1, 100% {a} [b]"), false),
        (json!(""), false),
    ] {
        for edge in ["nginx", "traefik"] {
            let auth = json!({"basic": {"username": "a", "password": "b"}});
            let values = json!({"remote-write-auth": {"edge": edge, "realm": realm}, "prometheus": {"server": {"auth": auth}}});
            let output = helm::newest_4().template(&chart.0, &values);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).expect("text");
            let said = policy::judge(&values).err().map(|refusals| refusals[0].message.clone());
            assert_eq!(said.is_some(), is_refused, "{values}");
            let noted = text.lines().find(|line| line.starts_with("note: ")).expect("a note");
            assert_eq!(noted.contains("[realm-not-portable]"), is_refused, "{noted}");
            assert!(said.is_none_or(|said| noted.contains(&said)), "{noted}");
            let wanted = match realm.as_str() {
                Some(realm) if !is_refused && !realm.is_empty() => realm,
                _ => "Prometheus",
            };
            let rendered = if edge == "nginx" {
                format!("auth_basic \"{wanted}\";")
            } else {
                format!("realm: \"{wanted}\"")
            };
            assert!(text.contains(&rendered), "{realm}: {text}");
        }
    }
}
