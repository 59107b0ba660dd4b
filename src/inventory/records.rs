//! Rows of a CSV export, one at a time, each with the exact place of every cell.
//!
//! Strict where a lenient reader would silently shift or join cells: a stray quote, an open quote, a
//! cell too many are findings. Accepts a byte order mark, a `#TYPE` line, LF or CRLF, line feeds inside
//! quotes, and `,` `;` or tab between cells. It knows no column and no user.
//!
//! Invariant: never more than one row, of at most one MiB, is in memory.

use super::faults::Faults;
use crate::diagnostic::{Code, Finding, Source, codes};
use crate::text;
use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::sync::Arc;

/// The longest row that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// How to export so that it can be read.
const AS_UTF8: &str = "export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`";

/// One cell of the row.
#[derive(Debug)]
struct Cell {
    /// Its text without quotes around it.
    span: Range<usize>,
    /// Holds doubled quotes.
    doubled: bool,
}

/// Reads rows.
pub(super) struct Records {
    name: Arc<str>,
    reader: Box<dyn BufRead>,
    /// Lines read so far.
    lines: usize,
    line: Vec<u8>,
    text: String,
    first_line: usize,
    cells: Vec<Cell>,
    /// `None` until the header is read.
    delimiter: Option<char>,
    columns: usize,
    ended: bool,
}

/// What is wrong with a row: its code, what it says, the place in it, help.
struct Broken(Code, String, usize, String);

impl Records {
    /// Reads from `reader`; `name` is the file's path inside the folder.
    pub(super) fn new(name: &str, reader: Box<dyn Read + Send>) -> Self {
        Self {
            name: name.into(),
            reader: Box::new(BufReader::with_capacity(1 << 16, reader)),
            lines: 0,
            line: Vec::new(),
            text: String::new(),
            first_line: 0,
            cells: Vec::new(),
            delimiter: None,
            columns: 0,
            ended: false,
        }
    }

    /// Goes to the next whole row, the header first; false at the end. Broken rows become findings.
    pub(super) fn advance(&mut self, faults: &mut Faults) -> bool {
        while !self.ended {
            match self.read_row() {
                Ok(false) => self.ended = true,
                Ok(true) if self.fits(faults) => return true,
                Ok(true) => {}
                Err(broken) => self.report(broken, faults),
            }
        }
        false
    }

    /// The row's values as written, unquoted.
    pub(super) fn cell(&self, column: usize) -> Cow<'_, str> {
        let Some(cell) = self.cells.get(column) else { return Cow::Borrowed("") };
        let text = self.text.get(cell.span.clone()).unwrap_or_default();
        if cell.doubled { Cow::Owned(text.replace("\"\"", "\"")) } else { Cow::Borrowed(text) }
    }

    /// Number of cells of the row.
    pub(super) fn width(&self) -> usize {
        self.cells.len()
    }

    /// Line of the row, from 1.
    pub(super) fn line(&self) -> usize {
        self.first_line
    }

    /// The row as the source of a finding.
    pub(super) fn source(&self) -> Source {
        Source::excerpt(
            self.name.clone(),
            self.text.trim_end_matches(['\r', '\n']),
            self.first_line,
        )
    }

    /// Where a cell stands in [`Records::source`].
    pub(super) fn span(&self, column: usize) -> Range<usize> {
        self.cells.get(column).map_or(0..0, |cell| cell.span.clone())
    }

    /// A finding at a cell.
    pub(super) fn at(&self, column: usize, finding: Finding, label: &str) -> Finding {
        finding.at(&self.source(), self.span(column), label)
    }

    /// Reads one row into `text` and `cells`; false if there is none left.
    fn read_row(&mut self) -> Result<bool, Broken> {
        self.text.clear();
        self.cells.clear();
        while self.end() == 0 {
            self.text.clear();
            if !self.read_line()? {
                return Ok(false);
            }
            if self.lines == 1 && self.text.starts_with("#TYPE") {
                self.text.clear();
            }
        }
        self.first_line = self.lines;
        let delimiter = *self.delimiter.get_or_insert_with(|| separator_of(&self.text));
        let mut at = 0;
        while let Some(next) = self.read_cell(at, delimiter)? {
            at = next;
        }
        Ok(true)
    }

    /// Reads the cell at `at`, with further lines if it goes on there; returns where the next begins.
    fn read_cell(&mut self, at: usize, delimiter: char) -> Result<Option<usize>, Broken> {
        if self.text.as_bytes().get(at) != Some(&b'"') {
            let line = self.text.get(at..self.end()).unwrap_or_default();
            let length = line.find(delimiter).unwrap_or(line.len());
            let end = at + length;
            if let Some(quote) = line.get(..length).and_then(|cell| cell.find('"')) {
                return Err(stray(at + quote));
            }
            self.cells.push(Cell { span: at..end, doubled: false });
            return Ok((length < line.len()).then_some(end + 1));
        }
        let mut doubled = false;
        let mut seek = at + 1;
        loop {
            let Some(found) = self.text.get(seek..).and_then(|rest| rest.find('"')) else {
                seek = self.text.len();
                self.read_on(at)?;
                continue;
            };
            let quote = seek + found;
            let after = self.text.as_bytes().get(quote + 1).copied();
            if after == Some(b'"') {
                doubled = true;
                seek = quote + 2;
                continue;
            }
            self.cells.push(Cell { span: at + 1..quote, doubled });
            if quote + 1 >= self.end() {
                return Ok(None);
            }
            // All separators are ASCII.
            let goes_on = after.map(char::from) == Some(delimiter);
            return if goes_on { Ok(Some(quote + 2)) } else { Err(stray(quote)) };
        }
    }

    /// Where the text ends, without the end of its line.
    fn end(&self) -> usize {
        let bytes = self.text.as_bytes();
        bytes
            .strip_suffix(b"\n")
            .map_or(bytes.len(), |line| line.strip_suffix(b"\r").unwrap_or(line).len())
    }

    /// Reads a further line of the row whose cell at `open` has not ended.
    fn read_on(&mut self, open: usize) -> Result<(), Broken> {
        let more = if self.text.len() > LONGEST { Ok(false) } else { self.read_line() };
        match more {
            Ok(true) => Ok(()),
            Err(broken) if broken.0 != codes::INVENTORY_CSV => Err(broken),
            _ => {
                self.ended = true;
                // Only the line where it opens: the rest of the file is no row.
                let end = self.text.get(open..).and_then(|rest| rest.find('\n'));
                self.text.truncate(end.map_or(self.text.len(), |end| open + end));
                Err(Broken(
                    codes::INVENTORY_CSV,
                    "a quote is opened and never closed".to_owned(),
                    open,
                    "close it, or double it if it belongs to the text".to_owned(),
                ))
            }
        }
    }

    /// Adds a line to `text`; false at the end of the file.
    fn read_line(&mut self) -> Result<bool, Broken> {
        self.line.clear();
        let most = LONGEST as u64 + 2;
        let read = self.reader.by_ref().take(most).read_until(b'\n', &mut self.line);
        if let Err(error) = read {
            self.ended = true;
            self.text.clear();
            let message = format!("cannot read `{}` after line {}: {error}", self.name, self.lines);
            let help = "look whether it is a file, and whether the disk is well".to_owned();
            return Err(Broken(codes::FILE_UNREADABLE, message, 0, help));
        }
        if self.line.is_empty() {
            return Ok(false);
        }
        self.lines += 1;
        if self.lines == 1 && self.line.starts_with(b"\xEF\xBB\xBF") {
            self.line.drain(..3);
        }
        if self.line.len() > LONGEST {
            self.ended = true;
            self.text.clear();
            let help = "an export has one user per line; is it the right file?".to_owned();
            let message = format!("line {} of `{}` is longer than 1 MiB", self.lines, self.name);
            return Err(Broken(codes::INVENTORY_CSV, message, 0, help));
        }
        self.decode()
    }

    fn decode(&mut self) -> Result<bool, Broken> {
        let zero =
            self.line.contains(&0).then(|| self.line.iter().position(|byte| *byte == 0)).flatten();
        let wide = self.lines == 1
            && (self.line.starts_with(b"\xFF\xFE") || self.line.starts_with(b"\xFE\xFF"));
        let (at, what) = match (std::str::from_utf8(&self.line), zero) {
            _ if wide => (0, "is UTF-16, not UTF-8"),
            (_, Some(at)) => (at, "holds a zero byte, as UTF-16 does"),
            (Err(error), _) => (error.valid_up_to(), "is not UTF-8"),
            (Ok(line), None) => {
                self.text.push_str(line);
                return Ok(true);
            }
        };
        self.ended = true;
        let good = self.line.get(..at).unwrap_or_default();
        self.text = String::from_utf8_lossy(good).into_owned();
        let place = self.text.len();
        let column = self.text.chars().count() + 1;
        self.text.push('\u{fffd}');
        let bad = self.line.get(at + 1..).unwrap_or_default();
        self.text.push_str(&String::from_utf8_lossy(bad).replace('\0', "\u{fffd}"));
        self.first_line = self.lines;
        let message = format!("`{}` {what} (line {}, column {column})", self.name, self.lines);
        Err(Broken(codes::INVENTORY_ENCODING, message, place, AS_UTF8.to_owned()))
    }

    /// True if the row has as many cells as the header.
    fn fits(&mut self, faults: &mut Faults) -> bool {
        if self.columns == 0 {
            self.columns = self.cells.len();
        }
        if self.cells.len() == self.columns {
            return true;
        }
        faults.add(codes::INVENTORY_CSV, || {
            let has = text::count(self.cells.len(), "cell");
            let message =
                format!("this row has {has}, and the header has {}", text::grouped(self.columns));
            let (at, label) = if self.cells.len() > self.columns {
                (self.columns, "the first one too many")
            } else {
                (self.cells.len().saturating_sub(1), "the last one")
            };
            let help = "put a cell in quotes if it holds the separator";
            self.at(at, Finding::error(codes::INVENTORY_CSV, message), label).help(help)
        });
        false
    }

    fn report(&mut self, broken: Broken, faults: &mut Faults) {
        let Broken(code, message, at, help) = broken;
        faults.add(code, || {
            let finding = Finding::error(code, message).help(help);
            if self.text.is_empty() {
                return finding;
            }
            // The mark is one character wide.
            let width =
                self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            finding.at(&self.source(), at..at + width, "here")
        });
    }
}

fn stray(at: usize) -> Broken {
    Broken(
        codes::INVENTORY_CSV,
        "a quote stands in the middle of a cell".to_owned(),
        at,
        "put the cell in quotes and double each quote inside it".to_owned(),
    )
}

/// What separates the cells of a header: whichever of comma, semicolon and tab there is most of.
fn separator_of(header: &str) -> char {
    let number = |separator: char| header.matches(separator).count();
    // The comma last: of equals, the last one is taken.
    ['\t', ';', ','].into_iter().max_by_key(|separator| number(*separator)).unwrap_or(',')
}
