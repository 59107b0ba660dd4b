//! `sidle run`: starts the folder's run, or takes it up where it stands.

use super::{Answer, Screen, folder::Dir, sitting};
use crate::diagnostic::{Finding, codes};
use crate::journal::{SittingEnd, StepKind};
use crate::run::{NoDesk, Silent, Stop};
use crate::session::{self, PlanOptions, RunOptions, Watch};
use crate::text::{did_you_mean, list};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  sidle run contoso                       start, or go on
  sidle run contoso --until Production    stop after the stage `Production`
  sidle run contoso --rehearse            on the embedded world: waits pass at once
  sidle run contoso --recheck \"Pilot / sign-in\"
                                          ask a check again that was kept in a variable

Killed, stopped or halted: `sidle run` goes on from the last record. Nothing is done twice.";

/// Run the runbook, or go on where its run stands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub dir: Dir,
    /// Stop when this stage has been left.
    #[arg(long, value_name = "STAGE")]
    until: Option<String>,
    /// Answer approvals with yes; never a task, a loss list or a point of no return.
    #[arg(long)]
    yes: bool,
    /// Start another run after one that is complete or rolled back.
    #[arg(long)]
    new: bool,
    /// A real run of the embedded world in which waits pass at once and every question is answered.
    #[arg(long)]
    rehearse: bool,
    /// Ask this check again, by its path.
    #[arg(long, value_name = "CHECK")]
    recheck: Option<String>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let options = RunOptions {
        until: args.until.clone(),
        yes: args.yes,
        new: args.new,
        rehearse: args.rehearse,
        recheck: args.recheck.clone(),
    };
    let folder = args.dir.path();
    if let Some(stage) = &args.until
        && let Some(finding) = never_left(&args.dir, stage).await
    {
        return Answer::error(finding);
    }
    sitting::answer(&args.dir, screen, |watch| session::run(folder, options, watch)).await
}

/// Refuses a stage that the plan, reaching its end, does not enter: a run with a misspelt `--until` would
/// stop nowhere.
async fn never_left(dir: &Dir, stage: &str) -> Option<Finding> {
    let watch = Watch { observer: Arc::new(Silent), desk: Arc::new(NoDesk), stop: Stop::default() };
    // What keeps the plan from its end is told by the run.
    let plan = session::plan(dir.path(), PlanOptions::default(), watch).await.ok()?;
    if plan.ending.how != SittingEnd::Completed {
        return None;
    }
    let steps = plan.state.live().iter().map(|live| &live.step);
    let entered = steps.filter(|step| step.kind == StepKind::Enter);
    let stages: Vec<String> = entered.map(|step| step.stage.clone()).collect();
    let unknown = !stages.iter().any(|known| known == stage);
    unknown.then(|| unknown_stage("the plan does not enter", stage, &stages))
}

/// Says that a stage is unknown, and which ones there are.
pub fn unknown_stage(who: &str, stage: &str, stages: &[String]) -> Finding {
    let names: Vec<&str> = stages.iter().map(String::as_str).collect();
    let known = format!("there are {}", list(&names, 10));
    let help = did_you_mean(stage, names.iter().copied(), &known);
    Finding::error(codes::UNKNOWN_STAGE, format!("{who} a stage `{stage}`")).help(help)
}
