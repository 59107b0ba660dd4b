//! One row of an export as it stands in the file: its text, its values, and the place of each.
//!
//! The three formats fill it; what reads columns never sees which one it was.

use crate::diagnostic::{Code, Finding, Severity, Source};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The longest line that a finding shows whole, and how much of a longer one it shows on each side.
const SHOWN: usize = 4096;
const AROUND: usize = 200;

/// One value.
#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) column: usize,
    /// Where it stands in the row's text.
    pub(super) span: Range<usize>,
    pub(super) written: Written,
}

/// How a value is written.
#[derive(Debug, Clone)]
pub(super) enum Written {
    /// As it is.
    Plain,
    /// With each quote doubled.
    Doubled,
    /// In another way, of which this is the value: base64, escapes, folded lines.
    Other(Box<str>),
}

/// One row.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// The whole row as it stands in the file.
    pub(super) text: String,
    /// Place of its first character: line and column from 1, and byte of the file.
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) offset: u64,
    /// By column, those of one column in the order of the file.
    pub(super) values: Vec<Value>,
    /// Where in `values` each column begins; empty if there is one value in each column.
    starts: Vec<usize>,
    /// What is wrong with single values.
    pub(super) notes: Vec<Broken>,
}

impl Row {
    /// Makes it empty.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.values.clear();
        self.starts.clear();
        self.notes.clear();
    }

    /// Sorts the values into that many columns.
    pub(super) fn sort(&mut self, columns: usize) {
        self.values.sort_by_key(|value| value.column);
        let mut at = 0;
        for column in 0..=columns {
            while self.values.get(at).is_some_and(|value| value.column < column) {
                at += 1;
            }
            self.starts.push(at);
        }
    }

    /// The values of a column.
    pub(super) fn of(&self, column: usize) -> &[Value] {
        let range = match (self.starts.get(column), self.starts.get(column + 1)) {
            (Some(start), Some(end)) => *start..*end,
            _ if self.starts.is_empty() && column < self.values.len() => column..column + 1,
            _ => 0..0,
        };
        self.values.get(range).unwrap_or_default()
    }

    /// What a value says.
    pub(super) fn said<'a>(&'a self, value: &'a Value) -> Cow<'a, str> {
        let text = self.text.get(value.span.clone()).unwrap_or_default();
        match &value.written {
            Written::Plain => Cow::Borrowed(text),
            Written::Doubled => Cow::Owned(text.replace("\"\"", "\"")),
            Written::Other(text) => Cow::Borrowed(text),
        }
    }

    /// Where a column's values stand, from the first to the last.
    pub(super) fn span(&self, column: usize) -> Range<usize> {
        let values = self.of(column);
        let end = values.last().map_or(0, |value| value.span.end);
        values.first().map_or(0, |value| value.span.start)..end
    }

    /// The lines around some places, and the places in them.
    ///
    /// Of a line of many thousand letters only a part around the first place is taken.
    pub(super) fn excerpt(
        &self,
        name: &Arc<str>,
        spans: &[Range<usize>],
    ) -> (Source, Vec<Range<usize>>) {
        let from = spans.iter().map(|span| span.start).min().unwrap_or(0).min(self.text.len());
        let to = spans.iter().map(|span| span.end).max().unwrap_or(0).clamp(from, self.text.len());
        let before = self.text.get(..from).unwrap_or_default();
        let after = self.text.get(to..).unwrap_or_default();
        let mut start = before.rfind('\n').map_or(0, |at| at + 1);
        let mut end = to + after.find(['\r', '\n']).unwrap_or(after.len());
        if end - start > SHOWN {
            start = self.boundary(start.max(from.saturating_sub(AROUND)));
            end = self.boundary(end.min(to.min(from + SHOWN) + AROUND)).max(start);
        }
        let passed = self.text.get(..start).unwrap_or_default();
        let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
        let on_line = passed.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = if lines == 0 { self.column.max(1) } else { 1 } + on_line;
        let text = self.text.get(start..end).unwrap_or_default();
        let source = Source::part(Arc::clone(name), text, self.line + lines, column);
        let inside = |at: usize| at.clamp(start, end) - start;
        (source, spans.iter().map(|span| inside(span.start)..inside(span.end)).collect())
    }

    /// The lines around one place, and the place in them.
    pub(super) fn excerpt_at(&self, name: &Arc<str>, span: Range<usize>) -> (Source, Range<usize>) {
        let (source, spans) = self.excerpt(name, std::slice::from_ref(&span));
        (source, spans.into_iter().next().unwrap_or(0..0))
    }

    /// The next place at or before `at` where a character begins.
    fn boundary(&self, at: usize) -> usize {
        (0..=at).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0)
    }
}

/// What is wrong with a row.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) message: String,
    /// Where in the row's text, and how far; a width of 0 is one character.
    pub(super) at: usize,
    pub(super) width: usize,
    pub(super) help: String,
    /// Nothing can be read after it.
    pub(super) last: bool,
}

impl Broken {
    /// A fault after which reading goes on.
    pub(super) fn new(code: Code, message: impl Into<String>, at: usize, help: &str) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            at,
            width: 0,
            help: help.to_owned(),
            last: false,
        }
    }

    /// A fault after which nothing can be read.
    pub(super) fn last(code: Code, message: impl Into<String>, at: usize, help: &str) -> Self {
        Self { last: true, ..Self::new(code, message, at, help) }
    }

    /// Marks that many bytes.
    pub(super) fn wide(self, width: usize) -> Self {
        Self { width, ..self }
    }

    /// Makes it a warning.
    pub(super) fn odd(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// The finding at its place in the row.
    pub(super) fn into_finding(self, name: &Arc<str>, row: &Row) -> Finding {
        let mut finding = Finding::error(self.code, self.message).help(self.help);
        finding.severity = self.severity;
        if row.text.is_empty() {
            return finding;
        }
        let letter = row.text.get(self.at..).and_then(|rest| rest.chars().next());
        let width = self.width.max(letter.map_or(0, char::len_utf8));
        let (source, span) = row.excerpt_at(name, self.at..self.at + width);
        finding.at(&source, span, "here")
    }
}
