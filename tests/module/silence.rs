//! No failing call repeats a password, in no stream and no file that stays.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use test_support::call::{call, merge};
use test_support::folder::Folder;

const CANARY: &str = "c4nary-Wr3n-9x";

/// Options that hold the canary somewhere, each wrong in its own way.
fn failing() -> Vec<Value> {
    let login = json!({"username": "a", "password": CANARY});
    let mut cases = vec![
        json!({"password": CANARY}),
        json!({"username": "a", "password": [CANARY]}),
        json!({"username": "a", "password": {CANARY: CANARY}}),
        json!({"username": "a", "password": format!("{CANARY}\n")}),
        json!({"username": "a", "password": format!("{CANARY}\u{0}")}),
        json!({"username": "a", "password": format!("{CANARY}\u{e4}")}),
        json!({"username": "a", "password": format!("{CANARY}{}", "x".repeat(72))}),
        json!({"username": format!("{CANARY}:"), "password": "p"}),
        json!({"auth_type": CANARY}),
        json!({"auth_type": [CANARY]}),
        json!({"other_users": CANARY}),
        json!({"username": "a", "password": "p", "other_users": [CANARY]}),
        json!({"username": "a", "password": "p", "other_users": [{"username": "b", "pass word": CANARY}]}),
        json!({"username": "a", "password": "p", "other_users": [{"username": "b", "password": format!("{CANARY} ")}]}),
        json!({"username": CANARY, "password": "p", "other_users": [{"username": CANARY, "password": "p"}]}),
        json!({"auth_type": "none", "_raw_params": CANARY}),
        json!({"auth_type": "none", format!("{CANARY} "): 1}),
        json!({"auth_type": "none", "_ansible_check_mode": CANARY}),
    ];
    let more = [
        json!({"receiver": CANARY}),
        json!({"usernme": CANARY}),
        json!({"state": CANARY}),
        json!({"realm": format!("{CANARY}$")}),
        json!({"group": format!("{CANARY}:")}),
        json!({"nginx": format!("./{CANARY}")}),
        json!({"bcrypt_cost": CANARY}),
        json!({"htpasswd_path": CANARY}),
        json!({"include_path": [CANARY]}),
        json!({"strip_authorization": CANARY, "reload": CANARY}),
    ];
    for options in more {
        let mut both = login.clone();
        merge(&mut both, options);
        cases.push(both);
    }
    cases
}

#[test]
fn a_password_is_in_no_answer_and_no_file_of_a_failing_call() {
    for options in failing() {
        let folder = Folder::new();
        let file = |name: &str| folder.0.join(name).display().to_string();
        let mut all = json!({
            "htpasswd_path": file("htpasswd"), "include_path": file("include"), "nginx": "", "group": "0",
            "_ansible_diff": true, "_ansible_version": "2.18.19",
        });
        merge(&mut all, options.clone());
        let path = folder.file("args", all.to_string());
        let answer = call(&path, b"");
        assert!(!answer.is_accepted(), "{options}: {answer:?}");
        assert!(!holds_canary(&answer.output.stdout), "{options}: {answer:?}");
        assert!(!path.exists(), "{options}");
        assert!(no_file_holds_canary(&folder.0), "{options}");
    }
}

#[test]
fn a_password_is_not_in_what_is_said_of_broken_json() {
    let whole = json!({"username": "a", "password": CANARY, "_ansible_diff": true}).to_string();
    let folder = Folder::new();
    for end in 0..whole.len() {
        let answer = call("-", &whole.as_bytes()[..end]);
        assert!(!answer.is_accepted() && !holds_canary(&answer.output.stdout), "{answer:?}");
    }
    for tail in ["\u{0}", "}", ",", "\"", CANARY] {
        let path = folder.file("args", format!("{whole}{tail}"));
        let answer = call(&path, b"");
        assert_eq!(answer.code(), "arguments-unreadable");
        assert!(!holds_canary(&answer.output.stdout), "{answer:?}");
    }
}

fn holds_canary(bytes: &[u8]) -> bool {
    bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes())
}

fn no_file_holds_canary(folder: &Path) -> bool {
    let mut entries =
        fs::read_dir(folder).expect("our own folder").map(|entry| entry.expect("an entry").path());
    entries.all(|path| !holds_canary(&fs::read(path).expect("a file")))
}
