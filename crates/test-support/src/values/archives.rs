//! Charts in archives that no `helm package` writes: each member, the end of the tar
//! and the gzip around it can be odd in one way or another.

use super::blocks::{
    Checksum, GNU, Header, USTAR, binary, entry, octal, padding, record, zipped, zipped_with_checksum,
};
use super::case::Case;
use crate::chance::Chance;
use serde_json::json;

const NAMES: &[&str] = &[
    "values.yaml",
    "values.yaml",
    "Chart.yaml",
    "templates/a.yaml",
    "charts/sub/Chart.yaml",
    "charts/sub/values.yaml",
    "README.md",
];

pub fn case(chance: &mut Chance) -> Case {
    let mut tar = Vec::new();
    let odd = chance.percent(90);
    for name in ["Chart.yaml", "values.yaml"] {
        tar.extend(member(chance, name, false));
    }
    for _ in 0..chance.below(3) {
        let name = chance.one_of(NAMES);
        let odd = odd && chance.percent(60);
        tar.extend(member(chance, name, odd));
    }
    if chance.percent(40) {
        // Which of two files of one name Helm takes shows in the values.
        tar.extend(member(chance, "values.yaml", odd));
    }
    end(chance, &mut tar);
    let packed = in_gzip(chance, &tar);
    let digit = |half: u8| char::from_digit(half.into(), 16).expect("four bits");
    let hex: String = packed.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    Case(json!({ "packed": hex }))
}

fn content(chance: &mut Chance, name: &str) -> Vec<u8> {
    let text = match name.rsplit('/').next() {
        Some("Chart.yaml") if name.starts_with("charts/") => {
            "{apiVersion: v2, name: sub, version: 0.1.0}".to_owned()
        }
        Some("Chart.yaml") => "{apiVersion: v2, name: odd, version: 0.1.0}".to_owned(),
        _ => format!("v{}: {}\n", chance.below(3), chance.below(1000)),
    };
    text.into_bytes()
}

/// What stands before the member, the member, its data.
fn member(chance: &mut Chance, name: &str, odd: bool) -> Vec<u8> {
    let data = content(chance, name);
    let path = format!("odd/{name}");
    let mut header = Header::new(path.as_bytes(), data.len());
    if chance.percent(30) {
        header.magic = GNU;
    }
    if !odd {
        return entry(&header, &data);
    }
    match chance.below(13) {
        0 => odd_name(chance, &mut header, name),
        1 => header.kind = *b"\x000123456789ASDVNXLK \xff".get(chance.below(22)).unwrap_or(&b'7'),
        2 => {
            header.mode = chance
                .one_of(&["0040755\0", "0100644\0", "0010644\0", "755", "00006x4\0", "\u{7f}0 644  "])
                .into();
        }
        3 => odd_size(chance, &mut header, data.len()),
        4 => odd_form(chance, &mut header),
        5 => return [pax(chance, name, data.len()), entry(&header, &data)].concat(),
        6 => return [long_name(chance, name), entry(&header, &data)].concat(),
        7 => return [global(chance), entry(&header, &data)].concat(),
        8 => return sparse_in_pax(chance, &path, &data),
        9 => return sparse_in_header(chance, &path, &data),
        10 => return [vec![0; 512 * (1 + chance.below(2))], entry(&header, &data)].concat(),
        11 => {
            // A folder, a link or a pipe by its type, with data or the size of some.
            header.kind = b"512360"[chance.below(6)];
            header.name.extend(if chance.percent(60) { &b"/"[..] } else { b"" });
            if chance.percent(50) {
                header.size = octal(0);
                return header.block().to_vec();
            }
        }
        _ => {
            return [pax(chance, name, data.len()), pax(chance, name, data.len()), entry(&header, &data)]
                .concat();
        }
    }
    if chance.percent(10) { header.block().to_vec() } else { entry(&header, &data) }
}

fn odd_name(chance: &mut Chance, header: &mut Header, name: &str) {
    let ends = ["/", "/.", "//", "/../values.yaml", "\0x", " ", "\\a", "/x"];
    let starts = [
        "./odd/",
        "odd//",
        "/odd/",
        "odd/./",
        "odd/a/../",
        "odd\\",
        "../odd/",
        "",
        "odd/c:/",
        "odd/../",
        "other/",
    ];
    let text = match chance.below(3) {
        0 => format!("odd/{name}{}", chance.one_of(&ends)),
        1 => format!("{}{name}", chance.one_of(&starts)),
        _ => {
            (*chance.one_of(&["odd", "odd/", "", "Chart.yaml", "Chart.yaml/a", "odd/charts", "odd/charts/"]))
                .to_owned()
        }
    };
    header.name = text.into_bytes();
    header.kind = b"0007\x005"[chance.below(6)];
}

fn odd_size(chance: &mut Chance, header: &mut Header, size: usize) {
    let real = size as u64;
    header.size = match chance.below(8) {
        0 => binary(real),
        1 => format!("{size:o} ").into_bytes(),
        2 => format!("    {size:o}\0\0").into_bytes(),
        3 => format!("{size:011o}8").into_bytes(),
        4 => vec![0xff; 12],
        5 => binary(u64::MAX),
        6 => format!("{size:o}\0garbage").into_bytes(),
        _ => vec![0; 12],
    };
    if chance.percent(20) {
        header.time = chance.one_of(&["garbage", "-1", "           \0", "77777777777\0"]).into();
    }
}

fn odd_form(chance: &mut Chance, header: &mut Header) {
    header.magic = chance.one_of::<[u8]>(&[USTAR, GNU, b"", b"ustar\0\0\0", b"ustar \0\0", b"USTAR\x0000"]);
    match chance.below(6) {
        0 => header.prefix = chance.one_of(&["odd", "a/b", "", "odd/charts/sub"]).into(),
        1 => header.patch = Some((508, b"tar\0".to_vec())),
        2 => header.patch = Some((329, b"garbage\0".to_vec())),
        3 => header.checksum = Checksum::Signed,
        4 => header.checksum = if chance.percent(80) { Checksum::Unsigned } else { Checksum::Wrong },
        _ => {
            header.patch = Some((
                345,
                chance.one_of(&["00000000000\0", "garbage", "\u{e9}x", "77777777777 77777777777 "]).into(),
            ));
        }
    }
    if header.checksum == Checksum::Signed {
        header.patch = Some((265, vec![0xe9; 4]));
    }
}

fn odd_record(chance: &mut Chance, name: &str, size: usize) -> Vec<u8> {
    let path = format!("odd/{name}");
    let size = size.to_string();
    match chance.below(16) {
        0 | 1 => record(b"path", path.as_bytes()),
        2 => record(b"path", b""),
        3 => record(b"path", b"odd/values.yaml"),
        4 => record(b"path", b"odd/a\0b"),
        5 => record(b"size", size.as_bytes()),
        6 => record(
            b"size",
            chance.one_of(&["x", "-1", "+12", "0", "", "99999999999999999999", "1_0"]).as_bytes(),
        ),
        7 => record(b"mtime", chance.one_of(&["1.5", "-1.5", "1.", ".5", "x", "1.x", "1e5"]).as_bytes()),
        8 => record(b"uid", chance.one_of(&["0", "-5", "x", "2147483648"]).as_bytes()),
        9 => record(b"comment", b"a\0b"),
        10 => record(b"com\0ment", b"a"),
        11 => record(b"", b"a"),
        12 => record(b"linkpath", chance.one_of(&["a", "a\0b"]).as_bytes()),
        13 => record(b"SCHILY.xattr.a", b"a=b\nc"),
        14 => record(b"path", format!("{path}/").as_bytes()),
        _ => chance
            .one_of(&[
                "6 a=b\n",
                "5 a=\n",
                "99 a=b\n",
                "7  a=b\n",
                "+6 a=b\n",
                "06 a=b\n",
                "6 ab=\n",
                "x",
                "6 a=b\n\0",
                "4 =\n",
                "6 a=bc",
            ])
            .into(),
    }
}

fn pax(chance: &mut Chance, name: &str, size: usize) -> Vec<u8> {
    let count = 1 + chance.below(3);
    let text: Vec<u8> = (0..count).flat_map(|_| odd_record(chance, name, size)).collect();
    let mut header = Header::new(b"odd/PaxHeaders/a", text.len());
    header.kind = if chance.percent(97) { b'x' } else { b'X' };
    entry(&header, &text)
}

fn long_name(chance: &mut Chance, name: &str) -> Vec<u8> {
    let text = match chance.below(5) {
        0 => format!("odd/{name}\0"),
        1 => format!("odd/{name}"),
        2 => format!("odd/{name}\0garbage"),
        3 => String::new(),
        _ => format!("odd/{}{name}\0", "long/../".repeat(20)),
    };
    let mut header = Header::new(b"././@LongLink", text.len());
    header.magic = GNU;
    header.kind = if chance.percent(80) { b'L' } else { b'K' };
    entry(&header, text.as_bytes())
}

fn global(chance: &mut Chance) -> Vec<u8> {
    let text = match chance.below(4) {
        0 => record(b"comment", b"0123456789"),
        1 => record(b"path", b"odd/values.yaml"),
        2 => record(b"size", b"x"),
        _ => odd_record(chance, "values.yaml", 4),
    };
    let mut header = Header::new(b"pax_global_header", text.len());
    header.kind = b'g';
    entry(&header, &text)
}

/// A hole of zeros stands before the data, or none.
fn sparse_in_pax(chance: &mut Chance, path: &str, data: &[u8]) -> Vec<u8> {
    let (hole, length) = ([0, 0, 3][chance.below(3)], data.len());
    let stated = if chance.percent(80) { length } else { length + chance.below(3) };
    let real = hole + stated + [0, 0, 0, 5][chance.below(4)];
    let form = chance.below(4);
    let mut text = Vec::new();
    let mut say = |key: &str, value: String| text.extend(record(key.as_bytes(), value.as_bytes()));
    if form > 0 || chance.percent(50) {
        say("GNU.sparse.major", usize::from(form == 3).to_string());
        say("GNU.sparse.minor", [0, 0, 1, 0][form].to_string());
    }
    if chance.percent(70) {
        say("GNU.sparse.name", path.to_owned());
    }
    say(
        chance.one_of(&["GNU.sparse.realsize", "GNU.sparse.size"]),
        if chance.percent(95) { real.to_string() } else { "x".into() },
    );
    let mut body = data.to_vec();
    match form {
        3 => {
            let mut map = format!("1\n{hole}\n{stated}\n").into_bytes();
            if chance.percent(10) {
                map = chance.one_of(&["0\n", "-1\n", "x\n", "2\n0\n1\n", "1\n0\n-1\n", "1\n"]).into();
            }
            map.extend(padding(map.len()));
            body = [map, body].concat();
        }
        2 | 1 => {
            say("GNU.sparse.numblocks", if chance.percent(90) { "1" } else { "2" }.into());
            say("GNU.sparse.map", format!("{hole},{stated}"));
        }
        _ => {
            say("GNU.sparse.numblocks", "1".into());
            say("GNU.sparse.offset", hole.to_string());
            if chance.percent(95) {
                say("GNU.sparse.numbytes", stated.to_string());
            }
        }
    }
    let mut about = Header::new(b"odd/PaxHeaders/a", text.len());
    about.kind = b'x';
    let name = if chance.percent(50) { path } else { "odd/GNUSparseFile.1/a" };
    let header = Header::new(name.as_bytes(), body.len());
    [entry(&about, &text), entry(&header, &body)].concat()
}

fn sparse_in_header(chance: &mut Chance, path: &str, data: &[u8]) -> Vec<u8> {
    let (hole, length) = ([0, 0, 3][chance.below(3)], data.len());
    let stated = if chance.percent(85) { length } else { length + 1 };
    let mut header = Header::new(path.as_bytes(), length);
    header.kind = b'S';
    header.magic = if chance.percent(90) { GNU } else { USTAR };
    let is_extended = chance.percent(30);
    let mut map = Vec::new();
    if !is_extended {
        map = [octal(hole), octal(stated)].concat();
    }
    map.resize(96, 0);
    map.push(u8::from(is_extended));
    map.extend(octal(hole + stated + [0, 0, 4][chance.below(3)]));
    header.patch = Some((386, map));
    let mut more = Vec::new();
    if is_extended {
        more = [octal(hole), octal(stated)].concat();
        more.resize(512, 0);
    }
    [&header.block()[..], &more, data, &padding(length)].concat()
}

fn end(chance: &mut Chance, tar: &mut Vec<u8>) {
    match chance.below(20) {
        0 => {}
        1 => tar.extend([0; 512]),
        2 => tar.extend([0; 700]),
        3 => tar.truncate(tar.len() - chance.below(600).min(tar.len())),
        4 => tar.extend([&[0; 512][..], b"garbage"].concat()),
        5 => tar.extend([&[0; 1024][..], b"garbage"].concat()),
        6 => tar.extend([7; 512]),
        7 => tar.extend([0; 10240]),
        _ => tar.extend([0; 1024]),
    }
}

fn in_gzip(chance: &mut Chance, tar: &[u8]) -> Vec<u8> {
    let wrong = u32::from(chance.percent(3));
    let half = tar.len() / 2;
    let mut packed = match chance.below(16) {
        0 => [zipped(&tar[..half], 0, b"", wrong), zipped(&tar[half..], 0, b"", 0)].concat(),
        1 => zipped(tar, 8, b"odd.tar\0", wrong),
        2 => zipped(tar, 8, &[&[b'a'; 600][..], b"\0"].concat(), wrong),
        3 => zipped(tar, 4, b"\x03\0abc", wrong),
        4 => zipped(tar, 16, b"a comment\0", wrong),
        5 => zipped(tar, 1 << (5 + chance.below(3)), b"", wrong),
        6 => zipped(tar, 2, b"\0\0", wrong),
        7 => zipped_with_checksum(tar),
        _ => zipped(tar, 0, b"", wrong),
    };
    match chance.below(30) {
        0 => packed.extend(b"garbage"),
        1 => packed.extend([0; 20]),
        2 => packed.truncate(packed.len() - 1 - chance.below(12)),
        _ => {}
    }
    packed
}
