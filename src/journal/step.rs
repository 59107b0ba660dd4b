//! Steps of a run: what a script can ask to happen, and what comes of it.
//!
//! Invariant: [`Effect::what`] holds what an effect does (set and target, question, probe and
//! address) and never how (parallel, budgets, retries, wording of notes, positions), because replay
//! compares it.

use super::evidence::{Evidence, Verdict};
use super::result::UserResult;
use crate::topology::Movable;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// A stretch of a script's text, found again through the recorded copy of that text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path inside the folder, or `std/...`.
    pub file: Arc<str>,
    /// SHA-256 of the text, in hexadecimal.
    pub sha: Arc<str>,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// The kinds of steps. Their order in the script is what replay compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is named after the block form or primitive it stands for")]
pub enum StepKind {
    Enter,
    Leave,
    OnRollback,
    Probe,
    Move,
    Undo,
    Retire,
    Command,
    Approve,
    Ask,
    Task,
    Attest,
    PointOfNoReturn,
    Wait,
    WaitFor,
    Soak,
    Poll,
    Note,
    Refresh,
    Drift,
}

impl StepKind {
    /// True for steps that change the world outside.
    #[must_use]
    pub fn acts(self) -> bool {
        matches!(self, Self::Move | Self::Undo | Self::Retire | Self::Command)
    }
}

/// One step of a run, as replay compares it: stage, kind and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Path of the stage it stands in: `Production / Wave 2`; empty at the top level.
    /// For [`StepKind::Enter`] and [`StepKind::Leave`] the path of the stage entered or left.
    pub stage: String,
    /// Its kind.
    pub kind: StepKind,
    /// What it does, in a stable spelling that only equal steps share.
    pub what: String,
    /// The same in words: "move 24 users to `lyncpool01.contoso.com`".
    pub shown: String,
    /// Where it stands in the script. Not compared.
    pub at: Place,
}

/// An error budget as the script wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// At most that many failures.
    Count(u64),
    /// At most that many percent of those who passed preflight and are not there yet, rounded down.
    Percent(f64),
}

/// `set.move_to(pool, options)`.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveCall {
    /// Whom, as rows of the recorded snapshot.
    pub users: RoaringBitmap,
    /// SHA-256 over the sorted addresses, in hexadecimal: the set's identity.
    pub users_sha: String,
    /// FQDN of the pool they go to.
    pub to: String,
    /// How many at once.
    pub parallel: usize,
    /// Error budget.
    pub max_failures: Budget,
    /// Further tries after a first that may succeed when repeated.
    pub retries: u32,
    /// Window in which users may be started, as written in the script.
    pub within: Option<String>,
    /// What the members are.
    pub movable: Movable,
}

/// One question to real systems, possibly about many targets at once.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeCall {
    /// The probe's name: `service`, `sip_register`, ...
    pub kind: String,
    /// One entry per target, each with the probe's arguments in order
    /// (`["lyncpool01.contoso.com", "Front End"]`).
    pub targets: Vec<Vec<String>>,
    /// True if the script passed a list: the answer is a list too.
    pub many: bool,
}

/// A repeated check over time: `soak` and `poll`.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedCall {
    /// Length of a soak, or patience of a poll.
    pub lasts: Duration,
    /// Time between two ticks.
    pub every: Duration,
    /// Bad ticks that a soak bears.
    pub allow: u64,
}

/// What a person is asked to vouch for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttestCall {
    /// What holds, in words.
    pub title: String,
    /// Who is asked.
    pub owner: String,
    /// How to find out; may be empty.
    pub details: String,
    /// For how long the answer counts.
    pub fresh_for: Duration,
}

/// What a script can ask to happen.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    missing_docs,
    reason = "the fields are the primitive's arguments, documented on the primitive"
)]
pub enum Effect {
    Probe(ProbeCall),
    Move(MoveCall),
    /// `report.undo()`: takes back the move whose report came from journal record `of`.
    Undo {
        of: u64,
    },
    Retire {
        pool: String,
    },
    Command {
        name: String,
        args: Vec<String>,
    },
    Approve {
        question: String,
    },
    Ask {
        question: String,
    },
    Task {
        title: String,
        details: String,
    },
    Attest(AttestCall),
    PointOfNoReturn {
        why: String,
    },
    Wait {
        lasts: Duration,
    },
    WaitFor {
        window: String,
    },
    Soak(TimedCall),
    Poll(TimedCall),
    Note {
        text: String,
    },
    Refresh,
    Drift,
}

impl Effect {
    /// The step's kind.
    #[must_use]
    pub fn kind(&self) -> StepKind {
        match self {
            Self::Probe(_) => StepKind::Probe,
            Self::Move(_) => StepKind::Move,
            Self::Undo { .. } => StepKind::Undo,
            Self::Retire { .. } => StepKind::Retire,
            Self::Command { .. } => StepKind::Command,
            Self::Approve { .. } => StepKind::Approve,
            Self::Ask { .. } => StepKind::Ask,
            Self::Task { .. } => StepKind::Task,
            Self::Attest(_) => StepKind::Attest,
            Self::PointOfNoReturn { .. } => StepKind::PointOfNoReturn,
            Self::Wait { .. } => StepKind::Wait,
            Self::WaitFor { .. } => StepKind::WaitFor,
            Self::Soak(_) => StepKind::Soak,
            Self::Poll(_) => StepKind::Poll,
            Self::Note { .. } => StepKind::Note,
            Self::Refresh => StepKind::Refresh,
            Self::Drift => StepKind::Drift,
        }
    }

    /// What it does, in the spelling that replay compares.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Probe(call) => {
                let targets = serde_json::to_string(&call.targets).unwrap_or_default();
                format!("{} {targets}", call.kind)
            }
            Self::Move(call) => format!("{} -> {}", call.users_sha, call.to),
            Self::Retire { pool } => pool.clone(),
            Self::Command { name, args } => {
                format!("{name} {}", serde_json::to_string(args).unwrap_or_default())
            }
            Self::Approve { question } | Self::Ask { question } => question.clone(),
            Self::Task { title, .. } | Self::Attest(AttestCall { title, .. }) => title.clone(),
            // Durations and wording are how, not what.
            Self::Undo { .. }
            | Self::Refresh
            | Self::Drift
            | Self::Note { .. }
            | Self::PointOfNoReturn { .. }
            | Self::Wait { .. }
            | Self::WaitFor { .. }
            | Self::Soak(_)
            | Self::Poll(_) => String::new(),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn shown(&self) -> String {
        use crate::text::{count, duration};
        match self {
            Self::Probe(call) => match call.targets.as_slice() {
                [one] => format!("probe::{} of `{}`", call.kind, one.join("`, `")),
                many => format!("probe::{} of {}", call.kind, count(many.len(), "target")),
            },
            Self::Move(call) => format!(
                "move {} to `{}`",
                call.movable.count(usize::try_from(call.users.len()).unwrap_or(usize::MAX)),
                call.to
            ),
            Self::Undo { of } => format!("take back the move of record {of}"),
            Self::Retire { pool } => format!("retire `{pool}`"),
            Self::Command { name, args } if args.is_empty() => format!("command `{name}`"),
            Self::Command { name, args } => format!("command `{name}` {}", args.join(" ")),
            Self::Approve { question } => format!("approve \"{question}\""),
            Self::Ask { question } => format!("ask \"{question}\""),
            Self::Task { title, .. } => format!("task \"{title}\""),
            Self::Attest(call) => format!("attest \"{}\" by {}", call.title, call.owner),
            Self::PointOfNoReturn { why } => format!("point of no return: {why}"),
            Self::Wait { lasts } => format!("wait {}", duration(*lasts)),
            Self::WaitFor { window } => format!("wait for {window}"),
            Self::Soak(call) => {
                format!("soak {}, every {}", duration(call.lasts), duration(call.every))
            }
            Self::Poll(call) => {
                format!("poll for at most {}, every {}", duration(call.lasts), duration(call.every))
            }
            Self::Note { text } => format!("note \"{text}\""),
            Self::Refresh => "read the inventory anew".to_owned(),
            Self::Drift => "compare the real systems with the snapshot".to_owned(),
        }
    }
}

/// How a move ended, per user, as rows of the snapshot with reasons.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MoveOutcome {
    /// Journal record at which the move began; names it for `undo()`.
    pub begun: u64,
    /// FQDN of the pool they went to.
    pub to: String,
    /// The result of every member, in row order.
    pub results: Vec<(u32, UserResult)>,
    /// How many failures the budget allows.
    pub allowed: u64,
    /// How many passed preflight and were not there yet when the move first started.
    pub base: u64,
    /// From the first record of the move to its last.
    pub took: Duration,
    /// What was moved.
    pub movable: Movable,
}

/// What an effect yields.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Done, nothing to say.
    Done,
    /// One evidence per target of a probe.
    Evidence(Vec<Evidence>),
    /// A move's report.
    Moved(Arc<MoveOutcome>),
    /// A person's answer to `ask` (a no to `approve` is a halt instead).
    Answer(bool),
    /// A command's exit code and the end of its output.
    Command {
        /// Exit code.
        code: i32,
        /// Last lines of standard output and error.
        output: String,
    },
    /// Verdict of a finished soak or poll.
    Timed {
        /// Verdict.
        verdict: Verdict,
        /// Why it is no pass.
        why: String,
        /// Evidence of the last tick.
        evidence: Vec<Evidence>,
    },
    /// `topology.refresh()` and `topology.drift()`: one line per difference.
    Changes(Vec<String>),
}

/// A state a soak or poll goes on from.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedState {
    /// Journal record at which it began.
    pub begun: u64,
    /// When it began.
    pub from: Timestamp,
    /// Good ticks so far.
    pub good: u64,
    /// Bad ticks so far.
    pub bad: u64,
    /// When the last tick was taken.
    pub last: Option<Timestamp>,
}
