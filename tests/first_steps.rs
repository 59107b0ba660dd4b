//! The runbook and the policies of `scripts/first-steps`, evaluated against a world that the test
//! steers: each branch of the policies leads where its words say.

use crate::tree::top;
use jiff::Timestamp;
use sidle::config::Limits;
use sidle::journal::{
    Effect, Ended, Evidence, MoveOutcome, Outcome, Reply, Request, UserResult, Verdict,
};
use sidle::script::{self, Core, Folder, Host, Mode, Sources};
use sidle::topology::{
    Generation, Pool, Service, Site, TextColumn, Topology, UserRow, Users, View,
};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Answers everything well, but for what the test names.
struct World {
    view: View,
    /// A probe that answers badly once this stage is entered.
    bad: Option<(&'static str, &'static str)>,
    /// How many users of each move fail.
    failing: usize,
    stage: Mutex<String>,
    told: Mutex<Vec<String>>,
}

impl Host for World {
    fn request(&self, request: Request) -> Reply {
        match request {
            Request::Enter { stage, .. } => {
                self.tell(format!("enter {stage}"));
                *self.stage.lock().unwrap() = stage;
                Reply::Ok
            }
            Request::Checked(check) => {
                Reply::Verdict { verdict: check.verdict, why: check.why.clone(), accepted: None }
            }
            Request::Accepted { .. } => Reply::Flag(false),
            // How a halt is worded is shown elsewhere.
            Request::Halt(_) => Reply::Stop,
            Request::Now => Reply::Time(noon()),
            Request::Effect { effect, .. } => Reply::Outcome(self.effect(&effect)),
            _ => Reply::Ok,
        }
    }
}

fn noon() -> Timestamp {
    Timestamp::constant(1_362_009_600, 0)
}

impl World {
    fn tell(&self, line: String) {
        self.told.lock().unwrap().push(line);
    }

    fn effect(&self, effect: &Effect) -> Outcome {
        if !matches!(effect, Effect::Probe(_)) {
            self.tell(effect.shown());
        }
        match effect {
            Effect::Probe(call) => {
                let stage = self.stage.lock().unwrap().clone();
                let bad =
                    self.bad.is_some_and(|(kind, at)| kind == call.kind && stage.starts_with(at));
                let evidence = |target: &Vec<String>| Evidence {
                    source: call.kind.clone(),
                    target: target.join(" "),
                    asked: "is it well?".into(),
                    value: Some(!bad),
                    answer: if bad { "it is stopped" } else { "well" }.into(),
                    at: noon(),
                    latency_ms: 1,
                    fresh_for_s: 900,
                    assumed: false,
                    who: None,
                };
                Outcome::Evidence(call.targets.iter().map(evidence).collect())
            }
            Effect::Move(call) => {
                let topology = self.view.topology();
                let to = topology.pool(&call.to);
                let mut results = Vec::new();
                for (at, user) in call.users.iter().enumerate() {
                    let how = if at < self.failing { Ended::Failed } else { Ended::Moved };
                    if how == Ended::Moved {
                        self.view.change_homes(|homes| homes.set(user, to));
                    }
                    let result = UserResult {
                        user: topology.users.address(user).to_owned(),
                        how,
                        why: String::new(),
                        from: None,
                        home: None,
                        tries: 1,
                    };
                    results.push((user, result));
                }
                let base = results.len() as u64;
                let took = Duration::from_mins(1);
                let to = call.to.clone();
                // Failures are within every budget here: what follows is the policy's.
                Outcome::Moved(Arc::new(MoveOutcome {
                    begun: 1,
                    to,
                    results,
                    allowed: base,
                    base,
                    took,
                    movable: call.movable,
                }))
            }
            Effect::Soak(_) | Effect::Poll(_) => {
                Outcome::Timed { verdict: Verdict::Pass, why: String::new(), evidence: Vec::new() }
            }
            Effect::Undo { .. } => Outcome::Moved(Arc::new(MoveOutcome::default())),
            _ => Outcome::Done,
        }
    }
}

fn pool(fqdn: &str, product: &str, generation: Generation) -> Pool {
    Pool {
        fqdn: fqdn.into(),
        product: product.into(),
        generation,
        role: "front end".into(),
        ..Pool::default()
    }
}

/// Two pools, and 40 users on the legacy one, of whom four volunteered.
fn topology() -> Topology {
    let rows: Vec<UserRow> = (0..40)
        .map(|at| UserRow {
            address: format!("user{at:02}@contoso.com"),
            home: Some(0),
            texts: vec![(TextColumn::Title, if at == 0 { "CEO" } else { "Engineer" }.into())],
            groups: if at < 5 { vec!["lync-pilot".into()] } else { Vec::new() },
            ..UserRow::default()
        })
        .collect();
    let service = |pool, fqdn: &str| Service {
        name: "Front End".into(),
        fqdn: fqdn.into(),
        pool: Some(pool),
        ports: vec![5061],
        depends_on: Vec::new(),
    };
    Topology {
        organisation: "Contoso".into(),
        sites: vec![Site { name: "Seoul".into(), kind: "central".into() }],
        pools: vec![
            pool("ocspool01.contoso.com", "OCS 2007 R2", Generation::Legacy),
            pool("lyncpool01.contoso.com", "Lync Server 2013", Generation::Current),
        ],
        services: vec![service(0, "ocspool01.contoso.com"), service(1, "lyncpool01.contoso.com")],
        users: Users::from_rows("users.csv", &rows),
        ..Topology::default()
    }
}

/// Evaluates the runbook and returns what it asked for, and how it ended.
fn evaluated(bad: Option<(&'static str, &'static str)>, failing: usize) -> String {
    let view = View::new(topology());
    let world = Arc::new(World {
        view: view.clone(),
        bad,
        failing,
        stage: Mutex::default(),
        told: Mutex::default(),
    });
    let core = Core::new(world.clone(), view);
    let sources: Arc<dyn Sources> = Arc::new(Folder::new(top().join("scripts/first-steps")));
    let ended = script::evaluate(&core, &sources, "runbook.rhai", Limits::default(), Mode::Run);
    let mut told = world.told.lock().unwrap().clone();
    told.push(match ended {
        script::Ended::Finished => "finished".to_owned(),
        script::Ended::Stopped => "stopped".to_owned(),
        script::Ended::Halted(_) => "halted".to_owned(),
        script::Ended::Failed(findings) => {
            let all: Vec<String> = findings.0.iter().map(ToString::to_string).collect();
            format!("failed: {}", all.join("; "))
        }
    });
    told.join("\n")
}

#[test]
fn it_reads_without_a_finding() {
    let sources: Arc<dyn Sources> = Arc::new(Folder::new(top().join("scripts/first-steps")));
    let findings = script::check_scripts(&sources, "runbook.rhai");
    assert!(findings.0.is_empty(), "{findings:?}");
}

#[test]
fn when_all_is_well_everybody_moves_and_the_old_pool_is_retired() {
    insta::assert_snapshot!(evaluated(None, 0), @r#"
    enter Coexistence
    enter Pilot
    approve "Move 4 pilot users to lyncpool01.contoso.com?"
    move 4 users to `lyncpool01.contoso.com`
    soak 30d, every 1d
    enter Production
    enter Production / Wave 1
    move 9 users to `lyncpool01.contoso.com`
    note "Wave 1: 9 users moved, nobody failed"
    enter Production / Wave 2
    move 9 users to `lyncpool01.contoso.com`
    note "Wave 2: 9 users moved, nobody failed"
    enter Production / Wave 3
    move 9 users to `lyncpool01.contoso.com`
    note "Wave 3: 9 users moved, nobody failed"
    enter Production / Wave 4
    move 9 users to `lyncpool01.contoso.com`
    note "Wave 4: 9 users moved, nobody failed"
    enter Retire
    point of no return: ocspool01.contoso.com is removed
    retire `ocspool01.contoso.com`
    finished
    "#);
}

#[test]
fn a_stopped_service_halts_before_anybody_is_moved() {
    insta::assert_snapshot!(evaluated(Some(("service", "Coexistence")), 0), @r"
    enter Coexistence
    halted
    ");
}

#[test]
fn a_wave_after_which_coexistence_does_not_hold_is_taken_back() {
    insta::assert_snapshot!(evaluated(Some(("sip_message", "Production / Wave 2")), 0), @r#"
    enter Coexistence
    enter Pilot
    approve "Move 4 pilot users to lyncpool01.contoso.com?"
    move 4 users to `lyncpool01.contoso.com`
    soak 30d, every 1d
    enter Production
    enter Production / Wave 1
    move 9 users to `lyncpool01.contoso.com`
    note "Wave 1: 9 users moved, nobody failed"
    enter Production / Wave 2
    move 9 users to `lyncpool01.contoso.com`
    take back the move of record 1
    halted
    "#);
}

#[test]
fn after_one_failure_in_ten_a_person_decides_and_above_that_the_wave_is_taken_back() {
    insta::assert_snapshot!(evaluated(None, 1), @r#"
    enter Coexistence
    enter Pilot
    approve "Move 4 pilot users to lyncpool01.contoso.com?"
    move 4 users to `lyncpool01.contoso.com`
    soak 30d, every 1d
    enter Production
    enter Production / Wave 1
    move 10 users to `lyncpool01.contoso.com`
    approve "Wave 1: 1 of 10 users failed, 0 not started. Continue with the next wave?"
    enter Production / Wave 2
    move 10 users to `lyncpool01.contoso.com`
    approve "Wave 2: 1 of 10 users failed, 0 not started. Continue with the next wave?"
    enter Production / Wave 3
    move 10 users to `lyncpool01.contoso.com`
    approve "Wave 3: 1 of 10 users failed, 0 not started. Continue with the next wave?"
    enter Production / Wave 4
    move 7 users to `lyncpool01.contoso.com`
    take back the move of record 1
    halted
    "#);
}
