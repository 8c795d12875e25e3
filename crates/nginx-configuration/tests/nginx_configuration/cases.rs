//! Cases that are kept: traps that people fall into, and each difference that
//! was ever found between the reading and nginx.

use crate::compare::Tally;
use crate::world::{Ask, Files, Seen, World};
use nginx_configuration::Access;

/// `A` asks for a login, `P` passes to the receiver.
struct Case {
    name: &'static str,
    /// What `http` holds; a `server` around it and its `listen` where it does not begin with `server`.
    text: &'static str,
    /// Socket or address, host, path, and what nginx does: `open`, `401` (a login is asked for), `shut`.
    asks: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// How many of these are not judged: the reading may not say less.
    not_judged: usize,
}

const S: &str = "s0";

#[rustfmt::skip]
const CASES: &[Case] = &[
    // The fifteen traps.
    Case { name: "a missing user file asks nobody", text: "location / { auth_basic r; P }", asks: &[(S, "a", "/", "open")], not_judged: 0 },
    Case { name: "an empty realm asks", text: "A location / { auth_basic \"\"; P }", asks: &[(S, "a", "/", "401")], not_judged: 0 },
    Case { name: "limit_except switches off", text: "location / { A P limit_except GET { auth_basic off; } }", asks: &[(S, "a", "/", "open")], not_judged: 0 },
    Case { name: "error_page 401 leads past the login", text: "location / { A P error_page 401 = @o; } location @o { P }", asks: &[(S, "a", "/", "open")], not_judged: 0 },
    Case { name: "one own error_page drops the inherited", text: "error_page 401 = @o; location / { A P error_page 500 /x; } location @o { P }", asks: &[(S, "a", "/", "401")], not_judged: 0 },
    Case { name: "rewrite leaves before the login", text: "location /a { A P rewrite ^ /o; P2 } location /o { P }", asks: &[(S, "a", "/a", "open")], not_judged: 0 },
    Case { name: "the login of auth_request's target is not asked", text: "location /d { auth_request /g; P } location /g { A P }", asks: &[(S, "a", "/d", "open"), (S, "a", "/g", "401")], not_judged: 1 },
    Case { name: "an outer regex beats a nested prefix", text: "location /a { A P location ^~ /a/b { A P } } location ~ b { P }", asks: &[(S, "a", "/a/b", "open"), (S, "a", "/a/c", "401")], not_judged: 0 },
    Case { name: "return is not inherited", text: "location /a { return 403; location /a/b { P } }", asks: &[(S, "a", "/a/b", "open"), (S, "a", "/a", "shut")], not_judged: 0 },
    Case { name: "internal is inherited", text: "location /a { internal; location /a/b { P } }", asks: &[(S, "a", "/a/b", "shut")], not_judged: 0 },
    Case { name: "if leads to a named location", text: "location / { A P error_page 418 = @o; if ($request_method = POST) { return 418; } } location @o { P }", asks: &[(S, "a", "/", "open")], not_judged: 0 },
    Case { name: "limit_except skips if", text: "location / { limit_except GET { A } P if ($request_method = POST) { return 405; } }", asks: &[(S, "a", "/", "401")], not_judged: 0 },
    Case { name: "an address hides a name", text: "server { listen unix:FOLDER/s0; } server { listen PORT; server_name a; A location / { P } } server { listen 127.0.0.1:PORT; server_name b; location / { P } }", asks: &[("127.0.0.1", "a", "/", "open"), ("127.0.0.2", "a", "/", "401")], not_judged: 0 },
    Case { name: "a carriage return does not end a comment", text: "# note\r location /x { A P }\n location / { P }", asks: &[(S, "a", "/x", "open")], not_judged: 0 },
    // Who is asked.
    Case { name: "a longer location beside the one that asks", text: "location ^~ /p/ { A P } location /p/w { P }", asks: &[(S, "a", "/p/w", "open"), (S, "a", "/p/x", "401"), (S, "a", "/p", "shut")], not_judged: 0 },
    Case { name: "a regex beside one without ^~", text: "location /p/ { A P } location ~ w$ { P }", asks: &[(S, "a", "/p/w", "open"), (S, "a", "/p/x", "401")], not_judged: 0 },
    Case { name: "off nested, and in a location of a server that asks", text: "A location /p { P location /p/w { auth_basic off; P } } location /q { auth_basic off; P }", asks: &[(S, "a", "/p/w", "open"), (S, "a", "/p", "401"), (S, "a", "/q", "open")], not_judged: 0 },
    Case { name: "a backslash makes another realm", text: "A location / { auth_basic \"\\off\"; P } location /q { auth_basic 'off'; P }", asks: &[(S, "a", "/", "401"), (S, "a", "/q", "open")], not_judged: 0 },
    Case { name: "any one that says yes is enough", text: "location / { A satisfy any; allow all; P } location /q { A satisfy any; deny all; P } location /r { satisfy any; deny all; P } location /s { A satisfy any; allow 10.0.0.1; P }", asks: &[(S, "a", "/", "open"), (S, "a", "/q", "401"), (S, "a", "/r", "shut"), (S, "a", "/s", "401")], not_judged: 0 },
    Case { name: "a socket is no address", text: "location / { deny 0.0.0.0/0; P } location /q { deny all; P } location /r { deny unix:; P }", asks: &[(S, "a", "/", "open"), (S, "a", "/q", "shut"), (S, "a", "/r", "shut")], not_judged: 0 },
    Case { name: "a realm by map", text: "map $host $r { default r; a off; } server { listen unix:FOLDER/s0; A location / { auth_basic $r; P } }", asks: &[(S, "a", "/", "open"), (S, "b", "/", "401")], not_judged: 0 },
    Case { name: "a header that is asked for by if is not a login", text: "location / { P if ($http_x_token = \"\") { return 401; } }", asks: &[(S, "a", "/", "shut")], not_judged: 1 },
    Case { name: "auth_request to a constant answer", text: "location /d { auth_request /y; P } location /e { auth_request /n; P } location /f { A auth_request /y; P } location /y { return 200; } location /n { return 403; }", asks: &[(S, "a", "/d", "open"), (S, "a", "/e", "shut"), (S, "a", "/f", "401")], not_judged: 0 },
    // Where it goes.
    Case { name: "a server that passes to another of the same files", text: "server { listen unix:FOLDER/s0; location / { proxy_pass http://unix:FOLDER/s1; } location /i { proxy_set_header Authorization \"Basic YWxsb3k6eA==\"; proxy_pass http://unix:FOLDER/s1:/; } location /g { A proxy_pass http://unix:FOLDER/s1; } } server { listen unix:FOLDER/s1; A location / { P } location /o { auth_basic off; P } }", asks: &[(S, "a", "/", "401"), (S, "a", "/i", "open"), (S, "a", "/o", "open"), (S, "a", "/g", "401")], not_judged: 0 },
    Case { name: "a target by constant variables", text: "server { listen unix:FOLDER/s0; set $u PROM; location / { proxy_pass http://$u; } location /s { A proxy_pass $scheme://$u$request_uri; } }", asks: &[(S, "a", "/", "open"), (S, "a", "/s", "401")], not_judged: 0 },
    Case { name: "try_files and error pages lead on", text: "location / { try_files /none @o; } location /e { return 404; error_page 404 /o; } location /o { internal; P } location @o { A P }", asks: &[(S, "a", "/", "401"), (S, "a", "/e", "open"), (S, "a", "/o", "shut")], not_judged: 0 },
    // Differences that were found.
    Case { name: "a map is asked once for a request", text: "map $uri $r { default r; /o off; } server { listen unix:FOLDER/s0; A location / { auth_basic $r; error_page 401 = /o; P } }", asks: &[(S, "a", "/", "401"), (S, "a", "/o", "open")], not_judged: 0 },
    Case { name: "an exact location beside a prefix answers its redirect", text: "location = /p/ { return 404; } location /p/ { internal; P } location / { P }", asks: &[(S, "a", "/p", "shut")], not_judged: 0 },
    Case { name: "a status page refuses a write and leads on", text: "location / { stub_status; error_page 405 @o; } location @o { P }", asks: &[(S, "a", "/", "open")], not_judged: 0 },
    Case { name: "the first server of an address merges slashes for all", text: "server { listen unix:FOLDER/s0; server_name a; location /p { A P } location / { P } } server { listen unix:FOLDER/s0; server_name b; merge_slashes off; location /p { A P } location / { P } }", asks: &[(S, "b", "//p", "401"), (S, "a", "//p", "401")], not_judged: 0 },
    Case { name: "an if without a target of its own keeps the module of the one before", text: "location / { error_page 500 = @o; if ($uri) { proxy_pass http://unix:FOLDER/receiver; } if ($uri) { break; } stub_status; } location @o { P } location /q { if ($uri) { proxy_pass http://unix:FOLDER/receiver; } if ($uri) { break; } }", asks: &[(S, "a", "/", "open"), (S, "a", "/q", "shut")], not_judged: 0 },
    Case { name: "a subrequest is a GET and has the request's method in its variables", text: "location /d { auth_request /y; P } location /e { auth_request /n; P } location /y { if ($request_method = POST) { return 200; } return 403; } location /n { if ($request_method != POST) { return 200; } return 403; }", asks: &[(S, "a", "/d", "open"), (S, "a", "/e", "shut")], not_judged: 0 },
    Case { name: "a realm is not asked for where an address is refused before", text: "map $uri $r { default r; /o off; } server { listen unix:FOLDER/s0; error_page 403 /o; location /d { auth_basic $r; auth_basic_user_file users; deny all; } location /o { auth_basic $r; auth_basic_user_file users; P } }", asks: &[(S, "a", "/d", "open"), (S, "a", "/o", "open")], not_judged: 0 },
    Case { name: "what a subrequest sets is set for the request", text: "server { listen unix:FOLDER/s0; set $v 127.0.0.1:1; location /d { auth_request /g; proxy_pass http://$v; } location /g { set $v prom; return 200; } }", asks: &[(S, "a", "/d", "open")], not_judged: 1 },
    Case { name: "a name that conflicts is dropped as a whole", text: "server { listen unix:FOLDER/s0; server_name a; A location / { P } } server { listen unix:FOLDER/s0; server_name .a; location / { P } }", asks: &[(S, "x.a", "/", "401"), (S, "a", "/", "401")], not_judged: 0 },
];

fn fill(case: &Case) -> Files {
    let words = |text: &str| {
        let parts = text.split(' ').map(|word| match word {
            "A" => "auth_basic r; auth_basic_user_file users;",
            "P" => "proxy_pass http://prom;",
            "P2" => "",
            word => word,
        });
        parts.collect::<Vec<_>>().join(" ")
    };
    let text = words(case.text);
    let is_whole = text.starts_with("server {") || text.starts_with("map ");
    let text = if is_whole { text } else { format!("server {{ listen unix:FOLDER/s0;\n{text}\n}}") };
    let main =
        format!("http {{ access_log off; upstream prom {{ server unix:FOLDER/receiver; }}\n{text}\n}}\n");
    Files { main, others: Vec::new() }
}

#[test]
fn cases_that_are_kept_are_read_as_nginx_serves_them() {
    let world = World::new();
    let mut wrong = Vec::new();
    for case in CASES {
        let asks: Vec<Ask> = case.asks.iter().map(|(to, host, target, _)| ask(to, host, target)).collect();
        let mut tally = Tally::default();
        tally.serve(&world, &fill(case), &asks, case.name);
        assert_eq!(tally.refused, 0, "{}: nginx refuses it: {:?}", case.name, tally.refusals);
        wrong.append(&mut tally.differences);
        if tally.not_judged != case.not_judged {
            wrong.push(format!(
                "{}: {} not judged, {} expected",
                case.name, tally.not_judged, case.not_judged
            ));
        }
        let served = world.start().expect("it served a moment ago");
        for ((.., expected), ask) in case.asks.iter().zip(&asks) {
            let seen = match served.ask(ask) {
                Seen::Reached => "open",
                Seen::Asked => "401",
                Seen::Answered(_) => "shut",
            };
            if seen != *expected {
                wrong.push(format!("{}: {ask:?}: {expected} expected of nginx, {seen} seen", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn ask(to: &str, host: &str, target: &str) -> Ask {
    Ask { method: "POST", to: to.to_owned(), host: host.to_owned(), target: target.to_owned() }
}

/// Trap seven, and its kin: the source's settings count, not the target's.
#[test]
fn the_target_of_a_subrequest_is_served_to_whoever_may_use_the_source() {
    let world = World::new();
    for (name, source) in [("mirror", "mirror /g;"), ("addition", "add_after_body /g; addition_types *;")] {
        let files = Files {
            main: format!(
                "http {{ access_log off; upstream prom {{ server unix:FOLDER/receiver; }}\n\
                 server {{ listen unix:FOLDER/s0;\nlocation /o {{ {source} proxy_pass http://prom; }}\n\
                 location /g {{ auth_basic r; auth_basic_user_file users; proxy_pass http://prom; }} }} }}\n"
            ),
            others: Vec::new(),
        };
        world.write(&files);
        let served = world.start().expect("nginx takes it");
        let before = world.came();
        assert_eq!(served.ask(&ask(S, "a", "/g")), Seen::Asked, "{name}");
        assert_eq!(served.ask(&ask(S, "a", "/o")), Seen::Reached, "{name}");
        let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while world.came() < before + 2 && std::time::Instant::now() < end {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        assert_eq!(world.came(), before + 2, "{name}: the target was asked, too");
        let endpoints = world.read().endpoints(&[world.receiver()]);
        let open = |via: bool| {
            endpoints.iter().any(|endpoint| {
                endpoint.location == "/g"
                    && endpoint.via.is_some() == via
                    && matches!(endpoint.access, Access::Open { .. })
            })
        };
        assert!(open(true) && !open(false), "{name}: {endpoints:?}");
    }
}
