//! Kills: the run dies at every point at which dying could matter, is taken up again, and ends as if
//! nothing had happened.
//!
//! The training ground keeps its own record of every move, so "exactly once" is counted where it
//! happens and not where the run believes it.

use crate::organisation::{CURRENT, LEGACY, POOLS, organisation};
use crate::project::TestProject;
use sidle::embedded::Ground;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

/// Every kind of effect: probes, an approval, a move in two parts, a block, a wait, a command, a soak, a
/// note and a retirement.
const RUNBOOK: &str = r#"
stage "Check" {
    require check "front ends" { [probe::service(legacy, "Front End"), probe::service(lync, "Front End")] };
}
stage "Pilot" {
    let group = legacy.users.first(3);
    approve("move them?");
    on_rollback { note("the pilot is back"); }
    require group.move_to(lync, #{ parallel: 2 });
    require soak("2h", "1h", || check "sign-in" { probe::sip_register(lync.users) });
}
stage "Rest" {
    command("touch-again");
    require legacy.users.move_to(lync, #{ parallel: 2 });
    note("all moved");
}
"#;

const RETIRE: &str = r#"
stage "Retire" { legacy.retire(); }
"#;

fn small(retire: bool) -> TestProject {
    let retire = if retire { RETIRE } else { "" };
    organisation(8, &format!("{POOLS}{RUNBOOK}{retire}"))
}

/// Runs a command that dies at the fault; `None` if it ended by itself, with its exit code.
fn dies(project: &TestProject, args: &[&str], fault: &str) -> Option<i32> {
    let output = project.command(args).env("SIDLE_FAULT", fault).output().unwrap();
    output.status.code()
}

/// Runs a command to its end.
fn ends(project: &TestProject, args: &[&str]) {
    let told = project.run(args);
    assert!(told.ends_with("[exit 0]"), "{told}");
}

/// How often each user was moved, by the training ground's own record.
fn moves(project: &TestProject) -> BTreeMap<String, Vec<String>> {
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (user, _, to) in history(project) {
        all.entry(user).or_default().push(to);
    }
    all
}

fn history(project: &TestProject) -> Vec<(String, String, String)> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let ground = Ground::open_existing(project.folder()).await.unwrap();
        ground.history().await.unwrap()
    })
}

/// Everybody went through exactly these pools.
fn assert_each_went(project: &TestProject, way: &[&str], users: usize, when: &str) {
    let moves = moves(project);
    assert_eq!(moves.len(), users, "{when}: users who moved");
    for (user, went) in moves {
        assert_eq!(went, way, "{when}: {user}");
    }
}

const POINTS: &[&str] =
    &["journal.before_commit", "journal.after_commit", "effect.before", "effect.after"];

/// Kills `args` at each passing of each point, from 1 until it ends by itself, each time on a new
/// folder that `prepare` has brought to its start.
fn sweep(prepare: impl Fn() -> TestProject, args: &[&str], check: impl Fn(&TestProject, &str)) {
    for point in POINTS {
        let mut kills = 0;
        for passing in 1..400 {
            let project = prepare();
            let fault = format!("{point}:{passing}");
            if let Some(code) = dies(&project, args, &fault) {
                assert_eq!(code, 0, "{fault}: without the fault the run ends well");
                break;
            }
            kills += 1;
            ends(&project, args);
            check(&project, &fault);
        }
        assert!(kills >= 3, "{point} was passed {kills} times");
    }
}

#[test]
fn a_run_killed_at_any_record_or_effect_ends_as_if_it_had_not_been() {
    sweep(
        || small(true),
        &["run", "--rehearse"],
        |project, fault| {
            assert_each_went(project, &[CURRENT], 8, fault);
            let (_, status) = project.json(&["status"]);
            assert_eq!(status["run"]["status"], "completed", "{fault}: {status:#}");
        },
    );
}

#[test]
fn a_rollback_killed_at_any_record_or_effect_brings_everybody_back_once() {
    let moved = || {
        let project = small(false);
        ends(&project, &["run", "--rehearse"]);
        project
    };
    sweep(moved, &["rollback", "--accept-losses"], |project, fault| {
        assert_each_went(project, &[CURRENT, LEGACY], 8, fault);
    });
}

#[test]
fn after_a_rollback_that_was_killed_everybody_goes_forward_again_once() {
    for point in POINTS {
        for passing in [1, 4, 9] {
            let project = small(false);
            ends(&project, &["run", "--rehearse"]);
            let fault = format!("{point}:{passing}");
            dies(&project, &["rollback", "--to", "Pilot", "--accept-losses"], &fault);
            // Goes on with it; or says that there is nothing left to take back.
            project.run(&["rollback", "--to", "Pilot", "--accept-losses"]);
            if dies(&project, &["run", "--rehearse"], &fault).is_none() {
                ends(&project, &["run", "--rehearse"]);
            }
            assert_each_went(&project, &[CURRENT, LEGACY, CURRENT], 8, &fault);
        }
    }
}

/// A number generator good enough to choose instants; seeded, so a failure can be repeated.
struct Instants(u64);

impl Instants {
    fn next(&mut self, most: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[test]
fn a_large_run_killed_at_two_hundred_random_instants_moves_everybody_once() {
    const USERS: usize = 3000;
    let waves = r"
        let number = 0;
        for part in legacy.users.split(150) {
            number += 1;
            stage `Wave ${number}` { require part.move_to(lync, #{ parallel: 8 }); }
        }
    ";
    let mut instants = Instants(20_130_228);
    let mut kills = 0;
    while kills < 200 {
        let project = organisation(USERS, &format!("{POOLS}{waves}"));
        loop {
            let mut run = project.command(&["run", "--quiet"]);
            let killed = killed_after(&mut run, Duration::from_millis(20 + instants.next(160)));
            kills += usize::from(killed);
            if !killed || kills >= 200 {
                break;
            }
        }
        ends(&project, &["run"]);
        assert_each_went(&project, &[CURRENT], USERS, &format!("after {kills} kills"));
    }
}

/// Starts a command and kills it (SIGKILL) after `time`, unless it has ended by then.
fn killed_after(command: &mut Command, time: Duration) -> bool {
    let quiet = || std::process::Stdio::null();
    let mut child = command.stdout(quiet()).stderr(quiet()).spawn().unwrap();
    std::thread::sleep(time);
    if child.try_wait().unwrap().is_some() {
        return false;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

#[test]
fn a_full_disk_stops_the_run_before_the_next_effect() {
    for commit in 1..12 {
        let project = small(true);
        let fault = format!("disk_full:{commit}");
        let output =
            project.command(&["run", "--rehearse"]).env("SIDLE_FAULT", &fault).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{fault}: {}", project.told(&output));
        ends(&project, &["run", "--rehearse"]);
        assert_each_went(&project, &[CURRENT], 8, &fault);
    }
}
