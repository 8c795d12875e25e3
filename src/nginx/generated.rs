//! A password → whether a machine made it, so that nobody can guess it.
//!
//! The text alone tells, so this is a judgement with two ways to be wrong. One
//! costs nginx some time (a slow hash that adds nothing), the other makes a
//! leaked hash easier to guess: in doubt it was a person. What people make up
//! out of at least 24 characters is words, dates, and walks over the keyboard.
//!
//! - **Words** are told by their pairs of letters. `PRICES` has what each pair
//!   costs in bits where the text is of words; where it is of chance, a letter
//!   costs log2 26 = 4.7. The cheaper explanation holds (a likelihood ratio).
//!   Letters' case, and where one word ends, play no part: blanks, hyphens, dots,
//!   camel case, nothing between them at all, and digits in place of letters are
//!   the same to it.
//! - **Hexadecimal digits** have six letters, all of them common in words, so
//!   there the borders between digits and letters are counted: chance makes one in
//!   nearly every second place, dates and `deadbeef` few.
//! - **Walks** (`1qaz2wsx`, `abcdef`, `a1b2c3`) go from a character to a neighbour.
//! - **What repeats** is not new: six in a row twice, or few different ones.
//!
//! Of what `openssl rand` (-hex and -base64), `pwgen -s`, Ansible's password
//! lookup, Terraform's `random_password` and UUIDs give, at most 2 in 100 are taken for
//! a person's at 24 characters and for UUIDs, at most 3 in 1000 from 32 on; the tests hold it to that.
//! Of four random dictionary words at most 3 in 1000 are taken for chance in most
//! languages, and 3 in 100 in Dutch and Polish, whose spelling is the farthest from the rest. The first
//! letters of a sentence look random, as they nearly are.

use std::collections::BTreeSet;

/// Twenty-four random hexadecimal digits are 96 bits: nobody tries them all.
const LEAST_LENGTH: usize = 24;
/// What chance gives in 24 places, of sixteen digits.
const LEAST_DIFFERENT: usize = 8;

/// What a letter costs where each is as likely: ten times log2 of 26.
const TENTHS_OF_CHANCE: usize = 47;
/// What a digit costs after a digit: log2 of 10, rounded.
const DIGIT: usize = 3;
/// What a mark costs that stands once in the whole text. One that comes again
/// stands between words, and says nothing.
const MARK: usize = 6;

/// The letters that people see in digits, from 0 to 9.
const LOOKS_LIKE: &[u8; 10] = b"oizeasgtbg";

/// What a letter costs after another: minus log2 of its share, at most nine bits. A row for
/// the first letter, a column for the second. Counted in the words of 3 to 10
/// letters of Debian's word lists for English (a half of the whole), Dutch,
/// French, German, Italian, Polish, Portuguese, Spanish and Swedish, without accents.
const PRICES: [&[u8; 26]; 26] = [
    b"75448657576343859343557867", // a
    b"35982999389398399357499959", // b
    b"39593993494599399475599966", // c
    b"37852968388577389458587967", // d
    b"56545668587453769234767676", // e
    b"38983489399399399365499969", // f
    b"38972955499475499356498979", // g
    b"28992999399666399564497959", // h
    b"46453659977452468534759896", // i
    b"29662889595766389967399996", // j
    b"37982896386485389444487969", // k
    b"27752777397377379955479959", // l
    b"24783899399747349857499969", // m
    b"38433637486795499843679977", // n
    b"65556658686443559344464877", // o
    b"39993795399498349355499979", // p
    b"89999999899899999999099999", // q
    b"26652768396655379544578967", // r
    b"47483884495557448932587977", // s
    b"38792895388688399444597957", // t
    b"55554658467443759334877897", // u
    b"29991999299799399679679989", // v
    b"27772995296685389557699949", // w
    b"39493896299699439983558469", // x
    b"45454757575434549435695896", // y
    b"27672978396666389786496944", // z
];

/// The keyboard's rows; a key's neighbours stand beside it, above and below.
const KEYS: [&str; 4] = ["1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./"];

/// Whether a machine made the password, by chance.
pub(super) fn looks_generated(password: &str) -> bool {
    let bytes = password.to_ascii_lowercase().into_bytes();
    // No generator gives blanks, and every sentence has them.
    if bytes.len() < LEAST_LENGTH || bytes.contains(&b' ') || repeats(password.as_bytes()) || walks(&bytes) {
        return false;
    }
    if bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-') {
        return mixes_digits_and_letters(&bytes);
    }
    is_cheaper_by_chance(&bytes)
}

fn repeats(bytes: &[u8]) -> bool {
    let different: BTreeSet<&u8> = bytes.iter().collect();
    let mut sixes = BTreeSet::new();
    different.len() < LEAST_DIFFERENT || !bytes.windows(6).all(|six| sixes.insert(six))
}

/// Whether more than six in ten go on to a neighbour; each, or each second one.
fn walks(bytes: &[u8]) -> bool {
    [1, 2].into_iter().any(|stride| {
        let steps = bytes.iter().zip(&bytes[stride..]);
        let near = steps.clone().filter(|(from, to)| are_neighbours(**from, **to)).count();
        near * 10 > steps.len() * 6
    })
}

/// In the alphabet, among the digits or on the keyboard; the same one, too.
fn are_neighbours(from: u8, to: u8) -> bool {
    let on_keyboard = || {
        let ((row, column), (other_row, other_column)) = (key(from)?, key(to)?);
        Some(row.abs_diff(other_row) <= 1 && column.abs_diff(other_column) <= 1)
    };
    from.abs_diff(to) <= 1 || on_keyboard().unwrap_or(false)
}

fn key(byte: u8) -> Option<(usize, usize)> {
    let mut rows = KEYS.iter().enumerate();
    rows.find_map(|(row, keys)| Some((row, keys.bytes().position(|key| key == byte)?)))
}

/// One border in six places at least; chance makes one in nearly every second.
fn mixes_digits_and_letters(bytes: &[u8]) -> bool {
    let border =
        |pair: &&[u8]| pair.iter().any(u8::is_ascii_digit) && pair.iter().any(u8::is_ascii_alphabetic);
    bytes.windows(2).filter(border).count() * 6 >= bytes.len()
}

/// Whether words would cost more than chance.
fn is_cheaper_by_chance(bytes: &[u8]) -> bool {
    let prices: Vec<usize> = bytes.windows(2).filter_map(|pair| price(pair[0], pair[1], bytes)).collect();
    prices.iter().sum::<usize>() * 10 > prices.len() * TENTHS_OF_CHANCE
}

/// What a character costs after another one in a text; nothing beside a mark that comes again.
fn price(first: u8, second: u8, text: &[u8]) -> Option<usize> {
    if first.is_ascii_digit() && second.is_ascii_digit() {
        return Some(DIGIT);
    }
    let comes_again = |mark: u8| text.iter().filter(|byte| **byte == mark).nth(1).is_some();
    match (letter(first), letter(second)) {
        (Some(first), Some(second)) => Some(usize::from(PRICES[first][second] - b'0')),
        (None, _) if comes_again(first) => None,
        (_, None) if comes_again(second) => None,
        _ => Some(MARK),
    }
}

/// Which letter a character is, or looks like.
fn letter(byte: u8) -> Option<usize> {
    let letter = match byte {
        b'0'..=b'9' => LOOKS_LIKE[usize::from(byte - b'0')],
        _ => byte,
    };
    letter.is_ascii_lowercase().then(|| usize::from(letter - b'a'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::chance::Chance;

    const HEX: &str = "0123456789abcdef";
    const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const EACH: usize = 4_000;

    /// The share of a thousand that is taken for a person's.
    fn misjudged(mut make: impl FnMut(&mut Chance) -> String) -> f64 {
        let mut chance = Chance::new(13, 4);
        let wrong = (0..EACH).filter(|_| !looks_generated(&make(&mut chance))).count();
        1000.0 * f64::from(u32::try_from(wrong).expect("small"))
            / f64::from(u32::try_from(EACH).expect("small"))
    }

    fn text(chance: &mut Chance, alphabet: &str, length: usize) -> String {
        (0..length).map(|_| char::from(alphabet.as_bytes()[chance.below(alphabet.len())])).collect()
    }

    #[test]
    fn a_text_that_is_just_rich_enough_is_taken_for_chance() {
        assert_eq!(LEAST_DIFFERENT, 8);
        assert!(!repeats(b"qzmvbtks") && repeats(b"qzmvbtk"));
        // Six letters in a row come again.
        assert!(!repeats(b"qzmvbtksqzmvb") && repeats(b"qzmvbtksqzmvbt"));
        // Six of ten steps lead to a neighbour, and seven.
        assert!(!walks(b"abcdefg0c8x") && walks(b"abcdefgh0c8"));
    }

    /// The alphabets of openssl, pwgen -s, Ansible's password lookup, Terraform's `random_password`
    /// and Python's `string`, and some that are narrower.
    #[test]
    fn what_a_machine_made_is_seldom_taken_for_a_persons() {
        for (name, more) in [
            ("openssl rand -base64", "+/"),
            ("pwgen -s", ""),
            ("Ansible's password lookup", ".,:-_"),
            ("Terraform's random_password", "!@#$%&*()-_=+[]{}<>:?"),
            ("all that is portable", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"),
        ] {
            let alphabet = format!("{ALNUM}{more}");
            let [short, long] = [24, 32].map(|length| misjudged(|chance| text(chance, &alphabet, length)));
            assert!(short <= 10.0 && long <= 2.0, "{name}: {short} and {long} of a thousand");
        }
        for (name, alphabet) in
            [("letters", &ALNUM[26..52]), ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), ("hex", HEX)]
        {
            let [short, long] = [24, 48].map(|length| misjudged(|chance| text(chance, alphabet, length)));
            assert!(short <= 20.0 && long <= 3.0, "{name}: {short} and {long} of a thousand");
        }
    }

    #[test]
    fn so_is_a_uuid() {
        let uuid = |chance: &mut Chance| {
            let digits = text(chance, HEX, 32);
            let variant = text(chance, "89ab", 1);
            [
                &digits[..8],
                &digits[8..12],
                &format!("4{}", &digits[13..16]),
                &format!("{variant}{}", &digits[17..20]),
                &digits[20..],
            ]
            .join("-")
        };
        let [with, without] = [misjudged(uuid), misjudged(|chance| uuid(chance).replace('-', ""))];
        assert!(with <= 20.0 && without <= 3.0, "{with} and {without} of a thousand");
    }

    #[test]
    fn a_phrase_is_not_taken_for_chance_however_its_words_are_joined() {
        for phrase in [
            "correct horse battery staple",
            "Winter is coming to Winterfell 2019",
            "richtig pferd batterie heftklammer",
            "caballo correcto bateria grapa",
            "cheval correct batterie agrafe",
            "cavallo corretto batteria punto",
            "cavalo correto bateria grampo",
            "juist paard batterij nietje",
            "zdrowy pies szczeka glosno dzisiaj",
            "korrekt hest batteri haeftklammer",
            "unbolted grumble depth carwash pelican", // EFF's list
            "cat dog sun ant ice fox egg pig",
            "to be or not to be that is the question",
            "prometheus remote write password",
            "the quick brown fox jumps over the lazy dog",
            "my dog ate my homework four times",
        ] {
            let words: Vec<&str> = phrase.split(' ').collect();
            let capitals: Vec<String> =
                words.iter().map(|word| word[..1].to_uppercase() + &word[1..]).collect();
            for joint in [" ", "-", ".", "_", ",", "/", "+", "#", ""] {
                let more = [
                    words.join(joint),
                    capitals.join(joint),
                    words.join(joint).to_uppercase(),
                    capitals.join(joint) + "!",
                    capitals.join(joint) + "1",
                    words.join(joint) + "2024",
                ];
                for phrase in more {
                    assert!(!looks_generated(&phrase), "{phrase}");
                }
            }
            let digits = phrase
                .replace(' ', "")
                .replace('o', "0")
                .replace('i', "1")
                .replace('e', "3")
                .replace('t', "7");
            assert!(!looks_generated(&digits), "{digits}");
        }
    }

    #[test]
    fn dates_walks_numbers_and_addresses_are_a_persons() {
        for password in [
            "2024-05-17T10:30:00+00:00",
            "Monday-17-May-2024-10:30:45",
            "Summer2024Winter2025Spring!",
            "JohnPaulGeorgeRingo19621970",
            "31415926535897932384626433832795",
            "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
            "!QAZ2wsx#EDC4rfv%TGB6yhn",
            "qwertyuiopasdfghjklzxcvbnm",
            "asdfghjklqwertyuiop1234567890",
            "qazwsxedcrfvtgbyhnujmikolp",
            "1q2w3e4r5t6y7u8i9o0p1a2s",
            "q1w2e3r4t5y6u7i8o9p0a1s2",
            "a1b2c3d4e5f6a7b8c9d0e1f2",
            "abcdefghijklmnopqrstuvwxyz",
            "0123456789abcdef0123f567",
            "0123456789abcdef01234567",
            "deadbeef-cafe-babe-f00d-1234567890",
            "c0rr3cth0rs3b4tt3ryst4pl3",
            "P@ssw0rd!Prometheus#2024$x",
            "admin-admin1-admin12-admin123",
            "changeme-changeme1-changeme2",
            "https://prometheus.example.com:9090/",
            "alloy@monitoring.example.com",
            "192.168.100.200-10.0.0.1-abc",
            "SLES15SP5-prometheus-server-01",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "hunter2",
            "",
        ] {
            assert!(!looks_generated(password), "{password}");
        }
    }

    #[test]
    fn each_bound_counts() {
        let generated = "mFvGq4wUe8Zx1TbLs7Ro3Ny6";
        assert!(looks_generated(generated));
        assert!(!looks_generated(&generated[..23]));
        assert!(!looks_generated(&generated.replace('x', " ")));
        assert!(!looks_generated(&generated[..12].repeat(2)));
        assert!(looks_generated("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd"));
        assert!(looks_generated("0f3c48d7-1e5b-4a69-b2c0-97d1e4a8f365"));
    }
}
