//! Findings as text for a terminal and as JSON for programs.

use super::narrow::narrow;
use super::{Finding, Rendered};
use miette::{GraphicalReportHandler, GraphicalTheme};
use serde_json::{Value, json};

/// How findings are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// ANSI colours.
    pub colour: bool,
    /// Columns to wrap at.
    pub width: usize,
}

impl Style {
    /// No colour, 100 columns: for files, pipes and tests.
    pub const PLAIN: Self = Self { colour: false, width: 100 };
}

/// Returns the finding as miette draws it, with the source lines around each mark.
#[must_use]
pub fn render(finding: &Finding, style: Style) -> String {
    let theme =
        if style.colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(style.width)
        .with_context_lines(1)
        .with_links(false);
    let mut out = String::new();
    let rendered = Rendered::from(narrow(finding.clone()));
    if handler.render_report(&mut out, &rendered).is_err() {
        // A span outside its text must not hide the message.
        out = format!("{}: {}\n", finding.code.id, finding.message);
    }
    out
}

/// Returns the finding as JSON: `code severity message file line column labels causes help related`.
#[must_use]
pub fn to_json(finding: &Finding) -> Value {
    let place = finding.place();
    let labels: Vec<Value> = finding
        .labels
        .iter()
        .map(|label| {
            let start = finding.source.as_ref().map(|source| source.line_column(label.span.start));
            json!({ "line": start.map(|at| at.0), "column": start.map(|at| at.1), "text": label.text })
        })
        .collect();
    json!({
        "code": finding.code.id,
        "severity": finding.severity,
        "message": finding.message,
        "file": place.as_ref().map(|place| &place.0),
        "line": place.as_ref().map(|place| place.1),
        "column": place.as_ref().map(|place| place.2),
        "labels": labels,
        "causes": finding.causes,
        "help": finding.help,
        "related": finding.related.iter().map(to_json).collect::<Vec<_>>(),
    })
}
