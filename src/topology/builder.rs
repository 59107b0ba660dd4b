//! Collecting users row by row.
//!
//! A reader of exports begins a row and fills its cells, in any order, from one file or several; then
//! [`UsersBuilder::build`] works out the relations. It knows no files and no formats.
//!
//! Invariant: one row per address; a second row with the same address is refused, not merged.

use super::applications::{ApplicationFacts, ApplicationKind};
use super::columns::Lists;
use super::users::{Flag, TextColumn, Users};
use super::{PoolId, UserId, is_policy};
use roaring::RoaringBitmap;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// One user, whole: for tests and small inventories.
#[derive(Debug, Clone, Default)]
pub struct UserRow {
    /// SIP address, in any spelling.
    pub address: String,
    /// Line of the file it stands in.
    pub line: usize,
    /// Home.
    pub home: Option<PoolId>,
    /// Texts.
    pub texts: Vec<(TextColumn, String)>,
    /// Flags that are set.
    pub flags: Vec<Flag>,
    /// Groups.
    pub groups: Vec<String>,
    /// Address of the manager; one that nobody has counts as none.
    pub manager: Option<String>,
    /// Addresses of delegates; those that nobody has are left out.
    pub delegates: Vec<String>,
    /// Meetings.
    pub meetings: u32,
    /// Contacts.
    pub contacts: Option<u32>,
    /// Further columns.
    pub extras: Vec<(String, String)>,
}

/// Collects rows.
#[derive(Debug, Default)]
pub struct UsersBuilder {
    pub(super) users: Users,
    groups: Vec<(u32, u32)>,
    delegates: Vec<(u32, u32)>,
}

impl UsersBuilder {
    /// Names the file that the rows begun from now on stand in; returns its number.
    pub fn file(&mut self, name: &str) -> usize {
        self.users.files.push(name.to_owned());
        self.users.files.len() - 1
    }

    /// Begins a row; `address` is in any spelling.
    ///
    /// # Errors
    /// The row that has this address already.
    pub fn begin(&mut self, address: &str, line: usize) -> Result<UserId, UserId> {
        self.begin_key(&super::address_key(address), line)
    }

    /// Begins the row of an application; `id` is its name among those of its kind, as exported.
    ///
    /// # Errors
    /// The row that has this kind and id already.
    pub fn begin_application(
        &mut self,
        kind: ApplicationKind,
        id: &str,
        line: usize,
    ) -> Result<UserId, UserId> {
        let row = self.begin_key(&kind.key(id), line)?;
        let facts = ApplicationFacts {
            kind,
            id: id.trim().to_owned(),
            agents: RoaringBitmap::new(),
            columns: Arc::default(),
            cells: Vec::new(),
        };
        self.users.applications.add(row, facts);
        Ok(row)
    }

    fn begin_key(&mut self, key: &str, line: usize) -> Result<UserId, UserId> {
        if let Some(earlier) = self.users.find_key(key) {
            return Err(earlier);
        }
        let Ok(user) = UserId::try_from(self.users.rows()) else { return Err(UserId::MAX) };
        let text = self.users.texts.intern(key);
        self.users.addresses.push(text);
        self.users.by_address.add(key, user);
        self.users.lines.push(u32::try_from(line).unwrap_or(u32::MAX));
        let file = self.users.files.len().saturating_sub(1);
        self.users.file_of.set(user, u16::try_from(file).unwrap_or(0));
        Ok(user)
    }

    /// What was collected so far; relations are missing until [`UsersBuilder::build`].
    #[must_use]
    pub fn so_far(&self) -> &Users {
        &self.users
    }

    /// Sets a text.
    pub fn text(&mut self, user: UserId, column: TextColumn, text: &str) {
        let text = self.users.texts.intern(text);
        if let Some(cells) = self.users.text_columns.get_mut(column as usize) {
            cells.set(user, text);
        }
    }

    /// Sets a flag.
    pub fn flag(&mut self, user: UserId, flag: Flag) {
        if let Some(rows) = self.users.flags.get_mut(flag as usize) {
            rows.insert(user);
        }
    }

    /// Adds a group.
    pub fn group(&mut self, user: UserId, group: &str) {
        let text = self.users.texts.intern(group);
        self.groups.push((user, text));
    }

    /// Sets the home.
    pub fn home(&mut self, user: UserId, home: Option<PoolId>) {
        self.users.homes.set(user, home);
    }

    /// Sets the number of meetings.
    pub fn meetings(&mut self, user: UserId, meetings: u32) {
        self.users.meetings.set(user, meetings);
    }

    /// Sets the number of contacts.
    pub fn contacts(&mut self, user: UserId, contacts: u32) {
        self.users.contacts.set(user, contacts.saturating_add(1));
    }

    /// Sets the manager.
    pub fn manager(&mut self, user: UserId, manager: UserId) {
        self.users.managers.set(user, manager.saturating_add(1));
    }

    /// Adds a delegate.
    pub fn delegate(&mut self, user: UserId, delegate: UserId) {
        self.delegates.push((user, delegate));
    }

    /// Adds a user who answers for an application.
    pub fn agent(&mut self, application: UserId, agent: UserId) {
        if let Some(facts) = self.users.applications.facts_mut(application) {
            facts.agents.insert(agent);
        }
    }

    /// Sets the further columns of an application: their names, and its cells in the same order.
    pub fn application_cells(
        &mut self,
        application: UserId,
        columns: &Arc<[String]>,
        cells: Vec<String>,
    ) {
        if let Some(facts) = self.users.applications.facts_mut(application) {
            facts.columns = Arc::clone(columns);
            facts.cells = cells;
        }
    }

    /// The number of a further column, which is added if there is none of that name in any case.
    pub fn column(&mut self, name: &str) -> usize {
        let lower = name.to_lowercase();
        let there = self.users.columns.iter().position(|other| other.to_lowercase() == lower);
        there.unwrap_or_else(|| {
            self.users.columns.push(name.to_owned());
            self.users.extras.push(super::columns::Column::default());
            self.users.holders.push(Vec::new());
            self.users.columns.len() - 1
        })
    }

    /// Sets a cell of a further column.
    pub fn extra(&mut self, user: UserId, column: usize, text: &str) {
        let text = self.users.texts.intern(text);
        if let Some(cells) = self.users.extras.get_mut(column) {
            cells.set(user, text);
        }
    }

    /// Adds a whole row but for its manager and delegates, which need everybody's rows.
    ///
    /// # Errors
    /// The row that has this address already.
    pub fn push(&mut self, row: &UserRow) -> Result<UserId, UserId> {
        let user = self.begin(&row.address, row.line)?;
        self.home(user, row.home);
        self.meetings(user, row.meetings);
        if let Some(contacts) = row.contacts {
            self.contacts(user, contacts);
        }
        row.texts.iter().for_each(|(column, text)| self.text(user, *column, text));
        row.flags.iter().for_each(|flag| self.flag(user, *flag));
        row.groups.iter().for_each(|group| self.group(user, group));
        for (name, text) in &row.extras {
            let column = self.column(name);
            self.extra(user, column, text);
            if is_policy(name) {
                self.policy(user, name, text);
            }
        }
        Ok(user)
    }

    /// Collects whole rows; a second row with the same address is left out.
    #[must_use]
    pub fn of_rows(file: &str, rows: &[UserRow]) -> Self {
        let mut builder = Self::default();
        builder.file(file);
        let placed: Vec<_> = rows.iter().map(|row| (row, builder.push(row))).collect();
        for (row, user) in placed {
            let Ok(user) = user else { continue };
            let manager = row.manager.as_deref().and_then(|name| builder.users.find(name));
            if let Some(manager) = manager {
                builder.manager(user, manager);
            }
            let delegates = row.delegates.iter().filter_map(|name| builder.users.find(name));
            for delegate in delegates.collect::<Vec<_>>() {
                builder.delegate(user, delegate);
            }
        }
        builder
    }

    /// Works out the relations.
    #[must_use]
    pub fn build(self) -> Users {
        let Self { mut users, mut groups, mut delegates } = self;
        let rows = users.rows();
        once(&mut groups);
        users.groups = Lists::from_pairs(rows, &groups);
        once(&mut delegates);
        users.delegates = Lists::from_pairs(rows, &delegates);
        let turned: Vec<(u32, u32)> =
            users.delegates.pairs().map(|(user, delegate)| (delegate, user)).collect();
        users.acts_for = Lists::from_pairs(rows, &turned);
        share_lines(&mut users);
        users.freeze();
        users
    }
}

/// Keeps the first of equal pairs: several files may say the same.
fn once(pairs: &mut Vec<(u32, u32)>) {
    let mut seen = HashSet::with_capacity(pairs.len());
    pairs.retain(|pair| seen.insert(*pair));
}

/// Finds the lines that several users have.
fn share_lines(users: &mut Users) {
    let rows = users.all();
    let Some(lines) = users.text_columns.get(TextColumn::Line as usize).cloned() else { return };
    let mut first_with: HashMap<u32, UserId> = HashMap::new();
    let mut number_of: HashMap<UserId, u32> = HashMap::new();
    let mut pairs: Vec<(u32, UserId)> = Vec::new();
    let mut add = |users: &mut Users, number: u32, user: UserId| {
        users.shared.set(user, number + 1);
        pairs.push((number, user));
    };
    for user in rows {
        let mut line = lines.get(user);
        if line == 0 {
            continue;
        }
        let key = users.texts.get(line).trim().to_lowercase();
        if key != users.texts.get(line) {
            line = users.texts.intern(&key);
        }
        let first = *first_with.entry(line).or_insert(user);
        if first == user {
            continue;
        }
        let next = u32::try_from(number_of.len()).unwrap_or(u32::MAX);
        let number = *number_of.entry(first).or_insert(next);
        if number == next {
            add(users, number, first);
        }
        add(users, number, user);
    }
    users.sharers = Lists::from_pairs(number_of.len(), &pairs);
}

impl Users {
    /// Builds users from whole rows; a second row with the same address is left out.
    #[must_use]
    pub fn from_rows(file: &str, rows: &[UserRow]) -> Self {
        UsersBuilder::of_rows(file, rows).build()
    }
}
