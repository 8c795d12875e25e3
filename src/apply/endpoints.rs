//! nginx' configuration → who gets in at each location that leads to the
//! receiver, and what is wrong with that.
//!
//! Pure but for file names that lead to one file. What is wrong is a refusal
//! for whoever verifies and a warning for whoever writes: the same code, the
//! same place. Names of locations can hold anything, so no message has one.

use super::options::Options;
use super::outcome::{SeenAccess, SeenEndpoint};
use crate::nginx::server::{Configured, is_file};
use crate::policy::refusal::{At, Code, OptionPath, Refusal};
use nginx_configuration::{Access, Address, Configuration, Endpoint, Include, Place, Within};
use std::collections::BTreeSet;
use std::path::Path;

/// What was seen, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Endpoints {
    /// Each location that leads to the receiver; `None`: nobody can tell.
    pub(super) seen: Option<Vec<SeenEndpoint>>,
    /// Whether anything includes the file; `None`: nobody can tell.
    pub(super) include_used: Option<bool>,
    /// What is wrong where a login is asked for.
    pub(super) findings: Vec<Refusal>,
}

/// Looks at every location.
pub(super) fn look(configured: &Configured, options: &Options) -> Endpoints {
    let configuration = match (configured.understood(), configured.not_understood()) {
        (Some(configuration), _) => configuration,
        (None, why) => {
            let why = why.map_or_else(String::new, ToString::to_string);
            let at = configured.main().into();
            return Endpoints { findings: vec![not_understood(&why, at)], ..Endpoints::default() };
        }
    };
    let is_include = is_file(&options.include_path);
    let includes = configuration.includes(&is_include);
    let mut findings = Vec::new();
    if includes.is_empty() {
        findings.push(not_used(&options.include_path));
    }
    findings.extend(outside(&includes).map(|include| outside_location(include, &options.include_path)));
    let receivers = receivers(configuration, options, &is_include);
    let endpoints = configuration.endpoints(&receivers);
    if receivers.is_empty() && !includes.is_empty() {
        findings.push(no_receiver(&options.include_path));
    }
    findings.extend(endpoints.iter().filter_map(|endpoint| finding(endpoint, &options.include_path)));
    Endpoints {
        seen: Some(endpoints.into_iter().map(seen).collect()),
        include_used: Some(!includes.is_empty()),
        findings,
    }
}

/// Each include of the file that stands anywhere but in a location.
pub(super) fn outside(includes: &[Include]) -> impl Iterator<Item = &Include> {
    includes.iter().filter(|include| match include.within {
        Within::Location => false,
        Within::Main | Within::Http | Within::Server | Within::Other => true,
    })
}

/// What the option names, and where the guarded locations pass requests to.
fn receivers(
    configuration: &Configuration,
    options: &Options,
    is_include: &dyn Fn(&Path) -> bool,
) -> Vec<Address> {
    let mut found: BTreeSet<Address> = configuration.receivers_through(is_include);
    found.extend(options.receiver_address.iter().cloned());
    found.into_iter().collect()
}

fn seen(endpoint: Endpoint) -> SeenEndpoint {
    let named: Vec<String> = endpoint.server_names.into_iter().filter(|name| !name.is_empty()).collect();
    let server = if named.is_empty() { endpoint.listens } else { named };
    SeenEndpoint {
        server: server.join(" "),
        location: endpoint.location,
        file: endpoint.place.file,
        line: endpoint.place.line,
        access: match endpoint.access {
            Access::Open { .. } => SeenAccess::Open,
            Access::AsksLogin { .. } => SeenAccess::Basic,
            Access::Shut { .. } => SeenAccess::Shut,
            Access::NotJudged { .. } => SeenAccess::NotJudged,
        },
    }
}

fn finding(endpoint: &Endpoint, include: &Path) -> Option<Refusal> {
    let (place, path) = (&endpoint.place, include.display());
    let decides = |other: &Place| {
        if other == place { String::new() } else { format!(", which {other} decides") }
    };
    match &endpoint.access {
        Access::AsksLogin { .. } | Access::Shut { .. } => None,
        Access::Open { place: by } => {
            let via = endpoint.via.as_ref().map_or_else(String::new, |via| format!(" by way of {via}"));
            let by = decides(by);
            let message = format!(
                "the location at {place} leads to the receiver{via} and asks nobody for a login{by}; include {path} in \
                 it and leave auth_basic, auth_basic_user_file and satisfy to that, or let it lead elsewhere"
            );
            Some(Refusal::new(Code::AuthBypassed, message, line(place)))
        }
        Access::NotJudged { why, place: by } => {
            let message = format!(
                "nobody can tell who gets in at the location at {place}, which leads to the receiver: {why}{}; look at \
                 it yourself, and ask it without a login",
                decides(by)
            );
            Some(Refusal::new(Code::NginxNotUnderstood, message, line(place)))
        }
    }
}

fn line(place: &Place) -> At {
    At::Line(place.file.clone(), place.line)
}

fn not_used(include: &Path) -> Refusal {
    let path = include.display();
    let message = format!(
        "nginx includes {path} nowhere, so it guards nothing yet; include it in the guarded location, and reload nginx"
    );
    Refusal::new(Code::IncludeNotUsed, message, include)
}

/// As it is, or as it would be.
pub(super) fn outside_location(include: &Include, path: &Path) -> Refusal {
    let (place, path) = (&include.place, path.display());
    let what = if include.by_pattern { "a pattern takes in" } else { "stands" };
    let message = format!(
        "outside of a location, at {place}, {what} {path}, where every location can switch its login off or drop it; \
         include it in each location that leads to the receiver, and nowhere else"
    );
    Refusal::new(Code::IncludeOutsideLocation, message, line(place))
}

fn no_receiver(include: &Path) -> Refusal {
    let path = include.display();
    let message = format!(
        "the locations that include {path} do not say in numbers where they pass requests to, so nobody can tell which \
         others lead there; write the address of the receiver into receiver_address, such as 127.0.0.1:9090"
    );
    Refusal::new(Code::NginxNotUnderstood, message, OptionPath::new("receiver_address"))
}

fn not_understood(why: &str, at: At) -> Refusal {
    let message = format!(
        "nobody can tell who gets in where, since the configuration of nginx is not understood: {why}; look at each \
         location that leads to the receiver yourself, and ask it without a login"
    );
    Refusal::new(Code::NginxNotUnderstood, message, at)
}
