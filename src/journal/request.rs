//! The border between `script` and `run`: requests, replies, and why a run halts.
//!
//! The script thread sends one [`Request`] at a time and waits for its [`Reply`]. Neither side knows
//! the other: `run` sees no script values, `script` sees no driver.

use super::evidence::{CheckRecord, Evidence, Verdict};
use super::step::{Effect, Outcome, Place, TimedState};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One thing a script asks of its run.
#[derive(Debug, Clone)]
pub enum Request {
    /// A script was read: its path and text. Sent once per file and sitting, before it runs.
    Read {
        /// Path inside the folder, or `std/...`.
        path: Arc<str>,
        /// Its text.
        text: Arc<str>,
    },
    /// A stage is entered; `stage` is its full path.
    Enter {
        /// Full path.
        stage: String,
        /// The form in the script.
        at: Place,
    },
    /// A stage is left.
    Leave {
        /// Full path.
        stage: String,
        /// The form in the script.
        at: Place,
    },
    /// An `on_rollback` was reached; `block` numbers it in the order of this evaluation, from 0.
    Arm {
        /// Stage it stands in.
        stage: String,
        /// Its number.
        block: usize,
        /// The form in the script.
        at: Place,
    },
    /// An effect.
    Effect {
        /// Stage it stands in.
        stage: String,
        /// What is asked.
        effect: Effect,
        /// The call in the script.
        at: Place,
    },
    /// A tick of the soak or poll that runs now: its verdict becomes one record.
    Tick {
        /// What the criteria said.
        verdict: Verdict,
        /// Why it is no pass.
        why: String,
        /// What was asked.
        evidence: Vec<Evidence>,
    },
    /// Wait until the next tick is due.
    TickWait {
        /// When.
        until: Timestamp,
    },
    /// The soak or poll that runs now has ended.
    TimedEnd {
        /// Its verdict.
        verdict: Verdict,
        /// Why it is no pass.
        why: String,
        /// Evidence of the last tick.
        evidence: Vec<Evidence>,
    },
    /// A check was taken; the reply may change its verdict (acceptance, assumption).
    Checked(CheckRecord),
    /// Is there an acceptance for the check with this path, in force at this point of the run?
    Accepted {
        /// Check path.
        check: String,
    },
    /// A `require` begins; what is recorded until it holds or halts belongs to it.
    RequireBegan {
        /// The form in the script.
        at: Place,
    },
    /// The `require` that began last holds.
    RequireHeld {
        /// What its checks rest on, asked inside it or before.
        evidence: Vec<Evidence>,
    },
    /// The `require` that began last ended in a script error, or was caught.
    RequireDropped,
    /// The newest `require` is being asked again, at the run's wish ([`Reply::AskAgain`]).
    AskAgainBegan,
    /// It was asked again. If it does not hold, a [`Request::Halt`] follows.
    AskAgainEnded {
        /// True if it holds.
        held: bool,
    },
    /// The run halts here.
    Halt(Halt),
    /// The time of the run's last record.
    Now,
    /// The script asks what to take back next. Only in a rollback, after the replay.
    RollbackNext,
    /// The armed block that the run named has ended.
    BlockEnded {
        /// `None` if it ran to its end; else why not.
        failed: Option<String>,
    },
}

/// Why a run halts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Halt {
    /// What halted it.
    pub kind: HaltKind,
    /// One line for people: what does not hold.
    pub message: String,
    /// The path of the check that decided, if one did.
    pub check: Option<String>,
    /// Where.
    pub at: Place,
}

/// What halted a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HaltKind {
    /// A `require` whose expression is false or whose check fails.
    Failed,
    /// A `require` whose check is unknown.
    Unknown,
    /// A person said no.
    Rejected,
    /// `halt(why)`.
    Asked,
    /// A server did not come back within `server_patience`.
    Server,
    /// `retire` refused.
    Refused,
}

/// The run's answer.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Go on.
    Ok,
    /// The effect's outcome, recorded or fresh.
    Outcome(Outcome),
    /// A soak or poll runs: tick from this state.
    Timed(TimedState),
    /// The verdict that counts, with why and who accepted it.
    Verdict {
        /// Verdict.
        verdict: Verdict,
        /// Why it is no pass.
        why: String,
        /// Who accepted it.
        accepted: Option<String>,
    },
    /// Yes or no.
    Flag(bool),
    /// A time.
    Time(Timestamp),
    /// Ask the newest `require` again, then send this request once more.
    AskAgain,
    /// Run the armed block with this number, then send [`Request::BlockEnded`].
    RunBlock(usize),
    /// Nothing is left to take back.
    RollbackDone,
    /// Stop evaluating: the sitting is over. Every later request gets this reply too.
    Stop,
}
