//! Any bytes as the module's arguments: an answer, the same one when it is asked again; messages
//! in their form, without a password; what another reader of JSON takes for an object is read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use remote_write_auth::internals;
use serde_json::Value;

/// Long enough to stand in no message by chance.
const SECRET: usize = 10;

fuzz_target!(init: fuzz::stack::deepen(), |bytes: &[u8]| {
    let refusals = internals::judge_arguments(bytes);
    let messages: Vec<&str> = refusals.iter().map(|refusal| refusal.message.as_str()).collect();
    for (message, refusal) in messages.iter().zip(&refusals) {
        assert!(message.contains("; ") && message.ends_with(&format!(" [{}]", refusal.code)), "{message}");
        assert!(!message.contains(['\n', '"', '\'', '\\']), "a mark: {message}");
    }
    assert!(
        internals::judge_arguments(bytes).iter().map(|refusal| &refusal.message).eq(&messages),
        "another answer when asked again"
    );
    let object = std::str::from_utf8(bytes).ok().and_then(fuzz::json).filter(Value::is_object);
    let is_read = !refusals.iter().any(|refusal| refusal.code.to_string() == "arguments-unreadable");
    assert!(is_read == object.is_some(), "{messages:?}");
    for password in object.iter().flat_map(passwords) {
        assert!(!messages.iter().any(|message| message.contains(&password)), "a password is in a message");
    }
});

fn passwords(options: &Value) -> Vec<String> {
    let others = options["other_users"].as_array().into_iter().flatten();
    let all = others.chain([options]).filter_map(|login| login["password"].as_str());
    all.filter(|text| text.len() >= SECRET && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .map(str::to_owned)
        .collect()
}
