//! Rows that a finding points back to: "the first one stands there".
//!
//! Rows are not kept in memory, so those that findings need are read again, once, at the end.

use super::Files;
use super::faults::Faults;
use super::records::Records;
use crate::diagnostic::Finding;

/// Which rows are to be shown below which findings.
#[derive(Debug, Default)]
pub(super) struct Earlier(Vec<Wanted>);

#[derive(Debug)]
struct Wanted {
    finding: usize,
    line: usize,
    column: usize,
    /// Said about the row; `None` if the row is the finding's own place.
    message: Option<String>,
}

impl Earlier {
    /// Asks for the row at `line` to be shown below a finding, if that was kept.
    pub(super) fn want(
        &mut self,
        finding: Option<usize>,
        line: usize,
        column: usize,
        message: &str,
    ) {
        if let Some(finding) = finding {
            self.0.push(Wanted { finding, line, column, message: Some(message.to_owned()) });
        }
    }

    /// Asks for the row at `line` to be the place of a finding, if that was kept.
    pub(super) fn place(&mut self, finding: Option<usize>, line: usize, column: usize) {
        if let Some(finding) = finding {
            self.0.push(Wanted { finding, line, column, message: None });
        }
    }

    /// Reads the rows of `name` and adds them.
    pub(super) fn show(self, name: &str, files: &dyn Files, faults: &mut Faults) {
        let Some(last) = self.0.iter().map(|wanted| wanted.line).max() else { return };
        // What is broken was reported the first time.
        let mut again = Faults::default();
        let Some(mut records) = Records::open(name, files, &mut again) else { return };
        while records.advance(&mut again) && records.line() <= last {
            for wanted in self.0.iter().filter(|wanted| wanted.line == records.line()) {
                faults.amend(wanted.finding, |finding| match &wanted.message {
                    None => records.at(wanted.column, finding, ""),
                    Some(message) => {
                        let row = Finding::advice(finding.code, message.as_str());
                        finding.with_related(records.at(wanted.column, row, ""))
                    }
                });
            }
        }
    }
}
