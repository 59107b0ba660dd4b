//! One sitting: the facade that every front end calls. A stub: each answer is an error.

use crate::diagnostic::Findings;
use crate::journal::{Record, RunState, SittingEnd, Verdict};
use crate::run::{Desk, Observer, Question, Stop};
use std::path::Path;
use std::sync::Arc;

/// How a sitting ended.
pub struct Ending {
    /// How.
    pub how: SittingEnd,
    /// One line for people.
    pub why: String,
    /// What led to it.
    pub findings: Findings,
    /// The run's number.
    pub run: u64,
    /// The run as it stands.
    pub state: RunState,
    /// What it waits for.
    pub question: Option<Question>,
    /// Commands to type next, without the folder.
    pub next: Vec<String>,
}

/// How `sidle run` is to go.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one per flag of the command line")]
pub struct RunOptions {
    /// Stop before this stage.
    pub until: Option<String>,
    /// Approvals are answered with yes.
    pub yes: bool,
    /// A new run after a finished one.
    pub new: bool,
    /// Waits pass at once, questions are answered.
    pub rehearse: bool,
    /// A check to ask again.
    pub recheck: Option<String>,
}

/// How `sidle rollback` is to go.
#[derive(Debug, Clone, Default)]
pub struct RollbackOptions {
    /// First stage taken back.
    pub to: Option<String>,
    /// Past a point of no return.
    pub force: bool,
    /// The loss list is accepted.
    pub accept_losses: bool,
}

/// Who watches, answers and stops a sitting.
pub struct Watch {
    /// Progress.
    pub observer: Arc<dyn Observer>,
    /// Questions.
    pub desk: Arc<dyn Desk>,
    /// Stop.
    pub stop: Stop,
}

/// How `sidle plan` is to go.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Even if a run is open.
    pub from_start: bool,
    /// Verdicts of checks.
    pub assume: Vec<(String, Verdict)>,
}

/// What a run would do.
pub struct Plan {
    /// The simulated records.
    pub records: Vec<Record>,
    /// The state at the end.
    pub state: RunState,
    /// How it would end.
    pub ending: Ending,
    /// The open run's last record.
    pub from: Option<u64>,
    /// Warnings.
    pub warnings: Findings,
}

/// What to do to the embedded world.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after its command")]
pub enum EmbeddedAction {
    StopService { pool: String, service: String },
    StartService { pool: String, service: String },
    LockUser { address: String },
    UnlockUser { address: String },
}

fn stub<T>() -> Result<T, Findings> {
    Err(Findings::default())
}

/// Runs or resumes.
pub async fn run(_folder: &Path, _options: RunOptions, _watch: Watch) -> Result<Ending, Findings> {
    stub()
}
/// Takes back.
pub async fn rollback(
    _folder: &Path,
    _options: RollbackOptions,
    _watch: Watch,
) -> Result<Ending, Findings> {
    stub()
}
/// Tries failed users again.
pub async fn retry(
    _folder: &Path,
    _stage: Option<String>,
    _watch: Watch,
) -> Result<Ending, Findings> {
    stub()
}
/// Simulates.
pub async fn plan(_folder: &Path, _options: PlanOptions, _watch: Watch) -> Result<Plan, Findings> {
    stub()
}
/// Checks.
pub async fn check(_folder: &Path) -> Result<Findings, Findings> {
    stub()
}
/// The newest run.
pub async fn status(_folder: &Path) -> Result<Option<RunState>, Findings> {
    stub()
}
/// The records of a run.
pub async fn log(_folder: &Path, _run: Option<u64>) -> Result<Vec<Record>, Findings> {
    stub()
}
/// Answers.
pub async fn confirm(
    _folder: &Path,
    _id: u64,
    _yes: bool,
    _note: &str,
) -> Result<String, Findings> {
    stub()
}
/// Lets a check pass.
pub async fn accept(_folder: &Path, _check: &str, _note: &str) -> Result<String, Findings> {
    stub()
}
/// Breaks and mends the embedded world.
pub async fn embedded(_folder: &Path, _action: EmbeddedAction) -> Result<String, Findings> {
    stub()
}
