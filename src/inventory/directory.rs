//! Directory exports, joined to the users: departments, managers, groups, delegates, clients.
//!
//! A row belongs to the user with its SIP address; without one, to the user with its UPN, else its SID,
//! else its account name; a row whose names mean different users is refused. What an earlier file says is not overwritten.

use super::Files;
use super::cells::{groups, number, parts, wrong};
use super::differences::Differences;
use super::earlier::Spot;
use super::faults::Faults;
use super::header::{Export, Field, Header};
use super::joins::{Joins, ambiguous};
use super::people::{Found, Key};
use super::records::Records;
use super::users::FIRST;
use crate::diagnostic::{Finding, Severity, codes};
use crate::text;
use crate::topology::{TextColumn, UserId, UsersBuilder, is_policy};

/// What names a row's user, where there is no SIP address.
const KEYS: [Field; 3] = [Field::Text(TextColumn::Upn), Field::Sid, Field::SamAccountName];

/// What reading the directory needs from row to row.
struct Reader<'a> {
    header: Header,
    policies: Vec<bool>,
    builder: &'a mut UsersBuilder,
    joins: &'a mut Joins,
    file: usize,
    differences: Differences,
    /// Rows that belong to nobody, and the first of them.
    alone: usize,
    first_alone: Option<Finding>,
}

/// Reads the directory and adds to the users what it says.
pub(super) fn read(
    name: &str,
    files: &dyn Files,
    builder: &mut UsersBuilder,
    joins: &mut Joins,
    faults: &mut Faults,
) {
    let file = builder.file(name);
    let Some(mut records) = Records::open(name, files, faults) else { return };
    let before = faults.errors();
    if !records.advance(faults) {
        if faults.errors() == before {
            faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "is empty"));
        }
        return;
    }
    let header = Header::read(&records, Export::Directory, faults);
    joins.shelf.put(file, &records, &header);
    let mut keys = std::iter::once(Field::Address).chain(KEYS);
    if keys.all(|key| header.column(key).is_none()) {
        faults.add(codes::INVENTORY_COLUMN, || {
            let message = format!("no column of `{name}` says whom a row is about");
            let finding = Finding::error(codes::INVENTORY_COLUMN, message);
            let help = "export `SipAddress`, `UserPrincipalName`, `Sid` or `SamAccountName` too";
            records.at(0, finding, "the header begins here").help(help)
        });
        return;
    }
    super::further(&header, file, builder);
    let mut reader = Reader {
        policies: header.names.iter().map(|name| is_policy(name)).collect(),
        header,
        builder,
        joins,
        file,
        differences: Differences::default(),
        alone: 0,
        first_alone: None,
    };
    let mut rows = 0_usize;
    while records.advance(faults) {
        rows += 1;
        reader.row(&records, faults);
    }
    reader.joins.shelf.put(file, &records, &reader.header);
    if rows == 0 && faults.errors() == before {
        faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "has a header and no rows"));
    }
    reader.end(name, rows, faults);
}

impl Reader<'_> {
    fn row(&mut self, records: &Records, faults: &mut Faults) {
        let spot = Joins::spot(self.file, records);
        let Some(user) = self.whose(spot, records, faults) else { return };
        self.builder.joined(user, self.file, spot.row);
        for column in 0..records.width() {
            let Some(field) = self.header.fields.get(column).copied() else { continue };
            let cell = records.cell(column);
            if cell.is_empty() {
                continue;
            }
            match field {
                Field::Text(text) => self.text(user, text, column, &cell, records),
                Field::Groups => groups(records, column, user, self.builder, faults),
                Field::Meetings | Field::Contacts => {
                    self.number(user, field, column, records, faults);
                }
                Field::Manager => self.manager(user, column, &cell, spot, records),
                Field::Delegates => {
                    for name in parts(records, column, faults) {
                        self.joins.relation(user, field, &name, spot, self.builder);
                    }
                }
                _ => {}
            }
            if self.policies.get(column) == Some(&true)
                && let Some(kind) = self.header.names.get(column)
            {
                self.builder.policy(user, kind, &cell);
            }
        }
        self.joins.names(user, &self.header, records);
    }

    fn text(
        &mut self,
        user: UserId,
        text: TextColumn,
        column: usize,
        cell: &str,
        records: &Records,
    ) {
        let users = self.builder.so_far();
        let known = users.text(user, text);
        if known.is_empty() {
            self.builder.text(user, text, cell);
        } else if known.trim().to_lowercase() != cell.trim().to_lowercase() {
            self.differences.note(users, user, column, known, records);
        }
    }

    fn number(
        &mut self,
        user: UserId,
        field: Field,
        column: usize,
        records: &Records,
        faults: &mut Faults,
    ) {
        let is_contacts = field == Field::Contacts;
        let what = if is_contacts { "contacts" } else { "meetings" };
        let Some(number) = number(records, column, what, faults) else { return };
        let users = self.builder.so_far();
        let meetings = users.meetings(user);
        let known =
            if is_contacts { users.contacts(user) } else { (meetings > 0).then_some(meetings) };
        match known {
            Some(known) if known != number => {
                self.differences.note(users, user, column, &known.to_string(), records);
            }
            Some(_) => {}
            None if is_contacts => self.builder.contacts(user, number),
            None => self.builder.meetings(user, number),
        }
    }

    fn manager(&mut self, user: UserId, column: usize, cell: &str, spot: Spot, records: &Records) {
        let users = self.builder.so_far();
        if let Some(known) = users.manager(user)
            && let Found::One(other) = self.joins.people.find(users, cell)
        {
            if known != other {
                self.differences.note(users, user, column, users.address(known), records);
            }
            return;
        }
        self.joins.relation(user, Field::Manager, cell.trim(), spot, self.builder);
    }

    /// The user whom a row is about, if there is one and this is the first such row.
    fn whose(&mut self, spot: Spot, records: &Records, faults: &mut Faults) -> Option<UserId> {
        let users = self.builder.so_far();
        let filled = |key: Field| {
            let column = self.header.column(key)?;
            let cell = records.cell(column);
            (!cell.trim().is_empty()).then(|| (column, cell.trim().to_owned()))
        };
        let mut named = None;
        let mut found: Option<(UserId, usize)> = None;
        // Filled keys that are nobody's, before one that is somebody's.
        let mut missed = Vec::new();
        if let Some((column, text)) = filled(Field::Address) {
            named = Some(column);
            found = users.find_user(&text).map(|user| (user, column));
        }
        // An address that is no user's leaves the row alone, whatever else it names.
        let is_open = named.is_none() || found.is_some();
        let keys = KEYS.into_iter().filter(|_| is_open);
        for (field, column, text) in
            keys.filter_map(|key| filled(key).map(|(column, text)| (key, column, text)))
        {
            let Some(key) = field.key() else { continue };
            named.get_or_insert(column);
            match (self.joins.people.by(key, &text), found) {
                (Found::One(user), None) => found = Some((user, column)),
                // Two domains may have one account name, but no SID or UPN twice.
                (Found::One(other), Some((user, by))) if other != user && key != Key::Account => {
                    faults.add(codes::INVENTORY_AMBIGUOUS, || {
                        let both = [users.address(user), users.address(other)];
                        let message = format!("this row is about {}", text::list(&both, 2));
                        let finding = Finding::error(codes::INVENTORY_AMBIGUOUS, message);
                        let cells = [(column, "this is one"), (by, "this is the other")];
                        let help = "correct the cell that is wrong, or remove the row";
                        records.at_both(cells, finding).help(help)
                    });
                    return None;
                }
                (Found::Several(one, other), None) => {
                    faults.add(codes::INVENTORY_AMBIGUOUS, || {
                        records.at(column, ambiguous(self.builder, &text, one, other), "")
                    });
                    return None;
                }
                (Found::Nobody, None) => missed.push(key),
                _ => {}
            }
        }
        // Who has another UPN or SID than the row is somebody else.
        found =
            found.filter(|(user, _)| missed.iter().all(|key| !self.joins.people.has(*key, *user)));
        let Some((user, column)) = found else {
            self.alone += 1;
            self.first_alone.get_or_insert_with(|| {
                let finding = Finding::warning(codes::INVENTORY_UNJOINED, "");
                records.at(named.unwrap_or(0), finding, "the first one")
            });
            return None;
        };
        let first = users.row_in(user, self.file);
        if first.offset().is_none() {
            return Some(user);
        }
        let message = format!("two rows of the directory are about `{}`", users.address(user));
        let help = "remove one of the rows";
        let kept = wrong(codes::INVENTORY_DUPLICATE, records, column, message, help, faults);
        let first = Spot { row: first, line: 0, ..spot };
        let field = self.header.fields.get(column).copied().unwrap_or(Field::Nothing);
        self.joins.earlier.below(kept, first, field, FIRST);
        None
    }

    /// What can be said only when all rows are read.
    fn end(mut self, name: &str, rows: usize, faults: &mut Faults) {
        if let Some(mut finding) = self.first_alone.take() {
            finding.message = format!(
                "{} of `{name}` {} to no user of the export",
                text::count(self.alone, "row"),
                if self.alone == 1 { "belongs" } else { "belong" }
            );
            if self.alone == rows {
                finding.severity = Severity::Error;
                finding =
                    finding.help("check that both exports are of the same organisation and day");
            } else {
                finding = finding.help("nothing to do if it is right that they have no account");
            }
            faults.add(codes::INVENTORY_UNJOINED, || finding);
        }
        self.differences.tell(name, &self.header.names, faults);
    }
}
