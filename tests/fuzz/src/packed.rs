//! Sections of a text ─▶ a packed chart, so that chance has to hit neither
//! gzip's nor tar's checksums.
//!
//! A section begins with a line `%% NAME`. A name with `.tgz/` in it is of a
//! chart that is packed into the chart.

use std::collections::BTreeMap;

use crate::gzip;

/// A text's sections in their order: name and content.
pub fn sections(text: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut sections: Vec<(&[u8], &[u8])> = Vec::new();
    let mut rest = text;
    while let Some(headed) = rest.strip_prefix(b"%% ") {
        let name_ends = headed.iter().position(|byte| *byte == b'\n').unwrap_or(headed.len());
        let (name, below) = headed.split_at(name_ends);
        let below = below.strip_prefix(b"\n").unwrap_or(below);
        let next = below.windows(4).position(|four| four == b"\n%% ").map_or(below.len(), |at| at + 1);
        sections.push((name, &below[..next]));
        rest = &below[next..];
    }
    sections
}

/// The chart that these files are.
pub fn chart(files: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut inner: BTreeMap<&[u8], Vec<(&[u8], &[u8])>> = BTreeMap::new();
    for (name, content) in files {
        match name.windows(5).position(|five| five == b".tgz/") {
            Some(at) => inner.entry(&name[..at + 4]).or_default().push((&name[at + 5..], content)),
            None => add(&mut tar, name, content),
        }
    }
    for (name, files) in &inner {
        add(&mut tar, name, &chart(files));
    }
    gzip::stored(&tar.into_inner().expect("in memory"))
}

fn add(tar: &mut tar::Builder<Vec<u8>>, name: &[u8], content: &[u8]) {
    let mut header = tar::Header::new_gnu();
    // Past the crate's own checks, which let no strange name through.
    let path = [b"chart/", name].concat();
    let length = path.len().min(100);
    header.as_old_mut().name[..length].copy_from_slice(&path[..length]);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_mode(0o644);
    header.set_size(content.len() as u64);
    header.set_cksum();
    tar.append(&header, content).expect("in memory");
}
