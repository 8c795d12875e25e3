//! A document → the same, with two names compared that no schema compares.
//!
//! The edge nginx reads the login from a volume that names its Secret by itself. The
//! policy knows the library's own name for it; where the existing Secret and the
//! volume both have other names and these differ, the volume is given that name,
//! which the policy refuses beside an existing Secret. So the words stay the policy's.

use serde_json::Value;
use std::borrow::Cow;

/// The Secret that the library makes where the login is written in the values.
const OURS: &str = "remote-write-auth";

/// The volume that the sidecar mounts.
const VOLUME: &str = "remote-write-auth-secret";

/// `document` as the policy is asked about it.
pub(super) fn compared(document: &Value) -> Cow<'_, Value> {
    if document["remote-write-auth"]["edge"] != "nginx" {
        return Cow::Borrowed(document);
    }
    let server = &document["prometheus"]["server"];
    let existing = server["auth"]["basic"]["existingSecret"].as_str().unwrap_or_default();
    if existing.is_empty() || existing == OURS {
        return Cow::Borrowed(document);
    }
    let volumes = server["extraVolumes"].as_array().map_or(&[][..], Vec::as_slice);
    let mounts_another = |volume: &Value| {
        let name = volume["secret"]["secretName"].as_str().unwrap_or_default();
        volume["name"] == VOLUME && !name.is_empty() && name != existing
    };
    let Some(at) = volumes.iter().position(mounts_another) else { return Cow::Borrowed(document) };
    let mut document = document.clone();
    document["prometheus"]["server"]["extraVolumes"][at]["secret"]["secretName"] = OURS.into();
    Cow::Owned(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn document(edge: &str, existing: &str, volumes: &[(&str, &str)]) -> Value {
        let volume = |(name, secret)| json!({"name": name, "secret": {"secretName": secret}});
        let volumes: Vec<Value> = volumes.iter().copied().map(volume).collect();
        let auth = json!({"basic": {"existingSecret": existing}});
        let server = json!({"auth": auth, "extraVolumes": volumes});
        json!({"remote-write-auth": {"edge": edge}, "prometheus": {"server": server}})
    }

    #[test]
    fn a_volume_of_another_secret_and_no_other_gets_the_name_that_is_refused() {
        let (other, own) = (("data", "other"), (VOLUME, "agents"));
        let given = document("nginx", "agents", &[other, (VOLUME, "agentz")]);
        assert_eq!(*compared(&given), document("nginx", "agents", &[other, (VOLUME, OURS)]));
        for as_it_is in [
            document("nginx", "agents", &[other, own]),
            document("nginx", "agents", &[other, (VOLUME, "")]),
            document("nginx", "agents", &[]),
            document("traefik", "agents", &[(VOLUME, "agentz")]),
            document("nginx", "", &[(VOLUME, "agentz")]),
            document("nginx", OURS, &[(VOLUME, "agentz")]),
        ] {
            assert_eq!(*compared(&as_it_is), as_it_is);
        }
    }
}
