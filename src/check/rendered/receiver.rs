//! A process's arguments → is it a Prometheus, is its receiver on, and where?
//!
//! Prometheus' own rules (kingpin 2.4): flags are whole words, lists of features
//! are cut at commas and nothing is trimmed. A form that only keeps Prometheus
//! from starting counts as on, as it does for the policy.

use super::arguments::{ContainerArgument, ContainerCommand};
use crate::policy::{FEATURES, SWITCHES};

/// Whether something receives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Receiver {
    On,
    Off,
    /// Why that is not known.
    Unknown(&'static str),
}

/// What the arguments say.
#[derive(Clone, Debug)]
pub(super) struct Listening {
    pub receiver: Receiver,
    /// Ports that can be reached from outside of the pod.
    pub ports: Vec<u16>,
    /// Whether it listens on the loopback alone.
    pub loopback: bool,
    /// The path that all others are below; none where it is not known.
    pub prefix: Option<String>,
    /// What takes samples, as far as that is known.
    pub takes: Takes,
    /// The file of `--web.config.file`, none where it is not known.
    pub web_config: Option<Option<String>>,
}

/// Which receivers are on; both where that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Takes {
    pub remote_write: bool,
    pub otlp: bool,
}

const DEFAULT_PORT: u16 = 9090;

/// Whether an image, or else its arguments, are those of Prometheus.
pub(super) fn is_prometheus(image: &str, line: &ContainerCommand) -> bool {
    let repository = repository(image);
    let ends = |name: &str| repository == name || repository.ends_with(&format!("/{name}"));
    if ["prometheus/prometheus", "prom/prometheus", "bitnami/prometheus", "bitnamilegacy/prometheus"]
        .into_iter()
        .any(ends)
    {
        return true;
    }
    let has = |flag: &str| words(line).any(|word| word.starts_with(flag));
    has("--storage.tsdb.path") || has("--storage.agent.path") || has("--config.file") && has("--web.")
}

/// An image's name without the tag and the digest.
pub(super) fn repository(image: &str) -> &str {
    let image = image.split_once('@').map_or(image, |(image, _)| image);
    match image.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => image,
    }
}

fn words(line: &ContainerCommand) -> impl Iterator<Item = &str> {
    line.arguments.iter().flat_map(|argument| argument.text.split([' ', '\t', '\n', '\r']))
}

/// Reads the arguments of a Prometheus.
pub(super) fn read(line: &ContainerCommand) -> Listening {
    let flags = Flags(&line.arguments);
    let receiver = receiver(line, &flags);
    let addresses = flags.values("web.listen-address");
    let listens: Vec<(bool, Option<u16>)> =
        addresses.iter().map(|address| listens(address.as_deref())).collect();
    let loopback = !listens.is_empty() && listens.iter().all(|(loopback, _)| *loopback);
    let outside =
        listens.iter().filter(|(loopback, _)| !loopback).map(|(_, port)| port.unwrap_or(DEFAULT_PORT));
    let ports = if listens.is_empty() { vec![DEFAULT_PORT] } else { outside.collect() };
    let web_config = flags.values("web.config.file").into_iter().next_back();
    let web_config = web_config.filter(|file| file.as_deref() != Some(""));
    Listening { receiver, ports, loopback, prefix: prefix(&flags), takes: takes(line, &flags), web_config }
}

fn receiver(line: &ContainerCommand, flags: &Flags) -> Receiver {
    if flags.turn_it_on() || is_shell(line) && words(line).any(turns_on) {
        return Receiver::On;
    }
    let program = line.program.as_ref();
    if program.is_some_and(|program| !program.whole || !is_named_prometheus(&program.text)) {
        return Receiver::Unknown("another program starts Prometheus, and may add arguments");
    }
    if line.arguments.iter().any(|argument| argument.text.starts_with('@')) {
        return Receiver::Unknown("arguments are read from a file");
    }
    if flags.can_hide_one() {
        return Receiver::Unknown(
            "an argument comes from the environment, and its value is not in the objects",
        );
    }
    Receiver::Off
}

fn is_named_prometheus(program: &str) -> bool {
    program.rsplit('/').next() == Some("prometheus")
}

fn is_shell(line: &ContainerCommand) -> bool {
    line.program.as_ref().is_some_and(|program| !is_named_prometheus(&program.text))
}

/// One word that turns a receiver on, crash forms included.
fn turns_on(word: &str) -> bool {
    let name = word.trim_start_matches(['-', '"', '\'']);
    SWITCHES.iter().any(|receiver| name.starts_with(receiver))
        || name.strip_prefix("enable-feature=").is_some_and(has_feature)
}

fn has_feature(list: &str) -> bool {
    list.split([',', '"', '\'']).any(|feature| FEATURES.contains(&feature))
}

struct Flags<'a>(&'a [ContainerArgument]);

impl Flags<'_> {
    fn turn_it_on(&self) -> bool {
        self.0.iter().any(|argument| turns_on(&argument.text))
            || self.values("enable-feature").iter().flatten().any(|list| has_feature(list))
    }

    /// An argument of which so little is known that it could be any flag, or
    /// any feature.
    fn can_hide_one(&self) -> bool {
        self.0.iter().any(|argument| {
            let name = argument.text.trim_start_matches('-');
            !argument.whole && (!name.contains('=') || name.starts_with("enable-feature="))
        }) || self.values("enable-feature").contains(&None)
    }

    /// What is given to a flag, as `--name=value` or in two arguments; none where
    /// that is not known.
    fn values(&self, name: &str) -> Vec<Option<String>> {
        let value = |(at, argument): (usize, &ContainerArgument)| {
            let after = argument.text.strip_prefix("--")?.strip_prefix(name)?;
            let known = |argument: &ContainerArgument, text: &str| argument.whole.then(|| text.to_owned());
            match after.strip_prefix('=') {
                Some(value) => Some(known(argument, value)),
                None if after.is_empty() => Some(self.0.get(at + 1).and_then(|next| known(next, &next.text))),
                None => None,
            }
        };
        self.0.iter().enumerate().filter_map(value).collect()
    }
}

/// Whether an address is the loopback's, and its port.
fn listens(address: Option<&str>) -> (bool, Option<u16>) {
    let Some((host, port)) = address.and_then(|address| address.rsplit_once(':')) else {
        return (false, None);
    };
    let loopback = matches!(host, "localhost" | "[::1]") || host.starts_with("127.");
    (loopback, port.parse().ok())
}

/// What the receiver's paths are below: the prefix, which is that of the external
/// URL unless it is given.
fn prefix(flags: &Flags) -> Option<String> {
    match flags.values("web.route-prefix").last() {
        Some(prefix) => prefix.clone(),
        None => match flags.values("web.external-url").last() {
            Some(url) => Some(path_of(url.as_deref()?).to_owned()),
            None => Some(String::new()),
        },
    }
}

/// Told apart by the word that turns each on.
fn takes(line: &ContainerCommand, flags: &Flags) -> Takes {
    let lists: Vec<String> = flags.values("enable-feature").into_iter().flatten().collect();
    let has = |what: &str| {
        let turns_it_on = |word: &str| turns_on(word) && word.contains(what);
        words(line).any(turns_it_on) || lists.iter().any(|list| has_feature(list) && list.contains(what))
    };
    let (remote_write, otlp) = (has("remote-write-receiver"), has("otlp"));
    if remote_write || otlp { Takes { remote_write, otlp } } else { Takes { remote_write: true, otlp: true } }
}

impl Listening {
    /// Where samples are taken; none where that is not known.
    pub(super) fn paths(&self) -> Option<Vec<String>> {
        let prefix = format!("/{}", self.prefix.as_ref()?.trim_matches('/'));
        let prefix = prefix.trim_end_matches('/');
        let Takes { remote_write, otlp } = self.takes;
        let all = [(remote_write, "/api/v1/write"), (otlp, "/api/v1/otlp/v1/metrics")];
        Some(all.iter().filter(|(on, _)| *on).map(|(_, path)| format!("{prefix}{path}")).collect())
    }
}

/// The path of a URL.
pub(super) fn path_of(url: &str) -> &str {
    let after = url.split_once("://").map_or(url, |(_, after)| after);
    let path = after.find('/').map_or("", |at| &after[at..]);
    path.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(words: &[&str]) -> ContainerCommand {
        ContainerCommand {
            program: None,
            arguments: words.iter().map(|word| ContainerArgument::new(*word)).collect(),
        }
    }

    #[test]
    fn a_receiver_is_on_as_prometheus_reads_its_flags() {
        for words in [
            &["--web.enable-remote-write-receiver"][..],
            &["--web.enable-otlp-receiver"],
            &["--web.enable-remote-write-receiver=true"],
            &["--no-web.enable-remote-write-receiver", "--web.enable-remote-write-receiver"],
            &["--enable-feature=a,remote-write-receiver"],
            &["--enable-feature", "otlp-write-receiver,b"],
        ] {
            assert_eq!(read(&line(words)).receiver, Receiver::On, "{words:?}");
        }
        for words in [
            &[][..],
            &["--no-web.enable-remote-write-receiver"],
            &["--enable-feature=a, remote-write-receiver"],
            &["--enable-feature=Remote-Write-Receiver"],
            &["--config.file=--web.enable-remote-write-receiver"],
            &["--web.enable-lifecycle"],
        ] {
            assert_eq!(read(&line(words)).receiver, Receiver::Off, "{words:?}");
        }
    }

    #[test]
    fn what_is_hidden_is_not_off() {
        let mut unknown = line(&["--enable-feature="]);
        unknown.arguments[0].whole = false;
        assert!(matches!(read(&unknown).receiver, Receiver::Unknown(_)));
        let shell = |script| ContainerCommand {
            program: Some(ContainerArgument::new("/bin/sh")),
            ..line(&["-c", script])
        };
        assert!(matches!(read(&shell("exec prometheus")).receiver, Receiver::Unknown(_)));
        assert_eq!(read(&shell("prometheus --web.enable-otlp-receiver")).receiver, Receiver::On);
        assert!(matches!(read(&line(&["@flags"])).receiver, Receiver::Unknown(_)));
    }

    #[test]
    fn addresses_and_paths_are_read() {
        let read = |words: &[&str]| read(&line(words));
        assert_eq!(read(&[]).ports, [9090]);
        assert_eq!(read(&["--web.listen-address=:80", "--web.listen-address", "127.0.0.1:81"]).ports, [80]);
        assert!(read(&["--web.listen-address=127.0.0.1:9090"]).loopback);
        let first = |words: &[&str]| read(words).paths().expect("known")[0].clone();
        assert_eq!(first(&["--web.external-url=http://h:1/ext/"]), "/ext/api/v1/write");
        assert_eq!(first(&["--web.external-url=http://h/ext", "--web.route-prefix=/"]), "/api/v1/write");
        assert_eq!(
            read(&["--web.enable-otlp-receiver"]).paths().expect("known"),
            ["/api/v1/otlp/v1/metrics"]
        );
        assert_eq!(repository("a:5000/b/prometheus:v1@sha256:c"), "a:5000/b/prometheus");
    }
}
