//! A world where nothing is real: users move in memory, probes and commands are assumed to go well.
//!
//! It starts from the homes that the run sees and writes nothing anywhere. What only real systems can
//! tell is an assumption and marked as such.

use super::world::{CommandEnd, Commands};
use crate::clock::Clock;
use crate::diagnostic::Finding;
use crate::driver::{Driver, Fault};
use crate::journal::{Evidence, ProbeCall};
use crate::probe::{Prober, question};
use crate::text::{count, list};
use crate::topology::{PoolId, UserId, View};
use async_trait::async_trait;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Moves users in memory.
#[derive(Debug)]
pub struct SimDriver {
    view: View,
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
    pub fn new(view: View) -> Self {
        Self { view, done: Mutex::default() }
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
        let users = topology.users.all().into_iter();
        let here = users.filter(|user| self.home(&done, *user) == Some(pool));
        Ok(here.map(|user| topology.users.address(user).to_owned()).collect())
    }

    async fn retire(&self, pool: &str) -> Result<(), Fault> {
        let remain = self.remaining(pool).await?;
        if !remain.is_empty() {
            let (who, many) = (list(&remain, 5), count(remain.len(), "user"));
            return Err(Fault::Refused { reason: format!("{many} still live on `{pool}`: {who}") });
        }
        if let Some(pool) = self.view.topology().pool(pool) {
            self.done().retired.insert(pool);
        }
        Ok(())
    }
}

/// Assumes that every probe is good.
pub struct SimProber {
    clock: Arc<dyn Clock>,
}

impl SimProber {
    /// Returns a prober whose evidence bears the times of `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }
}

#[async_trait]
impl Prober for SimProber {
    async fn ask(&self, call: &ProbeCall) -> Vec<Evidence> {
        let assumed = |target: &Vec<String>| Evidence {
            source: call.kind.clone(),
            target: target.join(" "),
            asked: question(&call.kind, target),
            value: Some(true),
            answer: "assumed".to_owned(),
            at: self.clock.now(),
            latency_ms: 0,
            // Nothing grows stale in a plan: its clock jumps over weeks.
            fresh_for_s: u64::from(u32::MAX),
            assumed: true,
            who: None,
        };
        call.targets.iter().map(assumed).collect()
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
