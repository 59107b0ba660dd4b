//! What became of each user of a move: one of six outcomes, with its reason.

use serde::{Deserialize, Serialize};

/// How a user ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Moved, and read back at the target.
    Moved,
    /// Was at the target before the move.
    AlreadyThere,
    /// Preflight said no.
    Skipped,
    /// Refused, or retries spent.
    Failed,
    /// Asked, no answer, and reading back did not settle it.
    Unknown,
    /// Kept back by the budget, the window, a pause or a stop.
    NotStarted,
}

impl Ended {
    /// The words of reports.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::AlreadyThere => "already there",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::NotStarted => "not started",
        }
    }
}

/// What a move did with one user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserResult {
    /// SIP address.
    pub user: String,
    /// How it ended.
    pub how: Ended,
    /// Why, for all but moved.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
    /// Home before, as the run believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Home as it was read back, where that is known: the home from now on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home: Option<String>,
    /// How many times the driver was asked.
    #[serde(default)]
    pub tries: u32,
}
