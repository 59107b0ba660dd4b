//! `sidle doc`: what a primitive, a block form or a code means.

use super::{Answer, Exit};
use crate::diagnostic::Finding;
use crate::diagnostic::codes;
use crate::script::api::{self, Primitive};
use crate::text::did_you_mean;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  sidle doc                                   list everything
  sidle doc move_to                           a primitive
  sidle doc require                           a block form
  sidle doc std/pilot                         a module of the standard library
  sidle doc pilot::volunteers                 a function of it
  sidle doc json                              what `--format json` prints
  sidle doc sidle::config::value              what a code means (`sidle::` may be left out)";

/// The block forms, each with what it means.
const FORMS: &[(&str, &str)] = &[
    (
        "stage",
        "stage NAME { ... }\n  A named, durable part of the run. Stages nest; a path names one: `Production / Wave 2`.\n  Its value is the block's value.",
    ),
    (
        "check",
        "check NAME { ... }\n  Runs its block and yields a Check: pass, fail or unknown, with its evidence. `true`, good evidence,\n  a passing Check, or a non-empty array of these pass; the worst decides. No data is unknown, and\n  unknown never passes. Only probes may run inside.",
    ),
    (
        "require",
        "require EXPR\n  Halts the run unless EXPR is true, a passing check, or a non-empty array of passing checks.\n  The next `sidle run` asks again.",
    ),
    (
        "on_rollback",
        "on_rollback { ... }\n  Inside a stage: what takes this stage back. It is armed when it is reached and sees the variables as\n  they were then. A rollback runs armed blocks and takes moves back, newest first.",
    ),
    (
        "test",
        "test NAME { ... }\n  One test, at the top level of a file under tests/; `sidle test` runs it alone and in simulation.\n\n    import \"policy/pilot\" as pilot;\n\n    test \"executives move last\" {\n        for user in topology.users.filter(|user| user.title == \"CEO\") {\n            assert !pilot::choose(user).included;\n        }\n    }\n\n    test \"a no to the pilot moves nobody\" {\n        sim::answer(\"pilot users\", false);\n        let run = sim::run();\n        assert run.halted;\n        assert_eq(run.moves.len, 0);\n    }\n\n  What stands outside of tests runs before each of them. `sidle doc sim` lists what steers a simulation.",
    ),
    (
        "assert",
        "assert EXPR\n  In a test: EXPR is true, a passing check, a good move report, or a non-empty array of these.\n  The value of each part is shown under the source. See also `assert_eq` and `assert_fails`.",
    ),
];

/// The JSON output, described.
const JSON: &str = include_str!("json.md");

/// Explain a primitive, a function of the standard library, a code of a message, or the JSON output.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// What to explain; without it, the names of all that can be.
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

/// Answers the command.
pub fn answer(args: &Args) -> Answer {
    let Some(name) = args.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) else {
        return Answer::text(Exit::Completed, list()).with("names", names());
    };
    let Some((kind, text)) = explained(name) else { return Answer::error(unknown(name)) };
    let entry = json!({
        "kind": kind,
        "name": name,
        "text": text,
        "primitives": primitives(name),
        "functions": functions(name),
    });
    Answer::text(Exit::Completed, text).with("entries", vec![entry])
}

/// Returns the explanation of a name, for people.
///
/// # Errors
/// If nothing has that name; the finding names the nearest.
pub fn explain(name: &str) -> Result<String, Finding> {
    explained(name).map(|(_, text)| text).ok_or_else(|| unknown(name))
}

fn unknown(name: &str) -> Finding {
    let names = names();
    let short = names.iter().map(|name| short(name));
    let near = names.iter().map(String::as_str).chain(short);
    let help = did_you_mean(name, near, "`sidle doc` lists all names");
    let message = format!("nothing is called `{name}`");
    Finding::error(codes::CLI_UNKNOWN_NAME, message).help(help)
}

/// Returns what kind of thing the name stands for, and its explanation.
fn explained(name: &str) -> Option<(&'static str, String)> {
    if name == "json" {
        return Some(("subject", JSON.trim_end().to_owned()));
    }
    if let Some((_, text)) = FORMS.iter().find(|(form, _)| *form == name) {
        return Some(("form", (*text).to_owned()));
    }
    if let Some(code) = codes::ALL.iter().find(|code| code.id == name || short(code.id) == name) {
        return Some(("code", format!("{}\n  {}", code.id, code.explanation)));
    }
    let of_library = || {
        let kind = if api::functions_called(name).is_empty() { "module" } else { "function" };
        api::library_text(name).map(|text| (kind, text))
    };
    api::doc_text(name).map(|text| ("primitive", text)).or_else(of_library)
}

/// The facts of the library's functions of that name, or of the module of that name.
fn functions(name: &str) -> Vec<Value> {
    if !primitives(name).is_empty() {
        return Vec::new();
    }
    let named = api::functions_called(name);
    let of_module = api::module_called(name).map(|module| module.functions.iter().collect());
    let found = if named.is_empty() { of_module.unwrap_or_default() } else { named };
    found.into_iter().map(|one| serde_json::to_value(one).unwrap_or_default()).collect()
}

/// The facts of the primitives of that name.
fn primitives(name: &str) -> Vec<Value> {
    let name = name.trim_end_matches("()");
    let is_meant = |one: &&Primitive| one.full_name() == name || one.name == name;
    let found = api::primitives().iter().filter(is_meant);
    found.map(|one| serde_json::to_value(one).unwrap_or_default()).collect()
}

/// The name without what stands before it: `UserSet.`, `probe::`, the first `sidle::`.
fn short(name: &str) -> &str {
    name.strip_prefix("sidle::")
        .unwrap_or_else(|| name.rsplit(['.', ':', ' ']).next().unwrap_or_default())
}

fn names() -> Vec<String> {
    let forms = FORMS.iter().map(|(name, _)| (*name).to_owned());
    let primitives = api::primitives().iter().map(Primitive::full_name);
    let codes = codes::ALL.iter().map(|code| code.id.to_owned());
    let modules = api::library().iter().map(|module| module.path.to_owned());
    let functions = api::library().iter().flat_map(|module| &module.functions);
    let functions = functions.map(api::Function::full_name);
    let mut names: Vec<String> = vec!["json".to_owned()];
    for name in forms.chain(primitives).chain(modules).chain(functions).chain(codes) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Everything that can be explained, for people.
fn list() -> String {
    let heads = FORMS.iter().filter_map(|(_, text)| text.lines().next());
    let mut out = vec!["Block forms".to_owned()];
    out.extend(heads.map(|head| format!("  {head}")));
    out.push("\nPrimitives".to_owned());
    out.push(api::doc_text("").unwrap_or_default().trim_end().to_owned());
    out.push("\nStandard library".to_owned());
    out.push(api::library_overview().trim_end().to_owned());
    out.push("\nCodes of messages".to_owned());
    out.extend(codes::ALL.iter().map(|code| format!("  {}", code.id)));
    out.push("\nSubjects\n  json".to_owned());
    out.join("\n")
}
