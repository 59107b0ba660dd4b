//! The directory export, joined to the users: departments, managers, groups, delegates.
//!
//! A row belongs to the user with its SIP address, or else its UPN, or else its account name, whichever
//! column is there and filled. What the user export says already is not overwritten.

use super::Files;
use super::cells::{groups, number, parts, wrong};
use super::earlier::Earlier;
use super::faults::Faults;
use super::header::{Export, Field, Header};
use super::people::People;
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{TextColumn, UserId, UsersBuilder};

/// What reading the directory needs from row to row.
struct Reader<'a> {
    header: Header,
    extras: Vec<Option<usize>>,
    people: People,
    builder: &'a mut UsersBuilder,
    /// Line of each user's row; 0 for none.
    lines: Vec<usize>,
    earlier: Earlier,
    /// Rows that belong to nobody, and the first of them.
    alone: usize,
    first_alone: Option<Finding>,
}

/// Reads the directory and adds to the users what it says.
pub(super) fn read(name: &str, files: &dyn Files, builder: &mut UsersBuilder, faults: &mut Faults) {
    let Some(mut records) = Records::open(name, files, faults) else { return };
    let before = faults.errors();
    if !records.advance(faults) {
        if faults.errors() == before {
            faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "is empty"));
        }
        return;
    }
    let header = Header::read(&records, Export::Directory, faults);
    let keys = [Field::Address, Field::Text(TextColumn::Upn), Field::SamAccountName];
    if keys.iter().all(|key| header.column(*key).is_none()) {
        faults.add(codes::INVENTORY_COLUMN, || {
            let message = format!("no column of `{name}` says whom a row is about");
            let finding = Finding::error(codes::INVENTORY_COLUMN, message);
            let help = "export `SipAddress`, `UserPrincipalName` or `SamAccountName` too";
            records.at(0, finding, "the header begins here").help(help)
        });
        return;
    }
    let extras = super::extras(&header, builder);
    let people = People::of(builder.so_far());
    let lines = vec![0; builder.so_far().len()];
    let earlier = Earlier::default();
    let mut reader =
        Reader { header, extras, people, builder, lines, earlier, alone: 0, first_alone: None };
    let mut rows = 0_usize;
    while records.advance(faults) {
        rows += 1;
        reader.row(&records, faults);
    }
    if rows == 0 && faults.errors() == before {
        faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "has a header and no rows"));
    }
    reader.end(name, rows, files, faults);
}

impl Reader<'_> {
    fn row(&mut self, records: &Records, faults: &mut Faults) {
        let Some(user) = self.whose(records, faults) else { return };
        for column in 0..records.width() {
            let Some(field) = self.header.fields.get(column).copied() else { continue };
            let cell = records.cell(column);
            if cell.is_empty() {
                continue;
            }
            match field {
                Field::Text(text) if self.builder.so_far().text(user, text).is_empty() => {
                    self.builder.text(user, text, &cell);
                }
                Field::Groups => groups(records, column, user, self.builder, faults),
                Field::Meetings => {
                    if let Some(number) = number(records, column, "meetings", faults) {
                        self.builder.meetings(user, number);
                    }
                }
                Field::Contacts => {
                    if let Some(number) = number(records, column, "contacts", faults) {
                        self.builder.contacts(user, number);
                    }
                }
                Field::Manager => self.manager(user, column, &cell, records, faults),
                Field::Delegates => self.delegates(user, column, records, faults),
                _ => {}
            }
            if let Some(extra) = self.extras.get(column).copied().flatten()
                && self.builder.so_far().extra_at(user, extra).is_empty()
            {
                self.builder.extra(user, extra, &cell);
            }
        }
    }

    /// The user whom a row is about, if there is one and this is the first such row.
    fn whose(&mut self, records: &Records, faults: &mut Faults) -> Option<UserId> {
        let users = self.builder.so_far();
        let keys = [Field::Address, Field::Text(TextColumn::Upn), Field::SamAccountName];
        let filled = |key: &Field| {
            let column = self.header.column(*key)?;
            let cell = records.cell(column);
            (!cell.trim().is_empty()).then(|| (*key, column, cell.trim().to_owned()))
        };
        let (key, column, text) =
            keys.iter().find_map(filled).unwrap_or((Field::Nothing, 0, String::new()));
        let found = match key {
            Field::Address => users.find(&text),
            Field::Text(_) => self.people.by_upn(users, &text),
            _ => self.people.by_account(users, &text),
        };
        let Some(user) = found else {
            self.alone += 1;
            self.first_alone.get_or_insert_with(|| {
                let finding = Finding::warning(codes::INVENTORY_UNJOINED, "");
                records.at(column, finding, "the first one")
            });
            return None;
        };
        let line = self.lines.get_mut(user as usize)?;
        if *line == 0 {
            *line = records.line();
            return Some(user);
        }
        let message = format!("two rows of the directory are about `{}`", users.address(user));
        let kept = wrong(
            codes::INVENTORY_DUPLICATE,
            records,
            column,
            message,
            "remove one of the rows",
            faults,
        );
        self.earlier.want(kept, *line, column, "the first one stands here");
        None
    }

    fn manager(
        &mut self,
        user: UserId,
        column: usize,
        cell: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        match self.people.find(self.builder.so_far(), cell) {
            Some(manager) => self.builder.manager(user, manager),
            None => self.nobody("manager", user, column, cell.trim(), records, faults),
        }
    }

    fn delegates(&mut self, user: UserId, column: usize, records: &Records, faults: &mut Faults) {
        for name in parts(records, column, faults) {
            match self.people.find(self.builder.so_far(), &name) {
                Some(delegate) => self.builder.delegate(user, delegate),
                None => self.nobody("delegate", user, column, &name, records, faults),
            }
        }
    }

    fn nobody(
        &self,
        what: &str,
        user: UserId,
        column: usize,
        name: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        faults.add(codes::INVENTORY_PERSON, || {
            let users = self.builder.so_far();
            let message = format!(
                "the {what} `{name}` of `{}` is no user of the export",
                users.address(user)
            );
            let help = users.near(name).map_or_else(
                || format!("the {what} is left out; add the user if it is one"),
                |near| format!("did you mean `{near}`?"),
            );
            // Only the name, where the cell holds several.
            let finding = Finding::warning(codes::INVENTORY_PERSON, message);
            records.at_value(column, name, finding).help(help)
        });
    }

    /// What can be said only when all rows are read.
    fn end(mut self, name: &str, rows: usize, files: &dyn Files, faults: &mut Faults) {
        if let Some(mut finding) = self.first_alone.take() {
            finding.message = format!(
                "{} of `{name}` {} to no user of the export",
                text::count(self.alone, "row"),
                if self.alone == 1 { "belongs" } else { "belong" }
            );
            if self.alone == rows {
                finding.severity = crate::diagnostic::Severity::Error;
                finding =
                    finding.help("check that both exports are of the same organisation and day");
            } else {
                finding = finding.help("nothing to do if it is right that they have no account");
            }
            faults.add(codes::INVENTORY_UNJOINED, || finding);
        }
        let column = self.header.column(Field::Manager).unwrap_or(0);
        for ring in super::people::rings(self.builder.so_far()) {
            let Some(first) = ring.first().copied() else { continue };
            let users = self.builder.so_far();
            let names: Vec<&str> = ring.iter().map(|user| users.address(*user)).collect();
            let kept = faults.add(codes::INVENTORY_CYCLE, || {
                let message = match names.as_slice() {
                    [one] => format!("`{one}` is their own manager"),
                    several => format!("managers form a ring: {}", text::list(several, 5)),
                };
                Finding::warning(codes::INVENTORY_CYCLE, message)
                    .help("correct the manager of one of them")
            });
            let line = self.lines.get(first as usize).copied().unwrap_or(0);
            self.earlier.place(kept, line, column);
        }
        self.earlier.show(name, files, faults);
    }
}
