//! The training ground: homes, services and pools of the embedded driver, in one SQLite file.
//!
//! It stands for the real systems where there are none: filled once from the inventory, changed by
//! moves, and broken and mended on purpose (`sidle embedded ...`). It is not the run's memory: it knows
//! no journal and no run, and other processes may change it at any time.
//!
//! A pool takes part in moves and sign-ins while the services that home users ([`HOMING`]) run. A pool
//! without one of those takes part while any of its services runs, or if it has none at all.
//!
//! Invariant: every change is one transaction that is on the disk before it is reported as done.

mod breakage;
mod fill;
mod rehome;

pub use fill::Initial;
pub use rehome::Rehomed;

use crate::diagnostic::{Finding, codes};
use crate::topology::Topology;
use sqlx::Row as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The services that a pool needs to take part in moves and sign-ins, as far as it has them: by the name
/// that people write, and by the one that topology documents have.
pub const HOMING: [&str; 2] = ["Front End", "Registrar"];

/// Layout of the file, as its `user_version`. A file with a higher one is refused.
const LAYOUT: i64 = 1;

/// An open training ground. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Ground {
    file: PathBuf,
    pool: SqlitePool,
    moves: rehome::Queue,
}

/// A user as the training ground has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundUser {
    /// FQDN of their pool.
    pub pool: String,
    /// Locked in the directory: can neither be moved nor sign in.
    pub locked: bool,
}

/// A pool as the training ground has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundPool {
    /// Fully qualified name.
    pub fqdn: String,
    /// Taken out of service.
    pub retired: bool,
    /// Its services and whether they run, by name.
    pub services: Vec<(String, bool)>,
}

impl GroundPool {
    /// Why the pool takes no part in moves and sign-ins; `None` if it does.
    #[must_use]
    pub fn down(&self) -> Option<String> {
        if self.retired {
            return Some("the pool is retired".to_owned());
        }
        let homes = |name: &str| HOMING.iter().any(|homing| name.eq_ignore_ascii_case(homing));
        let homing = || self.services.iter().filter(|(name, _)| homes(name));
        if let Some((name, _)) = homing().find(|(_, running)| !running) {
            return Some(format!("the service `{name}` is stopped"));
        }
        match homing().next() {
            Some(_) => None,
            None if self.services.is_empty() => None,
            None if self.services.iter().any(|(_, running)| *running) => None,
            None => Some("all its services are stopped".to_owned()),
        }
    }
}

impl Ground {
    /// Where a folder keeps its training ground.
    #[must_use]
    pub fn file(folder: &Path) -> PathBuf {
        folder.join(".sidle").join("embedded.db")
    }

    /// Opens the folder's training ground; the first time it is filled from the inventory.
    ///
    /// # Errors
    /// If the file cannot be made, read or written, or was written by a newer sidle.
    pub async fn open(folder: &Path, topology: &Topology) -> Result<Self, Finding> {
        let file = Self::file(folder);
        if !file.exists() {
            fill::build(&file, &Initial::of(topology)).await?;
        }
        Self::open_file(file).await
    }

    /// Opens a training ground that exists.
    ///
    /// # Errors
    /// As [`Ground::open`], and if there is none yet.
    pub async fn open_existing(folder: &Path) -> Result<Self, Finding> {
        let file = Self::file(folder);
        if !file.exists() {
            return Err(Finding::error(
                codes::GROUND_UNUSABLE,
                format!("`{}` has no training ground yet", folder.display()),
            )
            .help("`sidle run` fills it from the inventory"));
        }
        Self::open_file(file).await
    }

    async fn open_file(file: PathBuf) -> Result<Self, Finding> {
        let options = options(&file);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.clone())
            .await
            .map_err(|error| unusable(&file, "open", &error))?;
        let layout: i64 = sqlx::query_scalar("PRAGMA user_version")
            .fetch_one(&pool)
            .await
            .map_err(|error| unusable(&file, "read", &error))?;
        if layout != LAYOUT {
            return Err(Finding::error(
                codes::GROUND_UNUSABLE,
                format!("`{}` has layout {layout}, this sidle knows {LAYOUT}", file.display()),
            )
            .help("use the sidle that wrote it, or remove the file to fill it anew"));
        }
        let moves = rehome::Queue::start(&file, &options).await?;
        Ok(Self { file, pool, moves })
    }

    /// Reads users, one answer per address in the same order; `None` for who is not there.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn users(&self, addresses: &[String]) -> Result<Vec<Option<GroundUser>>, Finding> {
        let wanted: Vec<String> = addresses.iter().map(|address| key(address)).collect();
        let rows = sqlx::query(
            "SELECT address, pool, locked FROM homes \
             WHERE address IN (SELECT value FROM json_each(?1))",
        )
        .bind(json(&wanted))
        .fetch_all(&self.pool)
        .await
        .map_err(|error| self.unreadable(&error))?;
        let mut found: HashMap<String, GroundUser> = HashMap::with_capacity(rows.len());
        for row in rows {
            let (Ok(address), Ok(pool), Ok(locked)) =
                (row.try_get(0), row.try_get(1), row.try_get(2))
            else {
                continue;
            };
            found.insert(address, GroundUser { pool, locked });
        }
        Ok(wanted.iter().map(|address| found.get(address).cloned()).collect())
    }

    /// Reads where users live, one answer per address in the same order.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn homes(&self, addresses: &[String]) -> Result<Vec<Option<String>>, Finding> {
        let users = self.users(addresses).await?;
        Ok(users.into_iter().map(|user| user.map(|user| user.pool)).collect())
    }

    /// Reads every pool with its services.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn pools(&self) -> Result<Vec<GroundPool>, Finding> {
        let mut connection = self.pool.acquire().await.map_err(|error| self.unreadable(&error))?;
        read_pools(&mut connection).await.map_err(|error| self.unreadable(&error))
    }

    /// Whether a service of a pool runs; `None` if there is no such service.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn service_running(
        &self,
        pool: &str,
        service: &str,
    ) -> Result<Option<bool>, Finding> {
        sqlx::query_scalar("SELECT running FROM services WHERE pool = ?1 AND name = ?2")
            .bind(pool)
            .bind(service)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.unreadable(&error))
    }

    /// Lists the addresses of all users who live on a pool.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn remaining(&self, pool: &str) -> Result<Vec<String>, Finding> {
        sqlx::query_scalar("SELECT address FROM homes WHERE pool = ?1 ORDER BY address")
            .bind(pool)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.unreadable(&error))
    }

    /// Returns every move there was on this ground, in order: address, pool before, pool after.
    ///
    /// Kept by the ground itself, so it tells what really happened whatever a run believes.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn history(&self) -> Result<Vec<(String, String, String)>, Finding> {
        sqlx::query_as("SELECT address, was, now FROM moved ORDER BY rowid")
            .fetch_all(&self.pool)
            .await
            .map_err(|error| self.unreadable(&error))
    }

    /// Moves one user, if they live on `from` and nothing forbids it.
    ///
    /// Moves asked for at the same time share one commit.
    ///
    /// # Errors
    /// If the file cannot be written; the user has not moved then.
    pub async fn rehome(&self, user: &str, from: &str, to: &str) -> Result<Rehomed, Finding> {
        self.moves.rehome(key(user), from.to_owned(), to.to_owned()).await
    }

    fn unreadable(&self, error: &sqlx::Error) -> Finding {
        unusable(&self.file, "read", error)
    }

    fn unwritable(&self, error: &sqlx::Error) -> Finding {
        unusable(&self.file, "write", error)
    }
}

fn options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
}

async fn read_pools(
    connection: &mut sqlx::SqliteConnection,
) -> Result<Vec<GroundPool>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT p.fqdn, p.retired, s.name, s.running FROM pools p \
         LEFT JOIN services s ON s.pool = p.fqdn ORDER BY p.rowid, s.rowid",
    )
    .fetch_all(connection)
    .await?;
    let mut pools: Vec<GroundPool> = Vec::new();
    for row in rows {
        let fqdn: String = row.try_get(0)?;
        if pools.last().is_none_or(|last| last.fqdn != fqdn) {
            pools.push(GroundPool { fqdn, retired: row.try_get(1)?, services: Vec::new() });
        }
        let service: Option<String> = row.try_get(2)?;
        if let (Some(pool), Some(name)) = (pools.last_mut(), service) {
            pool.services.push((name, row.try_get(3)?));
        }
    }
    Ok(pools)
}

/// An address as the file keeps it: without `sip:`, in lower case.
fn key(address: &str) -> String {
    let lower = address.trim().to_lowercase();
    lower.strip_prefix("sip:").map_or_else(|| lower.clone(), ToOwned::to_owned)
}

fn json(values: &[String]) -> String {
    serde_json::to_string(values).unwrap_or_else(|_| "[]".to_owned())
}

fn unusable(file: &Path, doing: &str, error: &dyn std::fmt::Display) -> Finding {
    let why = error.to_string().replace('\n', " ");
    // SQLite's own words, without sqlx's wrapping: `error returned from database: (code: 26) ...`.
    let why = match why.strip_prefix("error returned from database: ") {
        Some(rest) => rest.split_once(") ").map_or(rest, |(_, words)| words),
        None => &why,
    };
    Finding::error(
        codes::GROUND_UNUSABLE,
        format!("cannot {doing} the training ground `{}`", file.display()),
    )
    .because(why)
    .help("check the disk and the rights on that file, then run the same command again")
}

#[cfg(test)]
mod tests;
