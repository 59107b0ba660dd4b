//! JSON, as `ConvertTo-Json` writes it: an array of objects, or one object.
//!
//! Objects are cut out of the text one by one, so a file of any size is read in little memory; each is
//! then read by `serde_json`. PowerShell's own wrapping of a list (`{"value": [...], "Count": 2}`) counts
//! as the list.
//!
//! Invariant: no object is larger than 4 MiB or nested deeper than 64 levels.

use super::json_object;
use super::lines::{LONGEST, Lines};
use super::row::{Broken, Row};
use crate::diagnostic::codes;

const LARGEST: usize = 4 * LONGEST;
const DEEPEST: usize = 64;
/// Enough to see what an object begins with, and how a wrapped list ends.
const NEAR: usize = 4096;

/// Reads objects.
#[derive(Debug, Clone, Default)]
pub(super) struct Json {
    next: Next,
    /// The list is the value of an object.
    wrapped: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Next {
    #[default]
    Beginning,
    /// An object or the end of the list.
    First,
    /// A comma or the end of the list.
    Comma,
    /// An object.
    Object,
    End,
}

impl Json {
    /// Prepares for an object in the middle of the file.
    pub(super) fn enter(&mut self) {
        self.next = Next::Object;
    }

    /// Reads one object; false if there is none left.
    pub(super) fn read(
        &mut self,
        lines: &mut Lines,
        row: &mut Row,
        column: &mut dyn FnMut(&str) -> Option<usize>,
    ) -> Result<bool, Broken> {
        loop {
            let next = skip_space(lines, row)?;
            match (self.next, next) {
                (Next::End | Next::Beginning, None) => return Ok(false),
                (Next::End, Some(_)) => {
                    return Err(here(lines, row, "something stands behind the end of the data"));
                }
                (_, None) => return Err(here(lines, row, "the list is never closed with `]`")),
                (Next::Beginning, Some('[')) => {
                    lines.pass(1);
                    self.next = Next::First;
                }
                (Next::Beginning, Some('{')) => {
                    if let Some(length) = wrapping(lines)? {
                        lines.pass(length);
                        (self.next, self.wrapped) = (Next::First, true);
                    } else {
                        self.next = Next::End;
                        return object(lines, row, column);
                    }
                }
                (Next::First | Next::Comma, Some(']')) => {
                    lines.pass(1);
                    self.next = Next::End;
                    if self.wrapped {
                        end_of_wrapping(lines, row)?;
                    }
                }
                (Next::First | Next::Object, Some('{')) => {
                    self.next = Next::Comma;
                    return object(lines, row, column);
                }
                (Next::Comma, Some(',')) => {
                    lines.pass(1);
                    self.next = Next::Object;
                }
                (Next::Comma, Some(_)) => {
                    return Err(here(lines, row, "a comma is missing between two objects"));
                }
                (_, Some(_)) => {
                    return Err(here(
                        lines,
                        row,
                        "an object is expected here, which begins with `{`",
                    ));
                }
            }
        }
    }
}

/// Goes to the next letter that is no space, and tells it.
fn skip_space(lines: &mut Lines, row: &mut Row) -> Result<Option<char>, Broken> {
    loop {
        let rest = lines.rest();
        let space = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        lines.pass(space);
        if let Some(next) = lines.rest().chars().next() {
            return Ok(Some(next));
        }
        lines.begin(row);
        if !more(lines, row)? {
            return Ok(None);
        }
    }
}

/// Reads on; what stands there becomes the row where the text ends with a fault.
fn more(lines: &mut Lines, row: &mut Row) -> Result<bool, Broken> {
    match lines.more() {
        Ok(more) => Ok(more),
        Err(mut broken) => {
            lines.begin(row);
            if broken.code != codes::INVENTORY_ENCODING || !lines.is_text() {
                return Err(broken);
            }
            row.text.push_str(lines.rest());
            broken.at = row.text.len();
            row.text.push('\u{fffd}');
            Err(broken)
        }
    }
}

/// A fault here, after which nothing can be read.
fn here(lines: &Lines, row: &mut Row, message: &str) -> Broken {
    lines.begin(row);
    let rest = lines.rest();
    let end = rest.char_indices().nth(80).map_or(rest.len(), |(at, _)| at);
    row.text.push_str(rest.get(..end).unwrap_or_default());
    if row.text.is_empty() {
        row.text.push(' ');
    }
    let help = "is it what `ConvertTo-Json` wrote, to its end?";
    Broken::last(codes::INVENTORY_JSON, message, 0, help)
}

/// The length of `{ "value": [` if the text goes on so, with an object behind it.
fn wrapping(lines: &mut Lines) -> Result<Option<usize>, Broken> {
    while lines.rest().len() < NEAR && lines.more()? {}
    let rest = lines.rest();
    let after = |text: &'_ str, word: &str| {
        let at = rest.len() - text.len();
        let bare = rest.get(at..)?.trim_start();
        let bare = rest.len() - bare.len();
        rest.get(bare..)?.strip_prefix(word).map(|rest_of| rest.len() - rest_of.len())
    };
    let mut at = 0;
    for word in ["{", "\"value\"", ":", "["] {
        let Some(next) = rest.get(at..).and_then(|text| after(text, word)) else { return Ok(None) };
        at = next;
    }
    let is_list = rest.get(at..).is_some_and(|rest| rest.trim_start().starts_with('{'));
    Ok(is_list.then_some(at))
}

/// Reads what follows a wrapped list: `, "Count": 2 }`.
fn end_of_wrapping(lines: &mut Lines, row: &mut Row) -> Result<(), Broken> {
    while lines.rest().len() < NEAR && lines.more()? {}
    let rest = lines.rest();
    let end = rest.find('}').map_or(rest.len(), |end| end + 1);
    let whole = format!("{{\"value\":[]{}", rest.get(..end).unwrap_or_default());
    if serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&whole).is_err() {
        return Err(here(lines, row, "the object around the list does not end as it should"));
    }
    lines.pass(end);
    Ok(())
}

/// Reads the object that begins here.
fn object(
    lines: &mut Lines,
    row: &mut Row,
    column: &mut dyn FnMut(&str) -> Option<usize>,
) -> Result<bool, Broken> {
    lines.begin(row);
    let mut scan = Scan::default();
    let length = loop {
        match scan.on(lines.rest()) {
            Some(Ok(length)) => break length,
            Some(Err(message)) => {
                let at = scan.at;
                row.text.push_str(lines.rest().get(..=at).unwrap_or_else(|| lines.rest()));
                let help = "is it what `ConvertTo-Json` wrote, to its end?";
                return Err(Broken::last(codes::INVENTORY_JSON, message, at, help));
            }
            None if scan.at > LARGEST => {
                let message = format!("the object at line {} is larger than 4 MiB", row.line);
                let help = "one object describes one user; is it the right file?";
                return Err(Broken::last(codes::INVENTORY_TOO_LARGE, message, 0, help));
            }
            None => {
                if !more(lines, row)? {
                    let open = if scan.in_text { scan.opened } else { 0 };
                    row.text.push_str(lines.rest());
                    let message = "the file ends before this object does";
                    let help = "export it again; the file was cut off";
                    return Err(Broken::last(codes::INVENTORY_JSON, message, open, help));
                }
            }
        }
    };
    row.text.push_str(lines.rest().get(..length).unwrap_or_default());
    lines.pass(length);
    json_object::read(row, column).map(|()| true)
}

/// Looks for the end of an object.
#[derive(Default)]
struct Scan {
    /// How far it has looked.
    at: usize,
    depth: usize,
    /// Where the innermost text begins.
    opened: usize,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    /// Goes on in `text`, which begins as before; tells the object's length if it ends there.
    fn on(&mut self, text: &str) -> Option<Result<usize, &'static str>> {
        for byte in text.bytes().skip(self.at) {
            if self.in_text {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.in_text = false,
                    b'\n' => {
                        self.at = self.opened;
                        return Some(Err("this text is not closed on its line"));
                    }
                    _ => {}
                }
            } else {
                match byte {
                    b'"' => (self.in_text, self.opened) = (true, self.at),
                    b'{' | b'[' if self.depth == DEEPEST => {
                        return Some(Err("values are nested deeper than 64 levels"));
                    }
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return Some(Ok(self.at + 1));
                        }
                    }
                    _ => {}
                }
            }
            self.at += 1;
        }
        None
    }
}
