//! The command line: reads arguments, calls one function of [`crate::session`], shows its answer.
//!
//! One file per command; each returns an [`Answer`] and prints nothing. Only [`screen`], [`voice`] and
//! the terminal's desk write, so what goes to which stream is decided in one place. No command decides
//! anything about a migration.
//!
//! To add a command, write `cli/<command>.rs` and list it in [`Command`].
//!
//! Invariant: with `--format json`, stdout holds exactly one object (see `json.md`).

mod accept;
mod answer;
mod check;
mod confirm;
mod desk;
mod doc;
mod editor;
mod embedded;
mod exit;
mod explain;
mod folder;
mod log;
mod new;
mod plan;
mod repl;
mod retry;
mod rollback;
mod run;
mod screen;
mod signals;
mod sitting;
mod status;
mod template;
mod test;
mod trace;
mod voice;

pub use answer::Answer;
pub use exit::Exit;
pub use screen::{Format, Screen};
pub use template::{TEMPLATES, Template, TemplateFile};

use crate::diagnostic::{Finding, codes};
use clap::{Args, ColorChoice, Parser, Subcommand};
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sidle new contoso                a folder to start from: 200 users, two pools, a runbook
  sidle check contoso              is everything in it right?
  sidle plan contoso               what would happen, without touching anything
  sidle test contoso               do its policies decide as they should?
  sidle run contoso                start, or go on where the run stands
  sidle rollback contoso --to Pilot
                                   take back the stage `Pilot` and all after it

Exit codes of run, rollback and retry:
  0 completed   1 halted   2 error   3 waiting for a person   4 stopped";

/// Runs a side-by-side migration as a program.
///
/// A runbook in Rhai says in which order users move from the legacy pools to the new ones, what must
/// hold meanwhile, and what takes it back. Sidle plans it, runs it, survives being killed, and rolls
/// it back.
#[derive(Debug, Parser)]
#[command(name = "sidle", version, after_help = EXAMPLES, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    look: Look,
    #[command(subcommand)]
    command: Command,
}

/// How every command shows what it has to say.
#[derive(Debug, Args)]
struct Look {
    /// `text` for people, or `json`: one object on stdout (see `sidle doc json`).
    #[arg(long, global = true, value_enum, default_value_t = Format::Text, hide_possible_values = true, help_heading = "Output")]
    format: Format,
    /// Colour; `auto` means on a terminal, unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN", help_heading = "Output")]
    color: ColorChoice,
    /// Print no progress and no notes.
    #[arg(short, long, global = true, help_heading = "Output")]
    quiet: bool,
    /// Write a trace of sidle itself to `.sidle/trace.log`; twice for more (or set `SIDLE_LOG`).
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = "Output")]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Args),
    Check(check::Args),
    Plan(plan::Args),
    Explain(explain::Args),
    Test(test::Args),
    Run(run::Args),
    Rollback(rollback::Args),
    Retry(retry::Args),
    Status(status::Args),
    Log(log::Args),
    Confirm(confirm::Args),
    Accept(accept::Args),
    Embedded(embedded::Args),
    Repl(repl::Args),
    Doc(doc::Args),
}

impl Command {
    fn name(&self) -> &'static str {
        match self {
            Self::New(_) => "new",
            Self::Check(_) => "check",
            Self::Plan(_) => "plan",
            Self::Explain(_) => "explain",
            Self::Test(_) => "test",
            Self::Run(_) => "run",
            Self::Rollback(_) => "rollback",
            Self::Retry(_) => "retry",
            Self::Status(_) => "status",
            Self::Log(_) => "log",
            Self::Confirm(_) => "confirm",
            Self::Accept(_) => "accept",
            Self::Embedded(_) => "embedded",
            Self::Repl(_) => "repl",
            Self::Doc(_) => "doc",
        }
    }

    /// The folder whose `.sidle` takes the trace; none for commands that must write nothing.
    fn traced(&self) -> Option<&folder::Dir> {
        match self {
            Self::Run(args) => Some(&args.dir),
            Self::Rollback(args) => Some(&args.dir),
            Self::Retry(args) => Some(&args.dir),
            _ => None,
        }
    }

    async fn answer(&self, screen: &Screen) -> Answer {
        match self {
            Self::New(args) => new::answer(args),
            Self::Check(args) => check::answer(args).await,
            Self::Plan(args) => plan::answer(args, screen).await,
            Self::Explain(args) => explain::answer(args, screen).await,
            Self::Test(args) => test::answer(args, screen).await,
            Self::Run(args) => run::answer(args, screen).await,
            Self::Rollback(args) => rollback::answer(args, screen).await,
            Self::Retry(args) => retry::answer(args, screen).await,
            Self::Status(args) => status::answer(args, screen).await,
            Self::Log(args) => log::answer(args, screen).await,
            Self::Confirm(args) => confirm::answer(args).await,
            Self::Accept(args) => accept::answer(args).await,
            Self::Embedded(args) => embedded::answer(args).await,
            Self::Repl(args) => repl::answer(args, screen).await,
            Self::Doc(args) => doc::answer(args),
        }
    }
}

/// Runs the program with the process's arguments and returns its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let screen = Screen::new(cli.look.format, cli.look.color, cli.look.quiet);
    if let Some(dir) = cli.command.traced() {
        trace::start(dir.path(), cli.look.verbose);
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let finding = Finding::error(codes::CLI_RUNTIME, "sidle cannot start its threads")
                .because(error.to_string());
            return screen.show(cli.command.name(), &Answer::error(finding)).into();
        }
    };
    let answer = runtime.block_on(cli.command.answer(&screen));
    let exit = screen.show(cli.command.name(), &answer);
    // A script that is still on its thread, or a read of the terminal, must not hold the exit up.
    runtime.shutdown_background();
    exit.into()
}

/// Shows a fault of the arguments, or the help or version that was asked for.
fn misused(error: &clap::Error) -> ExitCode {
    let asked_for_json = std::env::args().collect::<Vec<_>>().windows(2).any(|pair| {
        matches!(pair, [key, value] if key == "--format" && value == "json")
            || pair.iter().any(|one| one == "--format=json")
    });
    if error.use_stderr() && asked_for_json {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first);
        let finding = Finding::error(codes::CLI_USAGE, message).help("see `sidle --help`");
        let screen = Screen::new(Format::Json, ColorChoice::Never, false);
        return screen.show("sidle", &Answer::error(finding)).into();
    }
    // Nothing is left to be told to somebody whose terminal is gone.
    let _ = error.print();
    if error.use_stderr() { Exit::Error.into() } else { Exit::Completed.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_in_its_help() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains(&format!("sidle {}", command.get_name())),
                "`{}` shows no example",
                command.get_name()
            );
        }
    }
}
