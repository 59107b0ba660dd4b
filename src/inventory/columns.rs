//! The columns of an export whose entries name their own: the union over all of them.

use super::records::MOST_COLUMNS;
use super::row::{Row, Value, Written};
use std::collections::HashMap;
use std::ops::Range;

/// Names of columns, without regard to case.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    /// Every spelling that was seen, and the same in lower case.
    spelt: HashMap<String, usize>,
    /// The first entry, with the names as values.
    pub(super) header: Row,
}

impl Columns {
    /// Number of columns.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    /// True if there is a whole entry.
    pub(super) fn has_entry(&self) -> bool {
        !self.header.text.is_empty()
    }

    /// The number of a column.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let found = self.spelt.get(name).or_else(|| self.spelt.get(&name.to_lowercase()));
        found.copied()
    }

    /// The number of a column, which is added if it is new; `None` if there are too many.
    pub(super) fn add(&mut self, name: &str) -> Option<usize> {
        if let Some(known) = self.find(name) {
            return Some(known);
        }
        let number = self.names.len();
        if number >= MOST_COLUMNS {
            return None;
        }
        self.names.push(name.to_owned());
        self.spelt.insert(name.to_owned(), number);
        self.spelt.insert(name.to_lowercase(), number);
        Some(number)
    }

    /// Takes the first entry as the place of the header.
    pub(super) fn begin(&mut self, entry: &Row) {
        if self.header.text.is_empty() {
            self.header.clone_from(entry);
        }
    }

    /// Makes the header when all entries were seen.
    pub(super) fn end(&mut self) {
        let Row { text, values, .. } = &mut self.header;
        let mut spans = vec![0..0; self.names.len()];
        for value in values.iter() {
            let (Some(span), Some(name)) =
                (spans.get_mut(value.column), self.names.get(value.column))
            else {
                continue;
            };
            // The name stands before its value.
            let before = text.get(..value.span.start).unwrap_or_default();
            let found = before.rfind(name.as_str());
            if let Some(at) = found.filter(|_| Range::is_empty(span)) {
                *span = at..at + name.len();
            }
        }
        let named = self.names.iter().zip(spans).enumerate().map(|(column, (name, span))| Value {
            column,
            span,
            written: Written::Other(name.as_str().into()),
        });
        *values = named.collect();
        self.header.notes.clear();
        self.header.sort(self.names.len());
    }
}
