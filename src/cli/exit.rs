//! The exit codes, in one place.

use crate::journal::SittingEnd;
use std::process::ExitCode;

/// What the process tells its caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; for a run: it reached its end.
    Completed,
    /// The run halted, or a plan found that it would.
    Halted,
    /// A test failed.
    Failed,
    /// Wrong arguments, configuration, inventory, script or journal.
    Error,
    /// A person must answer first.
    Waiting,
    /// Stopped by a person or the window; nothing is wrong.
    Stopped,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Completed => 0,
            Self::Halted | Self::Failed => 1,
            Self::Error => 2,
            Self::Waiting => 3,
            Self::Stopped => 4,
        }
    }

    /// The word, as JSON output has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Halted => "halted",
            Self::Failed => "failed",
            Self::Error => "error",
            Self::Waiting => "waiting",
            Self::Stopped => "stopped",
        }
    }
}

impl From<SittingEnd> for Exit {
    fn from(end: SittingEnd) -> Self {
        match end {
            SittingEnd::Completed => Self::Completed,
            SittingEnd::Halted => Self::Halted,
            SittingEnd::Error => Self::Error,
            SittingEnd::Waiting => Self::Waiting,
            SittingEnd::Stopped => Self::Stopped,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What a second Ctrl-C ends with: the shell's number for a process that SIGINT ended.
pub const AT_ONCE: i32 = 130;
