//! LDIF (RFC 2849), as `ldifde` writes it.
//!
//! Entries stand between blank lines and begin with `dn:`. A line that begins with a space goes on with
//! the one before, comments too; `name:: value` is base64. Only entries are read: an export holds no
//! changes, and nothing that a value points to is fetched.

use super::header;
use super::lines::{LONGEST, Lines};
use super::row::{Broken, Row, Value, Written};
use super::sid;
use crate::diagnostic::codes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::ops::Range;

/// The largest entry that is read, in bytes: some hold pictures and certificates.
const LARGEST: usize = 4 * LONGEST;

/// Attributes whose values are known to be no text.
const BINARY: &[&str] = &[
    "objectguid",
    "mailboxguid",
    "msexchmailboxguid",
    "msexcharchiveguid",
    "ms-ds-consistencyguid",
    "thumbnailphoto",
    "thumbnaillogo",
    "jpegphoto",
    "photo",
    "usercertificate",
    "cacertificate",
    "usersmimecertificate",
    "userpkcs12",
    "logonhours",
    "userparameters",
    "msrtcsip-userextension",
    "ntsecuritydescriptor",
    "msexchmailboxsecuritydescriptor",
    "replpropertymetadata",
];

/// Reads entries.
#[derive(Debug, Clone, Default)]
pub(super) struct Ldif {
    /// An entry was read, so that no version may come any more.
    begun: bool,
}

/// A line with those that go on with it.
struct Line {
    /// In the row's text, without the end of the last line.
    span: Range<usize>,
    folded: bool,
}

impl Ldif {
    /// Prepares for an entry in the middle of the file.
    pub(super) fn enter(&mut self) {
        self.begun = true;
    }

    /// Reads one entry; false if there is none left.
    pub(super) fn read(
        &mut self,
        lines: &mut Lines,
        row: &mut Row,
        column: &mut dyn FnMut(&str) -> Option<usize>,
    ) -> Result<bool, Broken> {
        while block(lines, row)? {
            let logical = unfolded(&row.text);
            let first = logical.iter().find(|line| !is_comment(&row.text, line));
            // Only comments: no entry.
            if first.is_none() {
                continue;
            }
            if self.entry(row, &logical, column)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads the values of the entry in `row`; false if it has only a version.
    fn entry(
        &mut self,
        row: &mut Row,
        lines: &[Line],
        column: &mut dyn FnMut(&str) -> Option<usize>,
    ) -> Result<bool, Broken> {
        let mut named = false;
        for line in lines.iter().filter(|line| !is_comment(&row.text, line)) {
            let at = line.span.start;
            let length = line.span.len();
            let fault = |message: &str, help: &str| {
                Err(Broken::new(codes::INVENTORY_LDIF, message, at, help).wide(length))
            };
            let raw = row.text.get(line.span.clone()).unwrap_or_default();
            let text = if line.folded { Cow::Owned(join(raw)) } else { Cow::Borrowed(raw) };
            if raw.starts_with(' ') {
                return fault(
                    "this line goes on with another, and none stands before it",
                    "remove the space at its beginning, or the blank line before it",
                );
            }
            let Some((name, rest)) = text.split_once(':') else {
                return fault(
                    "this line has no colon",
                    "an attribute is `name: value`; a line that goes on begins with a space",
                );
            };
            if !is_name(name) {
                return fault(
                    &format!("`{}` is no name of an attribute", shown(name)),
                    "an attribute is `name: value`; is this LDIF?",
                );
            }
            let lower = name.to_ascii_lowercase();
            // A mark may stand before it.
            let at_start = !self.begun || row.offset <= 3;
            if !named && lower == "version" && at_start {
                self.begun = true;
                if rest.trim() != "1" {
                    return fault(
                        &format!("this is LDIF of version `{}`", shown(rest.trim())),
                        "only version 1 is known (RFC 2849)",
                    );
                }
                continue;
            }
            self.begun = true;
            if !named && lower != "dn" {
                return fault(
                    "this entry does not begin with `dn:`",
                    "name the entry in its first line, or remove the blank line before it",
                );
            }
            let is_first = !std::mem::replace(&mut named, true);
            if lower == "dn" && !is_first {
                return fault("this entry has a second `dn:`", "separate entries by a blank line");
            }
            // RFC 2849: changes begin with a type, and `add` is an entry.
            if lower == "changetype" {
                if rest.trim().eq_ignore_ascii_case("add") {
                    continue;
                }
                return fault(
                    &format!("this is a change (`{}`), not an entry", shown(rest.trim())),
                    "export the entries themselves: `ldifde -f FILE -r FILTER -l ATTRIBUTES`",
                );
            }
            if lower == "control" {
                continue;
            }
            let (written, note) = value(&lower, rest, line, at + name.len() + 1)?;
            let name = name.strip_suffix(";binary").unwrap_or(name);
            let Some(column) = column(name) else { return Err(too_many(at)) };
            // Where the value begins, behind colons and spaces.
            let head = raw.len()
                - raw.get(name.len()..).map_or(0, |rest| rest.trim_start_matches([':', ' ']).len());
            let start = if line.folded && !raw.starts_with(name) { 0 } else { head };
            let span = (at + start).min(line.span.end)..line.span.end;
            let written = written.map_or(Written::Plain, |text| Written::Other(text.into()));
            row.values.push(Value { column, span, written });
            row.notes.extend(note);
        }
        Ok(named)
    }
}

/// Reads the lines up to the next blank one into `row`; false if there are none.
fn block(lines: &mut Lines, row: &mut Row) -> Result<bool, Broken> {
    lines.begin(row);
    loop {
        let start = row.text.len();
        if start > LARGEST {
            let message = format!("the entry at line {} is larger than 4 MiB", row.line);
            row.text.clear();
            let help = "separate entries by a blank line; is this LDIF?";
            return Err(Broken::last(codes::INVENTORY_TOO_LARGE, message, 0, help));
        }
        if !lines.line(row)? {
            return Ok(start > 0);
        }
        let line = row.text.get(start..).unwrap_or_default();
        if line.trim_end_matches(['\r', '\n']).is_empty() {
            row.text.truncate(start);
            if start > 0 {
                return Ok(true);
            }
            lines.begin(row);
        }
    }
}

fn unfolded(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut at = 0;
    for piece in text.split_inclusive('\n') {
        let end = at + piece.trim_end_matches(['\r', '\n']).len();
        match lines.last_mut() {
            Some(line) if piece.starts_with(' ') => {
                line.span.end = end;
                line.folded = true;
            }
            _ => lines.push(Line { span: at..end, folded: false }),
        }
        at += piece.len();
    }
    lines
}

fn is_comment(text: &str, line: &Line) -> bool {
    text.get(line.span.start..).is_some_and(|line| line.starts_with('#'))
}

/// A folded line as one.
fn join(raw: &str) -> String {
    let pieces = raw.split('\n').map(|piece| piece.trim_end_matches('\r'));
    pieces
        .enumerate()
        .map(|(at, piece)| if at == 0 { piece } else { piece.get(1..).unwrap_or("") })
        .collect()
}

fn is_name(name: &str) -> bool {
    let plain = |extra: &'static str| move |c: char| c.is_ascii_alphanumeric() || extra.contains(c);
    let mut parts = name.split(';');
    parts.next().is_some_and(|name| !name.is_empty() && name.chars().all(plain("-.")))
        && parts.all(|option| !option.is_empty() && option.chars().all(plain("-=")))
}

/// What stands behind the colon of an attribute, where it is not written as it is, and a warning.
fn value(
    name: &str,
    rest: &str,
    line: &Line,
    at: usize,
) -> Result<(Option<String>, Option<Broken>), Broken> {
    let wide = line.span.end.saturating_sub(at).max(1);
    let fault = |message: String, help: &str| {
        Broken::new(codes::INVENTORY_LDIF, message, at, help).wide(wide)
    };
    if rest.starts_with('<') {
        let message = format!("the value of `{name}` stands elsewhere, and nothing is fetched");
        return Err(fault(message, "put the value itself here, in base64 if it is no text"));
    }
    let Some(coded) = rest.strip_prefix(':') else {
        let text = rest.trim_start_matches(' ');
        return Ok((line.folded.then(|| text.to_owned()), None));
    };
    let coded = coded.trim();
    let Ok(bytes) = STANDARD.decode(coded) else {
        let message = format!("`{}` is not base64", shown(coded));
        return Err(fault(message, "two colons mean base64; write one if the value is plain text"));
    };
    if (name.ends_with("sid") || name == "sidhistory")
        && let Some(text) = sid::text(&bytes)
    {
        return Ok((Some(text), None));
    }
    let bare = name.split(';').next().unwrap_or(name);
    if BINARY.contains(&bare) || name.ends_with(";binary") {
        return Ok((Some(coded.to_owned()), None));
    }
    let odd = |c: char| c.is_control() && !"\t\r\n".contains(c);
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains(odd) => Ok((Some(text), None)),
        _ if header::is_known(bare) => {
            let message = format!("the value of `{name}` is no text");
            Err(fault(message, "what two colons announce must be UTF-8 in base64"))
        }
        _ => {
            let message = format!("the value of `{name}` is no text; it is kept as base64");
            let help = "leave the attribute out of the export if no policy needs it";
            Ok((Some(coded.to_owned()), Some(fault(message, help).odd())))
        }
    }
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { start + "..." } else { start }
}

pub(super) fn too_many(at: usize) -> Broken {
    let message = format!(
        "the export has more than {} different columns",
        crate::text::grouped(super::records::MOST_COLUMNS)
    );
    let help = "export only the attributes that are needed";
    Broken::last(codes::INVENTORY_TOO_LARGE, message, at, help)
}
