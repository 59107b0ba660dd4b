//! What is remembered from file to file while exports are joined: names, places, managers not found yet.

use super::Files;
use super::earlier::{Earlier, Spot};
use super::faults::Faults;
use super::header::{Field, Header};
use super::people::{Found, Key, People, rings};
use super::records::Records;
use super::shelf::{Reader, Shelf};
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{Index, RowAt, TextColumn, UserId, UsersBuilder};
use std::sync::Arc;

/// What all exports of users and of the directory share.
#[derive(Default)]
pub(super) struct Joins {
    pub(super) people: People,
    pub(super) shelf: Shelf,
    pub(super) earlier: Earlier,
    /// Who has which line.
    pub(super) lines: Index,
    /// Managers and delegates whom nobody was found for when their row was read.
    pending: Vec<Pending>,
}

struct Pending {
    user: UserId,
    field: Field,
    name: String,
    spot: Spot,
}

/// A manager, or a delegate.
fn word(field: Field) -> &'static str {
    if field == Field::Manager { "manager" } else { "delegate" }
}

impl Joins {
    /// Where the row that `records` stands at is.
    pub(super) fn spot(file: usize, records: &Records) -> Spot {
        let row = RowAt::new(records.offset(), records.text());
        Spot { file, row, line: records.line() }
    }

    /// Notes whatever names the row's user.
    pub(super) fn names(&mut self, user: UserId, header: &Header, records: &Records) {
        for (column, field) in header.fields.iter().enumerate() {
            if let Some(key) = field.key() {
                self.people.add(key, &records.cell(column), user);
            }
        }
    }

    /// Notes that `name` is the user's manager or a delegate, as the row at `spot` says.
    pub(super) fn relation(
        &mut self,
        user: UserId,
        field: Field,
        name: &str,
        spot: Spot,
        builder: &mut UsersBuilder,
    ) {
        match self.people.find(builder.so_far(), name) {
            Found::One(other) => relate(builder, user, field, other),
            // Somebody whose row, or whose name, comes later.
            _ => self.pending.push(Pending { user, field, name: name.to_owned(), spot }),
        }
    }

    /// What can be said only when all files are read; then the files stay open for their further columns.
    pub(super) fn end(
        mut self,
        builder: &mut UsersBuilder,
        files: &dyn Files,
        faults: &mut Faults,
    ) {
        for Pending { user, field, name, spot } in std::mem::take(&mut self.pending) {
            let kept = match self.people.find(builder.so_far(), &name) {
                Found::One(other) => {
                    relate(builder, user, field, other);
                    continue;
                }
                Found::Several(one, other) => {
                    faults.add(codes::INVENTORY_AMBIGUOUS, || ambiguous(builder, &name, one, other))
                }
                Found::Nobody => nobody(builder, user, field, &name, faults),
            };
            self.earlier.value(kept, spot, field, name);
        }
        self.rings(builder, faults);
        self.earlier.show(&self.shelf, files, faults);
        builder.cells(Arc::new(Reader::new(self.shelf, files.lasting())));
    }

    fn rings(&mut self, builder: &UsersBuilder, faults: &mut Faults) {
        let users = builder.so_far();
        for ring in rings(users) {
            let Some(first) = ring.first().copied() else { continue };
            let names: Vec<&str> = ring.iter().map(|user| users.address(*user)).collect();
            let kept = faults.add(codes::INVENTORY_CYCLE, || {
                let message = match names.as_slice() {
                    [one] => format!("`{one}` is their own manager"),
                    several => format!("managers form a ring: {}", text::list(several, 5)),
                };
                Finding::warning(codes::INVENTORY_CYCLE, message)
                    .help("correct the manager of one of them")
            });
            let file = self
                .shelf
                .files_with(Field::Manager)
                .find(|file| users.row_in(first, *file).offset().is_some());
            let Some(file) = file else { continue };
            let row = users.row_in(first, file);
            self.earlier.place(kept, Spot { file, row, line: 0 }, Field::Manager);
        }
    }
}

fn relate(builder: &mut UsersBuilder, user: UserId, field: Field, other: UserId) {
    if field == Field::Delegates {
        builder.delegate(user, other);
    } else if builder.so_far().manager(user).is_none() {
        builder.manager(user, other);
    }
}

/// A name that two users have.
pub(super) fn ambiguous(builder: &UsersBuilder, name: &str, one: UserId, other: UserId) -> Finding {
    let users = builder.so_far();
    let both = text::list(&[users.address(one), users.address(other)], 2);
    let message = format!("`{name}` could mean {both}");
    Finding::error(codes::INVENTORY_AMBIGUOUS, message)
        .help("export the SIP address too, which tells them apart")
}

fn nobody(
    builder: &UsersBuilder,
    user: UserId,
    field: Field,
    name: &str,
    faults: &mut Faults,
) -> Option<usize> {
    let users = builder.so_far();
    // Looking through all users takes a while; it is worth it for what is shown.
    let near = faults.is_shown(codes::INVENTORY_PERSON).then(|| users.near(name)).flatten();
    faults.add(codes::INVENTORY_PERSON, || {
        let what = word(field);
        let address = users.address(user);
        let message = format!("the {what} `{name}` of `{address}` is no user of the export");
        let help = near.map_or_else(
            || format!("the {what} is left out; add the user if it is one"),
            |near| format!("did you mean `{near}`?"),
        );
        Finding::warning(codes::INVENTORY_PERSON, message).help(help)
    })
}

impl Field {
    /// What the field's values name a person by.
    pub(super) fn key(self) -> Option<Key> {
        match self {
            Self::Text(TextColumn::Upn) => Some(Key::Upn),
            Self::Sid => Some(Key::Sid),
            Self::SamAccountName => Some(Key::Account),
            Self::DistinguishedName => Some(Key::Name),
            _ => None,
        }
    }
}
