//! Any bytes as a packed chart: as they are, and as a tar whose checksums are right.
//! However it is compressed, and in how many parts, the answer is the same.

#![no_main]

use fuzz::gzip;
use fuzz::memory::Memory;
use helm_values::{Chart, Coalesced, Error, Inputs, coalesce};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::stack::deepen(), |bytes: &[u8]| {
    let _ = answer(bytes);
    let tar = fuzz::archive::with_checksums(bytes);
    let stored = answer(&gzip::stored(&tar));
    let (front, back) = tar.split_at(tar.len() / 2);
    let in_parts = [gzip::compressed(front), gzip::compressed(back)].concat();
    assert!(stored == answer(&gzip::compressed(&tar)), "another answer when compressed");
    assert!(stored == answer(&in_parts), "another answer in two parts");
});

/// The values, or the message. One file holds them all, so the paths in them are the same, too.
fn answer(archive: &[u8]) -> Result<Coalesced, Error> {
    let held = Memory::holding(archive);
    let inputs = Inputs { chart: Some(Chart::from_path(held.path())), ..Inputs::default() };
    coalesce(&inputs).inspect_err(fuzz::error_fits)
}
