//! What one test does to its simulation: steers it, builds its topology, runs the runbook in it.
//!
//! Called on the script's thread. The runbook is simulated on the runtime, by the same way as
//! `sidle plan` goes.

use crate::config::Config;
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::Verdict;
use crate::run::{Steer, Steering};
use crate::script::bench::Asked;
use crate::script::{Core, Simulated, Simulator};
use crate::session::{Simulation, simulate};
use crate::topology::{Topology, View};
use jiff::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;

/// The simulation of one test.
pub(super) struct Workbench {
    config: Arc<Config>,
    runtime: Handle,
    steering: Arc<Steering>,
    /// When the test begins, by its clock.
    pub(super) from: Timestamp,
    state: Mutex<State>,
}

struct State {
    view: View,
    /// True once something was done on the view: it stays.
    begun: bool,
    halted: Option<Finding>,
    steered: Vec<(Steer, Asked)>,
    /// Names of checks and words of questions that were met, for near names.
    met: Vec<String>,
}

impl Workbench {
    pub(super) fn new(config: &Arc<Config>, topology: &Arc<Topology>) -> Arc<Self> {
        let view = View::of(Arc::clone(topology));
        let state =
            State { view, begun: false, halted: None, steered: Vec::new(), met: Vec::new() };
        Arc::new(Self {
            config: Arc::clone(config),
            runtime: Handle::current(),
            steering: Arc::default(),
            from: Timestamp::now(),
            state: Mutex::new(state),
        })
    }

    /// The simulation in which the test itself does things; its topology stays from now on.
    pub(super) fn begin(&self) -> Simulation {
        let mut state = self.lock();
        state.begun = true;
        self.simulation(state.view.clone(), None)
    }

    fn simulation(&self, view: View, until: Option<String>) -> Simulation {
        Simulation {
            config: Arc::clone(&self.config),
            view,
            steering: Arc::clone(&self.steering),
            until,
            from: self.from,
        }
    }

    /// Keeps why the test's own simulation ended.
    pub(super) fn note_halt(&self, finding: Option<Finding>) {
        self.lock().halted = finding;
    }

    /// Keeps the name of a check that was taken.
    pub(super) fn note_met(&self, names: impl IntoIterator<Item = String>) {
        self.lock().met.extend(names);
    }

    /// What the test steers by and nothing met.
    pub(super) fn not_steered(&self, core: &Core) -> Findings {
        let state = self.lock();
        let met: Vec<&str> = state.met.iter().map(String::as_str).collect();
        let unmet = state
            .steered
            .iter()
            .filter(|(steer, asked)| asked.inside && !self.steering.is_met(steer));
        let found = unmet.map(|(steer, asked)| {
            let finding = not_met(steer, &met);
            core.mark(finding, &asked.at, "this steers nothing")
        });
        Findings(found.collect())
    }

    fn steer(&self, steer: Steer, asked: &Asked) {
        self.steering.add(steer.clone());
        self.lock().steered.push((steer, asked.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A test that steers by what nothing meets would pass whatever the script does.
fn not_met(steer: &Steer, met: &[&str]) -> Finding {
    let finding = |message: String| Finding::error(codes::TEST_NOT_STEERED, message);
    let near = |word: &str, otherwise: &str| {
        crate::text::did_you_mean(word, met.iter().copied(), otherwise)
    };
    match steer {
        Steer::Check { check, .. } => {
            finding(format!("this test assumes something of `{check}`, and takes no such check"))
                .help(near(check, "`sim::run().checks` lists the checks that are taken"))
        }
        Steer::Answer { part, .. } => {
            finding(format!("this test answers \"{part}\", and nothing asks so"))
                .help("`sim::run().questions` lists what is asked")
        }
        Steer::Refuse { user, .. } => {
            finding(format!("this test refuses to move `{user}`, and nobody tries to"))
                .help("take the line out, or let the test move this user")
        }
        Steer::Down { server } => {
            finding(format!("this test takes `{server}` down, and nothing asks it"))
                .help("take the line out, or let the test ask or move something there")
        }
    }
}

impl Simulator for Workbench {
    fn view(&self) -> View {
        self.lock().view.clone()
    }

    fn build(&self, topology: Topology) -> Option<View> {
        let mut state = self.lock();
        if state.begun {
            return None;
        }
        state.view = View::new(topology);
        Some(state.view.clone())
    }

    fn assume(&self, check: &str, verdict: Verdict, at: &Asked) {
        self.steer(Steer::Check { check: check.to_owned(), verdict }, at);
    }

    fn answer(&self, part: &str, yes: bool, at: &Asked) {
        self.steer(Steer::Answer { part: part.to_owned(), yes }, at);
    }

    fn fail_user(&self, address: &str, why: &str, at: &Asked) {
        self.steer(Steer::Refuse { user: address.to_owned(), why: why.to_owned() }, at);
    }

    fn server_down(&self, name: &str, at: &Asked) {
        self.steer(Steer::Down { server: name.to_owned() }, at);
    }

    fn run(&self, until: Option<&str>) -> Result<Simulated, Findings> {
        // On the same facts as the test, and on homes of its own: nobody has moved there yet.
        let facts = self.lock().view.topology();
        let simulation = self.simulation(View::of(facts), until.map(str::to_owned));
        let ending = self.runtime.block_on(simulate(&simulation))?;
        let checks = ending.state.checks().iter();
        self.note_met(checks.map(|taken| taken.record.path.clone()));
        Ok(Simulated {
            how: ending.how,
            why: ending.why,
            findings: ending.findings,
            state: ending.state,
            view: simulation.view,
        })
    }

    fn halted(&self) -> Option<Finding> {
        self.lock().halted.clone()
    }
}
