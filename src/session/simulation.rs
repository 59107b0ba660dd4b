//! The runbook in a world where nothing is real: one way through it for `sidle plan` and `sidle test`.
//!
//! A plan goes on from a copy of the folder's journal. A test begins with an empty journal on a
//! topology of its own choice, as often as it likes; nothing of it is kept, and nothing in the folder
//! is touched.

use super::folder::{here, organisation};
use super::opening::Ready;
use super::{Ending, ending, evaluate};
use crate::config::Config;
use crate::diagnostic::Findings;
use crate::journal::{Event, FORMAT, Journal, Ledger, SittingMode};
use crate::run::{NoDesk, Over, Setting, Silent, Sitting, Steering, Stop, World};
use crate::script;
use crate::topology::View;
use jiff::Timestamp;
use std::sync::Arc;

/// A simulation that begins on an empty journal.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The organisation's configuration.
    pub config: Arc<Config>,
    /// Its facts; homes change in here.
    pub view: View,
    /// What does not go well.
    pub steering: Arc<Steering>,
    /// Stop when this stage has been left.
    pub until: Option<String>,
    /// When it begins.
    pub from: Timestamp,
}

impl Simulation {
    /// A sitting in it, for a script that asks for effects.
    ///
    /// # Errors
    /// If no temporary journal can be made.
    pub async fn sitting(&self) -> Result<Sitting, Findings> {
        let (setting, journal) = self.setting().await?;
        Ok(Sitting::start(setting, journal).await?)
    }

    async fn setting(&self) -> Result<(Setting, Journal), Findings> {
        let ledger = Ledger::temporary().await?;
        let started = Event::RunStarted {
            format: FORMAT,
            sidle: env!("CARGO_PKG_VERSION").to_owned(),
            organisation: self.config.name.clone(),
            rehearsal: false,
            // The same in each simulation: nothing differs from one to the next.
            seed: 1,
            files: Vec::new(),
            users: self.view.topology().users.len() as u64,
            applications: self.view.topology().users.applications().len(),
            who: here(),
        };
        let journal = ledger.begin(self.from, started).await?;
        let setting = Setting {
            ledger: Arc::new(ledger),
            world: World::simulation(&self.view, self.from, &self.steering),
            view: self.view.clone(),
            observer: Arc::new(Silent),
            desk: Arc::new(NoDesk),
            stop: Stop::default(),
            who: here(),
            mode: SittingMode::Forward,
            until: self.until.clone(),
            yes: false,
            steering: Arc::clone(&self.steering),
            server_patience: self.config.server_patience,
        };
        Ok((setting, journal))
    }
}

/// Runs the organisation's runbook in a simulation.
///
/// # Errors
/// If no temporary journal can be made or written.
pub async fn simulate(simulation: &Simulation) -> Result<Ending, Findings> {
    let (setting, journal) = simulation.setting().await?;
    let config = &simulation.config;
    let ready = (setting, journal, organisation(&config.folder), config.limits);
    let (over, journal) = through(ready, &config.runbook).await?;
    Ok(ending(over, &journal))
}

/// Evaluates a runbook forward, to wherever it comes.
pub(super) async fn through(ready: Ready, entry: &str) -> Result<(Over, Journal), Findings> {
    let (setting, journal, sources, limits) = ready;
    let sitting = Sitting::start(setting, journal).await?;
    evaluate(sitting, sources, entry, limits, script::Mode::Run).await
}
