//! `--recheck`: a check that was taken earlier is asked again, while nothing has been done since.

use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Event, Journal};
use crate::text;
use jiff::Timestamp;

/// Supersedes a check and what was asked after it, so that it is asked again.
pub(super) async fn recheck(journal: &mut Journal, check: &str) -> Result<(), Findings> {
    let state = journal.state();
    let names: Vec<&str> = state.checks().iter().map(|taken| taken.record.path.as_str()).collect();
    let found = state.checks().iter().map(|taken| &taken.record).rev().find(|taken| {
        taken.path.eq_ignore_ascii_case(check) || taken.name.eq_ignore_ascii_case(check)
    });
    let Some(taken) = found else {
        let help = text::did_you_mean(check, names, "`sidle status` lists the checks taken so far");
        let message = format!("this run has taken no check `{check}`");
        return Err(Finding::error(codes::UNKNOWN_CHECK, message).help(help).into());
    };
    let path = &taken.path;
    let from = taken.from.filter(|from| state.live().iter().any(|live| live.seq == *from));
    let Some(from) = from else {
        // It asked nothing, or what it asked is to be asked again anyway.
        return Ok(());
    };
    let between = state.live().iter().find(|live| live.seq >= from && live.step.kind.acts());
    if let Some(live) = between {
        let message =
            format!("`{path}` cannot be asked again: after it the run did {}", live.step.shown);
        return Err(Finding::error(codes::RECHECK_TOO_LATE, message)
            .help(format!(
                "`sidle accept {path:?} --note WHY` lets it pass, `sidle rollback` goes back"
            ))
            .into());
    }
    let event = Event::Superseded { from, why: crate::journal::Why::Recheck };
    journal.append(Timestamp::now(), event).await?;
    Ok(())
}
