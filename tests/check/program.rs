//! One call of the binary: a private folder, arguments, what came back.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

pub const BINARY: &str = env!("CARGO_BIN_EXE_remote-write-auth");

/// A private folder that is gone with its owner; the binary is run inside it,
/// so that paths in its answers are the short ones of the case.
pub struct Folder(PathBuf);

/// What a call came to, in full.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub exit_code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Folder {
    /// A folder with these files in it.
    pub fn with(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("remote-write-auth-check-{}-{next}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir(&folder.0).expect("a new folder");
        for (name, content) in files {
            folder.write(name, content);
        }
        folder
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder of our own");
        fs::write(path, content).expect("a file in our own folder");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("a file in our own folder")
    }

    /// Runs the binary in the folder.
    pub fn run(&self, arguments: &[&str]) -> Answer {
        self.run_with_input(arguments, "")
    }

    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Answer {
        let mut command = Command::new(BINARY);
        let piped = command.args(arguments).current_dir(&self.0).env_remove("NO_COLOR");
        let piped = piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the binary starts");
        // It need not read what it does not want.
        let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("its output").into()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
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
