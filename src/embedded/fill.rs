//! Filling a training ground from the inventory: once, and wholly or not at all.

use super::{LAYOUT, unusable};
use crate::diagnostic::Finding;
use crate::topology::Topology;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};
use std::path::Path;

/// Rows that go into one statement.
const CHUNK: usize = 5_000;

/// What a training ground starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Initial {
    /// FQDNs of the pools, and of the machines without one: their services run and stop all the same.
    pub pools: Vec<String>,
    /// Servers: FQDN, and FQDN of their pool.
    pub servers: Vec<(String, String)>,
    /// Services: FQDN of their pool or machine, and name. All run at first.
    pub services: Vec<(String, String)>,
    /// Users and applications: address or key, and FQDN of their pool.
    pub homes: Vec<(String, String)>,
}

impl Initial {
    /// The facts of an inventory. Users and applications without a home in the topology are left out.
    #[must_use]
    pub fn of(topology: &Topology) -> Self {
        let pool = |index: usize| topology.pools.get(index).map(|pool| pool.fqdn.clone());
        let users = topology.users.everything().into_iter().filter_map(|user| {
            let home = topology.users.home(user)?;
            Some((super::key(topology.users.address(user)), pool(usize::from(home))?))
        });
        let mut pools: Vec<String> = topology.pools.iter().map(|pool| pool.fqdn.clone()).collect();
        let alone = topology.services.iter().filter(|service| service.pool.is_none());
        let mut machines: Vec<String> = alone.map(|service| service.fqdn.clone()).collect();
        machines.sort();
        machines.dedup();
        pools.extend(machines);
        Self {
            pools,
            servers: topology
                .servers
                .iter()
                .filter_map(|server| Some((server.fqdn.clone(), pool(server.pool?)?)))
                .collect(),
            services: topology
                .services
                .iter()
                .map(|service| (service.fqdn.clone(), service.name.clone()))
                .collect(),
            homes: users.collect(),
        }
    }
}

/// Builds the file under another name and gives it its own at the end, so that a crash leaves none
/// and two processes make one.
pub(super) async fn build(file: &Path, initial: &Initial) -> Result<(), Finding> {
    let failed = |error: &dyn std::fmt::Display| unusable(file, "make", error);
    let folder = file.parent().unwrap_or_else(|| Path::new("."));
    std::fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    let unfinished = tempfile::Builder::new()
        .prefix("embedded-")
        .suffix(".unfinished")
        .tempfile_in(folder)
        .map_err(|error| failed(&error))?;
    write(unfinished.path(), initial).await.map_err(|error| failed(&error))?;
    match unfinished.persist_noclobber(file) {
        Ok(_) => {}
        // Another process was first: its file is as good.
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(failed(&error.error)),
    }
    // The file's name is on the disk only once its folder is.
    let folder = std::fs::File::open(folder).map_err(|error| failed(&error))?;
    folder.sync_all().map_err(|error| failed(&error))
}

async fn write(file: &Path, initial: &Initial) -> Result<(), sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Memory)
        .synchronous(SqliteSynchronous::Full);
    let mut connection = SqliteConnection::connect_with(&options).await?;
    let mut all = connection.begin().await?;
    sqlx::raw_sql(
        "CREATE TABLE pools (fqdn TEXT NOT NULL UNIQUE COLLATE NOCASE, \
            retired INTEGER NOT NULL DEFAULT 0);
         CREATE TABLE servers (fqdn TEXT NOT NULL UNIQUE COLLATE NOCASE, \
            pool TEXT NOT NULL COLLATE NOCASE);
         CREATE TABLE services (pool TEXT NOT NULL COLLATE NOCASE, \
            name TEXT NOT NULL COLLATE NOCASE, running INTEGER NOT NULL DEFAULT 1, \
            UNIQUE (pool, name));
         CREATE TABLE homes (address TEXT PRIMARY KEY NOT NULL, \
            pool TEXT NOT NULL COLLATE NOCASE, locked INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
         CREATE TABLE moved (address TEXT NOT NULL, was TEXT NOT NULL, now TEXT NOT NULL);
         CREATE TRIGGER moves AFTER UPDATE OF pool ON homes BEGIN \
            INSERT INTO moved VALUES (old.address, old.pool, new.pool); END;",
    )
    .execute(&mut *all)
    .await?;
    for rows in initial.pools.chunks(CHUNK) {
        let sql = "INSERT INTO pools (fqdn) SELECT value FROM json_each(?1)";
        sqlx::query(sql).bind(super::json(rows)).execute(&mut *all).await?;
    }
    for (sql, rows) in [
        (
            "INSERT INTO servers (fqdn, pool) SELECT value->>0, value->>1 FROM json_each(?1)",
            &initial.servers,
        ),
        (
            "INSERT INTO services (pool, name) SELECT value->>0, value->>1 FROM json_each(?1)",
            &initial.services,
        ),
        (
            "INSERT INTO homes (address, pool) SELECT value->>0, value->>1 FROM json_each(?1)",
            &initial.homes,
        ),
    ] {
        for rows in rows.chunks(CHUNK) {
            let rows = serde_json::to_string(rows).unwrap_or_else(|_| "[]".to_owned());
            sqlx::query(sql).bind(rows).execute(&mut *all).await?;
        }
    }
    all.commit().await?;
    let layout = sqlx::AssertSqlSafe(format!("PRAGMA user_version = {LAYOUT}"));
    sqlx::raw_sql(layout).execute(&mut connection).await?;
    connection.close().await
}
