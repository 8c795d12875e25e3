//! The check entry as people meet it: the real binary, the whole of its answer.
//!
//! `program` starts it, `verdicts` holds what is refused and where it points,
//! `forms` the other two forms, `warnings` what does not change a verdict,
//! `layered` what several sources make together, `charts` charts, `upgrades`
//! upgrades of a release, `printed` the values that Helm would see, `names` that
//! a strange name does nothing, `silence` that no credential is ever repeated,
//! `secrets` neither of charts and releases, `hostile` input that nobody writes
//! by accident.
//!
//! needs: nothing

#[path = "check/charts.rs"]
mod charts;
#[path = "check/forms.rs"]
mod forms;
#[path = "check/hostile.rs"]
mod hostile;
#[path = "check/layered.rs"]
mod layered;
#[path = "check/names.rs"]
mod names;
#[path = "check/printed.rs"]
mod printed;
#[path = "check/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "check/secrets.rs"]
mod secrets;
#[path = "check/silence.rs"]
mod silence;
#[path = "check/upgrades.rs"]
mod upgrades;
#[path = "check/verdicts.rs"]
mod verdicts;
#[path = "check/warnings.rs"]
mod warnings;
