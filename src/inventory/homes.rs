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
    known: HashMap<String, PoolId>,
}

impl<'a> HomeFinder<'a> {
    /// Without a topology nobody has a home and nothing is reported: the topology's own faults say why.
    pub(super) fn new(topology: Option<&'a Topology>, header: &Header) -> Self {
        let registrar = header.column(Field::RegistrarPool);
        let server = header.column(Field::HomeServer);
        Self { topology, registrar, server, known: HashMap::new() }
    }

    /// The home of the row's user.
    pub(super) fn home(&mut self, records: &Records, faults: &mut Faults) -> Option<PoolId> {
        let topology = self.topology?;
        let cell = |column: Option<usize>| column.map(|column| (column, records.cell(column)));
        let registrar = cell(self.registrar).filter(|(_, text)| {
            let text = text.trim();
            !text.is_empty() && !text.starts_with('<')
        });
        let server = || cell(self.server).filter(|(_, text)| !text.trim().is_empty());
        let is_name = registrar.is_some();
        let Some((column, text)) = registrar.or_else(server) else {
            let column = self.server.or(self.registrar).unwrap_or(0);
            faults.add(codes::INVENTORY_HOME, || nowhere(records, column));
            return None;
        };
        if let Some(pool) = self.known.get(text.as_ref()) {
            return Some(*pool);
        }
        let found = if is_name { by_name(topology, text.trim()) } else { by_dn(topology, &text) };
        match found {
            Ok(pool) => {
                self.known.insert(text.into_owned(), pool);
                Some(pool)
            }
            Err((message, help)) => {
                faults.add(codes::INVENTORY_HOME, || {
                    let finding = Finding::error(codes::INVENTORY_HOME, message);
                    records.at(column, finding, "the home of this user").help(help)
                });
                None
            }
        }
    }
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
