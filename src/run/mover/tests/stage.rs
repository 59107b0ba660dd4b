//! The stage that the tests play on: two pools, users, a journal, a scripted driver.

use crate::clock::VirtualClock;
use crate::driver::{Driver, Fault};
use crate::journal::{
    Begun, Ended, Event, FORMAT, Journal, Ledger, MoveBegun, MoveRecord, Recorded, SideMove,
    SittingMode, Step, StepKind, UserResult, Who, Why,
};
use crate::run::mover::{MoveContext, MoveEnd, MoveOptions, run_move};
use crate::run::observer::Silent;
use crate::run::{Stop, World};
use crate::topology::{Flag, Generation, Movable, Pool, Topology, UserRow, Users, View};
use async_trait::async_trait;
use jiff::Timestamp;
use roaring::RoaringBitmap;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) const OCS: &str = "ocspool01.contoso.com";
pub(super) const LYNC: &str = "lyncpool01.contoso.com";
pub(super) const OTHER: &str = "lyncpool02.contoso.com";

pub(super) fn name(user: u32) -> String {
    format!("user{user}@contoso.com")
}

/// What the driver does when it is asked for a user next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Busy,
    Refuse,
    /// Moves the user, and does not answer.
    MoveSilently,
    /// Does nothing, and does not answer.
    Silence,
    /// Says that it is done, and it is not.
    Lie,
    /// Somebody moves the user there first.
    Overtaken(&'static str),
    /// The server is down for so many askings of its readiness.
    Down(u32),
    /// A person wishes a stop while the driver works.
    StopThenMove,
    /// Moves the user; then the server is down, and no home can be read until it is back.
    MoveThenDown(u32),
}

#[derive(Default)]
pub(super) struct State {
    pub(super) homes: HashMap<String, String>,
    pub(super) acts: HashMap<String, VecDeque<Act>>,
    /// Changes of homes by this driver, by user.
    pub(super) changes: HashMap<String, u32>,
    /// Askings, in order.
    pub(super) asked: Vec<String>,
    pub(super) down: u32,
    at_once: usize,
    pub(super) most_at_once: usize,
}

#[derive(Default)]
pub(super) struct Scripted {
    pub(super) state: Mutex<State>,
    pub(super) stop: Stop,
}

impl Scripted {
    fn fault(server: &str) -> Fault {
        Fault::Server { server: server.to_owned(), reason: "connection refused".to_owned() }
    }

    fn act(&self, user: &str, from: &str, to: &str) -> Result<(), Fault> {
        let mut state = self.state.lock().unwrap();
        state.asked.push(user.to_owned());
        let act = state.acts.get_mut(user).and_then(VecDeque::pop_front);
        let silence = Fault::NoAnswer { server: to.to_owned(), waited: Duration::from_secs(30) };
        let answer = match act {
            None | Some(Act::StopThenMove) => Ok(()),
            Some(Act::Busy) => return Err(Fault::Busy { reason: "replication runs".to_owned() }),
            Some(Act::Refuse) => return Err(Fault::Refused { reason: "no licence".to_owned() }),
            Some(Act::Silence) => return Err(silence),
            Some(Act::Lie) => return Ok(()),
            Some(Act::MoveSilently) => Err(silence),
            Some(Act::Overtaken(pool)) => {
                state.homes.insert(user.to_owned(), pool.to_owned());
                Ok(())
            }
            Some(Act::Down(times)) => {
                state.down = times;
                return Err(Self::fault(to));
            }
            Some(Act::MoveThenDown(times)) => {
                state.down = times;
                Ok(())
            }
        };
        if act == Some(Act::StopThenMove) {
            self.stop.wish("Ctrl-C");
        }
        let now = state.homes.get(user).cloned();
        if now.as_deref() != Some(from) {
            return Err(Fault::Elsewhere { now });
        }
        state.homes.insert(user.to_owned(), to.to_owned());
        *state.changes.entry(user.to_owned()).or_default() += 1;
        answer
    }
}

#[async_trait]
impl Driver for Scripted {
    fn name(&self) -> &'static str {
        "scripted driver"
    }

    async fn homes(&self, users: &[String]) -> Result<Vec<Option<String>>, Fault> {
        let state = self.state.lock().unwrap();
        if state.down > 0 {
            return Err(Self::fault(LYNC));
        }
        Ok(users.iter().map(|user| state.homes.get(user).cloned()).collect())
    }

    async fn rehome(&self, user: &str, from: &str, to: &str) -> Result<(), Fault> {
        {
            let mut state = self.state.lock().unwrap();
            state.at_once += 1;
            state.most_at_once = state.most_at_once.max(state.at_once);
        }
        tokio::task::yield_now().await;
        let answer = self.act(user, from, to);
        self.state.lock().unwrap().at_once -= 1;
        answer
    }

    async fn ready(&self, _pool: &str) -> Result<(), Fault> {
        let mut state = self.state.lock().unwrap();
        if state.down > 0 {
            state.down -= 1;
            return Err(Self::fault(LYNC));
        }
        Ok(())
    }

    async fn remaining(&self, _pool: &str) -> Result<Vec<String>, Fault> {
        Ok(Vec::new())
    }

    async fn retire(&self, _pool: &str) -> Result<(), Fault> {
        Ok(())
    }
}

/// Everything that a move needs.
pub(super) struct Stage {
    pub(super) driver: Arc<Scripted>,
    pub(super) ledger: Ledger,
    pub(super) journal: Journal,
    pub(super) world: World,
    pub(super) view: View,
    pub(super) options: MoveOptions,
}

pub(super) fn topology(users: u32) -> Topology {
    let pool = |fqdn: &str, generation| Pool {
        fqdn: fqdn.to_owned(),
        generation,
        role: "front end".to_owned(),
        ..Pool::default()
    };
    let row = |user| UserRow {
        address: name(user),
        home: Some(0),
        flags: vec![Flag::Enabled],
        ..UserRow::default()
    };
    Topology {
        organisation: "Contoso".to_owned(),
        pools: vec![
            pool(OCS, Generation::Legacy),
            pool(LYNC, Generation::Current),
            pool(OTHER, Generation::Current),
        ],
        users: Users::from_rows("users.csv", &(0..users).map(row).collect::<Vec<_>>()),
        ..Topology::default()
    }
}

impl Stage {
    pub(super) async fn new(users: u32) -> Self {
        let driver = Arc::new(Scripted::default());
        let homes = (0..users).map(|user| (name(user), OCS.to_owned()));
        driver.state.lock().unwrap().homes = homes.collect();
        let mut stage = Self::with_driver(users, Arc::<Scripted>::clone(&driver)).await;
        stage.driver = driver;
        stage
    }

    pub(super) async fn with_driver(users: u32, driver: Arc<dyn Driver>) -> Self {
        let view = View::new(topology(users));
        let mut world = World::simulation(&view, Timestamp::now(), &Arc::default());
        world.clock = Arc::new(VirtualClock::starting(Timestamp::now()));
        world.driver = driver;
        let ledger = Ledger::temporary().await.unwrap();
        let who = Who { user: "ann".to_owned(), host: "desk".to_owned(), pid: 1 };
        let started = Event::RunStarted {
            format: FORMAT,
            sidle: "0".to_owned(),
            organisation: "Contoso".to_owned(),
            rehearsal: false,
            seed: 7,
            files: Vec::new(),
            users: u64::from(users),
            applications: 0,
            who: who.clone(),
        };
        let mut journal = ledger.begin(Timestamp::now(), started).await.unwrap();
        let mode = SittingMode::Forward;
        let sitting = Event::SittingStarted { mode, sidle: "0".to_owned(), who };
        journal.append(Timestamp::now(), sitting).await.unwrap();
        let options = MoveOptions {
            closed: None,
            parallel: 4,
            retries: 3,
            server_patience: Duration::from_mins(10),
            within: None,
            settle_only: false,
        };
        Self { driver: Arc::default(), ledger, journal, world, view, options }
    }

    pub(super) fn script(&self, user: u32, acts: &[Act]) {
        let acts = acts.iter().copied().collect();
        self.driver.state.lock().unwrap().acts.insert(name(user), acts);
    }

    pub(super) async fn append(&mut self, event: Event) -> u64 {
        self.journal.append(Timestamp::now(), event).await.unwrap()
    }

    /// Begins a move of all users, as a run does.
    pub(super) async fn begin(&mut self, allowed: u64) -> u64 {
        let users = self.view.topology().users.all();
        self.begin_of(users, allowed).await
    }

    pub(super) async fn begin_of(&mut self, users: RoaringBitmap, allowed: u64) -> u64 {
        let step = Step {
            stage: "Pilot".to_owned(),
            kind: StepKind::Move,
            what: format!("all -> {LYNC}"),
            shown: "move everybody".to_owned(),
            at: crate::journal::Place::default(),
        };
        let base = users.len();
        let (to, movable) = (LYNC.to_owned(), Movable::Users);
        let detail = Begun::Move(MoveBegun { users, to, base, allowed, movable });
        self.append(Event::StepBegun { step, detail }).await
    }

    pub(super) async fn begin_beside(
        &mut self,
        why: SideMove,
        users: RoaringBitmap,
        to: &str,
    ) -> u64 {
        let base = users.len();
        let (to, movable) = (to.to_owned(), Movable::Users);
        let detail = MoveBegun { users, to, base, allowed: 0, movable };
        self.append(Event::SideMoveBegun { why, detail }).await
    }

    pub(super) async fn run(&mut self, begun: u64) -> MoveEnd {
        let mut cx = MoveContext {
            journal: &mut self.journal,
            world: &self.world,
            view: &self.view,
            stop: &self.driver.stop,
            observer: &Silent,
        };
        run_move(&mut cx, begun, &self.options).await.unwrap()
    }

    /// Ends a move's step as finished, and supersedes it as a halt does.
    pub(super) async fn end_and_supersede(&mut self, begun: u64, end: MoveEnd) {
        let MoveEnd::Finished { not_started, why } = end else { panic!("{end:?}") };
        let outcome = Recorded::Moved { not_started, why };
        self.append(Event::StepEnded { begun, outcome }).await;
        self.append(Event::Superseded { from: begun, why: Why::Halt }).await;
    }

    pub(super) fn record(&self, begun: u64) -> &MoveRecord {
        &self.journal.state().moves()[&begun]
    }

    pub(super) fn result(&self, begun: u64, user: u32) -> &UserResult {
        &self.record(begun).results[&name(user)].1
    }

    pub(super) fn counts(&self, begun: u64) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for (_, result) in self.record(begun).results.values() {
            *counts.entry(result.how.words()).or_default() += 1;
        }
        counts
    }

    /// Events of a kind in the journal.
    pub(super) async fn events(&self, wanted: impl Fn(&Event) -> bool) -> usize {
        let run = self.journal.state().run();
        let records = self.ledger.records(run).await.unwrap();
        records.iter().filter(|record| wanted(&record.event)).count()
    }
}

pub(super) fn all_done() -> MoveEnd {
    MoveEnd::Finished { not_started: RoaringBitmap::new(), why: String::new() }
}

pub(super) fn failed(result: &UserResult) -> &str {
    assert_eq!(result.how, Ended::Failed, "{result:?}");
    &result.why
}
