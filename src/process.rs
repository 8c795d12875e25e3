//! One run of a program of the system: where nobody can type, with a bare
//! environment, and no longer than it may take.
//!
//! What it prints lands in anonymous memory: a configuration can hold
//! passwords, and no thread and no pipe is needed that could outlive the run.
//! Nothing here knows which program it is.

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process_group};
use std::error::Error;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where programs are looked for after `PATH`, and all that a child gets as its own.
pub(crate) const SYSTEM_FOLDERS: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// With this `setsid`, or a shell around the program, ends where the program is missing, ...
const NOT_FOUND: i32 = 127;
/// ... and with this where it cannot be run.
const NOT_EXECUTABLE: i32 = 126;

/// No more of an output than this is read.
const OUTPUT_LIMIT: u64 = 64 << 20;

/// How long a killed child may take to end; it is left to the kernel after that.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// Why a program did not run to its end.
#[derive(Debug)]
pub(crate) enum RunError {
    /// It took longer than it may, and was killed with all that it had started.
    TimedOut,
    /// It never began, or the system could not say how it went.
    CannotStart(io::Error),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RunError::TimedOut => f.write_str("it took too long and was ended"),
            RunError::CannotStart(error) => error.fmt(f),
        }
    }
}

impl Error for RunError {}

impl From<io::Error> for RunError {
    fn from(error: io::Error) -> Self {
        RunError::CannotStart(error)
    }
}

/// Runs `program` to its end, `limit` at most. A program that says no by its
/// exit code has run, too.
pub(crate) fn run(program: &Path, arguments: &[&str], limit: Duration) -> Result<Output, RunError> {
    let (stdout, stderr) = (memory()?, memory()?);
    let mut child = without_terminal(program)
        .args(arguments)
        .env_clear()
        .env("PATH", SYSTEM_FOLDERS)
        .env("LANG", "C")
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(stdout.try_clone()?)
        .stderr(stderr.try_clone()?)
        .spawn()?;
    let Some(status) = wait(&mut child, limit)? else {
        end(&mut child);
        return Err(RunError::TimedOut);
    };
    match status.code() {
        Some(NOT_FOUND) => Err(io::Error::from(Errno::NOENT).into()),
        Some(NOT_EXECUTABLE) => Err(io::Error::from(Errno::NOEXEC).into()),
        Some(_) | None => Ok(Output { status, stdout: content(stdout)?, stderr: content(stderr)? }),
    }
}

/// A session of its own has no terminal: with one, nginx asks there for the
/// passphrase of a key and waits. `setsid` becomes the program without a fork,
/// since it does not lead a process group.
fn without_terminal(program: &Path) -> Command {
    let Some(setsid) = find_in(SYSTEM_FOLDERS, "setsid") else {
        let mut command = Command::new(program);
        command.process_group(0); // who asks at the terminal from there is stopped, and ended in time
        return command;
    };
    let mut command = Command::new(setsid);
    command.arg(program);
    command
}

/// The first executable file called `name` in a list of folders.
pub(crate) fn find_in(folders: &str, name: &str) -> Option<PathBuf> {
    folders
        .split(':')
        .filter(|folder| folder.starts_with('/'))
        .map(|folder| Path::new(folder).join(name))
        .find(|path| is_executable(path))
}

/// Whether the path leads to a file that may be run.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

fn memory() -> io::Result<File> {
    Ok(File::from(memfd_create("output", MemfdFlags::CLOEXEC)?))
}

fn content(mut memory: File) -> io::Result<Vec<u8>> {
    memory.rewind()?;
    let mut bytes = Vec::new();
    memory.take(OUTPUT_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `None`: it still runs.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let gone = start.elapsed();
        if gone >= limit {
            return Ok(None);
        }
        thread::sleep((gone / 8).clamp(Duration::from_millis(1), Duration::from_millis(50)));
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself meanwhile.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.kill();
    let _ = wait(child, LAST_WAIT);
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::folder::Folder;

    fn shell(script: &str, limit: Duration) -> Result<Output, RunError> {
        run(Path::new("/bin/sh"), &["-c", script], limit)
    }

    fn printed(run: Result<Output, RunError>) -> String {
        String::from_utf8(run.expect("it runs to its end").stdout).expect("text")
    }

    const ENOUGH: Duration = Duration::from_secs(30);

    #[test]
    fn a_child_leads_a_session_of_its_own_without_a_terminal() {
        let stat = printed(shell("cat /proc/$$/stat", ENOUGH));
        let fields: Vec<&str> = stat.rsplit(')').next().expect("fields").split_whitespace().collect();
        let (group, session, terminal) = (fields[2], fields[3], fields[4]);
        assert_eq!((group, terminal), (session, "0"));
        assert_eq!(stat.split(' ').next(), Some(session));
    }

    #[test]
    fn a_child_gets_a_bare_environment_and_nothing_to_read() {
        let said = printed(shell("cat; tr '\\0' '\\n' </proc/$$/environ | sort", ENOUGH));
        let names: Vec<&str> = said.lines().filter_map(|line| line.split('=').next()).collect();
        assert_eq!(names, ["LANG", "PATH"]);
    }

    #[test]
    fn a_child_that_hangs_is_ended_with_all_that_it_started() {
        let folder = Folder::new();
        let number = folder.path().join("number");
        let script = format!("sleep 600 & echo $! >{}; sleep 600", number.display());
        assert!(matches!(shell(&script, Duration::from_millis(500)), Err(RunError::TimedOut)));
        let grandchild = std::fs::read_to_string(number).expect("its number");
        let cmdline = format!("/proc/{}/cmdline", grandchild.trim());
        let end = Instant::now() + ENOUGH;
        // A process that nobody has waited for yet has an empty command line.
        while std::fs::read(&cmdline).is_ok_and(|bytes| !bytes.is_empty()) {
            assert!(Instant::now() < end, "the grandchild still runs");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_program_that_cannot_be_run_differs_from_one_that_says_no() {
        let missing = run(Path::new("/nowhere/program"), &[], ENOUGH);
        assert!(
            matches!(missing, Err(RunError::CannotStart(error)) if error.kind() == io::ErrorKind::NotFound)
        );
        assert!(matches!(run(Path::new("/etc/passwd"), &[], ENOUGH), Err(RunError::CannotStart(_))));
        assert!(shell("exit 1", ENOUGH).is_ok());
        assert!(shell("kill -9 $$", ENOUGH).is_ok());
    }

    #[test]
    fn a_large_output_does_not_block() {
        let said = printed(shell("head -c 3000000 /dev/zero | tr '\\0' x", ENOUGH));
        assert_eq!(said.len(), 3_000_000);
    }
}
