//! Owners, modes and `SELinux` contexts; only root can give files away.

use crate::host::{GROUP, Host, OTHER_PASSWORD, PASSWORD, basic, changed, open};
use rustix::fs::{XattrFlags, getxattr, setxattr};
use rustix::io::Errno;
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

const CONTEXT: &str = "security.selinux";

fn owner_and_mode(path: &Path) -> (u32, u32, u32) {
    let stat = fs::symlink_metadata(path).expect("the file is there");
    (stat.uid(), stat.gid(), stat.mode() & 0o7777)
}

#[test]
fn only_root_and_the_workers_read_the_htpasswd_file() {
    let host = Host::new();
    fs::write(host.htpasswd(), "old:x\n").expect("our own file");
    host.accepts(basic());
    assert_eq!(owner_and_mode(&host.htpasswd()), (0, GROUP, 0o640));
    assert_eq!(owner_and_mode(&host.include()), (0, 0, 0o644));
    assert_eq!(owner_and_mode(&host.path("htpasswd.before")), (0, 0, 0o600));
}

#[test]
fn what_drifted_is_set_and_not_rewritten() {
    let drifts: [&dyn Fn(&Path); 4] = [
        &|path| fs::set_permissions(path, Permissions::from_mode(0o666)).expect("our own file"),
        &|path| fs::set_permissions(path, Permissions::from_mode(0o4600)).expect("our own file"),
        &|path| chown(path, None, Some(7)).expect("root's"),
        &|path| chown(path, Some(7), Some(7)).expect("root's"),
    ];
    for (number, drift) in drifts.iter().enumerate() {
        for name in ["htpasswd", "include"] {
            let host = Host::new();
            host.accepts(basic());
            let path = host.path(name);
            let right = owner_and_mode(&path);
            let stat = || {
                let stat = fs::metadata(&path).expect("the file is there");
                (stat.ino(), stat.mtime(), stat.mtime_nsec())
            };
            let written = stat();
            drift(&path);
            let drifted = owner_and_mode(&path);
            let foretold = host.check(basic());
            assert!(changed(&foretold), "{name} {number}");
            assert_eq!(owner_and_mode(&path), drifted);
            let answer = host.accepts(basic());
            assert!(changed(&answer), "{name} {number}");
            let diff = json!([{
                "before": shown(drifted), "after": shown(right),
                "before_header": path, "after_header": path,
            }]);
            assert_eq!((&foretold.keys["diff"], &answer.keys["diff"]), (&diff, &diff), "{name} {number}");
            assert_eq!(owner_and_mode(&path), right, "{name} {number}");
            assert_eq!(stat(), written, "{name} {number}: set, not rewritten");
            assert!(!changed(&host.accepts(basic())));
        }
    }
}

/// As a diff has them.
fn shown((owner, group, mode): (u32, u32, u32)) -> String {
    format!("owner {owner}\ngroup {group}\nmode {mode:04o}\n")
}

#[test]
fn a_second_name_of_a_file_is_never_changed_with_it() {
    let host = Host::new();
    host.accepts(basic());
    let other = host.path("other");
    fs::hard_link(host.htpasswd(), &other).expect("a link");
    chown(&other, Some(7), Some(7)).expect("root's");
    assert!(changed(&host.accepts(basic())));
    assert_eq!(owner_and_mode(&host.htpasswd()), (0, GROUP, 0o640));
    assert_eq!(owner_and_mode(&other), (7, 7, 0o640));
}

#[test]
fn the_label_of_a_replaced_file_is_kept() {
    let host = Host::new();
    host.accepts(basic());
    let context = b"system_u:object_r:httpd_config_t:s0";
    for path in [host.htpasswd(), host.include()] {
        match setxattr(&path, CONTEXT, context, XattrFlags::empty()) {
            // This file system has no contexts, so there are none to keep.
            Err(Errno::OPNOTSUPP) => return,
            other => other.expect("root may set a context"),
        }
    }
    host.accepts(json!({"username": "alloy", "password": OTHER_PASSWORD, "realm": "Another"}));
    for path in [host.htpasswd(), host.include()] {
        let mut found = [0; 256];
        let length = getxattr(&path, CONTEXT, &mut found).expect("a context");
        assert_eq!(&found[..length], context, "{path:?}");
    }
}

#[test]
fn a_group_is_taken_by_number_or_name_and_an_unknown_one_is_refused() {
    let host = Host::new();
    let with = |group: &str| json!({"username": "alloy", "password": PASSWORD, "group": group});
    for (group, number) in [("7", 7), ("root", 0), ("54321", 54321)] {
        host.accepts(with(group));
        assert_eq!(owner_and_mode(&host.htpasswd()).1, number);
    }
    let before = host.all_touched();
    let answer = host.module(with("no-such-group-here"));
    assert_eq!((answer.code(), changed(&answer)), ("group-not-found", false), "{answer:?}");
    assert_eq!(answer.keys["where"], "group");
    assert_eq!(host.all_touched(), before);
    let answer = host.check(with("no-such-group-here"));
    assert!(answer.is_accepted(), "{answer:?}");
    assert!(answer.warnings().iter().any(|warning| warning.contains("[group-not-found]")), "{answer:?}");
}

#[test]
fn nobody_asks_for_a_group_where_there_are_no_logins() {
    let host = Host::new();
    let mut options = open();
    options["group"] = json!("no-such-group-here");
    host.accepts(options);
}

#[test]
fn a_folder_that_others_can_write_to_is_warned_about() {
    for (owner, group, mode, is_warned) in [
        (0, 0, 0o755, false),
        (0, 0, 0o775, false),
        (0, 7, 0o775, true),
        (0, 0, 0o757, true),
        (7, 0, 0o755, true),
    ] {
        let host = Host::new();
        chown(&host.folder.0, Some(owner), Some(group)).expect("root's");
        fs::set_permissions(&host.folder.0, Permissions::from_mode(mode)).expect("our own folder");
        let answer = host.accepts(basic());
        let warned = answer.warnings().iter().any(|warning| warning.contains("may exchange files"));
        assert_eq!(warned, is_warned, "{owner} {group} {mode:o}: {answer:?}");
    }
}
