//! Stops, crashes, and moves that take over from others.

use super::stage::*;
use crate::journal::{Ended, Event, Recorded, SideMove};
use crate::run::Stop;
use crate::run::mover::MoveEnd;
use roaring::RoaringBitmap;

#[tokio::test]
async fn a_stop_lets_those_in_flight_finish_and_the_next_sitting_moves_the_rest() {
    let mut stage = Stage::new(1_500).await;
    stage.script(700, &[Act::StopThenMove]);
    stage.script(701, &[Act::Busy; 3]);
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, MoveEnd::Stopped { why: "Ctrl-C".into() });
    let moved = stage.record(begun).results.len();
    assert!((700..710).contains(&moved), "{moved} were moved");
    let asked = stage.driver.state.lock().unwrap().changes.len();
    assert_eq!(moved, asked, "whoever was asked and moved is recorded");

    let system = std::mem::take(&mut *stage.driver.state.lock().unwrap());
    let next = Scripted { state: system.into(), stop: Stop::default() };
    stage.driver = std::sync::Arc::new(next);
    stage.world.driver = stage.driver.clone();
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!(stage.counts(begun), [("moved", 1_500)].into());
    let system = stage.driver.state.lock().unwrap();
    assert!(system.changes.values().all(|&times| times == 1), "nobody is moved twice");
}

#[tokio::test]
async fn those_in_doubt_after_a_crash_are_read_back_before_anybody_is_asked() {
    let mut stage = Stage::new(6).await;
    let begun = stage.begin(3).await;
    let users = (0..4).map(name).collect();
    stage.append(Event::Intended { begun, users }).await;
    {
        let mut system = stage.driver.state.lock().unwrap();
        system.homes.insert(name(0), LYNC.into());
        system.homes.insert(name(1), OTHER.into());
        system.homes.remove(&name(2));
    }
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!((stage.result(begun, 0).how, stage.result(begun, 0).tries), (Ended::Moved, 0));
    assert!(failed(stage.result(begun, 1)).contains(OTHER));
    assert_eq!(failed(stage.result(begun, 2)), "the user is gone from the system");
    let asked = stage.driver.state.lock().unwrap().asked.clone();
    assert_eq!(asked.len(), 3, "only those who were still at the source: {asked:?}");
    let intents = stage.events(|event| matches!(event, Event::Intended { .. })).await;
    assert_eq!(intents, 2, "those in doubt are not intended again");
}

#[tokio::test]
async fn settling_only_records_who_was_moved_and_starts_nobody() {
    let mut stage = Stage::new(6).await;
    let begun = stage.begin(0).await;
    stage.append(Event::Intended { begun, users: (0..3).map(name).collect() }).await;
    stage.driver.state.lock().unwrap().homes.insert(name(1), LYNC.into());
    stage.options.settle_only = true;
    let MoveEnd::Finished { not_started, .. } = stage.run(begun).await else { panic!() };
    assert_eq!(not_started, RoaringBitmap::from([0, 2, 3, 4, 5]));
    assert_eq!(stage.counts(begun), [("moved", 1)].into());
    assert!(stage.driver.state.lock().unwrap().asked.is_empty());
}

#[tokio::test]
async fn a_move_asked_for_again_tries_the_failed_first_and_takes_over_their_count() {
    let mut stage = Stage::new(50).await;
    for user in [20, 30] {
        stage.script(user, &[Act::Refuse, Act::Refuse]);
    }
    stage.options.parallel = 1;
    let first = stage.begin(1).await;
    let end = stage.run(first).await;
    let MoveEnd::Finished { not_started, why } = &end else { panic!("{end:?}") };
    assert_eq!(not_started.len(), 19);
    assert_eq!(why, "the error budget is spent: 2 failures, 1 allowed");
    stage.end_and_supersede(first, end).await;

    // Both fail again: the budget stays spent, so nobody new is started.
    let second = stage.begin(1).await;
    let asked_before = stage.driver.state.lock().unwrap().asked.len();
    let end = stage.run(second).await;
    assert_eq!(stage.driver.state.lock().unwrap().asked[asked_before..], [name(20), name(30)]);
    assert_eq!(stage.counts(second), [("already there", 29), ("failed", 2)].into());
    stage.end_and_supersede(second, end).await;

    // Now they go well: the rest follows.
    let third = stage.begin(1).await;
    assert_eq!(stage.run(third).await, all_done());
    assert_eq!(stage.counts(third), [("already there", 29), ("moved", 21)].into());
}

#[tokio::test]
async fn a_user_in_doubt_in_a_superseded_move_counts_as_moved_by_the_run_when_found_at_the_target()
{
    let mut stage = Stage::new(2).await;
    let first = stage.begin(0).await;
    stage.append(Event::Intended { begun: first, users: vec![name(0)] }).await;
    stage.driver.state.lock().unwrap().homes.insert(name(0), LYNC.into());
    let outcome = Recorded::Moved { not_started: RoaringBitmap::new(), why: String::new() };
    stage.append(Event::StepEnded { begun: first, outcome }).await;
    stage.append(Event::Superseded { from: first, why: crate::journal::Why::Halt }).await;
    let second = stage.begin(0).await;
    assert_eq!(stage.run(second).await, all_done());
    assert_eq!(stage.counts(second), [("moved", 2)].into());
    assert_eq!(stage.journal.state().moved_by(second).len(), 2, "an undo takes both back");
}

#[tokio::test]
async fn an_inverse_takes_the_moved_back_and_a_retry_moves_whom_the_first_left() {
    let mut stage = Stage::new(10).await;
    stage.script(3, &[Act::Refuse]);
    let first = stage.begin(10).await;
    let end = stage.run(first).await;
    let MoveEnd::Finished { not_started, why } = end else { panic!() };
    let outcome = Recorded::Moved { not_started, why };
    stage.append(Event::StepEnded { begun: first, outcome }).await;

    let retry = stage.begin_beside(SideMove::Retry(first), [3].into(), LYNC).await;
    assert_eq!(stage.run(retry).await, all_done());
    assert_eq!(stage.counts(retry), [("moved", 1)].into());
    stage.append(Event::SideMoveEnded { begun: retry }).await;

    let moved = (0..10).filter(|user| *user != 3).collect();
    let inverse = stage.begin_beside(SideMove::Inverse(first), moved, OCS).await;
    assert_eq!(stage.run(inverse).await, all_done());
    stage.append(Event::SideMoveEnded { begun: inverse }).await;
    assert_eq!(stage.counts(inverse), [("moved", 9)].into());
    assert!(stage.record(first).taken_back);
    let homes = stage.view.homes();
    assert_eq!((homes.users_on(0).len(), homes.users_on(1).len()), (9, 1));
}

#[tokio::test]
async fn a_move_can_run_on_any_thread() {
    let mut stage = Stage::new(1).await;
    let begun = stage.begin(0).await;
    let run: std::pin::Pin<Box<dyn Future<Output = MoveEnd> + Send + '_>> =
        Box::pin(stage.run(begun));
    assert_eq!(run.await, all_done());
}

#[tokio::test]
async fn nothing_is_asked_for_once_the_journal_has_failed() {
    let mut stage = Stage::new(5).await;
    let begun = stage.begin(0).await;
    let illegal = vec![Event::Resumed { begun }];
    assert!(stage.journal.submit(jiff::Timestamp::now(), illegal).is_err());
    let mut cx = crate::run::mover::MoveContext {
        journal: &mut stage.journal,
        world: &stage.world,
        view: &stage.view,
        stop: &stage.driver.stop,
        observer: &crate::run::Silent,
    };
    assert!(crate::run::mover::run_move(&mut cx, begun, &stage.options).await.is_err());
    assert!(stage.driver.state.lock().unwrap().asked.is_empty());
}
