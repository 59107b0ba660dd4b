//! Users as compact columns: interned strings, bitmaps, and where each row came from.
//!
//! Applications are rows of the same table; what only they have is in `applications.rs`.
//! Reading never fails: a row or value that is not there is empty. Rows are made by
//! [`UsersBuilder`](super::UsersBuilder) and never change afterwards.

use super::applications::Applications;
use super::columns::{Column, Index, Lists, TextId, Texts};
use super::further::{Cells, RowAt};
use super::policies::Policies;
use super::{PoolId, UserId};
use roaring::RoaringBitmap;
use std::borrow::Cow;
use std::sync::Arc;

/// Columns of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of that name")]
pub enum TextColumn {
    Upn,
    Name,
    Line,
    Archiving,
    Department,
    Title,
    City,
    Client,
    /// `TargetServerIfMoving` or `TargetRegistrarPool` as exported.
    MovingTo,
}

/// Number of [`TextColumn`]s.
const TEXT_COLUMNS: usize = 9;

/// Columns of yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of that name")]
pub enum Flag {
    Enabled,
    EnterpriseVoice,
    Federation,
    RemoteAccess,
    /// Address or name begins or ends with a space: the old product cannot move such a user.
    EdgeSpaces,
}

/// Number of [`Flag`]s.
const FLAGS: usize = 5;

/// Columns of several texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of that name")]
pub enum ListColumn {
    Groups,
}

/// Where a row was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Path inside the folder.
    pub file: String,
    /// Line of the row, from 1.
    pub line: usize,
}

/// All users of a snapshot, by row.
#[derive(Debug, Clone, Default)]
pub struct Users {
    pub(super) texts: Texts,
    pub(super) addresses: Vec<TextId>,
    pub(super) by_address: Index,
    pub(super) text_columns: [Column<TextId>; TEXT_COLUMNS],
    pub(super) flags: [RoaringBitmap; FLAGS],
    pub(super) groups: Lists,
    pub(super) meetings: Column<u32>,
    /// One more than the number, so that 0 means unknown.
    pub(super) contacts: Column<u32>,
    /// One more than the row, so that 0 means nobody.
    pub(super) managers: Column<u32>,
    pub(super) delegates: Lists,
    /// The same relation the other way round: for whom a user is a delegate.
    pub(super) acts_for: Lists,
    /// For each user with a shared line, one more than its row in `sharers`.
    pub(super) shared: Column<u32>,
    pub(super) sharers: Lists,
    pub(super) homes: Column<Option<PoolId>>,
    pub(super) policies: Policies,
    pub(super) columns: Vec<String>,
    /// Of each further column: what is kept of it, and the files that hold the rest.
    pub(super) extras: Vec<Column<TextId>>,
    pub(super) holders: Vec<Vec<u16>>,
    pub(super) cells: Option<Arc<dyn Cells>>,
    pub(super) files: Vec<String>,
    pub(super) file_of: Column<u16>,
    pub(super) lines: Vec<u32>,
    pub(super) applications: Applications,
    pub(super) rows: Column<RowAt>,
    /// Rows of other files, by the file's number.
    pub(super) joined: Vec<(u16, Column<RowAt>)>,
}

/// The key of an address as anybody writes it: without `sip:` and outer spaces, in lower case.
///
/// ```
/// assert_eq!(sidle::topology::address_key(" SIP:Ann@contoso.com"), "ann@contoso.com");
/// ```
#[must_use]
pub fn address_key(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let bare = match address.split_at_checked(4) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("sip:") => rest,
        _ => address,
    };
    let small = bare.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if small { Cow::Borrowed(bare) } else { Cow::Owned(bare.to_lowercase()) }
}

impl Users {
    /// Number of users; applications do not count.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows() - self.applications.len()
    }

    /// True if there are no users.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of rows: users and applications.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.addresses.len()
    }

    /// The rows of all users.
    #[must_use]
    pub fn all(&self) -> RoaringBitmap {
        self.everything() - self.applications()
    }

    /// Every row: users and applications.
    #[must_use]
    pub fn everything(&self) -> RoaringBitmap {
        let mut all = RoaringBitmap::new();
        all.insert_range(0..UserId::try_from(self.rows()).unwrap_or(UserId::MAX));
        all
    }

    /// SIP address without `sip:`, or an application's key, in lower case; empty for a row that does
    /// not exist.
    #[must_use]
    pub fn address(&self, user: UserId) -> &str {
        self.addresses.get(user as usize).map_or("", |text| self.texts.get(*text))
    }

    /// The row with that address, with or without `sip:`, or with that key, in any case.
    #[must_use]
    pub fn find(&self, address: &str) -> Option<UserId> {
        self.find_key(&address_key(address))
    }

    /// The row with that [`address_key`].
    pub(super) fn find_key(&self, key: &str) -> Option<UserId> {
        self.by_address.find(key, |row| self.address(row) == key)
    }

    /// The nearest address of a user to one that is not there.
    #[must_use]
    pub fn near(&self, address: &str) -> Option<&str> {
        let key = address_key(address);
        let everybody = || {
            let rows = (0..).zip(&self.addresses);
            let users = rows.filter(|(row, _)| !self.applications.contains(*row));
            users.map(|(_, text)| self.texts.get(*text))
        };
        let Some((local, domain)) = key.split_once('@') else {
            // A bare name: whoever has it before the @.
            return everybody()
                .find(|other| other.split_once('@').is_some_and(|(name, _)| name == key))
                .or_else(|| {
                    crate::text::near(&key, everybody().filter(|other| alike(&key, other)))
                });
        };
        // Within a domain only the part before the @ tells people apart.
        let names = everybody().filter_map(|other| {
            other.split_once('@').filter(|(name, of)| *of == domain && alike(local, name))
        });
        match crate::text::near(local, names.map(|(name, _)| name)) {
            Some(name) => self.find(&format!("{name}@{domain}")).map(|row| self.address(row)),
            None => crate::text::near(
                &key,
                everybody().filter(|other| !other.ends_with(domain) && alike(&key, other)),
            ),
        }
    }

    /// A text; empty where the export has none.
    #[must_use]
    pub fn text(&self, user: UserId, column: TextColumn) -> &str {
        self.texts.get(self.text_columns.get(column as usize).map_or(0, |texts| texts.get(user)))
    }

    /// A yes or no.
    #[must_use]
    pub fn flag(&self, user: UserId, flag: Flag) -> bool {
        self.flags.get(flag as usize).is_some_and(|rows| rows.contains(user))
    }

    /// The rows with that flag.
    #[must_use]
    pub fn flagged(&self, flag: Flag) -> RoaringBitmap {
        self.flags.get(flag as usize).cloned().unwrap_or_default()
    }

    /// True if the address or the name begins or ends with a space in the export.
    #[must_use]
    pub fn has_edge_spaces(&self, user: UserId) -> bool {
        self.flag(user, Flag::EdgeSpaces)
    }

    /// Several texts, in the order of the export.
    #[must_use]
    pub fn list(&self, user: UserId, column: ListColumn) -> Vec<&str> {
        match column {
            ListColumn::Groups => {
                self.groups.get(user).iter().map(|text| self.texts.get(*text)).collect()
            }
        }
    }

    /// Meetings that the user organises; 0 where nothing is known.
    #[must_use]
    pub fn meetings(&self, user: UserId) -> u32 {
        self.meetings.get(user)
    }

    /// Contacts on the user's list, where the export tells.
    #[must_use]
    pub fn contacts(&self, user: UserId) -> Option<u32> {
        self.contacts.get(user).checked_sub(1)
    }

    /// The manager, if known.
    #[must_use]
    pub fn manager(&self, user: UserId) -> Option<UserId> {
        self.managers.get(user).checked_sub(1)
    }

    /// The delegates, if any.
    #[must_use]
    pub fn delegates(&self, user: UserId) -> Vec<UserId> {
        self.delegates.get(user).to_vec()
    }

    /// For whom the user is a delegate.
    #[must_use]
    pub fn acts_for(&self, user: UserId) -> &[UserId] {
        self.acts_for.get(user)
    }

    /// Everybody with the same line, the user included; empty if nobody else has it.
    #[must_use]
    pub fn shares_line(&self, user: UserId) -> &[UserId] {
        self.shared.get(user).checked_sub(1).map(|row| self.sharers.get(row)).unwrap_or_default()
    }

    /// Home in the snapshot.
    #[must_use]
    pub fn home(&self, user: UserId) -> Option<PoolId> {
        self.homes.get(user)
    }

    /// Where the row stands.
    #[must_use]
    pub fn origin(&self, user: UserId) -> Origin {
        let line = self.lines.get(user as usize).copied();
        let file = self.files.get(usize::from(self.file_of.get(user)));
        Origin {
            file: line.and(file).cloned().unwrap_or_default(),
            line: line.unwrap_or(0) as usize,
        }
    }
}

/// A cheap look before the edit distance is computed: no near name differs in many letters.
fn alike(word: &str, other: &str) -> bool {
    let allowed = 1 + word.len().max(other.len()) / 4;
    word.len().abs_diff(other.len()) <= 2 * allowed
        && (letters(word) ^ letters(other)).count_ones() as usize <= 2 * allowed
}

fn letters(word: &str) -> u64 {
    word.bytes().fold(0, |set, byte| set | 1 << (byte & 63))
}
