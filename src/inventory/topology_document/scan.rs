//! A first look at a document: how its tags nest.
//!
//! Before a tree is built of it, so that a document that is cut off, nested too deeply or made to exhaust
//! memory is refused with the place where that shows. Names and characters are left to the parser.

use super::page::{Page, short};
use crate::diagnostic::{Finding, codes};
use std::ops::Range;

/// How deep elements may be nested. Real documents nest ten deep.
pub(super) const DEEPEST: usize = 64;
/// The most nodes that are read; a document of two thousand pools has fewer.
pub(super) const MOST_NODES: u32 = 2_000_000;
/// The most attributes of one element. Real elements have a dozen.
const MOST_ATTRIBUTES: usize = 64;

const AGAIN: &str = "export it again, and look whether the export ended without an error";
const NO_TOPOLOGY: &str = "this is no topology document; name the right file in `sidle.toml`";

/// Looks at all tags.
///
/// # Errors
/// The first fault.
pub(super) fn check(page: &Page) -> Result<(), Finding> {
    let text = page.text();
    let most = usize::try_from(MOST_NODES).unwrap_or(usize::MAX);
    for sign in [b'<', b'='] {
        if text.bytes().filter(|byte| *byte == sign).count() > most {
            let message = format!("`{}` holds too much to be a topology", page.name());
            return Err(Finding::error(codes::TOPOLOGY_XML, message).help(NO_TOPOLOGY));
        }
    }
    let mut scan = Scan { page, open: Vec::new(), prefixes: 0 };
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('<')) {
        at = scan.piece(at + found)?;
    }
    match scan.open.last() {
        None => Ok(()),
        Some(open) => Err(scan.cut_off(text.len(), open.clone(), "this is never closed")),
    }
}

struct Scan<'p> {
    page: &'p Page,
    /// Names of the elements that are open.
    open: Vec<Range<usize>>,
    /// Prefixes of namespaces declared so far.
    prefixes: usize,
}

impl Scan<'_> {
    /// Goes over what begins at `at`; returns where the next begins at the earliest.
    fn piece(&mut self, at: usize) -> Result<usize, Finding> {
        let rest = self.page.text().get(at..).unwrap_or_default();
        for (begin, end) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
            if rest.starts_with(begin) {
                let found = rest.get(begin.len()..).and_then(|inside| inside.find(end));
                let found = found.ok_or_else(|| {
                    let place = at..at + begin.len();
                    self.cut_off(self.page.text().len(), place, "this is never closed")
                })?;
                return Ok(at + begin.len() + found + end.len());
            }
        }
        if rest.starts_with("<!") {
            let message = format!("`{}` declares a document type", self.page.name());
            let finding = Finding::error(codes::TOPOLOGY_XML, message)
                .because(
                    "its entities could stand for any amount of text, so they are never expanded",
                )
                .help("remove the declaration; no topology document has one");
            return Err(self.page.mark(finding, at..at + "<!DOCTYPE".len().min(rest.len()), ""));
        }
        match rest.strip_prefix("</") {
            Some(_) => self.close(at),
            None => self.open(at),
        }
    }

    fn close(&mut self, at: usize) -> Result<usize, Finding> {
        let name = self.name(at + 2);
        let text = self.page.text();
        let Some(end) = text.get(name.end..).and_then(|rest| rest.find('>')) else {
            return Err(self.cut_off(text.len(), at..name.end, "this tag is never closed"));
        };
        let Some(open) = self.open.pop() else {
            let message = format!("`</{}>` closes nothing", self.word(&name));
            return Err(self.fault(message, name, "nothing is open here"));
        };
        if text.get(open.clone()) != text.get(name.clone()) {
            let (open_name, close_name) = (self.word(&open), self.word(&name));
            let message = format!("`<{open_name}>` is closed by `</{close_name}>`");
            let finding = self.fault(message, name, "closed here");
            return Err(self.page.mark(finding, open, "opened here"));
        }
        Ok(name.end + end + 1)
    }

    fn open(&mut self, at: usize) -> Result<usize, Finding> {
        let name = self.name(at + 1);
        let text = self.page.text();
        let (mut quote, mut attributes) = (None, 0);
        let mut last = 0;
        for (index, byte) in text.bytes().enumerate().skip(name.end) {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => attributes += 1,
                (None, b':') => {
                    let before = text.get(..index).unwrap_or_default();
                    self.prefixes += usize::from(before.ends_with("xmlns"));
                }
                (None, b'>') => {
                    if attributes.max(self.prefixes) > MOST_ATTRIBUTES {
                        let message = format!("`<{}>` has too many attributes", self.word(&name));
                        let finding = Finding::error(codes::TOPOLOGY_XML, message);
                        return Err(self.page.mark(finding.help(NO_TOPOLOGY), name, ""));
                    }
                    if last != b'/' {
                        self.push(name)?;
                    }
                    return Ok(index + 1);
                }
                (None, b'<') => break,
                _ => {}
            }
            last = byte;
        }
        Err(self.cut_off(text.len(), at..name.end, "this tag is never closed"))
    }

    fn push(&mut self, name: Range<usize>) -> Result<(), Finding> {
        if self.open.len() < DEEPEST {
            self.open.push(name);
            return Ok(());
        }
        let message = format!("`{}` is nested more than {DEEPEST} deep", self.page.name());
        let finding = Finding::error(codes::TOPOLOGY_XML, message).help(NO_TOPOLOGY);
        Err(self.page.mark(finding, name, "this is too deep"))
    }

    /// The name that begins at `at`.
    fn name(&self, at: usize) -> Range<usize> {
        let rest = self.page.text().get(at..).unwrap_or_default();
        let ends = |c: char| c.is_whitespace() || matches!(c, '>' | '/' | '<');
        at..at + rest.find(ends).unwrap_or(rest.len())
    }

    fn word(&self, name: &Range<usize>) -> String {
        short(self.page.text().get(name.clone()).unwrap_or_default())
    }

    fn fault(&self, message: String, span: Range<usize>, label: &str) -> Finding {
        let finding = Finding::error(codes::TOPOLOGY_XML, message).help(AGAIN);
        self.page.mark(finding, span, label)
    }

    /// The document ends before it is complete.
    fn cut_off(&self, end: usize, open: Range<usize>, label: &str) -> Finding {
        let message = format!("`{}` is cut off", self.page.name());
        // Marked at the last letter: nothing can be shown behind it.
        let text = self.page.text().get(..end).unwrap_or_default().trim_end();
        let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
        let finding = self.fault(message, last..text.len(), "the file ends here");
        self.page.mark(finding, open, label)
    }
}
