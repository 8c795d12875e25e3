//! Sections as a chart with its sub-charts, values and flags: an answer, and
//! the same one when it is asked again.
//!
//! Sections that are not files of the chart: `version` of Helm, `values`, `set`
//! and `set-json` with an argument a line, `release` with what its values are.
//! Without a section the input is a tar as it is.

#![no_main]

use fuzz::memory::Memory;
use fuzz::packed;
use helm_values::{Chart, HelmVersion, Inputs, Reuse, coalesce};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz::stack::deepen(), |bytes: &[u8]| {
    let mut files = Vec::new();
    let mut held = Vec::new();
    let mut hold = |bytes: &[u8]| {
        let memory = Memory::holding(bytes);
        let path = memory.path();
        held.push(memory);
        path
    };
    let mut inputs = Inputs::default();
    for (name, content) in packed::sections(bytes) {
        let text = || String::from_utf8_lossy(content).trim_end().to_owned();
        let arguments = || text().lines().map(str::to_owned).collect();
        match name {
            b"version" => inputs.version = HelmVersion::parse(&text()).unwrap_or(HelmVersion::NEWEST),
            b"values" => inputs.files.push(hold(content).display().to_string()),
            b"set" => inputs.set = arguments(),
            b"set-json" => inputs.set_json = arguments(),
            b"release" => {
                inputs.upgrade.release_values = Some(hold(content).display().to_string());
                inputs.upgrade.reuse = Reuse::Reuse;
            }
            _ => files.push((name, content)),
        }
    }
    let chart = if bytes.starts_with(b"%% ") { packed::chart(&files) } else { fuzz::gzip::stored(bytes) };
    let chart = Chart::from_path(hold(&chart));
    inputs.upgrade.old_chart = (inputs.upgrade.reuse == Reuse::Reuse).then(|| chart.clone());
    inputs.chart = Some(chart);
    let answer = coalesce(&inputs);
    if let Err(error) = &answer {
        fuzz::error_fits(error);
    }
    assert!(answer == coalesce(&inputs), "another answer when asked again");
});
