//! A case as data ─▶ files on disk ─▶ what ours and the judge are asked.
//!
//! `packed`: the chart as an archive, its bytes in hexadecimal digits.
//! `files`, `set_json`, `set`, `set_string`, `set_file`, `set_literal`: lists of
//! texts, `files` with what stands in each file. `chart` and `old_chart`: a table
//! of files; a table as a file is an archive of it. `release_values`, `reuse`.
//! `FOLDER` in a `set_file` is the case's folder, where `more` has its files.

use crate::archive;
use helm_values::{Chart, HelmVersion, Inputs, Reuse, Upgrade};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

pub struct Case(pub Value);

/// A case on disk.
pub struct Placed {
    /// For the judge.
    pub asked: Value,
    inputs: Inputs,
}

impl Placed {
    pub fn inputs(&self, version: &str) -> Inputs {
        let version = HelmVersion::parse(version.trim_start_matches('v')).expect("a version");
        Inputs { version, ..self.inputs.clone() }
    }
}

impl Case {
    fn texts(&self, key: &str) -> Vec<String> {
        let texts = self.0[key].as_array().into_iter().flatten();
        texts.map(|text| text.as_str().expect("a text").to_owned()).collect()
    }

    /// Writes the case into `folder`.
    pub fn place(&self, folder: &Path) -> Placed {
        fs::create_dir_all(folder).expect("a folder");
        let write = |name: String, text: &str| {
            let path = folder.join(name);
            fs::write(&path, text).expect("a file");
            path.display().to_string()
        };
        let files: Vec<String> = (0..)
            .zip(self.texts("files"))
            .map(|(at, text): (u32, _)| write(format!("{at}.yaml"), &text))
            .collect();
        for (name, text) in self.0["more"].as_object().into_iter().flatten() {
            write(name.clone(), text.as_str().expect("a text"));
        }
        let in_folder = |text: String| text.replace("FOLDER", &folder.display().to_string());
        let set_file: Vec<String> = self.texts("set_file").into_iter().map(in_folder).collect();
        let minimal = json!({"Chart.yaml": "{apiVersion: v2, name: small, version: 0.1.0}"});
        let mut chart = folder.join("chart");
        if let Some(digits) = self.0["packed"].as_str() {
            chart = folder.join("chart.tgz");
            fs::write(&chart, bytes_of(digits)).expect("an archive");
        } else {
            place_chart(&chart, if self.0["chart"].is_null() { &minimal } else { &self.0["chart"] });
        }
        let old_chart = (!self.0["old_chart"].is_null()).then(|| folder.join("old"));
        if let Some(path) = &old_chart {
            place_chart(path, &self.0["old_chart"]);
        }
        let release_values =
            self.0["release_values"].as_str().map(|text| write("release.yaml".to_owned(), text));
        let reuse = self.0["reuse"].as_str().unwrap_or("");
        let [set_json, set, set_string, set_literal] =
            ["set_json", "set", "set_string", "set_literal"].map(|key| self.texts(key));
        Placed {
            asked: json!({
                "kind": "values", "files": files, "set_json": set_json, "set": set, "set_string": set_string,
                "set_file": set_file, "set_literal": set_literal, "chart": chart, "old_chart": old_chart,
                "release_values": release_values, "reuse": reuse,
            }),
            inputs: Inputs {
                files,
                set_json,
                set,
                set_string,
                set_file,
                set_literal,
                chart: Some(Chart::from_path(chart)),
                upgrade: Upgrade {
                    old_chart: old_chart.map(Chart::from_path),
                    release_values,
                    reuse: match reuse {
                        "" => Reuse::IfNothingGiven,
                        "reuse" => Reuse::Reuse,
                        "reset-then-reuse" => Reuse::ResetThenReuse,
                        "reset" => Reuse::Reset,
                        other => panic!("no reuse is called {other}"),
                    },
                },
                ..Inputs::default()
            },
        }
    }
}

fn bytes_of(digits: &str) -> Vec<u8> {
    let byte =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    digits.as_bytes().chunks(2).map(|pair| byte(pair).expect("two digits")).collect()
}

fn place_chart(folder: &Path, files: &Value) {
    for (name, content) in files.as_object().expect("a table of files") {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("in a folder")).expect("a folder");
        match content {
            Value::String(text) => fs::write(&path, text).expect("a file"),
            table => fs::write(&path, packed(table)).expect("an archive"),
        }
    }
}

/// As `helm package` writes it; a table in it is an archive, too.
fn packed(files: &Value) -> Vec<u8> {
    let content = |content: &Value| match content {
        Value::String(text) => text.clone().into_bytes(),
        table => packed(table),
    };
    let files = files.as_object().expect("a table of files");
    archive::packed("packed", files.iter().map(|(name, data)| (name, content(data))))
}
