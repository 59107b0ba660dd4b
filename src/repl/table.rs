//! Tables that fit into the terminal: no line is wider than it, and a wide letter counts as two.

use crate::diagnostic::Style;
use crate::report::paint::{Tone, paint, printable};
use crate::script::console::Table;
use crate::text::grouped;
use unicode_width::UnicodeWidthStr;

/// Blanks before a row, and between its cells.
const INDENT: usize = 2;
/// A column is not made narrower than this.
const NARROWEST: usize = 6;

/// Draws a table; says how many rows are left out.
pub(super) fn draw(table: &Table, style: Style) -> Vec<String> {
    let clean = |row: &Vec<String>| row.iter().map(|cell| printable(cell)).collect::<Vec<_>>();
    let head = clean(&table.head);
    let rows: Vec<Vec<String>> = table.rows.iter().map(clean).collect();
    let mut widths = natural(&head, &rows);
    fit(&mut widths, style.width);
    let numbers: Vec<bool> = (0..widths.len()).map(|column| is_number(&rows, column)).collect();
    let mut lines = Vec::new();
    if !head.is_empty() && !rows.is_empty() {
        let line = line(&head, &widths, &numbers, style.width);
        lines.push(paint(&line, Tone::Heading, style));
    }
    lines.extend(rows.iter().map(|row| line(row, &widths, &numbers, style.width)));
    if table.more > 0 {
        let line = format!("  ... and {} more: `:all` shows them", grouped(table.more));
        lines.push(paint(&line, Tone::Dim, style));
    }
    lines
}

/// How wide each column would like to be.
fn natural(head: &[String], rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
    let all = || rows.iter().map(Vec::as_slice).chain([head]);
    let width =
        |column: usize| all().filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
    (0..columns).map(|column| width(column).unwrap_or(0)).collect()
}

/// Narrows the widest columns until the row fits.
fn fit(widths: &mut [usize], most: usize) {
    let taken = |widths: &[usize]| widths.iter().map(|width| width + INDENT).sum::<usize>();
    while taken(widths) > most {
        let widest = widths.iter_mut().max();
        match widest {
            Some(widest) if *widest > NARROWEST => *widest -= 1,
            _ => return,
        }
    }
}

fn is_number(rows: &[Vec<String>], column: usize) -> bool {
    let number =
        |cell: &str| !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit() || c == ',');
    !rows.is_empty() && rows.iter().filter_map(|row| row.get(column)).all(|cell| number(cell))
}

fn line(row: &[String], widths: &[usize], numbers: &[bool], most: usize) -> String {
    let mut out = String::new();
    for (column, cell) in row.iter().enumerate() {
        let width = widths.get(column).copied().unwrap_or(0);
        let cell = cut(cell, width);
        let blanks = " ".repeat(width.saturating_sub(cell.width()));
        out.push_str("  ");
        if numbers.get(column).copied().unwrap_or(false) {
            out.push_str(&blanks);
            out.push_str(&cell);
        } else {
            out.push_str(&cell);
            out.push_str(&blanks);
        }
    }
    cut(out.trim_end(), most)
}

/// The text in at most that many columns; what is cut ends with an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 0;
    for letter in text.chars() {
        let wide = letter.to_string().as_str().width();
        if taken + wide + 1 > width {
            break;
        }
        taken += wide;
        out.push(letter);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(head: &[&str], rows: &[&[&str]], more: usize) -> Table {
        let owned = |row: &[&str]| row.iter().map(|cell| (*cell).to_owned()).collect();
        Table { head: owned(head), rows: rows.iter().map(|row| owned(row)).collect(), more }
    }

    fn drawn(table: &Table, width: usize) -> String {
        draw(table, Style { colour: false, width }).join("\n")
    }

    #[test]
    fn columns_stand_under_each_other_and_numbers_to_the_right() {
        let table = table(&["name", "users"], &[&["Seoul", "1,200"], &["Busan", "80"]], 1480);
        assert_eq!(
            drawn(&table, 80),
            "  name   users\n  Seoul  1,200\n  Busan     80\n  ... and 1,480 more: `:all` shows them"
        );
    }

    #[test]
    fn wide_letters_count_as_two() {
        let table = table(&["name", "city"], &[&["안정은", "서울"], &["Bob", "Busan"]], 0);
        assert_eq!(drawn(&table, 80), "  name    city\n  안정은  서울\n  Bob     Busan");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let row =
            &["ann.longname@contoso.com", "Ann Longname", "lyncpool01.contoso.com", "안정은안정은"];
        let table = table(&["address", "name", "pool", "title"], &[row], 12);
        for width in 20..90 {
            for line in drawn(&table, width).lines().filter(|line| !line.contains("...")) {
                assert!(line.width() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn a_name_cannot_steer_the_terminal() {
        let table = table(&["name"], &[&["a\u{1b}[2Jb"]], 0);
        assert!(!drawn(&table, 80).contains('\u{1b}'));
    }
}
