//! A simulation that always gives the same small run, for the examples of the tests' primitives.

use super::fixture::contoso;
use crate::diagnostic::{Finding, Findings};
use crate::journal::{
    Begun, CheckRecord, Ended, Event, FORMAT, MoveBegun, Place, Record, Recorded, RunState,
    SittingEnd, SittingMode, Step, StepKind, UserResult, Verdict, Who,
};
use crate::script::bench::{Asked, Simulated, Simulator};
use crate::topology::{Movable, Topology, View};
use jiff::Timestamp;
use std::sync::Mutex;
use std::time::Duration;

/// Steers nothing; every run is one pilot, in which `ann` is moved.
pub(super) struct Canned(Mutex<View>);

impl Canned {
    pub(super) fn new(topology: Topology) -> Self {
        Self(Mutex::new(View::new(topology)))
    }
}

impl Simulator for Canned {
    fn view(&self) -> View {
        self.0.lock().unwrap().clone()
    }

    fn build(&self, topology: Topology) -> Option<View> {
        *self.0.lock().unwrap() = View::new(topology);
        Some(self.view())
    }

    fn assume(&self, _check: &str, _verdict: Verdict, _at: &Asked) {}

    fn answer(&self, _part: &str, _yes: bool, _at: &Asked) {}

    fn fail_user(&self, _address: &str, _why: &str, _at: &Asked) {}

    fn server_down(&self, _name: &str, _at: &Asked) {}

    fn run(&self, until: Option<&str>) -> Result<Simulated, Findings> {
        let until = until.filter(|stage| *stage == "Pilot");
        let view = View::new(contoso());
        view.change_homes(|homes| homes.set(0, Some(1)));
        let how = if until.is_some() { SittingEnd::Stopped } else { SittingEnd::Completed };
        let why = "the runbook reached its end".to_owned();
        Ok(Simulated { how, why, findings: Findings::default(), state: state(), view })
    }

    fn halted(&self) -> Option<Finding> {
        None
    }
}

fn state() -> RunState {
    let began = super::fixture::noon();
    let later = began + Duration::from_hours(30 * 24);
    let mut state = RunState::of_run(1);
    let mut add = |at: Timestamp, event: Event| {
        let seq = state.last_seq() + 1;
        state.next(&Record { seq, at, event }).unwrap();
    };
    let step = |kind, what: &str, shown: &str| Step {
        stage: "Pilot".into(),
        kind,
        what: what.into(),
        shown: shown.into(),
        at: Place::default(),
    };
    let done = |step| Event::StepDone { step, outcome: Recorded::Done };
    add(
        began,
        Event::RunStarted {
            format: FORMAT,
            sidle: "0.1.0".into(),
            organisation: "Contoso".into(),
            rehearsal: false,
            seed: 1,
            files: Vec::new(),
            users: 6,
            applications: 0,
            who: Who::plan(),
        },
    );
    let (mode, sidle, who) = (SittingMode::Forward, "0.1.0".into(), Who::plan());
    add(began, Event::SittingStarted { mode, sidle, who });
    add(began, done(step(StepKind::Enter, "", "enter stage `Pilot`")));
    add(
        began,
        Event::Checked(CheckRecord {
            path: "Pilot / services".into(),
            name: "services".into(),
            verdict: Verdict::Pass,
            why: String::new(),
            evidence: Vec::new(),
            at: Place::default(),
            from: None,
            accepted: None,
            assumed: true,
        }),
    );
    let question = "Move 1 pilot user?";
    add(
        began,
        Event::StepBegun {
            step: step(StepKind::Approve, question, "approve \"Move 1 pilot user?\""),
            detail: Begun::Asked,
        },
    );
    let answer = Recorded::Answer { yes: true, who: Who::plan(), note: String::new() };
    add(began, Event::StepEnded { begun: 5, outcome: answer });
    moved(began, &step, &mut add);
    add(later, done(step(StepKind::Note, "", "note \"ann is told\"")));
    add(later, done(step(StepKind::Leave, "", "leave stage `Pilot`")));
    add(later, Event::Completed);
    state
}

fn moved(
    at: Timestamp,
    step: &impl Fn(StepKind, &str, &str) -> Step,
    add: &mut impl FnMut(Timestamp, Event),
) {
    let ann = "ann@contoso.com".to_owned();
    let to = "lyncpool01.contoso.com".to_owned();
    let users = [0].into_iter().collect();
    let detail = Begun::Move(MoveBegun {
        users,
        movable: Movable::Users,
        to: to.clone(),
        base: 1,
        allowed: 0,
    });
    let begun = 7;
    add(at, Event::StepBegun { step: step(StepKind::Move, "ann", "move 1 user"), detail });
    add(at, Event::Intended { begun, users: vec![ann.clone()] });
    let result = UserResult {
        user: ann,
        how: Ended::Moved,
        why: String::new(),
        from: Some("ocspool01.contoso.com".to_owned()),
        home: Some(to),
        tries: 1,
    };
    add(at, Event::Results { begun, results: vec![result] });
    let not_started = roaring::RoaringBitmap::new();
    let outcome = Recorded::Moved { not_started, why: String::new() };
    add(at, Event::StepEnded { begun, outcome });
}
