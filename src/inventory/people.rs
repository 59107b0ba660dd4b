//! Finding users by what directories call them, and rings of managers.

use super::dn;
use crate::topology::{Index, UserId, Users, address_key};
use std::collections::{HashMap, HashSet};

/// What may name a user beside the SIP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    Upn,
    Sid,
    Account,
    /// The distinguished name.
    Name,
}

/// Users by what names them, all without regard to case. Only kept while exports are read.
#[derive(Default)]
pub(super) struct People([Keys; 4]);

/// Users by one kind of name.
#[derive(Default)]
struct Keys {
    all: String,
    /// Where each name ends, and whose it is.
    entries: Vec<(usize, UserId)>,
    index: Index,
    /// A second user with the same name.
    twice: HashMap<u32, UserId>,
    /// Who has a name of this kind.
    named: HashSet<UserId>,
}

/// Whom a name means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    Nobody,
    One(UserId),
    /// Two of those who have it.
    Several(UserId, UserId),
}

impl People {
    /// Notes a name of a user; returns another user who has it.
    pub(super) fn add(&mut self, key: Key, text: &str, user: UserId) -> Option<UserId> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        self.0.get_mut(key as usize)?.add(&text.to_lowercase(), user)
    }

    /// The user with that name.
    pub(super) fn by(&self, key: Key, text: &str) -> Found {
        let text = text.trim().to_lowercase();
        self.0.get(key as usize).map_or(Found::Nobody, |keys| keys.find(&text))
    }

    /// True if a user has a name of that kind.
    pub(super) fn has(&self, key: Key, user: UserId) -> bool {
        self.0.get(key as usize).is_some_and(|keys| keys.named.contains(&user))
    }

    /// Whom an address, a UPN or a distinguished name means.
    pub(super) fn find(&self, users: &Users, name: &str) -> Found {
        if let Some(user) = users.find_user(&address_key(name)) {
            return Found::One(user);
        }
        match self.by(Key::Upn, name) {
            Found::Nobody if dn::parts(name).is_some() => self.by(Key::Name, name),
            found => found,
        }
    }
}

impl Keys {
    fn text(&self, entry: u32) -> &str {
        let entry = entry as usize;
        let before = entry.checked_sub(1).and_then(|before| self.entries.get(before));
        let end = self.entries.get(entry).map_or(0, |(end, _)| *end);
        self.all.get(before.map_or(0, |(end, _)| *end)..end).unwrap_or_default()
    }

    fn entry(&self, key: &str) -> Option<u32> {
        self.index.find(key, |entry| self.text(entry) == key)
    }

    fn add(&mut self, key: &str, user: UserId) -> Option<UserId> {
        self.named.insert(user);
        if let Some(entry) = self.entry(key) {
            let other = self.entries.get(entry as usize).map(|(_, other)| *other)?;
            if other != user {
                self.twice.entry(entry).or_insert(user);
                return Some(other);
            }
            return None;
        }
        let entry = u32::try_from(self.entries.len()).ok()?;
        self.all.push_str(key);
        self.entries.push((self.all.len(), user));
        self.index.add(key, entry);
        None
    }

    fn find(&self, key: &str) -> Found {
        let Some(entry) = self.entry(key) else { return Found::Nobody };
        let Some((_, user)) = self.entries.get(entry as usize) else { return Found::Nobody };
        self.twice.get(&entry).map_or(Found::One(*user), |other| Found::Several(*user, *other))
    }
}

/// Every ring of managers, each from its first row on.
pub(super) fn rings(users: &Users) -> Vec<Vec<UserId>> {
    // 0: not looked at; n: first seen on the n-th walk up.
    let mut seen = vec![0_u32; users.rows()];
    let mut rings = Vec::new();
    for (walk, start) in (1..).zip(users.all()) {
        let mut at = Some(start);
        while let Some(user) = at {
            let Some(mark) = seen.get_mut(user as usize) else { break };
            if *mark == walk {
                rings.push(ring(users, user));
            }
            if *mark != 0 {
                break;
            }
            *mark = walk;
            at = users.manager(user);
        }
    }
    rings
}

/// The ring that `inside` is in, from its first row on.
fn ring(users: &Users, inside: UserId) -> Vec<UserId> {
    let mut ring = vec![inside];
    while let Some(next) = ring.last().and_then(|last| users.manager(*last))
        && next != inside
    {
        ring.push(next);
    }
    let first =
        ring.iter().enumerate().min_by_key(|(_, user)| **user).map_or(0, |(index, _)| index);
    ring.rotate_left(first);
    ring
}
