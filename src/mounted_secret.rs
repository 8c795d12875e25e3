//! A folder where Kubernetes has mounted a Secret → the two halves of its login.
//!
//! Kubernetes shows a Secret as files behind the link `..data`, which it moves
//! in one step: both halves are read from one version. What they hold is not
//! judged here, and never shown.

use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// More than the policy ever takes; a larger file is cut, and refused for its length.
const ENOUGH: u64 = 4096;
/// A Secret that changes faster than this is read as it stands.
const ATTEMPTS: u32 = 5;

/// One key's bytes; `None`: the Secret does not have the key.
pub(crate) type Half = Option<Zeroizing<Vec<u8>>>;

/// A login as the Secret holds it, of one version of the Secret.
#[derive(Debug)]
pub(crate) struct MountedSecret {
    /// The key `username`.
    pub(crate) username: Half,
    /// The key `password`.
    pub(crate) password: Half,
    /// Whether it has keys that a login does not have.
    pub(crate) has_other_keys: bool,
}

/// Why nobody can tell what the Secret holds.
#[derive(Debug)]
pub(crate) enum MountedSecretError {
    /// The path is not that of a folder.
    NotFolder(PathBuf),
    /// A key is there and cannot be read.
    CannotRead(PathBuf, io::Error),
}

impl fmt::Display for MountedSecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MountedSecretError::NotFolder(path) => {
                write!(f, "{} is not a folder; mount the Secret there", path.display())
            }
            MountedSecretError::CannotRead(path, error) => {
                write!(f, "cannot read {}: {error}", path.display())
            }
        }
    }
}

impl Error for MountedSecretError {}

impl MountedSecret {
    /// Reads the Secret that is mounted at `folder`.
    pub(crate) fn load(folder: &Path) -> Result<Self, MountedSecretError> {
        if !folder.is_dir() {
            return Err(MountedSecretError::NotFolder(folder.to_owned()));
        }
        for _ in 1..ATTEMPTS {
            let before = version(folder);
            let read = Self::read_once(folder)?;
            if version(folder) == before {
                return Ok(read);
            }
        }
        Self::read_once(folder)
    }

    fn read_once(folder: &Path) -> Result<Self, MountedSecretError> {
        Ok(Self {
            username: half(folder, "username")?,
            password: half(folder, "password")?,
            has_other_keys: has_other_keys(folder),
        })
    }
}

/// A folder that cannot be listed is one whose other keys nobody sees.
fn has_other_keys(folder: &Path) -> bool {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names.into_iter().any(|name| {
        let name = name.to_string_lossy();
        !name.starts_with("..") && name != "username" && name != "password"
    })
}

fn version(folder: &Path) -> Option<PathBuf> {
    fs::read_link(folder.join("..data")).ok()
}

fn half(folder: &Path, key: &str) -> Result<Half, MountedSecretError> {
    let path = folder.join(key);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(ENOUGH).unwrap_or(0)));
    match File::open(&path).and_then(|file| file.take(ENOUGH).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(MountedSecretError::CannotRead(path, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use test_support::folder::Folder;

    /// A folder as the kubelet makes it.
    struct Mount(Folder);

    impl Mount {
        fn new() -> Self {
            let mount = Self(Folder::new());
            symlink("..data/username", mount.join("username")).expect("a link of our own");
            symlink("..data/password", mount.join("password")).expect("a link of our own");
            mount
        }

        fn join(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        /// Moves the Secret to this version in one step.
        fn turn_to(&self, version: &str) {
            if !self.join(&format!("..{version}")).exists() {
                for key in ["username", "password"] {
                    self.0.write(&format!("..{version}/{key}"), format!("{key} of {version}"));
                }
            }
            let link = self.join("..data_tmp");
            symlink(format!("..{version}"), &link).expect("a link of our own");
            fs::rename(link, self.join("..data")).expect("a link of our own");
        }

        fn load(&self) -> (Option<String>, Option<String>) {
            let MountedSecret { username, password, has_other_keys: _ } =
                MountedSecret::load(self.0.path()).expect("a mounted Secret");
            let text = |half: Half| half.map(|bytes| String::from_utf8(bytes.to_vec()).expect("text"));
            (text(username), text(password))
        }
    }

    /// Ends the other thread, which the scope waits for, also where an assertion fails.
    struct End<'a>(&'a AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    fn both_of(version: &str) -> (Option<String>, Option<String>) {
        (Some(format!("username of {version}")), Some(format!("password of {version}")))
    }

    #[test]
    fn a_key_that_is_missing_is_none() {
        let mount = Mount::new();
        assert_eq!(mount.load(), (None, None));
        mount.turn_to("1");
        assert_eq!(mount.load(), both_of("1"));
        fs::remove_file(mount.join("..1/password")).expect("a file of our own");
        assert_eq!(mount.load(), (both_of("1").0, None));
    }

    #[test]
    fn both_halves_are_of_one_version() {
        let mount = Mount::new();
        mount.turn_to("1");
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let end = End(&is_over);
            let turning = scope.spawn(|| {
                let mut turns = 0_u32;
                while !is_over.load(Ordering::Relaxed) {
                    mount.turn_to(if turns.is_multiple_of(2) { "2" } else { "1" });
                    turns += 1;
                    thread::sleep(std::time::Duration::from_micros(500));
                }
                turns
            });
            for _ in 0..2_000 {
                let read = mount.load();
                assert!(read == both_of("1") || read == both_of("2"), "{read:?}");
            }
            drop(end);
            assert!(turning.join().expect("a thread of our own") > 1, "nothing moved meanwhile");
        });
    }

    #[test]
    fn a_large_half_is_cut() {
        let mount = Mount::new();
        mount.turn_to("1");
        mount.0.write("..1/password", "x".repeat(10_000));
        assert_eq!(mount.load().1.map(|password| password.len()), Some(4096));
    }

    #[test]
    fn what_cannot_be_read_has_its_path() {
        let mount = Mount::new();
        let message = |folder: &Path| MountedSecret::load(folder).expect_err("nothing to read").to_string();
        let nowhere = mount.join("nowhere");
        let expected = format!("{} is not a folder; mount the Secret there", nowhere.display());
        assert_eq!(message(&nowhere), expected);
        fs::remove_file(mount.join("username")).expect("a link of our own");
        fs::create_dir(mount.join("username")).expect("a new folder");
        let shown = mount.join("username");
        let expected = format!("cannot read {}: Is a directory", shown.display());
        assert!(message(mount.0.path()).starts_with(&expected), "{}", message(mount.0.path()));
    }
}
