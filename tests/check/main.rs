//! The check entry as people meet it: the real binary, the whole of its answer.
//!
//! `program` starts it, `verdicts` holds what is refused and where it points,
//! `forms` two other forms (the suite `reports` has the rest), `folders` folders,
//! silence and progress, `warnings` what does not change a verdict, `credentials`
//! what Helm or people made of one,
//! `layered` what several sources make together, `charts` charts, `upgrades`
//! upgrades of a release, `printed` the values that Helm would see, `names` that
//! a strange name does nothing, `silence` that no credential is ever repeated,
//! `secrets` neither of charts and releases, `hostile` input that nobody writes
//! by accident.
//!
//! needs: nothing

mod charts;
mod credentials;
mod deployed;
mod folders;
mod forms;
mod hostile;
mod layered;
mod library;
mod names;
mod printed;
mod secrets;
mod silence;
mod upgrades;
mod verdicts;
mod warnings;
