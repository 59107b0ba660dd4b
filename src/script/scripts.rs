//! The scripts that an evaluation has read, with their spans.

use super::spans::SpanMap;
use crate::diagnostic::Source;
use crate::journal::Place;
use rhai::{Engine, Position};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, PoisonError, RwLock};

/// One script.
pub(super) struct Script {
    /// Its name and text.
    pub(super) source: Source,
    /// SHA-256 of the text, in hexadecimal.
    pub(super) sha: Arc<str>,
    /// Where its tokens stand.
    pub(super) spans: SpanMap,
}

/// All scripts read so far, by path.
#[derive(Default)]
pub(super) struct Scripts {
    all: RwLock<BTreeMap<Arc<str>, Arc<Script>>>,
}

impl Scripts {
    /// Adds a script.
    pub(super) fn add(&self, engine: &Engine, path: &Arc<str>, text: &Arc<str>) -> Arc<Script> {
        let script = Arc::new(Script {
            source: Source::new(path.clone(), text.clone()),
            sha: sha256(text).into(),
            spans: SpanMap::new(engine, text.clone()),
        });
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(path.clone(), script.clone());
        script
    }

    /// The script with that path.
    pub(super) fn get(&self, path: &str) -> Option<Arc<Script>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).get(path).cloned()
    }

    /// Where the call whose name stands at `position` begins and ends.
    pub(super) fn call(&self, path: Option<&str>, position: Position) -> Place {
        self.place(path, |spans| spans.call(position))
    }

    /// Where the token at `position` begins and ends.
    pub(super) fn token(&self, path: Option<&str>, position: Position) -> Place {
        self.place(path, |spans| spans.token(position))
    }

    /// A place in a script, by its spans; an empty place for a script that was never read.
    pub(super) fn place(
        &self,
        path: Option<&str>,
        find: impl FnOnce(&SpanMap) -> std::ops::Range<usize>,
    ) -> Place {
        let Some(script) = path.and_then(|path| self.get(path)) else {
            return Place { file: path.unwrap_or_default().into(), ..Place::default() };
        };
        let span = find(&script.spans);
        Place {
            file: script.source.name().into(),
            sha: script.sha.clone(),
            start: span.start,
            end: span.end,
        }
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
