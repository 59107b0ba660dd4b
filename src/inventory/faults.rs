//! The faults of one reading, all of them up to a bound.
//!
//! A wrong export has the same fault in every row. People are shown the first few (see
//! [`Findings::sampled`]), programs get every one; so all are kept, but never more than fits in memory.

use crate::diagnostic::{Code, Finding, Findings, Severity};
use crate::text;

/// The most findings that are kept, and the most text of files that they may hold in all.
const MOST: usize = 100_000;
const MOST_TEXT: usize = 256 << 20;

/// Collects findings.
#[derive(Debug, Default)]
pub(super) struct Faults {
    found: Findings,
    /// Bytes of source text in what was found.
    held: usize,
    /// Per code: how often, how many of them were dropped, and how much the first weighs.
    seen: Vec<Seen>,
    errors: usize,
}

#[derive(Debug)]
struct Seen {
    code: Code,
    severity: Severity,
    times: usize,
    dropped: usize,
}

impl Faults {
    /// Adds what `make` makes, unless there are too many already. Returns its place if it was kept.
    pub(super) fn add(&mut self, code: Code, make: impl FnOnce() -> Finding) -> Option<usize> {
        let known = self.seen.iter().position(|seen| seen.code == code);
        let full = self.found.0.len() >= MOST || self.held >= MOST_TEXT;
        if let Some(seen) = known.and_then(|known| self.seen.get_mut(known)) {
            seen.times += 1;
            // One of each kind is always told.
            if full {
                seen.dropped += 1;
                return None;
            }
        }
        let finding = make();
        if known.is_none() {
            let severity = finding.severity;
            self.seen.push(Seen { code, severity, times: 1, dropped: 0 });
        }
        self.held += finding.source.as_ref().map_or(0, |source| source.text().len());
        self.errors += usize::from(finding.severity == Severity::Error);
        self.found.push(finding);
        Some(self.found.0.len() - 1)
    }

    /// True while a finding of that code is one of those that people are shown, so that a costly help
    /// is worth its time.
    pub(super) fn is_shown(&self, code: Code) -> bool {
        let seen = self.seen.iter().find(|seen| seen.code == code);
        seen.is_none_or(|seen| seen.times < Findings::SHOWN)
    }

    /// Changes a finding that was kept.
    pub(super) fn amend(&mut self, place: usize, change: impl FnOnce(Finding) -> Finding) {
        if let Some(finding) = self.found.0.get_mut(place) {
            *finding = change(finding.clone());
        }
    }

    /// Adds findings made elsewhere.
    pub(super) fn extend(&mut self, findings: Findings) {
        self.errors += findings.errors();
        self.found.extend(findings.0);
    }

    /// True if anything found is an error.
    pub(super) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many of what was found are errors.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// All findings, with one for those of each kind that were not kept.
    pub(super) fn into_findings(mut self) -> Findings {
        for seen in self.seen.iter().filter(|seen| seen.dropped > 0) {
            let more = text::count(seen.dropped, "further finding");
            let mut finding =
                Finding::error(seen.code, format!("{more} of this kind were not kept"));
            finding.severity = seen.severity;
            self.found.push(finding.help("mend those that are shown, then check again"));
        }
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::codes;

    #[test]
    fn findings_beyond_the_bound_are_counted() {
        let mut faults = Faults::default();
        for _ in 0..MOST + 5 {
            faults.add(codes::INVENTORY_VALUE, || Finding::error(codes::INVENTORY_VALUE, "wrong"));
        }
        faults.add(codes::INVENTORY_HOME, || Finding::warning(codes::INVENTORY_HOME, "odd"));
        let found = faults.into_findings().0;
        assert_eq!(found.len(), MOST + 2);
        let last: Vec<&str> = found[MOST..].iter().map(|one| one.message.as_str()).collect();
        assert_eq!(last, ["odd", "5 further findings of this kind were not kept"]);
    }
}
