//! A file as text: line by line, or as much as is there, with line, column and byte of every place.
//!
//! Reads UTF-8, UTF-16 and Windows-1252, the last as a guess that is told. It knows no rows.
//!
//! Invariant: at most one line, of at most one MiB, and one buffer are in memory; no text holds a zero byte.

use super::Seekable;
use super::encoding::{self, ENOUGH, Encoding};
use super::row::{Broken, Row};
use crate::diagnostic::{Finding, Source, codes};
use std::io::{Read as _, Seek as _, SeekFrom};
use std::sync::Arc;

/// The longest line that is read, in bytes.
pub(super) const LONGEST: usize = 1 << 20;

/// How to export CSV so that it can be read.
const AS_UTF8: &str = "export it again with `Export-Csv FILE -NoTypeInformation -Encoding UTF8`";

/// Reads a file's text.
pub(super) struct Lines {
    name: Arc<str>,
    reader: Box<dyn Seekable>,
    /// Bytes that are read at once.
    chunk: usize,
    /// Bytes that are not text yet.
    raw: Vec<u8>,
    /// Nothing follows `raw`.
    ended: bool,
    encoding: Option<Encoding>,
    /// The encoding is told by a mark or by characters that only it has.
    sure: bool,
    text: String,
    /// Where in `text` reading goes on, and which place of the file that is.
    at: usize,
    line: usize,
    column: usize,
    offset: u64,
    /// Why no text follows.
    fault: Option<String>,
    /// What went wrong where nobody could hear it yet.
    failed: Option<Broken>,
    notices: Vec<Finding>,
    /// It was told that parts of the file have different encodings.
    mixed: bool,
}

impl Lines {
    /// Reads from the beginning of `reader`; `name` is the file's path inside the folder.
    pub(super) fn new(name: &str, reader: Box<dyn Seekable>) -> Self {
        Self {
            name: name.into(),
            reader,
            chunk: 1 << 16,
            raw: Vec::new(),
            ended: false,
            encoding: None,
            sure: false,
            text: String::new(),
            at: 0,
            line: 1,
            column: 1,
            offset: 0,
            fault: None,
            failed: None,
            notices: Vec::new(),
            mixed: false,
        }
    }

    /// Reads a file whose encoding is known, here and there.
    pub(super) fn known(name: &str, reader: Box<dyn Seekable>, encoding: Encoding) -> Self {
        let encoding = Some(encoding);
        Self { encoding, chunk: 1 << 13, sure: true, ..Self::new(name, reader) }
    }

    /// The file's path inside the folder.
    pub(super) fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The encoding, as far as it is known yet.
    pub(super) fn encoding(&self) -> Encoding {
        self.encoding.unwrap_or(Encoding::Utf8)
    }

    /// True if the file was found to be text.
    pub(super) fn is_text(&self) -> bool {
        self.encoding.is_some()
    }

    /// Goes to a place that was read before.
    pub(super) fn go_to(&mut self, offset: u64, line: usize) -> std::io::Result<()> {
        let ahead = offset.checked_sub(self.offset).and_then(|ahead| usize::try_from(ahead).ok());
        let near = ahead.filter(|ahead| {
            self.encoding == Some(Encoding::Utf8) && self.text.is_char_boundary(self.at + ahead)
        });
        if let Some(ahead) = near {
            self.at += ahead;
        } else {
            self.reader.seek(SeekFrom::Start(offset))?;
            self.raw.clear();
            self.text.clear();
            self.at = 0;
            self.ended = false;
            self.fault = None;
        }
        (self.offset, self.line, self.column) = (offset, line, 1);
        Ok(())
    }

    /// Begins a row here.
    pub(super) fn begin(&self, row: &mut Row) {
        row.clear();
        row.line = self.line;
        row.column = self.column;
        row.offset = self.offset;
    }

    /// Adds the next line, with its end, to the row; false at the end of the file.
    pub(super) fn line(&mut self, row: &mut Row) -> Result<bool, Broken> {
        let mut seek = 0;
        let length = loop {
            let rest = self.rest();
            if let Some(found) = rest.get(seek..).and_then(|rest| rest.find('\n')) {
                break seek + found + 1;
            }
            seek = rest.len();
            if seek > LONGEST {
                break seek;
            }
            match self.more() {
                Ok(true) => {}
                Ok(false) => break seek,
                Err(mut broken) => {
                    if broken.code != codes::INVENTORY_ENCODING || !self.is_text() {
                        row.text.clear();
                        return Err(broken);
                    }
                    // The row goes on to the place where the text ends.
                    let line = self.rest();
                    if row.text.is_empty() {
                        (row.line, row.column) = (self.line, self.column);
                    }
                    row.text.push_str(line);
                    broken.at = row.text.len();
                    row.text.push('\u{fffd}');
                    return Err(broken);
                }
            }
        };
        if length > LONGEST {
            let help = "an export has one user per line; is it the right file?";
            let message = format!("line {} of `{}` is longer than 1 MiB", self.line, self.name);
            row.text.clear();
            return Err(Broken::last(codes::INVENTORY_TOO_LARGE, message, 0, help));
        }
        row.text.push_str(self.rest().get(..length).unwrap_or_default());
        self.pass(length);
        Ok(length > 0)
    }

    /// The text that is there; [`Lines::more`] adds to it.
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on behind that many bytes of [`Lines::rest`].
    pub(super) fn pass(&mut self, length: usize) {
        let passed = self.text.get(self.at..self.at + length).unwrap_or_default();
        self.offset += self.encoding().length(passed);
        match passed.strip_suffix('\n') {
            // A single line is by far the most frequent.
            Some(line) if !line.contains('\n') => (self.line, self.column) = (self.line + 1, 1),
            _ => {
                let last = passed.rsplit('\n').next().unwrap_or_default();
                let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
                self.line += lines;
                let before = if lines == 0 { self.column } else { 1 };
                self.column = before + last.chars().count();
            }
        }
        self.at += length;
    }

    /// What was noticed about the file as a whole since this was asked last.
    pub(super) fn notices(&mut self) -> std::vec::Drain<'_, Finding> {
        self.notices.drain(..)
    }

    /// The first letters of the file.
    pub(super) fn beginning(&mut self) -> &str {
        self.failed = self.more().err();
        self.rest()
    }

    /// Adds to the text that is there; false if nothing follows.
    pub(super) fn more(&mut self) -> Result<bool, Broken> {
        self.text.drain(..self.at);
        self.at = 0;
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        loop {
            if let Some(what) = self.fault.take() {
                return Err(self.no_text(&what));
            }
            if self.ended && self.raw.is_empty() {
                return Ok(false);
            }
            if !self.ended {
                self.read()?;
            }
            if self.encoding.is_none() {
                if self.raw.len() < ENOUGH && !self.ended {
                    continue;
                }
                self.look()?;
            }
            let before = self.text.len();
            self.decode();
            if self.text.len() > before {
                return Ok(true);
            }
        }
    }

    fn read(&mut self) -> Result<(), Broken> {
        let most = self.chunk as u64;
        match self.reader.by_ref().take(most).read_to_end(&mut self.raw) {
            Ok(0) => {
                self.ended = true;
                Ok(())
            }
            Ok(_) => Ok(()),
            Err(error) => {
                self.ended = true;
                self.raw.clear();
                let read = self.line - 1;
                let message = format!("cannot read `{}` after line {read}: {error}", self.name);
                let help = "look whether it is a file, and whether the disk is well";
                Err(Broken::last(codes::FILE_UNREADABLE, message, 0, help))
            }
        }
    }

    /// Tells the encoding from the first bytes.
    fn look(&mut self) -> Result<(), Broken> {
        match encoding::start(&self.raw) {
            Ok(start) => {
                self.encoding = Some(start.encoding);
                self.sure = start.mark > 0 || start.encoding != Encoding::Utf8;
                self.raw.drain(..start.mark);
                self.offset = start.mark as u64;
                Ok(())
            }
            Err(what) => {
                self.ended = true;
                self.raw.clear();
                let message = format!("`{}` {what}", self.name);
                let help = "name the export itself: CSV, LDIF or JSON, in UTF-8, or in UTF-16 with its mark";
                Err(Broken::last(codes::INVENTORY_ENCODING, message, 0, help))
            }
        }
    }

    /// Makes text of the bytes, as far as they are text.
    fn decode(&mut self) {
        let mut encoding = self.encoding();
        let before = self.text.len();
        let (mut taken, mut fault) = encoding.decode(&self.raw, self.ended, &mut self.text);
        let plain = self.text.get(before..).is_some_and(str::is_ascii);
        self.sure |= !plain;
        if fault.is_some() && encoding == Encoding::Utf8 && !self.sure {
            encoding = Encoding::Windows1252;
            self.encoding = Some(encoding);
            let odd = self.text.len();
            let rest = self.raw.get(taken..).unwrap_or_default();
            let (more, still) = encoding.decode(rest, self.ended, &mut self.text);
            if more > 0 {
                self.notices.push(self.guessed(odd));
                self.mixed(odd, taken, taken + more);
            }
            (taken, fault) = (taken + more, still);
        } else if encoding == Encoding::Windows1252 && !plain {
            self.mixed(before, 0, taken);
        }
        self.raw.drain(..taken);
        if let Some(zero) = self.text.get(before..).and_then(|text| text.find('\0')) {
            self.text.truncate(before + zero);
            fault = Some("holds a zero byte, which no text holds");
        }
        if let Some(what) = fault {
            self.ended = true;
            self.raw.clear();
            self.fault = Some(what.to_owned());
        }
    }

    /// Says that the file was taken for Windows-1252, and shows the first character that told.
    fn guessed(&self, odd: usize) -> Finding {
        let (source, at) = self.shown(odd);
        let (line, column) = source.line_column(at);
        let message = format!(
            "`{}` is not UTF-8 (line {line}, column {column}); it is read as Windows-1252",
            self.name
        );
        let wide = self.text.get(odd..).and_then(|text| text.chars().next());
        let end = at + wide.map_or(0, char::len_utf8);
        Finding::warning(codes::INVENTORY_ENCODING, message)
            .at(&source, at..end, "is this the right letter?")
            .help(format!("if it is not, {}", self.again()))
    }

    /// Notes a character of UTF-8 in a file that was taken for Windows-1252: `raw` from `from` to `to` is
    /// the text from `text` on.
    fn mixed(&mut self, text: usize, from: usize, to: usize) {
        let bytes = self.raw.get(from..to).filter(|_| !self.mixed).unwrap_or_default();
        let Some(found) = encoding::utf8_inside(bytes) else { return };
        // Each byte is one character.
        let places = self.text.get(text..).map(|text| text.char_indices());
        let Some((ahead, _)) = places.and_then(|mut places| places.nth(found)) else { return };
        let (source, at) = self.shown(text + ahead);
        self.mixed = true;
        let help = self.again();
        let message = format!("parts of `{}` are UTF-8 and others are not", self.name);
        self.notices.push(
            Finding::warning(codes::INVENTORY_ENCODING, message)
                .at(&source, at..at, "this was UTF-8, and is read as Windows-1252 like the rest")
                .help(help),
        );
    }

    /// The line around a place of `text`, and the place in it.
    fn shown(&self, place: usize) -> (Source, usize) {
        let before = self.text.get(self.at..place).unwrap_or_default();
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        let start = before.rfind('\n').map_or(self.at, |end| self.at + end + 1);
        let rest = self.text.get(place..).unwrap_or_default();
        let end = place + rest.find(['\r', '\n']).unwrap_or(rest.len());
        let column = if lines == 0 { self.column } else { 1 };
        let text = self.text.get(start..end).unwrap_or_default();
        let mut row = Row::default();
        (row.line, row.column) = (self.line + lines, column);
        row.text.push_str(text);
        let (source, span) = row.excerpt_at(&self.name, place - start..place - start);
        (source, span.start)
    }

    /// How to export so that it can be read.
    fn again(&self) -> &'static str {
        let ending = self.name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "json" | "ldf" | "ldif" => "export it again in UTF-8",
            _ => AS_UTF8,
        }
    }

    /// The text ends here although the file does not.
    fn no_text(&self, what: &str) -> Broken {
        let rest = self.rest();
        let line = self.line + rest.bytes().filter(|byte| *byte == b'\n').count();
        let last = rest.rsplit('\n').next().unwrap_or_default();
        let before = if line == self.line { self.column } else { 1 };
        let column = before + last.chars().count();
        let message = format!("`{}` {what} (line {line}, column {column})", self.name);
        Broken::last(codes::INVENTORY_ENCODING, message, 0, self.again())
    }
}
