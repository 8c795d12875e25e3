//! What tests/tools/install lays into its cache folder.

use std::path::{Path, PathBuf};

/// A file of a tool that the suite names among its needs.
pub fn file(path: &str) -> PathBuf {
    let home = || Path::new(&std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    let caches = || std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    let ours = std::env::var_os("REMOTE_WRITE_AUTH_CACHE").map(PathBuf::from);
    let file = ours.unwrap_or_else(|| caches().join("remote-write-auth")).join(path);
    assert!(file.is_file(), "{} is not there; let tests/run install it", file.display());
    file
}
