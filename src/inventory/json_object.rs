//! The values of one JSON object, each under the name of its column.
//!
//! A list is a column with several values; an object inside an object makes a column for each of its own
//! names (`Identity.Name`). What PowerShell writes around plain values is taken away: `{"value": [...],
//! "Count": 2}` is a list, an object with a plain `Value` is that value, `/Date(1380000000000)/` is a time.

use super::ldif::too_many;
use super::row::{Broken, Row, Value, Written};
use crate::diagnostic::codes;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

/// An object's names and values in the order of the text, not read yet.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each;
        impl<'de> Visitor<'de> for Each {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

/// Finds the values of the object that is the row's text.
pub(super) fn read(
    row: &mut Row,
    column: &mut dyn FnMut(&str) -> Option<usize>,
) -> Result<(), Broken> {
    let (mut values, mut notes) = (Vec::new(), Vec::new());
    let mut reader = Reader { text: &row.text, column, values: &mut values, notes: &mut notes };
    reader.object("", &row.text)?;
    row.values = values;
    row.notes = notes;
    Ok(())
}

struct Reader<'a, 'b> {
    text: &'a str,
    column: &'b mut dyn FnMut(&str) -> Option<usize>,
    values: &'b mut Vec<Value>,
    notes: &'b mut Vec<Broken>,
}

impl<'a> Reader<'a, '_> {
    /// Where a part of the text stands in it.
    fn span(&self, part: &str) -> Range<usize> {
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + part.len()
    }

    fn members(&self, raw: &'a str) -> Result<Vec<(String, &'a str)>, Broken> {
        let members: Members<'a> =
            serde_json::from_str(raw).map_err(|error| self.broken(raw, &error))?;
        let named = members.0.into_iter().map(|(name, value)| {
            let name = self.string(name.get())?;
            Ok((name, value.get()))
        });
        named.collect()
    }

    fn string(&self, raw: &'a str) -> Result<String, Broken> {
        serde_json::from_str(raw).map_err(|error| self.broken(raw, &error))
    }

    /// What `serde_json` says about a part of the text, at its place.
    fn broken(&self, part: &str, error: &serde_json::Error) -> Broken {
        let lines = part.split_inclusive('\n').take(error.line().saturating_sub(1));
        let line: usize = lines.map(str::len).sum();
        let mut at = self.span(part).start + line + error.column().saturating_sub(1);
        at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or_default();
        let help = "is it what `ConvertTo-Json` wrote?";
        Broken::new(codes::INVENTORY_JSON, format!("this is no JSON: {reason}"), at, help)
    }

    /// Adds the members of an object under `path`.
    fn object(&mut self, path: &str, raw: &'a str) -> Result<(), Broken> {
        let mut seen = HashSet::new();
        for (name, value) in self.members(raw)? {
            if !seen.insert(name.to_lowercase()) {
                let span = self.span(value);
                let message = format!("the name `{name}` is there twice in one object");
                let help = "remove one, so that it is clear which one counts";
                let broken = Broken::new(codes::INVENTORY_JSON, message, span.start, help);
                self.notes.push(broken.wide(span.len()));
                continue;
            }
            let name = if path.is_empty() { name } else { format!("{path}.{name}") };
            self.value(&name, value)?;
        }
        Ok(())
    }

    fn value(&mut self, name: &str, raw: &'a str) -> Result<(), Broken> {
        match raw.as_bytes().first() {
            Some(b'{') => {
                let members = self.members(raw)?;
                let list = members.iter().find(|(name, value)| {
                    name.eq_ignore_ascii_case("value") && value.starts_with('[')
                });
                let counted = members.iter().any(|(name, _)| name.eq_ignore_ascii_case("Count"));
                if let (Some((_, list)), true, 2) = (list, counted, members.len()) {
                    return self.list(name, list);
                }
                let plain = members.iter().find(|(name, value)| {
                    name.eq_ignore_ascii_case("Value") && !value.starts_with(['[', '{'])
                });
                if let Some((_, plain)) = plain {
                    self.value(name, plain)?;
                }
                self.object(name, raw)
            }
            Some(b'[') => self.list(name, raw),
            // The column is there, without a value.
            Some(b'n') => self.column(name, raw).map(|_| ()),
            Some(b'"') => {
                let text = self.string(raw)?;
                let column = self.column(name, raw)?;
                let span = self.span(raw);
                let inner = span.start + 1..span.end.saturating_sub(1);
                let written = match time(&text) {
                    Some(time) => Written::Other(time.into()),
                    None if self.text.get(inner.clone()) == Some(&text) => Written::Plain,
                    None => Written::Other(text.into()),
                };
                self.values.push(Value { column, span: inner, written });
                Ok(())
            }
            _ => {
                let (column, span) = (self.column(name, raw)?, self.span(raw));
                self.values.push(Value { column, span, written: Written::Plain });
                Ok(())
            }
        }
    }

    fn list(&mut self, name: &str, raw: &'a str) -> Result<(), Broken> {
        let elements: Vec<&'a RawValue> =
            serde_json::from_str(raw).map_err(|error| self.broken(raw, &error))?;
        self.column(name, raw)?;
        elements.into_iter().try_for_each(|element| self.value(name, element.get()))
    }

    fn column(&mut self, name: &str, raw: &str) -> Result<usize, Broken> {
        let at = self.span(raw).start;
        (self.column)(name).ok_or_else(|| too_many(at))
    }
}

/// The time in `/Date(1380000000000)/`, as RFC 3339 writes it.
fn time(text: &str) -> Option<String> {
    let number = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    // A zone behind the number is for display only.
    let end = number.rfind(['+', '-']).filter(|at| *at > 0).unwrap_or(number.len());
    let number = number.get(..end)?.parse().ok()?;
    jiff::Timestamp::from_millisecond(number).ok().map(|time| time.to_string())
}
