//! `sidle log`: what happened, record by record.

use super::run::unknown_stage;
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
    #[arg(long, value_name = "N", value_parser = number)]
    run: Option<u64>,
    /// Only what happened in this stage, and in stages inside it.
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

fn number(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "runs are numbered from 1")
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    match session::log(args.dir.path(), args.run).await {
        Ok(records) => {
            let log = report::log::Log::of(&records, args.stage.as_deref());
            if let Some(stage) = args.stage.as_deref().filter(|_| log.is_empty()) {
                let stages = report::log::stages(&records);
                return Answer::error(unknown_stage("this run has not entered", stage, &stages));
            }
            Answer::text(Exit::Completed, log.text(screen.style())).with("records", log.to_json())
        }
        Err(findings) => Answer::error(findings),
    }
}
