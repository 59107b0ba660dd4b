//! Rows of an export, one at a time, whichever format it has: CSV, LDIF or JSON.
//!
//! What reads columns asks for cells by column and never sees the format. The first row is the header; of
//! LDIF and JSON it is made of all names that any entry has, so these are read twice. It knows no column
//! and no user.
//!
//! Invariant: never more than one row is in memory; a broken row is a finding, not a row.

use super::columns::Columns;
use super::csv::Csv;
use super::encoding::Encoding;
use super::faults::Faults;
use super::json::Json;
use super::ldif::Ldif;
use super::lines::Lines;
use super::row::{Broken, Row};
use super::{Files, Seekable};
use crate::diagnostic::{Finding, Source, codes};
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The most columns that an export may have.
pub(super) const MOST_COLUMNS: usize = 2_000;

/// The format of an export.
#[derive(Debug, Clone)]
pub(super) enum Form {
    Csv(Csv),
    Ldif(Ldif),
    Json(Json),
}

/// What has to be known of a file to read one of its rows again.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) name: Arc<str>,
    form: Form,
    encoding: Encoding,
    columns: Arc<Columns>,
}

/// Reads rows.
pub(super) struct Records {
    lines: Lines,
    form: Form,
    /// Names of the columns, of LDIF and JSON; of CSV the header's own row has them.
    columns: Arc<Columns>,
    row: Row,
    /// The row is the header.
    at_header: bool,
    begun: bool,
    ended: bool,
}

impl Records {
    /// Opens an export; `None` if it cannot be read, which is a finding.
    ///
    /// The format follows from the name's ending, or from the content where that is unmistakable.
    pub(super) fn open(name: &str, files: &dyn Files, faults: &mut Faults) -> Option<Self> {
        let open = || files.open(name).map_err(|error| super::unreadable(name, &error));
        let records = match open() {
            Ok(reader) => Self::new(name, reader),
            Err(finding) => {
                faults.add(codes::FILE_UNREADABLE, || finding);
                return None;
            }
        };
        if matches!(records.form, Form::Csv(_)) {
            return Some(records);
        }
        let columns = records.survey();
        match open() {
            Ok(reader) => {
                let mut records = Self::new(name, reader);
                records.columns = Arc::new(columns);
                Some(records)
            }
            Err(finding) => {
                faults.add(codes::FILE_UNREADABLE, || finding);
                None
            }
        }
    }

    /// Reads from `reader`; `name` is the file's path inside the folder.
    pub(super) fn new(name: &str, reader: Box<dyn Seekable>) -> Self {
        let mut lines = Lines::new(name, reader);
        let form = form(name, lines.beginning());
        let columns = Arc::default();
        Self {
            lines,
            form,
            columns,
            row: Row::default(),
            at_header: false,
            begun: false,
            ended: false,
        }
    }

    /// Opens a file that was read before, to read some of its rows again.
    ///
    /// # Errors
    /// As the file system says.
    pub(super) fn again(layout: &Layout, files: &dyn Files) -> std::io::Result<Self> {
        let reader = files.open(&layout.name)?;
        let lines = Lines::known(&layout.name, reader, layout.encoding);
        let (form, columns) = (layout.form.clone(), Arc::clone(&layout.columns));
        let row = Row::default();
        Ok(Self { lines, form, columns, row, at_header: false, begun: true, ended: false })
    }

    /// What has to be known to read rows again; whole only when all rows were read.
    pub(super) fn layout(&self) -> Layout {
        Layout {
            name: Arc::clone(self.lines.name()),
            form: self.form.clone(),
            encoding: self.lines.encoding(),
            columns: Arc::clone(&self.columns),
        }
    }

    /// Goes to the row at a byte of the file, which was read before; false if there is none any more.
    pub(super) fn go_to(&mut self, offset: u64, line: usize) -> std::io::Result<bool> {
        self.lines.go_to(offset, line)?;
        self.form.enter();
        Ok(self.read().unwrap_or(false))
    }

    /// Goes to the next whole row, the header first; false at the end. Broken rows become findings.
    pub(super) fn advance(&mut self, faults: &mut Faults) -> bool {
        self.at_header = !self.begun;
        while !self.ended {
            let read = self.read();
            for notice in self.lines.notices() {
                faults.add(notice.code, || notice);
            }
            for note in std::mem::take(&mut self.row.notes) {
                self.report(note, faults);
            }
            match read {
                Ok(false) => self.ended = true,
                Ok(true) => {
                    self.begun = true;
                    return true;
                }
                Err(broken) => {
                    self.ended |= broken.last;
                    self.report(broken, faults);
                }
            }
        }
        false
    }
}

impl Records {
    /// Reads the next row into `row`.
    fn read(&mut self) -> Result<bool, Broken> {
        let Self { lines, form, columns, row, begun, .. } = self;
        if !*begun && !matches!(form, Form::Csv(_)) {
            // Without any whole entry, the first broken one is told.
            row.clone_from(&columns.header);
            return Ok(
                columns.has_entry() || form.read(lines, row, &mut |name| columns.find(name))?
            );
        }
        let read = form.read(lines, row, &mut |name| columns.find(name));
        if !matches!(form, Form::Csv(_)) && matches!(read, Ok(true)) {
            row.sort(columns.len());
        }
        read
    }

    /// The columns of all entries.
    fn survey(mut self) -> Columns {
        let mut columns = Columns::default();
        loop {
            let Self { lines, form, row, .. } = &mut self;
            match form.read(lines, row, &mut |name| columns.add(name)) {
                Ok(true) => columns.begin(row),
                Ok(false) => break,
                Err(broken) if broken.last => break,
                Err(_) => {}
            }
        }
        columns.end();
        columns
    }

    /// A cell's text; the values of a cell that has several are joined with `;`.
    pub(super) fn cell(&self, column: usize) -> Cow<'_, str> {
        match self.row.of(column) {
            [] => Cow::Borrowed(""),
            [one] => self.row.said(one),
            several => {
                let texts: Vec<_> = several.iter().map(|value| self.row.said(value)).collect();
                Cow::Owned(texts.join(";"))
            }
        }
    }

    /// The values of a cell, without outer spaces: those of LDIF and of JSON arrays, or else the parts
    /// between `;`.
    pub(super) fn values(&self, column: usize) -> Vec<Cow<'_, str>> {
        let values = self.row.of(column);
        let whole = values.len() > 1 || matches!(self.form, Form::Ldif(_));
        let mut all = Vec::new();
        for value in values {
            let mut add = |text: &str| {
                let text = text.trim();
                if !text.is_empty() {
                    all.push(Cow::Owned(text.to_owned()));
                }
            };
            let text = self.row.said(value);
            if whole { add(&text) } else { text.split(';').for_each(add) }
        }
        all
    }

    /// Number of columns.
    pub(super) fn width(&self) -> usize {
        if matches!(self.form, Form::Csv(_)) { self.row.values.len() } else { self.columns.len() }
    }

    /// True if the rows are entries with names and values, not lines of cells.
    pub(super) fn has_entries(&self) -> bool {
        !matches!(self.form, Form::Csv(_))
    }

    /// True if the export is LDIF, with the names of attributes.
    pub(super) fn is_ldif(&self) -> bool {
        matches!(self.form, Form::Ldif(_))
    }

    /// True if the row is the header.
    pub(super) fn is_header(&self) -> bool {
        self.at_header
    }

    /// Line of the row, from 1.
    pub(super) fn line(&self) -> usize {
        self.row.line
    }

    /// Byte of the file where the row begins.
    pub(super) fn offset(&self) -> u64 {
        self.row.offset
    }

    /// The row as it stands in the file.
    pub(super) fn text(&self) -> &str {
        &self.row.text
    }

    /// The file's path inside the folder.
    pub(super) fn name(&self) -> &str {
        self.lines.name()
    }

    /// The lines around a cell as the source of a finding, and where the cell stands in it.
    pub(super) fn place(&self, column: usize) -> (Source, Range<usize>) {
        self.row.excerpt_at(self.lines.name(), self.row.span(column))
    }

    /// A finding at a cell.
    pub(super) fn at(&self, column: usize, finding: Finding, label: &str) -> Finding {
        let (source, span) = self.place(column);
        finding.at(&source, span, label)
    }

    /// A finding at two cells, the first of which is its place.
    pub(super) fn at_both(&self, cells: [(usize, &str); 2], finding: Finding) -> Finding {
        let spans = cells.map(|(column, _)| self.row.span(column));
        let (source, spans) = self.row.excerpt(self.lines.name(), &spans);
        let labels = spans.into_iter().zip(cells);
        labels.fold(finding, |finding, (span, (_, label))| finding.at(&source, span, label))
    }

    /// A finding at one of the values of a cell.
    pub(super) fn at_value(&self, column: usize, text: &str, finding: Finding) -> Finding {
        let cell = self.row.span(column);
        let values = self.row.of(column);
        let whole = values.iter().find(|value| self.row.said(value).trim() == text);
        let part = || {
            let at = self.row.text.get(cell.clone())?.find(text)?;
            Some(cell.start + at..cell.start + at + text.len())
        };
        let span = whole.map(|value| value.span.clone()).or_else(part).unwrap_or(cell);
        let (source, span) = self.row.excerpt_at(self.lines.name(), span);
        finding.at(&source, span, "")
    }

    fn report(&self, broken: Broken, faults: &mut Faults) {
        faults.add(broken.code, || broken.into_finding(self.lines.name(), &self.row));
    }
}

impl Form {
    /// Reads one row; `column` tells the number of a column by its name.
    fn read(
        &mut self,
        lines: &mut Lines,
        row: &mut Row,
        column: &mut dyn FnMut(&str) -> Option<usize>,
    ) -> Result<bool, Broken> {
        match self {
            Self::Csv(csv) => csv.read(lines, row),
            Self::Ldif(ldif) => ldif.read(lines, row, column),
            Self::Json(json) => json.read(lines, row, column),
        }
    }

    /// Prepares for a row in the middle of the file.
    fn enter(&mut self) {
        match self {
            Self::Csv(_) => {}
            Self::Ldif(ldif) => ldif.enter(),
            Self::Json(json) => json.enter(),
        }
    }
}

fn form(name: &str, beginning: &str) -> Form {
    let start = beginning.trim_start();
    let is_entry = |line: &str| {
        let line = line.to_ascii_lowercase();
        line.starts_with("dn:") || line.starts_with("version: ")
    };
    let first = start.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
    let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    if start.starts_with(['[', '{']) {
        Form::Json(Json::default())
    } else if first.is_some_and(is_entry) {
        Form::Ldif(Ldif::default())
    } else {
        match ending.as_str() {
            "json" => Form::Json(Json::default()),
            "ldf" | "ldif" => Form::Ldif(Ldif::default()),
            _ => Form::Csv(Csv::default()),
        }
    }
}
