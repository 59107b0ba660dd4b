//! The rules of `src/README.md`, held against the source itself.

use crate::tree::{File, expect_none, files, top};
use sidle::diagnostic::codes;
use std::collections::{BTreeMap, BTreeSet};

/// Folders by layer; a folder may use those of rows above its own, and nothing of its own row.
const LAYERS: &[&[&str]] = &[
    &["clock", "text"],
    &["diagnostic"],
    &["topology"],
    &["config", "journal", "embedded", "wire"],
    &["inventory"],
    &["driver", "probe"],
    &["script", "run"],
    &["report"],
    &["session"],
    &["tester", "repl"],
    &["cli"],
    &["lib", "main"],
];

const LINES: usize = 400;

/// What may stand at the top of the repository, beside names that begin with a dot.
const TOP: &[&str] = &[
    "Cargo.toml",
    "Cargo.lock",
    "README.md",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "src",
    "scripts",
    "stdlib",
    "tests",
    // Never committed.
    "target",
];

fn layer(module: &str) -> usize {
    LAYERS
        .iter()
        .position(|row| row.contains(&module))
        .unwrap_or_else(|| panic!("`{module}` is in no layer: add it to LAYERS and src/README.md"))
}

/// Top-level modules that the text names through `crate::`.
fn used(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            match rest.strip_prefix('{') {
                // `use crate::{a::b, c};`
                Some(list) => {
                    let list = list.split('}').next().unwrap_or_default();
                    found.extend(list.split(',').map(first_name).filter(|name| !name.is_empty()));
                }
                None => {
                    found.insert(first_name(rest));
                }
            }
        }
    }
    found
}

fn first_name(path: &str) -> String {
    path.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Every use of a top-level module by another one, with the file that holds it.
fn uses() -> BTreeMap<(String, String), String> {
    let mut uses = BTreeMap::new();
    for file in files("src", ".rs") {
        for target in used(&file.text) {
            if target != file.module() {
                uses.insert((file.module().to_owned(), target), file.path.clone());
            }
        }
    }
    uses
}

#[test]
fn a_folder_imports_only_from_lower_layers() {
    let faults: Vec<String> = uses()
        .into_iter()
        .filter(|((from, to), _)| layer(to) >= layer(from))
        .map(|((from, to), file)| format!("{file}: `{from}` may not use `{to}`"))
        .collect();
    expect_none("imports against the layers", &faults);
}

#[test]
fn the_scan_sees_an_import_in_every_form() {
    let text = "use crate::a::B;\nuse crate::{c::D, e};\nlet x = crate::f::g();\n// crate::h::i\n";
    let expected = ["a", "c", "e", "f"].map(str::to_owned);
    assert_eq!(used(text), BTreeSet::from(expected));
}

#[test]
fn top_level_modules_form_no_cycle() {
    let mut uses: BTreeSet<(String, String)> = uses().into_keys().collect();
    // Takes away whatever uses nothing that is left; what remains goes in a circle.
    loop {
        let from: BTreeSet<String> = uses.iter().map(|(from, _)| from.clone()).collect();
        let before = uses.len();
        uses.retain(|(_, to)| from.contains(to));
        if uses.len() == before {
            break;
        }
    }
    let faults: Vec<String> = uses.iter().map(|(from, to)| format!("{from} -> {to}")).collect();
    expect_none("modules that use each other in a circle", &faults);
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|file| file.text.lines().count() > LINES)
        .map(|file| format!("{}: {} lines, at most {LINES}", file.path, file.text.lines().count()))
        .collect();
    expect_none("files that are too long", &faults);
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    let faults: Vec<String> = sources()
        .iter()
        .filter(|file| {
            let header = file.text.lines().take_while(|line| line.starts_with("//!"));
            !header.map(str::len).any(|length| length > "//! a few words".len())
        })
        .map(|file| file.path.clone())
        .collect();
    expect_none("files without a `//!` header", &faults);
}

#[test]
fn only_the_script_folder_knows_rhai() {
    mentions("rhai", &["src/script/"]);
}

#[test]
fn only_the_journal_and_the_embedded_world_know_sqlx() {
    mentions("sqlx", &["src/journal/", "src/embedded/"]);
}

/// Fails for code outside `folders` that uses the crate.
fn mentions(name: &str, folders: &[&str]) {
    let path = format!("{name}::");
    let faults: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|file| !folders.iter().any(|folder| file.path.starts_with(folder)))
        .flat_map(|file| {
            let lines = file.text.lines().enumerate();
            lines
                .filter(|(_, line)| !line.trim_start().starts_with("//") && line.contains(&path))
                .map(|(at, _)| format!("{}:{}", file.path, at + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    expect_none(&format!("`{name}` outside {folders:?}"), &faults);
}

#[test]
fn only_the_command_line_prints() {
    let printers = ["println!", "eprintln!", "print!(", "stdout()", "stderr()", "dbg!"];
    let faults: Vec<String> = files("src", ".rs")
        .iter()
        .filter(|file| file.module() != "cli")
        .filter(|file| {
            let text = file.without_tests();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            code.into_iter().any(|line| printers.iter().any(|printer| line.contains(printer)))
        })
        .map(|file| file.path.clone())
        .collect();
    expect_none("printing outside cli/", &faults);
}

#[test]
fn a_code_is_unique_well_formed_and_explained() {
    let mut seen = BTreeSet::new();
    let mut faults = Vec::new();
    for code in codes::ALL {
        let name = code.id.strip_prefix("sidle::").unwrap_or_default();
        let parts: Vec<&str> = name.split("::").collect();
        let plain = |part: &&str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        if parts.len() != 2 || !parts.iter().all(plain) {
            faults.push(format!("{}: is not `sidle::area::what_is_wrong`", code.id));
        }
        if !seen.insert(code.id) {
            faults.push(format!("{}: is listed twice", code.id));
        }
        if code.explanation.split_whitespace().count() < 6 || !code.explanation.ends_with('.') {
            faults.push(format!("{}: is not explained in a sentence", code.id));
        }
    }
    expect_none("codes", &faults);
}

#[test]
fn every_code_is_raised_somewhere() {
    let list = "src/diagnostic/codes.rs";
    let sources = files("src", ".rs");
    let table = sources.iter().find(|file| file.path == list).unwrap();
    let names: Vec<&str> = table
        .text
        .lines()
        .filter_map(|line| line.trim().split_once(" = \"")?.0.into())
        .filter(|name| {
            name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        })
        .collect();
    assert_eq!(names.len(), codes::ALL.len(), "the scan of {list} misses codes");
    let code: Vec<&str> =
        sources.iter().filter(|file| file.path != list).map(File::without_tests).collect();
    let faults: Vec<String> = names
        .into_iter()
        .filter(|name| !code.iter().any(|text| holds_word(text, name)))
        .map(str::to_owned)
        .collect();
    expect_none("codes that nothing raises", &faults);
}

/// True if the text holds `word` with no letter, digit or underscore beside it.
fn holds_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word)
        .any(|(at, _)| !text[..at].ends_with(part) && !text[at + word.len()..].starts_with(part))
}

#[test]
fn no_test_file_is_forgotten() {
    let all = files("tests", ".rs");
    let faults: Vec<String> = all
        .iter()
        .filter(|file| file.path != "tests/all.rs" && !file.path.starts_with("tests/benches/"))
        .filter(|file| {
            let path = file.path.strip_prefix("tests/").unwrap().strip_suffix(".rs").unwrap();
            let path = path.strip_suffix("/mod").unwrap_or(path);
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
            let parents = if parent.is_empty() {
                vec!["tests/all.rs".to_owned()]
            } else {
                vec![format!("tests/{parent}.rs"), format!("tests/{parent}/mod.rs")]
            };
            !all.iter().any(|other| {
                parents.contains(&other.path) && other.text.contains(&format!("mod {name};"))
            })
        })
        .map(|file| file.path.clone())
        .collect();
    expect_none("test files that no `mod` names", &faults);
}

#[test]
fn the_top_of_the_repository_stays_small() {
    let faults: Vec<String> = std::fs::read_dir(top())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str()))
        .collect();
    expect_none("entries that have another home (see src/README.md)", &faults);
}

#[test]
fn the_map_names_every_folder_of_the_source() {
    let map = std::fs::read_to_string(top().join("src/README.md")).unwrap();
    let modules: BTreeSet<String> =
        files("src", ".rs").iter().map(|file| file.module().to_owned()).collect();
    let faults: Vec<String> =
        modules.into_iter().filter(|module| !map.contains(&format!("`{module}"))).collect();
    expect_none("modules that src/README.md does not name", &faults);
}

/// Every Rust file of the repository.
fn sources() -> Vec<File> {
    let mut all = files("src", ".rs");
    all.extend(files("tests", ".rs"));
    all
}
