//! A world where nothing is real: users move in memory, probes and commands are assumed to go well
//! where nothing steers them.
//!
//! It starts from the homes that the run sees and writes nothing anywhere. What only real systems can
//! tell is an assumption and marked as such.

use super::steering::Steering;
use super::world::{CommandEnd, Commands};
use crate::clock::Clock;
use crate::diagnostic::Finding;
use crate::driver::{Driver, Fault};
use crate::journal::{Evidence, ProbeCall};
use crate::probe::{Prober, question};
use crate::topology::{PoolId, UserId, View};
use async_trait::async_trait;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Moves users in memory.
#[derive(Debug)]
pub struct SimDriver {
    view: View,
    steering: Arc<Steering>,
    done: Mutex<Done>,
}

/// What the simulation changed.
#[derive(Debug, Default)]
struct Done {
    homes: HashMap<UserId, PoolId>,
    retired: HashSet<PoolId>,
}

impl SimDriver {
    /// Returns a driver whose users live where `view` says until it moves them.
    #[must_use]
    pub fn new(view: View, steering: Arc<Steering>) -> Self {
        Self { view, steering, done: Mutex::default() }
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn home(&self, done: &Done, user: UserId) -> Option<PoolId> {
        done.homes.get(&user).copied().or_else(|| self.view.homes().pool_of(user))
    }

    fn pool(&self, done: &Done, fqdn: &str) -> Result<PoolId, Fault> {
        let down = |reason: &str| Fault::Server { server: fqdn.to_owned(), reason: reason.into() };
        match self.view.topology().pool(fqdn) {
            None => Err(down("the topology has no such pool")),
            Some(_) if self.steering.down([fqdn]).is_some() => Err(down("it does not answer")),
            Some(pool) if done.retired.contains(&pool) => Err(down("the pool is retired")),
            Some(pool) => Ok(pool),
        }
    }
}

#[async_trait]
impl Driver for SimDriver {
    fn name(&self) -> &'static str {
        "simulation"
    }

    async fn homes(&self, users: &[String]) -> Result<Vec<Option<String>>, Fault> {
        let (topology, done) = (self.view.topology(), self.done());
        let home = |address: &String| {
            let home = self.home(&done, topology.users.find(address)?)?;
            Some(topology.pool_name(home).to_owned())
        };
        Ok(users.iter().map(home).collect())
    }

    async fn rehome(&self, user: &str, from: &str, to: &str) -> Result<(), Fault> {
        let topology = self.view.topology();
        let mut done = self.done();
        let (source, target) = (self.pool(&done, from)?, self.pool(&done, to)?);
        if let Some(reason) = self.steering.refusal(user) {
            return Err(Fault::Refused { reason });
        }
        let Some(user) = topology.users.find(user) else {
            return Err(Fault::Elsewhere { now: None });
        };
        let home = self.home(&done, user);
        if home != Some(source) {
            let now = home.map(|home| topology.pool_name(home).to_owned());
            return Err(Fault::Elsewhere { now });
        }
        done.homes.insert(user, target);
        Ok(())
    }

    async fn ready(&self, pool: &str) -> Result<(), Fault> {
        self.pool(&self.done(), pool).map(drop)
    }

    async fn remaining(&self, pool: &str) -> Result<Vec<String>, Fault> {
        let (topology, done) = (self.view.topology(), self.done());
        let Some(pool) = topology.pool(pool) else { return Ok(Vec::new()) };
        let users = topology.users.everything().into_iter();
        let here = users.filter(|user| self.home(&done, *user) == Some(pool));
        Ok(here.map(|user| topology.users.address(user).to_owned()).collect())
    }

    async fn retire(&self, pool: &str) -> Result<(), Fault> {
        let remain = self.remaining(pool).await?;
        if !remain.is_empty() {
            return Err(Fault::remains(pool, &remain));
        }
        if let Some(pool) = self.view.topology().pool(pool) {
            self.done().retired.insert(pool);
        }
        Ok(())
    }
}

/// Assumes that every probe is good, unless what it asks is down.
pub struct SimProber {
    clock: Arc<dyn Clock>,
    view: View,
    steering: Arc<Steering>,
}

impl SimProber {
    /// Returns a prober whose evidence bears the times of `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, view: View, steering: Arc<Steering>) -> Self {
        Self { clock, view, steering }
    }

    /// What is down among what a probe's arguments name: a pool, a server, the pool of a server or of a
    /// user.
    fn down(&self, target: &[String]) -> Option<String> {
        let topology = self.view.topology();
        let homes = self.view.homes();
        let places = target.iter().flat_map(|word| {
            let server = topology.servers.iter().find(|one| one.fqdn.eq_ignore_ascii_case(word));
            let of_server = server.and_then(|server| topology.pools.get(server.pool?));
            let home = topology.users.find(word).and_then(|user| homes.pool_of(user));
            let home = home.map(|home| topology.pool_name(home));
            [Some(word.as_str()), of_server.map(|pool| pool.fqdn.as_str()), home]
        });
        self.steering.down(places.flatten()).map(str::to_owned)
    }
}

#[async_trait]
impl Prober for SimProber {
    async fn ask(&self, call: &ProbeCall) -> Vec<Evidence> {
        let assumed = |target: &Vec<String>, down: Option<String>| Evidence {
            source: call.kind.clone(),
            target: target.join(" "),
            asked: question(&call.kind, target),
            value: down.is_none().then_some(true),
            answer: down.map_or("assumed".to_owned(), |name| format!("`{name}` does not answer")),
            at: self.clock.now(),
            latency_ms: 0,
            // Nothing grows stale in a plan: its clock jumps over weeks.
            fresh_for_s: u64::from(u32::MAX),
            assumed: true,
            who: None,
        };
        call.targets.iter().map(|target| assumed(target, self.down(target))).collect()
    }
}

/// Assumes that every command ends with exit code 0, and runs none.
#[derive(Debug)]
pub struct SimCommands;

#[async_trait]
impl Commands for SimCommands {
    fn safe(&self, _name: &str) -> Result<bool, Finding> {
        Ok(true)
    }

    async fn run(&self, _name: &str, _args: &[String]) -> Result<CommandEnd, Finding> {
        Ok(CommandEnd { code: 0, output: "assumed".to_owned() })
    }
}
