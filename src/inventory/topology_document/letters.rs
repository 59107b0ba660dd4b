//! Bytes of a document to text: UTF-8, or UTF-16 with a byte order mark.
//!
//! The encoding that a document's first line names is not asked: PowerShell writes `utf-16` there and
//! UTF-8 into the file. A mark decides, and without one it is UTF-8.

use crate::diagnostic::{Finding, Source, codes};

/// How to write a file that can be read.
const AS_UTF8: &str = "save it as UTF-8, for example with `Out-File topology.xml -Encoding utf8`";

/// The first character that is no space, in whichever encoding.
pub(super) fn first(bytes: &[u8]) -> Option<char> {
    let letters = bytes.strip_prefix(b"\xEF\xBB\xBF").or_else(|| bytes.strip_prefix(b"\xFF\xFE"));
    let letters = letters.or_else(|| bytes.strip_prefix(b"\xFE\xFF")).unwrap_or(bytes);
    let mut letters = letters.iter().filter(|byte| **byte != 0 && !byte.is_ascii_whitespace());
    letters.next().map(|byte| char::from(*byte))
}

/// The text without its mark.
///
/// # Errors
/// The first place that is no text.
pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Finding> {
    let text = match bytes.get(..2) {
        Some(b"\xFF\xFE") => wide(name, &bytes, u16::from_le_bytes)?,
        Some(b"\xFE\xFF") => wide(name, &bytes, u16::from_be_bytes)?,
        _ => narrow(name, bytes)?,
    };
    if let Some(zero) = text.find('\0') {
        let before = text.get(..zero).unwrap_or_default();
        let what = "holds a zero byte, as UTF-16 without its mark does";
        return Err(broken(name, what, before));
    }
    Ok(text)
}

fn narrow(name: &str, bytes: Vec<u8>) -> Result<String, Finding> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        broken(name, "is not UTF-8", &String::from_utf8_lossy(good))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

fn wide(name: &str, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, Finding> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().skip(1).map(|pair| unit(*pair));
    let mut text = String::with_capacity(bytes.len() / 2);
    for letter in char::decode_utf16(units) {
        let letter = letter.map_err(|_| broken(name, "holds half a character of UTF-16", &text))?;
        text.push(letter);
    }
    if rest.is_empty() {
        return Ok(text);
    }
    Err(broken(name, "ends in the middle of a character of UTF-16", &text))
}

/// A finding after the good text `before`.
fn broken(name: &str, what: &str, before: &str) -> Finding {
    let (line, column) = Source::new("", before).line_column(before.len());
    let message = format!("`{name}` {what} (line {line}, column {column})");
    Finding::error(codes::INVENTORY_ENCODING, message).help(AS_UTF8)
}
