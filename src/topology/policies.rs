//! Policies of users: few combinations, each stored once.

use super::columns::{Column, TextId};
use super::{UserId, Users, UsersBuilder};
use std::collections::HashMap;

/// Combinations of policies; number 0 is none.
#[derive(Debug, Clone, Default)]
pub(super) struct Policies {
    /// Pairs of kind and name.
    sets: Vec<Box<[(TextId, TextId)]>>,
    of: Column<u32>,
    /// Which combination another one becomes with one more policy; only while rows are read.
    next: HashMap<(u32, TextId, TextId), u32>,
}

impl Policies {
    fn set(&self, number: u32) -> &[(TextId, TextId)] {
        let set = (number as usize).checked_sub(1).and_then(|index| self.sets.get(index));
        set.map(Box::as_ref).unwrap_or_default()
    }

    /// Adds a policy, unless there is one of that kind.
    fn add(&mut self, user: UserId, kind: TextId, name: TextId) {
        let now = self.of.get(user);
        if let Some(known) = self.next.get(&(now, kind, name)) {
            self.of.set(user, *known);
            return;
        }
        let set = self.set(now);
        let number = if set.iter().any(|(other, _)| *other == kind) {
            now
        } else {
            let set = set.iter().copied().chain([(kind, name)]).collect();
            self.sets.push(set);
            u32::try_from(self.sets.len()).unwrap_or(0)
        };
        self.next.insert((now, kind, name), number);
        self.of.set(user, number);
    }

    /// Lets go of what only reading needs.
    pub(super) fn freeze(&mut self) {
        self.next = HashMap::new();
        self.sets.shrink_to_fit();
        self.of.shrink();
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        let sets = self.sets.iter().map(|set| size_of_val(set) + size_of_val(&**set));
        sets.sum::<usize>() + self.of.bytes()
    }
}

impl Users {
    /// Policies as pairs of kind and name (`VoicePolicy`, `Tag:Gold`), set ones only, in the order of
    /// the export.
    ///
    /// The dial plan counts as one: it has to exist on the other side like them.
    #[must_use]
    pub fn policies(&self, user: UserId) -> Vec<(&str, &str)> {
        let set = self.policies.set(self.policies.of.get(user));
        set.iter().map(|(kind, name)| (self.texts.get(*kind), self.texts.get(*name))).collect()
    }
}

impl UsersBuilder {
    /// Adds a policy, unless the user has one of that kind already.
    pub fn policy(&mut self, user: UserId, kind: &str, name: &str) {
        if name.is_empty() {
            return;
        }
        let kind = self.users.texts.intern(kind);
        let name = self.users.texts.intern(name);
        self.users.policies.add(user, kind, name);
    }
}

/// True if a column of that name holds a policy.
#[must_use]
pub fn is_policy(column: &str) -> bool {
    let ends = column.len().checked_sub(6).and_then(|start| column.get(start..));
    ends.is_some_and(|end| end.eq_ignore_ascii_case("policy"))
        || column.eq_ignore_ascii_case("DialPlan")
}
