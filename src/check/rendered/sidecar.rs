//! An nginx beside Prometheus → does it ask for a login where samples go?
//!
//! The configuration is in a `ConfigMap` of the stream: this project's own, or
//! one like it. Only what is understood whole is judged: servers with prefix and
//! exact locations and well-known directives. One directive more, and the way is
//! not judged.

use super::access::WayAccess;
use super::objects::Objects;
use super::pod::{Container, Pod};
use super::receiver;
use super::secrets;

/// What nginx on port `number` asks for; none where no nginx listens there.
pub(super) fn access(objects: &Objects, pod: &Pod, number: u16) -> Option<WayAccess> {
    let nginx = pod.containers.iter().filter(|one| is_nginx(one));
    let mut texts = nginx.filter_map(|one| configuration(objects, pod, one));
    texts.find_map(|text| judge(pod, &text, number))
}

fn is_nginx(container: &Container) -> bool {
    let repository = receiver::repository(container.image);
    let program = container.line.program.as_ref().map(|program| program.text.as_str());
    repository.rsplit('/').next().is_some_and(|name| name.contains("nginx")) || program == Some("nginx")
}

/// The file that `-c` names, else nginx' own.
fn configuration(objects: &Objects, pod: &Pod, container: &Container) -> Option<String> {
    let words: Vec<&str> = container.line.arguments.iter().map(|word| word.text.as_str()).collect();
    let named = words.windows(2).find(|pair| pair[0] == "-c").map(|pair| pair[1]);
    secrets::mounted(objects, pod, container, named.unwrap_or("/etc/nginx/nginx.conf")).ok()
}

/// A directive with its words, and what is in its braces.
#[derive(Debug)]
struct Directive {
    words: Vec<String>,
    block: Vec<Directive>,
}

/// Directives that neither let anyone in nor lead a request elsewhere.
const HARMLESS: &[&str] = &[
    "access_log",
    "client_body_buffer_size",
    "client_body_temp_path",
    "client_max_body_size",
    "daemon",
    "default_type",
    "error_log",
    "fastcgi_temp_path",
    "keepalive_timeout",
    "log_format",
    "pid",
    "proxy_buffering",
    "proxy_connect_timeout",
    "proxy_http_version",
    "proxy_read_timeout",
    "proxy_request_buffering",
    "proxy_send_timeout",
    "proxy_set_header",
    "proxy_temp_path",
    "scgi_temp_path",
    "sendfile",
    "server_name",
    "server_tokens",
    "tcp_nopush",
    "user",
    "uwsgi_temp_path",
    "worker_connections",
    "worker_processes",
];

fn judge(pod: &Pod, text: &str, number: u16) -> Option<WayAccess> {
    let not_read = || WayAccess::unjudged("the configuration of nginx has parts that are not read here");
    let Some(directives) = parse(text) else { return Some(not_read()) };
    let http = directives.iter().find(|one| one.words[0] == "http")?;
    let is_known = |one: &Directive| matches!(one.words[0].as_str(), "http" | "events") || is_harmless(one);
    let servers: Vec<&Directive> = http.block.iter().filter(|one| one.words[0] == "server").collect();
    let listening: Vec<&&Directive> = servers.iter().filter(|one| listens(one, number)).collect();
    let [server] = listening.as_slice() else { return (!listening.is_empty()).then(not_read) };
    let outer = http.block.iter().all(|one| one.words[0] == "server" || is_harmless(one));
    let Some(paths) = pod.prometheus.paths().filter(|_| outer && directives.iter().all(is_known)) else {
        return Some(not_read());
    };
    Some(of_server(server, &paths).unwrap_or_else(not_read))
}

fn is_harmless(one: &Directive) -> bool {
    HARMLESS.contains(&one.words[0].as_str())
}

fn listens(server: &Directive, number: u16) -> bool {
    server.block.iter().filter(|one| one.words[0] == "listen").any(|one| {
        let address = one.words.get(1).map_or("", String::as_str);
        address.rsplit(':').next().and_then(|port| port.parse().ok()) == Some(number)
    })
}

/// The weakest answer that a path which takes samples gets.
fn of_server(server: &Directive, paths: &[String]) -> Option<WayAccess> {
    let known = |one: &Directive| {
        matches!(
            one.words[0].as_str(),
            "listen" | "location" | "auth_basic" | "auth_basic_user_file" | "satisfy"
        ) || is_harmless(one)
    };
    if !server.block.iter().all(known) || server.block.iter().any(leads_to_a_path) {
        return None;
    }
    let locations: Vec<&Directive> = server.block.iter().filter(|one| one.words[0] == "location").collect();
    let mut weakest = WayAccess::LeftOut;
    for path in paths {
        let at = location(&locations, path)?;
        let found = match at {
            Some(location) => of_location(server, location)?,
            None => WayAccess::LeftOut,
        };
        weakest = match (weakest, found) {
            (WayAccess::Open, _) | (_, WayAccess::Open) => WayAccess::Open,
            (_, guarded @ WayAccess::Guarded(_)) => guarded,
            (one, _) => one,
        };
    }
    Some(match weakest {
        WayAccess::LeftOut => WayAccess::guarded("nginx, which answers there without Prometheus"),
        other => other,
    })
}

/// A `proxy_pass` with a path of its own can turn any path into any other.
fn leads_to_a_path(one: &Directive) -> bool {
    let address = one.words.get(1).filter(|_| one.words[0] == "proxy_pass");
    let path = address
        .and_then(|address| address.split_once("://"))
        .is_some_and(|(_, host)| host.contains(['/', '$']));
    path || one.block.iter().any(leads_to_a_path)
}

/// The location that nginx takes for a path: the exact one, else the longest
/// prefix. None where there are other sorts.
fn location<'d>(locations: &[&'d Directive], path: &str) -> Option<Option<&'d Directive>> {
    let mut found: Option<(&Directive, usize)> = None;
    for location in locations {
        let words: Vec<&str> = location.words[1..].iter().map(String::as_str).collect();
        let (exact, prefix) = match words.as_slice() {
            ["=", path] => (true, *path),
            ["^~", prefix] => (false, *prefix),
            [prefix] if prefix.starts_with('/') => (false, *prefix),
            _ => return None,
        };
        if exact && prefix == path {
            return Some(Some(location));
        }
        let longer = found.is_none_or(|(_, length)| prefix.len() > length);
        if !exact && path.starts_with(prefix) && longer {
            found = Some((location, prefix.len()));
        }
    }
    Some(found.map(|(location, _)| location))
}

fn of_location(server: &Directive, location: &Directive) -> Option<WayAccess> {
    let known = |one: &Directive| {
        matches!(
            one.words[0].as_str(),
            "auth_basic" | "auth_basic_user_file" | "satisfy" | "proxy_pass" | "return"
        ) || is_harmless(one)
    };
    if !location.block.iter().all(known) {
        return None;
    }
    let word = |name: &str| {
        let own = location.block.iter().find(|one| one.words[0] == name);
        let inherited = || server.block.iter().find(|one| one.words[0] == name);
        own.or_else(inherited).and_then(|one| one.words.get(1)).map(String::as_str)
    };
    let closed = word("return").is_some_and(|status| matches!(status.as_bytes(), [b'4' | b'5', _, _]));
    let login = word("auth_basic").is_some_and(|realm| realm != "off" && !realm.contains('$'));
    let any = word("satisfy") == Some("any");
    Some(if closed {
        WayAccess::LeftOut
    } else if word("return").is_some() || login && any {
        return None;
    } else if login && word("auth_basic_user_file").is_some() {
        WayAccess::guarded("basic auth of nginx beside Prometheus")
    } else {
        WayAccess::Open
    })
}

/// Words, braces and semicolons as nginx cuts them, without escapes.
fn parse(text: &str) -> Option<Vec<Directive>> {
    let mut open: Vec<Vec<Directive>> = vec![Vec::new()];
    let mut heads: Vec<Vec<String>> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for token in tokens(text)? {
        match token {
            NginxWord::Word(word) => words.push(word),
            NginxWord::Sign(';') if !words.is_empty() => {
                open.last_mut()?.push(Directive { words: std::mem::take(&mut words), block: Vec::new() });
            }
            NginxWord::Sign('{') if !words.is_empty() && heads.len() < 10 => {
                heads.push(std::mem::take(&mut words));
                open.push(Vec::new());
            }
            NginxWord::Sign('}') if words.is_empty() && !heads.is_empty() => {
                let block = open.pop()?;
                open.last_mut()?.push(Directive { words: heads.pop()?, block });
            }
            NginxWord::Sign(_) => return None,
        }
    }
    (heads.is_empty() && words.is_empty()).then(|| open.pop()).flatten()
}

enum NginxWord {
    Word(String),
    Sign(char),
}

fn tokens(text: &str) -> Option<Vec<NginxWord>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '#' => rest.find('\n').map_or("", |end| &rest[end..]),
            ';' | '{' | '}' => {
                tokens.push(NginxWord::Sign(first));
                &rest[1..]
            }
            '"' | '\'' => {
                let (word, after) = rest[1..].split_once(first)?;
                if word.contains('\\') || !after.starts_with([' ', '\t', '\n', '\r', ';', '{']) {
                    return None;
                }
                tokens.push(NginxWord::Word(word.to_owned()));
                after
            }
            _ => {
                let end = rest.find([' ', '\t', '\n', '\r', ';', '{']).unwrap_or(rest.len());
                let word = &rest[..end];
                if word.contains(['\\', '"', '\'', '}']) {
                    return None;
                }
                tokens.push(NginxWord::Word(word.to_owned()));
                &rest[end..]
            }
        }
        .trim_ascii_start();
    }
    Some(tokens)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> Option<&'static str> {
        let directives = parse(text).expect("a configuration");
        let paths = ["/p/api/v1/write".to_owned()];
        of_server(&directives[0], &paths).map(|access| access.as_str())
    }

    #[test]
    fn the_location_that_takes_samples_decides() {
        let login = "auth_basic a; auth_basic_user_file f; proxy_pass http://localhost:9090;";
        let open = "proxy_pass http://localhost:9090;";
        for (locations, access) in [
            (format!("location / {{ {login} }}"), Some("guarded")),
            (format!("location / {{ {open} }} location /p/api/v1/write {{ {login} }}"), Some("guarded")),
            (format!("location / {{ {login} }} location /p/api {{ {open} }}"), Some("open")),
            (format!("location / {{ {open} }}"), Some("open")),
            (format!("location = /p/api/v1/write {{ {open} }} location / {{ {login} }}"), Some("open")),
            ("location / { return 404; }".to_owned(), Some("guarded")),
            (format!("{login} location / {{ auth_basic off; {open} }}"), None),
            (format!("location / {{ auth_basic off; {open} }}"), Some("open")),
            (format!("location ~ a {{ {open} }}"), None),
            (format!("location / {{ {login} satisfy any; }}"), None),
            (format!("location / {{ {login} rewrite a b; }}"), None),
            (format!("include a; location / {{ {login} }}"), None),
        ] {
            assert_eq!(server(&format!("server {{ listen 1; {locations} }}")), access, "{locations}");
        }
        for text in ["a", "a { b;", "}", "a \"b\\\"\";", ";"] {
            assert!(parse(text).is_none(), "{text}");
        }
    }
}
