//! `sidle plan`: what would happen, without touching anything.

use super::{Answer, Exit, Screen, folder::Dir};
use crate::diagnostic::{Finding, codes};
use crate::journal::{CheckRecord, StepKind, Verdict};
use crate::report;
use crate::run::{NoDesk, Silent, Stop};
use crate::session::{self, PlanOptions, Watch};
use crate::text::{count, did_you_mean};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  sidle plan contoso                 from where the open run stands
  sidle plan contoso --from-start    the whole runbook
  sidle plan contoso --assume \"Coexistence / sign-in=fail\"
                                     the other branch: that check fails

A plan writes nothing in the folder and asks no real system. What only they can tell is assumed
good, and shown as assumed. Exit 1: the runbook would halt.";

/// Show every stage, move, check, wait and question, and what a rollback would lose.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
    /// Plan the whole runbook, even if a run is open.
    #[arg(long)]
    from_start: bool,
    /// Assume another verdict for a check: `PATH=pass`, `=fail` or `=unknown`. May be repeated.
    #[arg(long, value_name = "CHECK=VERDICT", value_parser = assumption)]
    assume: Vec<(String, Verdict)>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let options = PlanOptions { from_start: args.from_start, assume: args.assume.clone() };
    let watch = Watch { observer: Arc::new(Silent), desk: Arc::new(NoDesk), stop: Stop::default() };
    let plan = match session::plan(args.dir.path(), options, watch).await {
        Ok(plan) => plan,
        Err(findings) => return Answer::error(findings),
    };
    if let Some(finding) = not_reached(&plan, &args.assume) {
        return Answer::error(finding);
    }
    let told = report::plan::Plan {
        run: plan.ending.run,
        records: &plan.records,
        state: &plan.state,
        from: plan.from,
        how: plan.ending.how,
        why: &plan.ending.why,
    };
    let mut text = report::plan::text(&told, screen.style());
    let mut warnings = plan.warnings.0.as_slice();
    // For people the plan comes first; what is odd about the exports is `sidle check`'s to show.
    if !screen.is_json() && !warnings.is_empty() {
        let odd = count(warnings.len(), "warning");
        text = format!("{}\n{odd} about the inventory: `sidle check` shows them.", text.trim_end());
        warnings = &[];
    }
    Answer::text(Exit::from(plan.ending.how), text)
        .with("plan", report::plan::to_json(&told))
        .with_findings(warnings.iter().chain(&plan.ending.findings.0).cloned())
        .then(&args.dir, &next(&plan))
}

/// A plan that would halt is looked at again; a good one is run.
fn next(plan: &session::Plan) -> Vec<String> {
    match Exit::from(plan.ending.how) {
        Exit::Completed => report::status::next_run(&plan.state),
        _ => vec!["sidle plan".to_owned()],
    }
}

/// Refuses an assumption about a check that the plan does not take: it would change nothing.
fn not_reached(plan: &session::Plan, assumed: &[(String, Verdict)]) -> Option<Finding> {
    let from = plan.from.unwrap_or(0);
    let checks = plan.state.checks().iter().filter(|check| check.seq > from);
    let mut names: Vec<String> =
        checks.flat_map(|check| [check.record.path.clone(), check.record.name.clone()]).collect();
    // Attestations are assumed by their titles, as checks are by their names.
    for live in plan.state.live().iter().filter(|live| live.seq > from) {
        if live.step.kind == StepKind::Attest {
            names.push(CheckRecord::path_of(&live.step.stage, &live.step.what));
            names.push(live.step.what.clone());
        }
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (check, _) = assumed.iter().find(|(check, _)| !names.contains(&check.as_str()))?;
    let message = format!("this plan takes no check `{check}`");
    let otherwise = "`sidle plan` lists the checks; with `--from-start`, those already taken too";
    let help = did_you_mean(check, names.iter().copied(), otherwise);
    Some(Finding::error(codes::UNKNOWN_CHECK, message).help(help))
}

fn assumption(text: &str) -> Result<(String, Verdict), String> {
    let (path, word) = text
        .rsplit_once('=')
        .ok_or("write the check's path, `=` and a verdict: \"Pilot / sign-in=fail\"")?;
    let verdict = [Verdict::Pass, Verdict::Fail, Verdict::Unknown]
        .into_iter()
        .find(|verdict| verdict.word() == word.trim())
        .ok_or_else(|| {
            format!("`{}` is no verdict; there are pass, fail and unknown", word.trim())
        })?;
    Ok((path.trim().to_owned(), verdict))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assumption_is_a_path_and_one_of_three_verdicts() {
        let expected = ("Coexistence / sign-in".to_owned(), Verdict::Fail);
        assert_eq!(assumption("Coexistence / sign-in=fail"), Ok(expected));
        assert!(assumption("Coexistence / sign-in").is_err());
        assert!(assumption("sign-in=bad").is_err());
    }
}
