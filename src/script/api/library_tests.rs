//! The library is its own test: every file is embedded, every function has a summary and examples, and
//! every example is true.

use super::fixture::eval;
use super::{Expect, Function, library};
use crate::script::sources::LIBRARY;
use rhai::Engine;
use std::collections::BTreeSet;
use std::path::Path;

/// What stands before an example: the import of the function's module.
fn wrong_examples(function: &Function) -> Vec<String> {
    let import = format!("import \"{}\" as {};\n", function.path, function.module);
    let mut wrong = Vec::new();
    for example in &function.examples {
        let got = eval(&format!("{import}{}", example.code));
        let right = match (&got, example.expect) {
            (Ok(got), Expect::Value(wanted)) => got == wanted,
            (Err(got), Expect::Error(words)) => got.contains(words),
            _ => false,
        };
        if !right {
            wrong.push(format!(
                "{}\n    {}\n    {}",
                function.full_name(),
                example.code,
                shown(&got)
            ));
        }
    }
    wrong
}

fn shown(got: &Result<String, String>) -> String {
    format!("{got:?}").chars().take(300).collect()
}

#[test]
fn every_file_of_the_library_is_embedded() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let mut found = BTreeSet::new();
    for folder in [top.clone(), top.join("policy")] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rhai") {
                let name = path.strip_prefix(&top).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(format!("std/{name}"));
            }
        }
    }
    let embedded: BTreeSet<String> = LIBRARY.iter().map(|(path, _)| (*path).to_owned()).collect();
    assert_eq!(embedded, found);
}

#[test]
fn every_function_of_the_library_has_a_summary_and_an_example() {
    for module in library() {
        assert!(!module.about.trim().is_empty(), "{} does not say what it is for", module.path);
        for function in &module.functions {
            assert!(function.summary.ends_with('.'), "no summary: {}", function.full_name());
            assert!(!function.examples.is_empty(), "no example: {}", function.full_name());
        }
    }
}

#[test]
fn the_reference_of_the_library_names_the_functions_that_rhai_sees() {
    for ((path, text), module) in LIBRARY.iter().zip(library()) {
        let mut engine = Engine::new();
        engine.set_max_expr_depths(64, 64);
        for (form, shape) in [
            ("check", ["check", "$expr$", "$block$"].as_slice()),
            ("require", &["require", "$expr$"]),
            ("stage", &["stage", "$expr$", "$block$"]),
            ("on_rollback", &["on_rollback", "$block$"]),
        ] {
            engine
                .register_custom_syntax(shape, true, |_, _| Ok(rhai::Dynamic::UNIT))
                .unwrap_or_else(|error| panic!("{form}: {error}"));
        }
        let ast = engine.compile(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let of_rhai: BTreeSet<String> = ast
            .iter_functions()
            .filter(|function| function.access == rhai::FnAccess::Public)
            .filter(|function| !function.name.starts_with("anon$"))
            .map(|function| format!("{}({})", function.name, function.params.join(", ")))
            .collect();
        let ours = module.functions.iter().map(|function| function.signature.to_owned());
        assert_eq!(ours.collect::<BTreeSet<_>>(), of_rhai, "{path}");
    }
}

#[test]
fn every_example_of_the_library_is_true() {
    let wrong: Vec<String> =
        library().iter().flat_map(|module| &module.functions).flat_map(wrong_examples).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
