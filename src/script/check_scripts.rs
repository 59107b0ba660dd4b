//! Reads every script that an entry reaches by imports, and runs none of them.

use super::core::Core;
use super::host::Host;
use super::modules::{Resolver, compile, locate};
use super::scripts::Script;
use super::sources::Sources;
use super::{engine, spans::Tok};
use crate::diagnostic::{Finding, Findings, codes};
use crate::journal::{Reply, Request};
use crate::topology::{Topology, View};
use rhai::{Engine, Token};
use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;
use std::sync::Arc;

/// Nobody is asked while scripts are only read.
struct Nobody;

impl Host for Nobody {
    fn request(&self, _request: Request) -> Reply {
        Reply::Stop
    }
}

/// Parses `entry` and all it imports; returns everything that is wrong with them.
pub fn check_scripts(sources: &Arc<dyn Sources>, entry: &str) -> Findings {
    reading(sources, entry).0
}

/// The same, with the entry itself.
pub(super) fn reading(sources: &Arc<dyn Sources>, entry: &str) -> (Findings, Option<Arc<Script>>) {
    let (sources, entry) = (sources.clone(), entry.to_owned());
    // Parsing recurses too, so it is done on as large a stack as evaluating.
    let thread = std::thread::Builder::new()
        .name("script".to_owned())
        .stack_size(super::evaluate::STACK)
        .spawn(move || read_all(&sources, &entry));
    if let Ok(Ok(read)) = thread.map(std::thread::JoinHandle::join) {
        return read;
    }
    let finding = Finding::error(codes::SCRIPT_PROTOCOL, "the scripts could not be read")
        .help("this is a fault of sidle; please report it with the scripts");
    (finding.into(), None)
}

/// Everything that is wrong, and the entry itself, if it is there.
fn read_all(sources: &Arc<dyn Sources>, entry: &str) -> (Findings, Option<Arc<Script>>) {
    let core = Core::new(Arc::new(Nobody), View::new(Topology::default()));
    let engine = engine::build(&core, Resolver::new(&core, sources));
    let (mut found, mut first) = (Findings::default(), None);
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from([(entry.to_owned(), None)]);
    while let Some((import, site)) = waiting.pop_front() {
        match locate(sources.as_ref(), &import) {
            Ok((path, text)) => {
                if seen.insert(path.clone()) {
                    let script = core.scripts.add(&engine, &path.as_str().into(), &text);
                    read_one(&core, &engine, &script, site.as_ref(), &mut found);
                    first.get_or_insert_with(|| script.clone());
                    let imports = imports(&script);
                    waiting.extend(
                        imports
                            .into_iter()
                            .map(|(import, span)| (import, Some((script.clone(), span)))),
                    );
                }
            }
            Err(wrong) => {
                found.extend(wrong.0.into_iter().map(|finding| at_site(finding, site.as_ref())));
            }
        }
    }
    (found, first)
}

type Site = (Arc<Script>, Range<usize>);

fn read_one(
    core: &Core,
    engine: &Engine,
    script: &Arc<Script>,
    site: Option<&Site>,
    found: &mut Findings,
) {
    let Err(wrong) = compile(engine, core, script) else { return };
    for finding in wrong.0 {
        let Some((importer, span)) = site else {
            found.push(finding);
            continue;
        };
        let message = format!("`{}` imports it", importer.source.name());
        let advice = Finding::advice(finding.code, message).at(
            &importer.source,
            span.clone(),
            "imported here",
        );
        found.push(finding.with_related(advice));
    }
}

fn at_site(finding: Finding, site: Option<&Site>) -> Finding {
    match site {
        Some((importer, span)) => finding.at(&importer.source, span.clone(), "imported here"),
        None => finding,
    }
}

/// What a script imports by a name written out, and where.
pub(super) fn imports(script: &Script) -> Vec<(String, Range<usize>)> {
    let tokens: &[Tok] = &script.spans.tokens;
    tokens
        .windows(2)
        .filter_map(|pair| match pair {
            [import, path] if import.kind == Token::Import => match &path.kind {
                Token::StringConstant(text) => Some((text.to_string(), path.start..path.end)),
                _ => None,
            },
            _ => None,
        })
        .collect()
}
