//! Everything a journal can hold.
//!
//! The list is complete from the first release: later behaviour (windows, tasks, controls, refreshes)
//! uses these events. A newer sidle may add events and then raises [`FORMAT`]; an older one refuses.

use super::evidence::{CheckRecord, Evidence, Verdict};
use super::request::Halt;
use super::result::UserResult;
use super::step::Step;
use super::who::Who;
use crate::topology::Movable;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// Version of the journal's events. A journal with a higher one is refused.
///
/// 1: the first. 2: attestations, and who answered in evidence.
pub const FORMAT: u32 = 2;

/// A file that a run was started on, as copied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileCopy {
    /// Path inside the folder.
    pub path: String,
    /// SHA-256 of its bytes; the copy's name among the objects.
    pub sha: String,
}

/// What is known when a step begins that can take a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "begun", rename_all = "snake_case")]
pub enum Begun {
    /// A move: its members, target and budget.
    Move(MoveBegun),
    /// A command; `safe` if sidle.toml declares that it may be repeated.
    Command {
        /// May be repeated after a crash.
        safe: bool,
    },
    /// A question or task for a person. Its id is the record's number.
    Asked,
    /// A timer.
    Wait {
        /// When it is over.
        until: Timestamp,
    },
    /// A soak or poll.
    Timed,
    /// A retirement.
    Retire,
    /// `report.undo()` of the move begun at that record; its inverse moves stand beside it.
    Undo {
        /// The record at which the move began.
        of: u64,
    },
}

/// The beginning of a move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MoveBegun {
    /// Members, as rows of the snapshot.
    #[serde(with = "super::bits")]
    pub users: RoaringBitmap,
    /// FQDN of the target.
    pub to: String,
    /// Users who passed preflight and were not there yet when this move first started.
    pub base: u64,
    /// Failures that the budget allows.
    pub allowed: u64,
    /// What the members are.
    #[serde(default, skip_serializing_if = "Movable::is_users")]
    pub movable: Movable,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Why a move stands beside the script's steps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SideMove {
    /// `sidle retry` of the move begun at that record.
    Retry(u64),
    /// The inverse of the move begun at that record, in a rollback or by `undo()`.
    Inverse(u64),
}

/// How a sitting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SittingEnd {
    /// The runbook reached its end, or the rollback did.
    Completed,
    /// A halt (exit 1).
    Halted,
    /// An error of the script, the journal or the replay (exit 2).
    Error,
    /// Waits for a person (exit 3).
    Waiting,
    /// Stopped by a person or the window (exit 4).
    Stopped,
}

/// What a sitting is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SittingMode {
    /// `sidle run`.
    Forward,
    /// `sidle rollback`.
    Rollback,
    /// `sidle retry`.
    Retry,
}

/// Why records stopped answering the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// A `require` halted; what it had recorded is asked again.
    Halt,
    /// A person said no; the question is asked again.
    Rejected,
    /// `--recheck`.
    Recheck,
    /// Taken back by a rollback.
    Rollback,
}

/// One event of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The first record of every run.
    RunStarted {
        /// [`FORMAT`] of the sidle that wrote it.
        format: u32,
        /// Version of that sidle.
        sidle: String,
        /// The organisation's name.
        organisation: String,
        /// True for `--rehearse`.
        rehearsal: bool,
        /// Seed of jitter.
        seed: u64,
        /// Copies of sidle.toml and the inventory's files.
        files: Vec<FileCopy>,
        /// Users in the snapshot.
        users: u64,
        /// Applications in the snapshot.
        #[serde(default, skip_serializing_if = "is_zero")]
        applications: u64,
        /// Who started it.
        who: Who,
    },
    /// A script was read; its text is among the objects.
    SourceRead(FileCopy),
    /// A process took the run up.
    SittingStarted {
        /// What for.
        mode: SittingMode,
        /// Version of sidle.
        sidle: String,
        /// Who.
        who: Who,
    },
    /// That process let go of it.
    SittingEnded {
        /// How.
        how: SittingEnd,
        /// One line for people.
        why: String,
    },
    /// A step that needs one record.
    StepDone {
        /// The step.
        step: Step,
        /// What came out, for the kinds that yield something.
        outcome: Recorded,
    },
    /// A step that takes a while begins.
    StepBegun {
        /// The step.
        step: Step,
        /// What is known then.
        detail: Begun,
    },
    /// That step ended.
    StepEnded {
        /// The record at which it began.
        begun: u64,
        /// What came out.
        outcome: Recorded,
    },
    /// The users who may be asked for next, written ahead of the asking.
    Intended {
        /// The record at which the move began.
        begun: u64,
        /// Their addresses.
        users: Vec<String>,
    },
    /// How users ended.
    Results {
        /// The record at which the move began.
        begun: u64,
        /// One per user.
        results: Vec<UserResult>,
    },
    /// A server's fault holds a move up; nobody is charged for it.
    Paused {
        /// The record at which the move began.
        begun: u64,
        /// The server.
        server: String,
        /// Its fault.
        why: String,
    },
    /// The server is back.
    Resumed {
        /// The record at which the move began.
        begun: u64,
    },
    /// A move beside the script's steps begins: a retry or an inverse.
    SideMoveBegun {
        /// Why.
        why: SideMove,
        /// Whom and where to. In an inverse, `to` is where they were before.
        detail: MoveBegun,
    },
    /// It ended.
    SideMoveEnded {
        /// The record at which it began.
        begun: u64,
    },
    /// One tick of a soak or poll.
    Tick {
        /// The record at which it began.
        begun: u64,
        /// What the criteria said.
        verdict: Verdict,
        /// Why it is no pass.
        why: String,
        /// What was asked.
        evidence: Vec<Evidence>,
    },
    /// A check was taken.
    Checked(CheckRecord),
    /// The newest `require` was asked again before the first move or command of a sitting.
    AskedAgain {
        /// True if it holds.
        held: bool,
        /// What was asked.
        evidence: Vec<Evidence>,
    },
    /// The run halted.
    Halted(Halt),
    /// Live steps from record `from` on answer the script no more.
    Superseded {
        /// First record.
        from: u64,
        /// Why.
        why: Why,
    },
    /// A named person let a check pass.
    Accepted {
        /// Path of the check.
        check: String,
        /// Their words.
        note: String,
        /// Who.
        who: Who,
    },
    /// The holder took an operator's control out of the inbox (pause, unpause, skip, limit, stop).
    ControlTaken {
        /// The control.
        control: String,
        /// Its argument.
        argument: String,
        /// Who.
        who: Who,
    },
    /// A rollback began, to before the stage `to`, or of everything.
    RollbackStarted {
        /// First stage taken back.
        to: Option<String>,
        /// The loss list as it was printed.
        losses: Vec<String>,
        /// Past a point of no return.
        forced: bool,
    },
    /// An `on_rollback` block begins; `armed` is the record at which it was reached.
    BlockBegun {
        /// Record at which it was armed.
        armed: u64,
    },
    /// It ran to its end.
    BlockEnded {
        /// Record at which it was armed.
        armed: u64,
    },
    /// The rollback is complete; the steps it took back are superseded.
    RollbackEnded,
    /// The runbook reached its end.
    Completed,
}

/// An outcome as the journal keeps it. A move's is the fold of its [`Event::Results`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of `step::Outcome`")]
pub enum Recorded {
    Done,
    Evidence {
        evidence: Vec<Evidence>,
    },
    /// A move or an undo: `not_started` lists who was kept back, with one reason.
    Moved {
        #[serde(with = "super::bits")]
        not_started: RoaringBitmap,
        why: String,
    },
    Answer {
        yes: bool,
        who: Who,
        note: String,
    },
    Command {
        code: i32,
        output: String,
    },
    Timed {
        verdict: Verdict,
        why: String,
        evidence: Vec<Evidence>,
    },
    /// Differences; after a refresh, the new copies of the inventory's files.
    Changes {
        lines: Vec<String>,
        files: Vec<FileCopy>,
    },
}
