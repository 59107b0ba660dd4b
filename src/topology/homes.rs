//! Homes: where every user and every application lives now.
//!
//! The snapshot's homes, changed by every outcome of the run. In a replay it is, at each step, what it
//! was at that step.

use super::{PoolId, Topology, UserId};
use roaring::RoaringBitmap;

/// Where every user and every application lives at this point of the run.
#[derive(Debug, Clone, Default)]
pub struct Homes {
    of: Vec<Option<PoolId>>,
    on: Vec<RoaringBitmap>,
    /// Which rows are applications, as in the snapshot it started from.
    applications: RoaringBitmap,
}

impl Homes {
    /// Starts from the snapshot.
    #[must_use]
    pub fn of_snapshot(topology: &Topology) -> Self {
        let mut homes = Self {
            of: vec![None; topology.users.rows()],
            on: vec![RoaringBitmap::new(); topology.pools.len()],
            applications: topology.users.applications().clone(),
        };
        for user in topology.users.everything() {
            homes.set(user, topology.users.home(user));
        }
        homes
    }

    /// Learns which rows of a newer snapshot are applications; homes stay as they are.
    pub fn know_applications(&mut self, topology: &Topology) {
        self.applications.clone_from(topology.users.applications());
    }

    /// The pool a user or an application lives on; `None` for nowhere (gone, or a home outside the topology).
    #[must_use]
    pub fn pool_of(&self, user: UserId) -> Option<PoolId> {
        self.of.get(user as usize).copied().flatten()
    }

    /// Everybody who lives on a pool; no applications.
    #[must_use]
    pub fn users_on(&self, pool: PoolId) -> RoaringBitmap {
        self.all_on(pool).map(|all| all - &self.applications).unwrap_or_default()
    }

    /// Every application that lives on a pool.
    #[must_use]
    pub fn applications_on(&self, pool: PoolId) -> RoaringBitmap {
        self.all_on(pool).map(|all| all & &self.applications).unwrap_or_default()
    }

    fn all_on(&self, pool: PoolId) -> Option<&RoaringBitmap> {
        self.on.get(usize::from(pool))
    }

    /// Puts a user or an application on a pool, or nowhere.
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
        // A refresh appends rows.
        if self.of.len() <= user as usize {
            self.of.resize(user as usize + 1, None);
        }
        if let Some(home) = self.of.get_mut(user as usize) {
            *home = pool;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{Generation, Pool, UserRow, Users};

    fn topology() -> Topology {
        let pool = |fqdn: &str| Pool {
            fqdn: fqdn.to_owned(),
            generation: Generation::Legacy,
            ..Pool::default()
        };
        let row = |address: &str, home| UserRow {
            address: address.to_owned(),
            home,
            ..UserRow::default()
        };
        Topology {
            pools: vec![pool("ocspool01.contoso.com"), pool("lyncpool01.contoso.com")],
            users: Users::from_rows(
                "u",
                &[row("ann@contoso.com", Some(0)), row("bob@contoso.com", None)],
            ),
            ..Topology::default()
        }
    }

    #[test]
    fn a_user_is_on_exactly_the_pool_set_last() {
        let mut homes = Homes::of_snapshot(&topology());
        assert_eq!((homes.pool_of(0), homes.pool_of(1)), (Some(0), None));
        homes.set(0, Some(1));
        assert_eq!((homes.users_on(0).len(), homes.users_on(1).len()), (0, 1));
        homes.set(0, None);
        assert!(homes.users_on(1).is_empty() && homes.pool_of(0).is_none());
    }

    #[test]
    fn a_row_that_a_refresh_appended_has_a_home_too() {
        let mut homes = Homes::of_snapshot(&topology());
        homes.set(7, Some(0));
        homes.set(7, Some(1));
        assert_eq!((homes.pool_of(7), homes.users_on(0).contains(7)), (Some(1), false));
        assert!(homes.users_on(1).contains(7));
    }
}
