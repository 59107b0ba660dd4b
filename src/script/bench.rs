//! The bench: the one test that an evaluation is for, and what it asserts.
//!
//! A file of tests is evaluated once for each of its tests. The others' blocks are passed over, and
//! the evaluation ends with the block of its own, so no test sees what another has done. What a test
//! wants of a simulation goes through a [`Simulator`]; how that simulates is not known here.
//!
//! Invariant: a failed assertion fails the test, whatever the script catches.

use super::core::Core;
use super::evaluate::Ended;
use super::fault::{Fault, Raised};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Place, RunState, SittingEnd, Verdict};
use crate::topology::{Topology, View};
use rhai::NativeCallContext;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Simulates for one test.
pub trait Simulator: Send + Sync {
    /// The facts that the test works on.
    fn view(&self) -> View;

    /// Puts other facts under the test; `None` if something was done on the old ones already.
    fn build(&self, topology: Topology) -> Option<View>;

    /// Assumes a verdict for a check, by path or name.
    fn assume(&self, check: &str, verdict: Verdict, at: &Asked);

    /// Answers questions whose words hold `part`.
    fn answer(&self, part: &str, yes: bool, at: &Asked);

    /// Refuses to move a user.
    fn fail_user(&self, address: &str, why: &str, at: &Asked);

    /// Lets a pool or server not answer.
    fn server_down(&self, name: &str, at: &Asked);

    /// Runs the organisation's runbook, until the stage of that path has been left.
    ///
    /// # Errors
    /// If the simulation itself cannot be made.
    fn run(&self, until: Option<&str>) -> Result<Simulated, Findings>;

    /// Why the test may do nothing any more, if it was halted.
    fn halted(&self) -> Option<Finding>;
}

/// Where a test asked to be steered.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The call.
    pub at: Place,
    /// True inside the test's own block; false for what stands before all tests of a file.
    pub inside: bool,
}

/// A simulated run that has ended.
#[derive(Debug, Clone)]
pub struct Simulated {
    /// How.
    pub how: SittingEnd,
    /// Why, in one line.
    pub why: String,
    /// What there is to show.
    pub findings: Findings,
    /// All that happened.
    pub state: RunState,
    /// Where everybody lives at its end.
    pub view: View,
}

/// The test that an evaluation is for.
pub struct Bench {
    pub(super) simulator: Arc<dyn Simulator>,
    file: String,
    /// Byte at which the test's word stands.
    start: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The head of the test, once it is reached.
    at: Option<Place>,
    done: bool,
    asserted: usize,
    failed: Option<Finding>,
}

impl Bench {
    /// For the test whose word begins at byte `start` of `file`.
    #[must_use]
    pub fn new(simulator: Arc<dyn Simulator>, file: &str, start: usize) -> Arc<Self> {
        let file = file.to_owned();
        Arc::new(Self { simulator, file, start, state: Mutex::default() })
    }

    /// True for the head of the test that this evaluation is for.
    pub(super) fn is_for(&self, at: &Place) -> bool {
        *at.file == *self.file && at.start == self.start
    }

    pub(super) fn begin(&self, at: &Place) {
        self.lock().at = Some(at.clone());
    }

    /// Ends the test as its block ended: without an error.
    pub(super) fn end(&self) {
        self.lock().done = true;
    }

    /// Counts an assertion, whether it holds or not.
    pub(super) fn count(&self) {
        let mut state = self.lock();
        if state.at.is_some() {
            state.asserted += 1;
        }
    }

    /// Notes that an assertion failed, and returns the error to raise.
    pub(super) fn fail(&self, finding: Finding) -> Fault {
        self.lock().failed.get_or_insert_with(|| finding.clone());
        Raised::finding(finding)
    }

    /// Where something is asked.
    pub(super) fn asked(&self, at: Place) -> Asked {
        Asked { at, inside: self.lock().at.is_some() }
    }

    /// What is wrong with the test whose evaluation ended so; nothing if it passes.
    #[must_use]
    pub fn verdict(&self, core: &Core, ended: Ended) -> Findings {
        let (at, done, asserted, failed) = {
            let state = self.lock();
            (state.at.clone(), state.done, state.asserted, state.failed.clone())
        };
        let found = match (failed, ended) {
            (Some(failed), Ended::Failed(found))
                if found.0.first().is_some_and(|first| first.message == failed.message) =>
            {
                // The same, with the calls that it came through.
                found
            }
            (Some(failed), _) => failed.into(),
            // A halt that was caught is a halt; one that was asserted is none any more.
            (None, Ended::Halted(finding)) => unasserted(*finding).into(),
            (None, Ended::Stopped) => {
                self.simulator.halted().map_or_else(broken_off, unasserted).into()
            }
            (None, _) if done && asserted > 0 => return Findings::default(),
            (None, _) if done => {
                let finding = Finding::error(codes::TEST_ASSERTS_NOTHING, "the test asserts nothing")
                    .help("say what must be true: `assert EXPR;`, `assert_eq(a, b)` or `assert_fails(code, || ...)`");
                at.as_ref().map_or(finding.clone(), |at| core.mark(finding, at, "")).into()
            }
            (None, Ended::Failed(found)) => found,
            (None, Ended::Finished) => broken_off().into(),
        };
        Findings(found.0.into_iter().map(|finding| in_test(core, at.as_ref(), finding)).collect())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A halt that the test did not expect: what a run would do next is no help here.
fn unasserted(finding: Finding) -> Finding {
    let name = finding.code.id;
    finding.help(format!(
        "this halts the test; if it should, assert it: `assert_fails({name:?}, || ...)`"
    ))
}

/// An end that nothing accounts for.
fn broken_off() -> Finding {
    Finding::error(codes::SCRIPT_PROTOCOL, "the test ended and nothing says why")
        .help("this is a fault of sidle; please report it with the test")
}

/// Says in which test a finding arose.
fn in_test(core: &Core, at: Option<&Place>, finding: Finding) -> Finding {
    let Some(at) = at else { return finding };
    let own = finding.source.as_ref().is_none_or(|source| source.name() == &*at.file);
    if !own {
        let advice = Finding::advice(finding.code, "the test stands here");
        return finding.with_related(core.mark(advice, at, "this test"));
    }
    let marked = |label: &crate::diagnostic::Label| label.span.start == at.start;
    if finding.labels.iter().any(marked) { finding } else { core.mark(finding, at, "in this test") }
}

impl Core {
    /// The bench, for what exists in tests only.
    ///
    /// # Errors
    /// Outside of tests.
    pub(super) fn bench(&self, what: &str, at: &Place) -> Result<&Bench, Fault> {
        self.bench.as_deref().ok_or_else(|| {
            let finding = outside(what);
            Raised::finding(self.mark(finding, at, "not in a test"))
        })
    }

    /// The same for a primitive.
    pub(super) fn bench_of(&self, what: &str, ctx: &NativeCallContext) -> Result<&Bench, Fault> {
        self.bench(what, &self.place(ctx))
    }
}

/// The refusal of what exists in tests only.
pub(super) fn outside(what: &str) -> Finding {
    Finding::error(codes::TEST_OUTSIDE, format!("`{what}` belongs in a test")).help(
        "tests stand in files under `tests/` and are run by `sidle test`; a runbook has `require` and `check`",
    )
}
