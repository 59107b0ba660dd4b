//! `sidle.toml`: what an organisation's folder holds and how it is run.
//!
//! Every fault of the file is a finding with its span; unknown keys are errors with the nearest name.
//! It knows no inventory contents, no scripts and no systems.

pub(crate) mod document;
mod inventory;
mod read;
#[cfg(test)]
mod read_tests;

pub use read::read;

use crate::topology::ApplicationKind;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// An organisation's configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The folder.
    pub folder: PathBuf,
    /// `name`.
    pub name: String,
    /// `runbook`: a file of the folder, or `std/...`. Default `runbook.rhai`.
    pub runbook: String,
    /// `[inventory]`.
    pub inventory: InventoryFiles,
    /// `[driver] kind`: how homes are read and changed.
    pub driver: DriverKind,
    /// `[move] server_patience`, default 10 minutes.
    pub server_patience: Duration,
    /// `[fresh]`: how long the evidence of a probe counts; `default` for all others (15 minutes).
    pub fresh: BTreeMap<String, Duration>,
    /// `[commands.NAME]`.
    pub commands: BTreeMap<String, CommandConfig>,
    /// `[limits]`.
    pub limits: Limits,
    /// SHA-256 of the file, in hexadecimal.
    pub sha: String,
}

/// The inventory's files, as paths inside the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InventoryFiles {
    /// `topology`, default `inventory/topology.toml`.
    pub topology: String,
    /// `users`: one or several exports of users, default `inventory/users.csv`.
    pub users: Vec<String>,
    /// `directory`: exports that are joined to the users; none, one or several.
    pub directory: Vec<String>,
    /// `[inventory.applications]`: exports of what else lives on pools, by kind.
    pub applications: Vec<(ApplicationKind, String)>,
    /// `[inventory.sites]`: the site of a pool that the document puts elsewhere (a merged topology has
    /// all legacy pools in one site).
    pub sites: Vec<(String, String)>,
}

impl InventoryFiles {
    /// Every file, in the order in which they are read.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let applications = self.applications.iter().map(|(_, path)| path);
        let joined = self.users.iter().chain(&self.directory).chain(applications);
        std::iter::once(&self.topology).chain(joined).map(String::as_str)
    }
}

/// How homes are read and changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriverKind {
    /// A training ground in an SQLite file of the folder.
    Embedded,
}

/// An allow-listed command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandConfig {
    /// Program and fixed arguments; the script's arguments follow.
    pub run: Vec<String>,
    /// `repeat = "safe"`: may be run again after a crash.
    pub safe: bool,
    /// `timeout`, default 5 minutes.
    pub timeout: Duration,
}

/// What a script may use between two effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// `operations`, default 10,000,000.
    pub operations: u64,
    /// `time`, default 60 seconds.
    pub time: Duration,
    /// `memory_mib` that the process may grow by, default 2048.
    pub memory_mib: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { operations: 10_000_000, time: Duration::from_mins(1), memory_mib: 2048 }
    }
}

impl Config {
    /// How long the evidence of a probe counts.
    #[must_use]
    pub fn fresh_for(&self, probe: &str) -> Duration {
        self.fresh
            .get(probe)
            .or_else(|| self.fresh.get("default"))
            .copied()
            .unwrap_or(Duration::from_mins(15))
    }
}
