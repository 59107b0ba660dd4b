//! The inventory: an organisation's exports, read and joined into one topology.
//!
//! Three files: the topology document, the user export, and optionally the directory. Each is streamed
//! row by row, and every fault is a finding at its cell. It knows no runs, no scripts and no systems.
//!
//! Invariant: what cannot be read or is not there is an error, never an empty set of users.

mod cells;
mod columns;
mod csv;
mod directory;
mod dn;
mod earlier;
mod encoding;
mod faults;
mod header;
mod homes;
mod json;
mod json_object;
mod ldif;
mod lines;
mod people;
#[cfg(test)]
mod read_tests;
mod records;
#[cfg(test)]
mod records_tests;
mod row;
mod services;
mod sid;
mod topology;
#[cfg(test)]
mod topology_tests;
mod users;

use crate::config::Config;
use crate::diagnostic::{Finding, Findings, codes};
use crate::topology::{Topology, UsersBuilder};
use faults::Faults;
use header::{Field, Header};
use std::io::{Read, Seek};
use std::path::Path;

/// Reads the exports that `config` names, from `root` (the folder, or a run's copies of it).
///
/// Warnings come back beside the topology.
///
/// # Errors
/// Every fault of the data, all at once, each at its cell.
pub fn read(config: &Config, root: &dyn Files) -> Result<(Topology, Findings), Findings> {
    let mut faults = Faults::default();
    let topology = read_topology(&config.inventory.topology, root, &mut faults);
    let mut users = UsersBuilder::default();
    for name in &config.inventory.users {
        users::read(name, root, topology.as_ref(), &mut users, &mut faults);
    }
    for name in &config.inventory.directory {
        directory::read(name, root, &mut users, &mut faults);
    }
    match topology {
        Some(mut topology) if !faults.has_errors() => {
            topology.organisation.clone_from(&config.name);
            topology.users = users.build();
            Ok((topology, faults.into_findings()))
        }
        _ => Err(faults.into_findings()),
    }
}

fn read_topology(name: &str, root: &dyn Files, faults: &mut Faults) -> Option<Topology> {
    let read = match root.open(name) {
        Ok(reader) => topology::read(name, reader),
        Err(error) => Err(unreadable(name, &error).into()),
    };
    read.map_err(|findings| faults.extend(findings)).ok()
}

fn unreadable(name: &str, error: &std::io::Error) -> Finding {
    Finding::error(codes::FILE_UNREADABLE, format!("cannot read `{name}`"))
        .because(error.to_string())
        .help("put the file there, or name another one under `[inventory]` in `sidle.toml`")
}

fn empty(name: &str, what: &str) -> Finding {
    Finding::error(codes::INVENTORY_EMPTY, format!("`{name}` {what}"))
        .help("export it again, and look whether the export ended without an error")
}

/// The builder's column for each column that is kept under its own name.
fn extras(header: &Header, builder: &mut UsersBuilder) -> Vec<Option<usize>> {
    let kept = |field: Field| {
        matches!(
            field,
            Field::Extra
                | Field::SamAccountName
                | Field::HomeServer
                | Field::RegistrarPool
                | Field::Archiving
        )
    };
    let columns = header.names.iter().zip(&header.fields);
    columns.map(|(name, field)| kept(*field).then(|| builder.column(name))).collect()
}

/// Where the files of a snapshot come from: the folder, or the copies that a run keeps.
pub trait Files {
    /// Opens a file by its path inside the folder.
    ///
    /// # Errors
    /// As the file system says.
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>>;
}

/// An open file.
pub trait Seekable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Seekable for T {}

/// The organisation's folder itself.
#[derive(Debug)]
pub struct Folder<'a>(pub &'a Path);

impl Files for Folder<'_> {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>> {
        Ok(Box::new(std::fs::File::open(self.0.join(path))?))
    }
}
