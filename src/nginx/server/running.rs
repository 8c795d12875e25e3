//! The nginx that runs: its master by the pid file, its workers by /proc.
//!
//! A worker serves the configuration that its master had read when the worker
//! was started, for as long as it lives. So a worker that is older than a file
//! does not know what the file says now.

use super::moment::Moment;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

const MASTER: &[u8] = b"nginx: master process";
const WORKER: &[u8] = b"nginx: worker process";
/// Takes no new connection, ends those that it has: keepalive closed, uploads and websockets not.
const LEAVING: &[u8] = b"nginx: worker process is shutting down";

/// Between two looks at /proc.
const PAUSE: Duration = Duration::from_millis(20);

/// A running nginx.
#[derive(Debug, PartialEq, Eq)]
pub struct Running {
    /// Each master: after an upgrade of the program there can be two for a while.
    masters: Vec<u32>,
}

/// A process that answers requests.
struct Worker {
    began: Moment,
    is_leaving: bool,
}

impl Running {
    /// The nginx whose master wrote this pid file, or, where that says nothing,
    /// the one that runs the same program with its own configuration.
    ///
    /// # Errors
    /// The pid file is there and cannot be read: nobody can tell who runs.
    pub(super) fn find(pid_file: Option<&Path>, program: &Path) -> io::Result<Option<Self>> {
        let by_file = pid_file.map_or_else(|| Ok(Vec::new()), |file| masters_of(file, program))?;
        let masters = if by_file.is_empty() { masters_that_run(program) } else { by_file };
        Ok((!masters.is_empty()).then_some(Self { masters }))
    }

    /// Whether a worker that takes requests may have begun before `change`: it
    /// does not know of it, so a reload is owed.
    pub fn is_older_than(&self, change: Moment) -> bool {
        self.workers().iter().any(|worker| !worker.is_leaving && worker.began.may_precede(change))
    }

    /// Waits, `limit` at most, until all workers that take requests began after
    /// `change`, and there is one; whether that came true.
    pub fn wait_until_younger(&self, change: Moment, limit: Duration) -> bool {
        wait_until(limit, || {
            let mut taking = self.workers();
            taking.retain(|worker| !worker.is_leaving);
            !taking.is_empty() && !taking.iter().any(|worker| worker.began.may_precede(change))
        })
    }

    /// Waits, `limit` at most, until no process is left that began before
    /// `change` and could still ask for a password; whether that came true.
    pub fn wait_until_old_are_gone(&self, change: Moment, limit: Duration) -> bool {
        wait_until(limit, || !self.workers().iter().any(|worker| worker.began.may_precede(change)))
    }

    fn workers(&self) -> Vec<Worker> {
        let found: Vec<Worker> =
            processes().filter_map(|pid| worker(pid, |parent| self.masters.contains(&parent))).collect();
        if found.is_empty() {
            self.masters.iter().filter_map(|pid| without_workers(*pid)).collect()
        } else {
            found
        }
    }
}

/// A master between two workers, or one that works itself (`master_process
/// off`): what it serves is as old as the process, as far as anyone can tell.
fn without_workers(master: u32) -> Option<Worker> {
    Some(Worker { began: stat(master)?.began, is_leaving: false })
}

fn worker(pid: u32, is_master: impl Fn(u32) -> bool) -> Option<Worker> {
    let stat = stat(pid)?;
    if !is_master(stat.parent) {
        return None;
    }
    let title = title(pid)?;
    title.starts_with(WORKER).then(|| Worker { began: stat.began, is_leaving: title.starts_with(LEAVING) })
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
/// workers serve on until somebody ends them.
fn masters_of(pid_file: &Path, program: &Path) -> io::Result<Vec<u32>> {
    let mut old = pid_file.as_os_str().to_owned();
    old.push(".oldbin");
    let named = [number_in(pid_file)?, number_in(Path::new(&old))?].into_iter().flatten();
    Ok(named.filter(|pid| is_here(*pid) && (is_master(*pid) || is_single(*pid, program))).collect())
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

/// A pid file can be lost. Masters with a configuration or a prefix of their
/// own (`-c`, `-p`) are another nginx.
fn masters_that_run(program: &Path) -> Vec<u32> {
    let own = |pid: u32| {
        title(pid).is_some_and(|title| title.starts_with(MASTER) && !has_configuration_of_its_own(&title))
    };
    processes().filter(|pid| own(*pid) && is_here(*pid) && runs(*pid, program)).collect()
}

fn has_configuration_of_its_own(title: &[u8]) -> bool {
    let mut words = title.split(|byte| *byte == b' ' || *byte == 0);
    words.any(|word| word.starts_with(b"-c") || word.starts_with(b"-p") || word == b"pid")
}

fn is_master(pid: u32) -> bool {
    title(pid).is_some_and(|title| title.starts_with(MASTER))
}

/// With `master_process off` the title does not say what a process is.
fn is_single(pid: u32, program: &Path) -> bool {
    runs(pid, program) || executable(pid).file_name() == Some(OsStr::new("nginx"))
}

fn runs(pid: u32, program: &Path) -> bool {
    program.canonicalize().is_ok_and(|program| executable(pid) == program)
}

/// The file may have been replaced since: the kernel then marks its name.
fn executable(pid: u32) -> PathBuf {
    let exe = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    PathBuf::from(exe.to_string_lossy().trim_end_matches(" (deleted)"))
}

/// Whether the process sees our file system: one in a container does not, even
/// where its number is visible. A mount namespace of its own (`PrivateTmp`)
/// keeps the root.
fn is_here(pid: u32) -> bool {
    let root = |path: &str| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
    match (root(&format!("/proc/{pid}/root/")), root("/")) {
        (Ok(its), Ok(ours)) => its == ours,
        (Err(error), _) | (_, Err(error)) => error.kind() == ErrorKind::PermissionDenied,
    }
}

/// Every process' number.
fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The command line, which nginx overwrites with what it is.
fn title(pid: u32) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{pid}/cmdline")).ok()
}

struct Stat {
    parent: u32,
    began: Moment,
}

/// The program's name in it may have blanks and brackets: fields count from the last one.
fn stat(pid: u32) -> Option<Stat> {
    let bytes = fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        began: Moment::from_ticks(fields.get(19)?.parse().ok()?),
    })
}
