//! One user's trouble at a time.

use super::stage::*;
use crate::journal::{Ended, Event};
use crate::run::mover::MoveEnd;
use std::time::Duration;

#[tokio::test]
async fn everybody_is_moved_once_with_at_most_parallel_at_once() {
    let mut stage = Stage::new(2_000).await;
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!(stage.counts(begun), [("moved", 2_000)].into());
    let system = stage.driver.state.lock().unwrap();
    assert!(system.changes.len() == 2_000 && system.changes.values().all(|&times| times == 1));
    assert_eq!(system.most_at_once, 4);
    assert_eq!(stage.view.homes().users_on(1).len(), 2_000, "the run's homes follow");
}

#[tokio::test]
async fn a_user_who_is_busy_twice_is_moved_at_the_third_try() {
    let mut stage = Stage::new(3).await;
    stage.script(1, &[Act::Busy, Act::Busy]);
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!((stage.result(begun, 1).how, stage.result(begun, 1).tries), (Ended::Moved, 3));
}

#[tokio::test]
async fn retries_are_spent_once_and_the_last_reason_is_kept() {
    let mut stage = Stage::new(1).await;
    stage.script(0, &[Act::Busy; 9]);
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!(failed(stage.result(begun, 0)), "replication runs (after 4 tries)");
    assert_eq!(stage.result(begun, 0).tries, 4);
}

#[tokio::test]
async fn a_refusal_is_final() {
    let mut stage = Stage::new(1).await;
    stage.script(0, &[Act::Refuse]);
    let begun = stage.begin(0).await;
    stage.run(begun).await;
    assert_eq!(failed(stage.result(begun, 0)), "no licence");
    assert_eq!(stage.result(begun, 0).tries, 1);
}

#[tokio::test]
async fn silence_after_the_deed_is_a_move_and_is_not_repeated() {
    let mut stage = Stage::new(1).await;
    stage.script(0, &[Act::MoveSilently]);
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!((stage.result(begun, 0).how, stage.result(begun, 0).tries), (Ended::Moved, 1));
}

#[tokio::test]
async fn silence_without_the_deed_is_tried_again() {
    let mut stage = Stage::new(2).await;
    stage.script(0, &[Act::Silence]);
    stage.script(1, &[Act::Silence; 9]);
    let begun = stage.begin(0).await;
    stage.run(begun).await;
    assert_eq!((stage.result(begun, 0).how, stage.result(begun, 0).tries), (Ended::Moved, 2));
    let why = failed(stage.result(begun, 1));
    assert!(why.contains("did not answer within 30s; the user still lives on"), "{why}");
}

#[tokio::test]
async fn a_driver_that_says_done_and_did_nothing_is_found_out() {
    let mut stage = Stage::new(1).await;
    stage.script(0, &[Act::Lie; 9]);
    let begun = stage.begin(0).await;
    stage.run(begun).await;
    let why = failed(stage.result(begun, 0));
    assert!(why.starts_with("the system reported the move, and the user still lives on"), "{why}");
}

#[tokio::test]
async fn a_user_whom_somebody_else_moved_fails_by_name_of_the_pool_unless_it_is_the_target() {
    let mut stage = Stage::new(2).await;
    stage.script(0, &[Act::Overtaken(OTHER)]);
    stage.script(1, &[Act::Overtaken(LYNC)]);
    let begun = stage.begin(0).await;
    stage.run(begun).await;
    let result = stage.result(begun, 0);
    assert_eq!(failed(result), "someone else moved the user to `lyncpool02.contoso.com` meanwhile");
    assert_eq!(result.home.as_deref(), Some(OTHER));
    assert_eq!(stage.view.homes().pool_of(0), Some(2), "the run learns where they are");
    assert_eq!(stage.result(begun, 1).how, Ended::AlreadyThere);
    assert!(stage.journal.state().moved_by(begun).is_empty(), "an undo must not touch either");
}

#[tokio::test]
async fn a_server_that_goes_down_pauses_the_move_and_charges_nobody() {
    let mut stage = Stage::new(40).await;
    stage.script(5, &[Act::Down(3)]);
    stage.script(6, &[Act::MoveThenDown(2)]);
    stage.options.retries = 0;
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!(stage.counts(begun), [("moved", 40)].into());
    let pauses = stage.events(|event| matches!(event, Event::Paused { .. })).await;
    let resumes = stage.events(|event| matches!(event, Event::Resumed { .. })).await;
    assert!(pauses >= 1 && pauses == resumes, "{pauses} pauses, {resumes} resumes");
}

#[tokio::test]
async fn a_server_that_stays_away_ends_the_sitting_and_the_move_goes_on_in_the_next() {
    let mut stage = Stage::new(40).await;
    stage.script(5, &[Act::MoveThenDown(u32::MAX)]);
    let begun = stage.begin(0).await;
    let end = stage.run(begun).await;
    let down = MoveEnd::ServerDown { server: LYNC.into(), why: "connection refused".into() };
    assert_eq!(end, down);
    assert_eq!(stage.result(begun, 5).how, Ended::Unknown, "asked, and nobody can read back");
    assert!(stage.record(begun).ended.is_none() && stage.record(begun).paused.is_some());

    stage.driver.state.lock().unwrap().down = 0;
    assert_eq!(stage.run(begun).await, all_done());
    assert_eq!(stage.counts(begun), [("moved", 40)].into());
    assert_eq!(stage.driver.state.lock().unwrap().changes[&name(5)], 1);
}

#[tokio::test]
async fn a_server_that_comes_and_goes_with_nobody_moved_between_counts_as_away() {
    let mut stage = Stage::new(1).await;
    stage.script(0, &vec![Act::Down(0); 10_000]);
    stage.options.server_patience = Duration::from_mins(2);
    let begun = stage.begin(0).await;
    assert!(matches!(stage.run(begun).await, MoveEnd::ServerDown { .. }));
    assert!(stage.driver.state.lock().unwrap().asked.len() < 20);
    assert!(stage.record(begun).results.is_empty(), "nobody is charged");
}

#[tokio::test]
async fn a_window_is_refused_before_anything_moves() {
    let mut stage = Stage::new(1).await;
    stage.options.within = Some("Sat 22:00-06:00".into());
    let begun = stage.begin(0).await;
    let mut cx = crate::run::mover::MoveContext {
        journal: &mut stage.journal,
        world: &stage.world,
        view: &stage.view,
        stop: &stage.driver.stop,
        observer: &crate::run::Silent,
    };
    let refused = crate::run::mover::run_move(&mut cx, begun, &stage.options).await.unwrap_err();
    assert_eq!(refused.code, crate::diagnostic::codes::MOVE_WINDOW);
    assert!(stage.driver.state.lock().unwrap().asked.is_empty());
}
