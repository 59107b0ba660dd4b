//! The bulk mover: takes the users of a move that has begun from home to home.
//!
//! Each user goes through preflight, intent (written ahead, many in one commit), asking the driver,
//! reading back, result. A crash at any point leaves users *in doubt*: intended, without a result. The
//! next time this move runs they are read back first; whoever is still at the source, asked or not, is
//! as good as not started. So a stop needs no records of its own.
//!
//! It decides nothing about the run: when a move begins, who its members are and what its budget is
//! stands in the journal before it is called.
//!
//! Invariants: nobody is asked for before their intent is durable; a user counts as moved only when
//! read back at the target; failures never exceed the budget by more than `parallel`, whatever the
//! driver answers; nothing is started after the journal failed.

mod charge;
mod course;
mod job;
mod judge;
mod pause;
mod prepare;
mod writer;

use super::World;
use super::observer::Observer;
use super::stop::Stop;
use crate::diagnostic::{Finding, codes};
use crate::journal::Journal;
use crate::topology::View;
use roaring::RoaringBitmap;
use std::time::Duration;

/// What a move works with.
pub(super) struct MoveContext<'a> {
    /// Where it is written.
    pub journal: &'a mut Journal,
    /// What it acts on.
    pub world: &'a World,
    /// The facts, and the homes that it changes.
    pub view: &'a View,
    /// A person's wish to stop.
    pub stop: &'a Stop,
    /// Who watches.
    pub observer: &'a dyn Observer,
}

/// How a move is done. None of it is compared by a replay.
#[derive(Debug, Clone)]
pub(super) struct MoveOptions {
    /// How many users at once.
    pub parallel: usize,
    /// Further tries after a first that may succeed when repeated.
    pub retries: u32,
    /// How long a server may be down.
    pub server_patience: Duration,
    /// The window in which users may be started.
    pub within: Option<String>,
    /// Only reads back those in doubt and records who was moved; starts nobody. What a rollback needs of
    /// a move that was stopped.
    pub settle_only: bool,
    /// Why the target takes nobody any more, if it never will: nobody is asked, everybody fails with it.
    pub closed: Option<String>,
}

/// How a move ended, for now.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum MoveEnd {
    /// All that the budget allows is done; its end can be recorded.
    Finished {
        /// Whom the budget kept back.
        not_started: RoaringBitmap,
        /// Why; empty if nobody was.
        why: String,
    },
    /// A person stopped it. It goes on when it is run again.
    Stopped {
        /// The person's reason.
        why: String,
    },
    /// A server did not come back in time. It goes on when it is run again.
    ServerDown {
        /// The server.
        server: String,
        /// Its fault.
        why: String,
    },
}

/// Runs a move that stands in the journal: a new one, one that a crash or a stop interrupted, a retry or
/// an inverse. Returns when every record of it is durable.
///
/// # Errors
/// If the journal cannot be written, or the move asks for what cannot be kept. What a system says of a
/// user is a result, not an error.
pub(super) async fn run_move(
    cx: &mut MoveContext<'_>,
    begun: u64,
    options: &MoveOptions,
) -> Result<MoveEnd, Finding> {
    if let Some(window) = &options.within {
        return Err(Finding::error(
            codes::MOVE_WINDOW,
            format!("the window `{window}` of a move cannot be kept yet"),
        )
        .help("leave `within` out and start the run inside the window; nothing was moved"));
    }
    course::Course::prepare(cx, begun, options)?.run().await
}

#[cfg(test)]
mod tests;
