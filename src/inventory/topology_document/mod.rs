//! Topology documents of the product itself, in both dialects, read into one model.
//!
//! `(Get-CsTopology -AsXml)` writes a published document with composite ids; Topology Builder keeps a
//! `.tbxml` with unique ids. Each dialect has a file that reads it into a [`draft::Draft`]; `pools.rs`
//! makes the topology of that, so both say the same of one organisation. The root element chooses the
//! dialect, never the file's name. What is not asked for is skipped: documents hold much more.
//!
//! Invariant: nothing is expanded, followed or guessed. A document is at most [`LARGEST`] bytes, and
//! nested no deeper than [`scan::DEEPEST`]; entities and document types are refused.

mod builder_file;
mod draft;
mod element;
#[cfg(test)]
mod fault_tests;
mod letters;
mod links;
mod page;
mod pools;
mod published;
mod roles;
mod scan;
#[cfg(test)]
mod tests;

use super::faults::Faults;
use crate::diagnostic::{Finding, codes};
use crate::topology::Topology;
use element::Reader;
use page::Page;
use roxmltree::{Document, Error, Node, ParsingOptions};

/// The largest document that is read. One of a pool has 30 KiB.
pub(super) const LARGEST: u64 = 64 << 20;

/// How to export a document.
const EXPORT: &str = "write one with `(Get-CsTopology -AsXml).ToString() | Out-File topology.xml -Encoding utf8`, or save one in Topology Builder";

/// True for what is to be read here: XML by its first character or, if it has none, by its name.
pub(super) fn is_one(name: &str, bytes: &[u8]) -> bool {
    let named = |ending: &str| {
        let at = name.len().saturating_sub(ending.len());
        name.get(at..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    letters::first(bytes) == Some('<') || named(".xml") || named(".tbxml")
}

/// Reads a document; `None` if it has errors, all of which are found.
pub(super) fn read(name: &str, bytes: Vec<u8>, faults: &mut Faults) -> Option<Topology> {
    let mut own = Faults::default();
    let topology = match letters::decode(name, bytes) {
        Ok(text) => topology(&Page::new(name, text), &mut own),
        Err(finding) => {
            own.add(finding.code, || finding);
            None
        }
    };
    let sound = !own.has_errors();
    let mut findings = own.into_findings();
    findings.0.sort_by_cached_key(|finding| {
        finding.place().map_or((usize::MAX, 0), |(_, line, column)| (line, column))
    });
    faults.extend(findings);
    topology.filter(|_| sound)
}

fn topology(page: &Page, faults: &mut Faults) -> Option<Topology> {
    if let Err(finding) = scan::check(page) {
        faults.add(codes::TOPOLOGY_XML, || finding);
        return None;
    }
    let document = match parse(page) {
        Ok(document) => document,
        Err(finding) => {
            faults.add(codes::TOPOLOGY_XML, || finding);
            return None;
        }
    };
    let mut reader = Reader { page, faults };
    let root = document.root_element();
    let draft = match root.tag_name().name() {
        "Topology" => {
            reader.namespace(root, published::NAMESPACE)?;
            published::read(root, &mut reader)
        }
        "TopologyBuilder" => {
            reader.namespace(root, builder_file::NAMESPACE)?;
            builder_file::read(root, &mut reader)?
        }
        other => {
            unknown_root(other, root, &mut reader);
            return None;
        }
    };
    Some(pools::topology(&draft, &mut reader))
}

fn parse(page: &Page) -> Result<Document<'_>, Finding> {
    let options = ParsingOptions {
        allow_dtd: false,
        nodes_limit: scan::MOST_NODES,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(page.text(), options).map_err(|error| {
        let finding = |message: String| Finding::error(codes::TOPOLOGY_XML, message);
        let name = page.name();
        let at = match &error {
            Error::NoRootNode => None,
            Error::NodesLimitReached
            | Error::AttributesLimitReached
            | Error::NamespacesLimitReached => {
                return finding(format!("`{name}` holds too much to be a topology")).help(EXPORT);
            }
            Error::UnexpectedEndOfStream | Error::UnclosedRootNode => Some(page.text().len()),
            other => Some(page.offset(other.pos())),
        };
        let finding = match error {
            Error::UnknownEntityReference(entity, _) => {
                finding(format!("`{name}` names an entity `&{};`", page::short(&entity)))
                    .because("only the five entities that XML itself has are read")
                    .help("write the character itself, or `&amp;` for an ampersand")
            }
            Error::NoRootNode => finding(format!("`{name}` holds no element")).help(EXPORT),
            other => finding(format!("`{name}` is not XML: {}", words(&other)))
                .help("export it again, and look whether the export ended without an error"),
        };
        match at {
            Some(at) => page.mark(finding, at..page.after(at), "reading stopped here"),
            None => finding,
        }
    })
}

/// What the parser says, without its own way of naming the place.
fn words(error: &Error) -> String {
    let text = error.to_string();
    let place = format!(" at {}", error.pos());
    page::short(&text.replace(&place, "").replace('\'', "`"))
}

fn unknown_root(name: &str, root: Node<'_, '_>, reader: &mut Reader<'_>) {
    let help = match name {
        "Objs" => format!("`Export-Clixml` writes objects, not the document; {EXPORT}"),
        "TopologyInput" => format!("this one tells a merge about Edge servers; {EXPORT}"),
        _ => EXPORT.to_owned(),
    };
    let message = format!(
        "`{}` is no topology document: its root is `<{}>`",
        reader.page.name(),
        page::short(name)
    );
    let finding = Finding::error(codes::TOPOLOGY_DOCUMENT, message).help(help);
    let label = "it has to be `<Topology>` or `<TopologyBuilder>`";
    reader.add(finding, element::tag(root), label);
}
