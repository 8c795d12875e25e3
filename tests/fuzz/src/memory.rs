//! A file that is in memory alone, for what takes a path.

use std::fs::File;
use std::io::Write;
use std::os::fd::AsRawFd;
use std::path::PathBuf;

/// The file; it goes when this is dropped.
pub struct Memory(File);

impl Memory {
    /// A file with this in it.
    pub fn holding(bytes: &[u8]) -> Memory {
        let file = rustix::fs::memfd_create("fuzz", rustix::fs::MemfdFlags::CLOEXEC).expect("Linux has it");
        let mut file = File::from(file);
        file.write_all(bytes).expect("there is memory");
        Memory(file)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        format!("/proc/self/fd/{}", self.0.as_raw_fd()).into()
    }
}
