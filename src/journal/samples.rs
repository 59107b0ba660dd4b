//! Events for tests: short names for the records of a small run.

use super::{
    Begun, Ended, Event, FORMAT, Halt, HaltKind, MoveBegun, Place, Recorded, SideMove, SittingEnd,
    SittingMode, Step, StepKind, UserResult, Who, Why,
};
use crate::topology::Movable;
use jiff::Timestamp;

pub(super) const LEGACY: &str = "ocspool01.contoso.com";
pub(super) const LYNC: &str = "lyncpool01.contoso.com";

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_300_000_000 + second).unwrap()
}

pub(super) fn who() -> Who {
    Who { user: "operator".into(), host: "admin01".into(), pid: 42 }
}

pub(super) fn started() -> Event {
    Event::RunStarted {
        format: FORMAT,
        sidle: "0.1.0".into(),
        organisation: "contoso".into(),
        rehearsal: false,
        seed: 7,
        files: Vec::new(),
        users: 3,
        applications: 0,
        who: who(),
    }
}

pub(super) fn sits(mode: SittingMode) -> Event {
    Event::SittingStarted { mode, sidle: "0.1.0".into(), who: who() }
}

pub(super) fn sat(how: SittingEnd) -> Event {
    Event::SittingEnded { how, why: String::new() }
}

pub(super) fn step(stage: &str, kind: StepKind, what: &str) -> Step {
    Step {
        stage: stage.into(),
        kind,
        what: what.into(),
        shown: format!("{kind:?} {what}"),
        at: Place::default(),
    }
}

pub(super) fn done(stage: &str, kind: StepKind) -> Event {
    Event::StepDone { step: step(stage, kind, ""), outcome: Recorded::Done }
}

pub(super) fn moving(stage: &str, users: u32) -> Event {
    let detail = Begun::Move(members(users, LYNC));
    Event::StepBegun { step: step(stage, StepKind::Move, "all -> lync"), detail }
}

pub(super) fn members(users: u32, to: &str) -> MoveBegun {
    MoveBegun {
        users: (0..users).collect(),
        to: to.into(),
        base: users.into(),
        allowed: 0,
        movable: Movable::Users,
    }
}

pub(super) fn inverse(of: u64, users: u32) -> Event {
    Event::SideMoveBegun { why: SideMove::Inverse(of), detail: members(users, LEGACY) }
}

pub(super) fn asked(stage: &str, kind: StepKind) -> Event {
    Event::StepBegun { step: step(stage, kind, "sure?"), detail: Begun::Asked }
}

pub(super) fn ended(begun: u64) -> Event {
    Event::StepEnded { begun, outcome: Recorded::Done }
}

pub(super) fn answered(begun: u64, yes: bool) -> Event {
    Event::StepEnded { begun, outcome: Recorded::Answer { yes, who: who(), note: String::new() } }
}

pub(super) fn intended(begun: u64, users: &[&str]) -> Event {
    Event::Intended { begun, users: users.iter().map(|user| address(user)).collect() }
}

pub(super) fn results(begun: u64, how: Ended, users: &[&str]) -> Event {
    Event::Results { begun, results: users.iter().map(|user| result(user, how)).collect() }
}

pub(super) fn address(user: &str) -> String {
    format!("{user}@contoso.com")
}

pub(super) fn result(user: &str, how: Ended) -> UserResult {
    UserResult {
        user: address(user),
        how,
        why: String::new(),
        from: Some(LEGACY.into()),
        home: None,
        tries: 0,
    }
}

pub(super) fn superseded(from: u64, why: Why) -> Event {
    Event::Superseded { from, why }
}

pub(super) fn rolls_back(to: Option<&str>) -> Event {
    Event::RollbackStarted { to: to.map(str::to_owned), losses: Vec::new(), forced: false }
}

pub(super) fn halted() -> Event {
    Event::Halted(Halt {
        kind: HaltKind::Failed,
        message: "the criterion does not hold".into(),
        check: None,
        at: Place::default(),
    })
}
