//! `[inventory]` of sidle.toml: which files hold what exists.

use super::InventoryFiles;
use super::document::{Faults, Keys};
use super::read::{inside, path_or};
use crate::topology::ApplicationKind;

/// Reads the table; what it leaves out has its usual place.
pub(super) fn inventory(top: &Keys<'_>, faults: &mut Faults) -> InventoryFiles {
    let mut files = InventoryFiles {
        topology: "inventory/topology.toml".to_owned(),
        users: vec!["inventory/users.csv".to_owned()],
        directory: Vec::new(),
        applications: Vec::new(),
        sites: Vec::new(),
    };
    let Some(keys) = top.table("inventory", "inventory", faults) else { return files };
    keys.only(&["topology", "users", "directory", "applications", "sites"], faults);
    files.topology = path_or(&keys, "topology", &files.topology, faults);
    if let Some(users) = paths(&keys, "users", faults) {
        files.users = users;
    }
    files.directory = paths(&keys, "directory", faults).unwrap_or_default();
    if let Some(keys) = keys.table("applications", "inventory.applications", faults) {
        keys.only(&ApplicationKind::ALL.map(ApplicationKind::word), faults);
        for kind in ApplicationKind::ALL {
            let paths = paths(&keys, kind.word(), faults).unwrap_or_default();
            files.applications.extend(paths.into_iter().map(|path| (kind, path)));
        }
    }
    if let Some(keys) = keys.table("sites", "inventory.sites", faults) {
        for (pool, _) in keys.names() {
            if let Some((site, _)) = keys.text(pool, faults) {
                files.sites.push((pool.to_owned(), site.to_owned()));
            }
        }
    }
    files
}

/// One path or several; an empty list is a fault.
fn paths(keys: &Keys<'_>, key: &str, faults: &mut Faults) -> Option<Vec<String>> {
    let texts = keys.one_or_more(key, faults)?;
    if texts.is_empty() {
        let span = keys.names().into_iter().find(|(name, _)| *name == key).map(|(_, span)| span);
        let message = format!("`{key}` names no file");
        faults.value(span.unwrap_or(0..0), "", message, "name a file, or leave the key out");
        return None;
    }
    Some(texts.into_iter().filter_map(|(path, span)| inside(path, span, faults)).collect())
}
