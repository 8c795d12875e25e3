//! Small files that are owned whole: read, compared, replaced.
//!
//! `above` looks at the folders on the way, `folder` opens a file's folder once and reads through its descriptor, `lock`
//! keeps others out of it, `plan` compares (pure), `replace` is the only place
//! that writes, `error` says why one of them could not. Nothing here knows what
//! a file says or who asked.

mod above;
pub(crate) mod error;
pub(crate) mod folder;
pub(crate) mod lock;
pub(crate) mod plan;
pub(crate) mod replace;
