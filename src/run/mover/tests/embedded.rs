//! Moves on the training ground and on the simulation.

use super::stage::*;
use crate::driver::{EmbeddedDriver, contract};
use crate::embedded::{Ground, Initial};
use crate::journal::Ended;
use crate::run::simulation::SimDriver;
use crate::topology::{Flag, TextColumn, UserRow, Users, View};
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_training_ground_is_moved_with_a_locked_user_and_a_stopped_front_end() {
    let names: Vec<String> = (0..1_000).map(name).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let folder = tempfile::tempdir().unwrap();
    let ground = Ground::filled(folder.path(), &Initial::with_users(&names)).await.unwrap();
    ground.lock_user(&name(9)).await.unwrap();
    ground.stop_service(LYNC, "Front End").await.unwrap();
    let driver = Arc::new(EmbeddedDriver::new(ground.clone()));
    let mut stage = Stage::with_driver(1_000, driver).await;
    stage.world.clock = Arc::new(crate::clock::SystemClock);
    stage.options.parallel = 32;
    let begun = stage.begin(0).await;
    let mend = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        ground.start_service(LYNC, "Front End").await.unwrap();
    };
    let ((), end) = tokio::join!(mend, stage.run(begun));
    let why = failed(stage.result(begun, 9)).to_owned();
    assert_eq!(why, "the user is locked in the directory");
    let crate::run::mover::MoveEnd::Finished { not_started, .. } = end else { panic!("{end:?}") };
    let moved = stage.counts(begun)["moved"];
    assert_eq!(moved + 1 + usize::try_from(not_started.len()).unwrap(), 1_000);
    assert_eq!(ground.remaining(LYNC).await.unwrap().len(), moved);

    // Nobody may fail: the rest waits for a retry, which finds the user unlocked.
    ground.unlock_user(&name(9)).await.unwrap();
    let end = crate::run::mover::MoveEnd::Finished { not_started, why: String::new() };
    stage.end_and_supersede(begun, end).await;
    let again = stage.begin(0).await;
    assert_eq!(stage.run(again).await, all_done());
    assert_eq!(ground.remaining(OCS).await.unwrap().len(), 0);
}

fn view(rows: &[UserRow]) -> View {
    let mut topology = topology(0);
    topology.users = Users::from_rows("users.csv", rows);
    View::new(topology)
}

fn user(address: &str, home: Option<u16>) -> UserRow {
    UserRow { address: address.into(), home, flags: vec![Flag::Enabled], ..UserRow::default() }
}

#[tokio::test]
async fn the_simulation_keeps_the_contract_of_drivers() {
    let view = view(&[user("ann@contoso.com", Some(0)), user("bob@contoso.com", Some(0))]);
    contract::holds(&SimDriver::new(view, Arc::default())).await;
}

#[tokio::test]
async fn preflight_skips_with_a_reason_and_asks_the_driver_for_nobody_skipped() {
    let text = |column, text: &str| vec![(column, text.to_owned())];
    let rows = [
        user(&name(0), Some(0)),
        user(&name(1), Some(1)),
        UserRow { flags: Vec::new(), ..user(&name(2), Some(0)) },
        UserRow { texts: text(TextColumn::MovingTo, OTHER), ..user(&name(3), Some(0)) },
        UserRow { texts: text(TextColumn::MovingTo, LYNC), ..user(&name(4), Some(0)) },
        UserRow { flags: vec![Flag::Enabled, Flag::EdgeSpaces], ..user(&name(5), Some(0)) },
        user(&name(6), None),
    ];
    let mut stage = Stage::new(7).await;
    stage.view = view(&rows);
    let begun = stage.begin(0).await;
    assert_eq!(stage.run(begun).await, all_done());
    let ended = |user| (stage.result(begun, user).how, stage.result(begun, user).why.as_str());
    assert_eq!(ended(0), (Ended::Moved, ""));
    assert_eq!(ended(1), (Ended::AlreadyThere, "lives on `lyncpool01.contoso.com` already"));
    assert_eq!(ended(2), (Ended::Skipped, "not enabled"));
    let moving = "a move to `lyncpool02.contoso.com` is under way elsewhere";
    assert_eq!(ended(3), (Ended::Skipped, moving));
    assert_eq!(ended(4), (Ended::Moved, ""));
    assert!(ended(5).1.starts_with("a space stands before or after"), "{:?}", ended(5));
    assert_eq!(ended(6), (Ended::Skipped, "lives on no pool of the topology"));
    assert_eq!(stage.driver.state.lock().unwrap().asked.len(), 2);
}
