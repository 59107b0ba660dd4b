//! The scripts that an evaluation has read, with their spans.

use super::spans::SpanMap;
use crate::diagnostic::Source;
use crate::journal::Place;
use rhai::{Engine, Position, Token};
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
    earlier: RwLock<Arc<Earlier>>,
}

/// What earlier inputs of a console have defined: every later one sees it as if it were its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Earlier {
    /// Names of variables.
    pub(super) variables: Vec<String>,
    /// Functions: name and number of parameters.
    pub(super) functions: Vec<(String, usize)>,
    /// Imports: the name, and what the import says.
    pub(super) modules: Vec<(String, String)>,
}

impl Script {
    /// What this script imports under a name, as the import says it.
    pub(super) fn imported_as(&self, name: &str) -> Option<String> {
        self.spans.tokens.windows(4).find_map(|tokens| match tokens {
            [import, path, to, alias] if import.kind == Token::Import && to.kind == Token::As => {
                match (&path.kind, &alias.kind) {
                    (Token::StringConstant(path), Token::Identifier(alias))
                        if alias.as_str() == name =>
                    {
                        Some(path.to_string())
                    }
                    _ => None,
                }
            }
            _ => None,
        })
    }
}

impl Scripts {
    /// What earlier inputs have defined; nothing for a runbook.
    pub(super) fn earlier(&self) -> Arc<Earlier> {
        self.earlier.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The inputs of a console, oldest first.
    pub(super) fn inputs(&self) -> Vec<Arc<Script>> {
        let all = self.all.read().unwrap_or_else(PoisonError::into_inner);
        let number = |name: &str| name.strip_prefix("repl:")?.parse::<usize>().ok();
        let mut inputs: Vec<_> =
            all.iter().filter_map(|(name, script)| Some((number(name)?, script.clone()))).collect();
        inputs.sort_by_key(|(number, _)| *number);
        inputs.into_iter().map(|(_, script)| script).collect()
    }

    /// Takes over a script that was read elsewhere.
    pub(super) fn keep(&self, script: Arc<Script>) {
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(script.source.name().into(), script);
    }

    /// Says what earlier inputs have defined.
    pub(super) fn set_earlier(&self, earlier: Earlier) {
        *self.earlier.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(earlier);
    }

    /// The script that an import has read.
    pub(super) fn imported(&self, import: &str) -> Option<Arc<Script>> {
        let path = super::sources::normal(import)?;
        self.get(&path).or_else(|| self.get(&format!("std/{path}")))
    }

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

    /// True if a `throw` stands at `position`.
    pub(super) fn is_throw(&self, path: &str, position: Position) -> bool {
        self.get(path).is_some_and(|script| {
            let token = script.spans.index(position).and_then(|at| script.spans.tokens.get(at));
            token.is_some_and(|token| token.kind == Token::Throw)
        })
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
