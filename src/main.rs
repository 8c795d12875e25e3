//! argv → entry → exit code; a panic is answered, never printed; nothing else.
//!
//! One argument that is `-` or an absolute path is Ansible's call: no
//! subcommand is ever spelled like that. All else is the command line's.

#[cfg(target_env = "musl")]
use remote_write_auth::allocator::Allocator;
#[cfg(feature = "command-line")]
use remote_write_auth::cli;
#[cfg(not(feature = "command-line"))]
use remote_write_auth::no_command_line as cli;
use remote_write_auth::{ansible, fault};
use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use signal_hook::consts::SIGXFSZ;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: Allocator = Allocator::new();

fn main() -> ExitCode {
    // Passwords pass through: no core file, and no tracer but root. Nothing is
    // lost where the kernel refuses.
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    // A write past a limit on the size of files is an error then, not the end.
    let _ = signal_hook::flag::register(SIGXFSZ, Arc::default());
    fault::answer_panics();
    let argv: Vec<OsString> = std::env::args_os().collect();
    ExitCode::from(match argv.as_slice() {
        [_, argument] if is_module_call(argument.as_ref()) => ansible::run(argument),
        _ => cli::run(argv),
    })
}

fn is_module_call(argument: &Path) -> bool {
    argument.is_absolute() || argument == Path::new("-")
}
