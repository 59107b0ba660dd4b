//! Applications: everything but users that lives on a pool and can move.
//!
//! They are rows of the same table as users, so homes, moves and the journal know them by the same
//! numbers; only their facts are kept here. The key of an application, in the journal and for drivers,
//! is `kind:id`, as in `response_group:helpdesk`. No SIP address holds a colon, so a key tells what it is.

use super::{UserId, Users};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A kind of application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the object of that name in the product")]
pub enum ApplicationKind {
    ResponseGroup,
    DialInNumber,
    ConferenceDirectory,
    UmContact,
    TrustedApplication,
    CommonAreaPhone,
    AnalogDevice,
}

impl ApplicationKind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::ResponseGroup,
        Self::DialInNumber,
        Self::ConferenceDirectory,
        Self::UmContact,
        Self::TrustedApplication,
        Self::CommonAreaPhone,
        Self::AnalogDevice,
    ];

    /// The word of scripts and of sidle.toml: `response_group`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ResponseGroup => "response_group",
            Self::DialInNumber => "dial_in_number",
            Self::ConferenceDirectory => "conference_directory",
            Self::UmContact => "um_contact",
            Self::TrustedApplication => "trusted_application",
            Self::CommonAreaPhone => "common_area_phone",
            Self::AnalogDevice => "analog_device",
        }
    }

    /// The words of reports, for one: `response group`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::ResponseGroup => "response group",
            Self::DialInNumber => "dial-in number",
            Self::ConferenceDirectory => "conference directory",
            Self::UmContact => "UM contact",
            Self::TrustedApplication => "trusted application",
            Self::CommonAreaPhone => "common-area phone",
            Self::AnalogDevice => "analog device",
        }
    }

    /// The kind with that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The key of an application of this kind; `id` is in any spelling.
    ///
    /// ```
    /// # use sidle::topology::ApplicationKind;
    /// let key = ApplicationKind::ResponseGroup.key(" Helpdesk");
    /// assert_eq!(key, "response_group:helpdesk");
    /// assert_eq!(ApplicationKind::of_key(&key), Some(ApplicationKind::ResponseGroup));
    /// assert_eq!(ApplicationKind::of_key("ann@contoso.com"), None);
    /// ```
    #[must_use]
    pub fn key(self, id: &str) -> String {
        format!("{}:{}", self.word(), super::address_key(id))
    }

    /// The kind that a key names; `None` for a user's address.
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        key.split_once(':').and_then(|(word, _)| Self::named(word))
    }
}

/// What a move moves: a set holds users or applications, never both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movable {
    /// People.
    #[default]
    Users,
    /// Everything else.
    Applications,
}

impl Movable {
    /// True for people: what records leave unsaid.
    #[must_use]
    pub fn is_users(&self) -> bool {
        matches!(self, Self::Users)
    }

    /// Returns `3 applications`.
    #[must_use]
    pub fn count(self, number: usize) -> String {
        crate::text::count(number, if self.is_users() { "user" } else { "application" })
    }
}

/// Counts keys of users and applications in words: `2 users and 3 applications`.
#[must_use]
pub fn in_words<'a>(keys: impl IntoIterator<Item = &'a str>) -> String {
    let (mut users, mut applications) = (0, 0);
    for key in keys {
        *(if ApplicationKind::of_key(key).is_some() { &mut applications } else { &mut users }) += 1;
    }
    both_in_words(users, applications)
}

/// Two numbers in words: `2 users and 3 applications`; `0 users` for nothing at all.
#[must_use]
pub fn both_in_words(users: usize, applications: usize) -> String {
    match (users, applications) {
        (users, 0) => Movable::Users.count(users),
        (0, applications) => Movable::Applications.count(applications),
        (users, applications) => format!(
            "{} and {}",
            Movable::Users.count(users),
            Movable::Applications.count(applications)
        ),
    }
}

/// What is known of one application beside what every row has.
#[derive(Debug, Clone)]
pub struct ApplicationFacts {
    /// Which kind.
    pub kind: ApplicationKind,
    /// Its name among those of its kind, as the export spells it.
    pub id: String,
    /// The users who answer for a response group.
    pub agents: RoaringBitmap,
    /// Names of the export's further columns.
    pub columns: Arc<[String]>,
    /// Their cells, in the same order.
    pub cells: Vec<String>,
}

/// The applications among the rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Applications {
    rows: RoaringBitmap,
    facts: BTreeMap<UserId, ApplicationFacts>,
}

impl Applications {
    pub(super) fn add(&mut self, row: UserId, facts: ApplicationFacts) {
        self.rows.insert(row);
        self.facts.insert(row, facts);
    }

    pub(super) fn facts_mut(&mut self, row: UserId) -> Option<&mut ApplicationFacts> {
        self.facts.get_mut(&row)
    }

    pub(super) fn contains(&self, row: UserId) -> bool {
        self.rows.contains(row)
    }

    pub(super) fn len(&self) -> usize {
        self.facts.len()
    }
}

impl Users {
    /// The rows that are applications.
    #[must_use]
    pub fn applications(&self) -> &RoaringBitmap {
        &self.applications.rows
    }

    /// What is known of an application; `None` for a user.
    #[must_use]
    pub fn application(&self, row: UserId) -> Option<&ApplicationFacts> {
        self.applications.facts.get(&row)
    }

    /// The rows of one kind among those of a set.
    #[must_use]
    pub fn of_kind(&self, set: &RoaringBitmap, kind: ApplicationKind) -> RoaringBitmap {
        let is_it = |row: &UserId| self.application(*row).is_some_and(|facts| facts.kind == kind);
        set.iter().filter(is_it).collect()
    }

    /// The row of a user with that address; never an application.
    #[must_use]
    pub fn find_user(&self, address: &str) -> Option<UserId> {
        self.find(address).filter(|row| !self.applications.contains(*row))
    }

    /// Every application that `name` may mean: its key, or its id or name among all kinds.
    #[must_use]
    pub fn find_applications(&self, name: &str) -> Vec<UserId> {
        let key = super::address_key(name);
        if let Some(row) = self.find_key(&key).filter(|row| self.applications.contains(*row)) {
            return vec![row];
        }
        let is_it = |facts: &ApplicationFacts| super::address_key(&facts.id) == key;
        let named = self.applications.facts.iter().filter(|(_, facts)| is_it(facts));
        named.map(|(row, _)| *row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::{UserRow, UsersBuilder};

    fn users() -> Users {
        let mut builder = UsersBuilder::default();
        builder.file("users.csv");
        let row = |address: &str| UserRow {
            address: address.to_owned(),
            texts: vec![(crate::topology::TextColumn::Line, "tel:+1".to_owned())],
            ..UserRow::default()
        };
        builder.push(&row("ann@contoso.com")).unwrap();
        builder.file("groups.csv");
        let kind = ApplicationKind::ResponseGroup;
        let helpdesk = builder.begin_application(kind, "Helpdesk", 2).unwrap();
        builder.text(helpdesk, crate::topology::TextColumn::Line, "tel:+1");
        assert_eq!(builder.begin_application(kind, "HELPDESK ", 3), Err(helpdesk));
        let number = ApplicationKind::DialInNumber;
        builder.begin_application(number, "Helpdesk", 4).unwrap();
        builder.push(&row("bob@contoso.com")).unwrap();
        builder.build()
    }

    #[test]
    fn users_and_applications_are_rows_of_one_table_and_told_apart() {
        let users = users();
        assert_eq!((users.len(), users.rows()), (2, 4));
        assert_eq!(users.all().into_iter().collect::<Vec<_>>(), [0, 3]);
        assert_eq!(users.applications().iter().collect::<Vec<_>>(), [1, 2]);
        assert_eq!(users.everything().len(), 4);
        assert_eq!(users.find("Response_Group:helpdesk"), Some(1));
        assert_eq!(users.find_user("response_group:helpdesk"), None);
        assert_eq!(users.find_applications("dial_in_number:Helpdesk"), [2]);
        assert_eq!(users.find_applications("helpdesk"), [1, 2]);
        assert_eq!(users.near("response_group:helpdesc@contoso.com"), None);
        assert!(users.shares_line(0).iter().eq(&[0, 3]), "an application shares no user's line");
    }

    #[test]
    fn numbers_of_both_are_said_in_one_breath() {
        assert_eq!(
            in_words(["a@b", "response_group:x", "um_contact:y@b"]),
            "1 user and 2 applications"
        );
        assert_eq!(in_words(["um_contact:y@b"]), "1 application");
        assert_eq!(in_words([]), "0 users");
    }
}
