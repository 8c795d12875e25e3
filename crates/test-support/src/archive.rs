//! Charts as archives.

use flate2::Compression;
use flate2::write::GzEncoder;

/// An archive of (path, content) below the folder `name`, as `helm package` writes it.
pub fn packed<P: AsRef<str>, D: AsRef<[u8]>>(name: &str, files: impl IntoIterator<Item = (P, D)>) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, data) in files {
        let (path, data) = (path.as_ref(), data.as_ref());
        let mut header = tar::Header::new_gnu();
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("{name}/{path}"), data).expect("in memory");
    }
    archive.into_inner().and_then(GzEncoder::finish).expect("in memory")
}
