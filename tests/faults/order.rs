//! What the trace of a transition shows: content is on disk before it takes a
//! file's place, and the place before the next step.

use crate::scene::{Beginning, transitions};
use crate::trace::{Call, calls};

#[test]
fn content_and_folder_are_flushed_around_each_rename() {
    for transition in transitions() {
        let scene = Beginning::new(&transition).lay_out();
        let calls = calls(&scene.options(), &[]);
        let folder = format!("<{}>", scene.folder().display());
        let renames: Vec<usize> = positions(&calls, "renameat");
        for at in &renames {
            let temporary = calls[*at].line.split('"').nth(1).expect("the old name");
            let ours = format!("{}/{temporary}>", scene.folder().display());
            let flushed =
                |call: &Call| call.name == "fsync" && call.line.contains(&ours) && call.line.ends_with("= 0");
            let written = |call: &Call| call.name == "write" && call.line.contains(&ours);
            let last_write = calls[..*at].iter().rposition(written).expect("it is written before");
            assert!(calls[last_write..*at].iter().any(flushed), "{}: {}", transition.name, calls[*at].line);
        }
        let removals =
            positions(&calls, "unlinkat").into_iter().filter(|at| calls[*at].line.ends_with("= 0"));
        let steps: Vec<usize> = renames.iter().copied().chain(removals).collect();
        assert!(!steps.is_empty(), "{}", transition.name);
        for at in steps {
            let next = calls[at + 1..]
                .iter()
                .find(|call| ["fsync", "renameat", "unlinkat"].contains(&call.name.as_str()));
            let flushed = next.is_some_and(|call| call.name == "fsync" && call.line.contains(&folder));
            assert!(flushed, "{}: {}", transition.name, calls[at].line);
        }
    }
}

fn positions(calls: &[Call], name: &str) -> Vec<usize> {
    (0..calls.len()).filter(|at| calls[*at].name == name).collect()
}
