//! What /proc says of one nginx: which processes work for its masters, since
//! when, and as whom.

use super::moment::Moment;
use std::fs;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const WORKER: &[u8] = b"nginx: worker process";
/// Takes no new connection and ends those that it has: keepalive is closed; uploads, websockets
/// and connections that have said nothing yet are not.
const LEAVING: &[u8] = b"nginx: worker process is shutting down";

/// A process that answers requests.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) began: Moment,
    pub(super) is_leaving: bool,
}

/// As whom a worker runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerIdentity {
    /// Its user's number.
    pub user: u32,
    /// The numbers of its groups, the first one first.
    pub groups: Vec<u32>,
}

/// All processes that answer for these masters.
pub(super) fn workers(masters: &[u32]) -> Vec<Worker> {
    let found: Vec<Worker> = workers_of(masters).filter_map(worker).collect();
    if found.is_empty() { masters.iter().filter_map(|pid| without_workers(*pid)).collect() } else { found }
}

/// As whom the workers of these masters run, each once.
pub(super) fn identities(masters: &[u32]) -> Vec<WorkerIdentity> {
    let mut found: Vec<WorkerIdentity> = Vec::new();
    for identity in workers_of(masters).filter_map(identity) {
        if !found.contains(&identity) {
            found.push(identity);
        }
    }
    found
}

fn workers_of(masters: &[u32]) -> impl Iterator<Item = u32> {
    processes().filter(|pid| {
        stat(*pid).is_some_and(|stat| masters.contains(&stat.parent))
            && title(*pid).is_some_and(|title| title.starts_with(WORKER))
    })
}

fn worker(pid: u32) -> Option<Worker> {
    Some(Worker { began: stat(pid)?.began, is_leaving: title(pid)?.starts_with(LEAVING) })
}

/// A master between two workers, or one that works itself (`master_process
/// off`): what it serves is as old as the process, as far as anyone can tell.
fn without_workers(master: u32) -> Option<Worker> {
    Some(Worker { began: stat(master)?.began, is_leaving: false })
}

/// The effective ones: real, effective, saved, of the file system.
fn identity(pid: u32) -> Option<WorkerIdentity> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let numbers = |name: &str| -> Option<Vec<u32>> {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().map(|number| number.parse().ok()).collect()
    };
    let user = *numbers("Uid:")?.get(1)?;
    let mut groups = vec![*numbers("Gid:")?.get(1)?];
    groups.extend(numbers("Groups:").unwrap_or_default());
    Some(WorkerIdentity { user, groups })
}

/// The file may have been replaced since: the kernel then marks its name.
pub(super) fn executable(pid: u32) -> PathBuf {
    let exe = fs::read_link(format!("/proc/{pid}/exe")).unwrap_or_default();
    PathBuf::from(exe.to_string_lossy().trim_end_matches(" (deleted)"))
}

/// Whether the process sees our file system and this file in it: one in a
/// container does not, even where its number is visible. A mount namespace of its
/// own keeps the root, and may have another file at the same path.
pub(super) fn is_here(pid: u32, main: &Path) -> bool {
    let same = |below: &Path| {
        let file = |path: &Path| fs::metadata(path).map(|metadata| (metadata.dev(), metadata.ino()));
        let its = Path::new("/proc").join(pid.to_string()).join("root").join(below);
        match (file(&its), file(&Path::new("/").join(below))) {
            (Ok(its), Ok(ours)) => its == ours,
            (Err(its), Err(ours)) => its.kind() == ours.kind(),
            (Err(error), Ok(_)) | (Ok(_), Err(error)) => error.kind() == ErrorKind::PermissionDenied,
        }
    };
    same(Path::new("")) && same(main.strip_prefix("/").unwrap_or(main))
}

pub(super) fn is_of_our_user(pid: u32) -> bool {
    let owner = fs::metadata(format!("/proc/{pid}")).map(|metadata| metadata.uid());
    owner.is_ok_and(|owner| owner == 0 || owner == rustix::process::geteuid().as_raw())
}

/// Every process' number.
pub(super) fn processes() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}

/// The command line, which nginx overwrites with what it is.
pub(super) fn title(pid: u32) -> Option<Vec<u8>> {
    fs::read(format!("/proc/{pid}/cmdline")).ok()
}

struct Stat {
    parent: u32,
    began: Moment,
}

/// The program's name in it may have blanks and brackets: fields count from the last one.
/// `None`: it has ended, and be it that nobody has waited for it yet.
fn stat(pid: u32) -> Option<Stat> {
    // One read: it is asked of every process, and shorter than this by far.
    let mut bytes = [0; 2048];
    let length =
        fs::File::open(format!("/proc/{pid}/stat")).and_then(|mut file| file.read(&mut bytes)).ok()?;
    let text = String::from_utf8_lossy(&bytes[..length]);
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    if matches!(*fields.first()?, "Z" | "X") {
        return None;
    }
    Some(Stat {
        parent: fields.get(1)?.parse().ok()?,
        began: Moment::from_ticks(fields.get(19)?.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::{Uid, geteuid};
    use std::process::Command;

    const NOBODY: u32 = 65534;

    /// In a thread of nobody, where this process is root's; else as who it is.
    fn as_nobody<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> T {
        let looks = || {
            if geteuid().is_root() {
                let nobody = Uid::from_raw(NOBODY);
                rustix::thread::set_thread_res_uid(nobody, nobody, nobody).expect("root may");
            }
            look()
        };
        std::thread::spawn(looks).join().expect("it looks")
    }

    #[test]
    fn a_file_that_neither_has_is_the_same_one() {
        assert!(is_here(std::process::id(), Path::new("/no/such/nginx.conf")));
    }

    /// Who is not root may not look into a process of root, and nginx' master is one.
    #[test]
    fn a_process_that_cannot_be_looked_into_counts_as_here() {
        let (error, is_here) = as_nobody(|| {
            let root = fs::metadata("/proc/1/root");
            (root.map_err(|error| error.kind()).err(), is_here(1, Path::new("/etc/passwd")))
        });
        assert_eq!((error, is_here), (Some(ErrorKind::PermissionDenied), true));
    }

    #[test]
    fn a_process_is_of_our_user_where_it_is_roots_or_our_own() {
        let (mut child, seen) = as_nobody(|| {
            let child = Command::new("sleep").arg("60").spawn().expect("a program");
            let seen = [1, child.id()].map(is_of_our_user);
            (child, seen)
        });
        let is_own = is_of_our_user(child.id());
        child.kill().and_then(|()| child.wait()).expect("our own child");
        assert_eq!((seen, is_own), ([true, true], !geteuid().is_root()));
        assert!(!is_of_our_user(u32::MAX), "there is none");
    }
}
