//! What the fold adds up to, and what it refuses.

use super::*;
use crate::journal::samples::*;
use crate::journal::{Ended, Event, Record, SittingEnd, SittingMode, StepKind, Why};

/// Folds the events after a start and the opening of a sitting: the first one here is record 3.
fn fold(events: Vec<Event>) -> Result<RunState, IllegalTransition> {
    let mut state = RunState::of_run(1);
    for event in [started(), sits(SittingMode::Forward)].into_iter().chain(events) {
        let seq = state.last_seq() + 1;
        state.next(&Record { seq, at: at(seq.cast_signed()), event })?;
    }
    Ok(state)
}

fn accepted(events: Vec<Event>) -> RunState {
    fold(events).unwrap_or_else(|fault| panic!("{fault}"))
}

/// The last event is refused, with these words; those before it are not.
fn refused(mut events: Vec<Event>, words: &str) {
    let last = events.pop().unwrap();
    let mut state = accepted(events);
    let before = state.clone();
    let seq = state.last_seq() + 1;
    let fault = state.next(&Record { seq, at: at(99), event: last }).unwrap_err();
    assert!(fault.why.contains(words), "{fault}");
    assert_eq!(state, before, "a refused record changes nothing");
}

#[test]
fn a_run_starts_once_and_first() {
    refused(vec![started()], "a second time");
    let mut state = RunState::of_run(1);
    let record = Record { seq: 1, at: at(0), event: Event::Completed };
    assert!(state.next(&record).is_err());
}

#[test]
fn a_gap_in_the_numbers_is_refused() {
    let mut state = accepted(vec![]);
    let record = Record { seq: 4, at: at(0), event: done("", StepKind::Note) };
    assert!(state.next(&record).unwrap_err().why.contains("missing or out of order"));
}

#[test]
fn no_step_comes_without_an_open_sitting() {
    refused(vec![sat(SittingEnd::Stopped), done("", StepKind::Note)], "no sitting is open");
}

#[test]
fn a_sitting_whose_process_died_is_followed_by_another() {
    let state = accepted(vec![sits(SittingMode::Forward), sat(SittingEnd::Waiting)]);
    let ends: Vec<_> = state.sittings().iter().map(|sitting| sitting.ended.is_some()).collect();
    assert_eq!(ends, [false, true]);
    assert!(state.sitting_open().is_none());
}

#[test]
fn a_step_ends_once_and_only_if_it_began() {
    refused(vec![ended(3)], "where none began");
    refused(vec![asked("A", StepKind::Ask), answered(3, true), answered(3, true)], "ended before");
}

#[test]
fn a_step_begins_only_after_the_one_before_has_ended() {
    refused(vec![asked("A", StepKind::Ask), done("A", StepKind::Note)], "before that of record 3");
}

#[test]
fn a_user_gets_a_result_only_if_intended() {
    refused(vec![moving("A", 2), results(3, Ended::Moved, &["ann"])], "was not intended");
    accepted(vec![moving("A", 2), results(3, Ended::AlreadyThere, &["ann"])]);
}

#[test]
fn a_user_gets_one_result_unless_it_was_unknown() {
    let begun = vec![moving("A", 2), intended(3, &["ann"])];
    let with = |how| [begun.clone(), vec![results(3, how, &["ann"])]].concat();
    let moved = results(3, Ended::Moved, &["ann"]);
    refused([with(Ended::Failed), vec![moved.clone()]].concat(), "has ended before");
    refused(
        [begun.clone(), vec![results(3, Ended::Moved, &["ann", "ann"])]].concat(),
        "ended before",
    );
    let state = accepted([with(Ended::Unknown), vec![moved]].concat());
    assert_eq!(state.move_at(3).unwrap().failures(), 0);
    assert_eq!(state.home("ann@contoso.com"), Some(LYNC));
}

#[test]
fn a_move_has_no_more_results_than_users() {
    refused(vec![moving("A", 1), results(3, Ended::Skipped, &["ann", "bob"])], "more users");
}

#[test]
fn a_user_who_was_written_ahead_is_in_doubt_until_a_result() {
    let mut events = vec![moving("A", 2), intended(3, &["ann", "bob"])];
    events.push(results(3, Ended::Moved, &["ann"]));
    let state = accepted(events);
    let doubt: Vec<_> = state.move_at(3).unwrap().intended.iter().collect();
    assert_eq!(doubt, ["bob@contoso.com"]);
}

#[test]
fn nothing_of_a_move_comes_after_its_end() {
    let over = vec![moving("A", 2), intended(3, &["ann"]), ended(3)];
    refused([over.clone(), vec![results(3, Ended::Moved, &["ann"])]].concat(), "has ended");
    refused([over, vec![intended(3, &["bob"])]].concat(), "has ended");
}

#[test]
fn after_the_end_only_a_retry_or_a_rollback_goes_on() {
    let over = vec![moving("A", 1), ended(3), Event::Completed, sat(SittingEnd::Completed)];
    let then = |mode, event: Event| [over.clone(), vec![sits(mode), event]].concat();
    refused(then(SittingMode::Forward, done("B", StepKind::Note)), "was completed");
    refused(then(SittingMode::Forward, inverse(3, 1)), "was completed");
    accepted(then(SittingMode::Retry, inverse(3, 1)));
    let state = accepted(then(SittingMode::Rollback, rolls_back(None)));
    assert_eq!(state.status(), Status::Open);
}

#[test]
fn a_run_does_not_complete_before_its_last_step() {
    refused(vec![asked("A", StepKind::Task), Event::Completed], "before the step of record 3");
}

#[test]
fn superseded_steps_answer_no_more_and_their_moves_count() {
    let mut events = vec![done("A", StepKind::Enter), moving("A", 2), intended(4, &["ann"])];
    events.extend([results(4, Ended::Moved, &["ann"]), ended(4), halted()]);
    events.push(superseded(4, Why::Halt));
    let state = accepted(events);
    assert_eq!(state.live().len(), 1);
    let why: Vec<_> = state.history().iter().map(|(step, why)| (step.seq, *why)).collect();
    assert_eq!(why, [(3, None), (4, Some(Why::Halt))]);
    assert_eq!(state.home("ann@contoso.com"), Some(LYNC));
    assert_eq!(state.moved_by(4).len(), 1);
    let users = state.move_at(4).unwrap().users.clone();
    let earlier = |stage| state.earlier_tries(stage, LYNC, &users).map(|it| it.seq).next();
    assert_eq!((earlier("A"), earlier("B")), (Some(4), None));
    assert!(state.halted().is_some());
}

#[test]
fn nothing_beyond_the_end_is_superseded() {
    refused(vec![superseded(3, Why::Halt)], "which there is not");
}

#[test]
fn users_in_doubt_of_a_superseded_move_can_still_be_settled() {
    let mut events = vec![moving("A", 1), intended(3, &["ann"]), superseded(3, Why::Halt)];
    events.extend([results(3, Ended::Moved, &["ann"]), ended(3)]);
    assert_eq!(accepted(events).moved_by(3).len(), 1);
}

#[test]
fn an_inverse_takes_back_whom_nobody_moved_since() {
    let mut events = vec![moving("A", 2), intended(3, &["ann", "bob"])];
    events.extend([results(3, Ended::Moved, &["ann", "bob"]), ended(3)]);
    events.extend([inverse(3, 2), intended(7, &["ann", "bob"])]);
    events.push(results(7, Ended::Moved, &["ann"]));
    let state = accepted(events.clone());
    let left: Vec<_> = state.moved_by(3).iter().map(|it| (it.user, it.from)).collect();
    assert_eq!(left, [("bob@contoso.com", Some(LEGACY))]);
    assert!(!state.move_at(3).unwrap().taken_back);
    events.extend([results(7, Ended::Moved, &["bob"]), Event::SideMoveEnded { begun: 7 }]);
    let state = accepted(events);
    assert!(state.move_at(3).unwrap().taken_back);
    assert_eq!(state.home("bob@contoso.com"), Some(LEGACY));
}

#[test]
fn seeing_a_user_where_an_earlier_move_put_them_changes_nothing() {
    let mut events = vec![moving("A", 1), intended(3, &["ann"])];
    events.extend([results(3, Ended::Moved, &["ann"]), ended(3), moving("B", 1)]);
    events.push(results(7, Ended::AlreadyThere, &["ann"]));
    let state = accepted(events);
    assert_eq!((state.moved_by(3).len(), state.moved_by(7).len()), (1, 0));
}

fn two_stages() -> Vec<Event> {
    vec![
        done("A", StepKind::Enter),
        done("A", StepKind::OnRollback),
        done("A", StepKind::Leave),
        done("B", StepKind::Enter),
        done("B", StepKind::OnRollback),
        moving("B", 1),
        sits(SittingMode::Rollback),
    ]
}

#[test]
fn a_rollback_to_a_stage_takes_that_stage_and_all_after_it() {
    let mut events = two_stages();
    events.extend([rolls_back(Some("B")), ended(8), Event::BlockBegun { armed: 7 }]);
    events.extend([done("rollback of B", StepKind::Note), Event::BlockEnded { armed: 7 }]);
    let state = accepted([events.clone(), vec![Event::RollbackEnded]].concat());
    assert_eq!(state.live().last().map(|step| step.seq), Some(5));
    assert_eq!(state.status(), Status::Open);
    assert!(state.move_at(8).unwrap().taken_back);
    assert_eq!(state.history().len(), 7);
    refused([events, vec![Event::BlockBegun { armed: 4 }]].concat(), "that is taken back");
}

#[test]
fn a_rollback_of_everything_ends_the_run() {
    let mut events = two_stages();
    events.extend([rolls_back(None), ended(8)]);
    refused([events.clone(), vec![Event::RollbackEnded]].concat(), "before the block of record 4");
    for armed in [7, 4] {
        events.extend([Event::BlockBegun { armed }, Event::BlockEnded { armed }]);
    }
    events.push(Event::RollbackEnded);
    assert_eq!(accepted(events.clone()).status(), Status::RolledBack);
    accepted([events.clone(), vec![sat(SittingEnd::Completed)]].concat());
    refused([events, vec![sits(SittingMode::Forward)]].concat(), "was rolled back");
}

#[test]
fn in_a_rollback_steps_belong_to_the_block_that_runs() {
    let mut events = two_stages();
    events.push(rolls_back(None));
    refused([events.clone(), vec![done("A", StepKind::Note)]].concat(), "outside its blocks");
    refused([events.clone(), vec![Event::Completed]].concat(), "in a rollback");
    events.extend([Event::BlockBegun { armed: 7 }, done("rollback of B", StepKind::Note)]);
    let state = accepted(events.clone());
    assert_eq!(state.rollback().unwrap().block_steps.len(), 1);
    assert_eq!(state.live().len(), 6);
    refused([events.clone(), vec![Event::BlockBegun { armed: 4 }]].concat(), "another one runs");
    accepted([events, vec![Event::BlockBegun { armed: 7 }]].concat());
}

#[test]
fn a_block_ends_only_if_it_began() {
    let events = [two_stages(), vec![rolls_back(None), Event::BlockEnded { armed: 7 }]].concat();
    refused(events, "does not run");
}

#[test]
fn a_rollback_can_be_widened_and_not_narrowed() {
    let wide = [two_stages(), vec![rolls_back(None), rolls_back(Some("B"))]].concat();
    refused(wide, "asks for less");
    let narrow = [two_stages(), vec![rolls_back(Some("B")), rolls_back(None)]].concat();
    assert_eq!(accepted(narrow).rollback().unwrap().from_seq, 1);
    refused([two_stages(), vec![rolls_back(Some("C"))]].concat(), "was not entered");
}

#[test]
fn a_point_of_no_return_holds_from_the_first_effect_that_cannot_be_undone() {
    let mut events = vec![asked("A", StepKind::PointOfNoReturn)];
    assert!(accepted(events.clone()).point_of_no_return().is_none());
    assert_eq!(accepted(events.clone()).waiting().map(|step| step.seq), Some(3));
    events.extend([answered(3, true), done("A", StepKind::Note)]);
    assert!(accepted(events.clone()).point_of_no_return().unwrap().in_force.is_none());
    events.extend([done("A", StepKind::Command), superseded(6, Why::Halt)]);
    let state = accepted(events);
    assert_eq!(state.point_of_no_return().unwrap().in_force.map(|step| step.seq), Some(6));
}
