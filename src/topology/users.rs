//! Users as compact columns: interned strings, bitmaps, and where each row came from.

use super::{PoolId, UserId};
use roaring::RoaringBitmap;

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

/// Columns of yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the property of that name")]
pub enum Flag {
    Enabled,
    EnterpriseVoice,
    Federation,
    RemoteAccess,
}

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

/// One user as a reader of exports hands it over.
#[derive(Debug, Clone, Default)]
pub struct UserRow {
    /// SIP address without `sip:`, in lower case.
    pub address: String,
}

/// Collects rows.
#[derive(Debug, Default)]
pub struct UsersBuilder {}

/// All users of a snapshot, by row.
#[derive(Debug, Clone, Default)]
pub struct Users {}

impl Users {
    /// Number of users.
    #[must_use]
    pub fn len(&self) -> usize {
        0
    }
    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Every row.
    #[must_use]
    pub fn all(&self) -> RoaringBitmap {
        RoaringBitmap::new()
    }
    /// SIP address without `sip:`, in lower case; empty for a row that does not exist.
    #[must_use]
    pub fn address(&self, _user: UserId) -> &'static str {
        ""
    }
    /// The row with that address, with or without `sip:`, in any case.
    #[must_use]
    pub fn find(&self, _address: &str) -> Option<UserId> {
        None
    }
    /// The nearest address to one that is not there.
    #[must_use]
    pub fn near(&self, _address: &str) -> Option<&str> {
        None
    }
    /// A text; empty where the export has none.
    #[must_use]
    pub fn text(&self, _user: UserId, _column: TextColumn) -> &'static str {
        ""
    }
    /// A yes or no.
    #[must_use]
    pub fn flag(&self, _user: UserId, _flag: Flag) -> bool {
        false
    }
    /// The rows with that flag.
    #[must_use]
    pub fn flagged(&self, _flag: Flag) -> RoaringBitmap {
        RoaringBitmap::new()
    }
    /// Several texts, in the order of the export.
    #[must_use]
    pub fn list(&self, _user: UserId, _column: ListColumn) -> Vec<&str> {
        Vec::new()
    }
    /// Meetings that the user organises; 0 where nothing is known.
    #[must_use]
    pub fn meetings(&self, _user: UserId) -> u32 {
        0
    }
    /// Contacts on the user's list, where the export tells.
    #[must_use]
    pub fn contacts(&self, _user: UserId) -> Option<u32> {
        None
    }
    /// The manager, if known.
    #[must_use]
    pub fn manager(&self, _user: UserId) -> Option<UserId> {
        None
    }
    /// The delegates, if any.
    #[must_use]
    pub fn delegates(&self, _user: UserId) -> Vec<UserId> {
        Vec::new()
    }
    /// Policies as pairs of kind and name (`VoicePolicy`, `Tag:Gold`), set ones only.
    #[must_use]
    pub fn policies(&self, _user: UserId) -> Vec<(&str, &str)> {
        Vec::new()
    }
    /// Home in the snapshot.
    #[must_use]
    pub fn home(&self, _user: UserId) -> Option<PoolId> {
        None
    }
    /// Names of every further column of the exports, as spelt there.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &[]
    }
    /// A further column's text, by its name without regard to case; `None` if there is no such column.
    #[must_use]
    pub fn extra(&self, _user: UserId, _column: &str) -> Option<&str> {
        None
    }
    /// Where the row stands.
    #[must_use]
    pub fn origin(&self, _user: UserId) -> Origin {
        Origin { file: String::new(), line: 0 }
    }
}
