//! The user export, as `Get-CsUser` or a directory writes it.
//!
//! One row, one user; the SIP address is the key. A legacy user's home stands in `HomeServer`, a current
//! user's in `RegistrarPool`. It knows nothing of the directory, which is joined afterwards.

use super::Files;
use super::cells::{flag, groups, number, parts, wrong};
use super::earlier::Spot;
use super::faults::Faults;
use super::header::{Export, Field, Header};
use super::homes::HomeFinder;
use super::joins::Joins;
use super::options::Options;
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::topology::{Flag, TextColumn, Topology, UserId, UsersBuilder, address_key, is_policy};

/// Said about the earlier one of two rows.
pub(super) const FIRST: &str = "the first one stands here";

/// What reading the export needs from row to row.
struct Reader<'a> {
    header: Header,
    address: usize,
    /// Which columns hold policies.
    policies: Vec<bool>,
    options: Options,
    homes: HomeFinder<'a>,
    builder: &'a mut UsersBuilder,
    joins: &'a mut Joins,
    file: usize,
    /// Entries of a directory that are no users.
    others: usize,
}

/// Reads all users; homes are checked if there is a topology.
pub(super) fn read(
    name: &str,
    files: &dyn Files,
    topology: Option<&Topology>,
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
    let header = Header::read(&records, Export::Users, faults);
    header.needs("SipAddress", Field::Address, &records, faults);
    header.needs("Enabled", Field::Flag(Flag::Enabled), &records, faults);
    // A legacy user's home stands nowhere else.
    if header.column(Field::RegistrarPool).is_none() {
        header.needs("HomeServer", Field::HomeServer, &records, faults);
    }
    joins.shelf.put(file, &records, &header);
    let Some(address) = header.column(Field::Address) else { return };
    super::further(&header, file, builder);
    let policies = header.names.iter().map(|name| is_policy(name)).collect();
    let options = Options::of(&header);
    let homes = HomeFinder::new(topology, &header);
    let mut reader =
        Reader { header, address, policies, options, homes, builder, joins, file, others: 0 };
    let mut rows = 0_usize;
    while records.advance(faults) {
        rows += 1;
        reader.row(&records, faults);
    }
    reader.joins.shelf.put(file, &records, &reader.header);
    let others = reader.others;
    if rows == others && faults.errors() == before {
        let what = if rows == 0 { "has a header and no users" } else { "has entries and no users" };
        faults.add(codes::INVENTORY_EMPTY, || super::empty(name, what));
    } else if others > 0 {
        faults.add(codes::INVENTORY_NO_USER, || {
            let entries = crate::text::count(others, "entry");
            let message = format!("{entries} of `{name}` left out: nothing says that they are users");
            let help = "nothing to do if they are groups or computers; `-r \"(msRTCSIP-UserEnabled=TRUE)\"` exports users only";
            Finding::warning(codes::INVENTORY_NO_USER, message).help(help)
        });
    }
}

impl Reader<'_> {
    fn row(&mut self, records: &Records, faults: &mut Faults) {
        let spot = Joins::spot(self.file, records);
        let Some(user) = self.begin(spot, records, faults) else { return };
        for column in 0..records.width() {
            let Some(field) = self.header.fields.get(column).copied() else { continue };
            let cell = records.cell(column);
            if cell.is_empty() && field != Field::Flag(Flag::Enabled) {
                continue;
            }
            match field {
                Field::Text(text) => self.text(user, text, column, &cell, records, faults),
                Field::Flag(which) => self.flag(user, which, column, &cell, records, faults),
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
                Field::Archiving => self.builder.text(user, TextColumn::Archiving, &cell),
                Field::ArchivingBits => self.archiving(user, column, &cell, records, faults),
                Field::OptionFlags => {
                    self.options.read(user, records, column, self.builder, faults);
                }
                Field::Manager => {
                    self.joins.relation(user, field, cell.trim(), spot, self.builder);
                }
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
        let home = self.homes.home(records, faults);
        self.builder.home(user, home);
    }

    fn flag(
        &mut self,
        user: UserId,
        which: Flag,
        column: usize,
        cell: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        match flag(cell) {
            Some(true) => self.builder.flag(user, which),
            Some(false) => {}
            None => {
                let message = if cell.is_empty() {
                    "nothing says whether this user is enabled".to_owned()
                } else {
                    format!("`{cell}` is neither `True` nor `False`")
                };
                let help = "write `True` or `False`, as `Export-Csv` does";
                wrong(codes::INVENTORY_VALUE, records, column, message, help, faults);
            }
        }
    }

    /// Reads which messages of a user a directory says are archived.
    fn archiving(
        &mut self,
        user: UserId,
        column: usize,
        cell: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        let Ok(bits) = cell.trim().parse::<u32>() else {
            let message = format!("`{}` is no number that says what is archived", cell.trim());
            let help = "it is a sum: 4 for internal messages, 8 for federated ones, or nothing";
            wrong(codes::INVENTORY_VALUE, records, column, message, help, faults);
            return;
        };
        let text = match (bits & 4 != 0, bits & 8 != 0) {
            (true, true) => "internal, federated",
            (true, false) => "internal",
            (false, true) => "federated",
            (false, false) => return,
        };
        self.builder.text(user, TextColumn::Archiving, text);
    }

    /// True if nothing in an entry of a directory says that it is a user.
    fn is_other(&self, records: &Records) -> bool {
        let telling =
            [Field::Address, Field::Flag(Flag::Enabled), Field::HomeServer, Field::OptionFlags];
        let empty = |field: &Field| {
            self.header.column(*field).is_none_or(|column| records.cell(column).trim().is_empty())
        };
        records.is_ldif() && telling.iter().all(empty)
    }

    /// Begins the user of a row, if the row has an address that nobody else has.
    fn begin(&mut self, spot: Spot, records: &Records, faults: &mut Faults) -> Option<UserId> {
        let cell = records.cell(self.address);
        if cell.is_empty() && self.is_other(records) {
            self.others += 1;
            return None;
        }
        if !is_address(&cell) {
            let (message, help) = if cell.trim().is_empty() {
                ("this user has no SIP address".to_owned(), "add it, or remove the row")
            } else {
                (format!("`{cell}` is no SIP address"), "write it as `sip:ann@contoso.com`")
            };
            wrong(codes::INVENTORY_VALUE, records, self.address, message, help, faults);
            return None;
        }
        match self.builder.begin(&cell, records.line()) {
            Ok(user) => {
                self.builder.row(user, spot.row);
                self.edges(user, self.address, &cell, "SIP address", records, faults);
                Some(user)
            }
            Err(first) => {
                let message = format!("two rows have the SIP address `{}`", address_key(&cell));
                let help = "remove one of the rows";
                let (column, code) = (self.address, codes::INVENTORY_DUPLICATE);
                let kept = wrong(code, records, column, message, help, faults);
                let spot = Spot::of(self.builder.so_far(), first);
                self.joins.earlier.below(kept, spot, Field::Address, FIRST);
                None
            }
        }
    }

    fn text(
        &mut self,
        user: UserId,
        which: TextColumn,
        column: usize,
        cell: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        match which {
            TextColumn::Name => self.edges(user, column, cell, "display name", records, faults),
            TextColumn::Line => self.line(user, column, cell, records, faults),
            _ => {}
        }
        // The old product names it by the home server's distinguished name.
        let cell = match which {
            TextColumn::MovingTo => self.homes.target(column, cell, records, faults),
            _ => cell,
        };
        // Several columns may hold it; the first that is filled counts.
        if self.builder.so_far().text(user, which).is_empty() {
            self.builder.text(user, which, cell);
        }
    }

    /// Notes spaces at the ends of a value, which keep the old product from moving the user.
    fn edges(
        &mut self,
        user: UserId,
        column: usize,
        cell: &str,
        what: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        if cell.trim() == cell {
            return;
        }
        self.builder.flag(user, Flag::EdgeSpaces);
        faults.add(codes::INVENTORY_SPACES, || {
            let end = if cell.trim_start() == cell { "ends" } else { "begins" };
            let message = format!("the {what} `{cell}` {end} with a space");
            let help = "remove the space in the directory; until then this user cannot be moved";
            let finding = Finding::warning(codes::INVENTORY_SPACES, message);
            records.at(column, finding, "").help(help)
        });
    }

    /// Notes a line that somebody has already.
    fn line(
        &mut self,
        user: UserId,
        column: usize,
        cell: &str,
        records: &Records,
        faults: &mut Faults,
    ) {
        let key = cell.trim().to_lowercase();
        let users = self.builder.so_far();
        let line_of = |row: u32| users.text(row, TextColumn::Line);
        let lines = &mut self.joins.lines;
        let Some(first) = lines.find(&key, |row| line_of(row).trim().to_lowercase() == key) else {
            lines.add(&key, user);
            return;
        };
        let kept = faults.add(codes::INVENTORY_LINE, || {
            let message = format!(
                "`{}` and `{}` have the same line `{}`",
                users.address(first),
                users.address(user),
                cell.trim()
            );
            let help = "give each user a line of their own, or leave one of them without";
            let finding = Finding::warning(codes::INVENTORY_LINE, message);
            records.at(column, finding, "").help(help)
        });
        let (spot, field) = (Spot::of(users, first), Field::Text(TextColumn::Line));
        self.joins.earlier.below(kept, spot, field, FIRST);
    }
}

fn is_address(cell: &str) -> bool {
    let key = address_key(cell);
    let plain = |part: &str| {
        !part.is_empty()
            && !part
                .contains(|c: char| c.is_whitespace() || c.is_control() || "<>\",;:@".contains(c))
    };
    key.split_once('@').is_some_and(|(name, domain)| plain(name) && plain(domain))
}
