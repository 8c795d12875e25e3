//! A floating-point number as Go prints it.

/// As `encoding/json` prints a float64, and with it Helm: an exponent below
/// 1e-6 and from 1e21 on.
///
/// ```
/// assert_eq!(helm_values::json_number(83.0), "83");
/// assert_eq!(helm_values::json_number(1e21), "1e+21");
/// assert_eq!(helm_values::json_number(1e-7), "1e-7");
/// ```
pub fn json_number(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{number}");
    }
    let (mantissa, exponent) = scientific(format!("{number:e}"));
    format!("{mantissa}e{exponent:+}")
}

/// As sigs.k8s.io/yaml prints a number where a text is due:
/// `FormatFloat(number, 'g', -1, 32)`.
#[allow(clippy::cast_possible_truncation)] // as it is formatted there
pub(crate) fn in_32_bits(number: f64) -> String {
    let number = number as f32;
    if number.is_nan() {
        return ".nan".into();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.into();
    }
    let (mantissa, exponent) = scientific(format!("{number:e}"));
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Rust's `{:e}` always has an exponent, and it is a whole number.
fn scientific(mut text: String) -> (String, i32) {
    let at = text.find('e').unwrap_or(text.len());
    let exponent = text.get(at + 1..).and_then(|digits| digits.parse().ok()).unwrap_or(0);
    text.truncate(at);
    (text, exponent)
}

#[cfg(test)]
mod tests {
    use super::{in_32_bits, json_number};

    #[test]
    fn numbers_look_as_go_prints_them() {
        for (number, json, short) in [
            (0.0, "0", "0"),
            (-0.0, "-0", "-0"),
            (1.0, "1", "1"),
            (1.5, "1.5", "1.5"),
            (1e5, "100000", "100000"),
            (1e6, "1000000", "1e+06"),
            (1e21, "1e+21", "1e+21"),
            (-2.5e30, "-2.5e+30", "-2.5e+30"),
            (1e-6, "0.000001", "1e-06"),
            (1.5e-7, "1.5e-7", "1.5e-07"),
            (1.234_567_890_12, "1.23456789012", "1.2345679"),
        ] {
            assert_eq!((json_number(number).as_str(), in_32_bits(number).as_str()), (json, short));
        }
    }
}
