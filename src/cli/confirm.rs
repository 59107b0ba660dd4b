//! `sidle confirm`: answers a question or a task that a run waits for.

use super::{Answer, Exit, folder::Dir};
use crate::diagnostic::{Finding, codes};
use crate::session;

const EXAMPLES: &str = "\
Examples:
  sidle confirm 12                            yes to question 12 of the run in this folder
  sidle confirm contoso 12 --note \"agreed by ann\"
  sidle confirm contoso 12 --reject --note \"not before the audit\"

`sidle status` shows the question and its number. Any terminal may answer; the run notices.";

/// Answer a question or a task that a run waits for.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, override_usage = "sidle confirm [OPTIONS] [DIR] ID")]
pub struct Args {
    /// The number of the question; a folder may stand before it.
    #[arg(value_name = "ID", num_args = 1..=2, required = true)]
    target: Vec<String>,
    /// Answer with no.
    #[arg(long)]
    reject: bool,
    /// A note that is kept with the answer.
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
}

/// Answers the command.
pub async fn answer(args: &Args) -> Answer {
    let (dir, id) = match args.target.as_slice() {
        [id] => (Dir::new("."), id),
        [dir, id] => (Dir::new(dir), id),
        _ => return Answer::error(no_number("")),
    };
    let Ok(number) = id.parse() else { return Answer::error(no_number(id)) };
    match session::confirm(dir.path(), number, !args.reject, &args.note).await {
        Ok(left) => Answer::text(Exit::Completed, left.said.as_str())
            .with("message", left.said)
            .then(&dir, &[left.next]),
        Err(findings) => Answer::error(findings),
    }
}

fn no_number(given: &str) -> Finding {
    let dir = Dir::new(given);
    let help = if dir.is_organisation() {
        format!("add the number of the question: see `{}`", dir.command("sidle status"))
    } else {
        "the number of a question is the one that `sidle status` shows".to_owned()
    };
    Finding::error(codes::CLI_USAGE, format!("`{given}` is no number of a question")).help(help)
}
