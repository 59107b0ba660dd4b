//! The inventory: an organisation's exports, read and joined into one topology.
//!
//! The topology document, user exports, directories joined to them, and exports of applications, in CSV,
//! LDIF or JSON. Tables are streamed row by row, and every fault is a finding at its cell. Cells that no
//! property holds stay in the files and are read when asked for. It knows no runs, no scripts and no systems.
//!
//! Invariant: what cannot be read or is not there is an error, never an empty set of users.

#[cfg(test)]
mod alike_tests;
mod applications;
#[cfg(test)]
mod applications_tests;
mod cells;
mod columns;
mod csv;
mod differences;
mod directory;
mod dn;
mod earlier;
mod encoding;
#[cfg(test)]
mod encoding_tests;
mod faults;
#[cfg(test)]
mod formats_tests;
mod header;
mod homes;
mod joins;
mod json;
mod json_object;
mod ldif;
mod lines;
mod options;
mod people;
#[cfg(test)]
mod read_tests;
mod records;
#[cfg(test)]
mod records_tests;
mod routes;
mod row;
mod services;
mod shelf;
mod sid;
mod sites;
#[cfg(test)]
mod sites_tests;
mod topology;
mod topology_document;
#[cfg(test)]
mod topology_tests;
mod users;

use crate::config::Config;
use crate::diagnostic::{Finding, Findings, codes};
use crate::topology::{Topology, UsersBuilder};
use faults::Faults;
use header::{Field, Header};
use joins::Joins;
use options::Options;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Reads the exports that `config` names, from `root` (the folder, or a run's copies of it).
///
/// Warnings come back beside the topology.
///
/// # Errors
/// Every fault of the data, all at once, each at its cell.
pub fn read(config: &Config, root: &dyn Files) -> Result<(Topology, Findings), Findings> {
    let mut faults = Faults::default();
    let mut topology = read_topology(&config.inventory.topology, root, &mut faults);
    if let Some(topology) = &mut topology {
        sites::place(&config.inventory.sites, topology, root, &mut faults);
    }
    let mut users = UsersBuilder::default();
    let mut joins = Joins::default();
    for name in &config.inventory.users {
        users::read(name, root, topology.as_ref(), &mut users, &mut joins, &mut faults);
    }
    for name in &config.inventory.directory {
        directory::read(name, root, &mut users, &mut joins, &mut faults);
    }
    joins.end(&mut users, root, &mut faults);
    for (kind, name) in &config.inventory.applications {
        applications::read(*kind, name, root, topology.as_ref(), &mut users, &mut faults);
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
    let most = topology_document::LARGEST;
    let mut bytes = Vec::new();
    let read = root.open(name).and_then(|reader| reader.take(most + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        faults.add(codes::FILE_UNREADABLE, || unreadable(name, &error));
        return None;
    }
    if bytes.len() as u64 > most {
        let message = format!("`{name}` is larger than {} MiB", most >> 20);
        let help = "a topology document has a few MiB at most; is another file in its place?";
        faults.add(codes::FILE_UNREADABLE, || {
            Finding::error(codes::FILE_UNREADABLE, message).help(help)
        });
        return None;
    }
    if topology_document::is_one(name, &bytes) {
        return topology_document::read(name, bytes, faults);
    }
    topology::read(name, bytes.as_slice()).map_err(|findings| faults.extend(findings)).ok()
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

/// Tells the builder which columns of a file are kept there under their own names.
fn further(header: &Header, file: usize, builder: &mut UsersBuilder) {
    let kept = |field: Field| {
        matches!(
            field,
            Field::Extra
                | Field::SamAccountName
                | Field::Sid
                | Field::DistinguishedName
                | Field::OptionFlags
                | Field::HomeServer
                | Field::RegistrarPool
                | Field::Archiving
                | Field::ArchivingBits
        )
    };
    for (name, field) in header.names.iter().zip(&header.fields) {
        if kept(*field) {
            builder.column_in(name, file);
        }
    }
    for name in Options::missing(header) {
        builder.column_in(name, file);
    }
}

/// Where the files of a snapshot come from: the folder, or the copies that a run keeps.
pub trait Files {
    /// Opens a file by its path inside the folder.
    ///
    /// # Errors
    /// As the file system says.
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>>;

    /// The same files, for as long as the topology lives: cells of further columns stay there.
    fn lasting(&self) -> Arc<dyn Files + Send + Sync>;
}

/// An open file.
pub trait Seekable: Read + Seek + Send {}

impl<T: Read + Seek + Send> Seekable for T {}

/// The organisation's folder itself.
#[derive(Debug)]
pub struct Folder<'a>(pub &'a Path);

impl Files for Folder<'_> {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>> {
        let path = self.0.join(path);
        // A pipe would be waited for, perhaps for ever.
        if !path.metadata()?.is_file() {
            return Err(std::io::Error::other("it is no regular file"));
        }
        Ok(Box::new(std::fs::File::open(path)?))
    }

    fn lasting(&self) -> Arc<dyn Files + Send + Sync> {
        Arc::new(Lasting(self.0.to_path_buf()))
    }
}

/// The folder, by a path of its own.
struct Lasting(PathBuf);

impl Files for Lasting {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn Seekable>> {
        Folder(&self.0).open(path)
    }

    fn lasting(&self) -> Arc<dyn Files + Send + Sync> {
        Folder(&self.0).lasting()
    }
}
