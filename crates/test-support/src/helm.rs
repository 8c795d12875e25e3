//! Helm itself, of the versions that are asked.

use crate::helm_versions::{NEWEST_3, NEWEST_4, TestedHelm};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// One version of Helm.
#[derive(Clone)]
pub struct Helm {
    pub version: &'static str,
    pub program: PathBuf,
}

/// The newest of Helm 3.
pub fn newest_3() -> Helm {
    Helm::new(&NEWEST_3)
}

/// The newest of Helm 4.
pub fn newest_4() -> Helm {
    Helm::new(&NEWEST_4)
}

impl Helm {
    /// The program that its variable names, else the one in the cache.
    pub fn new(tested: &TestedHelm) -> Self {
        let version = tested.version;
        let variable = tested.variable.expect("a version that is asked as a program");
        let cached = || {
            let home = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache");
            let caches = || std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
            let ours = std::env::var_os("REMOTE_WRITE_AUTH_CACHE");
            let ours = ours.map_or_else(|| caches().join("remote-write-auth"), PathBuf::from);
            ours.join(format!("helm-{version}/bin/helm"))
        };
        let program = std::env::var_os(variable).map_or_else(cached, PathBuf::from);
        assert!(
            program.is_file(),
            "Helm {version} is not at {}; let tests/run install it, or name it in {variable}",
            program.display()
        );
        Self { version, program }
    }

    /// `helm template` of the chart in a folder, with values in JSON.
    pub fn template(&self, chart: &Path, values: &Value) -> Output {
        self.template_text(chart, in_ascii(&values.to_string()).as_bytes())
    }

    /// The same with the values as they stand in a file.
    pub fn template_text(&self, chart: &Path, values: &[u8]) -> Output {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("remote-write-auth-values-{}-{number}.yaml", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, values).expect("a file of values");
        let mut command = Command::new(&self.program);
        command.args(["template", "release"]).arg(chart).arg("--values").arg(&file);
        let output = command.output().expect("Helm starts");
        std::fs::remove_file(&file).expect("our own file");
        output
    }
}

/// JSON as text that YAML reads as the same: its line breaks are more than
/// JSON's, and it knows no surrogates.
pub fn in_ascii(json: &str) -> String {
    let escaped = |c: char| match c {
        ' '..='~' | '\n' => c.to_string(),
        _ => format!("\\U{:08x}", u32::from(c)),
    };
    json.chars().map(escaped).collect()
}
