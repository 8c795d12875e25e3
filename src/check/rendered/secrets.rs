//! Secrets and `ConfigMaps` of the stream → what is in them, for a judgement
//! alone: nothing that was read here is ever printed.

use super::look::{at, entries_at, list_at, text, text_at};
use super::objects::{Object, Objects};
use super::pod::{Container, Pod};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use helm_values::Node;

/// The keys of a Secret or `ConfigMap`.
pub(super) fn keys(object: &Object) -> Vec<&str> {
    let parts = [&["data"], &["stringData"], &["binaryData"]];
    let mut keys: Vec<&str> =
        parts.into_iter().flat_map(|part| entries_at(&object.node, part)).map(|(key, _)| key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The text under a key.
pub(super) fn content(object: &Object, key: &str) -> Option<String> {
    let data = at(&object.node, &["data", key]).and_then(text);
    if object.kind == "ConfigMap" {
        return data.map(str::to_owned);
    }
    if let Some(plain) = at(&object.node, &["stringData", key]).and_then(text) {
        return Some(plain.to_owned());
    }
    let letters: String = data?.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    String::from_utf8(STANDARD.decode(letters).ok()?).ok()
}

/// What a container finds at `path`; why not where that is not in the stream.
pub(super) fn mounted(
    objects: &Objects,
    pod: &Pod,
    container: &Container,
    path: &str,
) -> Result<String, &'static str> {
    const NOT_HERE: &str = "what is mounted there is not in the objects";
    let inside = |mount: &&&Node| {
        let folder = text_at(mount, &["mountPath"]).unwrap_or_default().trim_end_matches('/');
        path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
    };
    let longest = |mount: &&&Node| text_at(mount, &["mountPath"]).map_or(0, str::len);
    let mount = container.mounts.iter().filter(inside).max_by_key(longest).ok_or(NOT_HERE)?;
    let folder = text_at(mount, &["mountPath"]).unwrap_or_default().trim_end_matches('/');
    let file = match text_at(mount, &["subPath"]) {
        Some(sub) => sub,
        None => path[folder.len()..].trim_start_matches('/'),
    };
    let volume = pod.volumes.iter().find(|volume| text_at(volume, &["name"]) == text_at(mount, &["name"]));
    let volume = volume.ok_or(NOT_HERE)?;
    let sources = list_at(volume, &["projected", "sources"]).iter().chain(std::iter::once(*volume));
    let mut sources = sources;
    sources.find_map(|source| in_source(objects, pod, source, file)).ok_or(NOT_HERE)
}

fn in_source(objects: &Objects, pod: &Pod, source: &Node, file: &str) -> Option<String> {
    let of = |kind: &'static str, key: &str, names: &[&str]| {
        let source = at(source, &[key])?;
        let name = names.iter().find_map(|name| text_at(source, &[name]))?;
        Some((kind, source, name))
    };
    let (kind, source, name) = of("Secret", "secret", &["secretName", "name"])
        .or_else(|| of("ConfigMap", "configMap", &["name"]))?;
    let items = list_at(source, &["items"]);
    let key = match items.iter().find(|item| text_at(item, &["path"]) == Some(file)) {
        Some(item) => text_at(item, &["key"])?,
        None if items.is_empty() => file,
        None => return None,
    };
    content(objects.mounted(kind, &pod.object.namespace, name)?, key)
}
