//! Opening a folder to look around in it: facts, homes and scripts, without the lock and without a run.
//!
//! The journal is read from a private copy, so a run that goes on meanwhile notices nothing, and the
//! folder is left as it was.

use super::folder::{Copies, organisation};
use crate::config;
use crate::diagnostic::Findings;
use crate::inventory;
use crate::journal::{Ledger, RunState};
use crate::script::console::Ground;
use crate::topology::View;
use std::path::Path;

/// A folder that was opened to look around.
pub struct Explored {
    /// The organisation's name.
    pub organisation: String,
    /// What a console reads.
    pub ground: Ground,
    /// The run that the homes come from; `None` if they are those of the inventory's files.
    pub run: Option<RunState>,
    /// Oddities of the inventory.
    pub warnings: Findings,
}

/// Opens a folder: with the homes of its newest run, or as its inventory's files say.
///
/// With a run, the facts are those that the run was started on, as `sidle status` counts them.
///
/// # Errors
/// Every fault of the configuration, the inventory and the journal.
pub async fn explore(folder: &Path, with_run: bool) -> Result<Explored, Findings> {
    let config = config::read(folder)?;
    let ledger = if with_run { Ledger::copy(folder).await? } else { None };
    let mut read = None;
    if let Some(ledger) = &ledger
        && let Some(run) = ledger.runs().await?.last()
    {
        let state = ledger.load(*run).await?.state().clone();
        let files = state.started().map(|started| started.files.clone()).unwrap_or_default();
        let copies = Copies { objects: ledger.objects().clone(), files };
        read = Some((inventory::read(&config, &copies)?, state));
    }
    let ((topology, warnings), run) = match read {
        Some((read, state)) => (read, Some(state)),
        None => (inventory::read(&config, &inventory::Folder(folder))?, None),
    };
    let view = View::new(topology);
    if let Some(run) = &run {
        take_homes(&view, run);
    }
    let ground = Ground {
        view,
        now: run.as_ref().and_then(RunState::last_at),
        sources: organisation(folder),
        limits: config.limits,
    };
    Ok(Explored { organisation: config.name, ground, run, warnings })
}

/// Puts everybody where the run has left them.
fn take_homes(view: &View, run: &RunState) {
    let topology = view.topology();
    view.change_homes(|homes| {
        for change in run.home_changes() {
            if let Some(user) = topology.users.find(&change.user) {
                homes.set(user, change.to.as_deref().and_then(|pool| topology.pool(pool)));
            }
        }
    });
}
