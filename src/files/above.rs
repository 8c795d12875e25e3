//! A path → the folders above it in which others could exchange what leads there.
//!
//! Whoever may rename a folder puts another one in its place, with files of their
//! own. The kernel asks for the permission to write to the folder above it, and in
//! a sticky one (/tmp) for being the owner of either. sshd's `StrictModes` asks for the
//! same on the way up to /, without the exception for sticky folders. That it would
//! refuse all below /tmp says more than the kernel does, and is not asked here.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const STICKY: u32 = 0o1000;

/// Whether somebody else than root and `own` may make, rename and remove names in a folder.
pub(super) fn is_writable_by_others((owner, group, mode): (u32, u32, u32), own: u32) -> bool {
    (owner != 0 && owner != own) || mode & 0o002 != 0 || (mode & 0o020 != 0 && group != 0)
}

/// The nearest folder above `folder` in which others than root and `own` may exchange what leads to it.
pub(super) fn exchangeable(folder: &Path, own: u32) -> Option<PathBuf> {
    // A link on the way has a folder of its own, and leads to others.
    let real = fs::canonicalize(folder).ok().filter(|real| real != folder);
    let steps = folder.ancestors().chain(real.iter().flat_map(|real| real.ancestors()));
    let above = steps.filter_map(|step| Some((step.parent()?, step)));
    let mut found = above.filter(|(above, step)| lets_others_exchange(above, step, own));
    found.next().map(|(above, _)| above.to_owned())
}

/// What cannot be looked at is nobody's to exchange, as far as this process can tell.
fn lets_others_exchange(above: &Path, name: &Path, own: u32) -> bool {
    let (Ok(above), Ok(name)) = (fs::metadata(above), fs::symlink_metadata(name)) else {
        return false;
    };
    let is_own = |metadata: &Metadata| metadata.uid() == 0 || metadata.uid() == own;
    let is_kept_by_sticky = above.mode() & STICKY != 0 && is_own(&above) && is_own(&name);
    is_writable_by_others((above.uid(), above.gid(), above.mode()), own) && !is_kept_by_sticky
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::geteuid;
    use std::fs::Permissions;
    use std::os::unix::fs::{PermissionsExt, chown};
    use test_support::folder::Folder;

    #[test]
    fn in_a_sticky_folder_nobody_exchanges_what_others_own() {
        let folder = Folder::new();
        let (sticky, inside) = (&folder.0, folder.0.join("inside"));
        fs::create_dir(&inside).expect("a new folder");
        fs::set_permissions(sticky, Permissions::from_mode(0o1777)).expect("our own folder");
        if geteuid().is_root() {
            chown(&inside, Some(7), None).expect("root's");
        }
        let own = fs::metadata(&inside).expect("our own folder").uid();
        assert_eq!(exchangeable(&inside, own), None);
        assert_eq!(exchangeable(&inside, own + 1), Some(sticky.clone()));
        fs::set_permissions(sticky, Permissions::from_mode(0o777)).expect("our own folder");
        assert_eq!(exchangeable(&inside, own), Some(sticky.clone()));
    }

    #[test]
    fn owner_and_both_bits_count_and_roots_group_does_not() {
        for (folder, own, expected) in [
            ((0, 0, 0o755), 0, false),
            ((0, 0, 0o775), 0, false),
            ((0, 5, 0o775), 0, true),
            ((0, 5, 0o755), 0, false),
            ((0, 0, 0o757), 0, true),
            ((7, 0, 0o755), 0, true),
            ((7, 0, 0o755), 7, false),
            ((8, 0, 0o755), 7, true),
        ] {
            assert_eq!(is_writable_by_others(folder, own), expected, "{folder:?} {own}");
        }
    }
}
