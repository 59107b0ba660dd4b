//! The budget under any mix of answers.

use super::stage::*;
use crate::journal::Ended;
use crate::run::mover::MoveEnd;
use proptest::prelude::*;

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => Just(Act::Refuse),
        2 => Just(Act::Busy),
        2 => Just(Act::Silence),
        1 => Just(Act::MoveSilently),
        2 => Just(Act::Lie),
        1 => Just(Act::Overtaken(OTHER)),
        1 => Just(Act::Overtaken(LYNC)),
        1 => Just(Act::Down(2)),
        1 => Just(Act::MoveThenDown(1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn failures_never_exceed_the_budget_by_more_than_parallel_and_everybody_has_one_outcome(
        acts in prop::collection::vec(prop::option::of(prop::collection::vec(act(), 1..6)), 1..80),
        allowed in 0_u64..6,
        parallel in 1_usize..9,
        retries in 0_u32..3,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let users = u32::try_from(acts.len()).unwrap();
            let mut stage = Stage::new(users).await;
            (stage.options.parallel, stage.options.retries) = (parallel, retries);
            for (user, acts) in (0..).zip(&acts) {
                stage.script(user, acts.as_deref().unwrap_or_default());
            }
            let begun = stage.begin(allowed).await;
            let MoveEnd::Finished { not_started, .. } = stage.run(begun).await else {
                panic!("neither stopped nor down for long");
            };
            let record = stage.record(begun);
            assert!(record.failures() <= allowed + parallel as u64, "{} failures", record.failures());
            assert!(not_started.is_empty() || record.failures() > allowed);
            assert_eq!(record.results.len() as u64 + not_started.len(), u64::from(users));
            let system = stage.driver.state.lock().unwrap();
            assert!(system.changes.values().all(|&times| times == 1), "somebody was moved twice");
            for user in 0..users {
                let at_target = system.homes[&name(user)] == LYNC;
                let how = record.results.get(&name(user)).map(|(_, result)| result.how);
                assert_eq!(how.is_none(), not_started.contains(user));
                let said = matches!(how, Some(Ended::Moved | Ended::AlreadyThere));
                assert_eq!(said, at_target, "user {user} ended {how:?}");
            }
        });
    }
}

#[tokio::test]
async fn with_no_failure_allowed_at_most_parallel_users_fail() {
    let mut stage = Stage::new(100).await;
    for user in 0..100 {
        stage.script(user, &[Act::Refuse]);
    }
    let begun = stage.begin(0).await;
    let MoveEnd::Finished { not_started, why } = stage.run(begun).await else { panic!() };
    let failures = stage.record(begun).failures();
    assert!((1..=4).contains(&failures), "{failures} failures");
    assert_eq!(not_started.len(), 100 - failures);
    assert!(why.starts_with("the error budget is spent: "), "{why}");
}
