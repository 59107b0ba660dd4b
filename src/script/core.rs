//! The core of a running script: what every primitive needs to reach its run.
//!
//! One [`Core`] is shared by the block forms and by the closures of the primitives. It knows the stage
//! that stands open, what may happen there (nothing inside a pure closure, only probes inside a
//! check), and the latch: once the run has halted or stopped, no request leaves this thread any more,
//! whatever the script catches.
//!
//! It does not know what a primitive is called or does; it sends effects and hands back outcomes.

use super::bench::Bench;
use super::budget::Budget;
use super::fault::{Fault, Raised};
use super::gate::Gate;
use super::host::Host;
use super::region::{Kind, Region};
use super::scripts::Scripts;
use super::trace::Trace;
use super::trail::Trail;
use crate::config::Limits;
use crate::diagnostic::{Code, Finding, codes};
use crate::journal::{Effect, Halt, HaltKind, Outcome, Place, Reply, Request, Verdict};
use crate::topology::View;
use jiff::Timestamp;
use rhai::{Dynamic, Engine, NativeCallContext, Position};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

/// Tells the verdict of a value of the primitives' own, if it is one.
type Judge = dyn Fn(&Dynamic) -> Option<(Verdict, String)> + Send + Sync;

/// Whether the script may still ask for anything.
#[derive(Debug, Clone, Default)]
pub(super) enum Latch {
    /// It may.
    #[default]
    Open,
    /// The run has ended this sitting.
    Stopped,
    /// The run halted, and why.
    Halted(Box<Finding>),
}

/// What changes while a script runs.
#[derive(Default)]
pub(super) struct State {
    /// Names of the open stages, outermost first.
    pub(super) stages: Vec<String>,
    /// Every stage path entered in this evaluation, and where.
    pub(super) entered: BTreeMap<String, Place>,
    /// Open regions, outermost first.
    pub(super) regions: Vec<Region>,
    /// The newest `require` that held.
    pub(super) gate: Option<Gate>,
    /// Armed `on_rollback` blocks, by number.
    pub(super) blocks: Vec<Gate>,
    pub(super) latch: Latch,
}

/// What block forms and primitives share. See the module.
pub struct Core {
    host: Arc<dyn Host>,
    view: View,
    pub(super) scripts: Scripts,
    pub(super) budget: Budget,
    state: Mutex<State>,
    judges: RwLock<Vec<Box<Judge>>>,
    globals: RwLock<BTreeMap<&'static str, Dynamic>>,
    pub(super) trace: Trace,
    /// The user that this evaluation follows, if it follows one.
    pub(super) trail: OnceLock<Arc<Trail>>,
    /// The test that this evaluation is for; nothing in a run.
    pub(super) bench: Option<Arc<Bench>>,
}

impl Core {
    /// Starts a core on a host and the facts that scripts read.
    #[must_use]
    pub fn new(host: Arc<dyn Host>, view: View) -> Arc<Self> {
        Self::with(host, view, None)
    }

    /// The same for one test.
    #[must_use]
    pub fn for_test(host: Arc<dyn Host>, bench: Arc<Bench>) -> Arc<Self> {
        let view = bench.simulator.view();
        Self::with(host, view, Some(bench))
    }

    fn with(host: Arc<dyn Host>, view: View, bench: Option<Arc<Bench>>) -> Arc<Self> {
        Arc::new(Self {
            host,
            view,
            scripts: Scripts::default(),
            budget: Budget::new(Limits::default()),
            state: Mutex::default(),
            judges: RwLock::default(),
            globals: RwLock::default(),
            trace: Trace::default(),
            trail: OnceLock::new(),
            bench,
        })
    }

    /// The facts that scripts read.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// Lets [`Core::verdict_of`] judge a further type: a move's report, for example.
    pub fn judge_with(
        &self,
        judge: impl Fn(&Dynamic) -> Option<(Verdict, String)> + Send + Sync + 'static,
    ) {
        self.judges.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(judge));
    }

    /// Makes a value readable from every script and function under `name`: `topology`.
    pub fn publish(&self, name: &'static str, value: Dynamic) {
        self.globals.write().unwrap_or_else(PoisonError::into_inner).insert(name, value);
    }

    /// The published value of that name.
    pub(super) fn global(&self, name: &str) -> Option<Dynamic> {
        self.globals.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// What the judges make of a value.
    pub(super) fn judged(&self, value: &Dynamic) -> Option<(Verdict, String)> {
        let judges = self.judges.read().unwrap_or_else(PoisonError::into_inner);
        judges.iter().find_map(|judge| judge(value))
    }

    /// Path of the open stage: `Production / Wave 2`; empty at the top level.
    #[must_use]
    pub fn stage(&self) -> String {
        self.state().stages.join(" / ")
    }

    /// The time of the run's last record, the only clock that scripts have.
    ///
    /// # Errors
    /// Only if the run has ended.
    pub fn now(&self) -> Result<Timestamp, Fault> {
        match self.ask(Request::Now)? {
            Reply::Time(time) => Ok(time),
            other => Err(Core::unfit(&other)),
        }
    }

    /// Asks the run for an effect and waits for its outcome.
    ///
    /// # Errors
    /// If the effect may not happen here, or the run has ended.
    pub fn effect(&self, ctx: &NativeCallContext, effect: Effect) -> Result<Outcome, Fault> {
        self.permit(ctx, &effect)?;
        match self.start(ctx, effect)? {
            Reply::Outcome(outcome) => {
                if let Outcome::Evidence(evidence) = &outcome {
                    self.collect(evidence);
                }
                Ok(outcome)
            }
            other => Err(Core::unfit(&other)),
        }
    }

    /// Sends an effect; asks the newest gate again first if the run wants it.
    pub(super) fn start(&self, ctx: &NativeCallContext, effect: Effect) -> Result<Reply, Fault> {
        let request = Request::Effect { stage: self.stage(), effect, at: self.place(ctx) };
        loop {
            match self.ask(request.clone())? {
                Reply::AskAgain => self.ask_again(ctx.engine())?,
                reply => {
                    self.met_effect(ctx, &request, &reply);
                    return Ok(reply);
                }
            }
        }
    }

    /// Runs `f` as a pure region: no effect may be reached from inside it. `what` is the primitive as
    /// users know it: `filter`, `select`.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn pure<R>(
        &self,
        ctx: &NativeCallContext,
        what: &'static str,
        f: impl FnOnce() -> Result<R, Fault>,
    ) -> Result<R, Fault> {
        let region = Region::new(Kind::Pure(what), self.place(ctx));
        self.within(region, f).0
    }

    /// Runs `f` inside a region and hands back what the region has gathered.
    pub(super) fn within<R>(&self, region: Region, f: impl FnOnce() -> R) -> (R, Region) {
        let spare = region.clone();
        let depth = {
            let mut state = self.state();
            state.regions.push(region);
            state.regions.len()
        };
        let result = f();
        let mut state = self.state();
        state.regions.truncate(depth);
        (result, state.regions.pop().unwrap_or(spare))
    }

    /// Halts the run here and returns the error to raise. The `halt(why)` primitive.
    pub fn halt(&self, ctx: &NativeCallContext, why: &str) -> Fault {
        if let Err(refused) = self.permit_form("halt", &self.place(ctx)) {
            return refused;
        }
        let finding = self
            .finding(ctx, codes::SCRIPT_HALT, why.to_owned())
            .help("the next `sidle run` halts here again until the stage is rolled back or the script is edited");
        let halt = Halt {
            kind: HaltKind::Asked,
            message: why.to_owned(),
            check: None,
            at: self.place(ctx),
        };
        self.halt_with(halt, finding)
    }

    /// Latches the run as halted, tells it, and returns the error to raise.
    pub(super) fn halt_with(&self, halt: Halt, finding: Finding) -> Fault {
        let was_open = matches!(self.state().latch, Latch::Open);
        let told = self.ask(Request::Halt(halt));
        if !was_open && let Err(earlier) = told {
            return earlier;
        }
        // Told or not (the run may stop at the same moment), nothing starts any more.
        self.state().latch = Latch::Halted(Box::new(finding.clone()));
        self.budget.end(true);
        Raised::finding(finding)
    }

    /// Returns an error finding that marks the call `ctx`.
    #[must_use]
    pub fn finding(
        &self,
        ctx: &NativeCallContext,
        code: Code,
        message: impl Into<String>,
    ) -> Finding {
        self.mark(Finding::error(code, message), &self.place(ctx), "")
    }

    /// Returns the error that carries a finding to the terminal, with the call frames it passes.
    #[must_use]
    pub fn raise(&self, finding: Finding) -> Fault {
        Raised::finding(finding)
    }

    /// Marks a place in a finding, with words under the mark.
    pub fn mark(&self, finding: Finding, place: &Place, words: &str) -> Finding {
        match self.scripts.get(&place.file) {
            Some(script) => finding.at(&script.source, place.start..place.end, words),
            None => finding,
        }
    }

    /// Where the call `ctx` stands.
    #[must_use]
    pub fn place(&self, ctx: &NativeCallContext) -> Place {
        self.scripts.call(ctx.call_source(), ctx.call_position())
    }

    /// Where the token at `position` stands.
    pub(super) fn token(&self, source: Option<&str>, position: Position) -> Place {
        self.scripts.token(source, position)
    }

    /// Sends a request. The time it takes is not the script's, and its limits start anew after it.
    pub(super) fn ask(&self, request: Request) -> Result<Reply, Fault> {
        match &self.state().latch {
            Latch::Open => {}
            Latch::Stopped => return Err(Raised::stop()),
            Latch::Halted(finding) => return Err(Raised::finding(finding.as_ref().clone())),
        }
        // Asking for the time is no progress: a loop of it must still end.
        let counts = !matches!(request, Request::Now | Request::Accepted { .. });
        self.budget.pause();
        let reply = self.host.request(request);
        self.budget.resume(counts);
        if matches!(reply, Reply::Stop) {
            self.state().latch = Latch::Stopped;
            self.budget.end(true);
            return Err(Raised::stop());
        }
        Ok(reply)
    }

    /// Evaluates the newest gate again, at the run's wish.
    fn ask_again(&self, engine: &Engine) -> Result<(), Fault> {
        self.ask(Request::AskAgainBegan)?;
        let gate = self.state().gate.clone();
        if let Some(gate) = gate {
            super::forms::require_again(self, engine, &gate)?;
        }
        self.ask(Request::AskAgainEnded { held: true })?;
        Ok(())
    }

    /// Sends a request past the latch: only for the ends of a rollback, which the run asks for.
    pub(super) fn ask_past_latch(&self, request: Request) -> Reply {
        self.host.request(request)
    }

    /// Drops what the script has made: on the script's own thread, before it ends.
    pub(super) fn forget(&self) {
        let (gate, blocks) = {
            let mut state = self.state();
            (state.gate.take(), std::mem::take(&mut state.blocks))
        };
        drop((gate, blocks));
    }

    /// Opens the latch for an armed block of a rollback.
    pub(super) fn reopen(&self) {
        self.budget.end(false);
        let mut state = self.state();
        state.latch = Latch::Open;
        state.regions.clear();
        state.stages.clear();
    }

    /// Opens the latch after a halt that a test asserts.
    pub(super) fn forgive(&self) {
        self.budget.end(false);
        self.state().latch = Latch::Open;
    }

    /// A reply that no request of this kind can have: a fault of sidle.
    pub(super) fn unfit(reply: &Reply) -> Fault {
        Raised::finding(
            Finding::error(codes::SCRIPT_PROTOCOL, "the run gave an answer that fits no request")
                .because(format!("{reply:?}"))
                .help("this is a fault of sidle; please report it with the journal"),
        )
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
