//! Prometheus' arguments → what the process does with them: a model of its own parser.
//!
//! Prometheus reads them by kingpin v2 and splits `--enable-feature` at commas, trimming
//! nothing. Known are the flags that are made up here; an unknown one ends the process.
//! That the model is right is asked of real processes, by `started`.

/// What a Prometheus of the versions 2.33 to 2.46 does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It runs, and takes writes.
    On,
    /// It runs, and takes none.
    Off,
    /// It ends.
    Stops,
}

const RECEIVER: &str = "web.enable-remote-write-receiver";
/// Flags that are on where they are named.
const SWITCHES: [&str; 3] = [RECEIVER, "web.enable-lifecycle", "web.enable-admin-api"];
const FEATURES: &str = "enable-feature";

/// What these arguments come to.
pub(crate) fn start(arguments: &[String]) -> Start {
    read(arguments).unwrap_or(Start::Stops)
}

/// `None` where an argument ends the process.
fn read(arguments: &[String]) -> Option<Start> {
    let (mut seen, mut features, mut on) = (Vec::new(), Vec::new(), false);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            // Whatever follows is not a flag, and nothing else is taken.
            return rest.next().is_none().then(|| end(on, &features));
        }
        // A short one is asked for help at best.
        let flag = argument.strip_prefix("--")?;
        let (name, value) = flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value)));
        if name == FEATURES {
            let mut following = || rest.next().filter(|next| !next.starts_with('-') || *next == "-");
            features.push(value.map(str::to_owned).or_else(|| following().cloned())?);
            continue;
        }
        let switch = SWITCHES.iter().find(|known| **known == name);
        let turned_off = || SWITCHES.iter().find(|known| name.strip_prefix("no-") == Some(known));
        let (switch, truth) =
            switch.map(|known| (known, true)).or_else(|| turned_off().map(|known| (known, false)))?;
        // A switch takes no value, and comes once.
        if value.is_some() || seen.contains(switch) {
            return None;
        }
        seen.push(switch);
        on |= truth && *switch == RECEIVER;
    }
    Some(end(on, &features))
}

fn end(on: bool, features: &[String]) -> Start {
    let named = features.iter().flat_map(|list| list.split(',')).any(|one| one == "remote-write-receiver");
    if on || named { Start::On } else { Start::Off }
}

#[test]
fn the_parser_reads_arguments_as_documented() {
    use Start::{Off, On, Stops};
    for (arguments, wanted) in [
        (&[][..], Off),
        (&["--web.enable-remote-write-receiver"], On),
        (&["--no-web.enable-remote-write-receiver"], Off),
        (&["--web.enable-remote-write-receiver=true"], Stops),
        (&["--web.enable-remote-write-receiver", "--web.enable-remote-write-receiver"], Stops),
        (&["--web.enable-remote-write-receiver "], Stops),
        (&["-web.enable-remote-write-receiver"], Stops),
        (&["--web.enable-remote-write-receiver", "false"], Stops),
        (&["--web.enable-remote-write-receiver", "--"], On),
        (&["--", "--web.enable-remote-write-receiver"], Stops),
        (&["--enable-feature", "remote-write-receiver"], On),
        (&["--enable-feature=exemplar-storage, b,remote-write-receiver"], On),
        (&["--enable-feature=exemplar-storage, remote-write-receiver"], Off),
        (&["--enable-feature=remote-write-receiver "], Off),
        (&["--enable-feature", "--web.enable-lifecycle"], Stops),
        (&["--enable-feature"], Stops),
        (&[""], Stops),
    ] {
        let arguments: Vec<String> = arguments.iter().map(|&it| it.to_owned()).collect();
        assert_eq!(start(&arguments), wanted, "{arguments:?}");
    }
}
