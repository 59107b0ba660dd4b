//! Who watches a run: the terminal, a test, nobody.

use crate::journal::{Record, RunState};

/// Counts of the move that runs now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// FQDN of the target.
    pub to: String,
    /// Users of the move.
    pub total: usize,
    /// Users with an outcome.
    pub done: usize,
    /// Failed and unknown ones among them.
    pub failed: usize,
    /// The server that the move waits for, if it is paused.
    pub paused: Option<String>,
}

/// Watches a run. Called on the run's task: must not block.
pub trait Observer: Send + Sync {
    /// A record was made; `state` includes it.
    fn record(&self, record: &Record, state: &RunState);

    /// The running move went on. Called at most a few times a second.
    fn progress(&self, progress: &Progress);

    /// A recorded step answered the script (no effect was performed).
    fn replayed(&self, _done: usize, _of: usize) {}
}

/// Watches nothing.
#[derive(Debug)]
pub struct Silent;

impl Observer for Silent {
    fn record(&self, _record: &Record, _state: &RunState) {}
    fn progress(&self, _progress: &Progress) {}
}
