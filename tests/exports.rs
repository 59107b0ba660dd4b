//! The exports under `scripts/` are what their generators write: nobody has changed one by hand, and
//! anybody can make them again.

use crate::tree::{top, walk};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

fn check(generator: &str, exports: &str, by_hand: &[&str]) {
    let written = tempfile::tempdir().unwrap();
    let python = Command::new("python3")
        // No compiled files beside the generator.
        .args(["-B", generator])
        .arg(written.path())
        .current_dir(top())
        .output();
    let output = match python {
        Ok(output) => output,
        // Python is no part of what sidle needs, and neither is this test of what `sidle` does.
        Err(error) => {
            eprintln!("not checked, python3 cannot be started: {error}");
            return;
        }
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (made, mut kept) = (all(written.path()), all(&top().join(exports)));
    kept.retain(|name, _| !by_hand.contains(&name.as_str()));
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for (name, bytes) in made {
        assert!(kept.get(&name) == Some(&bytes), "{exports}/{name} is not what {generator} writes");
    }
}

/// The bytes of every file of a folder, by name.
fn all(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = Vec::new();
    walk(folder, &mut files);
    let read = |path: std::path::PathBuf| {
        let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        (name, fs::read(path).unwrap())
    };
    files.into_iter().map(read).collect()
}

#[test]
fn the_first_steps_are_what_their_generator_writes() {
    check("tests/first_steps.py", "scripts/first-steps/inventory", &["topology.toml"]);
}

#[test]
fn contoso_is_what_its_generator_writes() {
    check("tests/contoso.py", "scripts/contoso/inventory", &[]);
}
