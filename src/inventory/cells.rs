//! Values of single cells, and what both exports do with them.

use super::dn;
use super::faults::Faults;
use super::records::Records;
use crate::diagnostic::{Code, Finding, codes};
use crate::topology::{UserId, UsersBuilder};
use std::borrow::Cow;

/// The most values of one cell: groups of a user, delegates.
const MOST_VALUES: usize = 2_000;

/// Reads `True` or `False`.
pub(super) fn flag(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

/// Reads a number; an empty cell is none.
pub(super) fn number(
    records: &Records,
    column: usize,
    name: &str,
    faults: &mut Faults,
) -> Option<u32> {
    let cell = records.cell(column);
    let text = cell.trim();
    if text.is_empty() {
        return None;
    }
    let read = text.parse().ok();
    if read.is_none() {
        wrong(
            codes::INVENTORY_VALUE,
            records,
            column,
            format!("`{text}` is no number of {}", name.to_lowercase()),
            "write a whole number such as `12`, or nothing",
            faults,
        );
    }
    read
}

/// The parts of a `;`-separated cell, without outer spaces; none if the cell holds a type's name.
pub(super) fn parts<'a>(
    records: &'a Records,
    column: usize,
    faults: &mut Faults,
) -> Vec<Cow<'a, str>> {
    let cell = records.cell(column);
    if cell.starts_with("System.") && (cell.ends_with(']') || cell.contains("Collection")) {
        faults.add(codes::INVENTORY_TYPE_NAME, || {
            let message = format!("`{cell}` is the name of a type, not a list");
            let help = "join the values before exporting: `@{n='Groups';e={$_.Groups -join ';'}}`";
            let finding = Finding::warning(codes::INVENTORY_TYPE_NAME, message);
            records.at(column, finding, "the values are lost").help(help)
        });
        return Vec::new();
    }
    let mut values = records.values(column);
    if values.len() > MOST_VALUES {
        let message = format!("this cell has {}", crate::text::count(values.len(), "value"));
        let help = "nobody has so many; is it the right column?";
        wrong(codes::INVENTORY_TOO_LARGE, records, column, message, help, faults);
        values.truncate(MOST_VALUES);
    }
    values
}

/// Reads groups.
pub(super) fn groups(
    records: &Records,
    column: usize,
    user: UserId,
    builder: &mut UsersBuilder,
    faults: &mut Faults,
) {
    for group in parts(records, column, faults) {
        match named(&group) {
            Some(name) => builder.group(user, &name),
            None => builder.group(user, &group),
        }
    }
}

/// The name that people know a group by: `lync-pilot` of `CN=lync-pilot,OU=Groups,DC=contoso,DC=com`.
fn named(group: &str) -> Option<String> {
    if !group.contains('=') {
        return None;
    }
    let mut parts = dn::parts(group)?.into_iter();
    let (kind, name) = parts.next()?;
    (kind.eq_ignore_ascii_case("CN") && parts.next().is_some()).then_some(name)
}

/// Adds an error at a cell.
pub(super) fn wrong(
    code: Code,
    records: &Records,
    column: usize,
    message: String,
    help: &str,
    faults: &mut Faults,
) -> Option<usize> {
    faults.add(code, || records.at(column, Finding::error(code, message), "").help(help))
}
