//! Any bytes as a packed chart: as they are, and as a tar whose checksums are right.
//! However it is compressed, and in how many parts, the answer is the same.

#![no_main]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use fuzz::memory::Memory;
use helm_values::{Chart, Inputs, coalesce, on_deep_stack};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| on_deep_stack(|| {
    let _ = answer(bytes);
    let tar = fuzz::archive::with_checksums(bytes);
    let stored = answer(&fuzz::packed::zipped(&tar));
    let (front, back) = tar.split_at(tar.len() / 2);
    let in_parts = [zipped(front), zipped(back)].concat();
    assert!(stored == answer(&zipped(&tar)), "another answer when compressed");
    assert!(stored == answer(&in_parts), "another answer in two parts");
}));

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(bytes).expect("in memory");
    zip.finish().expect("in memory")
}

/// The values, or the message.
fn answer(archive: &[u8]) -> Result<String, String> {
    let held = Memory::holding(archive);
    let inputs = Inputs { chart: Some(Chart::from_path(held.path())), ..Inputs::default() };
    let answer = coalesce(&inputs);
    if let Err(error) = &answer {
        fuzz::error_fits(error);
    }
    answer
        .map(|values| format!("{values:?}").replace(&held.path().display().to_string(), ""))
        .map_err(|error| error.message)
}
