//! Shown values as text for people.

use super::table::{self, cut};
use crate::diagnostic::Style;
use crate::report::paint::printable;
use crate::script::console::{Body, Shown};
use crate::text::grouped;
use unicode_width::UnicodeWidthStr;

/// Draws a value; empty for `()`.
pub(super) fn text(shown: &Shown, style: Style) -> String {
    lines(shown, style, 0).join("\n")
}

/// The type of a value in words.
pub(super) fn kind(shown: &Shown) -> String {
    match &shown.body {
        Body::List(items, _) => match items.first() {
            Some(first) if items.iter().all(|item| item.kind == first.kind) => {
                format!("array of {}", first.kind)
            }
            _ => shown.kind.clone(),
        },
        _ => shown.kind.clone(),
    }
}

fn lines(shown: &Shown, style: Style, indent: usize) -> Vec<String> {
    let room = style.width.saturating_sub(indent);
    match &shown.body {
        Body::Nothing => Vec::new(),
        Body::Line => vec![printable(&shown.line)],
        Body::Tables(head, tables) => {
            let mut lines = vec![cut(&printable(head), room)];
            for (number, table) in tables.iter().enumerate() {
                if number > 0 {
                    lines.push(String::new());
                }
                lines.extend(table::draw(table, Style { width: room, ..style }));
            }
            lines
        }
        // What is short stands in one line, as a script would write it.
        Body::List(..) | Body::Map(_) if shown.line.width() <= room && !has_tables(shown) => {
            vec![printable(&shown.line)]
        }
        Body::List(items, more) => {
            let mut lines = vec![format!("{} elements", grouped(items.len() + more))];
            for item in items {
                lines.extend(below(item, style, indent, "- "));
            }
            if *more > 0 {
                lines.push(format!("  ... and {} more: `:all` shows them", grouped(*more)));
            }
            lines
        }
        Body::Map(fields) => fields
            .iter()
            .flat_map(|(key, value)| below(value, style, indent, &format!("{key}: ")))
            .collect(),
    }
}

/// A value under a heading of its own, further in.
fn below(shown: &Shown, style: Style, indent: usize, label: &str) -> Vec<String> {
    let mut inner = lines(shown, style, indent + 4);
    if matches!(shown.body, Body::Nothing) {
        inner.push("()".to_owned());
    }
    let mut out = Vec::with_capacity(inner.len());
    for (number, line) in inner.into_iter().enumerate() {
        let before =
            if number == 0 { format!("  {}", printable(label)) } else { "    ".to_owned() };
        let line = format!("{before}{line}");
        // What is painted was fitted already.
        let painted = line.contains('\u{1b}');
        out.push(if painted { line } else { cut(&line, style.width.saturating_sub(indent)) });
    }
    out
}

fn has_tables(shown: &Shown) -> bool {
    match &shown.body {
        Body::Tables(..) => true,
        Body::List(items, _) => items.iter().any(has_tables),
        Body::Map(fields) => fields.iter().any(|(_, value)| has_tables(value)),
        Body::Nothing | Body::Line => false,
    }
}
