//! A very long line is shown around its marks only: a row of an export has hundreds of characters.

use super::{Finding, Label, Source};
use std::ops::Range;

/// Characters of a line that are shown whole.
const WHOLE: usize = 160;
/// Characters shown before the first mark and after the last one.
const AROUND: usize = 50;
/// What stands where something is left out.
const LEFT_OUT: &str = "…";

/// Returns the finding with the line of its marks cut, if that is very long and holds all of them.
pub(super) fn narrow(mut finding: Finding) -> Finding {
    finding.related = finding.related.into_iter().map(narrow).collect();
    let Some(source) = &finding.source else { return finding };
    let Some((window, line)) = window(source.text(), &finding.labels) else { return finding };
    let Some(shown) = source.text().get(window.clone()) else { return finding };
    let before = if window.start > line.start { LEFT_OUT } else { "" };
    let after = if window.end < line.end { LEFT_OUT } else { "" };
    let (number, column) = source.line_column(window.start);
    let column = if before.is_empty() { column } else { column - 1 };
    let text = format!("{before}{shown}{after}");
    let cut = Source::part(source.name(), text, number, column);
    for label in &mut finding.labels {
        let moved = |at: usize| at.clamp(window.start, window.end) - window.start + before.len();
        label.span = moved(label.span.start)..moved(label.span.end);
    }
    finding.source = Some(cut);
    finding
}

/// What is to be shown of the line that holds all marks, and where that line stands.
fn window(text: &str, labels: &[Label]) -> Option<(Range<usize>, Range<usize>)> {
    let first = labels.iter().map(|label| label.span.start).min()?;
    let last = labels.iter().map(|label| label.span.end).max()?.max(first);
    let start = text.get(..first)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(first..)?.find('\n').map_or(text.len(), |at| first + at);
    let short = |part: &str, most: usize| part.char_indices().nth(most).is_none();
    if last > end || short(text.get(start..end)?, WHOLE) || !short(text.get(first..last)?, WHOLE) {
        return None;
    }
    let from = text.get(start..first)?.char_indices().rev().nth(AROUND - 1);
    let to = text.get(last..end)?.char_indices().nth(AROUND);
    let shown = from.map_or(start, |(at, _)| start + at)..to.map_or(end, |(at, _)| last + at);
    Some((shown, start..end))
}

#[cfg(test)]
mod tests {
    use super::super::{Style, codes, render};
    use super::*;

    fn shown(text: &str, span: Range<usize>) -> String {
        let finding = Finding::error(codes::INVENTORY_VALUE, "wrong");
        render(&finding.at(&Source::excerpt("u.csv", text, 7), span, "here"), Style::PLAIN)
    }

    #[test]
    fn a_long_line_is_cut_around_its_mark_and_keeps_its_column() {
        let text = format!("{}박Ann,{}", "가나,".repeat(100), "x".repeat(200));
        let at = text.find("Ann").unwrap();
        insta::assert_snapshot!(shown(&text, at..at + 3), @r"
    sidle::inventory::value

      × wrong
       ╭─[u.csv:7:302]
     7 │ …,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,가나,박Ann,xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
       ·                                                                                     ─┬─
       ·                                                                                      ╰── here
       ╰────
    ");
    }

    #[test]
    fn a_mark_at_an_end_and_a_line_that_is_not_long_are_shown_as_they_are() {
        let text = "y".repeat(300);
        assert!(shown(&text, 0..2).contains(&format!("[u.csv:7:1]\n 7 │ {}…\n", "y".repeat(52))));
        assert!(shown(&text, 300..300).contains(&format!(" 7 │ …{}\n", "y".repeat(50))));
        let text = "z".repeat(WHOLE);
        assert!(shown(&text, 9..10).contains(&text));
    }

    #[test]
    fn marks_that_are_far_apart_keep_the_whole_line() {
        let text = format!("a,{},b", "z".repeat(300));
        let finding = Finding::error(codes::INVENTORY_VALUE, "wrong");
        let source = Source::new("u.csv", text.clone());
        let finding = finding.at(&source, 0..1, "one").at(&source, 303..304, "other");
        assert!(render(&finding, Style::PLAIN).contains(&text));
    }
}
