//! The nginx that runs here: whether it takes its configuration, whether its
//! workers know it, and a reload.
//!
//! Programs of the system are run and /proc is read; nothing is written but an
//! empty pid file removed that the test itself had left. Only for root: nginx
//! opens its logs and keys when it tests, and says *rejected* where it cannot.

mod configuration;
mod error;
mod moment;
mod reading;
mod running;

pub use configuration::Configuration;
pub use error::{ReloadError, TestError};
pub use moment::Moment;
pub use running::Running;

use crate::process::{self, RunError};
use std::cell::{OnceCell, RefCell};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

/// A name that cannot be resolved, or a slow disk; a passphrase is asked of nobody.
const TEST_LIMIT: Duration = Duration::from_secs(30);

/// An nginx program that was found.
#[derive(Debug)]
pub struct Server {
    program: PathBuf,
    /// Where the pid file is, once it is known.
    pid_file: RefCell<Option<PathBuf>>,
    built_in: OnceCell<Option<BuiltIn>>,
}

impl Server {
    /// Looks for the program: an absolute path, or a name in `PATH` and where
    /// the system keeps such programs, which an ordinary login's `PATH` lacks.
    pub fn find(name: &str) -> Option<Self> {
        let program = if name.starts_with('/') {
            Some(PathBuf::from(name)).filter(|path| process::is_executable(path))
        } else {
            let path = std::env::var("PATH").unwrap_or_default();
            process::find_in(&path, name).or_else(|| process::find_in(process::SYSTEM_FOLDERS, name))
        };
        Some(Self { program: program?, pid_file: RefCell::default(), built_in: OnceCell::new() })
    }

    /// The program's path.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Asks nginx whether it would run with the configuration as it is on disk;
    /// the answer is that configuration.
    ///
    /// # Errors
    /// It would not, or nobody could find out.
    pub fn test(&self) -> Result<Configuration, TestError> {
        let start = now();
        let tested = match process::run(&self.program, &["-T"], TEST_LIMIT) {
            Ok(Output { status, stdout, .. }) if status.success() => {
                let configuration = Configuration::parse(&stdout);
                self.learn(configuration.pid_file.clone());
                Ok(configuration)
            }
            Ok(Output { stderr, .. }) => {
                self.learn(tested_file(&stderr).and_then(|file| pid_file_in(&file)));
                Err(TestError::Rejected)
            }
            Err(RunError::TimedOut) => Err(TestError::TimedOut),
            Err(RunError::CannotStart(error)) => return Err(TestError::CannotStart(error)),
        };
        self.remove_empty_pid_file(start);
        tested
    }

    /// What nginx would read, found out without a test of it: a test makes logs
    /// and folders that are not there yet. `None` where nobody can tell.
    pub fn look(&self) -> Option<Configuration> {
        let configuration = reading::read(&self.main_file()?)?;
        self.learn(configuration.pid_file.clone());
        Some(configuration)
    }

    /// The program may be a script that says which it is. nginx reads the
    /// directives of the command line first, stops at one that it does not
    /// know, and names the file that it would have read; it has opened nothing
    /// by then (before 1.19.5 it does not know `-e`, and stops there).
    fn main_file(&self) -> Option<PathBuf> {
        let stopping = ["-e", "stderr", "-t", "-g", "stop_before_anything_is_read;"];
        let run = process::run(&self.program, &stopping, TEST_LIMIT).ok();
        let named = run.and_then(|output| tested_file(&output.stderr));
        named.or_else(|| self.built_in().map(|built_in| built_in.configuration.clone()))
    }

    /// The nginx of this configuration that runs now; `None`: none does.
    ///
    /// # Errors
    /// Its pid file is there and cannot be read; the error names it.
    pub fn running(&self) -> io::Result<Option<Running>> {
        Running::find(self.pid_file().as_deref(), &self.program)
    }

    /// Has the running nginx read its configuration anew; `Ok`: it accepted the
    /// command. Waits before, so that workers of this reload are certainly
    /// younger than `change`.
    ///
    /// # Errors
    /// The command was not accepted; the old workers still take requests.
    pub fn reload(&self, change: Moment) -> Result<(), ReloadError> {
        change.let_pass();
        match process::run(&self.program, &["-s", "reload"], TEST_LIMIT) {
            Ok(Output { status, .. }) if status.success() => Ok(()),
            Ok(_) => Err(ReloadError::Refused),
            Err(RunError::TimedOut) => Err(ReloadError::TimedOut),
            Err(RunError::CannotStart(error)) => Err(ReloadError::CannotStart(error)),
        }
    }

    fn pid_file(&self) -> Option<PathBuf> {
        if self.pid_file.borrow().is_none() {
            // A look learns the pid file by the way.
            if self.look().is_none() {
                self.learn(None);
            }
        }
        self.pid_file.borrow().clone()
    }

    /// Keeps what a configuration says, as an absolute path; the program's own
    /// default where it says nothing.
    fn learn(&self, configured: Option<PathBuf>) {
        let known = match configured {
            Some(path) if path.is_absolute() => Some(path),
            configured => self.built_in().map(|defaults| defaults.pid_file(configured.as_deref())),
        };
        if known.is_some() {
            self.pid_file.replace(known);
        }
    }

    fn built_in(&self) -> Option<&BuiltIn> {
        let asked = || {
            let run = process::run(&self.program, &["-V"], TEST_LIMIT).ok()?;
            Some(BuiltIn::parse(&run.stderr))
        };
        self.built_in.get_or_init(asked).as_ref()
    }

    /// A test opens the pid file as a start does and leaves an empty one; then
    /// `nginx -s` complains of it, and so do unit files that wait for it.
    fn remove_empty_pid_file(&self, start: (i64, i64)) {
        let Some(path) = self.pid_file.borrow().clone() else { return };
        let left_by_us = fs::symlink_metadata(&path).is_ok_and(|found| {
            found.is_file() && found.len() == 0 && (found.ctime(), found.ctime_nsec()) >= start
        });
        if left_by_us {
            // It only looks untidy where it cannot be removed.
            let _ = fs::remove_file(path);
        }
    }
}

/// Now, on the clock that dates files: the exact one may be ahead of it.
fn now() -> (i64, i64) {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse);
    (now.tv_sec, now.tv_nsec)
}

/// The main file, which nginx names when it rejects what it read.
fn tested_file(stderr: &[u8]) -> Option<PathBuf> {
    let line = stderr
        .split(|byte| *byte == b'\n')
        .rev()
        .find_map(|line| line.strip_prefix(b"nginx: configuration file ")?.strip_suffix(b" test failed"))?;
    Some(PathBuf::from(OsStr::from_bytes(line)))
}

fn pid_file_in(file: &Path) -> Option<PathBuf> {
    configuration::pid_file(&fs::read(file).ok()?)
}

/// What `nginx -V` says of how it was built.
#[derive(Debug, PartialEq, Eq)]
struct BuiltIn {
    prefix: PathBuf,
    configuration: PathBuf,
    pid_file: PathBuf,
}

impl BuiltIn {
    /// nginx' own defaults where an option was not given.
    fn parse(stderr: &[u8]) -> Self {
        let text = String::from_utf8_lossy(stderr);
        let value = |option: &str| {
            let word = text.split_whitespace().find_map(|word| word.strip_prefix(option));
            word.map(|word| word.trim_matches(['\'', '"'])).filter(|word| !word.is_empty())
        };
        let prefix = PathBuf::from(value("--prefix=").unwrap_or("/usr/local/nginx"));
        Self {
            configuration: prefix.join(value("--conf-path=").unwrap_or("conf/nginx.conf")),
            pid_file: prefix.join(value("--pid-path=").unwrap_or("logs/nginx.pid")),
            prefix,
        }
    }

    fn pid_file(&self, configured: Option<&Path>) -> PathBuf {
        match configured {
            Some(path) => self.prefix.join(path),
            None => pid_file_in(&self.configuration)
                .map_or_else(|| self.pid_file.clone(), |path| self.prefix.join(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_what_the_program_was_built_with() {
        let built = BuiltIn::parse(
            b"nginx version: nginx/1.22.1\nconfigure arguments: --with-cc-opt='-g -O2' \
              --prefix=/usr/share/nginx --conf-path=/nowhere/nginx.conf --pid-path=/run/nginx.pid --with-threads\n",
        );
        assert_eq!(built.pid_file(None), Path::new("/run/nginx.pid"));
        assert_eq!(built.pid_file(Some(Path::new("logs/a.pid"))), Path::new("/usr/share/nginx/logs/a.pid"));
    }

    #[test]
    fn a_program_built_without_options_has_nginx_own_defaults() {
        let built = BuiltIn::parse(b"");
        assert_eq!(built.configuration, Path::new("/usr/local/nginx/conf/nginx.conf"));
        assert_eq!(built.pid_file, Path::new("/usr/local/nginx/logs/nginx.pid"));
        let moved = BuiltIn::parse(b"configure arguments: --prefix=/opt/nginx --pid-path=run/nginx.pid");
        assert_eq!(moved.pid_file, Path::new("/opt/nginx/run/nginx.pid"));
    }

    #[test]
    fn the_tested_file_is_the_one_that_nginx_names() {
        let said = b"nginx: [emerg] unexpected end\nnginx: configuration file /etc/a b.conf test failed\n";
        assert_eq!(tested_file(said).as_deref(), Some(Path::new("/etc/a b.conf")));
        assert_eq!(tested_file(b"nginx: [emerg] oh\n"), None);
    }

    #[test]
    fn a_program_is_found_by_its_path_or_its_name() {
        assert!(Server::find("/bin/sh").is_some());
        assert!(Server::find("sh").is_some());
        assert!(Server::find("/bin/no-such-program").is_none());
        assert!(Server::find("no-such-program").is_none());
        assert!(Server::find("/etc/passwd").is_none());
        assert!(Server::find("/etc").is_none());
    }

    #[test]
    fn a_program_other_than_nginx_rejects_and_does_not_run() {
        let server = Server::find("/bin/false").expect("a program");
        assert!(matches!(server.test(), Err(TestError::Rejected)));
        assert_eq!(server.running().expect("it has no pid file"), None);
        assert!(matches!(server.reload(Moment::now()), Err(ReloadError::Refused)));
    }
}
