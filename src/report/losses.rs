//! What a rollback loses: said before it starts, and in every plan.
//!
//! Two losses are always true of users who went back to the older product: meetings that they
//! scheduled with the newer client stop working, and the newer client must be downgraded. What is known
//! of applications is in `applications.rs`.

use super::applications::{self, named};
use super::totals::Totals;
use crate::journal::RunState;
use crate::text::list;
use crate::topology::{ApplicationKind, Generation, Topology};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How many names a line of people's text holds.
const NAMES: usize = 5;

/// What is lost for users who go back.
const OF_USERS: &[&str] = &[
    "meetings scheduled with upgraded clients since the move stop working",
    "upgraded clients must be downgraded",
];

/// One thing that is lost, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// What is lost.
    pub what: &'static str,
    /// Whom or what it concerns, by address or key.
    pub users: Vec<String>,
}

impl Loss {
    /// Returns the line for people.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} ({}: {})", self.what, named(&self.users), list(&self.users, NAMES))
    }

    /// Returns all of it for programs.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({ "what": self.what, "users": self.users })
    }
}

/// Returns the loss list of taking the whole run back, as lines.
#[must_use]
pub fn losses(state: &RunState, topology: &Topology) -> Vec<String> {
    losses_since(state, 0, Some(topology)).iter().map(Loss::line).collect()
}

/// Returns what is lost by taking back all moves that began at record `from` or later (see
/// [`RunState::taken_back_from`]). With a topology, only users who went from the legacy side to the
/// current one count; without it, every moved user does.
#[must_use]
pub fn losses_since(state: &RunState, from: u64, topology: Option<&Topology>) -> Vec<Loss> {
    let upgraded: BTreeSet<String> = match topology {
        None => Totals::of(state, from).moved,
        Some(topology) => upgraded(state, from, topology),
    };
    let mut kinds: BTreeMap<Option<ApplicationKind>, Vec<String>> = BTreeMap::new();
    for key in upgraded {
        kinds.entry(ApplicationKind::of_key(&key)).or_default().push(key);
    }
    let mut losses = Vec::new();
    // Users, who are of no kind, come first.
    for (kind, users) in kinds {
        let whats: &[&'static str] = match kind {
            None => OF_USERS,
            Some(kind) => &applications::loss(kind).map_or(Vec::new(), |loss| vec![loss]),
        };
        losses.extend(whats.iter().map(|what| Loss { what, users: users.clone() }));
    }
    losses
}

/// Users who are on the current side because of those moves, and came from elsewhere.
fn upgraded(state: &RunState, from: u64, topology: &Topology) -> BTreeSet<String> {
    let is_current = |pool: &str| {
        topology
            .pool(pool)
            .and_then(|id| topology.pools.get(usize::from(id)))
            .is_some_and(|pool| pool.generation == Generation::Current)
    };
    state
        .moves()
        .range(from..)
        .filter(|(_, record)| !record.taken_back && !record.is_inverse() && is_current(&record.to))
        .flat_map(|(seq, _)| state.moved_by(*seq))
        // A home that nobody knows may have been a legacy one.
        .filter(|moved| !moved.from.is_some_and(is_current))
        .map(|moved| moved.user.to_owned())
        .collect()
}
