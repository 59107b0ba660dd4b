//! `sidle run`: starts the folder's run, or takes it up where it stands.

use super::{Answer, Screen, folder::Dir, sitting};
use crate::session::{self, RunOptions};

const EXAMPLES: &str = "\
Examples:
  sidle run contoso                       start, or go on
  sidle run contoso --until Production    stop before the stage `Production`
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
    /// Stop before this stage.
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
    sitting::answer(&args.dir, screen, |watch| session::run(folder, options, watch)).await
}
