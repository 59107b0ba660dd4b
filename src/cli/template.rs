//! The folders that `sidle new` can write, embedded in the program.
//!
//! A test compares each list with its folder under `scripts/`, so no file is forgotten.

/// A folder to start from.
#[derive(Debug, Clone, Copy)]
pub struct Template {
    /// What `--template` calls it; its folder under `scripts/`.
    pub name: &'static str,
    /// All that is in it.
    pub files: &'static [TemplateFile],
}

/// A file of a template.
#[derive(Debug, Clone, Copy)]
pub struct TemplateFile {
    /// Path inside the folder.
    pub path: &'static str,
    /// What it holds. Exports come in many encodings, so this is no text.
    pub bytes: &'static [u8],
}

/// A template with the files of its folder, by their paths.
macro_rules! template {
    ($name:literal: $($path:literal,)*) => {
        Template {
            name: $name,
            files: &[$(TemplateFile {
                path: $path,
                bytes: include_bytes!(
                    concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/", $name, "/", $path)
                ),
            }),*],
        }
    };
}

/// All templates, the one for newcomers first.
pub const TEMPLATES: &[Template] = &[
    template! { "first-steps":
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
    },
    template! { "contoso":
        "sidle.toml",
        "runbook.rhai",
        "policy/pilot.rhai",
        "policy/coexistence.rhai",
        "policy/cutover.rhai",
        "tests/small.rhai",
        "tests/pilot.rhai",
        "tests/coexistence.rhai",
        "tests/cutover.rhai",
        "tests/runbook.rhai",
        "inventory/topology.xml",
        "inventory/topology.tbxml",
        "inventory/users.csv",
        "inventory/directory.ldf",
        "inventory/clients.csv",
        "inventory/meetings.json",
        "inventory/response-groups.json",
        "inventory/dial-in-numbers.csv",
        "inventory/conference-directories.csv",
        "inventory/um-contacts.csv",
        "inventory/trusted-applications.tsv",
        "inventory/common-area-phones.csv",
        "inventory/analog-devices.json",
    },
];

/// Returns the template with that name.
pub fn named(name: &str) -> Option<&'static Template> {
    TEMPLATES.iter().find(|template| template.name == name)
}
