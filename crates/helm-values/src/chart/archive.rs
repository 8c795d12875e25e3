//! A packed chart ─▶ its files, by the names they have in the chart.
//!
//! Nothing is unpacked to disk, names that leave the chart are refused, and
//! everything is bounded: a file at 5 MiB, an archive at 100 MiB (both Helm's),
//! all archives of one chart, packed into each other, together.

use super::file::{File, matters};
use super::gzip::{self, Gunzip};
use super::tar::Tar;
use crate::ErrorKind;
use std::io::Read;

/// Helm's bound for one file, unpacked.
pub(super) const LARGEST_FILE: u64 = 5 * 1024 * 1024;
/// Helm's bound for one archive, unpacked.
pub(super) const LARGEST_CHART: u64 = 100 * 1024 * 1024;

/// Reads the archive; `left` is what all archives together may still hold. An
/// error where Helm refuses it, too, or where it grows too large.
pub(super) fn files(packed: &[u8], left: &mut u64) -> Result<Vec<File>, ArchiveError> {
    if !packed.starts_with(gzip::MAGIC) {
        return Err(refused("is not a gzip archive; a chart is a folder or what helm package wrote"));
    }
    // Headers and padding come on top of what the files hold.
    let bound = LARGEST_CHART.min(*left) * 2;
    let unpacked = Gunzip::new(packed).map_err(broken)?;
    let mut counted = Counted { inner: unpacked.take(bound), read: 0 };
    let listed = entries(&mut counted);
    let spent = counted.read >= bound;
    *left = left.saturating_sub(counted.read);
    match listed {
        Err(_) if spent => Err(refused(TOO_LARGE)),
        Ok(files) if files.is_empty() => Err(refused("has no files; pack it again with helm package")),
        other => other,
    }
}

/// What is wrong with an archive, to be said after its path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ArchiveError {
    pub(super) kind: ErrorKind,
    pub(super) message: String,
}

fn refused(message: &str) -> ArchiveError {
    ArchiveError { kind: ErrorKind::Refused, message: message.to_owned() }
}

fn broken(_: std::io::Error) -> ArchiveError {
    refused("is a broken archive; pack it again with helm package")
}

const TOO_LARGE: &str = "is larger than 100 MiB unpacked; Helm takes no more";

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.read += read as u64;
        Ok(read)
    }
}

fn entries(unpacked: impl Read) -> Result<Vec<File>, ArchiveError> {
    let mut archive = Tar::new(unpacked);
    let mut files = Vec::new();
    let mut left = LARGEST_CHART;
    while let Some(member) = archive.next().map_err(broken)? {
        if member.is_folder || member.is_global {
            continue;
        }
        let name = name_in_chart(&member.name)?;
        // Less than none, as a header may say of a link, is none.
        let size = u64::try_from(member.size).unwrap_or_default();
        if size > LARGEST_FILE {
            return Err(refused("has a file over 5 MiB unpacked; Helm takes no more"));
        }
        if size >= left {
            return Err(refused(TOO_LARGE));
        }
        left -= size;
        if size > 0 && !member.has_data {
            // Helm up to 3.17.2 reads it as an empty file, and refuses it since.
            let message = "has a link or a device with a size; pack it again with helm package".to_owned();
            return Err(ArchiveError { kind: ErrorKind::TooLarge, message });
        }
        let data = if matters(&name) {
            archive.content().map_err(broken)?
        } else {
            archive.check_content().map_err(broken)?;
            Vec::new()
        };
        files.push(File { name, data });
    }
    Ok(files)
}

/// The name after the archive's own folder.
fn name_in_chart(path: &str) -> Result<String, ArchiveError> {
    let delimiter = if path.contains('\\') { '\\' } else { '/' };
    let (folder, rest) = path.split_once(delimiter).unwrap_or((path, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return Err(refused("names a file by an absolute path; pack it again with helm package"));
    }
    let name = clean(&rest);
    if name == "." || name.starts_with("..") {
        return Err(refused("names a file outside of the chart; pack it again with helm package"));
    }
    let drive = name.as_bytes();
    if drive.len() > 2 && drive[0].is_ascii_alphabetic() && &drive[1..3] == b":/" {
        return Err(refused("names a file by its drive; pack it again with helm package"));
    }
    if folder == "Chart.yaml" {
        return Err(refused("has its Chart.yaml outside of a folder; pack it again with helm package"));
    }
    Ok(name)
}

/// A relative path without `.` and inner `..`, as Go's `path.Clean` has it.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_the_chart() {
        assert_eq!(name_in_chart("umb/charts/a/../b/values.yaml").as_deref(), Ok("charts/b/values.yaml"));
        assert_eq!(name_in_chart(r"umb\charts\a.yaml").as_deref(), Ok("charts/a.yaml"));
        for path in ["umb/../x", "umb/a/../../x", "umb//etc/passwd", "x", "Chart.yaml/x", "umb/c:/x"] {
            assert!(name_in_chart(path).is_err(), "{path}");
        }
    }
}
