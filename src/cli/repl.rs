//! `sidle repl`: explore an organisation interactively, or through a pipe.
//!
//! At a terminal, a line editor reads; everywhere else the lines of stdin are inputs, without prompt,
//! banner or colour, and the first error ends the session.

use super::editor::Editor;
use super::folder::Dir;
use super::{Answer, Exit, Screen, doc};
use crate::diagnostic::{Finding, Findings, Style};
use crate::repl::{ROWS, Reader, Repl, Said, Turn};
use serde_json::Value;
use std::io::{BufRead, IsTerminal, stdin, stdout};
use tokio::task::block_in_place;

const EXAMPLES: &str = "\
Examples:
  sidle repl contoso                                explore; `:help` explains, Ctrl-D leaves
  sidle repl contoso -e 'topology.users.len'        one expression
  echo 'topology.pools' | sidle repl contoso        a script on stdin
  sidle repl contoso -e topology.users --format json

It only reads: effects and probes are refused by name. With a run in the folder, everybody lives where
the run has left them; with `--inventory`, where the inventory's files say. Through a pipe, with `-e` and
with `--format json`, the first error ends the session with exit 2.

The lines that were typed at a terminal are kept in `$XDG_STATE_HOME/sidle/repl_history`
(`~/.local/state/sidle/repl_history`), never in the organisation's folder.";

/// Explore users, pools and policies interactively; nothing is changed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    #[command(flatten)]
    dir: Dir,
    /// Evaluate this and leave; may be repeated.
    #[arg(short, long, short_alias = 'c', value_name = "EXPR")]
    eval: Vec<String>,
    /// Read the inventory's files, and leave the run out.
    #[arg(long)]
    inventory: bool,
    /// Rows that are shown of what is long; 0 for all.
    #[arg(long, value_name = "N", default_value_t = ROWS)]
    rows: usize,
}

/// Columns of what is no terminal.
const UNBOUNDED: usize = 4096;

/// Answers the command.
pub async fn answer(args: &Args, screen: &Screen) -> Answer {
    let rows = if args.rows == 0 { usize::MAX } else { args.rows };
    // A program that reads the tables needs whole values.
    let width = if stdout().is_terminal() { screen.style().width } else { UNBOUNDED };
    let style = Style { width, ..screen.style() };
    let opened = Repl::open(args.dir.path(), !args.inventory, doc::explain, style, rows);
    let (repl, warnings) = match opened.await {
        Ok(opened) => opened,
        Err(findings) => return Answer::error(findings),
    };
    let typed = stdin().is_terminal() && stdout().is_terminal();
    let attended = typed && args.eval.is_empty() && !screen.is_json();
    listen(&repl, attended);
    if !args.eval.is_empty() {
        return unattended(repl, screen, args.eval.iter().map(|input| Ok(input.clone()))).await;
    }
    if attended {
        return at_terminal(repl, screen, warnings).await;
    }
    let inputs = Inputs { lines: stdin().lock().lines(), reader: repl.reader(), ahead: None };
    unattended(repl, screen, inputs).await
}

/// Ctrl-C ends an evaluation; a second one that comes before it has ended, the process. At a prompt the
/// line editor reads Ctrl-C itself.
fn listen(repl: &Repl, attended: bool) {
    let interrupt = repl.interrupt();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            let idle = !interrupt.is_busy();
            if !interrupt.stop() || (idle && !attended) {
                std::process::exit(super::exit::AT_ONCE);
            }
        }
    });
}

/// Reads at a terminal until the person leaves.
async fn at_terminal(mut repl: Repl, screen: &Screen, warnings: Findings) -> Answer {
    for finding in &warnings.0 {
        screen.finding(finding);
    }
    if !screen.is_quiet() {
        for line in repl.banner() {
            screen.result(line);
        }
    }
    let mut editor = Editor::new(repl.reader(), screen.style().colour);
    loop {
        let line = match block_in_place(|| editor.read()) {
            Ok(Some(line)) => line,
            Ok(None) => break,
            Err(error) => return Answer::error(super::editor::unusable(&error)),
        };
        let said = match block_in_place(|| repl.answer(&line)) {
            Turn::Said(said) => said,
            Turn::Quit => break,
            Turn::Reload => {
                let said = repl.reload().await;
                said.unwrap_or_else(|findings| Said { findings, ..Said::default() })
            }
        };
        show(&said, screen);
    }
    Answer::text(Exit::Completed, "")
}

fn show(said: &Said, screen: &Screen) {
    if !said.text.is_empty() {
        screen.result(&said.text);
    }
    for finding in &said.findings.0 {
        screen.finding(finding);
    }
}

/// Answers inputs one after another; the first error ends it.
async fn unattended(
    mut repl: Repl,
    screen: &Screen,
    inputs: impl Iterator<Item = Result<String, Findings>>,
) -> Answer {
    let (mut results, mut odd): (Vec<Value>, Vec<Finding>) = Default::default();
    let banner = repl.banner().join(" ");
    let done = |answer: Answer, results: Vec<Value>| {
        answer.with("shown", banner.clone()).with("results", results)
    };
    for input in inputs {
        let turn = input.map(|input| block_in_place(|| repl.answer(&input)));
        let said = match turn {
            Ok(Turn::Said(said)) => Ok(said),
            Ok(Turn::Quit) => break,
            Ok(Turn::Reload) => repl.reload().await,
            Err(findings) => Err(findings),
        };
        let said = match said {
            Ok(said) => said,
            Err(findings) => return done(Answer::error(findings).with_findings(odd), results),
        };
        if !said.text.is_empty() && !screen.is_json() {
            screen.result(&said.text);
        }
        results.extend(said.json);
        if said.findings.has_errors() {
            return done(Answer::error(said.findings).with_findings(odd), results);
        }
        if screen.is_json() {
            odd.extend(said.findings.0);
        } else {
            said.findings.0.iter().for_each(|finding| screen.finding(finding));
        }
    }
    done(Answer::text(Exit::Completed, "").with_findings(odd), results)
}

/// Inputs on stdin: lines, put together while an input is not whole.
struct Inputs<L> {
    lines: L,
    reader: Reader,
    /// A line that was read to see whether it goes on with the input before it.
    ahead: Option<String>,
}

impl<L: Iterator<Item = std::io::Result<String>>> Inputs<L> {
    fn line(&mut self) -> Option<Result<String, Findings>> {
        if let Some(line) = self.ahead.take() {
            return Some(Ok(line));
        }
        let line = self.lines.next()?;
        Some(line.map_err(|error| super::editor::unusable(&error).into()))
    }
}

impl<L: Iterator<Item = std::io::Result<String>>> Iterator for Inputs<L> {
    type Item = Result<String, Findings>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut input = match self.line()? {
            Ok(line) => line,
            Err(findings) => return Some(Err(findings)),
        };
        loop {
            let unfinished = block_in_place(|| self.reader.is_unfinished(&input));
            let line = match self.line() {
                None => return Some(Ok(input)),
                Some(Err(findings)) => return Some(Err(findings)),
                Some(Ok(line)) => line,
            };
            // A chain may go on behind a line that is whole.
            let goes_on = line.trim_start().starts_with(['.', '?']) && !input.trim().is_empty();
            if !unfinished && !goes_on {
                self.ahead = Some(line);
                return Some(Ok(input));
            }
            input.push('\n');
            input.push_str(&line);
        }
    }
}
