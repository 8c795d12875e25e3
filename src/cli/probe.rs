//! The command line of `probe`.

use super::output::Output;
use crate::probe::{LoginFrom, ProbeFormat, Request};
use clap::{Args, ValueHint};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Probe {
    /// Where agents write, such as `https://SERVER/prometheus/api/v1/write`
    #[arg(required_unless_present_any = ["agent_config", "alloy"], conflicts_with_all = ["agent_config", "alloy"])]
    url: Option<String>,
    /// The folder of a mounted Secret with the login that should be let in
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, group = "login")]
    secret: Option<PathBuf>,
    /// The name of the login that should be let in
    #[arg(long, value_name = "NAME", group = "login", requires = "password_file")]
    username: Option<String>,
    /// The file with its password, or - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "username")]
    password_file: Option<PathBuf>,
    /// The file with the bearer token that should be let in, or -
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "login")]
    bearer_token_file: Option<PathBuf>,
    /// The client certificate that should be let in, with its chain
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, group = "login", requires = "client_key")]
    client_cert: Option<PathBuf>,
    /// The key of the client certificate
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "client_cert")]
    client_key: Option<PathBuf>,
    /// The agent's configuration, which says where and as whom
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "login")]
    agent_config: Option<PathBuf>,
    /// What the agent generated for Alloy; with --agent-config both are compared
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "login")]
    alloy: Option<PathBuf>,
    /// The authorities to trust in place of the system's
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    ca_file: Option<PathBuf>,
    /// The endpoint is closed and should answer 404
    #[arg(long, conflicts_with_all = ["login", "agent_config", "alloy"])]
    expect_404: bool,
    /// How the answer is written
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: Output,
    /// Show each request and what it was answered
    #[arg(short, long)]
    verbose: bool,
}

impl Probe {
    pub(super) fn request(self) -> Request {
        let login = match (self.secret, self.username, self.password_file) {
            (Some(folder), _, _) => LoginFrom::Secret(folder),
            (None, Some(username), Some(file)) => LoginFrom::Basic(username, file),
            _ => match (self.bearer_token_file, self.client_cert, self.client_key) {
                (Some(file), _, _) => LoginFrom::Bearer(file),
                (None, Some(certificate), Some(key)) => LoginFrom::Certificate(certificate, key),
                _ => LoginFrom::Nowhere,
            },
        };
        Request {
            url: self.url,
            login,
            agent_config: self.agent_config,
            alloy: self.alloy,
            ca_file: self.ca_file,
            expect_404: self.expect_404,
            format: match self.output {
                Output::Text => ProbeFormat::Text,
                Output::Json => ProbeFormat::Json,
            },
            verbose: self.verbose,
        }
    }
}
