//! A file that is in memory alone, for what takes a path.

use std::cell::RefCell;
use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

thread_local! {
    /// Files that are free. The last one is taken first, so that who holds one at a time has one path.
    static FREE: RefCell<Vec<File>> = const { RefCell::new(Vec::new()) };
}

/// The file; it is free again when this is dropped.
pub struct Memory(Option<File>);

impl Memory {
    /// A file with this in it.
    pub fn holding(bytes: &[u8]) -> Memory {
        let file = FREE.with_borrow_mut(Vec::pop).unwrap_or_else(create);
        file.set_len(0).expect("it is ours");
        file.write_all_at(bytes, 0).expect("there is memory");
        Memory(Some(file))
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        let file = self.0.as_ref().expect("until it is dropped");
        format!("/proc/self/fd/{}", file.as_raw_fd()).into()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        FREE.with_borrow_mut(|free| free.extend(self.0.take()));
    }
}

fn create() -> File {
    rustix::fs::memfd_create("fuzz", rustix::fs::MemfdFlags::CLOEXEC).expect("Linux has it").into()
}
