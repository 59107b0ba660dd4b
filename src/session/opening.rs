//! What is done before a sitting: configuration, lock, snapshot, world.
//!
//! A new run copies sidle.toml and the inventory's files among the journal's objects first and reads
//! the snapshot from the copies, so what is recorded is what was read. A resumed run reads the same
//! copies again; later exports do not change it.

use super::folder::{Copies, here, organisation};
use super::recheck::recheck;
use super::{Ending, PlanOptions, RunOptions, Watch, nothing_here};
use crate::clock::{Clock, SystemClock, VirtualClock};
use crate::config::{self, Config, Limits};
use crate::diagnostic::{Finding, Findings, codes};
use crate::driver::EmbeddedDriver;
use crate::embedded::Ground;
use crate::inventory;
use crate::journal::{
    Event, FORMAT, FileCopy, Journal, Ledger, RunState, SittingEnd, SittingMode, Status, StepKind,
    Who,
};
use crate::probe::EmbeddedProber;
use crate::run::{AllowedCommands, Setting, Steering, World, WorldKind};
use crate::script;
use crate::text;
use crate::topology::{Topology, View};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a sitting starts from.
pub(super) type Ready = (Setting, Journal, Arc<dyn script::Sources>, Limits);

/// A folder that was opened for a sitting.
pub(super) struct Opening {
    pub(super) folder: PathBuf,
    pub(super) config: Config,
    pub(super) ledger: Arc<Ledger>,
    /// The run to go on with; `None` if a new one is to begin.
    pub(super) journal: Option<Journal>,
    /// Boxed: it travels through the futures of every command.
    pub(super) topology: Box<Topology>,
    copies: Vec<FileCopy>,
    pub(super) warnings: Findings,
    who: Who,
}

impl Opening {
    /// For `sidle run`: takes the lock; the newest run goes on if it is open.
    pub(super) async fn to_run(folder: &Path, options: &RunOptions) -> Result<Self, Findings> {
        let config = config::read(folder)?;
        let sources = organisation(folder);
        scripts_parse(&sources, &config)?;
        let who = here();
        let ledger = Ledger::open(folder, &who).await?;
        let newest = newest(&ledger).await?;
        if let Some(journal) = &newest {
            let state = journal.state();
            if state.status() == Status::Open {
                fits(state, options)?;
            }
        }
        let journal = match newest {
            Some(journal) if journal.state().status() != Status::Open && options.new => None,
            other => other,
        };
        Self::with(folder, config, ledger, journal, who)
    }

    /// For `sidle rollback` and `sidle retry`: takes the lock; there must be a run.
    pub(super) async fn to_take_back(folder: &Path) -> Result<Self, Findings> {
        let config = config::read(folder)?;
        let who = here();
        let ledger = Ledger::open(folder, &who).await?;
        let Some(journal) = newest(&ledger).await? else { return Err(nothing_here(folder).into()) };
        Self::with(folder, config, ledger, Some(journal), who)
    }

    /// For `sidle plan`: on a private copy of the journal, without the lock.
    pub(super) async fn to_plan(folder: &Path, from_start: bool) -> Result<Self, Findings> {
        let config = config::read(folder)?;
        let sources = organisation(folder);
        scripts_parse(&sources, &config)?;
        let ledger = private(folder).await?;
        let newest = newest(&ledger).await?;
        if let Some(run) = newest.as_ref().filter(|_| !from_start) {
            not_taken_back(run.state())?;
        }
        let journal = newest.filter(|run| run.state().status() == Status::Open && !from_start);
        Self::with(folder, config, ledger, journal, here())
    }

    /// For `sidle explain`: as [`Opening::to_plan`], but scripts that are wrong and a rollback under way
    /// leave facts to be told.
    pub(super) async fn to_explain(folder: &Path) -> Result<Self, Findings> {
        let config = config::read(folder)?;
        let ledger = private(folder).await?;
        let journal = newest(&ledger).await?.filter(|run| {
            run.state().status() == Status::Open && not_taken_back(run.state()).is_ok()
        });
        Self::with(folder, config, ledger, journal, here())
    }

    fn with(
        folder: &Path,
        config: Config,
        ledger: Ledger,
        journal: Option<Journal>,
        who: Who,
    ) -> Result<Self, Findings> {
        let copies = match &journal {
            Some(journal) => {
                let started = journal.state().started();
                let copies = started.map(|started| started.files.clone()).unwrap_or_default();
                // A copy that is gone is no fault of the organisation's own files.
                for copy in &copies {
                    ledger.objects().open(&copy.sha)?;
                }
                copies
            }
            None => copy_files(folder, &config, &ledger)?,
        };
        let from = Copies { objects: ledger.objects().clone(), files: copies.clone() };
        let (topology, warnings) = inventory::read(&config, &from)?;
        let (ledger, topology) = (Arc::new(ledger), Box::new(topology));
        let folder = folder.to_path_buf();
        Ok(Self { folder, config, ledger, journal, topology, copies, warnings, who })
    }

    /// The ending of `sidle run` where the newest run has come to its end.
    pub(super) fn nothing_to_do(&self, options: &RunOptions) -> Option<Ending> {
        let state = self.journal.as_ref()?.state();
        let (number, why) = match state.status() {
            Status::Open => return None,
            Status::Completed => (state.run(), "is complete"),
            Status::RolledBack => (state.run(), "was rolled back"),
        };
        let rehearse = if options.rehearse { " --rehearse" } else { "" };
        Some(Ending {
            how: SittingEnd::Completed,
            why: format!("run {number} {why}; `sidle run --new{rehearse}` starts another"),
            findings: Findings::default(),
            run: number,
            state: state.clone(),
            question: None,
            next: vec![format!("sidle run --new{rehearse}")],
        })
    }

    /// A sitting against the real systems.
    pub(super) async fn live(self, options: &RunOptions, watch: Watch) -> Result<Ready, Findings> {
        let started = self.started(options.rehearse);
        let rehearsal =
            self.journal.as_ref().map_or(options.rehearse, |journal| is_rehearsal(journal.state()));
        let mut this = self;
        let mut journal = match this.journal.take() {
            Some(journal) => journal,
            None => this.ledger.begin(Timestamp::now(), started).await?,
        };
        if let Some(check) = &options.recheck {
            recheck(&mut journal, check).await?;
        }
        let world = this.real_world(rehearsal, journal.state()).await?;
        let view = View::new(*std::mem::take(&mut this.topology));
        let mut ready = this.ready(world, SittingMode::Forward, watch, journal, view);
        ready.0.until.clone_from(&options.until);
        ready.0.yes = options.yes;
        Ok(ready)
    }

    /// A sitting that takes stages back.
    pub(super) async fn back(self, watch: Watch) -> Result<Ready, Findings> {
        self.with_run(SittingMode::Rollback, watch).await
    }

    /// A sitting that tries users again.
    pub(super) async fn retrying(self, watch: Watch) -> Result<Ready, Findings> {
        self.with_run(SittingMode::Retry, watch).await
    }

    async fn with_run(mut self, mode: SittingMode, watch: Watch) -> Result<Ready, Findings> {
        let Some(journal) = self.journal.take() else {
            return Err(nothing_here(&self.folder).into());
        };
        let world = self.real_world(is_rehearsal(journal.state()), journal.state()).await?;
        let view = View::new(*std::mem::take(&mut self.topology));
        Ok(self.ready(world, mode, watch, journal, view))
    }

    /// A sitting in simulation.
    pub(super) async fn simulated(
        mut self,
        options: PlanOptions,
        watch: Watch,
    ) -> Result<Ready, Findings> {
        let started = self.started(false);
        let journal = match self.journal.take() {
            Some(journal) => journal,
            None => self.ledger.begin(Timestamp::now(), started).await?,
        };
        let view = View::new(*std::mem::take(&mut self.topology));
        let steering = Arc::new(Steering::assuming(options.assume));
        let world = World::simulation(&view, last_at(journal.state()), &steering);
        let mut ready = self.ready(world, SittingMode::Forward, watch, journal, view);
        ready.0.steering = steering;
        Ok(ready)
    }

    async fn real_world(&self, rehearsal: bool, state: &RunState) -> Result<World, Findings> {
        let ground = Ground::open(&self.folder, &self.topology).await?;
        let config = self.config.clone();
        let fresh = move |probe: &str| config.fresh_for(probe);
        let (kind, clock): (WorldKind, Arc<dyn Clock>) = if rehearsal {
            (WorldKind::Rehearsal, Arc::new(VirtualClock::starting(last_at(state))))
        } else {
            (WorldKind::Live, Arc::new(SystemClock))
        };
        Ok(World {
            driver: Arc::new(EmbeddedDriver::new(ground.clone())),
            prober: Arc::new(EmbeddedProber::new(ground, clock.clone(), Box::new(fresh))),
            commands: Arc::new(AllowedCommands::of(&self.config)),
            clock,
            kind,
        })
    }

    fn ready(
        self,
        world: World,
        mode: SittingMode,
        watch: Watch,
        journal: Journal,
        view: View,
    ) -> Ready {
        let setting = Setting {
            ledger: self.ledger,
            world,
            view,
            observer: watch.observer,
            desk: watch.desk,
            stop: watch.stop,
            who: self.who,
            mode,
            until: None,
            yes: false,
            steering: Arc::default(),
            server_patience: self.config.server_patience,
        };
        (setting, journal, organisation(&self.folder), self.config.limits)
    }

    fn started(&self, rehearsal: bool) -> Event {
        Event::RunStarted {
            format: FORMAT,
            sidle: env!("CARGO_PKG_VERSION").to_owned(),
            organisation: self.config.name.clone(),
            rehearsal,
            seed: u64::try_from(Timestamp::now().as_microsecond()).unwrap_or(0),
            files: self.copies.clone(),
            users: self.topology.users.len() as u64,
            applications: self.topology.users.applications().len(),
            who: self.who.clone(),
        }
    }

    /// Refuses a run that is taken back, or is being taken back.
    pub(super) fn can_be_retried(&self) -> Result<(), Findings> {
        let Some(journal) = &self.journal else { return Ok(()) };
        let state = journal.state();
        if state.status() == Status::RolledBack {
            let message = format!("run {} was rolled back", state.run());
            return Err(Finding::error(codes::RUN_OVER, message)
                .help("`sidle run --new` starts another")
                .into());
        }
        not_taken_back(state)
    }

    /// Refuses a stage that the run has not entered.
    pub(super) fn knows_stage(&self, stage: Option<&str>) -> Result<(), Findings> {
        let (Some(stage), Some(journal)) = (stage, &self.journal) else { return Ok(()) };
        let stages: Vec<&str> = journal
            .state()
            .live()
            .iter()
            .filter(|live| live.step.kind == StepKind::Enter)
            .map(|live| live.step.stage.as_str())
            .collect();
        if stages.contains(&stage) {
            return Ok(());
        }
        let entered = if stages.is_empty() {
            "it has entered none yet".to_owned()
        } else {
            format!("entered so far: {}", text::list(&stages, 10))
        };
        let help = text::did_you_mean(stage, stages.iter().copied(), &entered);
        let message = format!("this run has not entered a stage `{stage}`");
        Err(Finding::error(codes::UNKNOWN_STAGE, message).help(help).into())
    }
}

/// Refuses a run that is being taken back.
pub(super) fn not_taken_back(state: &RunState) -> Result<(), Findings> {
    if state.rollback().is_none() {
        return Ok(());
    }
    let message = format!("run {} is being taken back", state.run());
    Err(Finding::error(codes::ROLLBACK_OPEN, message)
        .help("`sidle rollback` goes on with it")
        .into())
}

pub(super) fn is_rehearsal(state: &RunState) -> bool {
    state.started().is_some_and(|started| started.rehearsal)
}

fn last_at(state: &RunState) -> Timestamp {
    state.last_at().unwrap_or_else(Timestamp::now)
}

/// A private copy of the folder's ledger, or an empty one.
async fn private(folder: &Path) -> Result<Ledger, Finding> {
    match Ledger::copy(folder).await? {
        Some(ledger) => Ok(ledger),
        None => Ledger::temporary().await,
    }
}

async fn newest(ledger: &Ledger) -> Result<Option<Journal>, Finding> {
    match ledger.runs().await?.last() {
        Some(run) => ledger.load(*run).await.map(Some),
        None => Ok(None),
    }
}

/// Refuses options that do not fit the open run.
fn fits(state: &RunState, options: &RunOptions) -> Result<(), Findings> {
    let number = state.run();
    let rehearsal = is_rehearsal(state);
    let finding = if options.new {
        Finding::error(codes::RUN_OPEN, format!("run {number} is still open"))
            .help("`sidle run` goes on with it, `sidle rollback` takes it back")
    } else if rehearsal && !options.rehearse {
        Finding::error(codes::REHEARSAL, format!("run {number} is a rehearsal"))
            .help("`sidle run --rehearse` goes on with it, `sidle rollback` takes it back")
    } else if !rehearsal && options.rehearse {
        Finding::error(codes::REHEARSAL, format!("run {number} is open and no rehearsal"))
            .help("`sidle run` goes on with it, `sidle rollback` takes it back")
    } else {
        return not_taken_back(state);
    };
    Err(finding.into())
}

/// Copies sidle.toml and the inventory's files among the objects.
fn copy_files(folder: &Path, config: &Config, ledger: &Ledger) -> Result<Vec<FileCopy>, Findings> {
    let paths = std::iter::once("sidle.toml").chain(config.inventory.all());
    let mut copies = Vec::new();
    let mut findings = Findings::default();
    for path in paths {
        match ledger.objects().put_file(&folder.join(path)) {
            Ok(sha) => copies.push(FileCopy { path: path.to_owned(), sha }),
            Err(reason) => findings.push(
                Finding::error(codes::FILE_UNREADABLE, format!("`{path}` cannot be read"))
                    .because(reason.to_string())
                    .help("sidle.toml names it under `[inventory]`"),
            ),
        }
    }
    if findings.has_errors() { Err(findings) } else { Ok(copies) }
}

fn scripts_parse(sources: &Arc<dyn script::Sources>, config: &Config) -> Result<(), Findings> {
    let findings = script::check_scripts(sources, &config.runbook);
    if findings.has_errors() { Err(findings) } else { Ok(()) }
}
