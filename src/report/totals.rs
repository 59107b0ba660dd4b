//! How many users ended how: in one move, and in a run.

use crate::journal::{Ended, MoveRecord, Recorded, RunState};
use crate::text::grouped;
use crate::topology::ApplicationKind;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Users by how they ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    moved: usize,
    already_there: usize,
    skipped: usize,
    failed: usize,
    unknown: usize,
    not_started: usize,
}

impl Counts {
    /// Counts a move; those whom its end kept back are among the not started.
    pub fn of(record: &MoveRecord, end: Option<&Recorded>) -> Self {
        let mut counts = Self::default();
        for (_, result) in record.results.values() {
            counts.add(result.how);
        }
        counts.kept_back(end)
    }

    /// Counts those too whom a move's end says were kept back.
    pub fn kept_back(mut self, end: Option<&Recorded>) -> Self {
        if let Some(Recorded::Moved { not_started, .. }) = end {
            let kept = usize::try_from(not_started.len()).unwrap_or(usize::MAX);
            self.not_started = self.not_started.max(kept);
        }
        self
    }

    /// Counts one user more.
    pub fn add(&mut self, how: Ended) {
        *self.of_kind(how) += 1;
    }

    /// Counts one user less: they ended another way after all.
    pub fn take_back(&mut self, how: Ended) {
        let number = self.of_kind(how);
        *number = number.saturating_sub(1);
    }

    fn of_kind(&mut self, how: Ended) -> &mut usize {
        match how {
            Ended::Moved => &mut self.moved,
            Ended::AlreadyThere => &mut self.already_there,
            Ended::Skipped => &mut self.skipped,
            Ended::Failed => &mut self.failed,
            Ended::Unknown => &mut self.unknown,
            Ended::NotStarted => &mut self.not_started,
        }
    }

    /// True if nobody failed, is in doubt or was kept back.
    pub fn is_clean(&self) -> bool {
        self.failed + self.unknown + self.not_started == 0
    }

    fn each(&self) -> [(Ended, usize); 6] {
        [
            (Ended::Moved, self.moved),
            (Ended::AlreadyThere, self.already_there),
            (Ended::Skipped, self.skipped),
            (Ended::Failed, self.failed),
            (Ended::Unknown, self.unknown),
            (Ended::NotStarted, self.not_started),
        ]
    }

    /// Returns `24 moved, 1 failed`; the moved always, others where there are any.
    pub fn words(&self) -> String {
        self.each()
            .into_iter()
            .filter(|(how, number)| *how == Ended::Moved || *number > 0)
            .map(|(how, number)| format!("{} {}", grouped(number), how.words()))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Returns the same as JSON.
    pub fn to_json(&self) -> Value {
        json!({
            "moved": self.moved,
            "already_there": self.already_there,
            "skipped": self.skipped,
            "failed": self.failed,
            "unknown": self.unknown,
            "not_started": self.not_started,
        })
    }
}

/// What a run's moves add up to now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Users who are where the run moved them.
    pub moved: BTreeSet<String>,
    /// Users whose newest result is a failure or unknown.
    pub failed: BTreeSet<String>,
    /// Users whom their newest move skipped.
    pub skipped: BTreeSet<String>,
    /// Moves of the script that moved somebody and were not taken back.
    pub moves: usize,
    /// Users by the pool where the run last saw them.
    pub homes: BTreeMap<String, usize>,
    /// Applications by the pool where the run last saw them.
    pub application_homes: BTreeMap<String, usize>,
}

impl Totals {
    /// Adds up the moves that began at record `from` or later; all with `from` 0.
    #[must_use]
    pub fn of(state: &RunState, from: u64) -> Self {
        let mut totals = Self::default();
        let mut newest: BTreeMap<&str, (u64, Ended)> = BTreeMap::new();
        for (seq, record) in state.moves().range(from..) {
            if record.taken_back || record.is_inverse() {
                continue;
            }
            let moved = state.moved_by(*seq);
            totals.moves += usize::from(!moved.is_empty() && record.side.is_none());
            totals.moved.extend(moved.iter().map(|user| user.user.to_owned()));
            for (at, result) in record.results.values() {
                let known = newest.entry(result.user.as_str()).or_insert((*at, result.how));
                if known.0 <= *at {
                    *known = (*at, result.how);
                }
            }
        }
        for (user, (_, how)) in newest {
            match how {
                Ended::Failed | Ended::Unknown => totals.failed.insert(user.to_owned()),
                Ended::Skipped => totals.skipped.insert(user.to_owned()),
                Ended::Moved | Ended::AlreadyThere | Ended::NotStarted => continue,
            };
        }
        for (key, pool) in state.homes() {
            let homes = match ApplicationKind::of_key(key) {
                None => &mut totals.homes,
                Some(_) => &mut totals.application_homes,
            };
            *homes.entry(pool.to_owned()).or_default() += 1;
        }
        totals
    }
}
