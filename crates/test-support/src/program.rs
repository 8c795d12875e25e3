//! The binary, run inside a folder: arguments in, exit code and both streams out.

use crate::folder::Folder;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

/// Cargo lays the binary beside the folder of its package's suites, and builds
/// it before them.
pub static BINARY: LazyLock<&'static str> = LazyLock::new(|| {
    let suite = std::env::current_exe().expect("a suite is a program");
    let profile = suite.parent().and_then(|deps| deps.parent()).expect("a suite lies in deps");
    let binary = profile.join("remote-write-auth");
    assert!(binary.is_file(), "{} is not built; run the suite by tests/run", binary.display());
    Box::leak(binary.display().to_string().into_boxed_str())
});

/// A copy of a program, made by another process for the reason that [`Folder::script`] has.
pub fn copy_program(from: &str, to: &Path) {
    let status = Command::new("cp").arg(from).arg(to).status().expect("cp starts");
    assert!(status.success(), "a copy in our own folder");
}

/// A copy of the binary.
pub fn copy_binary(to: &Path) {
    copy_program(*BINARY, to);
}

/// What a call came to, in full.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub exit_code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// Runs the binary in the folder.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = Command::new(*BINARY);
        let piped = command.args(arguments).current_dir(&self.0).env_remove("NO_COLOR");
        let piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary starts");
        // It need not read what it does not want.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("its output").into()
    }
}

impl From<Output> for Answer {
    fn from(output: Output) -> Self {
        Self {
            exit_code: output.status.code().expect("no signal ended it"),
            stdout: String::from_utf8(output.stdout).expect("UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("UTF-8"),
        }
    }
}

impl Answer {
    /// Insists on the exit code and on the whole of both streams.
    #[track_caller]
    pub fn is(&self, exit_code: i32, stdout: &str, stderr: &str) {
        assert_eq!((self.stdout.as_str(), self.stderr.as_str()), (stdout, stderr));
        assert_eq!(self.exit_code, exit_code);
    }
}
