//! What other processes may do beside a run: read a copy, leave an answer, break the training ground.

use super::folder::here;
use super::{go_on, nothing_here};
use crate::diagnostic::{Finding, Findings, codes};
use crate::embedded::Ground;
use crate::journal::{Begun, Inbox, InboxItem, Ledger, Record, RunState, StepKind};
use crate::text;
use jiff::Timestamp;
use std::path::Path;

/// The newest run as it stands, read from a copy.
///
/// # Errors
/// If the journal cannot be read or was tampered with.
pub async fn status(folder: &Path) -> Result<Option<RunState>, Findings> {
    let Some(ledger) = Ledger::copy(folder).await? else { return Ok(None) };
    let Some(run) = ledger.runs().await?.last().copied() else { return Ok(None) };
    Ok(Some(ledger.load(run).await?.state().clone()))
}

/// The records of a run (the newest if `None`), read from a copy.
///
/// # Errors
/// If there is no such run, or as [`status`].
pub async fn log(folder: &Path, run: Option<u64>) -> Result<Vec<Record>, Findings> {
    let Some(ledger) = Ledger::copy(folder).await? else { return Err(nothing_here(folder).into()) };
    let runs = ledger.runs().await?;
    let Some(newest) = runs.last().copied() else { return Err(nothing_here(folder).into()) };
    let run = run.unwrap_or(newest);
    if !runs.contains(&run) {
        let message = format!("there is no run {run}");
        let help = format!("the newest is run {newest}");
        return Err(Finding::error(codes::JOURNAL_NO_RUN, message).help(help).into());
    }
    Ok(ledger.records(run).await?)
}

/// What was left in the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// A sentence for people.
    pub said: String,
    /// The command that makes use of it, without the folder.
    pub next: String,
}

/// Leaves an answer to a question in the inbox.
///
/// # Errors
/// If the run asks no such question.
pub async fn confirm(folder: &Path, id: u64, yes: bool, note: &str) -> Result<Left, Findings> {
    let Some(state) = status(folder).await? else { return Err(nothing_here(folder).into()) };
    let block = state.rollback().map(|rollback| rollback.block_steps.as_slice());
    let open: Vec<_> = state
        .live()
        .iter()
        .chain(block.unwrap_or_default())
        .filter(|live| {
            let asks = matches!(live.begun, Some(Begun::Asked | Begun::Command { .. }));
            asks && live.ended.is_none()
        })
        .collect();
    let Some(question) = open.iter().find(|live| live.seq == id) else {
        let asked: Vec<String> = open.iter().map(|live| live.seq.to_string()).collect();
        let help = if asked.is_empty() {
            "the run waits for nobody; `sidle status` shows where it stands".to_owned()
        } else {
            format!("open questions: {}", text::list(&asked, 10))
        };
        let message = format!("the run asks no question {id}");
        return Err(Finding::error(codes::NO_QUESTION, message).help(help).into());
    };
    let note = note.to_owned();
    let item = InboxItem::Answer { run: state.run(), question: id, yes, note };
    Inbox::open(folder).await?.put(Timestamp::now(), &item, &here()).await?;
    let word = match (yes, question.step.kind) {
        (true, StepKind::Task) => "done",
        (true, StepKind::Attest) => "attested",
        (false, StepKind::Attest) => "not attested",
        (true, _) => "yes",
        (false, _) => "no",
    };
    let said = format!("Answered {word} to question {id}: {}.", question.step.shown);
    Ok(Left { said, next: go_on(&state) })
}

/// Leaves a named person's acceptance of a check in the inbox.
///
/// # Errors
/// If the run has taken no such check, or no reason is given.
pub async fn accept(folder: &Path, check: &str, note: &str) -> Result<Left, Findings> {
    let Some(state) = status(folder).await? else { return Err(nothing_here(folder).into()) };
    if note.trim().is_empty() {
        return Err(Finding::error(codes::NO_REASON, "an acceptance needs a reason")
            .help("say why with `--note \"...\"`: it stands in every report")
            .into());
    }
    let mut paths: Vec<&str> = Vec::new();
    for taken in state.checks().iter().map(|taken| &taken.record) {
        if taken.path.eq_ignore_ascii_case(check) || taken.name.eq_ignore_ascii_case(check) {
            paths.retain(|path| *path != taken.path);
            paths.push(taken.path.as_str());
        }
    }
    let path = match paths.as_slice() {
        [one] => (*one).to_owned(),
        [] => {
            let records = || state.checks().iter().map(|taken| &taken.record);
            let paths = records().map(|record| record.path.as_str());
            let all = paths.chain(records().map(|record| record.name.as_str()));
            let help =
                text::did_you_mean(check, all, "`sidle status` lists the checks taken so far");
            let message = format!("this run has taken no check `{check}`");
            return Err(Finding::error(codes::UNKNOWN_CHECK, message).help(help).into());
        }
        several => {
            let message = format!("{} are called `{check}`", text::count(several.len(), "check"));
            let help = format!("name one by its path: {}", text::list(several, 10));
            return Err(Finding::error(codes::UNKNOWN_CHECK, message).help(help).into());
        }
    };
    let item = InboxItem::Accept { run: state.run(), check: path.clone(), note: note.to_owned() };
    Inbox::open(folder).await?.put(Timestamp::now(), &item, &here()).await?;
    let next = go_on(&state);
    let said = format!("Accepted `{path}`; it stays red in every report. `{next}` goes on.");
    Ok(Left { said, next })
}

/// What can be broken and mended on the training ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmbeddedAction {
    /// Stops a service of a pool.
    StopService {
        /// FQDN of the pool.
        pool: String,
        /// Its name.
        service: String,
    },
    /// Starts it again.
    StartService {
        /// FQDN of the pool.
        pool: String,
        /// Its name.
        service: String,
    },
    /// Locks a user in the directory.
    LockUser {
        /// SIP address.
        address: String,
    },
    /// Unlocks the user.
    UnlockUser {
        /// SIP address.
        address: String,
    },
}

/// Breaks or mends the training ground. Returns a sentence for people.
///
/// # Errors
/// If there is no training ground yet, or it has no such service or user.
pub async fn embedded(folder: &Path, action: EmbeddedAction) -> Result<String, Findings> {
    let config = crate::config::read(folder)?;
    let files = crate::inventory::Folder(folder);
    let (topology, _) = crate::inventory::read(&config, &files)?;
    let ground = Ground::open(folder, &topology).await?;
    Ok(match action {
        EmbeddedAction::StopService { pool, service } => {
            ground.stop_service(&pool, &service).await?;
            format!("Stopped `{service}` on `{pool}`.")
        }
        EmbeddedAction::StartService { pool, service } => {
            ground.start_service(&pool, &service).await?;
            format!("Started `{service}` on `{pool}`.")
        }
        EmbeddedAction::LockUser { address } => {
            ground.lock_user(&address).await?;
            format!("Locked `{address}`.")
        }
        EmbeddedAction::UnlockUser { address } => {
            ground.unlock_user(&address).await?;
            format!("Unlocked `{address}`.")
        }
    })
}
