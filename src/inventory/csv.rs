//! CSV, as `Export-Csv` and spreadsheets write it.
//!
//! Strict where a lenient reader would silently shift or join cells: a stray quote, an open quote, a
//! cell too many are findings. Accepts a `#TYPE` line, LF or CRLF, line feeds inside quotes, and `,` `;`
//! or tab between cells.

use super::lines::{LONGEST, Lines};
use super::records::MOST_COLUMNS;
use super::row::{Broken, Row, Value, Written};
use crate::diagnostic::codes;
use crate::text;

/// Reads rows of cells.
#[derive(Debug, Clone, Default)]
pub(super) struct Csv {
    /// `None` until the header is read.
    delimiter: Option<char>,
    columns: usize,
}

impl Csv {
    /// Reads one row; false if there is none left.
    pub(super) fn read(&mut self, lines: &mut Lines, row: &mut Row) -> Result<bool, Broken> {
        loop {
            lines.begin(row);
            if !lines.line(row)? {
                return Ok(false);
            }
            let is_type = row.line == 1 && row.text.starts_with("#TYPE");
            if end(&row.text) > 0 && !is_type {
                break;
            }
        }
        if self.columns == 0 {
            too_wide(row)?;
        }
        let delimiter = *self.delimiter.get_or_insert_with(|| separator_of(&row.text));
        let mut at = 0;
        while let Some(next) = cell(lines, row, at, delimiter)? {
            at = next;
        }
        self.fits(row)
    }

    /// Refuses a row that has not as many cells as the header.
    fn fits(&mut self, row: &Row) -> Result<bool, Broken> {
        let cells = row.values.len();
        if self.columns == 0 {
            self.columns = cells;
        }
        if cells == self.columns {
            return Ok(true);
        }
        let has = text::count(cells, "cell");
        let message =
            format!("this row has {has}, and the header has {}", text::grouped(self.columns));
        // The first one too many, or the last one.
        let shown = if cells > self.columns { self.columns } else { cells.saturating_sub(1) };
        let span = row.span(shown);
        let help = "put a cell in quotes if it holds the separator";
        Err(Broken::new(codes::INVENTORY_CSV, message, span.start, help).wide(span.len()))
    }
}

/// Refuses a header with more columns than any export has.
fn too_wide(row: &Row) -> Result<(), Broken> {
    let cells = row.text.matches(separator_of(&row.text)).count() + 1;
    if cells <= MOST_COLUMNS {
        return Ok(());
    }
    let message = format!("the header has {}", text::count(cells, "column"));
    let most = text::grouped(MOST_COLUMNS);
    let help = format!("an export has at most {most}; is it the right file?");
    Err(Broken::last(codes::INVENTORY_TOO_LARGE, message, 0, &help))
}

/// Reads the cell at `at`, with further lines if it goes on there; returns where the next begins.
fn cell(
    lines: &mut Lines,
    row: &mut Row,
    at: usize,
    delimiter: char,
) -> Result<Option<usize>, Broken> {
    let column = row.values.len();
    if row.text.as_bytes().get(at) != Some(&b'"') {
        let line = row.text.get(at..end(&row.text)).unwrap_or_default();
        let length = line.find(delimiter).unwrap_or(line.len());
        let goes_on = length < line.len();
        if let Some(quote) = line.get(..length).and_then(|cell| cell.find('"')) {
            return Err(stray(at + quote));
        }
        row.values.push(Value { column, span: at..at + length, written: Written::Plain });
        return Ok(goes_on.then_some(at + length + 1));
    }
    let mut written = Written::Plain;
    let mut seek = at + 1;
    loop {
        let Some(found) = row.text.get(seek..).and_then(|rest| rest.find('"')) else {
            seek = row.text.len();
            go_on(lines, row, at)?;
            continue;
        };
        let quote = seek + found;
        let after = row.text.as_bytes().get(quote + 1).copied();
        if after == Some(b'"') {
            written = Written::Doubled;
            seek = quote + 2;
            continue;
        }
        row.values.push(Value { column, span: at + 1..quote, written });
        if quote + 1 >= end(&row.text) {
            return Ok(None);
        }
        // All separators are ASCII.
        let goes_on = after.map(char::from) == Some(delimiter);
        return if goes_on { Ok(Some(quote + 2)) } else { Err(stray(quote)) };
    }
}

/// Reads a further line of the row whose cell at `open` has not ended.
fn go_on(lines: &mut Lines, row: &mut Row, open: usize) -> Result<(), Broken> {
    let more = if row.text.len() > LONGEST { Ok(false) } else { lines.line(row) };
    match more {
        Ok(true) => Ok(()),
        Err(broken) if broken.code != codes::INVENTORY_TOO_LARGE => Err(broken),
        _ => {
            let message = "a quote is opened and never closed";
            let help = "close it, or double it if it belongs to the text";
            // Only the line where it opens: the rest of the file is no row.
            let end = row.text.get(open..).and_then(|rest| rest.find('\n'));
            row.text.truncate(end.map_or(row.text.len(), |end| open + end));
            let at = open.min(row.text.len());
            Err(Broken::last(codes::INVENTORY_CSV, message, at, help))
        }
    }
}

/// Where the text ends, without the end of its line.
fn end(text: &str) -> usize {
    let line = text.strip_suffix('\n').unwrap_or(text);
    if line.len() == text.len() {
        line.len()
    } else {
        line.strip_suffix('\r').unwrap_or(line).len()
    }
}

fn stray(at: usize) -> Broken {
    let message = "a quote stands in the middle of a cell";
    let help = "put the cell in quotes and double each quote inside it";
    Broken::new(codes::INVENTORY_CSV, message, at, help)
}

/// What separates the cells of a header: whichever of comma, semicolon and tab there is most of.
fn separator_of(header: &str) -> char {
    let number = |separator: char| header.matches(separator).count();
    // The comma last: of equals, the last one is taken.
    ['\t', ';', ','].into_iter().max_by_key(|separator| number(*separator)).unwrap_or(',')
}
