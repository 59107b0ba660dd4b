//! The faults of one reading, at most twenty of a kind in full.
//!
//! A wrong export has the same fault in every row; what helps is the first few and how many there are.

use crate::diagnostic::{Code, Finding, Findings, Severity};
use crate::text;

/// How many findings of one code are kept in full.
const KEPT: usize = 20;

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Findings,
    /// Per code: how often, and how much it weighs.
    seen: Vec<(Code, Severity, usize)>,
}

impl Faults {
    /// Adds what `make` makes, unless there are enough of that code. Returns its place if it was kept.
    pub(super) fn add(&mut self, code: Code, make: impl FnOnce() -> Finding) -> Option<usize> {
        let known = self.seen.iter().position(|(other, _, _)| *other == code);
        if let Some((_, _, times)) = known.and_then(|known| self.seen.get_mut(known)) {
            *times += 1;
            if *times > KEPT {
                return None;
            }
        }
        let finding = make();
        if known.is_none() {
            self.seen.push((code, finding.severity, 1));
        }
        self.found.push(finding);
        Some(self.found.0.len() - 1)
    }

    /// Changes a finding that was kept.
    pub(super) fn amend(&mut self, place: usize, change: impl FnOnce(Finding) -> Finding) {
        if let Some(finding) = self.found.0.get_mut(place) {
            *finding = change(finding.clone());
        }
    }

    /// Adds findings made elsewhere.
    pub(super) fn extend(&mut self, findings: Findings) {
        self.found.extend(findings.0);
    }

    /// True if anything found is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.found.has_errors()
    }

    /// How many of what was found are errors.
    pub(super) fn errors(&self) -> usize {
        self.found.errors()
    }

    /// All findings, with one for the rest of each kind.
    pub(super) fn into_findings(mut self) -> Findings {
        for (code, severity, times) in self.seen {
            let rest = times.saturating_sub(KEPT);
            if rest > 0 {
                let message =
                    format!("{} of this kind not shown", text::count(rest, "further finding"));
                let mut finding = Finding::error(code, message);
                finding.severity = severity;
                self.found.push(finding);
            }
        }
        self.found
    }
}
