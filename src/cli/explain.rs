//! `sidle explain`: why a user is in or out.

use super::folder::quoted;
use super::{Answer, Exit, Screen, folder::Dir};
use crate::diagnostic::{Finding, codes};
use crate::report;
use crate::run::{NoDesk, Silent, Stop};
use crate::session::{self, Watch};
use std::sync::Arc;

const EXAMPLES: &str = "\
Examples:
  sidle explain ann@contoso.com
  sidle explain contoso ann@contoso.com --format json

Simulates the runbook, like `sidle plan`, with an eye on this user: who decided, on which line, in which
wave they move, what blocks the move, and what has been tried so far. Writes nothing in the folder.
Exit 2: there is no such user, or the runbook is wrong.";

/// Explain why a user is in or out, in which wave, and what blocks the move.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = "sidle explain [OPTIONS] [DIR] USER")]
pub struct Args {
    /// The user's SIP address; a folder may stand before it.
    #[arg(value_name = "USER", num_args = 1..=2, required = true)]
    target: Vec<String>,
}

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let (dir, user) = match args.target.as_slice() {
        [dir] if Dir::new(dir).is_organisation() => return Answer::error(no_user(dir)),
        [user] => (Dir::new("."), user),
        [dir, user] => (Dir::new(dir), user),
        _ => return Answer::error(no_user(".")),
    };
    let watch = Watch { observer: Arc::new(Silent), desk: Arc::new(NoDesk), stop: Stop::default() };
    match session::explain(dir.path(), user, watch).await {
        Ok(explained) => {
            let exit = if explained.is_doubtful() { Exit::Error } else { Exit::Completed };
            Answer::text(exit, report::explain::text(&explained.told, screen.style()))
                .with("user", report::explain::to_json(&explained.told))
                .with_findings(explained.findings.0)
        }
        Err(findings) => Answer::error(findings),
    }
}

fn no_user(dir: &str) -> Finding {
    Finding::error(codes::CLI_USAGE, format!("`{dir}` is a folder; which user is to be explained?"))
        .help(format!("add an address: `sidle explain {} ann@contoso.com`", quoted(dir)))
}
