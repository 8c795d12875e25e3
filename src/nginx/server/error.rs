//! Why nginx did not pass a test or take a reload.

use std::error::Error;
use std::fmt;
use std::io;

/// Why a test of the configuration did not pass.
#[derive(Debug)]
pub enum TestError {
    /// nginx would not run with it.
    Rejected,
    /// It took over 30 s and was ended.
    TimedOut,
    /// The program could not be run.
    CannotStart(io::Error),
}

/// Why a reload did not even begin.
#[derive(Debug)]
pub enum ReloadError {
    /// nginx refused: its configuration or its pid file is not in order.
    Refused,
    /// It took over 30 s and was ended.
    TimedOut,
    /// The program could not be run.
    CannotStart(io::Error),
}

impl fmt::Display for TestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TestError::Rejected => f.write_str("nginx rejects its configuration"),
            TestError::TimedOut => f.write_str("nginx did not finish the test of its configuration in time"),
            TestError::CannotStart(error) => write!(f, "the nginx program could not be started: {error}"),
        }
    }
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReloadError::Refused => f.write_str("refused to reload, and its old workers still take requests"),
            ReloadError::TimedOut => f.write_str("did not accept the reload command within 30 seconds"),
            ReloadError::CannotStart(error) => write!(f, "could not be started to reload it: {error}"),
        }
    }
}

impl Error for TestError {}
impl Error for ReloadError {}
