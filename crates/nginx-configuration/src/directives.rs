//! A directive's name → what it can change about who reaches what.
//!
//! Of the modules that nginx brings (1.22 to 1.31) and of those that
//! distributions add. A name that is not here is not understood, and a location
//! where it holds is not judged.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Nothing about who is asked for a login, or where a request goes.
    None,
    /// Answers the request itself, in place of whatever was written before it.
    Answers,
    /// Passes the request on in another protocol than HTTP/1.
    PassesElsewhere,
    /// Runs a program: Lua, JavaScript, Perl.
    RunsCode,
    /// Runs a program that answers the request.
    AnswersByCode,
    /// Asks for something that is not read here.
    AsksOtherwise,
    /// Documents can ask for other locations.
    Subrequests,
    Unknown,
}

const ANSWERS: &[&str] =
    &["empty_gif", "flv", "mp4", "stub_status", "hls", "f4f", "status", "api", "upstream_conf"];

const PASSES_ELSEWHERE: &[&str] =
    &["fastcgi_pass", "grpc_pass", "memcached_pass", "scgi_pass", "tunnel_pass", "uwsgi_pass"];

/// With `_block`, `_file` or nothing after each.
const LUA_PHASES: &[&str] =
    &["access_by_lua", "precontent_by_lua", "rewrite_by_lua", "server_rewrite_by_lua", "set_by_lua"];

const LUA_HARMLESS: &[&str] = &[
    "balancer_by_lua",
    "body_filter_by_lua",
    "exit_worker_by_lua",
    "header_filter_by_lua",
    "init_by_lua",
    "init_worker_by_lua",
    "log_by_lua",
    "ssl_certificate_by_lua",
    "ssl_client_hello_by_lua",
    "ssl_session_fetch_by_lua",
    "ssl_session_store_by_lua",
];

const HARMLESS: &[&str] = &[
    "absolute_redirect",
    "access_log",
    "add_header",
    "add_header_inherit",
    "add_trailer",
    "add_trailer_inherit",
    "addition_types",
    "aio",
    "aio_write",
    "alias",
    "ancient_browser",
    "ancient_browser_value",
    "auth_delay",
    "auth_request_set",
    "autoindex",
    "autoindex_exact_size",
    "autoindex_format",
    "autoindex_localtime",
    "charset",
    "charset_map",
    "charset_types",
    "chunked_transfer_encoding",
    "connection_pool_size",
    "create_full_put_path",
    "dav_access",
    "dav_methods",
    "default_type",
    "directio",
    "directio_alignment",
    "disable_symlinks",
    "early_hints",
    "error_log",
    "etag",
    "expires",
    "geo",
    "geoip_city",
    "geoip_country",
    "geoip_org",
    "geoip_proxy",
    "geoip_proxy_recursive",
    "if_modified_since",
    "ignore_invalid_headers",
    "image_filter",
    "image_filter_buffer",
    "image_filter_interlace",
    "image_filter_jpeg_quality",
    "image_filter_sharpen",
    "image_filter_transparency",
    "image_filter_webp_quality",
    "include",
    "js_body_filter",
    "js_context_reuse",
    "js_engine",
    "js_header_filter",
    "js_import",
    "js_include",
    "js_path",
    "js_preload_object",
    "js_set",
    "js_shared_dict_zone",
    "js_var",
    "large_client_header_buffers",
    "lingering_close",
    "lingering_time",
    "lingering_timeout",
    "map",
    "map_hash_bucket_size",
    "map_hash_max_size",
    "match",
    "max_headers",
    "max_ranges",
    "min_delete_depth",
    "mirror_request_body",
    "modern_browser",
    "modern_browser_value",
    "mp4_buffer_size",
    "mp4_max_buffer_size",
    "mp4_start_key_frame",
    "msie_padding",
    "msie_refresh",
    "output_buffers",
    "override_charset",
    "perl_modules",
    "perl_require",
    "perl_set",
    "port_in_redirect",
    "postpone_output",
    "random_index",
    "read_ahead",
    "real_ip_header",
    "real_ip_recursive",
    "referer_hash_bucket_size",
    "referer_hash_max_size",
    "request_pool_size",
    "reset_timedout_connection",
    "resolver",
    "resolver_timeout",
    "rewrite_log",
    "root",
    "secure_link",
    "secure_link_md5",
    "secure_link_secret",
    "send_lowat",
    "send_timeout",
    "sendfile",
    "sendfile_max_chunk",
    "server_name_in_redirect",
    "server_names_hash_bucket_size",
    "server_names_hash_max_size",
    "server_tokens",
    "slice",
    "source_charset",
    "split_clients",
    "ssi_last_modified",
    "ssi_min_file_chunk",
    "ssi_silent_errors",
    "ssi_types",
    "ssi_value_length",
    "subrequest_output_buffer_size",
    "tcp_nodelay",
    "tcp_nopush",
    "types",
    "types_hash_bucket_size",
    "types_hash_max_size",
    "underscores_in_headers",
    "uninitialized_variable_warn",
    "userid",
    "valid_referers",
    "variables_hash_bucket_size",
    "variables_hash_max_size",
    "xml_entities",
    "xslt_last_modified",
    "xslt_param",
    "xslt_string_param",
    "xslt_stylesheet",
    "xslt_types",
];

const HARMLESS_PREFIXES: &[&str] = &[
    "brotli",
    "client_",
    "fancyindex",
    "fastcgi_",
    "geoip2",
    "grpc_",
    "gunzip",
    "gzip",
    "http2",
    "http3",
    "js_fetch_",
    "keepalive_",
    "limit_conn",
    "limit_rate",
    "limit_req",
    "log_",
    "lua_",
    "memcached_",
    "open_file_cache",
    "open_log_file_cache",
    "otel_",
    "proxy_",
    "quic_",
    "scgi_",
    "ssl_",
    "sub_filter",
    "userid_",
    "uwsgi_",
    "vhost_traffic_status",
    "zstd",
];

pub(super) fn effect(name: &[u8]) -> Effect {
    let Ok(name) = std::str::from_utf8(name) else { return Effect::Unknown };
    let lua = ["_block", "_file"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    match name {
        _ if HARMLESS.binary_search(&name).is_ok() => Effect::None,
        _ if PASSES_ELSEWHERE.contains(&name) => Effect::PassesElsewhere,
        _ if ANSWERS.contains(&name) => Effect::Answers,
        "ssi" => Effect::Subrequests,
        "js_content" | "perl" => Effect::AnswersByCode,
        _ if lua == "content_by_lua" => Effect::AnswersByCode,
        _ if LUA_PHASES.contains(&lua) => Effect::RunsCode,
        _ if LUA_HARMLESS.contains(&lua) => Effect::None,
        _ if HARMLESS_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) => Effect::None,
        _ if name.starts_with("auth_") => Effect::AsksOtherwise,
        _ => Effect::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        let mut sorted = HARMLESS.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(HARMLESS, sorted);
    }

    #[test]
    fn names_have_their_effect() {
        for (name, expected) in [
            ("proxy_read_timeout", Effect::None),
            ("stub_status", Effect::Answers),
            ("fastcgi_pass", Effect::PassesElsewhere),
            ("access_by_lua_block", Effect::RunsCode),
            ("content_by_lua_file", Effect::AnswersByCode),
            ("log_by_lua_block", Effect::None),
            ("auth_jwt", Effect::AsksOtherwise),
            ("auth_pam", Effect::AsksOtherwise),
            ("ssi", Effect::Subrequests),
            ("post_action", Effect::Unknown),
            ("Proxy_read_timeout", Effect::Unknown),
            ("", Effect::Unknown),
        ] {
            assert_eq!(effect(name.as_bytes()), expected, "{name}");
        }
    }
}
