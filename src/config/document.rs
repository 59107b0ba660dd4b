//! A TOML document that people write by hand, read so that every fault is found at its place.
//!
//! [`Keys`] reads one table; a key that is unknown or holds the wrong kind of value becomes a finding and
//! reads as absent, so that reading goes on. It knows no meaning of any key; `sidle.toml` and
//! `topology.toml` are both read through it.
//!
//! Invariant: no document of more than one MiB is held in memory.

use crate::diagnostic::{Code, Finding, Findings, Source, codes};
use crate::text;
use std::io::Read;
use std::ops::Range;
use std::time::Duration;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest document that is read.
const LARGEST: u64 = 1 << 20;

/// A value and where it stands.
pub(crate) type Placed<T> = (T, Range<usize>);

/// The faults of one document.
pub(crate) struct Faults {
    /// The document.
    pub(crate) source: Source,
    code: Code,
    found: Findings,
}

/// Reads a whole document of at most one MiB.
///
/// # Errors
/// It cannot be read, is too large, or is not UTF-8.
pub(crate) fn read_text(name: &str, reader: impl Read) -> Result<String, Findings> {
    let fault = |message: String| Finding::error(codes::FILE_UNREADABLE, message);
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(LARGEST + 1).read_to_end(&mut bytes) {
        return Err(fault(format!("cannot read `{name}`")).because(error.to_string()).into());
    }
    if bytes.len() as u64 > LARGEST {
        return Err(fault(format!("`{name}` is larger than 1 MiB"))
            .help("it is written by hand and small; is another file in its place?")
            .into());
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(valid).into_owned();
        let (line, column) = Source::new("", before.as_str()).line_column(before.len());
        fault(format!("`{name}` is not UTF-8 at line {line}, column {column}"))
            .help("save it as UTF-8 in your editor")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Parses a document.
///
/// # Errors
/// Every place where it is not TOML.
pub(crate) fn parse(source: &Source, code: Code) -> Result<Spanned<DeTable<'_>>, Findings> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    if errors.is_empty() {
        return Ok(table);
    }
    let mut findings = Findings::default();
    let mut last_line = 0;
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let (line, _) = source.line_column(span.start);
        // What follows on the same line is the same slip.
        if line != last_line {
            let why = error.message().lines().collect::<Vec<_>>().join(", ");
            let message = format!("`{}` is not TOML: {why}", source.name());
            findings.push(Finding::error(code, message).at(source, span, "reading stopped here"));
        }
        last_line = line;
    }
    findings.0.sort_by_key(|finding| finding.labels.first().map(|label| label.span.start));
    Err(findings)
}

impl Faults {
    /// Collects faults of `source`; wrong values get `code`.
    pub(crate) fn of(source: &Source, code: Code) -> Self {
        Self { source: source.clone(), code, found: Findings::default() }
    }

    /// Adds a fault of a value.
    pub(crate) fn value(
        &mut self,
        span: Range<usize>,
        label: &str,
        message: String,
        help: impl Into<String>,
    ) {
        let finding = Finding::error(self.code, message).at(&self.source, span, label).help(help);
        self.found.push(finding);
    }

    /// Adds any other finding.
    pub(crate) fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// All faults, in the order of the document; those without a place first.
    pub(crate) fn into_findings(mut self) -> Findings {
        self.found.0.sort_by_key(|finding| finding.labels.first().map(|label| label.span.start));
        self.found
    }
}

/// One table of a document.
pub(crate) struct Keys<'t> {
    table: &'t DeTable<'t>,
    /// As messages call it: `` `sidle.toml` `` or `` `[move]` ``.
    pub(crate) called: String,
    /// Its header, or the whole document.
    pub(crate) span: Range<usize>,
}

impl<'t> Keys<'t> {
    /// The document's top.
    pub(crate) fn top(table: &'t Spanned<DeTable<'t>>, name: &str) -> Self {
        Self { table: table.get_ref(), called: format!("`{name}`"), span: 0..0 }
    }

    /// Complains about every key that is not among `known`.
    pub(crate) fn only(&self, known: &[&str], faults: &mut Faults) {
        for (key, _) in self.table {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let otherwise = format!("the keys here are {}", text::list(known, known.len()));
                faults.value(
                    key.span(),
                    "unknown key",
                    format!("{} has no key `{name}`", self.called),
                    text::did_you_mean(name, known.iter().copied(), &otherwise),
                );
            }
        }
    }

    /// Every key with its place.
    pub(crate) fn names(&self) -> Vec<Placed<&'t str>> {
        self.table.iter().map(|(key, _)| (key.get_ref().as_ref(), key.span())).collect()
    }

    /// Complains if a key is missing.
    pub(crate) fn needs(&self, key: &str, example: &str, faults: &mut Faults) {
        if self.table.get(key).is_none() {
            let finding = Finding::error(faults.code, format!("{} has no `{key}`", self.called))
                .help(format!("add `{example}`"));
            let finding = if self.span.is_empty() {
                finding
            } else {
                finding.at(&faults.source, self.span.clone(), "")
            };
            faults.push(finding);
        }
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, key: &str, faults: &mut Faults) -> Option<Placed<&'t str>> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::String(text) if text.trim().is_empty() => {
                faults.value(
                    value.span(),
                    "",
                    format!("`{key}` is empty"),
                    "write a text or leave the key out",
                );
                None
            }
            DeValue::String(text) => Some((text.as_ref(), value.span())),
            other => wrong_kind(key, "a text in quotes", other, value.span(), faults),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, faults: &mut Faults) -> Option<bool> {
        let value = self.table.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(*flag),
            other => wrong_kind(key, "`true` or `false`", other, value.span(), faults),
        }
    }

    /// A whole number of at least 1.
    pub(crate) fn count(&self, key: &str, faults: &mut Faults) -> Option<Placed<u64>> {
        let value = self.table.get(key)?;
        let DeValue::Integer(number) = value.get_ref() else {
            return wrong_kind(key, "a whole number", value.get_ref(), value.span(), faults);
        };
        match u64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) if number > 0 => Some((number, value.span())),
            _ => {
                faults.value(
                    value.span(),
                    "",
                    format!("`{key}` is no number from 1 up"),
                    "write for example `100`",
                );
                None
            }
        }
    }

    /// A duration such as `"10m"`.
    pub(crate) fn duration(&self, key: &str, faults: &mut Faults) -> Option<Placed<Duration>> {
        let value = self.table.get(key)?;
        let span = value.span();
        let DeValue::String(text) = value.get_ref() else {
            let wanted = "a duration in quotes, such as `\"10m\"`";
            return wrong_kind(key, wanted, value.get_ref(), span, faults);
        };
        match text::parse_duration(text) {
            Ok(time) => Some((time, span)),
            Err(why) => {
                let (what, how) = why.split_once("; ").unwrap_or((&why, ""));
                faults.value(span, "", what.to_owned(), how);
                None
            }
        }
    }

    /// A list; each element is read by `each`, which names the kind it wants if it cannot.
    pub(crate) fn list<T>(
        &self,
        key: &str,
        kind: &str,
        faults: &mut Faults,
        each: impl Fn(&'t DeValue<'t>) -> Option<T>,
    ) -> Option<Placed<Vec<Placed<T>>>> {
        let value = self.table.get(key)?;
        let DeValue::Array(array) = value.get_ref() else {
            let kind = format!("a list in brackets, each {kind}");
            return wrong_kind(key, &kind, value.get_ref(), value.span(), faults);
        };
        let mut list = Vec::new();
        for element in array {
            match each(element.get_ref()) {
                Some(read) => list.push((read, element.span())),
                None => wrong(
                    &format!("an element of `{key}`"),
                    kind,
                    element.get_ref(),
                    element.span(),
                    faults,
                ),
            }
        }
        Some((list, value.span()))
    }

    /// A list of texts.
    pub(crate) fn texts(
        &self,
        key: &str,
        faults: &mut Faults,
    ) -> Option<Placed<Vec<Placed<&'t str>>>> {
        self.list(key, "a text in quotes", faults, DeValue::as_str)
    }

    /// A text, or a list of texts.
    pub(crate) fn one_or_more(
        &self,
        key: &str,
        faults: &mut Faults,
    ) -> Option<Vec<Placed<&'t str>>> {
        match self.table.get(key)?.get_ref() {
            DeValue::Array(_) => self.texts(key, faults).map(|(texts, _)| texts),
            _ => self.text(key, faults).map(|text| vec![text]),
        }
    }

    /// A table below this one, `[key]`.
    pub(crate) fn table(&self, key: &str, called: &str, faults: &mut Faults) -> Option<Keys<'t>> {
        let (name, value) = self.table.get_key_value(key)?;
        match value.get_ref() {
            DeValue::Table(table) => {
                Some(Keys { table, called: format!("`[{called}]`"), span: name.span() })
            }
            other => {
                wrong_kind(key, &format!("a table, `[{called}]`"), other, value.span(), faults)
            }
        }
    }

    /// The tables below this one, `[[key]]`.
    pub(crate) fn tables(&self, key: &str, called: &str, faults: &mut Faults) -> Vec<Keys<'t>> {
        let kind = format!("a table, `[[{called}]]`");
        let Some((list, _)) = self.list(key, &kind, faults, DeValue::as_table) else {
            return Vec::new();
        };
        list.into_iter()
            .map(|(table, span)| Keys { table, called: format!("`[[{called}]]`"), span })
            .collect()
    }
}

fn wrong_kind<T>(
    key: &str,
    wanted: &str,
    got: &DeValue<'_>,
    span: Range<usize>,
    faults: &mut Faults,
) -> Option<T> {
    wrong(&format!("`{key}`"), wanted, got, span, faults);
    None
}

fn wrong(what: &str, wanted: &str, got: &DeValue<'_>, span: Range<usize>, faults: &mut Faults) {
    let got = match got {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    faults.value(span, "", format!("{what} is {got}"), format!("it has to be {wanted}"));
}
