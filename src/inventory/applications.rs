//! Exports of applications, one file per kind: what `Get-CsRgsWorkflow`, `Get-CsConferenceDirectory` and
//! the like write.
//!
//! Which column is the id, the name, the pool, the line and the agents is told by its name, without
//! regard to case and separators; the first in the order of [`columns`] that is there counts. Every
//! column is kept under its own name too. A pool is named by its FQDN, by a service
//! (`ApplicationServer:ocspool01.contoso.com`), by an identity that begins with one of these, or by a
//! legacy home server's distinguished name.

use super::Files;
use super::cells::{parts, wrong};
use super::earlier::{Earlier, Spot};
use super::faults::Faults;
use super::header::{self, Field, Header};
use super::homes;
use super::records::Records;
use super::shelf::Shelf;
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{ApplicationKind, PoolId, RowAt, TextColumn, Topology, UserId, UsersBuilder};
use std::sync::Arc;

/// Names of columns, best first; compared in plain spelling.
type Names = &'static [&'static str];

/// Which columns hold what, for one kind.
struct Columns {
    id: Names,
    pool: Names,
    agents: Names,
}

const NAME: Names = &["DisplayName", "Name", "DisplayNumber"];
const LINE: Names = &["LineUri", "Line"];
const SERVICES: Names = &[
    "Pool",
    "HomePool",
    "OwnerPool",
    "ServiceId",
    "Service",
    "Owner",
    "RegistrarPool",
    "Identity",
];
const REGISTRARS: Names = &["RegistrarPool", "Pool", "HomePool", "HomeServer"];

fn columns(kind: ApplicationKind) -> Columns {
    use ApplicationKind as Kind;
    let (id, pool): (Names, Names) = match kind {
        Kind::ResponseGroup => (&["Id", "Name", "DisplayName", "PrimaryUri", "Identity"], SERVICES),
        Kind::DialInNumber => (&["Id", "PrimaryUri", "SipAddress", "LineUri"], SERVICES),
        Kind::ConferenceDirectory => (&["Id", "Identity"], SERVICES),
        Kind::UmContact => (&["Id", "SipAddress", "PrimaryUri"], REGISTRARS),
        Kind::TrustedApplication => (
            // One application may run on several pools; only the identity tells them apart.
            &["Id", "Identity", "ApplicationId"],
            // The next hop is the pool that the application depends on.
            &["Registrar", "Pool", "HomePool", "ServiceId", "TrustedApplicationPoolFqdn"],
        ),
        Kind::CommonAreaPhone | Kind::AnalogDevice => {
            (&["Id", "SipAddress", "LineUri"], REGISTRARS)
        }
    };
    let agents: Names = match kind {
        Kind::ResponseGroup => &["Agents", "AgentsByUri"],
        _ => &[],
    };
    Columns { id, pool, agents }
}

/// What reading one export needs from row to row.
struct Reader<'a> {
    kind: ApplicationKind,
    name: &'a str,
    names: Arc<[String]>,
    id: usize,
    /// Columns that may name the pool, best first; in each row the first that does counts.
    pools: Vec<usize>,
    called: Option<usize>,
    line: Option<usize>,
    agents: Option<usize>,
    topology: Option<&'a Topology>,
    builder: &'a mut UsersBuilder,
    earlier: Earlier,
}

/// Reads the applications of one kind; the users must have been read.
pub(super) fn read(
    kind: ApplicationKind,
    name: &str,
    files: &dyn Files,
    topology: Option<&Topology>,
    builder: &mut UsersBuilder,
    faults: &mut Faults,
) {
    let file = builder.file(name);
    let before = faults.errors();
    let Some(mut records) = Records::open(name, files, faults) else { return };
    if !records.advance(faults) {
        if faults.errors() == before {
            faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "is empty"));
        }
        return;
    }
    let names = header::names(&records, faults);
    let plain: Vec<String> = names.iter().map(|name| header::plain(name)).collect();
    let find = |wanted: Names| {
        wanted
            .iter()
            .find_map(|wanted| plain.iter().position(|name| *name == header::plain(wanted)))
    };
    let wanted = columns(kind);
    let id = find(wanted.id);
    let pools: Vec<usize> =
        wanted.pool.iter().filter_map(|name| find(std::slice::from_ref(name))).collect();
    let mut needs = |found: Option<usize>, what: &str, names: Names| {
        if found.is_none() {
            faults.add(codes::INVENTORY_COLUMN, || missing(&records, kind, what, names));
        }
    };
    needs(id, "names each one", wanted.id);
    needs(pools.first().copied(), "tells where each one lives", wanted.pool);
    let Some(id) = id.filter(|_| !pools.is_empty()) else { return };
    // To show the first one of two with one id, its row is read again.
    let mut fields = vec![Field::Extra; names.len()];
    if let Some(field) = fields.get_mut(id) {
        *field = Field::Address;
    }
    let header = Header { names: names.clone(), fields };
    let mut shelf = Shelf::default();
    shelf.put(file, &records, &header);
    let mut reader = Reader {
        kind,
        name,
        id,
        pools,
        called: find(NAME).filter(|called| *called != id),
        line: find(LINE),
        agents: find(wanted.agents),
        names: names.into(),
        topology,
        builder,
        earlier: Earlier::default(),
    };
    let mut rows = 0_usize;
    while records.advance(faults) {
        rows += 1;
        reader.row(&records, faults);
    }
    if rows == 0 && faults.errors() == before {
        faults.add(codes::INVENTORY_EMPTY, || super::empty(name, "has a header and no rows"));
    }
    let earlier = reader.earlier;
    shelf.put(file, &records, &header);
    earlier.show(&shelf, files, faults);
}

impl Reader<'_> {
    fn row(&mut self, records: &Records, faults: &mut Faults) {
        let Some(row) = self.begin(records, faults) else { return };
        let cells = (0..records.width()).map(|column| records.cell(column).into_owned()).collect();
        self.builder.application_cells(row, &self.names, cells);
        for (column, text) in [(self.called, TextColumn::Name), (self.line, TextColumn::Line)] {
            if let Some(column) = column {
                self.builder.text(row, text, records.cell(column).trim());
            }
        }
        let home = self.home(records, faults);
        self.builder.home(row, home);
        if let Some(column) = self.agents {
            self.agents(row, column, records, faults);
        }
    }

    /// Begins the application of a row, if it has an id that no other of its kind has.
    fn begin(&mut self, records: &Records, faults: &mut Faults) -> Option<UserId> {
        let cell = records.cell(self.id);
        let what = self.kind.noun();
        if cell.trim().is_empty() {
            let message = format!("this {what} has no id: `{}` is empty", self.column(self.id));
            let help = "fill it in, or remove the row";
            wrong(codes::INVENTORY_VALUE, records, self.id, message, help, faults);
            return None;
        }
        let first = match self.builder.begin_application(self.kind, &cell, records.line()) {
            Ok(row) => {
                self.builder.row(row, RowAt::new(records.offset(), records.text()));
                return Some(row);
            }
            Err(first) => (self.builder.so_far().origin(first), first),
        };
        let (first, row) = first;
        let message = format!("two rows have the {what} `{}`", cell.trim());
        let here = first.file == self.name;
        let help = if here {
            "remove one of the rows, or tell them apart in a column `Id`".to_owned()
        } else {
            format!("the first one stands in `{}`, line {}", first.file, first.line)
        };
        let code = codes::INVENTORY_DUPLICATE;
        let kept = wrong(code, records, self.id, message, &help, faults);
        if here {
            let spot = Spot::of(self.builder.so_far(), row);
            self.earlier.below(kept, spot, Field::Address, "the first one stands here");
        }
        None
    }

    fn column(&self, column: usize) -> &str {
        self.names.get(column).map_or("", String::as_str)
    }

    fn home(&self, records: &Records, faults: &mut Faults) -> Option<PoolId> {
        let topology = self.topology?;
        let names = |column: &usize| {
            let cell = records.cell(*column);
            // A remark in angle brackets stands where the old product's pool is told elsewhere.
            !cell.trim().is_empty() && !cell.trim().starts_with('<')
        };
        let named = self.pools.iter().copied().find(names);
        let column = named.or(self.pools.first().copied()).unwrap_or(0);
        let cell = named.map_or_else(Default::default, |column| records.cell(column));
        let what = self.kind.noun();
        let remark = !records.cell(column).trim().is_empty();
        let empty = if remark { "names none" } else { "is empty" };
        let found = match pool_name(&cell) {
            "" => {
                let message =
                    format!("this {what} has no pool: `{}` {}", self.column(column), empty);
                Err((message, "name the pool where it lives, or remove the row".to_owned()))
            }
            name => homes::pool(topology, name),
        };
        let (message, help) = match found {
            Ok(pool) => return Some(pool),
            Err(why) => why,
        };
        faults.add(codes::INVENTORY_HOME, || {
            let finding = Finding::error(codes::INVENTORY_HOME, message);
            records.at(column, finding, &format!("the home of this {what}")).help(help)
        });
        None
    }

    fn agents(&mut self, row: UserId, column: usize, records: &Records, faults: &mut Faults) {
        for agent in parts(records, column, faults) {
            let users = self.builder.so_far();
            if let Some(user) = users.find_user(&agent) {
                self.builder.agent(row, user);
                continue;
            }
            // Looking through all users takes a while; it is worth it for what is shown.
            let near =
                faults.is_shown(codes::INVENTORY_PERSON).then(|| users.near(&agent)).flatten();
            faults.add(codes::INVENTORY_PERSON, || {
                let of = users.application(row).map_or("", |facts| facts.id.as_str());
                let message = format!("the agent `{agent}` of `{of}` is no user of the export");
                let help = near.map_or_else(
                    || "the agent is left out; add the user if it is one".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let finding = Finding::warning(codes::INVENTORY_PERSON, message);
                // Only the name, where the cell holds several.
                records.at_value(column, &agent, finding).help(help)
            });
        }
    }
}

fn missing(records: &Records, kind: ApplicationKind, what: &str, names: Names) -> Finding {
    let message = format!("no column of `{}` {what}", records.name());
    let finding = Finding::error(codes::INVENTORY_COLUMN, message);
    let known = one_of(names);
    let help = format!("add it: a column {known}, for each {}", kind.noun());
    records.at(0, finding, "the header begins here").help(help)
}

/// Returns `` `Pool`, `HomePool` or `Service` ``.
fn one_of(names: Names) -> String {
    let list = text::list(names, 10);
    match list.rsplit_once(" and ") {
        Some((before, last)) => format!("{before} or {last}"),
        None => list,
    }
}

/// The pool in a cell: `ocspool01.contoso.com` of `service:UserServer:ocspool01.contoso.com/1`.
fn pool_name(cell: &str) -> &str {
    let cell = cell.trim();
    // A distinguished name is read by the homes of users.
    if cell.contains('=') {
        return cell;
    }
    let service = cell.split('/').next().unwrap_or(cell);
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let named = match service.rsplit_once(':') {
        Some((before, port)) if is_port(port) => before,
        _ => service,
    };
    named.rsplit(':').next().unwrap_or(named).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_is_read_from_every_spelling_of_the_cmdlets() {
        for cell in [
            " ocspool01.contoso.com",
            "UserServer:ocspool01.contoso.com",
            "service:ApplicationServer:ocspool01.contoso.com/1987d3c2-4544-489d-bbe3-59f79f530a83",
            "ocspool01.contoso.com/urn:application:tapp2",
            "ocspool01.contoso.com:5061",
            "Registrar:ocspool01.contoso.com:5061",
        ] {
            assert_eq!(pool_name(cell), "ocspool01.contoso.com", "{cell}");
        }
        let dn = "CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,DC=contoso,DC=com";
        assert_eq!(pool_name(dn), dn);
        assert_eq!(pool_name(" "), "");
    }
}
