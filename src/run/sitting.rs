//! One sitting: a process that holds the run and serves its script's requests in order.
//!
//! Each request is answered from the journal if it is a recorded step, and otherwise performed through
//! the world between two records. It knows no rhai; what a request means to the script is the
//! script's business.
//!
//! Invariant: nothing is performed before its record is durable, and nothing at all once the
//! sitting is over.

use super::steering::Steering;
use super::world::World;
use super::{Desk, Observer, Question, Stop};
use crate::diagnostic::{Finding, Findings, Source};
use crate::journal::{
    Event, Evidence, Journal, Ledger, Place, Recorded, Reply, Request, SittingEnd, SittingMode,
    Step, StepKind, Who,
};
use crate::topology::View;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// What a sitting needs from its session.
pub struct Setting {
    /// Objects and inbox.
    pub ledger: Arc<Ledger>,
    /// The real or simulated systems.
    pub world: World,
    /// Facts and homes, shared with the script.
    pub view: View,
    /// Who watches.
    pub observer: Arc<dyn Observer>,
    /// Who answers.
    pub desk: Arc<dyn Desk>,
    /// A person's wish to stop.
    pub stop: Stop,
    /// Who runs this.
    pub who: Who,
    /// What the sitting is for.
    pub mode: SittingMode,
    /// `--until`: stop when this stage has been left.
    pub until: Option<String>,
    /// `--yes`: answer approvals.
    pub yes: bool,
    /// What a simulation assumes beside the good case; nothing for other worlds.
    pub steering: Arc<Steering>,
    /// How long a move bears a server that is down.
    pub server_patience: Duration,
}

/// How a sitting ended, with what to show.
#[derive(Debug, Clone)]
pub struct Over {
    /// How.
    pub how: SittingEnd,
    /// One line for people.
    pub why: String,
    /// What to show below it. A halt of the script brings its own finding.
    pub findings: Findings,
    /// The question that waits for a person.
    pub question: Option<Question>,
    /// What to do next, where the run knows it better than the script's finding.
    pub help: Option<String>,
}

impl Over {
    /// An ending without findings.
    pub fn new(how: SittingEnd, why: impl Into<String>) -> Self {
        let (why, findings) = (why.into(), Findings::default());
        Self { how, why, findings, question: None, help: None }
    }

    /// Adds what to show below it.
    #[must_use]
    pub fn with(mut self, finding: Finding) -> Self {
        self.findings.push(finding);
        self
    }
}

/// A `require` that is being evaluated, or the newest that held.
#[derive(Debug, Default, Clone)]
pub(super) struct Gate {
    /// Number of steps served before it began.
    pub first: usize,
    /// What was asked inside it.
    pub evidence: Vec<Evidence>,
    /// What its checks rest on that was asked before it began.
    pub earlier: Vec<Evidence>,
    /// True if anything but probes stood inside: it is not asked again in place.
    pub mixed: bool,
}

impl Gate {
    fn not_asked_inside(&self, evidence: Vec<Evidence>) -> Vec<Evidence> {
        evidence.into_iter().filter(|evidence| !self.evidence.contains(evidence)).collect()
    }
}

/// A run being served. See the module's header.
pub struct Sitting {
    pub(super) set: Setting,
    pub(super) journal: Journal,
    /// Number of live steps served so far; the next request must be the step at this index.
    pub(super) cursor: usize,
    /// Home changes applied so far.
    pub(super) homes_applied: usize,
    /// Time of the last step served.
    pub(super) last: Option<Timestamp>,
    /// Scripts read in this sitting, by hash.
    pub(super) texts: HashMap<Arc<str>, Source>,
    /// The soak or poll that runs now.
    pub(super) timed: Option<u64>,
    /// Evidence gathered while the newest `require` is asked again.
    pub(super) asking_again: Option<Vec<Evidence>>,
    /// `require`s being evaluated, outermost first.
    pub(super) gates: Vec<Gate>,
    /// The newest `require` that held.
    pub(super) held: Option<Gate>,
    /// True once the stale gate was looked at in this sitting.
    pub(super) gate_passed: bool,
    /// The record at which each block of this evaluation was armed.
    pub(super) armed: HashMap<u64, usize>,
    /// True in a rollback once the replay has reached the frontier.
    pub(super) rolling_back: bool,
    /// True once the stage of `--until` was left.
    until_passed: bool,
    over: Option<Over>,
}

impl Sitting {
    /// Takes a run up.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn start(set: Setting, journal: Journal) -> Result<Self, Finding> {
        let mut sitting = Self {
            set,
            journal,
            cursor: 0,
            homes_applied: 0,
            last: None,
            texts: HashMap::new(),
            timed: None,
            asking_again: None,
            gates: Vec::new(),
            held: None,
            gate_passed: false,
            armed: HashMap::new(),
            rolling_back: false,
            until_passed: false,
            over: None,
        };
        let started = Event::SittingStarted {
            mode: sitting.set.mode,
            sidle: env!("CARGO_PKG_VERSION").to_owned(),
            who: sitting.set.who.clone(),
        };
        sitting.record(started).await?;
        sitting.take_inbox().await?;
        // A sitting that replays nothing has just asked its gates.
        sitting.gate_passed = sitting.steps().is_empty();
        sitting.advance_homes();
        Ok(sitting)
    }

    /// The run so far.
    #[must_use]
    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The facts and homes that the script reads.
    #[must_use]
    pub fn view(&self) -> View {
        self.set.view.clone()
    }

    /// Answers one request. After the sitting is over, every answer is [`Reply::Stop`].
    pub async fn answer(&mut self, request: Request) -> Reply {
        if self.over.is_some() {
            return Reply::Stop;
        }
        let span = tracing::info_span!("run", number = self.journal.state().run());
        match self.serve(request).instrument(span).await {
            Ok(reply) => reply,
            Err(finding) => {
                let why = finding.message.clone();
                self.end(Over::new(SittingEnd::Error, why).with(finding));
                Reply::Stop
            }
        }
    }

    async fn serve(&mut self, request: Request) -> Result<Reply, Finding> {
        match request {
            Request::Read { path, text } => self.read(&path, &text).await,
            Request::Enter { stage, at } => self.mark(StepKind::Enter, stage, at).await,
            Request::Leave { stage, at } => self.mark(StepKind::Leave, stage, at).await,
            Request::Arm { stage, block, at } => self.arm(stage, block, at).await,
            Request::Effect { stage, effect, at } => {
                let outer = tracing::info_span!("stage", path = stage);
                let span = tracing::info_span!(parent: &outer, "effect", shown = effect.shown());
                self.effect(stage, effect, at).instrument(span).await
            }
            Request::Tick { verdict, why, evidence } => self.tick(verdict, why, evidence).await,
            Request::TickWait { until } => self.wait_until(until).await,
            Request::TimedEnd { verdict, why, evidence } => {
                self.timed_end(verdict, why, evidence).await
            }
            Request::Checked(check) => self.checked(check).await,
            Request::Accepted { check } => Ok(Reply::Flag(self.acceptance(&check).is_some())),
            Request::RequireBegan { .. } => {
                self.gates.push(Gate { first: self.cursor, ..Gate::default() });
                Ok(Reply::Ok)
            }
            Request::RequireHeld { evidence } => {
                if let Some(mut gate) = self.gates.pop() {
                    gate.earlier = gate.not_asked_inside(evidence);
                    self.held = Some(gate);
                }
                Ok(Reply::Ok)
            }
            Request::RequireDropped => {
                self.gates.pop();
                Ok(Reply::Ok)
            }
            Request::AskAgainBegan => {
                self.asking_again = Some(Vec::new());
                Ok(Reply::Ok)
            }
            Request::AskAgainEnded { held } => self.asked_again(held).await,
            Request::Halt(halt) => self.halt(halt).await,
            Request::Now => Ok(Reply::Time(self.now())),
            Request::RollbackNext => self.rollback_next().await,
            Request::BlockEnded { failed } => self.block_ended(failed).await,
        }
    }

    /// The time of the last step, as a replay sees it too.
    fn now(&self) -> Timestamp {
        self.last
            .or_else(|| self.journal.state().started().map(|started| started.at))
            .unwrap_or_default()
    }

    async fn read(&mut self, path: &Arc<str>, text: &Arc<str>) -> Result<Reply, Finding> {
        let sha = self.set.ledger.objects().put(text.as_bytes())?;
        let copy = crate::journal::FileCopy { path: path.to_string(), sha: sha.clone() };
        self.texts.insert(sha.clone().into(), Source::new(path.clone(), text.clone()));
        if self.journal.state().sources().get(copy.path.as_str()) != Some(&sha) {
            self.record(Event::SourceRead(copy)).await?;
        }
        Ok(Reply::Ok)
    }

    /// Enters or leaves a stage.
    async fn mark(&mut self, kind: StepKind, stage: String, at: Place) -> Result<Reply, Finding> {
        let verb = if kind == StepKind::Enter { "enter" } else { "leave" };
        let shown = format!("{verb} stage `{stage}`");
        let left = kind == StepKind::Leave && self.set.until.as_deref() == Some(stage.as_str());
        let step = Step { stage, kind, what: String::new(), shown, at };
        if self.turn(&step)?.is_none() {
            if self.is_to_stop() {
                return Ok(Reply::Stop);
            }
            self.step_done(step, Recorded::Done).await?;
        }
        self.until_passed |= left;
        Ok(Reply::Ok)
    }

    async fn arm(&mut self, stage: String, block: usize, at: Place) -> Result<Reply, Finding> {
        let shown = "arm `on_rollback`".to_owned();
        let step = Step { stage, kind: StepKind::OnRollback, what: String::new(), shown, at };
        let seq = match self.turn(&step)? {
            Some(old) => old.seq,
            None if self.is_to_stop() => return Ok(Reply::Stop),
            None => self.step_done(step, Recorded::Done).await?,
        };
        self.armed.insert(seq, block);
        Ok(Reply::Ok)
    }

    /// Ends the sitting if a person wished so, or `--until` is reached. Only asked before something new.
    pub(super) fn is_to_stop(&mut self) -> bool {
        if self.set.mode == SittingMode::Rollback && !self.rolling_back {
            // The frontier: the script stops here, and the taking back begins.
            return true;
        }
        let why = match self.set.stop.wished() {
            Some(why) => format!("stopped by {why}"),
            None if self.until_passed => {
                let stage = self.set.until.as_deref().unwrap_or_default();
                format!("stopped after stage `{stage}`, as `--until` asked")
            }
            None => return false,
        };
        self.end(Over::new(SittingEnd::Stopped, why));
        true
    }

    /// Writes one event, durably.
    pub(super) async fn record(&mut self, event: Event) -> Result<u64, Finding> {
        self.record_taking(event, Vec::new()).await
    }

    /// Writes one event and takes what led to it out of the inbox, in one commit.
    pub(super) async fn record_taking(
        &mut self,
        event: Event,
        inbox: Vec<u64>,
    ) -> Result<u64, Finding> {
        self.record_all(vec![event], &inbox).await
    }

    /// Writes events in one commit; returns the number of the last.
    pub(super) async fn record_all(
        &mut self,
        events: Vec<Event>,
        inbox: &[u64],
    ) -> Result<u64, Finding> {
        let at = self.set.world.clock.now();
        self.journal.submit_taking(at, events, inbox)?.await?;
        let seq = self.journal.state().last_seq();
        for record in self.journal.last_records() {
            tracing::info!(record = record.seq, "recorded");
            self.set.observer.record(record, self.journal.state());
        }
        Ok(seq)
    }

    /// Writes a step that needs one record.
    pub(super) async fn step_done(&mut self, step: Step, out: Recorded) -> Result<u64, Finding> {
        let seq = self.record(Event::StepDone { step, outcome: out }).await?;
        self.served();
        Ok(seq)
    }

    /// Ends the sitting; the first ending counts.
    pub(super) fn end(&mut self, over: Over) {
        self.over.get_or_insert(over);
    }

    /// True once the sitting is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Closes the sitting with its last record, and lets go of the run.
    ///
    /// `script` is what the script itself says of its ending; the sitting's own reason goes first.
    ///
    /// # Errors
    /// If the journal cannot be written.
    pub async fn close(mut self, script: Over) -> Result<(Over, Journal), Finding> {
        let mut over = match self.over.take() {
            Some(mut own) => {
                // A halt's words are the script's: it knows the values of the operands.
                if own.findings.0.is_empty() || script.how == SittingEnd::Error {
                    own.findings.extend(script.findings.0);
                    if let (Some(first), Some(help)) = (own.findings.0.first_mut(), &own.help) {
                        first.help = Some(help.clone());
                    }
                }
                own
            }
            None if script.how == SittingEnd::Completed => self.unreached().unwrap_or(script),
            None => script,
        };
        if over.how == SittingEnd::Completed && self.set.mode == SittingMode::Forward {
            self.record(Event::Completed).await?;
        }
        let ended = Event::SittingEnded { how: over.how, why: over.why.clone() };
        if let Err(finding) = self.record(ended).await {
            // The journal's own failure is what ended the sitting: say it once.
            if over.how != SittingEnd::Error {
                over = Over::new(SittingEnd::Error, finding.message.clone()).with(finding);
            }
        }
        Ok((over, self.journal))
    }
}
