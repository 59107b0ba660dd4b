//! Homes: where every user lives now.
//!
//! The snapshot's homes, changed by every outcome of the run. In a replay it is, at each step, what it
//! was at that step.

use super::{PoolId, Topology, UserId};
use roaring::RoaringBitmap;

/// Where every user lives at this point of the run.
#[derive(Debug, Clone, Default)]
pub struct Homes {
    of: Vec<Option<PoolId>>,
    on: Vec<RoaringBitmap>,
}

impl Homes {
    /// Starts from the snapshot.
    #[must_use]
    pub fn of_snapshot(topology: &Topology) -> Self {
        let mut homes = Self {
            of: vec![None; topology.users.len()],
            on: vec![RoaringBitmap::new(); topology.pools.len()],
        };
        for user in topology.users.all() {
            homes.set(user, topology.users.home(user));
        }
        homes
    }

    /// The pool a user lives on; `None` for nowhere (gone, or a home outside the topology).
    #[must_use]
    pub fn pool_of(&self, user: UserId) -> Option<PoolId> {
        self.of.get(user as usize).copied().flatten()
    }

    /// Everybody who lives on a pool.
    #[must_use]
    pub fn users_on(&self, pool: PoolId) -> RoaringBitmap {
        self.on.get(usize::from(pool)).cloned().unwrap_or_default()
    }

    /// Puts a user on a pool, or nowhere.
    pub fn set(&mut self, user: UserId, pool: Option<PoolId>) {
        if let Some(old) = self.pool_of(user)
            && let Some(users) = self.on.get_mut(usize::from(old))
        {
            users.remove(user);
        }
        if let Some(new) = pool
            && let Some(users) = self.on.get_mut(usize::from(new))
        {
            users.insert(user);
        }
        if let Some(home) = self.of.get_mut(user as usize) {
            *home = pool;
        }
    }
}
