//! Findings: what is wrong, where, why, and what to do next.
//!
//! One type, [`Finding`], carries every message that points at a script, at the customer's data or at
//! the configuration. It renders through miette to the terminal and serialises to JSON. The words of
//! the migration (pools, users) come from the modules that raise findings, never from here.
//!
//! To add one: a line in `codes.rs`, then [`Finding::error`] with that code where the fault is seen.
//!
//! Invariant: a code is stable and explained; a message is one line, lower case, without a full stop.

pub mod codes;
mod narrow;
mod render;
mod source;

pub use codes::Code;
pub use render::{Style, render, to_json};
pub use source::Source;

use crate::text;
use miette::{LabeledSpan, SourceCode};
use std::fmt;
use std::ops::Range;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A fact beside another finding: a call frame, an earlier record.
    Advice,
    /// Odd, and worth a look; nothing stops.
    Warning,
    /// Wrong: what was asked for does not happen.
    Error,
}

/// A marked stretch of a finding's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Byte range in the source's text.
    pub span: Range<usize>,
    /// What stands under the mark; may be empty.
    pub text: String,
}

/// One message: code, words, place, causes, help, and what belongs to it.
///
/// The first label is the primary one: its line and column are the finding's place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Stable name of the kind of fault.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// What happened, in one line.
    pub message: String,
    /// The text that the labels point into.
    pub source: Option<Source>,
    /// The marked places, the primary one first.
    pub labels: Vec<Label>,
    /// Why, outermost first ("connection refused").
    pub causes: Vec<String>,
    /// What to do next.
    pub help: Option<String>,
    /// Places in other sources: call frames, the recorded side of a comparison.
    pub related: Vec<Finding>,
}

impl Finding {
    /// Returns an error with `code` and `message`.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// Returns a warning with `code` and `message`.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// Returns a fact to be shown beside another finding (see [`Finding::with_related`]).
    pub fn advice(code: Code, message: impl Into<String>) -> Self {
        Self::new(Severity::Advice, code, message)
    }

    fn new(severity: Severity, code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            source: None,
            labels: Vec::new(),
            causes: Vec::new(),
            help: None,
            related: Vec::new(),
        }
    }

    /// Points at `span` of `source`; the first call sets the primary place, and all calls share one source.
    #[must_use]
    pub fn at(mut self, source: &Source, span: Range<usize>, text: impl Into<String>) -> Self {
        self.source.get_or_insert_with(|| source.clone());
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a reason below the message.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>) -> Self {
        self.causes.push(cause.into());
        self
    }

    /// Adds a finding that is shown below this one.
    #[must_use]
    pub fn with_related(mut self, other: Finding) -> Self {
        self.related.push(other);
        self
    }

    /// Returns file, line and column (both from 1, the column in characters) of the primary label.
    #[must_use]
    pub fn place(&self) -> Option<(String, usize, usize)> {
        let source = self.source.as_ref()?;
        let label = self.labels.first()?;
        let (line, column) = source.line_column(label.span.start);
        Some((source.name().to_owned(), line, column))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The chain of causes, as miette wants it.
#[derive(Debug)]
struct Cause(String, Option<Box<Cause>>);

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Cause {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

/// A finding together with its causes as an error chain; what miette renders.
#[derive(Debug)]
pub(crate) struct Rendered {
    finding: Finding,
    cause: Option<Box<Cause>>,
    related: Vec<Rendered>,
}

impl From<Finding> for Rendered {
    fn from(finding: Finding) -> Self {
        let cause = finding
            .causes
            .iter()
            .rev()
            .fold(None, |inner, text| Some(Box::new(Cause(text.clone(), inner))));
        let related = finding.related.iter().cloned().map(Self::from).collect();
        Self { finding, cause, related }
    }
}

impl fmt::Display for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.finding, f)
    }
}

impl std::error::Error for Rendered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl miette::Diagnostic for Rendered {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.finding.code.id))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Advice => miette::Severity::Advice,
            Severity::Warning => miette::Severity::Warning,
            Severity::Error => miette::Severity::Error,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.finding.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.finding.source.as_ref().map(|source| source as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        if self.finding.labels.is_empty() {
            return None;
        }
        Some(Box::new(self.finding.labels.iter().enumerate().map(|(index, label)| {
            let text = (!label.text.is_empty()).then(|| label.text.clone());
            let length = label.span.end.saturating_sub(label.span.start);
            if index == 0 {
                LabeledSpan::new_primary_with_span(text, (label.span.start, length))
            } else {
                LabeledSpan::new_with_span(text, (label.span.start, length))
            }
        })))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|other| other as _)))
    }
}

/// All that was found in one pass: several independent faults are reported together.
#[derive(Debug, Clone, Default)]
pub struct Findings(pub Vec<Finding>);

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Adds findings, but for those that say what another one says of the same place.
    pub fn extend_new(&mut self, others: Findings) {
        for other in others.0 {
            let same = |one: &Finding| one.message == other.message && one.place() == other.place();
            if !self.0.iter().any(same) {
                self.0.push(other);
            }
        }
    }

    /// How many findings of one code people are shown.
    pub const SHOWN: usize = 20;

    /// The first few findings of each code, and one for the rest of each.
    ///
    /// A wrong export has the same fault in every row; what helps is the first few and how many there are.
    #[must_use]
    pub fn sampled(&self) -> Self {
        let mut seen: Vec<(Code, Severity, usize)> = Vec::new();
        let mut shown = Vec::new();
        for finding in &self.0 {
            let known = seen
                .iter_mut()
                .find(|(code, severity, _)| (*code, *severity) == (finding.code, finding.severity));
            let times = if let Some((_, _, times)) = known {
                *times += 1;
                *times
            } else {
                seen.push((finding.code, finding.severity, 1));
                1
            };
            if times <= Self::SHOWN {
                shown.push(finding.clone());
            }
        }
        for (code, severity, times) in seen {
            let rest = times.saturating_sub(Self::SHOWN);
            if rest > 0 {
                let message =
                    format!("{} of this kind not shown", text::count(rest, "further finding"));
                let finding = Finding::new(severity, code, message);
                shown.push(finding.help("`--format json` gives all of them"));
            }
        }
        Self(shown)
    }

    /// True if any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }

    /// Number of findings that are errors.
    #[must_use]
    pub fn errors(&self) -> usize {
        self.0.iter().filter(|finding| finding.severity == Severity::Error).count()
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl Extend<Finding> for Findings {
    fn extend<T: IntoIterator<Item = Finding>>(&mut self, findings: T) {
        self.0.extend(findings);
    }
}
