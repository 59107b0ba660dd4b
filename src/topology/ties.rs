//! Ties between users: who should not be parted, and which ties a cut goes through.
//!
//! A delegate acts in the name of another, and a line rings at all who share it: parted, they meet the
//! gap between the old side and the new. A manager is a tie only if asked for, because by managers a
//! whole company hangs together.

use super::{UserId, Users};
use roaring::RoaringBitmap;
use std::collections::{HashMap, VecDeque};

/// What ties one user to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// The first has the second as a delegate.
    Delegate,
    /// Both have one line.
    Line,
    /// The second is the first one's manager.
    Manager,
}

/// Which ties count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    /// Delegates, both ways.
    pub delegates: bool,
    /// Shared lines.
    pub lines: bool,
    /// Managers, both ways.
    pub managers: bool,
}

impl Default for Ties {
    fn default() -> Self {
        Self { delegates: true, lines: true, managers: false }
    }
}

/// What becomes of a group that is larger than a part may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversize {
    /// It stays whole, in a part of its own.
    Keep,
    /// It is cut into parts.
    Cut,
}

/// How many parts with room left are looked at for a group.
const LOOKED_AT: usize = 64;

impl Ties {
    /// Everybody to whom a user is tied, and how; the user's own side of a tie to a manager only.
    fn of(self, users: &Users, user: UserId) -> Vec<UserId> {
        let mut tied = Vec::new();
        if self.delegates {
            tied.extend(users.delegates(user));
            tied.extend_from_slice(users.acts_for(user));
        }
        if self.lines {
            tied.extend(users.shares_line(user).iter().copied().filter(|other| *other != user));
        }
        if self.managers {
            tied.extend(users.manager(user));
        }
        tied
    }

    /// Those whom a user should not be parted from.
    #[must_use]
    pub fn tied_to(self, users: &Users, user: UserId) -> RoaringBitmap {
        self.of(users, user).into_iter().collect()
    }

    /// The users in groups that hang together, each in an order in which neighbours stand close; groups
    /// in the order of their first members.
    #[must_use]
    pub fn groups(self, users: &Users, order: &[UserId]) -> Vec<Vec<UserId>> {
        let members: RoaringBitmap = order.iter().copied().collect();
        let mut manages: HashMap<UserId, Vec<UserId>> = HashMap::new();
        if self.managers {
            for user in order {
                if let Some(manager) = users.manager(*user) {
                    manages.entry(manager).or_default().push(*user);
                }
            }
        }
        let mut seen = RoaringBitmap::new();
        let mut groups = Vec::new();
        for first in order {
            if !seen.insert(*first) {
                continue;
            }
            let (mut group, mut waiting) = (Vec::new(), VecDeque::from([*first]));
            while let Some(user) = waiting.pop_front() {
                group.push(user);
                let managed = manages.get(&user).into_iter().flatten().copied();
                for other in self.of(users, user).into_iter().chain(managed) {
                    if members.contains(other) && seen.insert(other) {
                        waiting.push_back(other);
                    }
                }
            }
            groups.push(group);
        }
        groups
    }

    /// Every tie between a user of one set and a user of the other, in the order of the rows.
    #[must_use]
    pub fn between(
        self,
        users: &Users,
        one: &RoaringBitmap,
        other: &RoaringBitmap,
    ) -> Vec<(UserId, Tie, UserId)> {
        let mut found = Vec::new();
        let apart = other - one;
        for user in one {
            if self.delegates {
                let delegates = users.delegates(user).into_iter();
                let has = delegates.map(|delegate| (user, Tie::Delegate, delegate));
                let acts = users.acts_for(user).iter().map(|other| (*other, Tie::Delegate, user));
                let all = has.chain(acts);
                found.extend(all.filter(|(a, _, b)| apart.contains(*a) || apart.contains(*b)));
            }
            if self.lines {
                let sharers = users.shares_line(user).iter().copied();
                let parted = sharers.filter(|sharer| apart.contains(*sharer));
                found.extend(parted.map(|sharer| (user, Tie::Line, sharer)));
            }
            if self.managers {
                let manager = users.manager(user).filter(|manager| apart.contains(*manager));
                found.extend(manager.map(|manager| (user, Tie::Manager, manager)));
            }
        }
        if self.managers {
            for user in &apart {
                let manager = users.manager(user).filter(|manager| one.contains(*manager));
                found.extend(manager.map(|manager| (user, Tie::Manager, manager)));
            }
        }
        found
    }
}

/// Cuts users into parts of at most `size` that part nobody from those they are tied to.
///
/// A group of tied users goes whole into the first part that has room, of the newest [`LOOKED_AT`] that
/// have any. What becomes of a group that is larger than `size`, `oversize` says.
#[must_use]
pub fn split_together(
    users: &Users,
    order: &[UserId],
    size: usize,
    ties: Ties,
    oversize: Oversize,
) -> Vec<Vec<UserId>> {
    let size = size.max(1);
    let mut parts: Vec<Vec<UserId>> = Vec::new();
    let mut open: VecDeque<usize> = VecDeque::new();
    let mut put = |group: &[UserId]| {
        let mut room = open.iter().copied();
        let fits = |part: &Vec<UserId>| part.len() + group.len() <= size;
        let found = room.find(|number| parts.get(*number).is_some_and(fits));
        let number = found.unwrap_or(parts.len());
        if found.is_none() {
            parts.push(Vec::new());
            open.push_back(number);
            if open.len() > LOOKED_AT {
                open.pop_front();
            }
        }
        if let Some(part) = parts.get_mut(number) {
            part.extend_from_slice(group);
            if part.len() >= size {
                open.retain(|other| *other != number);
            }
        }
    };
    for group in ties.groups(users, order) {
        if oversize == Oversize::Cut {
            group.chunks(size).for_each(&mut put);
        } else {
            put(&group);
        }
    }
    parts
}
