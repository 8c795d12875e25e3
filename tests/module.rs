//! The module entry as Ansible meets it: the real binary, one process a case.
//!
//! `call` starts it, `protocol` holds what is true of every call, `args_file`
//! what becomes of the file that Ansible sends, `options` what each option
//! takes, `logins` what the law says at this door, `silence` that no password
//! is ever repeated.
//!
//! needs: nothing

#[path = "module/args_file.rs"]
mod args_file;
#[path = "module/call.rs"]
mod call;
#[path = "module/logins.rs"]
mod logins;
#[path = "module/options.rs"]
mod options;
#[path = "module/protocol.rs"]
mod protocol;
#[path = "module/silence.rs"]
mod silence;
