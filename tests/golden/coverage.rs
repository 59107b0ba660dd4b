//! Every code is shown in full by a golden text, or by an inline snapshot beside the code that raises it.

use super::CASES;
use crate::tree::{expect_none, files};
use sidle::diagnostic::codes;
use std::collections::BTreeSet;

/// Codes that nobody can provoke from outside, each with the reason.
const UNSEEN: &[(&str, &str)] = &[
    ("cli::runtime", "the machine has to be out of threads"),
    ("journal::illegal", "sidle has to write a record that cannot follow"),
    ("run::budget_value", "the primitive refuses such a budget first, as `value::argument`"),
    ("run::move_missing", "sidle has to lose the record of a move that it has just read"),
    ("run::move_unknown", "the run's own snapshot has to lack a pool that its script was given"),
    ("run::move_window", "the primitive refuses windows before the mover is asked"),
    ("run::not_a_probe", "the script host refuses such an effect before the run is asked"),
    ("script::interrupted", "a person has to press Ctrl-C: `cli::repl_terminal` does"),
    ("script::protocol", "the run has to answer what was not asked"),
];

#[test]
fn every_code_is_shown_in_full() {
    let shown = shown();
    let faults: Vec<String> = codes::ALL
        .iter()
        .map(|code| code.id.trim_start_matches("sidle::"))
        .filter(|code| !shown.contains(*code) && !UNSEEN.iter().any(|(unseen, _)| unseen == code))
        .map(str::to_owned)
        .collect();
    expect_none("codes that no golden text shows", &faults);
}

#[test]
fn no_code_is_excused_that_is_shown_or_gone() {
    let shown = shown();
    let exists =
        |code: &str| codes::ALL.iter().any(|known| known.id.strip_prefix("sidle::") == Some(code));
    let faults: Vec<String> = UNSEEN
        .iter()
        .filter(|(code, _)| shown.contains(*code) || !exists(code))
        .map(|(code, reason)| format!("{code}: {reason}"))
        .collect();
    expect_none("exceptions without a need", &faults);
}

/// Codes of the golden texts (each case fails without its code), and of rendered findings in `src`.
fn shown() -> BTreeSet<String> {
    let mut shown: BTreeSet<String> = files(CASES, ".txt")
        .iter()
        .filter_map(|file| file.path.rsplit('/').next()?.split('.').next())
        .map(|name| name.replacen('-', "::", 1))
        .collect();
    for file in files("src", ".rs") {
        // A rendered finding begins with its code, alone on a line.
        let lines = file.text.lines().filter_map(|line| line.trim().strip_prefix("sidle::"));
        shown.extend(lines.map(str::to_owned));
    }
    shown
}
