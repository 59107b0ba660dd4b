//! `sidle retry`: moves those whom a move left behind.

use super::{Answer, Screen, folder::Dir, sitting};
use crate::session;

const EXAMPLES: &str = "\
Examples:
  sidle retry contoso
  sidle retry contoso --stage \"Production / Wave 2\"

The report of the earlier move is not rewritten: the run stands where it stood.";

/// Try those again who ended failed, unknown or not started in a move that the run has passed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    pub dir: Dir,
    /// Only moves of this stage.
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let folder = args.dir.path();
    let stage = args.stage.clone();
    sitting::answer(&args.dir, screen, |watch| session::retry(folder, stage, watch)).await
}
