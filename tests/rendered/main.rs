//! `check --rendered` as people meet it: real Helm renders, the real binary judges.
//!
//! `agreement` holds its answers against those of `witness.py`, a reader of its
//! own in another language, over generated values; `values` generates them;
//! `answers` holds whole answers, `logins` what is a login and what is not,
//! `hostile` streams that nobody writes by accident, `adopted` this project's own
//! example; `from_values` holds what `check --chart` says of values against the
//! witness, too. The charts that others publish are not here: `tests/rendered/run`
//! asks for them by a folder.
//!
//! needs: helm-3.21.4 helm-4.2.4 ansible-core-2.16.19

mod adopted;
mod agreement;
mod answers;
mod chart_values;
mod from_values;
mod hostile;
mod logins;
mod values;
