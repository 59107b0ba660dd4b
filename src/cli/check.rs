//! `sidle check`: is everything in the folder right?

use super::{Answer, Exit, folder::Dir};
use crate::session;
use crate::text;

const EXAMPLES: &str = "\
Examples:
  sidle check                 the current folder
  sidle check contoso --format json";

/// Check configuration, inventory and scripts without running anything.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
}

/// Answers the command.
pub async fn answer(args: &Args) -> Answer {
    match session::check(args.dir.path()).await {
        Ok(warnings) => {
            let found = match warnings.0.len() {
                0 => "Nothing is wrong.".to_owned(),
                more => format!("Nothing is wrong; {} to look at.", text::count(more, "warning")),
            };
            Answer::text(Exit::Completed, found)
                .with_findings(warnings.0)
                .then(&args.dir, &["sidle plan"])
        }
        Err(findings) => Answer::error(findings),
    }
}
