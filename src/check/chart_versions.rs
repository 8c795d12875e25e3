//! Versions of the chart prometheus → settings of the server that they do not read.
//!
//! The table is the library chart's, whose notes read it, too. What a version does not read neither
//! opens a way nor closes one, and its flags are not read.

use crate::policy::bypass_table::{OLDEST_VERSION, SINCE, Since};
use serde_json::Value;

/// Takes the settings out of `server` that the chart of this version does not read.
pub(super) fn forget_unread(server: &mut Value, version: &str) {
    let Some(version) = parsed(version).filter(|(major, _)| *major >= OLDEST_VERSION.into()) else { return };
    for Since { keys, version: since } in SINCE {
        let (key, tables) = keys.split_last().expect("a setting has a key");
        if version >= *since {
            continue;
        }
        let table = tables.iter().try_fold(&mut *server, |table, key| table.get_mut(key));
        if let Some(table) = table.and_then(Value::as_object_mut) {
            table.remove(*key);
        }
    }
}

fn parsed(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_version_reads_what_it_and_those_before_it_brought() {
        let all = json!({"defaultFlagsOverride": 1, "hostPort": 1, "portName": 1, "route": 1,
            "service": {"enabled": 1, "additionalPorts": 1, "type": 1}, "ingress": {"servicePort": 1}});
        let read = |version: &str| {
            let mut server = all.clone();
            forget_unread(&mut server, version);
            server
        };
        for version in ["29.27.0", "27.15.0", "0.1.0", "", "x"] {
            assert_eq!(read(version), all, "{version}");
        }
        assert_eq!(read("15.0.1"), json!({"service": {"type": 1}, "ingress": {}}));
        assert_eq!(read("24.4.9")["ingress"], json!({}));
        assert_eq!(read("24.5.0")["ingress"], all["ingress"]);
        assert_eq!(read("25.21.1")["route"], Value::Null);
    }
}
