//! The group whose member reads the htpasswd file, and whether a worker can.

use super::account;
use crate::nginx::server::{Configured, Server, WorkerIdentity};
use crate::policy::refusal::{Code, OptionPath, Refusal};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Nobody here knows the group.
pub(super) fn not_found() -> Refusal {
    let message = "the group whose member reads the htpasswd file is known neither to /etc/group nor to getent; \
                   install what makes it first, or write the group that nginx workers run as";
    Refusal::new(Code::GroupNotFound, message, OptionPath::new("group"))
}

/// The number of the group that was named, else of nginx' workers: the `user` of
/// its configuration, else that of a running one, else what it was built with.
/// `None`: nobody here knows it.
pub(super) fn number(
    named: Option<&str>,
    server: Option<&Server>,
    configured: Option<&Configured>,
) -> Option<u32> {
    if let Some(group) = named {
        return account::group_number(group);
    }
    let Some(server) = server else { return account::group_number("nginx") };
    if let Some((_, group)) = configured.and_then(Configured::user) {
        return account::group_number(&group);
    }
    if let Some(group) = running(server).first().and_then(|identity| identity.groups.first()) {
        return Some(*group);
    }
    // nginx' own default, where none was given, is one of the two.
    let built_in = match server.built_in_user() {
        (_, Some(group)) | (Some(group), None) => Some(group),
        (None, None) => None,
    };
    built_in
        .and_then(|group| account::group_number(&group))
        .or_else(|| ["nogroup", "nobody"].into_iter().find_map(account::group_number))
}

/// As whom workers read: those that run, else those that would. A name in a
/// container has another number than here.
fn workers(server: &Server, configured: &Configured) -> Vec<WorkerIdentity> {
    let running = running(server);
    if !running.is_empty() {
        return running;
    }
    let would = configured.user().filter(|_| !configured.is_elsewhere());
    would.and_then(|(user, group)| account::worker_of(&user, &group)).into_iter().collect()
}

/// As whom running workers read; none where none is seen.
fn running(server: &Server) -> Vec<WorkerIdentity> {
    let running = server.running().ok().flatten();
    running.map(|running| running.worker_identities()).unwrap_or_default()
}

/// What is wrong where workers may not read the htpasswd file, if it is there.
pub(super) fn unreadable(server: &Server, configured: &Configured, file: &Path) -> Option<Refusal> {
    let barring = barred(&workers(server, configured), file)?;
    Some(cannot_read(file, &barring))
}

/// The file, or the folder on its way, that one of them may not read; `None`
/// where all may, or where nobody can tell (an access control list decides).
fn barred(workers: &[WorkerIdentity], file: &Path) -> Option<PathBuf> {
    let file = file.canonicalize().ok()?;
    let way: Vec<&Path> = file.ancestors().collect();
    workers.iter().find_map(|worker| {
        let barring = way.iter().rev().find(|path| !may(worker, path, if **path == file { 4 } else { 1 }));
        barring.map(|path| path.to_path_buf())
    })
}

/// Whether the mode gives this right: 4 to read, 1 to pass through.
fn may(worker: &WorkerIdentity, path: &Path, right: u32) -> bool {
    let Ok(found) = fs::metadata(path) else { return true };
    if worker.user == 0 || has_access_list(path) {
        return true;
    }
    let shift = if worker.user == found.uid() {
        6
    } else if worker.groups.contains(&found.gid()) {
        3
    } else {
        0
    };
    found.mode() >> shift & right != 0
}

fn has_access_list(path: &Path) -> bool {
    rustix::fs::getxattr(path, "system.posix_acl_access", &mut [0_u8; 0]).is_ok()
}

/// The refusal, or the warning, about a file that workers may not read.
fn cannot_read(file: &Path, barring: &Path) -> Refusal {
    let what = if barring == file { "it" } else { "a folder on its way" };
    let message = format!(
        "the workers of nginx cannot read the htpasswd file {}, since {what} does not let them, and every login gets an \
         error; let their group pass {}, or write their group into group",
        file.display(),
        barring.display()
    );
    Refusal::new(Code::WorkerCannotRead, message, barring)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;
    use test_support::folder::Folder;

    #[test]
    fn where_a_list_gives_access_nobody_can_tell_by_the_mode() {
        let folder = Folder::new();
        let file = folder.file("x", "").canonicalize().expect("our own file");
        let worker = WorkerIdentity { user: 54321, groups: vec![54322] };
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).expect("our own folder");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("our own file");
        assert_eq!(barred(std::slice::from_ref(&worker), &file), Some(file.clone()));
        // Owner rw, this user r, group r, mask r, others nothing; version 2, as acl(5) has them.
        let entries = [
            (0x01, 6, u32::MAX),
            (0x02, 4, 54321),
            (0x04, 4, u32::MAX),
            (0x10, 4, u32::MAX),
            (0x20, 0, u32::MAX),
        ];
        let mut list = 2_u32.to_le_bytes().to_vec();
        for (tag, rights, who) in entries {
            list.extend([u16::to_le_bytes(tag), u16::to_le_bytes(rights)].concat());
            list.extend(who.to_le_bytes());
        }
        let none = rustix::fs::XattrFlags::empty();
        rustix::fs::setxattr(&file, "system.posix_acl_access", &list, none)
            .expect("a file system with lists");
        assert_eq!(barred(&[worker], &file), None);
    }

    #[test]
    fn what_bars_them_is_named() {
        let message = |barring: &str| cannot_read(Path::new("/a/b/htpasswd"), Path::new(barring)).message;
        let (of_file, of_folder) = (message("/a/b/htpasswd"), message("/a/b"));
        assert!(of_file.contains("htpasswd file /a/b/htpasswd, since it does not let them"), "{of_file}");
        assert!(of_folder.contains(", since a folder on its way does not let them"), "{of_folder}");
        assert!(of_folder.contains("let their group pass /a/b, or"), "{of_folder}");
    }

    #[test]
    fn a_worker_passes_where_the_mode_lets_it() {
        let folder = Folder::new();
        let file = folder.file("x", "").canonicalize().expect("our own file");
        let owner = fs::metadata(&file).expect("our own file");
        let other = WorkerIdentity { user: 54321, groups: vec![54322] };
        let member = WorkerIdentity { user: 54321, groups: vec![54322, owner.gid()] };
        let mode = |path: &Path, mode| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our own file");
        };
        for (of_folder, of_file, barring) in [
            (0o711, 0o644, [None, None]),
            (0o711, 0o640, [Some(file.clone()), None]),
            (0o711, 0o604, [None, Some(file.clone())]),
            (0o700, 0o644, [file.parent().map(Path::to_owned), file.parent().map(Path::to_owned)]),
            (0o710, 0o644, [file.parent().map(Path::to_owned), None]),
            // No owner may, but for root.
            (0o011, 0o044, [None, None]),
        ] {
            mode(folder.path(), of_folder);
            mode(&file, of_file);
            let found = [&other, &member].map(|worker| barred(std::slice::from_ref(worker), &file));
            assert_eq!(found, barring, "{of_folder:o} {of_file:o}");
            let root = WorkerIdentity { user: 0, groups: vec![0] };
            assert_eq!(barred(&[root], &file), None);
        }
        drop(folder);
        assert_eq!(barred(&[other], &file), None, "there is no such file");
    }
}
