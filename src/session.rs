//! One sitting from the folder to its ending: the whole flow, and what every front end calls.
//!
//! Open the folder, read the configuration, take the snapshot (or the recorded one), start the script on
//! its own thread, serve its requests, close. Front ends differ only in what they pass here and
//! in how they show what comes back.

mod answers;
mod explain;
mod explore;
mod folder;
mod opening;
mod recheck;
mod simulation;
mod way_back;

pub use answers::{EmbeddedAction, Left, accept, confirm, embedded, log, status};
pub use explain::{Explained, explain};
pub use explore::{Explored, explore};
pub use folder::check;
pub use simulation::{Simulation, simulate};

use crate::config::Limits;
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{
    Journal, Record, Reply, Request, RunState, SittingEnd, SittingMode, Status, Verdict,
};
use crate::run::{Desk, Observer, Over, Question, Sitting, Stop};
use crate::script::{self, Host};
use opening::Opening;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Who watches, who answers, and who may stop.
#[derive(Clone)]
pub struct Watch {
    /// Told of every record.
    pub observer: Arc<dyn Observer>,
    /// Asked what people decide.
    pub desk: Arc<dyn Desk>,
    /// A person's wish to stop.
    pub stop: Stop,
}

/// Options of `sidle run`.
#[derive(Debug, Clone, Default)]
pub struct RunOptions {
    /// Stop when this stage has been left.
    pub until: Option<String>,
    /// Answer approvals with yes.
    pub yes: bool,
    /// Start another run after one that is complete or rolled back.
    pub new: bool,
    /// A durable run whose waits pass at once and whose questions answer themselves.
    pub rehearse: bool,
    /// Ask this check again.
    pub recheck: Option<String>,
}

/// Options of `sidle rollback`.
#[derive(Debug, Clone, Default)]
pub struct RollbackOptions {
    /// Take back this stage and all after it; everything if `None`.
    pub to: Option<String>,
    /// Also past a point of no return.
    pub force: bool,
    /// The losses are accepted already.
    pub accept_losses: bool,
}

/// Options of `sidle plan`.
#[derive(Debug, Clone, Default)]
pub struct PlanOptions {
    /// Plan the whole runbook, not only what an open run has left.
    pub from_start: bool,
    /// Check path or name, and the verdict to assume.
    pub assume: Vec<(String, Verdict)>,
}

/// How a sitting ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// How.
    pub how: SittingEnd,
    /// One line for people.
    pub why: String,
    /// What to show below it.
    pub findings: Findings,
    /// Number of the run.
    pub run: u64,
    /// The run as it stands.
    pub state: RunState,
    /// The question that waits for a person.
    pub question: Option<Question>,
    /// Commands to type next, without the folder.
    pub next: Vec<String>,
}

/// What a runbook would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the simulation did, in order.
    pub records: Vec<Record>,
    /// The run as it would stand.
    pub state: RunState,
    /// How the simulation ended.
    pub ending: Ending,
    /// Last record of the open run that the plan goes on from.
    pub from: Option<u64>,
    /// Oddities of the inventory.
    pub warnings: Findings,
}

/// Runs or resumes the folder's one open run.
///
/// # Errors
/// Faults of the folder, the inventory or the journal that keep the run from starting.
pub async fn run(folder: &Path, options: RunOptions, watch: Watch) -> Result<Ending, Findings> {
    let opening = Opening::to_run(folder, &options).await?;
    if let Some(ending) = opening.nothing_to_do(&options) {
        return Ok(ending);
    }
    let entry = opening.config.runbook.clone();
    let (setting, journal, sources, limits) = opening.live(&options, watch).await?;
    let sitting = Sitting::start(setting, journal).await?;
    let (over, journal) = evaluate(sitting, sources, &entry, limits, script::Mode::Run).await?;
    Ok(ending(over, &journal))
}

/// Takes stages of the newest run back, newest first.
///
/// # Errors
/// As [`run`], and if the stage is unknown or a point of no return stands before it.
pub async fn rollback(
    folder: &Path,
    options: RollbackOptions,
    watch: Watch,
) -> Result<Ending, Findings> {
    let opening = Opening::to_take_back(folder).await?;
    let entry = opening.config.runbook.clone();
    let losses = match opening.way_back(&options, &watch).await? {
        Ok(losses) => losses,
        Err(ending) => return Ok(*ending),
    };
    let (setting, journal, sources, limits) = opening.back(watch).await?;
    way_back::may_take_back(&journal, &options)?;
    let mut sitting = Sitting::start(setting, journal).await?;
    sitting.start_rollback(options.to.clone(), losses, options.force).await?;
    let (over, journal) =
        evaluate(sitting, sources, &entry, limits, script::Mode::Rollback).await?;
    Ok(ending(over, &journal))
}

/// Tries users again who ended failed, unknown or not started.
///
/// # Errors
/// As [`run`].
pub async fn retry(folder: &Path, stage: Option<String>, watch: Watch) -> Result<Ending, Findings> {
    let opening = Opening::to_take_back(folder).await?;
    opening.knows_stage(stage.as_deref())?;
    opening.can_be_retried()?;
    let (setting, journal, ..) = opening.retrying(watch).await?;
    let mut sitting = Sitting::start(setting, journal).await?;
    sitting.retry(stage.as_deref()).await?;
    let over = Over::new(SittingEnd::Completed, "everybody who could be tried again was");
    let (over, journal) = sitting.close(over).await?;
    Ok(ending(over, &journal))
}

/// Runs the runbook in simulation, from where an open run stands. Writes nothing in the folder.
///
/// # Errors
/// As [`run`].
pub async fn plan(folder: &Path, options: PlanOptions, watch: Watch) -> Result<Plan, Findings> {
    let opening = Opening::to_plan(folder, options.from_start).await?;
    let entry = opening.config.runbook.clone();
    let warnings = opening.warnings.clone();
    let ready = opening.simulated(options, watch).await?;
    let (from, ledger) = (ready.1.state().last_seq(), ready.0.ledger.clone());
    let (over, journal) = simulation::through(ready, &entry).await?;
    let mut records = ledger.records(journal.state().run()).await?;
    records.retain(|record| record.seq > from);
    let resumed = journal.state().sittings().len() > 1;
    let from = resumed.then_some(from);
    let ending = ending(over, &journal);
    Ok(Plan { records, state: ending.state.clone(), ending, from, warnings })
}

/// A request of the script, and where its answer goes.
pub(crate) type Asked = (Request, oneshot::Sender<Reply>);

/// A host for a script on another thread, and where its requests arrive.
pub(crate) fn channel() -> (Arc<dyn Host>, mpsc::UnboundedReceiver<Asked>) {
    let (send, requests) = mpsc::unbounded_channel();
    (Arc::new(Channel(send)), requests)
}

/// Sends the script's requests to the sitting's task and waits for the answers.
struct Channel(mpsc::UnboundedSender<Asked>);

impl Host for Channel {
    fn request(&self, request: Request) -> Reply {
        let (reply, answer) = oneshot::channel();
        if self.0.send((request, reply)).is_err() {
            return Reply::Stop;
        }
        answer.blocking_recv().unwrap_or(Reply::Stop)
    }
}

/// Evaluates the runbook on its own thread and serves it until it ends.
async fn evaluate(
    sitting: Sitting,
    sources: Arc<dyn script::Sources>,
    entry: &str,
    limits: Limits,
    mode: script::Mode,
) -> Result<(Over, Journal), Findings> {
    Box::pin(follow(sitting, sources, entry, limits, mode, None)).await
}

/// The same; with a trail, follows its user.
async fn follow(
    mut sitting: Sitting,
    sources: Arc<dyn script::Sources>,
    entry: &str,
    limits: Limits,
    mode: script::Mode,
    trail: Option<Arc<script::Trail>>,
) -> Result<(Over, Journal), Findings> {
    let (host, mut requests) = channel();
    let core = script::Core::new(host, sitting.view());
    if let Some(trail) = trail {
        core.follow(trail);
    }
    let entry = entry.to_owned();
    let script = tokio::task::spawn_blocking(move || {
        script::evaluate(&core, &sources, &entry, limits, mode)
    });
    while let Some((request, reply)) = requests.recv().await {
        let answer = sitting.answer(request).await;
        // The script's thread waits for it; if it is gone, so is the run's next request.
        let _ = reply.send(answer);
    }
    let script = match script.await {
        Err(broken) => {
            let message = format!("the script's thread broke off: {broken}");
            failed(Finding::error(codes::SCRIPT_PROTOCOL, message).into())
        }
        Ok(script::Ended::Finished) => {
            Over::new(SittingEnd::Completed, "the runbook reached its end")
        }
        Ok(script::Ended::Stopped) => Over::new(SittingEnd::Stopped, "stopped"),
        Ok(script::Ended::Halted(finding)) => {
            Over::new(SittingEnd::Halted, finding.message.clone()).with(*finding)
        }
        Ok(script::Ended::Failed(findings)) => failed(findings),
    };
    Ok(sitting.close(script).await?)
}

fn failed(findings: Findings) -> Over {
    let why = findings.0.first().map_or("the script failed", |first| first.message.as_str());
    let mut over = Over::new(SittingEnd::Error, why);
    over.findings = findings;
    over
}

fn ending(over: Over, journal: &Journal) -> Ending {
    let state = journal.state().clone();
    let next = next_commands(over.how, &state, over.question.as_ref());
    let Over { how, why, findings, question, .. } = over;
    Ending { how, why, findings, run: state.run(), state, question, next }
}

/// What can be typed next. Every ending but a completed one has at least one.
fn next_commands(how: SittingEnd, state: &RunState, question: Option<&Question>) -> Vec<String> {
    let go_on = go_on(state);
    match (how, question) {
        // A retry that is done leaves the run where it stood.
        (SittingEnd::Completed, _) if state.status() == Status::Open => {
            crate::report::status::next(state)
        }
        (SittingEnd::Completed, _) => Vec::new(),
        (SittingEnd::Waiting, Some(question)) => {
            let id = question.id;
            vec![format!("sidle confirm {id}"), format!("sidle confirm {id} --reject"), go_on]
        }
        _ => vec![go_on],
    }
}

/// The command that goes on with what the newest sitting did.
fn go_on(state: &RunState) -> String {
    let mode = state.sittings().last().map_or(SittingMode::Forward, |sitting| sitting.mode);
    match mode {
        SittingMode::Rollback if state.rollback().is_some() => "sidle rollback".to_owned(),
        SittingMode::Retry => "sidle retry".to_owned(),
        _ => run_again(state),
    }
}

/// The command that goes on with the run itself: a rehearsal goes on as one.
fn run_again(state: &RunState) -> String {
    let rehearsal = state.started().is_some_and(|started| started.rehearsal);
    if rehearsal { "sidle run --rehearse" } else { "sidle run" }.to_owned()
}

/// A fault of a folder's state, for front ends.
pub(crate) fn nothing_here(folder: &Path) -> Finding {
    Finding::error(
        codes::JOURNAL_NO_RUN,
        format!("no run has been started in `{}`", folder.display()),
    )
    .help("`sidle plan` shows what a run would do; `sidle run` starts one")
}
