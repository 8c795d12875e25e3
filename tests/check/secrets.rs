//! The same canary in every input that a verdict is made of beside one file:
//! charts, releases, the `--set` family. It comes back in no form.

use crate::silence::FAILING;
use test_support::folder::Folder;

const GOOD: &str =
    "prometheus: {server: {auth: {type: basic, basic: {username: me, password: hunter2-canary}}}}\n";
const CHART: &str = "apiVersion: v2\nname: umbrella\nversion: 1.0.0\n";
const SUB_CHART: &str = "apiVersion: v2\nname: prometheus\nversion: 1.0.0\n";

/// What a whole chart, and a release of it, are made of; all of it is good.
const FILES: &[(&str, &str)] = &[
    ("chart/Chart.yaml", CHART),
    ("chart/values.yaml", GOOD),
    ("chart/charts/prometheus/Chart.yaml", SUB_CHART),
    ("chart/charts/prometheus/values.yaml", "server: {auth: {basic: {password: hunter2-canary}}}\n"),
    ("old/Chart.yaml", CHART),
    ("old/values.yaml", GOOD),
    ("old/charts/prometheus/Chart.yaml", SUB_CHART),
    ("old/charts/prometheus/values.yaml", "server: {auth: {basic: {password: hunter2-canary}}}\n"),
    ("release.yaml", GOOD),
    ("v.yaml", GOOD),
];

const CHART_ALONE: &[&str] = &["--chart", "chart"];
const ALL: &[&str] =
    &["--chart", "chart", "--old-chart", "old", "--release-values", "release.yaml", "-f", "v.yaml"];

/// Charts whose fields are of another type or say what Helm does not take.
const WRONG_CHARTS: &[&str] = &[
    "apiVersion: v2\nname: [hunter2-canary]\nversion: 1.0.0\n",
    "apiVersion: v2\nname: {password: hunter2-canary}\nversion: 1.0.0\n",
    "apiVersion: v2\nname: password/hunter2-canary\nversion: 1.0.0\n",
    "apiVersion: v2\nname: umbrella\nversion: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: {a: hunter2-canary}\n",
    "apiVersion: hunter2-canary\nname: umbrella\nversion: 1.0.0\n",
    "apiVersion: [hunter2-canary]\nname: umbrella\nversion: 1.0.0\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ntype: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\nannotations: {password: [hunter2-canary]}\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\nannotations: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\nmaintainers: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndeprecated: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: hunter2-canary\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [hunter2-canary]\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: prometheus, version: [hunter2-canary]}]\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: prometheus, version: hunter2-canary}]\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: prometheus, version: '1.0.0', alias: 'hunter2-canary:x'}]\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: prometheus, version: '1.0.0', import-values: [{child: [hunter2-canary], parent: x}, hunter2-canary]}]\n",
    "apiVersion: v2\nname: umbrella\nversion: 1.0.0\ndependencies: [{name: prometheus, version: '1.0.0', condition: 'a.hunter2-canary', tags: {a: hunter2-canary}}]\n",
];

/// Values that go through and still have something wrong with them.
const WRONG_TYPES: &[&str] = &[
    "server: hunter2-canary\n",
    "server: [hunter2-canary]\n",
    "server: {auth: [hunter2-canary]}\n",
    "server: {auth: {type: hunter2-canary}}\n",
    "server: {auth: {basic: {password: [hunter2-canary]}}}\n",
    "server: {auth: {basic: {username: 'hunter2-canary:', password: hunter2-canary}}}\n",
    "prometheus: hunter2-canary\n",
    "prometheus: [hunter2-canary]\n",
    "prometheus: {server: hunter2-canary}\n",
    "global: hunter2-canary\n",
    "tags: hunter2-canary\n",
    "exports: {hunter2-canary: hunter2-canary}\n",
];

/// No form repeats the canary; whether any of them came to nothing.
#[track_caller]
fn silent(folder: &Folder, arguments: &[&str], about: &str) -> bool {
    let run = |first: &[&str]| folder.run(&[first, arguments].concat());
    let mut went_wrong = false;
    for form in ["text", "json", "github"] {
        let answer = run(&["check", "-o", form]);
        assert!(!answer.stdout.contains("hunter2"), "{about}: {}", answer.stdout);
        assert!(!answer.stderr.contains("hunter2"), "{about}: {}", answer.stderr);
        went_wrong |= answer.exit_code != 0;
    }
    let printed = run(&["check", "--print-values"]);
    assert!(!printed.stderr.contains("hunter2"), "{about}: {}", printed.stderr);
    assert!(printed.exit_code == 0 || printed.stdout.is_empty(), "{about}: {}", printed.stdout);
    went_wrong
}

/// With `content` in the place of each file that is given.
fn silent_about(files: &[&str], contents: &[&str]) {
    for file in files {
        let mut wrong = 0;
        for content in contents {
            let folder = Folder::with(&[]);
            for (name, good) in FILES {
                folder.write(name, good);
            }
            folder.write(file, content);
            let about = format!("{file}: {content}");
            // Which reads the old chart, too.
            wrong += usize::from(silent(&folder, &[ALL, &["--reuse-values"]].concat(), &about));
            if file.starts_with("chart/") {
                silent(&folder, CHART_ALONE, &about);
                silent(&folder, &["--chart", "chart", "v.yaml"], &about);
            }
        }
        assert!(wrong > 0, "{file} is read at all");
    }
}

#[test]
fn all_of_it_is_good_before_something_is_broken() {
    let folder = Folder::with(&[]);
    for (name, good) in FILES {
        folder.write(name, good);
    }
    for arguments in [ALL, CHART_ALONE] {
        assert!(!silent(&folder, arguments, "all is good"));
    }
}

#[test]
fn no_broken_values_of_a_chart_come_back() {
    silent_about(&["chart/values.yaml", "chart/charts/prometheus/values.yaml"], FAILING);
}

#[test]
fn no_broken_values_of_an_old_chart_and_a_release_come_back() {
    silent_about(&["old/values.yaml", "release.yaml"], FAILING);
}

#[test]
fn no_broken_description_of_a_chart_comes_back() {
    silent_about(&["chart/Chart.yaml", "chart/charts/prometheus/Chart.yaml", "old/Chart.yaml"], FAILING);
    silent_about(&["chart/Chart.yaml", "chart/charts/prometheus/Chart.yaml", "old/Chart.yaml"], WRONG_CHARTS);
}

#[test]
fn no_value_of_another_type_comes_back() {
    let files = [
        "chart/values.yaml",
        "chart/charts/prometheus/values.yaml",
        "old/values.yaml",
        "release.yaml",
        "v.yaml",
    ];
    for file in files {
        for content in WRONG_TYPES {
            let folder = Folder::with(&[]);
            for (name, good) in FILES {
                folder.write(name, good);
            }
            folder.write(file, content);
            for reuse in [&[][..], &["--reset-values"], &["--reuse-values"], &["--reset-then-reuse-values"]] {
                silent(&folder, &[ALL, reuse].concat(), &format!("{file}: {content}"));
            }
        }
    }
}

#[test]
fn no_argument_beside_a_chart_comes_back() {
    let folder = Folder::with(&[]);
    for (name, good) in FILES {
        folder.write(name, good);
    }
    folder.write("latin", b"hunter2-canary\xe9\xff\0");
    for flag in ["--set", "--set-string", "--set-json", "--set-literal", "--set-file"] {
        for argument in [
            "hunter2-canary",
            "=hunter2-canary",
            "a.=hunter2-canary",
            "a..b=hunter2-canary",
            "a[=hunter2-canary",
            "a[0=hunter2-canary",
            "a[hunter2-canary]=1",
            "a[0]hunter2-canary=1",
            "a[-1]=hunter2-canary",
            "a[99999999]=hunter2-canary",
            "a=b,hunter2-canary",
            "a={hunter2-canary",
            "a={b,hunter2-canary},hunter2-canary",
            "a={\"hunter2-canary\"",
            "a=\"hunter2-canary",
            "a=[\"hunter2-canary\"",
            "{\"a\": \"hunter2-canary\"",
            "{\"a\": \"hunter2-canary\"} hunter2-canary",
            "[\"hunter2-canary\"]",
            "a=hunter2-canary\\",
            "a\nb=hunter2-canary\nhunter2-canary",
            "prometheus=hunter2-canary",
            "prometheus.server=hunter2-canary",
            "prometheus.server[0]=hunter2-canary",
            "prometheus.server.auth.type=hunter2-canary",
            "prometheus.server.auth.hunter2-canary=1",
            "prometheus.server.auth.basic.password=latin,hunter2-canary",
            "prometheus.server.auth.basic.password=latin",
            "prometheus.server.auth.basic.password=/hunter2-canary",
            "prometheus.server.auth.basic.password=https://me:hunter2-canary@localhost/x",
        ] {
            for inputs in [CHART_ALONE, ALL] {
                silent(&folder, &[inputs, &[flag, argument]].concat(), &format!("{flag} {argument}"));
            }
        }
    }
}

#[test]
fn a_login_in_an_address_does_not_come_back() {
    let folder = Folder::with(&[("v.yaml", GOOD)]);
    let address = "https://me:hunter2-canary@localhost/values.yaml";
    let upper = "OCI://me:hunter2-canary@localhost/chart";
    for address in [address, upper] {
        for arguments in [
            &[address][..],
            &["-f", address],
            &["-f", "v.yaml", "-f", address],
            &["-f", &format!("v.yaml,{address}")],
            &["-f", &format!("v.yaml,\"{address}")],
            &["--chart", address],
            &["--chart", address, "v.yaml"],
            &["--release-values", address],
            &["--release-values", "v.yaml", "--old-chart", address, "--chart", address],
        ] {
            silent(&folder, arguments, &arguments.join(" "));
        }
    }
}
