//! `sidle log`: what happened, record by record.

use super::{Answer, Exit, Screen, folder::Dir};
use crate::report;
use crate::session;

const EXAMPLES: &str = "\
Examples:
  sidle log contoso
  sidle log contoso --run 1
  sidle log contoso --stage Pilot
  sidle log contoso --format json    every record as it is kept, in `records`";

/// Show what happened in a run, one line per record.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
    /// The run's number; the newest one without it.
    #[arg(long, value_name = "N")]
    run: Option<u64>,
    /// Only what happened in this stage, and in stages inside it.
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    match session::log(args.dir.path(), args.run).await {
        Ok(records) => {
            let log = report::log::Log::of(&records, args.stage.as_deref());
            Answer::text(Exit::Completed, log.text(screen.style())).with("records", log.to_json())
        }
        Err(findings) => Answer::error(findings),
    }
}
