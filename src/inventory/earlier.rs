//! Rows that a finding points back to: "the first one stands there".
//!
//! Rows are not kept in memory, so those that findings need are read again at the end, in the order in
//! which they stand in their files.

use super::Files;
use super::faults::Faults;
use super::header::Field;
use super::records::Records;
use super::shelf::Shelf;
use crate::diagnostic::Finding;
use crate::topology::{RowAt, UserId, Users};

/// Which rows are to be shown below which findings.
#[derive(Debug, Default)]
pub(super) struct Earlier(Vec<Wanted>);

#[derive(Debug)]
struct Wanted {
    finding: usize,
    file: usize,
    row: RowAt,
    line: usize,
    field: Field,
    show: Show,
}

/// What a row is to a finding.
#[derive(Debug)]
enum Show {
    /// It stands below, with these words.
    Below(&'static str),
    /// It is the finding's own place.
    Place,
    /// One of the cell's values is the finding's own place.
    Value(String),
}

/// A row, by its file, its place and its line; 0 if that is not known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) file: usize,
    pub(super) row: RowAt,
    pub(super) line: usize,
}

impl Spot {
    /// The row of a user's own file.
    pub(super) fn of(users: &Users, user: UserId) -> Self {
        let file = users.file_of(user);
        Self { file, row: users.row_in(user, file), line: users.origin(user).line }
    }
}

impl Earlier {
    /// Asks for a user's own row to be shown below a finding, if that was kept.
    pub(super) fn below(
        &mut self,
        finding: Option<usize>,
        spot: Spot,
        field: Field,
        words: &'static str,
    ) {
        self.want(finding, spot, field, Show::Below(words));
    }

    /// Asks for a cell to be the place of a finding, if that was kept.
    pub(super) fn place(&mut self, finding: Option<usize>, spot: Spot, field: Field) {
        self.want(finding, spot, field, Show::Place);
    }

    /// Asks for one of a cell's values to be the place of a finding, if that was kept.
    pub(super) fn value(
        &mut self,
        finding: Option<usize>,
        spot: Spot,
        field: Field,
        value: String,
    ) {
        self.want(finding, spot, field, Show::Value(value));
    }

    fn want(&mut self, finding: Option<usize>, spot: Spot, field: Field, show: Show) {
        let Spot { file, row, line } = spot;
        if let Some(finding) = finding {
            self.0.push(Wanted { finding, file, row, line, field, show });
        }
    }

    /// Reads the rows and adds them.
    pub(super) fn show(mut self, shelf: &Shelf, files: &dyn Files, faults: &mut Faults) {
        self.0.sort_by_key(|wanted| (wanted.file, wanted.row.offset()));
        for wanted in self.0.chunk_by(|one, other| one.file == other.file) {
            let Some(file) = wanted.first().map(|wanted| wanted.file) else { continue };
            // A line is known only by counting those before it.
            let counted = wanted.iter().any(|wanted| wanted.line == 0);
            let opened = if counted { shelf.reopen(file, files) } else { shelf.open(file, files) };
            if let Some(records) = opened {
                amend(wanted, records, counted, shelf, faults);
            }
        }
    }
}

/// Reads the rows of one file and adds them.
fn amend(all: &[Wanted], mut records: Records, counted: bool, shelf: &Shelf, faults: &mut Faults) {
    // What is broken was reported the first time.
    let mut quiet = Faults::default();
    let mut at = None;
    if counted {
        // The header.
        records.advance(&mut quiet);
    }
    for wanted in all {
        let Some(offset) = wanted.row.offset() else { continue };
        let found = if counted {
            while (records.offset() < offset || records.is_header()) && records.advance(&mut quiet)
            {
            }
            records.offset() == offset
        } else if at == Some(offset) {
            true
        } else {
            matches!(records.go_to(offset, wanted.line), Ok(true))
        };
        at = found.then_some(offset);
        if found {
            let column = shelf.column(wanted.file, wanted.field).unwrap_or(0);
            faults.amend(wanted.finding, |finding| match &wanted.show {
                Show::Place => records.at(column, finding, ""),
                Show::Value(value) => records.at_value(column, value, finding),
                Show::Below(words) => {
                    let row = Finding::advice(finding.code, *words);
                    finding.with_related(records.at(column, row, ""))
                }
            });
        }
    }
}
