//! The folders that `sidle new` can write, embedded in the program.
//!
//! A test compares the list with `scripts/first-steps/`, so no file is forgotten.

/// A file of a template.
#[derive(Debug, Clone, Copy)]
pub struct TemplateFile {
    /// Path inside the folder.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Lists files of `scripts/first-steps/` by their paths.
macro_rules! first_steps {
    ($($path:literal,)*) => {
        &[$(TemplateFile {
            path: $path,
            text: include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/first-steps/", $path)),
        }),*]
    };
}

/// The template `first-steps`.
pub const FIRST_STEPS: &[TemplateFile] = first_steps![
    "sidle.toml",
    "runbook.rhai",
    "policy/pilot.rhai",
    "policy/coexistence.rhai",
    "policy/cutover.rhai",
    "inventory/topology.toml",
    "inventory/users.csv",
    "inventory/directory.csv",
    "tests/policies.rhai",
    "tests/runbook.rhai",
];

/// The names of all templates.
pub const NAMES: &[&str] = &["first-steps"];

/// Returns the files of a template.
pub fn named(name: &str) -> Option<&'static [TemplateFile]> {
    (name == "first-steps").then_some(FIRST_STEPS)
}
