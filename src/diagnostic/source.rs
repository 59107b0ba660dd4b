//! The text that a finding points into: a whole script, or an excerpt of a large export.
//!
//! An excerpt remembers the number of its first line, so a cell on line 70,000 is shown with that
//! number although only its row is held in memory. A part of a long line remembers its column as well.

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::sync::Arc;

/// A named text. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: Arc<str>,
    text: Arc<str>,
    first_line: usize,
    /// Column of the first character, from 1.
    first_column: usize,
}

impl Source {
    /// Returns a whole file; `name` is its path inside the organisation's folder, or `std/...`.
    pub fn new(name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self::part(name, text, 1, 1)
    }

    /// Returns a part of a file that begins at line `first_line` (from 1).
    pub fn excerpt(
        name: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        first_line: usize,
    ) -> Self {
        Self::part(name, text, first_line, 1)
    }

    /// Says at which column (from 1) the first line begins: the line is too long to be shown whole.
    #[must_use]
    pub fn from_column(mut self, column: usize) -> Self {
        self.first_column = column.max(1);
        self
    }

    /// Returns a part of a file that begins in the middle of a line.
    pub fn part(
        name: impl Into<Arc<str>>,
        text: impl Into<Arc<str>>,
        first_line: usize,
        first_column: usize,
    ) -> Self {
        let (first_line, first_column) = (first_line.max(1), first_column.max(1));
        Self { name: name.into(), text: text.into(), first_line, first_column }
    }

    /// The file's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns line and column of a byte offset, both from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let ahead = if line == 0 { self.first_column - 1 } else { 0 };
        (self.first_line + line, ahead + column + 1)
    }

    /// Returns the trimmed line that holds a byte offset.
    #[must_use]
    pub fn line_at(&self, offset: usize) -> &str {
        let (line, _) = self.line_column(offset);
        self.text.lines().nth(line - self.first_line).unwrap_or_default().trim()
    }
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.as_ref().read_span(span, before, after)?;
        // Columns count characters, not bytes.
        let (line, column) = self.line_column(inner.span().offset());
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.to_string(),
            inner.data(),
            *inner.span(),
            line - 1,
            column - 1,
            inner.line_count(),
        )))
    }
}
