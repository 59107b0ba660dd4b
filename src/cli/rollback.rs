//! `sidle rollback`: takes stages back, newest first.

use super::{Answer, Screen, folder::Dir, sitting};
use crate::session::{self, RollbackOptions};

const EXAMPLES: &str = "\
Examples:
  sidle rollback contoso --to Production   take back `Production` and all after it
  sidle rollback contoso                   take back everything
  sidle rollback contoso --accept-losses   outside a terminal: the loss list has been read

A rollback that was stopped or killed goes on when it is asked for again.";

/// Take stages back, newest first, after showing what is lost by it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub dir: Dir,
    /// The first stage to take back; all after it goes too. Without it, everything.
    #[arg(long, value_name = "STAGE")]
    to: Option<String>,
    /// Go back past a point of no return.
    #[arg(long)]
    force: bool,
    /// The losses have been read and are accepted.
    #[arg(long)]
    accept_losses: bool,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let options = RollbackOptions {
        to: args.to.clone(),
        force: args.force,
        accept_losses: args.accept_losses,
    };
    let folder = args.dir.path();
    sitting::answer(&args.dir, screen, |watch| Box::pin(session::rollback(folder, options, watch)))
        .await
}
