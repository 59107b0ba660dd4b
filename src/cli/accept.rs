//! `sidle accept`: a named person lets a failing or unknown check pass.

use super::{Answer, Exit, folder::Dir, folder::quoted};
use crate::diagnostic::{Finding, codes};
use crate::session;

const EXAMPLES: &str = "\
Examples:
  sidle accept \"Coexistence / sign-in\" --note \"4 laptops are in repair\"
  sidle accept contoso \"Coexistence / sign-in\" --note \"4 laptops are in repair\"

An accepted check stays red in every report, with who accepted it and why.";

/// Let a failing or unknown check pass, by your decision and in your name.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = "sidle accept [OPTIONS] [DIR] CHECK --note WHY")]
pub struct Args {
    /// The check's path or name, as `sidle status` shows it; a folder may stand before it.
    #[arg(value_name = "CHECK", num_args = 1..=2, required = true)]
    target: Vec<String>,
    /// Why it may pass.
    #[arg(long, value_name = "WHY")]
    note: String,
}

/// Answers the command.
pub async fn answer(args: &Args) -> Answer {
    let (dir, check) = match args.target.as_slice() {
        [dir] if Dir::new(dir).is_organisation() => return Answer::error(no_check(dir)),
        [check] => (Dir::new("."), check),
        [dir, check] => (Dir::new(dir), check),
        _ => return Answer::error(no_check(".")),
    };
    match session::accept(dir.path(), check, &args.note).await {
        Ok(left) => Answer::text(Exit::Completed, left.said.as_str())
            .with("message", left.said)
            .then(&dir, &[left.next]),
        Err(findings) => Answer::error(findings),
    }
}

fn no_check(dir: &str) -> Finding {
    Finding::error(codes::CLI_USAGE, format!("`{dir}` is a folder; which check is accepted?"))
        .help(format!("add its path, as `sidle status {}` shows it", quoted(dir)))
}
