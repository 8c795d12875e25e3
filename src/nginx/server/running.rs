//! The nginx that runs: its master by the pid file or by its title, its workers
//! by /proc.
//!
//! A worker serves the configuration that its master had read when the worker
//! was started, for as long as it lives. So a worker that is older than a file
//! does not know what the file says now.

use super::built_in::Defaults;
use super::configured::is_file;
use super::error::ReloadError;
use super::instance::{self, Worker, WorkerIdentity};
use super::moment::Moment;
use super::title::{self, MainFile};
use rustix::process::{Pid, Signal, kill_process};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Between two looks at /proc.
const PAUSE: Duration = Duration::from_millis(20);

/// Which nginx is looked for.
pub(super) struct Wanted<'a> {
    pub(super) program: &'a Path,
    /// Its main file.
    pub(super) main: &'a Path,
    pub(super) pid_file: Option<&'a Path>,
    pub(super) defaults: Defaults<'a>,
}

impl Wanted<'_> {
    /// Whether its main file is the one that the program reads by default; `None`:
    /// nobody knows which that is.
    fn is_default(&self) -> Option<bool> {
        Some(is_file(self.main)(&self.defaults.configuration(None, None)?))
    }
}

/// A running nginx.
#[derive(Debug, PartialEq, Eq)]
pub struct Running {
    /// Each master: after an upgrade of the program there can be two for a while.
    masters: Vec<u32>,
    by_pid_file: bool,
}

impl Running {
    /// The nginx whose master wrote this pid file, or, where that says nothing,
    /// the one that reads the same main file.
    ///
    /// # Errors
    /// The pid file is there and cannot be read: nobody can tell who runs.
    pub(super) fn find(wanted: &Wanted) -> io::Result<Option<Self>> {
        let by_file = wanted.pid_file.map_or_else(|| Ok(Vec::new()), |file| masters_of(file, wanted))?;
        let by_pid_file = !by_file.is_empty();
        let masters = if by_pid_file { by_file } else { masters_that_read(wanted) };
        Ok((!masters.is_empty()).then_some(Self { masters, by_pid_file }))
    }

    /// Whether `nginx -s` reaches it.
    pub(super) fn is_named_by_its_pid_file(&self) -> bool {
        self.by_pid_file
    }

    /// The signal of `nginx -s reload`, to masters that their pid file does not
    /// name; whether each took it.
    pub(super) fn hang_up(&self) -> bool {
        let send = |number: &u32| {
            let pid = i32::try_from(*number).ok().and_then(Pid::from_raw);
            pid.is_some_and(|pid| kill_process(pid, Signal::HUP).is_ok())
        };
        self.masters.iter().all(send)
    }

    /// Whether a worker that takes requests may have begun before `change`: it
    /// does not know of it, so a reload is owed.
    pub fn is_older_than(&self, change: Moment) -> bool {
        self.workers().iter().any(|worker| !worker.is_leaving && worker.began.may_precede(change))
    }

    /// Whether a worker from before `change` still answers what it has accepted.
    pub fn has_leaving(&self, change: Moment) -> bool {
        self.workers().iter().any(|worker| worker.is_leaving && worker.began.may_precede(change))
    }

    /// Waits, `limit` at most, until all workers that take requests began after
    /// `change`, and there is one.
    ///
    /// # Errors
    /// That did not come true, or cannot any more.
    pub fn wait_until_younger(&self, change: Moment, limit: Duration) -> Result<(), ReloadError> {
        let mut ended = false;
        let is_decided = wait_until(limit, || {
            let workers = self.workers();
            ended = workers.is_empty();
            let mut taking = workers.iter().filter(|worker| !worker.is_leaving).peekable();
            ended || taking.peek().is_some() && !taking.any(|worker| worker.began.may_precede(change))
        });
        match (is_decided, ended) {
            (true, false) => Ok(()),
            (_, true) => Err(ReloadError::Ended),
            (false, false) => Err(ReloadError::OldWorkersStay),
        }
    }

    /// Waits, `limit` at most, until no process is left that began before
    /// `change` and could still ask for a password; whether that came true.
    pub fn wait_until_old_are_gone(&self, change: Moment, limit: Duration) -> bool {
        wait_until(limit, || !self.workers().iter().any(|worker| worker.began.may_precede(change)))
    }

    /// As whom its workers run; none where nobody can tell.
    pub fn worker_identities(&self) -> Vec<WorkerIdentity> {
        instance::identities(&self.masters)
    }

    fn workers(&self) -> Vec<Worker> {
        instance::workers(&self.masters)
    }
}

/// Where no master was found: whether there may be one that cannot be looked at.
/// A pid file that names nobody is of another root or process namespace, or was
/// left by a crash.
pub(super) fn is_hidden(wanted: &Wanted) -> bool {
    let has_proc = Path::new("/proc/self").exists();
    !has_proc || matches!(wanted.pid_file.map(number_in), Some(Ok(Some(_))))
}

/// The main files of masters that read others than the wanted one.
pub(super) fn main_files_of_others(wanted: &Wanted) -> BTreeSet<PathBuf> {
    let of_another = |pid: u32| {
        let title = instance::title(pid).filter(|title| title::is_master(title))?;
        let main = title::path_of_main_file(&title, &wanted.defaults)?;
        let counts = instance::is_here(pid, &main) && instance::is_of_our_user(pid);
        (counts && !is_file(wanted.main)(&main)).then_some(main)
    };
    instance::processes().filter_map(of_another).collect()
}

fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if start.elapsed() >= limit {
            return false;
        }
        thread::sleep(PAUSE);
    }
}

/// An upgraded nginx renames the old master's pid file to `.oldbin`; the old
/// workers serve on until somebody ends them. A pid file can be an old one, and
/// its number another nginx' by now.
fn masters_of(pid_file: &Path, wanted: &Wanted) -> io::Result<Vec<u32>> {
    let mut old = pid_file.as_os_str().to_owned();
    old.push(".oldbin");
    let named = [number_in(pid_file)?, number_in(Path::new(&old))?].into_iter().flatten();
    let is_ours = |pid: &u32| match instance::title(*pid) {
        Some(found) if title::is_master(&found) => {
            match title::main_file(&found, wanted.main, &wanted.defaults) {
                MainFile::Named => true,
                // Where nobody knows what the default is, the pid file decides.
                MainFile::Default => wanted.is_default().unwrap_or(true),
                MainFile::Another => false,
            }
        }
        Some(_) => is_single(*pid, wanted.program),
        None => false,
    };
    Ok(named.filter(|pid| instance::is_here(*pid, wanted.main) && is_ours(pid)).collect())
}

/// `None`: there is no such file, or it does not hold a number.
fn number_in(file: &Path) -> io::Result<Option<u32>> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(text.trim().parse().ok()),
        Err(error) => match error.kind() {
            ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::InvalidData => Ok(None),
            kind => Err(io::Error::new(kind, format!("{}: {error}", file.display()))),
        },
    }
}

/// A pid file can be lost, or stand elsewhere (`-g 'pid …'`). A master with
/// another configuration is another nginx, and so is one in another root or of
/// another user, who may call a process what they like.
fn masters_that_read(wanted: &Wanted) -> Vec<u32> {
    let is_default = wanted.is_default().unwrap_or(false);
    let reads_it = |pid: &u32| {
        let Some(found) = instance::title(*pid).filter(|found| title::is_master(found)) else { return false };
        match title::main_file(&found, wanted.main, &wanted.defaults) {
            MainFile::Named => is_nginx(*pid),
            MainFile::Default => is_default && (runs(*pid, wanted.program) || is_nginx(*pid)),
            MainFile::Another => false,
        }
    };
    let candidates = instance::processes().filter(reads_it);
    candidates.filter(|pid| instance::is_here(*pid, wanted.main) && instance::is_of_our_user(*pid)).collect()
}

/// With `master_process off` the title does not say what a process is.
fn is_single(pid: u32, program: &Path) -> bool {
    runs(pid, program) || is_nginx(pid)
}

fn is_nginx(pid: u32) -> bool {
    instance::executable(pid).file_name() == Some(OsStr::new("nginx"))
}

fn runs(pid: u32, program: &Path) -> bool {
    program.canonicalize().is_ok_and(|program| instance::executable(pid) == program)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};
    use test_support::folder::Folder;
    use test_support::program::copy_program;

    /// A process of the copy of a program with this name and the title of a master without
    /// options, which ends with its owner.
    struct Master(Child);

    impl Master {
        fn start(program: &Path) -> Self {
            copy_program("/bin/sleep", program);
            let mut command = Command::new(program);
            let master =
                Self(command.arg0("nginx: master process nginx").arg("600").spawn().expect("a program"));
            // Until then it is a copy of this process.
            while !instance::title(master.0.id()).is_some_and(|title| title::is_master(&title)) {
                thread::sleep(Duration::from_millis(1));
            }
            master
        }
    }

    impl Drop for Master {
        fn drop(&mut self) {
            self.0.kill().and_then(|()| self.0.wait()).expect("our own child");
        }
    }

    #[test]
    fn a_master_of_the_default_main_file_is_known_by_its_name_or_its_program() {
        let folder = Folder::new();
        let [main, named, given, other] =
            ["main", "nginx", "given", "other"].map(|name| folder.path().join(name));
        let masters = [&named, &given, &other].map(|program| Master::start(program));
        let find = |program: &PathBuf, main_of_program: &str| {
            let defaults = Defaults { main: Some(Path::new(main_of_program)), ask: &|| None };
            let found = masters_that_read(&Wanted { program, main: &main, pid_file: None, defaults });
            masters.each_ref().map(|master| found.contains(&master.0.id()))
        };
        let is_main = main.to_str().expect("a text");
        assert_eq!(find(&given, is_main), [true, true, false]);
        assert_eq!(find(&named, is_main), [true, false, false]);
        assert_eq!(find(&given, "/no/such/nginx.conf"), [false, false, false]);
    }

    #[test]
    fn the_main_file_is_the_default_one_where_the_program_says_so() {
        let defaults = |main| Defaults { main, ask: &|| None };
        let wanted = |main| Wanted {
            program: Path::new("/no/such/nginx"),
            main: Path::new("/no/such/nginx.conf"),
            pid_file: None,
            defaults: defaults(main),
        };
        for (main, expected) in [
            (Some("/no/such/nginx.conf"), Some(true)),
            (Some("/no/such/other.conf"), Some(false)),
            (None, None),
        ] {
            assert_eq!(wanted(main.map(Path::new)).is_default(), expected, "{main:?}");
        }
    }
}
