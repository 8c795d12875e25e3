//! What a values flag names ─▶ bytes: a file, or standard input for `-`.
//!
//! Nothing is fetched: a name that Helm would ask a server for is refused.
//! Here also stands how one `-f` names several files.

use super::Error;
use super::value::{Origin, Source, SourceKind};
use super::yaml::LARGEST;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};

/// Most files are smaller, in bytes.
const SMALL: usize = 64 << 10;

/// What a values file holds, or standard input for `-`, up to 64 MiB and a byte;
/// what is wrong begins with a verb, the caller names the file.
pub fn read(path: &str) -> Result<Vec<u8>, String> {
    let cannot = |error: io::Error| format!("cannot be read: {error}; check the path");
    if path.trim() == "-" {
        return standard_input().map_err(cannot);
    }
    if is_on_server(path) {
        return Err("is on a server, and nothing is fetched here; download it first".to_owned());
    }
    let file = File::open(path).map_err(cannot)?;
    // What has no length has none here.
    let length = file.metadata().map_or(0, |about| about.len());
    match usize::try_from(length).unwrap_or(LARGEST) {
        length @ 1..=SMALL => small(file, length),
        length => bounded(file, length.min(LARGEST) + 1),
    }
    .map_err(cannot)
}

fn is_on_server(path: &str) -> bool {
    let scheme = path.trim_start().split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https" | "oci"))
}

/// A path as it may be shown: of the address of a server, neither the login nor
/// what stands after the question mark, which often lets its holder in.
pub fn shown_path(path: &str) -> String {
    if !is_on_server(path) {
        return path.to_owned();
    }
    let address = path.split_once('?').map_or(path, |(address, _)| address);
    match address.split_once("//").zip(path.rsplit_once('@')) {
        Some(((scheme, _), (_, host))) => {
            let host = host.split_once('?').map_or(host, |(host, _)| host);
            format!("{scheme}//{host}")
        }
        None => address.to_owned(),
    }
}

/// It can be read once, and is asked for once for each Helm that is compared.
fn standard_input() -> io::Result<Vec<u8>> {
    static READ: Mutex<Option<Vec<u8>>> = Mutex::new(None);
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    match &*read {
        Some(bytes) => Ok(bytes.clone()),
        None => Ok(read.insert(bounded(io::stdin().lock(), 0)?).clone()),
    }
}

/// A file of that length in one read, which asks for a byte more, so that nobody has made it
/// longer meanwhile; any other in as many as it takes.
fn small(mut file: File, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length + 1];
    let count = file.read(&mut bytes).or_else(|error| match error.kind() {
        ErrorKind::Interrupted => Ok(0),
        _ => Err(error),
    })?;
    bytes.truncate(count);
    if count != length {
        bytes.extend(bounded(file, 0)?);
    }
    Ok(bytes)
}

/// One byte more than is read, so that the reader sees that it is too much.
fn bounded(from: impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    from.take(LARGEST as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Splits what one `-f` holds: Helm reads it as a line of CSV.
pub fn file_list(flag: &str) -> Result<Vec<String>, Error> {
    let wrong = || {
        let source = Arc::new(Source { kind: SourceKind::Flag, name: "-f".to_owned() });
        let message = "a list of files has a double quote where CSV has none; give each file its own -f";
        Error::new(message, Some(Origin { source, line: 0, column: 0 }))
    };
    let mut names = Vec::new();
    let mut rest = first_record(flag);
    if rest.is_empty() {
        return if flag.is_empty() { Ok(names) } else { Err(wrong()) };
    }
    loop {
        let (name, after) = field(rest).ok_or_else(wrong)?;
        names.push(name);
        match after.strip_prefix(',') {
            Some(next) => rest = next,
            None if after.is_empty() || after.starts_with('\n') => return Ok(names),
            None => return Err(wrong()),
        }
    }
}

/// Without the empty lines at the beginning.
fn first_record(flag: &str) -> &str {
    flag.trim_start_matches(['\r', '\n'])
}

/// One name and what stands after it.
fn field(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('"') else {
        let end = text.find([',', '\n']).unwrap_or(text.len());
        let (name, after) = text.split_at(end);
        let name = if after.starts_with(',') { name } else { name.strip_suffix('\r').unwrap_or(name) };
        return (!name.contains('"')).then(|| (name.to_owned(), after));
    };
    let mut name = String::new();
    loop {
        let (part, after) = rest.split_once('"')?;
        name.push_str(part);
        match after.strip_prefix('"') {
            Some(next) => {
                name.push('"');
                rest = next;
            }
            None => return Some((name, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::folder::Folder;

    #[test]
    fn a_file_is_read_whole_whatever_its_length_is_thought_to_be() {
        let folder = Folder::new();
        for length in [0, 1, 5, 4096, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL] {
            let bytes: Vec<u8> = b"seven, ".iter().copied().cycle().take(length).collect();
            let path = folder.file("values.yaml", &bytes);
            assert!(read(path.to_str().expect("UTF-8")).as_ref() == Ok(&bytes), "{length}");
            for thought in [1, length.saturating_sub(1).max(1), length + 1] {
                let file = File::open(&path).expect("a file of our own");
                assert!(small(file, thought).expect("it is read") == bytes, "{length} and {thought}");
            }
        }
        // The kernel says that it has no length.
        assert_eq!(read("/proc/self/comm").map(|name| name.ends_with(b"\n")), Ok(true));
    }

    #[test]
    fn of_an_address_no_login_is_shown() {
        for (path, shown) in [
            ("https://me:pass@host/v.yaml", "https://host/v.yaml"),
            ("HTTPS://me:p?a@ss/w@host/v.yaml?token=a", "HTTPS://host/v.yaml"),
            ("https://host/v.yaml?token=a@b", "https://b"),
            ("https://host/v.yaml?token=a", "https://host/v.yaml"),
            ("oci:me@host", "oci:me@host"),
            ("a/b@c?d.yaml", "a/b@c?d.yaml"),
        ] {
            assert_eq!(shown_path(path), shown);
        }
    }

    #[test]
    fn one_flag_names_several_files() {
        let cases: [(&str, Option<&[&str]>); 8] = [
            ("a.yaml,b.yaml", Some(&["a.yaml", "b.yaml"])),
            ("\"a,b.yaml\",c", Some(&["a,b.yaml", "c"])),
            ("\"say \"\"a\"\"\"", Some(&["say \"a\""])),
            ("a,", Some(&["a", ""])),
            ("", Some(&[])),
            ("a\"b", None),
            ("\"a\"b", None),
            ("\"a", None),
        ];
        for (flag, names) in cases {
            assert_eq!(
                file_list(flag).ok().as_deref(),
                names.map(|names| names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>()).as_deref(),
                "{flag}"
            );
        }
    }
}
