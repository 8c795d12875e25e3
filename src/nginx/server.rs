//! The nginx that runs here: whether it takes its configuration, whether its
//! workers know it, and a reload.
//!
//! Programs of the system are run and /proc is read; nothing is written but an
//! empty pid file removed that the test itself had left. Only for root: nginx
//! opens its logs and keys when it tests, and says *rejected* where it cannot.

mod built_in;
mod configured;
mod error;
mod instance;
mod moment;
mod running;
mod title;

pub use configured::{Configured, NotUnderstood, is_file};
pub use error::{Rejection, ReloadError, TestError};
pub use instance::WorkerIdentity;
pub use moment::Moment;
pub use running::Running;

use crate::process::{self, RunError};
use built_in::{BuiltIn, Defaults};
use nginx_configuration::Disk;
use running::Wanted;
use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
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
    /// Its main file and its pid file, once they are known.
    known: RefCell<Option<(PathBuf, Option<PathBuf>)>>,
    built_in: OnceCell<Option<BuiltIn>>,
    is_script: OnceCell<bool>,
    /// It printed other files than this host has: it reads those of a container.
    is_elsewhere: Cell<bool>,
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
        let (known, built_in, is_script, is_elsewhere) = Default::default();
        Some(Self { program: program?, known, built_in, is_script, is_elsewhere })
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
    pub fn test(&self) -> Result<Configured, TestError> {
        let start = now();
        let tested = match process::run(&self.program, &["-T"], TEST_LIMIT) {
            Ok(Output { status, stdout, .. }) if status.success() => {
                let configured = Configured::from_dump(&stdout).ok_or(TestError::NotNginx)?;
                self.learn(configured.main(), configured.pid_file());
                self.is_elsewhere.set(configured.is_elsewhere());
                Ok(configured)
            }
            Ok(Output { stderr, .. }) => {
                if let Some(main) = tested_file(&stderr) {
                    self.learn(&main, configured::pid_file_in(&main));
                }
                Err(TestError::Rejected(Rejection::parse(&stderr)))
            }
            Err(RunError::TimedOut) => return Err(TestError::TimedOut),
            Err(RunError::CannotStart(error)) => return Err(TestError::CannotStart(error)),
        };
        self.remove_empty_pid_file(start);
        tested
    }

    /// What nginx would read, found out without a test of it: a test makes logs
    /// and folders that are not there yet. `None` where nobody can tell.
    pub fn look(&self) -> Option<Configured> {
        let configured = Configured::load(&self.main_file()?, &Disk);
        self.learn(configured.main(), configured.pid_file());
        Some(configured)
    }

    /// What nginx would read with this file of ours, which may not be there yet;
    /// found out as in [`Server::look`].
    pub fn look_with(&self, path: &Path, text: &[u8]) -> Option<Configured> {
        Some(Configured::load_with(&self.main_file()?, path, text))
    }

    /// The program may be a script that says which it is. nginx reads the
    /// directives of the command line first, stops at one that it does not
    /// know, and names the file that it would have read; it has opened nothing
    /// by then (before 1.19.5 it does not know `-e`, and stops there).
    fn main_file(&self) -> Option<PathBuf> {
        if let Some((main, _)) = &*self.known.borrow() {
            return Some(main.clone());
        }
        let stopping = ["-e", "stderr", "-t", "-g", "stop_before_anything_is_read;"];
        let run = process::run(&self.program, &stopping, TEST_LIMIT).ok();
        let named = run.and_then(|output| tested_file(&output.stderr));
        named.or_else(|| Some(self.built_in()?.configuration(None, None)))
    }

    /// The nginx of this configuration that runs now; `None`: none does, as far as
    /// can be seen. One that runs here is not the one of a container, even where
    /// both main files have the same path.
    ///
    /// # Errors
    /// Its pid file is there and cannot be read; the error names it.
    pub fn running(&self) -> io::Result<Option<Running>> {
        if self.is_elsewhere.get() {
            return Ok(None);
        }
        self.with_wanted(Running::find).unwrap_or(Ok(None))
    }

    /// Whether one may run that cannot be told apart: a script may lead anywhere.
    /// Only asked where none was found, as the next two.
    pub fn may_run_unseen(&self) -> bool {
        self.is_script() || self.is_hidden()
    }

    /// Whether one is likely to run that cannot be looked at: it reads the files
    /// of a container, its pid file names a process that is not here, or there is
    /// no /proc.
    pub fn is_hidden(&self) -> bool {
        self.is_elsewhere.get() || self.with_wanted(running::is_hidden).unwrap_or(false)
    }

    /// The main file of another nginx that runs and reads this file, too.
    pub fn another_that_reads(&self, path: &Path) -> Option<PathBuf> {
        let others = self.with_wanted(running::main_files_of_others).unwrap_or_default();
        others.into_iter().find(|main| Configured::load(main, &Disk).includes(path) == Some(true))
    }

    fn with_wanted<T>(&self, then: impl FnOnce(&Wanted) -> T) -> Option<T> {
        let main = self.main_file()?;
        if self.known.borrow().is_none() {
            self.learn(&main, configured::pid_file_in(&main));
        }
        let pid_file = self.known.borrow().as_ref().and_then(|(_, pid_file)| pid_file.clone());
        let wanted = Wanted {
            program: &self.program,
            main: &main,
            pid_file: pid_file.as_deref(),
            defaults: Defaults {
                main: (!self.is_script()).then_some(main.as_path()),
                ask: &|| self.built_in(),
            },
        };
        Some(then(&wanted))
    }

    /// Whether the program is a script, which may lead into a container.
    pub fn is_script(&self) -> bool {
        *self.is_script.get_or_init(|| {
            let mut start = [0; 2];
            let read = fs::File::open(&self.program).and_then(|mut file| file.read_exact(&mut start));
            read.is_ok() && start == *b"#!"
        })
    }

    /// Has the running nginx read its configuration anew; `Ok`: it accepted the
    /// command. Waits before, so that workers of this reload are certainly
    /// younger than `change`.
    ///
    /// # Errors
    /// The command was not accepted; the old workers still take requests.
    pub fn reload(&self, change: Moment) -> Result<(), ReloadError> {
        change.let_pass();
        // Its pid file may be another's by now, or stand where the configuration does not say.
        if let Ok(Some(running)) = self.running()
            && !running.is_named_by_its_pid_file()
        {
            return if running.hang_up() { Ok(()) } else { Err(ReloadError::Refused) };
        }
        match process::run(&self.program, &["-s", "reload"], TEST_LIMIT) {
            Ok(Output { status, .. }) if status.success() => Ok(()),
            Ok(_) => Err(ReloadError::Refused),
            Err(RunError::TimedOut) => Err(ReloadError::TimedOut),
            Err(RunError::CannotStart(error)) => Err(ReloadError::CannotStart(error)),
        }
    }

    /// What nginx was built with, where the configuration names no user: user and group.
    pub fn built_in_user(&self) -> (Option<String>, Option<String>) {
        self.built_in().map_or((None, None), |built_in| (built_in.user.clone(), built_in.group.clone()))
    }

    /// Keeps what a configuration says, as an absolute path; the program's own
    /// default where it says nothing.
    fn learn(&self, main: &Path, configured: Option<PathBuf>) {
        let pid_file = match configured {
            Some(path) if path.is_absolute() => Some(path),
            configured => self.built_in().map(|built_in| built_in.pid_file(configured.as_deref())),
        };
        self.known.replace(Some((main.to_owned(), pid_file)));
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
        let Some((_, Some(path))) = self.known.borrow().clone() else { return };
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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_relative_pid_file_is_below_what_nginx_was_built_with() {
        let folder = test_support::folder::Folder::new();
        let script = folder.script("nginx", "#!/bin/sh\necho 'configure arguments: --prefix=/no/such' >&2\n");
        let server = Server::find(script.to_str().expect("a text")).expect("a program");
        for (configured, expected) in [("a.pid", "/no/such/a.pid"), ("/elsewhere/a.pid", "/elsewhere/a.pid")]
        {
            server.learn(Path::new("/no/such/nginx.conf"), Some(configured.into()));
            let known = server.known.borrow().clone().expect("it has learned");
            assert_eq!(known.1.as_deref(), Some(Path::new(expected)), "{configured}");
        }
    }

    #[test]
    fn a_program_other_than_nginx_rejects_and_does_not_run() {
        let server = Server::find("/bin/false").expect("a program");
        assert!(matches!(server.test(), Err(TestError::Rejected(_))));
        // Whose main file is not the one that this machine's own nginx may read.
        server.is_script.set(true).expect("nobody has asked yet");
        server.learn(Path::new("/no/such/nginx.conf"), Some("/no/such/nginx.pid".into()));
        assert_eq!(server.running().expect("it has no pid file"), None);
        assert!(matches!(server.reload(Moment::now()), Err(ReloadError::Refused)));
    }
}
