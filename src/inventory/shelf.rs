//! The files of a snapshot on a shelf: rows that are not kept in memory are read from there again.

use super::Files;
use super::header::{Field, Header};
use super::options;
use super::records::{Layout, Records};
use crate::diagnostic::{Finding, Source, codes};
use crate::topology::{Cells, RowAt};
use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How each file is to be read, by its number.
#[derive(Debug, Default)]
pub(super) struct Shelf(BTreeMap<usize, Entry>);

#[derive(Debug)]
struct Entry {
    layout: Layout,
    fields: Vec<Field>,
    /// Columns by name in lower case.
    names: HashMap<String, usize>,
}

impl Shelf {
    /// Puts a file there; again when all of it was read, since only then its encoding is certain.
    pub(super) fn put(&mut self, file: usize, records: &Records, header: &Header) {
        let layout = records.layout();
        if let Some(entry) = self.0.get_mut(&file) {
            entry.layout = layout;
            return;
        }
        let lower = header.names.iter().map(|name| name.to_lowercase());
        let names = lower.zip(0..).collect();
        self.0.insert(file, Entry { layout, fields: header.fields.clone(), names });
    }

    /// Opens a file to read single rows; `None` if that fails.
    pub(super) fn open(&self, file: usize, files: &dyn Files) -> Option<Records> {
        Records::again(&self.0.get(&file)?.layout, files).ok()
    }

    /// Opens a file to read it from the beginning.
    pub(super) fn reopen(&self, file: usize, files: &dyn Files) -> Option<Records> {
        Records::open(&self.0.get(&file)?.layout.name, files, &mut super::Faults::default())
    }

    /// The first column of a field.
    pub(super) fn column(&self, file: usize, field: Field) -> Option<usize> {
        self.0.get(&file)?.fields.iter().position(|other| *other == field)
    }

    /// The files whose rows have a field.
    pub(super) fn files_with(&self, field: Field) -> impl Iterator<Item = usize> + '_ {
        let has = move |entry: &Entry| entry.fields.contains(&field);
        self.0.iter().filter(move |(_, entry)| has(entry)).map(|(file, _)| *file)
    }
}

/// Reads cells of a shelf for as long as the users live.
pub(super) struct Reader {
    shelf: Shelf,
    files: Arc<dyn Files + Send + Sync>,
    /// Files that were read, each at the row that was read last.
    open: Mutex<HashMap<usize, Open>>,
}

struct Open {
    records: Records,
    at: Option<RowAt>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("shelf", &self.shelf).finish_non_exhaustive()
    }
}

impl Reader {
    pub(super) fn new(shelf: Shelf, files: Arc<dyn Files + Send + Sync>) -> Self {
        Self { shelf, files, open: Mutex::default() }
    }

    /// Does something with a row.
    fn with<T>(
        &self,
        file: usize,
        row: RowAt,
        act: impl FnOnce(&Entry, &Records) -> T,
    ) -> Result<T, Finding> {
        let entry = self.shelf.0.get(&file).ok_or_else(|| gone("a file of the inventory"))?;
        let name = &*entry.layout.name;
        let mut all = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let open = match all.entry(file) {
            Slot::Occupied(open) => open.into_mut(),
            Slot::Vacant(slot) => {
                let records = Records::again(&entry.layout, &*self.files)
                    .map_err(|error| super::unreadable(name, &error))?;
                slot.insert(Open { records, at: None })
            }
        };
        if open.at != Some(row) {
            open.at = None;
            let offset = row.offset().ok_or_else(|| gone(name))?;
            let found = open.records.go_to(offset, 1);
            let found = found.map_err(|error| super::unreadable(name, &error))?;
            if !found || !row.holds(open.records.text()) {
                all.remove(&file);
                return Err(gone(name));
            }
            open.at = Some(row);
        }
        Ok(act(entry, &open.records))
    }
}

fn gone(name: &str) -> Finding {
    let message = format!("`{name}` was changed since it was read");
    Finding::error(codes::INVENTORY_CHANGED, message)
        .help("leave it alone while sidle works with it, and start the command again")
}

impl Cells for Reader {
    fn text(&self, file: usize, row: RowAt, column: &str) -> Result<String, Finding> {
        self.with(file, row, |entry, records| {
            if let Some(column) = entry.names.get(&column.to_lowercase()) {
                return records.cell(*column).into_owned();
            }
            let options = entry.fields.iter().position(|field| *field == Field::OptionFlags);
            let bits = options.and_then(|options| options::bits(&records.cell(options)));
            bits.and_then(|bits| options::said(column, bits)).unwrap_or_default().to_owned()
        })
    }

    fn place(
        &self,
        file: usize,
        row: RowAt,
        column: &str,
    ) -> Result<Option<(Source, Range<usize>)>, Finding> {
        let entry = self.shelf.0.get(&file).ok_or_else(|| gone("a file of the inventory"))?;
        let Some(column) = entry.names.get(&column.to_lowercase()).copied() else {
            return Ok(None);
        };
        if self.with(file, row, |_, records| records.cell(column).is_empty())? {
            return Ok(None);
        }
        // Its line is known only by counting those before it.
        let name = &*entry.layout.name;
        let mut quiet = super::Faults::default();
        let mut records =
            Records::open(name, &*self.files, &mut quiet).ok_or_else(|| gone(name))?;
        while records.advance(&mut quiet) {
            if Some(records.offset()) == row.offset() && !records.is_header() {
                return Ok(Some(records.place(column)));
            }
        }
        Err(gone(name))
    }
}
