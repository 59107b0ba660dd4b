//! Finding users by what directories call them, and rings of managers.

use super::dn;
use crate::topology::{Index, TextColumn, UserId, Users, address_key};

/// Users by UPN, account name and distinguished name, all without regard to case.
pub(super) struct People {
    upns: Index,
    accounts: Index,
    account_column: Option<usize>,
    names: Index,
    name_column: Option<usize>,
}

impl People {
    /// Indexes all users.
    pub(super) fn of(users: &Users) -> Self {
        let column =
            |name: &str| users.columns().iter().position(|other| other.eq_ignore_ascii_case(name));
        let account_column = column("SamAccountName");
        let name_column = column("DistinguishedName");
        let by = |column: Option<usize>| {
            column.map_or_else(Index::default, |column| {
                index(users, |user| users.extra_at(user, column))
            })
        };
        Self {
            upns: index(users, |user| users.text(user, TextColumn::Upn)),
            accounts: by(account_column),
            account_column,
            names: by(name_column),
            name_column,
        }
    }

    /// The user with that UPN.
    pub(super) fn by_upn(&self, users: &Users, upn: &str) -> Option<UserId> {
        let key = key(upn);
        self.upns.find(&key, |row| self::key(users.text(row, TextColumn::Upn)) == key)
    }

    /// The user with that account name.
    pub(super) fn by_account(&self, users: &Users, account: &str) -> Option<UserId> {
        let column = self.account_column?;
        let key = key(account);
        self.accounts.find(&key, |row| self::key(users.extra_at(row, column)) == key)
    }

    /// Whom an address, a UPN or a distinguished name means.
    pub(super) fn find(&self, users: &Users, name: &str) -> Option<UserId> {
        let key = key(name);
        users.find_user(&address_key(&key)).or_else(|| self.by_upn(users, &key)).or_else(|| {
            let column = self.name_column?;
            dn::parts(name)?;
            self.names.find(&key, |row| self::key(users.extra_at(row, column)) == key)
        })
    }
}

fn key(text: &str) -> String {
    text.trim().to_lowercase()
}

fn index<'a>(users: &Users, value: impl Fn(UserId) -> &'a str) -> Index {
    let mut index = Index::default();
    for user in users.all() {
        let key = key(value(user));
        // Of several with one name, the first counts.
        if !key.is_empty() && index.find(&key, |row| self::key(value(row)) == key).is_none() {
            index.add(&key, user);
        }
    }
    index
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
