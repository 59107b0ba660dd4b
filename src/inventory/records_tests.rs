//! Rows come back as they were written; anything at all is read without a panic.

use super::faults::Faults;
use super::records::Records;
use proptest::prelude::*;
use std::io::Cursor;

fn records(bytes: impl Into<Vec<u8>>) -> Records {
    Records::new("u.csv", Box::new(Cursor::new(bytes.into())))
}

/// Every whole row, and how many findings there were.
fn rows(bytes: impl Into<Vec<u8>>) -> (Vec<Vec<String>>, usize) {
    let (mut records, mut faults) = (records(bytes), Faults::default());
    let mut rows = Vec::new();
    while records.advance(&mut faults) {
        rows.push((0..records.width()).map(|column| records.cell(column).into_owned()).collect());
    }
    (rows, faults.into_findings().0.len())
}

fn quoted(row: &[String]) -> String {
    let cells: Vec<String> =
        row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    cells.join(",")
}

proptest! {
    #[test]
    fn quoted_cells_come_back_with_their_lines(
        table in prop::collection::vec(prop::collection::vec("[a-z\",;é\n ]{0,6}", 3), 1..8), crlf: bool, bom: bool,
    ) {
        let end = if crlf { "\r\n" } else { "\n" };
        let header = ["a", "b", "c"].map(str::to_owned);
        let mut text = if bom { "\u{feff}".to_owned() } else { String::new() } + quoted(&header).as_str() + end;
        let mut lines = Vec::new();
        for row in &table {
            lines.push(text.matches('\n').count() + 1);
            text += &(quoted(row) + end);
        }
        let (mut records, mut faults) = (records(text), Faults::default());
        prop_assert!(records.advance(&mut faults));
        for (row, line) in table.iter().zip(lines) {
            prop_assert!(records.advance(&mut faults));
            prop_assert_eq!(records.line(), line);
            for (column, cell) in row.iter().enumerate() {
                let read = records.cell(column);
                prop_assert_eq!(read.as_ref(), cell);
                let (source, span) = records.place(column);
                let marked = source.text().get(span).unwrap().replace("\"\"", "\"");
                prop_assert_eq!(&marked, cell);
            }
        }
        prop_assert!(!records.advance(&mut faults));
        prop_assert!(faults.into_findings().0.is_empty());
    }

    #[test]
    fn plain_cells_come_back(table in prop::collection::vec(prop::collection::vec("[a-z ]{1,4}", 2), 1..8)) {
        let lines: Vec<String> = table.iter().map(|row| row.join(",")).collect();
        // The last line may lack its end.
        prop_assert_eq!(rows(lines.join("\n")), (table, 0));
    }

    #[test]
    fn any_bytes_are_read_to_the_end(bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\",\n\r;a"[..])], 0..300)) {
        let (rows, findings) = rows(bytes.clone());
        prop_assert!(!rows.is_empty() || findings > 0 || bytes.iter().all(|byte| b"\r\n\xEF\xBB\xBF#TYPE".contains(byte)));
    }
}

#[test]
fn a_row_ends_where_the_file_ends() {
    assert_eq!(
        rows("a,b\n\"1\",\"2\""),
        (vec![vec!["a".into(), "b".into()], vec!["1".into(), "2".into()]], 0)
    );
    assert_eq!(
        rows("a,b\n1,"),
        (vec![vec!["a".into(), "b".into()], vec!["1".into(), String::new()]], 0)
    );
}

#[test]
fn blank_lines_are_no_rows_and_are_counted() {
    let (mut records, mut faults) =
        (records("#TYPE x\r\n\r\na,b\r\n\r\n1,2\r\n"), Faults::default());
    assert!(records.advance(&mut faults) && records.line() == 3);
    assert!(records.advance(&mut faults) && records.line() == 5);
}
