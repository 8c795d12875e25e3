//! The agent's own files → where it writes, and as whom.
//!
//! `agent.yaml` is what an administrator wrote, with the environment over it, as
//! the agent does; what the agent generated from it for Alloy is what writes.
//! Where both are given, what Alloy has is asked with, and each difference is a
//! refusal: a file that was not generated again, or a password that the agent's
//! template changed. Values are compared, never shown.

use super::alloy::{self, Endpoint};
use super::credential_file::read_file;
use super::findings::Findings;
use super::login::{CertificateFiles, Credential, Login, warn_of_readers};
use super::login_error::LoginError;
use crate::policy::refusal::{Code, WarningCode};
use helm_values::{Node, Source, SourceKind, Table, Value, read_stream};
use std::path::Path;
use zeroize::Zeroizing;

/// Settings of the agent: its key, and the path in Alloy's endpoint.
const SETTINGS: [(&str, &str); 7] = [
    ("prometheus-url", "url"),
    ("prometheus-auth-username", "basic_auth.username"),
    ("prometheus-auth-password", "basic_auth.password"),
    ("prometheus-auth-bearer-token", "bearer_token"),
    ("prometheus-tls-ca-cert", "tls_config.ca_file"),
    ("prometheus-tls-client-cert", "tls_config.cert_file"),
    ("prometheus-tls-client-key", "tls_config.key_file"),
];
const METHOD: &str = "prometheus-auth";
/// Ways to log in that the agent never generates.
const FOREIGN: [&str; 8] = [
    "authorization",
    "oauth2",
    "sigv4",
    "azuread",
    "google_iam",
    "bearer_token_file",
    "basic_auth.password_file",
    "tls_config.cert_pem",
];

/// How the agent logs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    None,
    Basic,
    Bearer,
    Mtls,
}

/// What one of the files says.
pub(super) struct Agent {
    /// Its path.
    pub(super) file: String,
    pub(super) url: String,
    pub(super) ca_file: Option<String>,
    method: Method,
    username: Option<String>,
    password: Option<Zeroizing<String>>,
    token: Option<Zeroizing<String>>,
    certificate: Option<String>,
    key: Option<String>,
}

/// Reads the one or the two that are given.
pub(super) fn read(
    config: Option<&Path>,
    alloy: Option<&Path>,
    findings: &mut Findings,
) -> Result<Agent, LoginError> {
    let mut load = |path: &Path| {
        warn_of_readers(path, findings);
        read_file(path).map(|bytes| (bytes, path.display().to_string()))
    };
    let config = config.map(&mut load).transpose()?;
    let alloy = alloy.map(&mut load).transpose()?;
    let config = config.map(|(bytes, file)| from_config(&bytes, &file, findings)).transpose()?;
    let alloy = alloy.map(|(bytes, file)| from_alloy(&bytes, &file)).transpose()?;
    match (config, alloy) {
        (Some(config), Some(alloy)) => {
            compare(&config, &alloy, findings);
            Ok(alloy)
        }
        (Some(agent), None) | (None, Some(agent)) => Ok(agent),
        (None, None) => Err(LoginError::NoAddress),
    }
}

impl Agent {
    fn from_settings(
        file: &str,
        method: Method,
        mut get: impl FnMut(&str) -> Option<Zeroizing<String>>,
    ) -> Result<Self, LoginError> {
        let missing = |key: &str| {
            wrong(file, 0, &format!("{key} is not set; set it, trento-agent generate alloy stops without it"))
        };
        let mut plain = |key: &str| get(key).map(|text| text.to_string()).filter(|text| !text.is_empty());
        let (url, username) = (plain(SETTINGS[0].0), plain(SETTINGS[1].0));
        let (ca_file, certificate, key) = (plain(SETTINGS[4].0), plain(SETTINGS[5].0), plain(SETTINGS[6].0));
        let mut secret = |key: &str| get(key).filter(|text| !text.is_empty());
        let (password, token) = (secret(SETTINGS[2].0), secret(SETTINGS[3].0));
        let url = url.ok_or_else(|| missing(SETTINGS[0].0))?;
        let needed = match method {
            Method::None => None,
            Method::Basic => [(username.is_none(), 1), (password.is_none(), 2)]
                .iter()
                .find(|half| half.0)
                .map(|half| half.1),
            Method::Bearer => token.is_none().then_some(3),
            Method::Mtls => {
                [(certificate.is_none(), 5), (key.is_none(), 6)].iter().find(|half| half.0).map(|half| half.1)
            }
        };
        match needed {
            Some(at) => Err(missing(SETTINGS[at].0)),
            None => Ok(Self {
                file: file.to_owned(),
                url,
                ca_file,
                method,
                username,
                password,
                token,
                certificate,
                key,
            }),
        }
    }

    /// As whom it writes.
    pub(super) fn login(self, findings: &mut Findings) -> Result<Login, LoginError> {
        let Self { file, method, username, password, token, certificate, key, .. } = self;
        let missing = || wrong(&file, 0, "a half of the login is missing; set both");
        match method {
            Method::None => Ok(Login::Absent),
            Method::Basic => {
                let (username, password) = username.zip(password).ok_or_else(missing)?;
                Ok(Login::Header(Credential::basic(username, password)?))
            }
            Method::Bearer => {
                Ok(Login::Header(Credential::bearer(token.ok_or_else(missing)?, Path::new(&file))?))
            }
            Method::Mtls => {
                let (certificate, key) = certificate.zip(key).ok_or_else(missing)?;
                let files = CertificateFiles { certificate: certificate.into(), key: key.into() };
                Ok(Login::from_certificate(files, findings))
            }
        }
    }

    fn values(&self) -> [(&'static str, Option<&str>); 8] {
        let method = match self.method {
            Method::None => "none",
            Method::Basic => "basic",
            Method::Bearer => "bearer",
            Method::Mtls => "mtls",
        };
        // What the method does not use is not generated.
        let used = |uses: Method, value| if self.method == uses { value } else { None };
        [
            (METHOD, Some(method)),
            ("prometheus-url", Some(self.url.as_str())),
            ("prometheus-auth-username", used(Method::Basic, self.username.as_deref())),
            (
                "prometheus-auth-password",
                used(Method::Basic, self.password.as_ref().map(|text| text.as_str())),
            ),
            (
                "prometheus-auth-bearer-token",
                used(Method::Bearer, self.token.as_ref().map(|text| text.as_str())),
            ),
            ("prometheus-tls-ca-cert", self.ca_file.as_deref()),
            ("prometheus-tls-client-cert", used(Method::Mtls, self.certificate.as_deref())),
            ("prometheus-tls-client-key", used(Method::Mtls, self.key.as_deref())),
        ]
    }
}

fn wrong(file: &str, line: u32, message: &str) -> LoginError {
    LoginError::File { file: file.to_owned(), line, message: message.to_owned() }
}

fn compare(config: &Agent, alloy: &Agent, findings: &mut Findings) {
    for ((name, ours), (_, theirs)) in config.values().into_iter().zip(alloy.values()) {
        if ours != theirs {
            let message = format!(
                "{name} is not what the configuration of the agent says; run trento-agent generate alloy again, and see that it holds neither a backslash nor a double quote, which the agent writes as they are"
            );
            findings.refuse(Code::AgentFilesDiffer, alloy.file.clone(), message);
        }
    }
}

/// `agent.yaml`, with the environment over it.
fn from_config(bytes: &[u8], file: &str, findings: &mut Findings) -> Result<Agent, LoginError> {
    let source = Source { kind: SourceKind::File, name: file.to_owned() };
    let unread =
        |error: helm_values::Error| wrong(file, error.origin.map_or(0, |origin| origin.line), &error.message);
    let documents = read_stream(bytes, &source).map_err(unread)?;
    let table = match documents.into_iter().next().map(|document| document.value) {
        Some(Value::Table(table)) => table,
        None => Table::default(),
        Some(_) => {
            return Err(wrong(file, 1, "is not a table of settings; generate it again by trento-agent"));
        }
    };
    let mut failed = None;
    let mut get = |key: &str| match setting(&table, key, file, findings) {
        Ok(text) => text,
        Err(error) => {
            failed.get_or_insert(error);
            None
        }
    };
    let method = match get(METHOD).as_deref().map(String::as_str) {
        Some("none") => Ok(Method::None),
        None | Some("" | "basic") => Ok(Method::Basic),
        Some("bearer") => Ok(Method::Bearer),
        Some("mtls") => Ok(Method::Mtls),
        Some(_) => Err(wrong(
            file,
            0,
            "prometheus-auth is not one of none, basic, bearer, mtls; write one of them in small letters",
        )),
    };
    let agent = method.and_then(|method| Agent::from_settings(file, method, get));
    failed.map_or(agent, Err)
}

/// One setting as viper gives it to the agent: the environment first, keys in any case.
fn setting(
    table: &Table,
    key: &str,
    file: &str,
    findings: &mut Findings,
) -> Result<Option<Zeroizing<String>>, LoginError> {
    let variable = format!("TRENTO_{}", key.to_ascii_uppercase().replace('-', "_"));
    if let Some(value) = std::env::var(variable).ok().filter(|value| !value.is_empty()) {
        return Ok(Some(value.into()));
    }
    let found = table.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
    let Some((_, Node { value, origin })) = found else { return Ok(None) };
    match value {
        Value::Null => Ok(None),
        Value::Text(text) => Ok(Some(text.to_string().into())),
        Value::Int(number) => Ok(Some(as_number(*number, key, file, findings))),
        #[allow(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        Value::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            Ok(Some(as_number(*number as i64, key, file, findings)))
        }
        Value::Bool(_) | Value::Float(_) | Value::List(_) | Value::Table(_) => Err(wrong(
            file,
            origin.line,
            &format!(
                "{key} is not a text to YAML; put single quotes around it, and run trento-agent generate alloy again"
            ),
        )),
    }
}

fn as_number(number: i64, key: &str, file: &str, findings: &mut Findings) -> Zeroizing<String> {
    let message = format!(
        "{key} is not quoted and YAML reads it as a number, which drops zeros in front and reads 0123 as 83; put single quotes around it"
    );
    findings.warn(WarningCode::ValueReadAsNumber, file, message);
    number.to_string().into()
}

/// What the agent generated for Alloy.
fn from_alloy(bytes: &[u8], file: &str) -> Result<Agent, LoginError> {
    let read = alloy::endpoints(bytes);
    let mut endpoints = read.map_err(|error| {
        wrong(file, error.line, &format!("{error}; a double quote or a backslash in a credential does that, choose one without and run trento-agent generate alloy again"))
    })?;
    if endpoints.len() > 1 {
        endpoints.retain(|endpoint| endpoint.label == "trento");
    }
    let [endpoint] = endpoints.as_slice() else {
        return Err(wrong(
            file,
            0,
            "not one endpoint of prometheus.remote_write is found that is the agent's; name the file that trento-agent generate alloy wrote",
        ));
    };
    let has = |path: &str| {
        endpoint.attributes.iter().any(|(name, _, _)| name == path || name.starts_with(&format!("{path}.")))
    };
    if let Some(name) = FOREIGN.iter().find(|name| has(name)) {
        return Err(wrong(
            file,
            endpoint.line,
            &format!(
                "the endpoint logs in by {name}, which the agent does not generate and this probe does not read; ask with the options for a login"
            ),
        ));
    }
    let method = match (has("basic_auth"), has("bearer_token"), has("tls_config.cert_file")) {
        (true, _, _) => Method::Basic,
        (false, true, _) => Method::Bearer,
        (false, false, true) => Method::Mtls,
        (false, false, false) => Method::None,
    };
    let values = texts(endpoint, file)?;
    Agent::from_settings(file, method, |key| {
        values.iter().find(|(name, _)| *name == key).map(|(_, text)| text.clone())
    })
}

type Texts = Vec<(&'static str, Zeroizing<String>)>;

fn texts(endpoint: &Endpoint, file: &str) -> Result<Texts, LoginError> {
    let mut texts = Vec::new();
    for (key, path) in SETTINGS {
        match endpoint.attributes.iter().find(|(name, _, _)| name == path) {
            Some((_, alloy::Value::Text(text), _)) => texts.push((key, text.clone())),
            Some((_, alloy::Value::Expression, line)) => {
                return Err(wrong(
                    file,
                    *line,
                    &format!(
                        "{path} is an expression, which only Alloy can work out; ask with the options for a login"
                    ),
                ));
            }
            None => (),
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(label: &str, url: &str) -> String {
        format!("prometheus.remote_write \"{label}\" {{ endpoint {{ url = \"{url}\" }} }}\n")
    }

    fn url_in(alloy: &str) -> Option<String> {
        from_alloy(alloy.as_bytes(), "f").ok().map(|agent| agent.url)
    }

    #[test]
    fn the_endpoint_of_the_agent_is_the_one_with_its_label_or_the_only_one() {
        let (own, other) = (endpoint("trento", "https://own/w"), endpoint("other", "https://other/w"));
        assert_eq!(url_in(&own).as_deref(), Some("https://own/w"));
        assert_eq!(url_in(&other).as_deref(), Some("https://other/w"));
        assert_eq!(url_in(&format!("{other}{own}")).as_deref(), Some("https://own/w"));
        assert_eq!(url_in(&format!("{other}{}", endpoint("third", "https://third/w"))), None);
        assert_eq!(url_in(&format!("{own}{own}")), None);
        assert_eq!(url_in(""), None);
    }

    /// As viper writes numbers: whole ones without a point.
    #[test]
    fn a_password_of_digits_is_what_yaml_makes_of_it() {
        let password = |text: &str| {
            let file = format!(
                "prometheus-url: https://h/w\nprometheus-auth-username: a\nprometheus-auth-password: {text}\n"
            );
            let mut findings = Findings::default();
            let agent = from_config(file.as_bytes(), "f", &mut findings).ok();
            (
                agent.and_then(|agent| agent.password).map(|password| password.to_string()),
                findings.warnings.len(),
            )
        };
        for (text, expected) in [
            ("0123", (Some("83"), 1)),
            ("-7", (Some("-7"), 1)),
            ("12.0", (Some("12"), 1)),
            ("8.9e15", (Some("8900000000000000"), 1)),
            ("'12.0'", (Some("12.0"), 0)),
            ("9e15", (None, 0)),
            ("12.5", (None, 0)),
            ("true", (None, 0)),
            ("null", (None, 0)),
        ] {
            assert_eq!(password(text), (expected.0.map(str::to_owned), expected.1), "{text}");
        }
    }
}
