//! In which pool a row of the user export lives.
//!
//! A current user's `RegistrarPool` is a pool's name. A legacy user's is empty, or a remark in angle
//! brackets, and the pool stands in the distinguished name `HomeServer`.

use super::dn;
use super::faults::Faults;
use super::header::{Field, Header};
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{PoolId, Topology, first_label};
use std::collections::HashMap;

/// Finds homes; each spelling is looked up once.
pub(super) struct HomeFinder<'a> {
    topology: Option<&'a Topology>,
    registrar: Option<usize>,
    server: Option<usize>,
    /// By distinguished name, and by FQDN.
    known: [HashMap<String, PoolId>; 2],
}

impl<'a> HomeFinder<'a> {
    /// Without a topology nobody has a home and nothing is reported: the topology's own faults say why.
    pub(super) fn new(topology: Option<&'a Topology>, header: &Header) -> Self {
        let registrar = header.column(Field::RegistrarPool);
        let server = header.column(Field::HomeServer);
        Self { topology, registrar, server, known: [HashMap::new(), HashMap::new()] }
    }

    /// The home of the row's user.
    pub(super) fn home(&mut self, records: &Records, faults: &mut Faults) -> Option<PoolId> {
        let topology = self.topology?;
        let cell = |column: Option<usize>| {
            let (column, text) = column.map(|column| (column, records.cell(column)))?;
            (!text.trim().is_empty()).then_some((column, text))
        };
        let registrar = cell(self.registrar).filter(|(_, text)| !text.trim().starts_with('<'));
        let server = cell(self.server);
        let is_name = registrar.is_some();
        let Some((column, text)) = registrar.as_ref().or(server.as_ref()) else {
            let column = self.server.or(self.registrar).unwrap_or(0);
            faults.add(codes::INVENTORY_HOME, || nowhere(records, column));
            return None;
        };
        let home = match self.pool(topology, text, is_name) {
            Ok(pool) => pool,
            Err((message, help)) => {
                faults.add(codes::INVENTORY_HOME, || {
                    let finding = Finding::error(codes::INVENTORY_HOME, message);
                    records.at(*column, finding, "the home of this user").help(help)
                });
                return None;
            }
        };
        if let Some(role) = houses_nobody(topology, home) {
            faults.add(codes::INVENTORY_HOME, || {
                let name = topology.pool_name(home);
                let article = if role.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                let message = format!("`{name}` is {article} {role} pool; nobody lives there");
                let finding = Finding::error(codes::INVENTORY_HOME, message);
                let help = "look where the user is (`Get-CsUser`), or correct the pool's role";
                records.at(*column, finding, "the home of this user").help(help)
            });
            return None;
        }
        let Some((other, text)) = server.as_ref().filter(|_| is_name) else { return Some(home) };
        match self.pool(topology, text, false) {
            Ok(second) if second == home => {}
            // Without clusters in the topology nobody can tell what theirs mean.
            Err(_) if is_cluster(text) && topology.pools.iter().all(|p| p.cluster.is_none()) => {}
            Err((message, help)) => {
                faults.add(codes::INVENTORY_HOME, || {
                    let finding = Finding::warning(codes::INVENTORY_HOME, message);
                    records.at(*other, finding, "`RegistrarPool` counts").help(help)
                });
            }
            Ok(second) => {
                faults.add(codes::INVENTORY_TWO_HOMES, || {
                    let (here, there) = (topology.pool_name(home), topology.pool_name(second));
                    let message = format!("this user has two homes, `{here}` and `{there}`");
                    let finding = Finding::error(codes::INVENTORY_TWO_HOMES, message);
                    let help = "look where the user is (`Get-CsUser`), and clear the other cell";
                    let both = [(*column, "one home"), (*other, "another one")];
                    records.at_both(both, finding).help(help)
                });
            }
        }
        Some(home)
    }

    /// The name of the pool that a move under way goes to; what the cell says if the topology lacks it.
    pub(super) fn target<'c>(
        &mut self,
        column: usize,
        cell: &'c str,
        records: &Records,
        faults: &mut Faults,
    ) -> &'c str
    where
        'a: 'c,
    {
        let text = cell.trim();
        let Some(topology) = self.topology.filter(|_| !text.is_empty()) else { return cell };
        match self.pool(topology, text, !text.contains('=')) {
            Ok(pool) => topology.pool_name(pool),
            Err((message, help)) => {
                faults.add(codes::INVENTORY_HOME, || {
                    let finding = Finding::warning(codes::INVENTORY_HOME, message);
                    records.at(column, finding, "where this user's move goes").help(help)
                });
                cell
            }
        }
    }

    fn pool(&mut self, topology: &Topology, text: &str, is_name: bool) -> Result<PoolId, Unknown> {
        let [names, fqdns] = &mut self.known;
        let known = if is_name { fqdns } else { names };
        if let Some(pool) = known.get(text) {
            return Ok(*pool);
        }
        let found = if is_name { by_name(topology, text.trim()) } else { by_dn(topology, text) };
        if let Ok(pool) = found {
            known.insert(text.to_owned(), pool);
        }
        found
    }
}

/// Roles of pools that keep no users. What others a topology names is the organisation's own business.
const HOUSES_NOBODY: &[&str] =
    &["edge", "mediation", "gateway", "trusted application", "archiving", "monitoring"];

/// The role of a pool that keeps no users.
fn houses_nobody(topology: &Topology, pool: PoolId) -> Option<&'static str> {
    let role = topology.pools.get(usize::from(pool))?.role.trim();
    HOUSES_NOBODY.iter().copied().find(|word| word.eq_ignore_ascii_case(role))
}

/// True if a home server's name has a cluster, `1:2`, where one of the old product has a pool.
fn is_cluster(name: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    dn::pool(name).is_some_and(|pool| {
        pool.split_once(':').is_some_and(|(site, number)| digits(site) && digits(number))
    })
}

fn nowhere(records: &Records, column: usize) -> Finding {
    let message = "this user has no home pool: `RegistrarPool` and `HomeServer` are empty";
    let finding = Finding::warning(codes::INVENTORY_HOME, message);
    records.at(column, finding, "").help("a user without a home cannot be moved and is skipped")
}

/// Message and help of a home that is not found.
pub(super) type Unknown = (String, String);

/// The pool that a cell names, by its FQDN or by a home server's distinguished name.
pub(super) fn pool(topology: &Topology, text: &str) -> Result<PoolId, Unknown> {
    if text.contains('=') { by_dn(topology, text) } else { by_name(topology, text) }
}

fn by_name(topology: &Topology, name: &str) -> Result<PoolId, Unknown> {
    topology.pool(name).ok_or_else(|| unknown(topology, name))
}

fn by_dn(topology: &Topology, text: &str) -> Result<PoolId, Unknown> {
    let Some(name) = dn::pool(text) else {
        let help = "a home server is a name such as `CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,...`";
        return Err((format!("`{text}` names no pool"), help.to_owned()));
    };
    // A new pool stands there by its cluster, `1:2`; one of the old product by its name.
    if let Some(pool) = topology.pool(&name).or_else(|| topology.pool_of_cluster(&name)) {
        return Ok(pool);
    }
    let fits: Vec<&str> = topology
        .pools
        .iter()
        .map(|pool| pool.fqdn.as_str())
        .filter(|fqdn| first_label(fqdn).eq_ignore_ascii_case(&name))
        .collect();
    match fits.as_slice() {
        [] => Err(unknown(topology, &name)),
        [one] => topology.pool(one).ok_or_else(|| unknown(topology, &name)),
        several => Err((
            format!("the home `{name}` could be {}", text::list(several, 4)),
            "name the pools so that their host names differ".to_owned(),
        )),
    }
}

fn unknown(topology: &Topology, name: &str) -> Unknown {
    let known: Vec<&str> = topology.pools.iter().map(|pool| pool.fqdn.as_str()).collect();
    let help = topology.near_pool(name).map_or_else(
        || format!("add the pool to the topology; it has {}", text::list(&known, 4)),
        |near| format!("did you mean `{near}`?"),
    );
    (format!("the topology has no pool `{name}`"), help)
}
