//! A rule about paths → can it let a request to the receiver through?
//!
//! A rule leaves the receiver's paths out only where that survives decoding:
//! plain letters, no expression, no rewriting. Prefixes are taken as mere texts,
//! as Traefik does, and without regard to case, as ingress-nginx does as soon as
//! one Ingress of a host uses expressions.

/// The paths that a route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PathRule {
    /// All, or it is not known which.
    All,
    /// Those that begin with it.
    Prefix(String),
    /// It alone.
    Exact(String),
}

impl PathRule {
    /// Whether none of `paths` can come through.
    pub(super) fn leaves_out(&self, paths: &[String]) -> bool {
        let (rule, exact) = match self {
            PathRule::All => return false,
            PathRule::Prefix(rule) => (rule, false),
            PathRule::Exact(rule) => (rule, true),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
        if !rule.starts_with('/') || !rule.chars().all(is_plain) || rule.contains("..") || rule.contains("//")
        {
            return false;
        }
        let rule = rule.to_ascii_lowercase();
        let rule = rule.trim_end_matches('/');
        paths.iter().all(|path| {
            let path = path.to_ascii_lowercase();
            // An exact path that is longer is another one; a prefix is left out
            // only where the two go apart.
            !(path == rule || !exact && path.starts_with(rule) || rule.starts_with(&format!("{path}/")))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_left_out_where_that_survives_decoding() {
        let paths = ["/p/api/v1/write".to_owned()];
        let prefix = |rule: &str| PathRule::Prefix(rule.to_owned()).leaves_out(&paths);
        let exact = |rule: &str| PathRule::Exact(rule.to_owned()).leaves_out(&paths);
        for rule in [
            "/",
            "/p",
            "/p/",
            "/P/api",
            "/p/api/v1/wr",
            "/p/api/v1/write/",
            "/p/%61pi",
            "/p/(.*)",
            "/p/../q",
            "//q",
            "",
        ] {
            assert!(!prefix(rule), "{rule}");
        }
        for rule in ["/q", "/p/graph", "/p/api/v1/query", "/api/v1/write"] {
            assert!(prefix(rule), "{rule}");
        }
        assert!(exact("/p") && exact("/p/-/healthy") && !exact("/p/api/v1/write") && !exact("/p/api/v1/.*"));
        assert!(!PathRule::All.leaves_out(&paths));
    }
}
