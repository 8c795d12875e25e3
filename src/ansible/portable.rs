//! Texts of options that nginx, getent and the kernel read as they are meant.
//!
//! Each rule says yes or no; messages and defaults stand with the options.

use std::path::{Component, Path, PathBuf};

/// A realm that stays itself between double quotes in nginx' configuration,
/// where a parameter ends at 4 KiB. `off` is a word of its own there: it opens
/// the endpoint, and `nginx -t` passes.
pub(crate) fn is_realm(text: &str) -> bool {
    let portable = |byte: u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'$');
    text != "off" && text.len() <= 256 && text.bytes().all(portable)
}

fn is_plain(text: &str, more: &[u8]) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte) || more.contains(&byte))
}

/// An absolute path of one file, without characters that nginx reads as more
/// than themselves and without dots alone, which hide that two paths are one.
pub(crate) fn is_path(text: &str) -> bool {
    let path = Path::new(text);
    let no_dots_alone = !text.split('/').any(|part| part == "." || part == "..");
    let names_a_file =
        !text.ends_with('/') && path.components().any(|part| matches!(part, Component::Normal(_)));
    path.is_absolute() && names_a_file && no_dots_alone && is_plain(text, b"/")
}

/// The file itself, its temporary name and its kept copy.
pub(crate) fn beside(path: &Path) -> [PathBuf; 3] {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    [
        path.to_owned(),
        path.with_file_name(format!(".{name}.remote-write-auth")),
        path.with_file_name(format!("{name}.before")),
    ]
}

/// A name as some directory service may have it, but nothing that getent reads
/// as an option or that splits a line of /etc/group; or a number of a group.
pub(crate) fn is_group(text: &str) -> bool {
    let named =
        !text.is_empty() && !text.starts_with('-') && !text.contains(|c: char| c.is_control() || c == ':');
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    // The highest number means none to chown.
    named && text.len() <= 256 && (!is_number || text.parse::<u32>().is_ok_and(|number| number != u32::MAX))
}

/// A name to look for in the search path, or an absolute path: nothing below
/// the working folder, which is a remote user's, is started by root.
pub(crate) fn is_program(text: &str) -> bool {
    let absolute = Path::new(text).is_absolute() && !text.ends_with('/');
    is_plain(text, b"/+") && !text.starts_with('-') && (absolute || !text.contains('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portable_path_names_one_file_for_every_reader() {
        for path in ["/a", "/etc/nginx/prometheus.htpasswd", "/A-b_9/..c", "/a//b"] {
            assert!(is_path(path), "{path}");
        }
        for path in [
            "", "a", "./a", "/", "/a/", "/a/..", "/a/../b", "/./a", "/a b", "/a$b", "/ä", "/a\n", "/a;b",
            "/a\0",
        ] {
            assert!(!is_path(path), "{path:?}");
        }
    }

    #[test]
    fn a_group_is_a_name_or_a_number() {
        for group in ["nginx", "0", "65534", "domain users", "DOM\\users", "www-data", "4294967294"] {
            assert!(is_group(group), "{group}");
        }
        for group in ["", "-s", "-1", "a:b", "a\nb", "4294967295", "99999999999999999999"] {
            assert!(!is_group(group), "{group:?}");
        }
    }

    #[test]
    fn a_program_is_never_looked_for_below_the_working_folder() {
        for program in ["nginx", "/usr/sbin/nginx", "nginx1.22", "/opt/nginx+/sbin/nginx"] {
            assert!(is_program(program), "{program}");
        }
        for program in ["./nginx", "sbin/nginx", "-nginx", "nginx -g x", "/usr/sbin/", "a\0", "nginx;id"] {
            assert!(!is_program(program), "{program:?}");
        }
    }
}
