//! A JSON value as Ansible spells things → a boolean, a whole number, a text.
//!
//! Jinja turns types into one another (ansible-core 2.18 makes text of `{{ 5 }}`,
//! 2.19 does not), so each has several spellings. No messages here.

use serde_json::Value;

/// Null and the empty text: the option was not given.
pub(crate) fn is_absent(value: &Value) -> bool {
    value.is_null() || value == ""
}

/// The spellings of ansible-core's `convert_bool.py`, any case, trimmed.
pub(crate) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::Number(_) => match integer(value) {
            Some(Integer::Is(1)) => Some(true),
            Some(Integer::Is(0)) => Some(false),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "y" | "yes" | "on" | "1" | "true" | "t" => Some(true),
            "n" | "no" | "off" | "0" | "false" | "f" => Some(false),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A whole number, or one that is too far out to be represented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Integer {
    /// The number.
    Is(i64),
    /// Whole, but beyond 64 bits.
    FarOut,
}

/// A number without a fraction, or its decimal text, trimmed.
pub(crate) fn integer(value: &Value) -> Option<Integer> {
    match value {
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(small), _) => Some(Integer::Is(small)),
            // Integers beyond 64 bits arrive as floating point.
            (None, Some(float)) if float.abs() >= 9e18 => Some(Integer::FarOut),
            (None, _) => None,
        },
        Value::String(text) => decimal(text.trim()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn decimal(text: &str) -> Option<Integer> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(text.parse().map_or(Integer::FarOut, Integer::Is))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn booleans_have_the_spellings_of_ansible() {
        let on = [
            json!(true),
            json!(1),
            json!("y"),
            json!("Yes"),
            json!("ON"),
            json!("1"),
            json!(" True"),
            json!("t\n"),
        ];
        let off = [
            json!(false),
            json!(0),
            json!("n"),
            json!("No"),
            json!("off "),
            json!("0"),
            json!("FALSE"),
            json!("f"),
        ];
        let neither = [
            json!("maybe"),
            json!("2"),
            json!(2),
            json!(0.5),
            json!([]),
            json!({}),
            json!(null),
            json!("yess"),
            json!(""),
        ];
        assert!(on.iter().all(|value| boolean(value) == Some(true)));
        assert!(off.iter().all(|value| boolean(value) == Some(false)));
        assert!(neither.iter().all(|value| boolean(value).is_none()));
    }

    #[test]
    fn integers_are_numbers_or_decimal_text() {
        for (value, expected) in [
            (json!(10), Some(Integer::Is(10))),
            (json!("10"), Some(Integer::Is(10))),
            (json!(" -3 "), Some(Integer::Is(-3))),
            (json!("010"), Some(Integer::Is(10))),
            (json!(1e30), Some(Integer::FarOut)),
            (json!(u64::MAX), Some(Integer::FarOut)),
            (json!("123456789012345678901234567890"), Some(Integer::FarOut)),
            (json!(5.5), None),
            (json!("5.5"), None),
            (json!("0x10"), None),
            (json!("-"), None),
            (json!("ten"), None),
            (json!(true), None),
            (json!([5]), None),
        ] {
            assert_eq!(integer(&value), expected, "{value}");
        }
    }
}
