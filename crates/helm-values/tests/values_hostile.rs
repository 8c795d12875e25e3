//! What untrusted input could do to the value chain ends in a message: no panic,
//! nothing read outside of a chart, bounded memory, no text of it repeated.
//! needs: nothing

use flate2::{Compression, write::GzEncoder};
use helm_values::{Chart, Coalesced, Error, Inputs, SubChart, Switches, Value, coalesce};
use std::io::Write;
use std::sync::Arc;
use test_support::folder::Folder;

const CHART: &str = "{apiVersion: v2, name: untrusted, version: 1.0.0}";
const CANARY: &str = "cAnArY-7431";

fn chart(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new();
    folder.write("chart/Chart.yaml", CHART);
    for (name, text) in files {
        folder.write(&format!("chart/{name}"), text);
    }
    folder
}

fn layered(folder: &Folder) -> Result<Coalesced, Error> {
    coalesce(&Inputs { chart: Some(Chart::from_path(folder.0.join("chart"))), ..Inputs::default() })
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::best()));
    for (name, data) in entries {
        let mut header = tar::Header::new_gnu();
        // Past the builder's own care for the path.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(data.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append(&header, *data).expect("in memory");
    }
    archive.into_inner().and_then(GzEncoder::finish).expect("in memory")
}

fn of_archive(data: &[u8]) -> Result<Coalesced, Error> {
    let folder = Folder::new();
    let chart = folder.file("chart.tgz", data);
    coalesce(&Inputs { chart: Some(Chart::from_path(chart)), ..Inputs::default() })
}

fn refused(result: Result<Coalesced, Error>, part: &str) {
    let error = result.expect_err(part);
    assert!(error.message.contains(part), "{}", error.message);
    assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
}

#[test]
fn an_archive_that_leaves_its_chart_is_refused() {
    let chart = ("c/Chart.yaml", CHART.as_bytes());
    refused(of_archive(&archive(&[chart, ("c/../../etc/x", b"x")])), "outside of the chart");
    refused(of_archive(&archive(&[chart, ("c//etc/x", b"x")])), "absolute path");
    refused(of_archive(&archive(&[("Chart.yaml", CHART.as_bytes())])), "outside of the chart");
}

#[test]
fn a_good_archive_is_read() {
    let values: &[u8] = b"a: 1";
    let result = of_archive(&archive(&[("c/Chart.yaml", CHART.as_bytes()), ("c/values.yaml", values)]));
    assert_eq!(result.expect("it is good").values["a"].value, Value::Float(1.0));
}

#[test]
fn bombs_are_refused() {
    let large = vec![b' '; 6 << 20];
    let chart = ("c/Chart.yaml", CHART.as_bytes());
    refused(of_archive(&archive(&[chart, ("c/values.yaml", &large)])), "over 5 MiB");
    refused(of_archive(&archive(&[chart, ("c/README.md", &large)])), "over 5 MiB");
    let file = vec![b' '; 4 << 20];
    let many: Vec<(&str, &[u8])> = std::iter::once(chart).chain((0..30).map(|_| ("c/x", &*file))).collect();
    refused(of_archive(&archive(&many)), "larger than 100 MiB");
    // One header's long name alone, and what is not an archive after gzip's first bytes.
    let mut zeros = GzEncoder::new(Vec::new(), Compression::best());
    let block = vec![0xffu8; 1 << 20];
    (0..300).for_each(|_| zeros.write_all(&block).expect("in memory"));
    refused(of_archive(&zeros.finish().expect("in memory")), "archive");
}

/// A member of any type, its name, link and size as they are said to be.
fn member(kind: tar::EntryType, name: &str, link: &str, said: u64, data: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
    header.as_old_mut().linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_size(said);
    header.set_mode(0o644);
    header.set_cksum();
    let padding = vec![0; data.len().next_multiple_of(512) - data.len()];
    [&header.as_bytes()[..], data, &padding].concat()
}

fn packed(members: &[Vec<u8>]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&members.concat()).and_then(|()| packer.write_all(&[0; 1024])).expect("in memory");
    packer.finish().expect("in memory")
}

fn chart_file() -> Vec<u8> {
    member(tar::EntryType::Regular, "c/Chart.yaml", "", CHART.len() as u64, CHART.as_bytes())
}

/// As Helm has it, they are files without content: nothing is followed.
#[test]
fn links_and_devices_in_an_archive_are_empty_files() {
    use tar::EntryType;
    let folder = Folder::new();
    let secret = folder.file("secret.yaml", format!("a: {CANARY}").as_bytes());
    let link = secret.display().to_string();
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo] {
        for link in [link.as_str(), "../../../../etc/passwd", "c/values.yaml", "c/Chart.yaml"] {
            let result = of_archive(&packed(&[chart_file(), member(kind, "c/values.yaml", link, 0, b"")]));
            assert!(result.expect("Helm takes it").values.is_empty(), "{kind:?} {link}");
        }
    }
}

/// A header that says more than there is ends in a message before memory is taken.
#[test]
fn sizes_that_are_not_true_are_refused() {
    use tar::EntryType;
    for said in [513, 5 << 20, (5 << 20) + 1, 100 << 20, 1 << 32, (1 << 33) - 1] {
        let result = of_archive(&packed(&[
            chart_file(),
            member(EntryType::Regular, "c/values.yaml", "", said, b"a: 1"),
        ]));
        let error = result.expect_err("it is not true").message;
        assert!(error.contains("; "), "{said}: {error}");
    }
    // The same by an extended header, which counts in place of the other.
    let long = b"29 size=18446744073709551615\n";
    let extended = member(EntryType::XHeader, "c/x", "", long.len() as u64, long);
    let values = member(EntryType::Regular, "c/values.yaml", "", 4, b"a: 1");
    assert!(of_archive(&packed(&[chart_file(), extended, values])).is_err());
}

/// A sparse file is large without data, and its map says how long it is.
#[test]
fn a_sparse_file_is_as_bounded_as_another() {
    use tar::EntryType;
    let record = |key: &str, value: &str| {
        let rest = format!(" GNU.sparse.{key}={value}\n");
        format!("{}{rest}", rest.len() + 2)
    };
    for (map, real, part) in [
        ("1\n0\n4\n", "5242881", "over 5 MiB"),
        ("1\n0\n4\n", "99999999999", "over 5 MiB"),
        ("9223372036854775807\n", "4", "broken"),
        ("1\n4\n9223372036854775807\n", "4", "broken"),
        ("1\n0\n3\n", "4", "broken"),
    ] {
        let text = [("major", "1"), ("minor", "0"), ("realsize", real)].map(|(k, v)| record(k, v)).concat();
        let extended = member(EntryType::XHeader, "c/x", "", text.len() as u64, text.as_bytes());
        let data = [map.as_bytes(), &vec![0; 512 - map.len()], b"a: 1"].concat();
        let values = member(EntryType::Regular, "c/values.yaml", "", data.len() as u64, &data);
        refused(of_archive(&packed(&[chart_file(), extended, values])), part);
    }
}

#[test]
fn an_extended_header_does_not_lead_out_of_the_chart() {
    use tar::EntryType;
    let values = member(EntryType::Regular, "c/values.yaml", "", 4, b"a: 1");
    for (record, part) in [
        ("22 path=c/../../etc/x\n", "outside of the chart"),
        ("15 path=c//etc\n", "absolute path"),
        ("19 path=Chart.yaml\n", "outside of the chart"),
    ] {
        let extended = member(EntryType::XHeader, "c/x", "", record.len() as u64, record.as_bytes());
        refused(of_archive(&packed(&[chart_file(), extended, values.clone()])), part);
    }
}

/// As in Helm, the later one counts, and the earlier one has to be sound.
#[test]
fn of_two_members_with_one_name_both_are_read() {
    use tar::EntryType;
    let values =
        |text: &str| member(EntryType::Regular, "c/values.yaml", "", text.len() as u64, text.as_bytes());
    let result = of_archive(&packed(&[chart_file(), values("a: 1"), values("b: 1")])).expect("Helm takes it");
    assert_eq!(result.values.keys().map(|key| &**key).collect::<Vec<_>>(), ["b"]);
    assert!(of_archive(&packed(&[chart_file(), values("a: ["), values("b: 1")])).is_err());
}

#[test]
fn archives_in_archives_end() {
    let mut packed = archive(&[("c/Chart.yaml", CHART.as_bytes())]);
    for _ in 0..40 {
        packed = archive(&[("c/Chart.yaml", CHART.as_bytes()), ("c/charts/x.tgz", &packed)]);
    }
    refused(of_archive(&packed), "nested in more than 32 charts");
}

#[test]
fn what_is_no_archive_is_refused() {
    for data in [&b""[..], b"\x1f\x8b\x08", b"plain text", CANARY.as_bytes()] {
        assert!(of_archive(data).is_err());
    }
    let whole = archive(&[("c/Chart.yaml", CHART.as_bytes()), ("c/values.yaml", b"a: 1")]);
    for end in 0..whole.len() {
        let _ = of_archive(&whole[..end]);
    }
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_chart_is_refused_and_one_inside_is_followed() {
    let folder = chart(&[("inside.yaml", "a: 1")]);
    std::os::unix::fs::symlink("inside.yaml", folder.0.join("chart/values.yaml")).expect("a link");
    assert_eq!(layered(&folder).expect("it stays inside").values["a"].value, Value::Float(1.0));

    let folder = chart(&[]);
    let secret = folder.file("secret.yaml", CANARY.as_bytes());
    std::os::unix::fs::symlink(secret, folder.0.join("chart/values.yaml")).expect("a link");
    refused(layered(&folder), "leads out of the chart");

    let folder = chart(&[]);
    std::os::unix::fs::symlink("/", folder.0.join("chart/root")).expect("a link");
    refused(layered(&folder), "leads out of the chart");

    let folder = chart(&[("below/x", "")]);
    std::os::unix::fs::symlink("..", folder.0.join("chart/below/above")).expect("a link");
    refused(layered(&folder), "nested more than 64 deep");
}

#[test]
fn a_chart_without_what_it_names_is_refused() {
    let folder = chart(&[]);
    let dependencies =
        "{apiVersion: v2, name: c, version: 1.0.0, dependencies: [{name: gone, version: '*'}]}";
    folder.write("chart/Chart.yaml", dependencies.as_bytes());
    refused(layered(&folder), "no sub-chart gone");
    refused(
        coalesce(&Inputs { chart: Some(Chart::from_path("/nowhere/at/all")), ..Inputs::default() }),
        "No such file",
    );
}

#[test]
fn a_table_that_is_imported_into_itself_is_refused() {
    let folder = chart(&[
        (
            "Chart.yaml",
            "{apiVersion: v2, name: c, version: 1.0.0, dependencies: [{name: one, version: '*', import-values: [{child: d, parent: p}, {child: d, parent: p.q}]}]}",
        ),
        ("charts/one/Chart.yaml", "{apiVersion: v2, name: one, version: 1.0.0}"),
        ("charts/one/values.yaml", "d: {a: 1}"),
    ]);
    refused(layered(&folder), "into itself");
}

#[test]
fn no_error_of_a_flag_repeats_it() {
    let flags = [
        format!("a={{{CANARY}"),
        format!("a=b,{CANARY}"),
        CANARY.to_owned(),
        format!("a[{CANARY}]=1"),
        format!("a[0]{CANARY}=1"),
        format!("a.b={CANARY},a.b.c=1"),
        "a[65536].".repeat(2000),
        "a".to_owned() + &"[0]".repeat(30_000) + "=1",
        format!("a{}=1", "[65536]".repeat(40)),
    ];
    for flag in flags {
        let inputs = [
            Inputs { set: vec![flag.clone()], ..Inputs::default() },
            Inputs { set_string: vec![flag.clone()], ..Inputs::default() },
            Inputs { set_json: vec![flag.clone()], ..Inputs::default() },
            Inputs { set_file: vec![flag.clone()], ..Inputs::default() },
        ];
        for inputs in inputs {
            if let Err(error) = coalesce(&inputs) {
                assert!(!format!("{error:?}").contains(CANARY), "{error:?}");
            }
        }
    }
    refused(coalesce(&Inputs { set_json: vec![format!("a={CANARY}")], ..Inputs::default() }), "not JSON");
    refused(
        coalesce(&Inputs { set_file: vec![format!("a={CANARY}")], ..Inputs::default() }),
        "cannot be read",
    );
}

/// Where it is, and whether it is deployed.
#[test]
fn every_sub_chart_is_found_with_what_leads_to_it() {
    let sub_charts = |files: &[(&str, &str)], set: &[&str]| {
        let folder = chart(files);
        let set = set.iter().map(|&text| text.to_owned()).collect();
        coalesce(&Inputs { chart: Some(Chart::from_path(folder.0.join("chart"))), set, ..Inputs::default() })
            .expect("it is good")
            .sub_charts
            .iter()
            .filter(|sub_chart| sub_chart.name() == "prometheus")
            .cloned()
            .collect::<Vec<_>>()
    };
    let asking = |conditions: &[&str]| {
        let conditions = conditions.iter().map(|&key| vec![key.into()]).collect();
        Arc::new(Switches { conditions, tags: Vec::new() })
    };
    let root = |enabled, switches| {
        let path = vec!["prometheus".into()];
        let (chart, version) = ("prometheus".into(), "1.0.0".into());
        vec![SubChart { path, chart, version, switches, enabled, parent_enabled: true }]
    };
    let sub_chart = ("charts/p/Chart.yaml", "{apiVersion: v2, name: prometheus, version: 1.0.0}");
    let named = "{apiVersion: v2, name: c, version: 1.0.0, dependencies: [{name: prometheus, version: '*', condition: lit}]}";
    assert_eq!(sub_charts(&[], &[]), vec![]);
    assert_eq!(sub_charts(&[sub_chart], &["lit=false"]), root(true, asking(&[])));
    let lit = || asking(&["lit"]);
    assert_eq!(sub_charts(&[sub_chart, ("Chart.yaml", named)], &["lit=true"]), root(true, lit()));
    assert_eq!(sub_charts(&[sub_chart, ("Chart.yaml", named)], &["lit=false"]), root(false, lit()));
    let aliased = named.replace("condition: lit", "alias: other");
    assert_eq!(sub_charts(&[sub_chart, ("Chart.yaml", &aliased)], &[]), vec![]);
    let wrapped = sub_charts(
        &[
            (
                "Chart.yaml",
                "{apiVersion: v2, name: w, version: 1.0.0, dependencies: [{name: c, version: '*', condition: c.lit}]}",
            ),
            ("charts/c/Chart.yaml", named),
            ("charts/c/charts/p/Chart.yaml", "{apiVersion: v2, name: prometheus, version: 1.0.0}"),
        ],
        &["c.lit=false"],
    );
    let path = vec!["c".into(), "prometheus".into()];
    let (chart, version) = ("prometheus".into(), "1.0.0".into());
    let switches = Arc::default();
    let below = SubChart { path, chart, version, switches, enabled: false, parent_enabled: false };
    assert_eq!(wrapped, vec![below]);
    assert_eq!(coalesce(&Inputs::default()).expect("nothing is wrong").sub_charts.to_vec(), vec![]);
}
