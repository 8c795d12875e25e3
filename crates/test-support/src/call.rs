//! One call of the binary: a private folder, arguments, what came back.

use crate::program::BINARY;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longer than any case takes, shorter than anybody waits for a hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a call came to.
#[derive(Debug)]
pub struct Answered {
    pub exit_code: i32,
    pub keys: Map<String, Value>,
    pub output: Output,
}

impl Answered {
    /// Each refusal's code and place, in the order of the answer.
    pub fn refusals(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let entries = self.keys.get("refusals").and_then(Value::as_array).into_iter().flatten();
        entries.map(|entry| (text(&entry["code"]), text(&entry["where"]))).collect()
    }

    pub fn code(&self) -> &str {
        self.keys.get("code").and_then(Value::as_str).unwrap_or("")
    }

    pub fn is_accepted(&self) -> bool {
        !self.keys.contains_key("failed") && self.exit_code == 0
    }

    pub fn warnings(&self) -> Vec<&str> {
        let list = self.keys.get("warnings").and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).collect()
    }
}

/// The binary with one argument, standard input as given.
pub fn call(argument: impl AsRef<Path>, input: &[u8]) -> Answered {
    answered(run(Command::new(*BINARY).arg(argument.as_ref()), input))
}

/// A call through standard input. Whatever it comes to, it repeats no password
/// of its options, and none lies about near the two files.
pub fn call_with(options: &Value) -> Answered {
    let answer = call("-", options.to_string().as_bytes());
    insist_on_silence(options, &answer.output.stdout);
    answer
}

/// Insists that no password of `options` was said, or is in a file beside the
/// two that they name.
pub fn insist_on_silence(options: &Value, said: &[u8]) {
    let passwords = passwords(options);
    let holds_one = |bytes: &[u8]| {
        let holds = |password: &str| bytes.windows(password.len()).any(|part| part == password.as_bytes());
        passwords.iter().any(|password| holds(password))
    };
    assert!(!holds_one(said), "a password in {}", String::from_utf8_lossy(said));
    for path in ["htpasswd_path", "include_path"].iter().filter_map(|key| options[*key].as_str()) {
        let folder = Path::new(path).parent().unwrap_or(Path::new("/"));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        for file in entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())) {
            // Another run may have taken it away meanwhile.
            let bytes = fs::read(file.path()).unwrap_or_default();
            assert!(!holds_one(&bytes), "a password in {}", file.path().display());
        }
    }
}

/// Those that are long enough not to stand in a message by chance.
fn passwords(options: &Value) -> Vec<&str> {
    let users = options["other_users"].as_array().into_iter().flatten();
    let all = users.chain([options]).filter_map(|login| login["password"].as_str());
    all.filter(|password| password.len() >= 12).collect()
}

/// `options` judged and nothing touched.
pub fn validate(options: Value) -> Answered {
    let mut all = json!({"state": "validated"});
    merge(&mut all, options);
    call_with(&all)
}

pub fn merge(into: &mut Value, more: Value) {
    let (Value::Object(into), Value::Object(more)) = (into, more) else {
        panic!("options are objects");
    };
    into.extend(more);
}

/// The options with `more` over them.
pub fn with(mut options: Value, more: Value) -> Value {
    merge(&mut options, more);
    options
}

/// Runs a command to its end and insists that there is one.
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It need not read what it does not want.
    let _ = stdin.write_all(input);
    drop(stdin);
    wait(&mut child);
    child.wait_with_output().expect("its output")
}

/// Waits; a child that hangs is ended and the test with it.
pub fn wait(child: &mut Child) {
    let end = Instant::now() + PATIENCE;
    while child.try_wait().expect("our own child").is_none() {
        if Instant::now() > end {
            let _ = child.kill();
            panic!("the binary hangs");
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Insists on the form of every answer: one line, one object, nothing beside
/// it, messages in their form, `failed` where the exit code says so.
pub fn answered(output: Output) -> Answered {
    let text = String::from_utf8(output.stdout.clone()).expect("an answer in UTF-8");
    assert!(output.stderr.is_empty(), "standard error is not empty: {output:?}");
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    let Ok(Value::Object(keys)) = serde_json::from_str(&text) else {
        panic!("not one object: {text}");
    };
    let exit_code = output.status.code().expect("an exit code");
    let failed = keys.get("failed") == Some(&Value::Bool(true));
    assert_eq!(exit_code, i32::from(failed), "{text}");
    assert!(keys["changed"].is_boolean());
    let known = [
        "access",
        "backup_file",
        "bcrypt_cost",
        "capacity",
        "changed",
        "code",
        "diff",
        "endpoints",
        "failed",
        "findings",
        "include_used",
        "msg",
        "refusals",
        "reload_owed",
        "reloaded",
        "warnings",
        "where",
    ];
    assert!(keys.keys().all(|key| known.contains(&key.as_str())), "{text}");
    if failed {
        in_form(&keys);
    }
    let list = |key: &str| keys.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let findings = list("findings");
    let messages: Vec<Value> = findings.iter().map(|finding| finding["msg"].clone()).collect();
    assert_eq!(messages, list("warnings"), "each warning has a code and a place");
    findings.iter().for_each(statement_in_form);
    Answered { exit_code, keys, output }
}

fn in_form(keys: &Map<String, Value>) {
    let refusals = keys["refusals"].as_array().expect("a list");
    assert_eq!((&keys["code"], &keys["msg"], &keys["where"]), {
        let first = &refusals[0];
        (&first["code"], &first["msg"], &first["where"])
    });
    refusals.iter().for_each(statement_in_form);
}

/// A refusal or a warning: its message, and its code at the end.
fn statement_in_form(said: &Value) {
    let (msg, code) = (said["msg"].as_str().expect("a text"), said["code"].as_str().expect("a text"));
    let statement =
        msg.strip_suffix(&format!(" [{code}]")).unwrap_or_else(|| panic!("no code at the end: {msg}"));
    assert!(statement.contains("; ") && !statement.ends_with('.'), "{msg}");
    assert!(!statement.contains(['"', '\'', '`', '\\', '\n']), "{msg}");
    assert!(!statement.starts_with(char::is_uppercase), "{msg}");
    for word in ["invalid", "failed to", "please"] {
        assert!(!statement.to_lowercase().contains(word), "{msg}");
    }
}
