//! A host's text → the same text with the policy in it.
//!
//! Only the policy's own places are edited: its member of `allOf`, known by its
//! title, and the definitions whose names begin with its prefix. So a second
//! run finds them as it would write them.

use super::layout::Layout;
use super::member::{self, Draft, PREFIX};
use super::members::{Member, of_list, of_object};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::ops::Range;

/// What may stand beside a `$ref` at the root and does not judge values.
const BESIDE_REF: &[&str] = &[
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$vocabulary",
    "$comment",
    "title",
    "description",
    "definitions",
    "$defs",
];

/// `host` with `policy` in it.
pub(super) fn merged(host: &str, policy: &str) -> Result<String> {
    let root = root(host)?;
    let title = member::title();
    if text_of(host, &root, "title").is_some_and(|own| own == title) {
        return Ok(policy.to_owned()); // made by `schema > values.schema.json`
    }
    let host = reference_moved(host, &root)?;
    let draft = draft(&host)?;
    let policy = member::for_host(policy, draft);
    let layout = Layout::parse(&host);
    let with_member = member_placed(&host, &layout, &policy.schema, &title)?;
    ["definitions", "$defs"].into_iter().try_fold(with_member, |text, container| {
        let none = BTreeMap::new();
        let wanted = if container == draft.definitions() { &policy.definitions } else { &none };
        definitions_placed(&text, &layout, container, wanted)
    })
}

fn root(host: &str) -> Result<Vec<Member>> {
    if let Err(error) = serde_json::from_str::<&serde_json::value::RawValue>(host) {
        bail!("its schema is not JSON from line {}, column {} on", error.line(), error.column());
    }
    of_object(host, &whole(host)).context("its schema is not a table")
}

fn whole(text: &str) -> Range<usize> {
    0..text.len()
}

fn value<'a>(root: &'a [Member], key: &str) -> Option<&'a Range<usize>> {
    root.iter().find(|member| member.key == key).map(|member| &member.value)
}

fn text_of(host: &str, members: &[Member], key: &str) -> Option<String> {
    serde_json::from_str(&host[value(members, key)?.clone()]).ok()
}

/// Where no draft is named, a new Helm takes the newest and an old one its own.
fn draft(host: &str) -> Result<Draft> {
    let root = root(host)?;
    let named = text_of(host, &root, "$schema").unwrap_or_default();
    let has_defs = value(&root, "$defs").is_some() && value(&root, "definitions").is_none();
    match named.trim_end_matches('#').trim_start_matches("https").trim_start_matches("http") {
        "://json-schema.org/draft-03/schema" => {
            bail!("its $schema names draft 3, which Helm does not read; name draft 7, then run this again")
        }
        "://json-schema.org/draft-04/schema" | "://json-schema.org/draft-06/schema" => Ok(Draft::WithoutIf),
        "://json-schema.org/draft-07/schema" => Ok(Draft::Seven),
        "://json-schema.org/draft/2019-09/schema" | "://json-schema.org/draft/2020-12/schema" => {
            Ok(Draft::WithDefs)
        }
        _ if has_defs => Ok(Draft::WithDefs),
        _ => Ok(Draft::Seven),
    }
}

/// Up to draft 7, and in old Helm in every draft, whatever stands beside a
/// `$ref` is ignored, the policy too. So a `$ref` at the root moves into `allOf`,
/// together with what stands beside it: each reader reads it as before there.
fn reference_moved(host: &str, root: &[Member]) -> Result<String> {
    if value(root, "$ref").is_none() {
        return Ok(host.to_owned());
    }
    let (kept, moving): (Vec<&Member>, Vec<&Member>) =
        root.iter().partition(|member| BESIDE_REF.contains(&member.key.as_str()));
    if let Some(pointed_at) = moving.iter().find(|member| host.contains(&format!("\"#/{}/", member.key))) {
        bail!(
            "beside the $ref at the root of its schema stands {}, which other references point into; move the $ref into an allOf yourself, then run this again",
            pointed_at.key
        );
    }
    let layout = Layout::parse(host);
    let written = |member: &Member, depth: usize, more: usize| {
        let key = serde_json::to_string(&member.key).expect("a text is written without fault");
        format!("{}{key}: {}", layout.gap(depth), layout.deeper(&host[member.value.clone()], more))
    };
    let moved: Vec<String> = moving.into_iter().map(|member| written(member, 3, 2)).collect();
    let gap = |depth| layout.gap(depth);
    let all_of = format!("{}\"allOf\": [{}{{{}{}}}{}]", gap(1), gap(2), moved.join(","), gap(2), gap(1));
    let mut members: Vec<String> = kept.into_iter().map(|member| written(member, 1, 0)).collect();
    members.push(all_of);
    Ok(format!("{{{}{}}}{}", members.join(","), gap(0), &host[host.trim_end().len()..]))
}

fn member_placed(host: &str, layout: &Layout, policy: &str, title: &str) -> Result<String> {
    let root = root(host)?;
    let Some(all_of) = value(&root, "allOf") else {
        let list = format!("[{}{}{}]", layout.gap(2), layout.lay_out(policy, 2), layout.gap(1));
        return Ok(inserted(host, layout, &whole(host), 1, "allOf", &list));
    };
    let items = of_list(host, all_of).context("the allOf of its schema is not a list")?;
    let is_ours = |item: &&Range<usize>| {
        of_object(host, item)
            .and_then(|members| text_of(host, &members, "title"))
            .is_some_and(|own| own == title)
    };
    let policy = layout.lay_out(policy, 2);
    Ok(match (items.iter().find(is_ours), items.last()) {
        (Some(ours), _) => spliced(host, ours, &policy),
        (None, Some(last)) => spliced(host, &(last.end..last.end), &format!(",{}{policy}", layout.gap(2))),
        (None, None) => spliced(host, all_of, &format!("[{}{policy}{}]", layout.gap(2), layout.gap(1))),
    })
}

/// The table `container` has exactly the `wanted` names with our prefix.
fn definitions_placed(
    host: &str,
    layout: &Layout,
    container: &str,
    wanted: &BTreeMap<String, String>,
) -> Result<String> {
    let root = root(host)?;
    let Some(span) = value(&root, container) else {
        if wanted.is_empty() {
            return Ok(host.to_owned());
        }
        let empty = inserted(host, layout, &whole(host), 1, container, "{}");
        return definitions_placed(&empty, layout, container, wanted);
    };
    let members =
        of_object(host, span).with_context(|| format!("{container} in its schema is not a table"))?;
    let ours = |member: &&Member| member.key.starts_with(PREFIX);
    if let Some(stale) = members.iter().filter(ours).find(|member| !wanted.contains_key(&member.key)) {
        let without = removed(host, span, &members, stale);
        return definitions_placed(&without, layout, container, wanted);
    }
    if let Some((name, definition)) =
        wanted.iter().find(|(name, _)| !members.iter().any(|member| member.key == **name))
    {
        let with = inserted(host, layout, span, 2, name, &layout.lay_out(definition, 2));
        return definitions_placed(&with, layout, container, wanted);
    }
    let mut text = host.to_owned();
    for member in members.iter().filter(ours).rev() {
        text = spliced(&text, &member.value, &layout.lay_out(&wanted[&member.key], 2));
    }
    Ok(text)
}

/// `text` with a new last member in the object at `span`, whose members stand
/// at `depth`.
fn inserted(
    text: &str,
    layout: &Layout,
    span: &Range<usize>,
    depth: usize,
    key: &str,
    value: &str,
) -> String {
    let member = format!("{}\"{key}\": {value}", layout.gap(depth));
    let members = of_object(text, span).unwrap_or_default();
    if let Some(last) = members.last() {
        return spliced(text, &(last.value.end..last.value.end), &format!(",{member}"));
    }
    let open = span.start + text[span.clone()].find('{').unwrap_or_default();
    let close = span.start + text[span.clone()].rfind('}').unwrap_or_default();
    spliced(text, &(open + 1..close), &format!("{member}{}", layout.gap(depth - 1)))
}

fn removed(text: &str, span: &Range<usize>, members: &[Member], gone: &Member) -> String {
    let index = members.iter().position(|member| member.key == gone.key).unwrap_or_default();
    match (index.checked_sub(1), members.get(index + 1)) {
        (Some(before), _) => spliced(text, &(members[before].value.end..gone.value.end), ""),
        (None, Some(_)) => {
            let comma = gone.value.end + text[gone.value.end..].find(',').unwrap_or_default();
            spliced(text, &(span.start + 1..comma + 1), "")
        }
        (None, None) => spliced(text, span, "{}"),
    }
}

fn spliced(text: &str, span: &Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..span.start], &text[span.end..])
}
