//! Configurations and requests by chance: small alphabets, so that locations
//! meet, and every setting that decides who is let in.

use crate::world::{Ask, Files};
use std::fmt::Write as _;
use test_support::chance::Chance;

const TARGETS: &[&str] = &[
    "/", "/a", "/a/", "/a/b", "/a/bc", "/b", "/b/a", "/p", "/p/", "/p/x", "/o", "/g", "/ab", "//a/b",
    "/a/../b", "/%61/b", "/a%2Fb", "/x.w", "/a/x.w", "/o?a=1", "/./p/",
];
const HOSTS: &[&str] = &["a", "b.a", "a.b", "b", "A", "x.b.a", "c", "a:80", "b.a."];
const TO: &[&str] = &["s0", "s0", "s0", "s1", "127.0.0.1", "127.0.0.2"];
const PREFIXES: &[&str] = &["/", "/a", "/a/", "/a/b", "/b", "/p/", "/o", "/g", "/p"];
const REGEXES: &[&str] = &["^/a", "b$", "^/(a|b)", "\\.w$", "o", "^/p/(.*)$", "/[a-f]/", "^/A", "^/$"];
const LISTENS: &[&str] = &["unix:FOLDER/s1", "PORT", "127.0.0.1:PORT", "127.0.0.2:PORT", "*:PORT"];
const NAMES: &[&str] = &["a", "b.a", "*.a", ".a", "a.*", "~^b", "_", "b", "~^(?<v>a)", "*.b.a", "\"\""];

/// One configuration while it is made.
struct Maker<'a> {
    chance: &'a mut Chance,
    files: Files,
    /// The addresses that have a `default_server`.
    defaults: Vec<&'static str>,
}

pub(crate) fn configuration(chance: &mut Chance) -> Files {
    let mut maker = Maker { chance, files: Files::default(), defaults: Vec::new() };
    let http = maker.http();
    maker.files.main = http;
    maker.files
}

pub(crate) fn requests(chance: &mut Chance, files: &Files) -> Vec<Ask> {
    let all: String =
        files.others.iter().map(|(_, text)| text.as_str()).chain([files.main.as_str()]).collect();
    let listens = |to: &str| match to {
        "s0" => true,
        "s1" => all.contains("unix:FOLDER/s1"),
        to => all.contains(&format!("{to}:PORT")) || all.contains("*:PORT") || all.contains("listen PORT"),
    };
    let mut asks = Vec::new();
    while asks.len() < 10 {
        let to = chance.one_of(TO);
        if listens(to) {
            asks.push(Ask {
                method: if chance.percent(85) { "POST" } else { "GET" },
                to: to.to_owned(),
                host: chance.one_of(HOSTS).to_owned(),
                target: chance.one_of(TARGETS).to_owned(),
            });
        }
    }
    asks
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum In {
    Http,
    Server,
    Location,
    Named,
    /// Where a `proxy_pass` must not have a path.
    Regex,
    If,
    LimitExcept,
}

impl Maker<'_> {
    fn http(&mut self) -> String {
        let mut text = String::from(
            "access_log off;\nupstream prom { server unix:FOLDER/receiver; }\nmap $request_method $mapped { default prom; GET PROM; }\n\
             map $uri $realm { default r; /a off; ~^/p off; }\nmap $arg_a $off { default off; }\n",
        );
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            writeln!(text, "{kind}_temp_path FOLDER/{kind};").expect("memory");
        }
        self.settings(In::Http, 12, &mut text);
        let count = 1 + self.chance.below(3);
        for index in 0..count {
            let server = self.server(index);
            if self.chance.percent(20) {
                let name = format!("sites/{}{index}.conf", self.chance.one_of(&["x", "B", "_", "10"]));
                self.files.others.push((name, server));
            } else {
                text.push_str(&server);
            }
        }
        if !self.files.others.is_empty() {
            text.push_str("include sites/*.conf;\n");
        }
        format!("http{}{{\n{text}}}\n", self.blank())
    }

    fn server(&mut self, index: usize) -> String {
        let mut text = String::new();
        let mut listens = Vec::new();
        if index == 0 || self.chance.percent(60) {
            listens.push("unix:FOLDER/s0");
        }
        for _ in 0..self.chance.below(3) {
            let listen = self.chance.one_of(LISTENS);
            let kin = match listen {
                "*:PORT" => "PORT",
                "PORT" => "*:PORT",
                listen => listen,
            };
            if !listens.contains(&listen) && !listens.contains(&kin) {
                listens.push(listen);
            }
        }
        if listens.is_empty() {
            listens.push("unix:FOLDER/s0");
        }
        for listen in listens {
            let taken = self.defaults.contains(&listen) || self.defaults.contains(&"PORT");
            let default = if !taken && self.chance.percent(8) { " default_server" } else { "" };
            if !default.is_empty() {
                self.defaults.push(if listen == "*:PORT" { "PORT" } else { listen });
            }
            writeln!(text, "listen {listen}{default};").expect("memory");
        }
        if self.chance.percent(80) {
            let names: Vec<&str> = (0..=self.chance.below(2)).map(|_| self.chance.one_of(NAMES)).collect();
            writeln!(text, "server_name {};", names.join(" ")).expect("memory");
        }
        if self.chance.percent(10) {
            text.push_str("merge_slashes off;\n");
        }
        self.settings(In::Server, 18, &mut text);
        if self.chance.percent(25) {
            self.steps(In::Server, &mut text);
        }
        let count = 1 + self.chance.below(5);
        self.locations(count, "", &mut text);
        if self.chance.percent(60) {
            let body = self.body(In::Named, "@o");
            writeln!(text, "location @o {{ {body} }}").expect("memory");
        }
        let first = if text.contains("$v") { "set $v \"\";\n" } else { "" };
        format!("server {{\n{first}{text}}}\n")
    }

    /// Within a regex nginx takes regexes alone (`within` is `~`).
    fn locations(&mut self, count: usize, within: &str, text: &mut String) {
        let mut taken: Vec<String> = Vec::new();
        for _ in 0..count {
            let (modifier, name, kind) = if within == "~" || self.chance.percent(30) {
                (self.chance.one_of(&["~", "~*"]), self.chance.one_of(REGEXES), In::Regex)
            } else {
                (self.chance.one_of(&["", "", "", "^~", "="]), self.chance.one_of(PREFIXES), In::Location)
            };
            let key = if modifier == "^~" || modifier.is_empty() {
                name.to_owned()
            } else {
                format!("{modifier}{name}")
            };
            let fits = kind == In::Regex || name.starts_with(within);
            if !fits || taken.contains(&key) {
                continue;
            }
            taken.push(key);
            let mut body = self.body(kind, name);
            if modifier != "=" && self.chance.percent(if within.is_empty() { 25 } else { 10 }) {
                let inner = if kind == In::Regex { "~" } else { name };
                let count = 1 + self.chance.below(2);
                self.locations(count, inner, &mut body);
            }
            let glue = if modifier.is_empty() || self.chance.percent(15) { "" } else { " " };
            let name = self.spelled(name, glue.is_empty() && !modifier.is_empty());
            let body = self.elsewhere(body);
            let blank = self.blank();
            writeln!(text, "location{blank}{modifier}{glue}{name}{blank}{{{blank}{body} }}").expect("memory");
        }
    }

    /// Into a file of its own, or not.
    fn elsewhere(&mut self, body: String) -> String {
        if !self.chance.percent(12) {
            return body;
        }
        let name = format!("inc/{}.conf", self.files.others.len());
        self.files.others.push((name.clone(), body));
        format!("include{}{name};", self.blank())
    }

    fn blank(&mut self) -> String {
        self.chance
            .one_of(&[" ", " ", " ", " ", "\t", "\n", "\r", "\r\n", " # { x;\n", " # \"\r } \n", "  "])
            .to_owned()
    }

    /// The same word in another spelling.
    fn spelled(&mut self, word: &str, glued: bool) -> String {
        if glued || self.chance.percent(75) {
            return word.to_owned();
        }
        // Within quotes and outside, a backslash stands for itself but before a few.
        let quote = self.chance.one_of(&["\"", "'"]);
        format!("{quote}{word}{quote}")
    }

    fn body(&mut self, kind: In, name: &str) -> String {
        let mut text = String::new();
        self.settings(kind, 28, &mut text);
        if self.chance.percent(25) {
            self.steps(kind, &mut text);
        }
        if self.chance.percent(78) {
            let target = self.target(kind);
            writeln!(text, "proxy_pass{}{target};", self.blank()).expect("memory");
        } else if self.chance.percent(30) {
            text.push_str("stub_status;\n");
        }
        if self.chance.percent(15) {
            let mut inner = String::new();
            self.settings(In::LimitExcept, 45, &mut inner);
            if self.chance.percent(20) {
                inner.push_str("proxy_pass http://prom;");
            }
            let methods = self.chance.one_of(&["GET", "POST", "get", "GET POST", "PUT", "HEAD"]);
            writeln!(text, "limit_except {methods} {{ {inner} }}").expect("memory");
        }
        if name != "@o" && self.chance.percent(8) {
            let target = self.chance.one_of(&[
                "/none =404",
                "/none @o",
                "/none /o",
                "/none /a/b",
                "$uri.none /p/x?y=1",
            ]);
            writeln!(text, "try_files {target};").expect("memory");
        }
        text
    }

    fn target(&mut self, kind: In) -> String {
        if self.chance.percent(12) {
            return self
                .chance
                .one_of(&["http://$mapped", "http://${mapped}$request_uri", "$scheme://prom"])
                .to_owned();
        }
        let target = self.chance.one_of(&[
            "http://prom",
            "http://PROM",
            "http://unix:FOLDER/receiver",
            "\"http://prom\"",
        ]);
        if kind == In::Location && target == "http://prom" && self.chance.percent(30) {
            return self.chance.one_of(&["http://prom/", "http://prom/x"]).to_owned();
        }
        target.to_owned()
    }

    /// Who is let in, with so many of a hundred for each sort.
    fn settings(&mut self, kind: In, percent: usize, text: &mut String) {
        if kind != In::If {
            if self.chance.percent(percent + 15) {
                let realm = self.chance.one_of(&[
                    "r",
                    "r",
                    "r",
                    "\"r s\"",
                    "off",
                    "\"off\"",
                    "Off",
                    "\"\"",
                    "\\off",
                    "$realm",
                    "$off",
                    "\"x $uri\"",
                ]);
                writeln!(text, "auth_basic{}{realm};", self.blank()).expect("memory");
            }
            if self.chance.percent(percent + 15) {
                writeln!(
                    text,
                    "auth_basic_user_file {};",
                    self.chance.one_of(&["FOLDER/users", "users", "none", "/$uri"])
                )
                .expect("memory");
            }
            if self.chance.percent(percent / 2) {
                for _ in 0..=self.chance.below(2) {
                    let who = self.chance.one_of(&[
                        "all",
                        "all",
                        "unix:",
                        "127.0.0.1",
                        "127.0.0.0/8",
                        "10.0.0.0/8",
                        "0.0.0.0/0",
                        "::1",
                    ]);
                    writeln!(text, "{} {who};", self.chance.one_of(&["allow", "deny"])).expect("memory");
                }
            }
        }
        if matches!(kind, In::If | In::LimitExcept) {
            return;
        }
        if self.chance.percent(percent / 3) {
            writeln!(text, "satisfy {};", self.chance.one_of(&["any", "any", "all"])).expect("memory");
        }
        if self.chance.percent(percent / 9) {
            writeln!(text, "auth_request {};", self.chance.one_of(&["/g", "off", "/o"])).expect("memory");
        }
        if self.chance.percent(percent / 3) {
            self.error_page(text);
        }
        if self.chance.percent(percent / 12) {
            text.push_str("recursive_error_pages on;\n");
        }
        if matches!(kind, In::Location | In::Regex) && self.chance.percent(6) {
            text.push_str("internal;\n");
        }
    }

    fn error_page(&mut self, text: &mut String) {
        for _ in 0..=self.chance.below(2) {
            let status = self
                .chance
                .one_of(&["401", "403", "404", "418", "401 403", "401 =", "404 =200", "301", "405"]);
            let target = self.chance.one_of(&["@o", "/o", "/p/x", "/a/b", "http://x/", "/g"]);
            writeln!(text, "error_page {status} {target};").expect("memory");
        }
    }

    fn steps(&mut self, kind: In, text: &mut String) {
        for _ in 0..=self.chance.below(2) {
            match self.chance.below(if kind == In::If { 5 } else { 8 }) {
                0 => self.returns(kind, text),
                1 | 2 => self.rewrite(text),
                3 => {
                    writeln!(text, "set $v {};", self.chance.one_of(&["off", "prom", "$uri", "1", "\"\""]))
                        .expect("memory");
                }
                4 => text.push_str("break;\n"),
                _ => self.condition(kind, text),
            }
        }
    }

    fn returns(&mut self, kind: In, text: &mut String) {
        if kind == In::Server && self.chance.percent(80) {
            return;
        }
        let end = self.chance.one_of(&[
            "403",
            "404",
            "418",
            "401",
            "204",
            "200 x",
            "301 /x",
            "302 http://x/",
            "405 y",
            "http://x/",
        ]);
        writeln!(text, "return {end};").expect("memory");
    }

    fn rewrite(&mut self, text: &mut String) {
        let pattern = self.chance.one_of(&["^", "^/a(.*)$", "^/p/", "b", "^/b$", "(?<v>x)"]);
        let target =
            self.chance.one_of(&["/o", "/a/b", "/p/x", "/b$1", "/g?", "/a?x=1", "http://x/", "/p/$1"]);
        let flag = self.chance.one_of(&["last", "last", "break", "", "redirect", "permanent"]);
        writeln!(text, "rewrite {pattern} {target} {flag};").expect("memory");
    }

    fn condition(&mut self, kind: In, text: &mut String) {
        let condition = self.chance.one_of(&[
            "$request_method = POST",
            "$request_method != POST",
            "$uri ~ ^/a",
            "$uri !~* B",
            "$args",
            "$host = a",
            "$v",
            " $v = 1 ",
            "$request_uri ~* ^/(P|a)",
            "$args = \"\"",
            "$is_args = ?",
            "$mapped = prom",
        ]);
        let mut inner = String::new();
        self.steps(In::If, &mut inner);
        if kind != In::Server {
            if self.chance.percent(25) {
                inner.push_str("proxy_pass http://prom;\n");
            }
            if self.chance.percent(20) {
                self.error_page(&mut inner);
            }
        }
        writeln!(text, "if ({condition}) {{ {inner} }}").expect("memory");
    }
}
