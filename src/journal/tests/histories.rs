//! Generated histories: what the fold adds up to always holds, and a reload ends in the same state.

use super::*;
use crate::journal::{
    Begun, Ended, IllegalTransition, Record, RunState, SideMove, SittingEnd, StepKind, Why,
};
use proptest::prelude::*;

/// A wish for an event; the state at that moment makes a likely one of it.
type Wish = (u8, u8, u8);

const USERS: [&str; 3] = ["ann", "bob", "cem"];

fn pick<T: Copy>(from: &[T], by: u8) -> Option<T> {
    from.get(usize::from(by) % from.len().max(1)).copied()
}

fn event(state: &RunState, (kind, first, second): Wish) -> Event {
    let place = pick(&["A", "B"], first).unwrap();
    let moves: Vec<_> = state.moves().keys().copied().collect();
    let on = pick(&moves, first).unwrap_or(u64::from(first));
    let going = state.moves().values().rev().find(|it| it.ended.is_none()).map_or(on, |it| it.seq);
    let user = pick(&USERS, first).unwrap();
    let how = [Ended::Moved, Ended::AlreadyThere, Ended::Failed, Ended::Unknown, Ended::Skipped];
    let open = state.live().last().filter(|it| it.ended.is_none()).map_or(on, |it| it.seq);
    let armed = state.live().iter().rfind(|it| {
        it.step.kind == StepKind::OnRollback
            && state.rollback().is_some_and(|now| !now.blocks_done.contains(&it.seq))
    });
    let armed = armed.map_or(on, |it| it.seq);
    match kind % 28 {
        0 => done(place, StepKind::Enter),
        1 | 2 => done(place, StepKind::OnRollback),
        3 => done(place, StepKind::Command),
        4..=5 => moving(place, 3),
        6..=8 => intended(going, &[user]),
        9..=12 => results(going, pick(&how, second).unwrap(), &[user]),
        13 => ended(open),
        14 => Event::SideMoveEnded { begun: going },
        15 => Event::SideMoveBegun {
            why: if second.is_multiple_of(2) { SideMove::Inverse(on) } else { SideMove::Retry(on) },
            detail: members(3, if second.is_multiple_of(2) { LEGACY } else { LYNC }),
        },
        16 => superseded(u64::from(second) % (state.last_seq() + 2), Why::Halt),
        17 => rolls_back((!second.is_multiple_of(4)).then_some(place)),
        18 | 24 | 25 => Event::BlockBegun { armed },
        19 | 26 | 27 => Event::BlockEnded { armed },
        20 => Event::RollbackEnded,
        21 => asked(place, StepKind::Ask),
        22 => Event::Paused { begun: going, server: LYNC.into(), why: "no answer".into() },
        _ if second < 200 => {
            sits(if first < 200 { SittingMode::Forward } else { SittingMode::Retry })
        }
        _ if second < 230 => sat(SittingEnd::Stopped),
        _ => Event::Completed,
    }
}

/// Folds what can follow; checks that what cannot changes nothing.
fn grow(wishes: &[Wish]) -> (RunState, Vec<Record>) {
    let mut state = RunState::of_run(1);
    let mut records = Vec::new();
    let next = |state: &RunState, wish: &Wish| match state.last_seq() {
        0 => started(),
        1 => sits(SittingMode::Forward),
        _ => event(state, *wish),
    };
    for wish in wishes {
        let seq = state.last_seq() + 1;
        let event = next(&state, wish);
        let record = Record { seq, at: at(seq.cast_signed()), event };
        let before = state.clone();
        match state.next(&record) {
            Ok(()) => records.push(record),
            Err(IllegalTransition { seq: refused, .. }) => {
                assert_eq!(refused, seq);
                assert_eq!(state, before, "a refused record changes nothing: {record:?}");
            }
        }
        holds(&state);
    }
    (state, records)
}

/// What is true of every state.
fn holds(state: &RunState) {
    assert!(state.live().is_sorted_by(|a, b| a.seq < b.seq));
    let all = state.history();
    assert!(all.is_sorted_by(|a, b| a.0.seq < b.0.seq), "no step is lost or doubled");
    for (step, _) in all.iter().filter(|(step, _)| matches!(step.begun, Some(Begun::Move(_)))) {
        assert!(state.move_at(step.seq).is_some());
    }
    for record in state.moves().values() {
        let bad = |how| matches!(how, Ended::Failed | Ended::Unknown);
        let failures = record.results.values().filter(|(_, it)| bad(it.how)).count();
        assert_eq!(record.failures(), failures as u64);
        for moved in state.moved_by(record.seq) {
            assert_eq!(state.home(moved.user), Some(record.to.as_str()));
        }
    }
    for user in USERS.map(address) {
        let newest = state.home_changes().iter().rfind(|change| change.user == user);
        assert_eq!(state.home(&user), newest.and_then(|change| change.to.as_deref()));
        let movers = state
            .moves()
            .keys()
            .filter(|seq| state.moved_by(**seq).iter().any(|moved| moved.user == user));
        assert!(movers.count() <= 1, "one move at most brought {user} to where they are");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_history_keeps_what_always_holds(wishes in prop::collection::vec(any::<Wish>(), 1..200)) {
        grow(&wishes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn any_history_reloads_to_the_same_state(wishes in prop::collection::vec(any::<Wish>(), 1..200)) {
        let (state, records) = grow(&wishes);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let ledger = Ledger::temporary().await.unwrap();
            let mut records = records.into_iter();
            let first = records.next().unwrap();
            let mut journal = ledger.begin(first.at, first.event).await.unwrap();
            for record in records {
                journal.append(record.at, record.event).await.unwrap();
            }
            assert_eq!(journal.state(), &state);
            assert_eq!(ledger.load(1).await.unwrap().state(), &state);
        });
    }
}
