//! The user export, as `Get-CsUser | Export-Csv` writes it.
//!
//! One row, one user; the SIP address is the key. A legacy user's home stands in `HomeServer`, a current
//! user's in `RegistrarPool`. It knows nothing of the directory, which is joined afterwards.

use super::Files;
use super::cells::{flag, groups, number, wrong};
use super::earlier::Earlier;
use super::faults::Faults;
use super::header::{Export, Field, Header};
use super::homes::HomeFinder;
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::topology::{Flag, Index, TextColumn, Topology, UserId, UsersBuilder, address_key};

/// What reading the export needs from row to row.
struct Reader<'a> {
    header: Header,
    address: usize,
    /// Column of the builder for each column of the file that is a further one.
    extras: Vec<Option<usize>>,
    homes: HomeFinder<'a>,
    builder: &'a mut UsersBuilder,
    lines: Index,
    earlier: Earlier,
}

/// Reads all users; homes are checked if there is a topology.
pub(super) fn read(
    name: &str,
    files: &dyn Files,
    topology: Option<&Topology>,
    builder: &mut UsersBuilder,
    faults: &mut Faults,
) {
    builder.file(name);
    let Some(mut records) = Records::open(name, files, faults) else { return };
    if !records.advance(faults) {
        if !faults.has_errors() {
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
    let Some(address) = header.column(Field::Address) else { return };
    let extras = super::extras(&header, builder);
    let homes = HomeFinder::new(topology, &header);
    let (lines, earlier) = (Index::default(), Earlier::default());
    let mut reader = Reader { header, address, extras, homes, builder, lines, earlier };
    let mut rows = 0_usize;
    while records.advance(faults) {
        rows += 1;
        reader.row(&records, faults);
    }
    if rows == 0 && !faults.has_errors() {
        faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "has a header and no users"));
    }
    reader.earlier.show(name, files, faults);
}

impl Reader<'_> {
    fn row(&mut self, records: &Records, faults: &mut Faults) {
        let Some(user) = self.begin(records, faults) else { return };
        for column in 0..records.width() {
            let Some(field) = self.header.fields.get(column).copied() else { continue };
            let cell = records.cell(column);
            if cell.is_empty() && !matches!(field, Field::Flag(Flag::Enabled)) {
                continue;
            }
            match field {
                Field::Text(text) => self.text(user, text, column, &cell, records, faults),
                Field::Flag(which) => match flag(&cell) {
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
                },
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
                _ => {}
            }
            if let Some(extra) = self.extras.get(column).copied().flatten() {
                self.builder.extra(user, extra, &cell);
            }
        }
        let home = self.homes.home(records, faults);
        self.builder.home(user, home);
    }

    /// Begins the user of a row, if the row has an address that nobody else has.
    fn begin(&mut self, records: &Records, faults: &mut Faults) -> Option<UserId> {
        let cell = records.cell(self.address);
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
                self.edges(user, self.address, &cell, "SIP address", records, faults);
                Some(user)
            }
            Err(first) => {
                let message = format!("two rows have the SIP address `{}`", address_key(&cell));
                let help = "remove one of the rows";
                let (column, code) = (self.address, codes::INVENTORY_DUPLICATE);
                let kept = wrong(code, records, column, message, help, faults);
                let line = self.builder.so_far().origin(first).line;
                self.earlier.want(kept, line, column, "the first one stands here");
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
            // Two columns hold it; whichever is set counts.
            _ => {}
        }
        self.builder.text(user, which, cell);
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
        let Some(first) = self.lines.find(&key, |row| line_of(row).trim().to_lowercase() == key)
        else {
            self.lines.add(&key, user);
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
        let line = users.origin(first).line;
        self.earlier.want(kept, line, column, "the first one stands here");
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
