//! Who counts against the error budget, and who may still be started.
//!
//! A user counts as a failure by their newest result over this move and those that it took over from
//! (asked for again after a halt, retried). Who counts already may always be tried again: that can only
//! lower the count.

use crate::journal::{Ended, MoveRecord, RunState, SideMove};
use crate::topology::{UserId, Users};
use roaring::RoaringBitmap;
use std::collections::HashSet;

/// The account of one move.
#[derive(Debug, Clone)]
pub(super) struct Charges {
    allowed: u64,
    parallel: u64,
    /// Users who count as failures.
    counted: RoaringBitmap,
    /// Users who were started, have no result yet, and would count if they failed.
    open: u64,
}

impl Charges {
    /// Opens the account of `record` with the failures it took over.
    pub(super) fn open(
        state: &RunState,
        record: &MoveRecord,
        users: &Users,
        parallel: usize,
    ) -> Self {
        let mut counted = RoaringBitmap::new();
        for earlier in lineage(state, record).into_iter().chain([record]) {
            for (_, result) in earlier.results.values() {
                let Some(user) = users.find(&result.user) else { continue };
                note(&mut counted, user, result.how);
            }
        }
        Self { allowed: record.allowed, parallel: parallel as u64, counted, open: 0 }
    }

    /// True if this user counts already.
    pub(super) fn counts(&self, user: UserId) -> bool {
        self.counted.contains(user)
    }

    /// True if this user may be started now. If nobody is open and it is false, the budget is spent.
    ///
    /// Those who were started and may all fail are reckoned in, so that even then there are at most
    /// `allowed + parallel` failures.
    pub(super) fn may_start(&self, user: UserId) -> bool {
        self.counts(user)
            || (!self.is_spent()
                && self.failures() + self.open < self.allowed.saturating_add(self.parallel))
    }

    /// True if nobody new may be started any more.
    pub(super) fn is_spent(&self) -> bool {
        self.failures() > self.allowed
    }

    /// How many users count.
    pub(super) fn failures(&self) -> u64 {
        self.counted.len()
    }

    /// How many failures are allowed.
    pub(super) fn allowed(&self) -> u64 {
        self.allowed
    }

    /// This user was started.
    pub(super) fn start(&mut self, user: UserId) {
        self.open += u64::from(!self.counts(user));
    }

    /// This user was started and goes back to those who were not.
    pub(super) fn give_back(&mut self, user: UserId) {
        self.open = self.open.saturating_sub(u64::from(!self.counts(user)));
    }

    /// This user, who was not started, has a result.
    pub(super) fn end(&mut self, user: UserId, how: Ended) {
        note(&mut self.counted, user, how);
    }
}

fn note(counted: &mut RoaringBitmap, user: UserId, how: Ended) {
    match how {
        Ended::Failed | Ended::Unknown => counted.insert(user),
        // Kept back: the result before stands.
        Ended::NotStarted => false,
        Ended::Moved | Ended::AlreadyThere | Ended::Skipped => counted.remove(user),
    };
}

/// The moves whose failures `record` takes over, oldest first.
fn lineage<'a>(state: &'a RunState, record: &MoveRecord) -> Vec<&'a MoveRecord> {
    let mut roots: HashSet<u64> = HashSet::new();
    let inverse_of = match record.side {
        Some(SideMove::Inverse(of)) => Some(of),
        Some(SideMove::Retry(of)) => {
            roots.insert(of);
            if let Some(of) = state.moves().get(&of) {
                roots.extend(
                    state.earlier_tries(&of.stage, &of.to, &of.users).map(|record| record.seq),
                );
            }
            None
        }
        None => {
            let earlier = state.earlier_tries(&record.stage, &record.to, &record.users);
            roots.extend(earlier.map(|record| record.seq));
            None
        }
    };
    let belongs = |other: &&MoveRecord| match (&other.side, inverse_of) {
        (Some(SideMove::Inverse(of)), inverse_of) => {
            inverse_of == Some(*of) && other.to == record.to
        }
        (_, Some(_)) => false,
        (Some(SideMove::Retry(of)), None) => roots.contains(of),
        (None, None) => roots.contains(&other.seq),
    };
    state.moves().range(..record.seq).map(|(_, other)| other).filter(belongs).collect()
}

/// Users whom the moves that `record` took over from may have moved without a result that says so.
pub(super) fn in_doubt<'a>(state: &'a RunState, record: &MoveRecord) -> HashSet<&'a str> {
    let mut users = HashSet::new();
    for earlier in lineage(state, record) {
        users.extend(earlier.intended.iter().map(String::as_str));
        for (_, result) in earlier.results.values() {
            if result.how == Ended::Unknown {
                users.insert(result.user.as_str());
            } else {
                users.remove(result.user.as_str());
            }
        }
    }
    users
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(allowed: u64, parallel: u64) -> Charges {
        Charges { allowed, parallel, counted: RoaringBitmap::new(), open: 0 }
    }

    #[test]
    fn nobody_new_starts_once_failures_exceed_the_budget() {
        let mut charges = account(1, 8);
        charges.end(1, Ended::Failed);
        assert!(charges.may_start(9), "one failure is allowed");
        charges.end(2, Ended::Unknown);
        assert!(!charges.may_start(9), "unknown counts as a failure");
        assert!(charges.may_start(2), "who counts already may be tried again");
        charges.end(2, Ended::Moved);
        assert!(charges.may_start(9), "a later success frees the budget");
    }

    #[test]
    fn those_in_flight_are_reckoned_as_if_all_could_fail() {
        let mut charges = account(2, 3);
        (0..5).for_each(|user| charges.start(user));
        assert!(!charges.may_start(9));
        charges.give_back(0);
        assert!(charges.may_start(9));
    }
}
