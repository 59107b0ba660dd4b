//! The text of a document, and findings that point into it.
//!
//! Some tools write a whole document on one line. A finding shows at most a few hundred bytes around its
//! place, with the right line and column all the same.

use crate::diagnostic::{Finding, Source};
use roxmltree::TextPos;
use std::ops::Range;

/// A text that is shown whole: neither large nor with long lines.
const HANDY: usize = 1 << 20;
/// The longest line that is shown whole, in bytes.
const LONG: usize = 400;
/// How much of a long line is shown before and after a place, in bytes.
const AROUND: usize = 80;
/// The longest value that a message holds, in characters.
const VALUE: usize = 60;

/// A document's text.
pub(super) struct Page {
    source: Source,
    /// Where each line begins.
    lines: Vec<usize>,
    handy: bool,
}

impl Page {
    /// Takes the text of the file `name`.
    pub(super) fn new(name: &str, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines: Vec<usize> = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        let longest = lines.windows(2).map(|pair| match pair {
            [from, to] => to - from,
            _ => 0,
        });
        let last = text.len() - lines.last().copied().unwrap_or_default();
        let handy = text.len() <= HANDY && longest.max().unwrap_or(0).max(last) <= LONG;
        Self { source: Source::new(name, text), lines, handy }
    }

    pub(super) fn name(&self) -> &str {
        self.source.name()
    }

    pub(super) fn text(&self) -> &str {
        self.source.text()
    }

    /// The byte at a place that the parser names, by line and column from 1.
    pub(super) fn offset(&self, place: TextPos) -> usize {
        let line = usize::try_from(place.row).unwrap_or(1).saturating_sub(1);
        let start = self.lines.get(line).copied().unwrap_or(self.text().len());
        let column = usize::try_from(place.col).unwrap_or(1).saturating_sub(1);
        let rest = self.text().get(start..).unwrap_or_default();
        rest.char_indices().nth(column).map_or(self.text().len(), |(at, _)| start + at)
    }

    /// Where the character at `at` ends.
    pub(super) fn after(&self, at: usize) -> usize {
        let next = self.text().get(at..).and_then(|rest| rest.chars().next());
        at + next.map_or(0, char::len_utf8)
    }

    /// Line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// Points a finding at a place; a further place of a text that is not shown whole becomes a note.
    pub(super) fn mark(&self, finding: Finding, span: Range<usize>, label: &str) -> Finding {
        if self.handy {
            return finding.at(&self.source, span, label);
        }
        let (cut, span) = self.cut(span);
        if finding.source.is_none() {
            return finding.at(&cut, span, label);
        }
        let note = Finding::advice(finding.code, if label.is_empty() { "and here" } else { label });
        finding.with_related(note.at(&cut, span, ""))
    }

    /// The surroundings of a place, and the place in them.
    fn cut(&self, span: Range<usize>) -> (Source, Range<usize>) {
        let text = self.text();
        let line = self.line(span.start);
        let begin = line.checked_sub(1).and_then(|line| self.lines.get(line)).copied().unwrap_or(0);
        let line_end = self.lines.get(line).map_or(text.len(), |next| next - 1);
        let from = floor(text, span.start.saturating_sub(AROUND)).max(begin);
        let shown = floor(text, span.end.min(span.start + AROUND)).max(span.start);
        let to = floor(text, shown + AROUND).min(line_end).max(shown);
        let column = text.get(begin..from).unwrap_or_default().chars().count() + 1;
        let part = text.get(from..to).unwrap_or_default();
        let cut = Source::excerpt(self.name(), part, line).from_column(column);
        (cut, span.start - from..shown - from)
    }
}

/// The last place up to `at` where a character begins.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A value for a message: one line, not too long.
pub(super) fn short(value: &str) -> String {
    let mut letters = value.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut text: String = letters.by_ref().take(VALUE).collect();
    if letters.next().is_some() {
        text.push_str("...");
    }
    text
}
