//! The module entry as Ansible meets it: the real binary, one process a case.
//!
//! `call` starts it, `protocol` holds what is true of every call, `args_file`
//! what becomes of the file that Ansible sends, `options` what each option
//! takes, `logins` what the policy says at this endpoint, `silence` that no password
//! is ever repeated.
//!
//! needs: nothing

mod args_file;
mod logins;
mod options;
mod protocol;
mod silence;
