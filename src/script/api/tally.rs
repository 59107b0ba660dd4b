//! The reasons of a set, counted: what a selection or a move's report comes to at a glance.

use super::user::UserValue;
use super::user_set::UserSet;
use crate::topology::UserId;
use roaring::RoaringBitmap;
use std::collections::BTreeMap;

/// How many users there are for each reason, most first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Of the members.
    pub inside: Vec<(String, usize)>,
    /// Of those who were looked at and left out; `None` where that is not known.
    pub outside: Option<Vec<(String, usize)>>,
}

impl UserSet {
    /// Counts the reasons; `None` for a set that knows none.
    #[must_use]
    pub fn tally(&self) -> Option<Tally> {
        self.reasons.as_ref()?;
        let outside = self.left_out.as_ref().map(|left_out| self.counted(left_out));
        Some(Tally { inside: self.counted(&self.bits), outside })
    }

    /// Why a user is in the set or out of it; empty where no reason is known.
    #[must_use]
    pub fn why(&self, user: &UserValue) -> String {
        let reasons = self.reasons.as_ref();
        reasons
            .and_then(|reasons| reasons.get(&user.id))
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// The user of a row.
    #[must_use]
    pub fn user_at(&self, row: UserId) -> Option<UserValue> {
        self.bits.contains(row).then(|| self.user(row))
    }

    fn counted(&self, users: &RoaringBitmap) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        if let Some(reasons) = &self.reasons {
            for user in users {
                let why = reasons.get(&user).map_or("", |why| why.as_str());
                *counts.entry(why).or_default() += 1;
            }
        }
        let mut counts: Vec<(String, usize)> =
            counts.into_iter().map(|(why, count)| (why.to_owned(), count)).collect();
        counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        counts
    }
}
