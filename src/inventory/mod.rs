//! The inventory: an organisation's exports, read and joined into one topology.

use crate::config::Config;
use crate::diagnostic::Findings;
use crate::topology::Topology;
use std::path::Path;

/// Reads the exports that `config` names, from `root` (the folder, or a run's copies of it).
///
/// Warnings come back beside the topology.
///
/// # Errors
/// Every fault of the data, all at once, each at its cell.
pub fn read(_config: &Config, _root: &dyn Files) -> Result<(Topology, Findings), Findings> {
    Err(Findings::default())
}

/// Where the files of a snapshot come from: the folder, or the copies that a run keeps.
pub trait Files {
    /// Opens a file by its path inside the folder.
    ///
    /// # Errors
    /// As the file system says.
    fn open(&self, path: &str) -> std::io::Result<Box<dyn std::io::Read + Send>>;
}

/// The organisation's folder itself.
#[derive(Debug)]
pub struct Folder<'a>(pub &'a Path);

impl Files for Folder<'_> {
    fn open(&self, path: &str) -> std::io::Result<Box<dyn std::io::Read + Send>> {
        Ok(Box::new(std::fs::File::open(self.0.join(path))?))
    }
}
