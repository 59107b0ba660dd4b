//! Preflight: who can be moved at all, from the snapshot and the run's homes alone.
//!
//! It asks no system, so it can be taken as often as needed: to count a budget's base, to plan, and
//! when the move starts. What is fixed in the snapshot (a disabled user, a space in an address) ends a
//! user as skipped, with a reason that names the cure. An application has nothing of that kind: it is
//! moved wherever it lives.

use crate::journal::{Ended, UserResult};
use crate::topology::{
    ApplicationKind, Flag, Generation, Homes, PoolId, TextColumn, Topology, UserId,
};
use roaring::RoaringBitmap;

/// What preflight says of one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// Can be asked for; lives on this pool.
    Eligible {
        /// Home, as the run knows it.
        from: PoolId,
    },
    /// Lives on the target.
    AlreadyThere,
    /// Cannot be moved.
    Skipped {
        /// Why.
        why: String,
    },
}

/// A set of users, sorted by what preflight says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorted {
    /// Users to be moved, and where they live, in row order.
    pub eligible: Vec<(UserId, PoolId)>,
    /// What became of all others.
    pub settled: Vec<(UserId, UserResult)>,
}

/// Sorts users for a move to the pool `to`.
#[must_use]
pub fn sort(topology: &Topology, homes: &Homes, users: &RoaringBitmap, to: PoolId) -> Sorted {
    let mut sorted = Sorted::default();
    for user in users {
        let (how, why) = match fit(topology, homes, user, to) {
            Fit::Eligible { from } => {
                sorted.eligible.push((user, from));
                continue;
            }
            Fit::AlreadyThere => {
                (Ended::AlreadyThere, format!("lives on `{}` already", topology.pool_name(to)))
            }
            Fit::Skipped { why } => (Ended::Skipped, why),
        };
        let result = UserResult {
            user: topology.users.address(user).to_owned(),
            how,
            why,
            from: homes.pool_of(user).map(|home| topology.pool_name(home).to_owned()),
            home: None,
            tries: 0,
        };
        sorted.settled.push((user, result));
    }
    sorted
}

/// Says whether one user can be moved to the pool `to`.
#[must_use]
pub fn fit(topology: &Topology, homes: &Homes, user: UserId, to: PoolId) -> Fit {
    let users = &topology.users;
    let skipped = |why: &str| Fit::Skipped { why: why.to_owned() };
    if users.address(user).is_empty() {
        return skipped("gone from the inventory");
    }
    let Some(from) = homes.pool_of(user) else {
        return skipped("lives on no pool of the topology");
    };
    if from == to {
        return Fit::AlreadyThere;
    }
    if users.application(user).is_some() {
        return Fit::Eligible { from };
    }
    if !users.flag(user, Flag::Enabled) {
        return skipped("not enabled");
    }
    if users.has_edge_spaces(user) {
        return skipped(
            "a space stands before or after the name or the address; correct it in the directory",
        );
    }
    // What the export says of a move under way was true of the home it names; the run may have moved on.
    let moving_to = users.text(user, TextColumn::MovingTo).trim();
    let as_exported = users.home(user) == Some(from);
    if as_exported && !moving_to.is_empty() && topology.pool(moving_to) != Some(to) {
        return Fit::Skipped { why: format!("a move to `{moving_to}` is under way elsewhere") };
    }
    Fit::Eligible { from }
}

/// A move that would part what the product moves only together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parted {
    /// The pool they live on.
    pub pool: PoolId,
    /// Keys of those that would move.
    pub moved: Vec<String>,
    /// Keys of those that would stay.
    pub left: Vec<String>,
}

/// Finds the legacy pool of whose response groups `set` holds some and not all.
///
/// `Move-CsRgsConfiguration` moves the response groups of a legacy pool to a current one all at once.
/// The way back has no such rule: there each goes by itself.
#[must_use]
pub fn parted(
    topology: &Topology,
    homes: &Homes,
    set: &RoaringBitmap,
    to: PoolId,
) -> Option<Parted> {
    let of = |pool: PoolId| topology.pools.get(usize::from(pool)).map(|pool| pool.generation);
    if of(to) != Some(Generation::Current) {
        return None;
    }
    let users = &topology.users;
    let keys = |rows: RoaringBitmap| rows.iter().map(|row| users.address(row).to_owned()).collect();
    (0..).zip(&topology.pools).filter(|(_, pool)| pool.generation == Generation::Legacy).find_map(
        |(pool, _)| {
            let there = users.of_kind(&homes.applications_on(pool), ApplicationKind::ResponseGroup);
            let left = &there - set;
            let moved = &there & set;
            let is_parted = !left.is_empty() && !moved.is_empty();
            is_parted.then(|| Parted { pool, moved: keys(moved), left: keys(left) })
        },
    )
}
