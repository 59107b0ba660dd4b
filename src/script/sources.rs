//! Where scripts come from: the organisation's folder, or the library inside sidle.
//!
//! A path is always read from the top of the folder, whichever script imports it. It can lead nowhere
//! else: not by `..`, not by an absolute path, not by a symbolic link.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// What reading a path gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The script's text.
    Text(Arc<str>),
    /// There is no such script.
    Missing,
    /// It may not or cannot be read, and why.
    Refused(String),
}

/// Reads an organisation's scripts.
pub trait Sources: Send + Sync {
    /// Reads the script at `path`, which is relative and holds no `..`.
    fn read(&self, path: &str) -> Read;

    /// Paths of the scripts that exist, for near names.
    fn paths(&self) -> Vec<String> {
        Vec::new()
    }

    /// Paths of the scripts under `tests/`, in order.
    fn tests(&self) -> Vec<String> {
        Vec::new()
    }
}

/// How deep folders of tests may nest.
const DEEPEST: usize = 16;

/// The scripts of a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// Reads below `root` and nowhere else.
    #[must_use]
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }
}

impl Sources for Folder {
    fn read(&self, path: &str) -> Read {
        let file = self.root.join(path);
        let (Ok(file), Ok(root)) = (file.canonicalize(), self.root.canonicalize()) else {
            return Read::Missing;
        };
        if !file.starts_with(&root) {
            return Read::Refused("it leads outside the folder".to_owned());
        }
        match file.metadata() {
            Ok(about) if !about.is_file() => return Read::Missing,
            Ok(about) if about.len() > super::engine::SOURCE as u64 => {
                return Read::Refused("it is larger than 256 KiB".to_owned());
            }
            Ok(_) => {}
            Err(error) => return Read::Refused(error.to_string()),
        }
        match std::fs::read(&file).map(String::from_utf8) {
            Ok(Ok(text)) => Read::Text(text.into()),
            Ok(Err(_)) => Read::Refused("it is no UTF-8 text".to_owned()),
            Err(error) => Read::Refused(error.to_string()),
        }
    }

    fn paths(&self) -> Vec<String> {
        let mut found = Vec::new();
        for folder in ["", "policy", "tests"] {
            let Ok(entries) = std::fs::read_dir(self.root.join(folder)) else { continue };
            for entry in entries.flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if is_script(&name) {
                    let path = Path::new(folder).join(name);
                    found.push(path.to_string_lossy().replace('\\', "/"));
                }
            }
        }
        found.sort();
        found
    }

    fn tests(&self) -> Vec<String> {
        let (mut found, mut folders) = (Vec::new(), vec![("tests".to_owned(), 0)]);
        while let Some((folder, depth)) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(self.root.join(&folder)) else { continue };
            for entry in entries.flatten() {
                let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
                match entry.file_type() {
                    // A symbolic link is no folder here, so there is no way round in a circle.
                    Ok(kind) if kind.is_dir() && depth < DEEPEST => folders.push((path, depth + 1)),
                    Ok(kind) if !kind.is_dir() && is_script(&path) => found.push(path),
                    _ => {}
                }
            }
        }
        found.sort();
        found
    }
}

/// The library inside sidle: path and text of each script.
pub const LIBRARY: &[(&str, &str)] = &[
    ("std/pilot.rhai", include_str!("../../stdlib/pilot.rhai")),
    ("std/waves.rhai", include_str!("../../stdlib/waves.rhai")),
    ("std/preflight.rhai", include_str!("../../stdlib/preflight.rhai")),
    ("std/coexistence.rhai", include_str!("../../stdlib/coexistence.rhai")),
    ("std/cutover.rhai", include_str!("../../stdlib/cutover.rhai")),
    ("std/side_by_side.rhai", include_str!("../../stdlib/side_by_side.rhai")),
    ("std/policy/pilot.rhai", include_str!("../../stdlib/policy/pilot.rhai")),
    ("std/policy/coexistence.rhai", include_str!("../../stdlib/policy/coexistence.rhai")),
    ("std/policy/cutover.rhai", include_str!("../../stdlib/policy/cutover.rhai")),
];

/// The text of a script of the library.
pub(super) fn library(path: &str) -> Option<&'static str> {
    LIBRARY.iter().find(|(name, _)| *name == path).map(|(_, text)| *text)
}

/// Turns what an `import` says into a path with its ending; `None` if it leads outside.
pub(super) fn normal(import: &str) -> Option<String> {
    if import.contains('\\') || import.contains(':') || import.contains('\0') {
        return None;
    }
    let mut parts = Vec::new();
    for part in Path::new(import).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::RootDir | Component::ParentDir | Component::Prefix(_) => return None,
        }
    }
    let path = parts.join("/");
    match path.as_str() {
        "" => None,
        _ if is_script(&path) => Some(path),
        _ => Some(format!("{path}.rhai")),
    }
}

/// True for a path with the ending of scripts.
fn is_script(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "rhai")
}

/// Finds a script: the organisation's, or the library's. A policy that the organisation does not have
/// is the library's of that name.
pub(super) fn find(sources: &dyn Sources, path: &str) -> (String, Read) {
    let of_library =
        |name: &str| library(name).map(|text| (name.to_owned(), Read::Text(text.into())));
    if path.starts_with("std/") {
        return of_library(path).unwrap_or_else(|| (path.to_owned(), Read::Missing));
    }
    match sources.read(path) {
        Read::Missing if path.starts_with("policy/") => {
            of_library(&format!("std/{path}")).unwrap_or_else(|| (path.to_owned(), Read::Missing))
        }
        read => (path.to_owned(), read),
    }
}

/// Every path that an import could name, for near names; without the ending, as people write it.
pub(super) fn known(sources: &dyn Sources) -> Vec<String> {
    let policies = LIBRARY.iter().filter_map(|(path, _)| path.strip_prefix("std/"));
    let policies: Vec<String> =
        policies.filter(|path| path.starts_with("policy/")).map(str::to_owned).collect();
    let library = LIBRARY.iter().map(|(path, _)| (*path).to_owned()).chain(policies);
    sources
        .paths()
        .into_iter()
        .chain(library)
        .map(|path| path.trim_end_matches(".rhai").to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_leads_nowhere_but_into_the_folder() {
        for outside in ["/etc/passwd", "../x", "policy/../../x", "C:/x", "a\\b", "", "."] {
            assert_eq!(normal(outside), None, "{outside}");
        }
        assert_eq!(normal("./policy/pilot").as_deref(), Some("policy/pilot.rhai"));
        assert_eq!(normal("policy/pilot.rhai").as_deref(), Some("policy/pilot.rhai"));
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_out_of_the_folder_is_refused() -> std::io::Result<()> {
        let (inside, outside) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let secret = outside.path().join("secret.rhai");
        std::fs::write(&secret, "1")?;
        std::os::unix::fs::symlink(&secret, inside.path().join("link.rhai"))?;
        let folder = Folder::new(inside.path().to_owned());
        assert!(matches!(folder.read("link.rhai"), Read::Refused(_)));
        assert_eq!(folder.read("nothing.rhai"), Read::Missing);
        Ok(())
    }
}
