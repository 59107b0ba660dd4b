//! `sidle doc`: what a primitive, a block form or a code means.

use super::{Answer, Exit};
use crate::diagnostic::Finding;
use crate::diagnostic::codes::{self, Code};
use crate::text::did_you_mean;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  sidle doc                                   list everything
  sidle doc json                              what `--format json` prints
  sidle doc sidle::config::value              what a code means (the first `sidle::` may be left out)";

/// The JSON output, described.
const JSON: &str = include_str!("json.md");

/// Explain a primitive, a code of a message, or the JSON output.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to explain; without it, the names of all that can be.
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// A thing that can be explained.
struct Entry {
    name: String,
    text: String,
    json: Value,
}

/// Answers the command.
pub fn answer(args: &Args) -> Answer {
    let all = entries();
    let Some(name) = &args.name else {
        let names: Vec<&str> = all.iter().map(|entry| entry.name.as_str()).collect();
        return Answer::text(Exit::Completed, names.join("\n")).with("names", names);
    };
    let short = |entry: &str| entry.strip_prefix("sidle::").map(str::to_owned);
    let is_meant = |entry: &&Entry| {
        entry.name == *name || short(&entry.name).is_some_and(|short| short == *name)
    };
    let found: Vec<&Entry> = all.iter().filter(is_meant).collect();
    if found.is_empty() {
        let finding =
            Finding::error(codes::CLI_UNKNOWN_NAME, format!("nothing is called `{name}`")).help(
                did_you_mean(
                    name,
                    all.iter().map(|entry| entry.name.as_str()),
                    "`sidle doc` lists all names",
                ),
            );
        return Answer::error(finding);
    }
    let text: Vec<&str> = found.iter().map(|entry| entry.text.as_str()).collect();
    let json: Vec<Value> = found.iter().map(|entry| entry.json.clone()).collect();
    Answer::text(Exit::Completed, text.join("\n\n")).with("entries", json)
}

fn entries() -> Vec<Entry> {
    let json = Entry {
        name: "json".to_owned(),
        text: JSON.trim_end().to_owned(),
        json: json!({ "kind": "subject", "name": "json", "text": JSON }),
    };
    std::iter::once(json).chain(codes::ALL.iter().map(of_code)).collect()
}

fn of_code(code: &Code) -> Entry {
    Entry {
        name: code.id.to_owned(),
        text: format!("{}\n  {}", code.id, code.explanation),
        json: json!({ "kind": "code", "name": code.id, "text": code.explanation }),
    }
}
