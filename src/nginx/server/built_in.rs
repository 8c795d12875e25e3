//! What `nginx -V` says of how it was built.

use std::path::{Path, PathBuf};

/// What nginx was built with; its own defaults where an option was not given.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BuiltIn {
    prefix: PathBuf,
    /// As it was given: below another prefix where that is relative.
    configuration: PathBuf,
    pid_file: PathBuf,
    /// `--user` and `--group`, where they were given.
    pub(super) user: Option<String>,
    pub(super) group: Option<String>,
}

impl BuiltIn {
    pub(super) fn parse(stderr: &[u8]) -> Self {
        let text = String::from_utf8_lossy(stderr);
        let value = |option: &str| {
            let word = text.split_whitespace().find_map(|word| word.strip_prefix(option));
            word.map(|word| word.trim_matches(['\'', '"'])).filter(|word| !word.is_empty())
        };
        Self {
            prefix: PathBuf::from(value("--prefix=").unwrap_or("/usr/local/nginx")),
            configuration: PathBuf::from(value("--conf-path=").unwrap_or("conf/nginx.conf")),
            pid_file: PathBuf::from(value("--pid-path=").unwrap_or("logs/nginx.pid")),
            user: value("--user=").map(str::to_owned),
            group: value("--group=").map(str::to_owned),
        }
    }

    /// The main file that it reads with these of its options (`-c`, `-p`).
    pub(super) fn configuration(&self, configuration: Option<&Path>, prefix: Option<&Path>) -> PathBuf {
        prefix.unwrap_or(&self.prefix).join(configuration.unwrap_or(&self.configuration))
    }

    /// The pid file, where the configuration says this of it.
    pub(super) fn pid_file(&self, configured: Option<&Path>) -> PathBuf {
        self.prefix.join(configured.unwrap_or(&self.pid_file))
    }
}

/// The main file that a program reads by itself, and what else it has by default.
/// It is asked only where that is not known already: that starts a process.
pub(super) struct Defaults<'a> {
    /// What the program itself named as its main file, and no script before it.
    pub(super) main: Option<&'a Path>,
    pub(super) ask: &'a dyn Fn() -> Option<&'a BuiltIn>,
}

impl Defaults<'_> {
    /// The main file that it reads with these of its options (`-c`, `-p`).
    pub(super) fn configuration(
        &self,
        configuration: Option<&Path>,
        prefix: Option<&Path>,
    ) -> Option<PathBuf> {
        match (configuration, prefix, self.main) {
            (Some(path), _, _) if path.is_absolute() => Some(path.to_owned()),
            (None, None, Some(main)) => Some(main.to_owned()),
            _ => Some((self.ask)()?.configuration(configuration, prefix)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_asked_only_for_what_is_not_known() {
        let built = BuiltIn::parse(b"configure arguments: --prefix=/p --conf-path=/nowhere/nginx.conf");
        let asked = std::cell::Cell::new(0);
        let ask = || {
            asked.set(asked.get() + 1);
            Some(&built)
        };
        let defaults = Defaults { main: Some(Path::new("/m")), ask: &ask };
        assert_eq!(defaults.configuration(None, None).as_deref(), Some(Path::new("/m")));
        let absolute = defaults.configuration(Some(Path::new("/a")), Some(Path::new("/b")));
        assert_eq!((absolute.as_deref(), asked.get()), (Some(Path::new("/a")), 0));
        let relative = defaults.configuration(Some(Path::new("a")), None);
        assert_eq!((relative.as_deref(), asked.get()), (Some(Path::new("/p/a")), 1));
        let script = Defaults { main: None, ask: &ask };
        assert_eq!(script.configuration(None, None).as_deref(), Some(Path::new("/nowhere/nginx.conf")));
    }

    #[test]
    fn defaults_are_what_the_program_was_built_with() {
        let built = BuiltIn::parse(
            b"nginx version: nginx/1.22.1\nconfigure arguments: --with-cc-opt='-g -O2' --user=nginx --group=www \
              --prefix=/usr/share/nginx --conf-path=/nowhere/nginx.conf --pid-path=/run/nginx.pid --with-threads\n",
        );
        assert_eq!(built.pid_file(None), Path::new("/run/nginx.pid"));
        assert_eq!(built.pid_file(Some(Path::new("logs/a.pid"))), Path::new("/usr/share/nginx/logs/a.pid"));
        assert_eq!((built.user.as_deref(), built.group.as_deref()), (Some("nginx"), Some("www")));
        assert_eq!(built.configuration(None, Some(Path::new("/p"))), Path::new("/nowhere/nginx.conf"));
    }

    #[test]
    fn a_program_built_without_options_has_nginx_own_defaults() {
        let built = BuiltIn::parse(b"");
        assert_eq!(built.configuration(None, None), Path::new("/usr/local/nginx/conf/nginx.conf"));
        assert_eq!(built.configuration(None, Some(Path::new("/p"))), Path::new("/p/conf/nginx.conf"));
        assert_eq!(built.configuration(Some(Path::new("a")), Some(Path::new("/p"))), Path::new("/p/a"));
        assert_eq!(built.pid_file(None), Path::new("/usr/local/nginx/logs/nginx.pid"));
        assert_eq!((built.user, built.group), (None, None));
        let moved = BuiltIn::parse(b"configure arguments: --prefix=/opt/nginx --pid-path=run/nginx.pid");
        assert_eq!(moved.pid_file(None), Path::new("/opt/nginx/run/nginx.pid"));
    }
}
