//! The address of a receiver → is it shut to those without a login, and does
//! the agent get in?
//!
//! ```text
//! command line, agent's files ─▶ login ─▶ asks (client ─▶ http ─▶ wire, tls) ─▶ verdict ─▶ report
//! ```
//!
//! Asks as an anonymous client would, in every spelling that one edge or another
//! was seen to take for another path, and then with the login. No sample is ever
//! written: the bodies that are sent are empty write requests. *Shut* is only
//! said where a guard was seen; what was not seen is "could not tell". Nothing
//! here judges settings.

mod address;
mod agent;
pub mod alloy;
mod ask_error;
mod asks;
mod body;
mod client;
mod credential_file;
mod findings;
mod http;
mod login;
mod login_error;
mod report;
mod tls;
mod verdict;
mod wire;

use address::Address;
use client::Client;
use login::Login;
use login_error::LoginError;
use std::path::PathBuf;

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProbeFormat {
    /// Sentences for people.
    #[default]
    Text,
    /// One object for programs.
    Json,
}

/// Where the login that should be let in stands.
#[derive(Debug)]
pub enum LoginFrom {
    /// Nowhere: only asked without one.
    Nowhere,
    /// A mounted Secret with the keys `username` and `password`.
    Secret(PathBuf),
    /// A name, and the file that holds its password; `-` is standard input.
    Basic(String, PathBuf),
    /// The file of a bearer token.
    Bearer(PathBuf),
    /// A client certificate with its chain, and its key.
    Certificate(PathBuf, PathBuf),
}

/// What is asked.
#[derive(Debug)]
pub struct Request {
    /// Where, unless the agent's own files say it.
    pub url: Option<String>,
    /// Who.
    pub login: LoginFrom,
    /// The agent's configuration.
    pub agent_config: Option<PathBuf>,
    /// What the agent generated for Alloy.
    pub alloy: Option<PathBuf>,
    /// The authorities to trust in place of the system's.
    pub ca_file: Option<PathBuf>,
    /// The endpoint was closed by our include, which answers 404.
    pub expect_404: bool,
    /// How the answer is written.
    pub format: ProbeFormat,
    /// Whether each request is shown.
    pub verbose: bool,
}

/// Asks, and writes the answer to standard output; the exit code.
pub fn run(request: &Request) -> u8 {
    let findings = match target(request) {
        Ok((target, mut findings)) => {
            match client(&target) {
                Ok(mut client) => asks::ask(&mut client, &target.login, request.expect_404, &mut findings),
                Err(error) => findings.unclear(target.address.shown(), error.to_string()),
            }
            findings
        }
        // The command line or a file is wrong: nothing was asked.
        Err(error) => {
            let mut findings = findings::Findings::default();
            findings.unclear(String::new(), error.to_string());
            findings
        }
    };
    report::write(&findings, request.format, request.verbose)
}

/// Where to ask, and as whom.
struct ProbeTarget {
    address: Address,
    login: Login,
    ca_file: Option<PathBuf>,
}

fn target(request: &Request) -> Result<(ProbeTarget, findings::Findings), LoginError> {
    let mut findings = findings::Findings::default();
    if request.agent_config.is_some() || request.alloy.is_some() {
        let agent = agent::read(request.agent_config.as_deref(), request.alloy.as_deref(), &mut findings)?;
        let ca_file = request.ca_file.clone().or(agent.ca_file.clone().map(PathBuf::from));
        let (url, from) = (agent.url.clone(), agent.file.clone());
        let address = Address::parse(&url).map_err(|error| LoginError::Address(from, error))?;
        let login = agent.login(&mut findings)?;
        return Ok((ProbeTarget { address, login, ca_file }, findings));
    }
    let url = request.url.as_deref().ok_or(LoginError::NoAddress)?;
    let address = Address::parse(url).map_err(|error| LoginError::Address(String::new(), error))?;
    let login = Login::load(&request.login, &mut findings)?;
    Ok((ProbeTarget { address, login, ca_file: request.ca_file.clone() }, findings))
}

fn client(target: &ProbeTarget) -> Result<Client, LoginError> {
    let tls = match (target.address.is_https(), target.login.certificate()) {
        (true, certificate) => {
            Some(tls::Settings::load(&target.address, target.ca_file.as_deref(), certificate)?)
        }
        (false, Some(_)) => return Err(LoginError::CertificateWithoutTls),
        (false, None) => None,
    };
    Ok(Client::new(target.address.clone(), tls))
}
