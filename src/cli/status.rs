//! `sidle status`: where the newest run stands.

use super::{Answer, Exit, Screen, folder::Dir};
use crate::report;
use crate::session;
use serde_json::Value;

const EXAMPLES: &str = "\
Examples:
  sidle status
  sidle status contoso --format json";

/// Show where the newest run stands, and what it waits for.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    match session::status(args.dir.path()).await {
        Ok(Some(state)) => {
            Answer::text(Exit::Completed, report::status::text(&state, screen.style()))
                .with("run", report::status::to_json(&state))
                .then(&args.dir, &report::status::next(&state))
        }
        // Without a `sidle.toml`, it is the folder that is wrong.
        Ok(None) if !args.dir.is_organisation() => match crate::config::read(args.dir.path()) {
            Ok(_) => Answer::text(Exit::Completed, ""),
            Err(findings) => Answer::error(findings),
        },
        Ok(None) => Answer::text(Exit::Completed, "No run has been started.")
            .with("run", Value::Null)
            .then(&args.dir, &["sidle plan", "sidle run"]),
        Err(findings) => Answer::error(findings),
    }
}
