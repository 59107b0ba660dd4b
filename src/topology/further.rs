//! Further columns: cells that no property holds stay in their files and are read when asked for.
//!
//! A row is kept as the byte where it begins and a mark of its text, so that a file which was changed
//! meanwhile is noticed. Who reads the files is not known here: [`Cells`] does it.

use super::users::Users;
use super::{UserId, UsersBuilder};
use crate::diagnostic::{Finding, Source};
use std::borrow::Cow;
use std::fmt;
use std::hash::{DefaultHasher, Hasher as _};
use std::ops::Range;
use std::sync::Arc;

/// Reads cells of rows that stayed in their files.
pub trait Cells: fmt::Debug + Send + Sync {
    /// A cell's text; empty if that file does not have the column.
    ///
    /// # Errors
    /// If the file cannot be read, or is not what was read before.
    fn text(&self, file: usize, row: RowAt, column: &str) -> Result<String, Finding>;

    /// Where a cell stands: the lines around it, and its place in them.
    ///
    /// # Errors
    /// As [`Cells::text`].
    fn place(
        &self,
        file: usize,
        row: RowAt,
        column: &str,
    ) -> Result<Option<(Source, Range<usize>)>, Finding>;
}

/// Where a row stands in its file, with a mark of its text; nowhere by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowAt(u64);

/// The lower bits hold the mark, the upper ones the offset plus one.
const MARK: u32 = 24;
const FARTHEST: u64 = (1 << (64 - MARK)) - 2;

impl RowAt {
    /// The row of that text at that byte. No export is so large that the byte does not fit.
    #[must_use]
    pub fn new(offset: u64, text: &str) -> Self {
        if offset > FARTHEST {
            return Self::default();
        }
        Self((offset + 1) << MARK | mark(text))
    }

    /// The byte where it begins; `None` for nowhere.
    #[must_use]
    pub fn offset(self) -> Option<u64> {
        (self.0 >> MARK).checked_sub(1)
    }

    /// True if a text is likely to be the row's.
    #[must_use]
    pub fn holds(self, text: &str) -> bool {
        self.0 & ((1 << MARK) - 1) == mark(text)
    }
}

fn mark(text: &str) -> u64 {
    // Without a key: the same in every sitting.
    let mut hasher = DefaultHasher::new();
    hasher.write(text.as_bytes());
    hasher.finish() >> (64 - MARK)
}

impl Users {
    /// Names of every further column of the exports, as spelt there.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// A further column's text, by its name without regard to case; `None` if there is no such column.
    ///
    /// Of several files that have the column, the first with a value counts.
    ///
    /// # Errors
    /// If the file cannot be read any more, or was changed since it was read.
    pub fn extra(&self, user: UserId, column: &str) -> Result<Option<Cow<'_, str>>, Finding> {
        let Some(index) = self.column_of(column) else { return Ok(None) };
        let kept = self.extras.get(index).map_or(0, |texts| texts.get(user));
        if kept != 0 {
            return Ok(Some(Cow::Borrowed(self.texts.get(kept))));
        }
        let Some(cells) = &self.cells else { return Ok(Some(Cow::Borrowed(""))) };
        let name = self.columns.get(index).map_or("", String::as_str);
        for file in self.holders.get(index).into_iter().flatten() {
            let row = self.row_in(user, usize::from(*file));
            if row.offset().is_some() {
                let text = cells.text(usize::from(*file), row, name)?;
                if !text.is_empty() {
                    return Ok(Some(Cow::Owned(text)));
                }
            }
        }
        Ok(Some(Cow::Borrowed("")))
    }

    /// Where a user's cell of a column stands, by the column's name in the file; the first file with
    /// such a cell counts. `None` if there is none, or the users came from no file.
    ///
    /// # Errors
    /// As [`Users::extra`].
    pub fn place(
        &self,
        user: UserId,
        column: &str,
    ) -> Result<Option<(Source, Range<usize>)>, Finding> {
        let Some(cells) = &self.cells else { return Ok(None) };
        for file in 0..self.files.len() {
            let row = self.row_in(user, file);
            if row.offset().is_none() {
                continue;
            }
            if let Some(place) = cells.place(file, row, column)? {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    /// The user's row in a file, by the file's number.
    #[must_use]
    pub fn row_in(&self, user: UserId, file: usize) -> RowAt {
        if usize::from(self.file_of.get(user)) == file {
            return self.rows.get(user);
        }
        let joined = self.joined.iter().find(|(other, _)| usize::from(*other) == file);
        joined.map_or_else(RowAt::default, |(_, rows)| rows.get(user))
    }

    /// The number of the file that the user's own row stands in.
    #[must_use]
    pub fn file_of(&self, user: UserId) -> usize {
        usize::from(self.file_of.get(user))
    }

    fn column_of(&self, column: &str) -> Option<usize> {
        let ascii = |name: &String| name.eq_ignore_ascii_case(column);
        self.columns.iter().position(ascii).or_else(|| {
            let lower = column.to_lowercase();
            self.columns.iter().position(|name| name.to_lowercase() == lower)
        })
    }
}

impl UsersBuilder {
    /// Says where the row of a user's own file stands.
    pub fn row(&mut self, user: UserId, row: RowAt) {
        self.users.rows.set(user, row);
    }

    /// Says where the row of another file stands that was joined to the user.
    pub fn joined(&mut self, user: UserId, file: usize, row: RowAt) {
        let Ok(file) = u16::try_from(file) else { return };
        let known = self.users.joined.iter().position(|(other, _)| *other == file);
        let at = known.unwrap_or_else(|| {
            self.users.joined.push((file, super::columns::Column::default()));
            self.users.joined.len() - 1
        });
        if let Some((_, rows)) = self.users.joined.get_mut(at) {
            rows.set(user, row);
        }
    }

    /// Notes that a file has a further column, whose cells stay there.
    pub fn column_in(&mut self, name: &str, file: usize) {
        let column = self.column(name);
        let (Some(files), Ok(file)) = (self.users.holders.get_mut(column), u16::try_from(file))
        else {
            return;
        };
        if !files.contains(&file) {
            files.push(file);
        }
    }

    /// Says who reads the cells that stay in their files.
    pub fn cells(&mut self, cells: Arc<dyn Cells>) {
        self.users.cells = Some(cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_knows_its_byte_and_notices_another_text() {
        let row = RowAt::new(1 << 35, "ann,True");
        assert_eq!(row.offset(), Some(1 << 35));
        assert!(row.holds("ann,True") && !row.holds("ann,False"));
        assert_eq!(RowAt::default().offset(), None);
        assert_eq!(RowAt::new(0, "").offset(), Some(0));
        assert_eq!(RowAt::new(u64::MAX, "").offset(), None);
    }
}
