//! Storage of users: interned texts, sparse columns, lists of values per row, and a hash index.
//!
//! All are append-only and addressed by small numbers, so a million users fit in memory and a lookup
//! allocates nothing. Nothing here knows what a user is.
//!
//! Invariant: text 0 is the empty text; a row past the end of a column has it.

use std::hash::{BuildHasher as _, RandomState};

/// Number of an interned text.
pub(super) type TextId = u32;

/// Finds rows by a key that the rows themselves hold, so keys are stored once.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Upper half: hash; lower half: row. Open addressing, at most four fifths full.
    slots: Vec<u64>,
    used: usize,
    hasher: RandomState,
}

const FREE: u64 = u64::MAX;

impl Index {
    /// The row for `key`; `is_it` tells whether a row has exactly that key.
    pub fn find(&self, key: &str, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = self.hash(key);
        let mut at = self.start(hash)?;
        loop {
            let slot = *self.slots.get(at)?;
            if slot == FREE {
                return None;
            }
            if upper(slot) == hash && is_it(lower(slot)) {
                return Some(lower(slot));
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Adds a row under `key`, which must not be there yet.
    pub fn add(&mut self, key: &str, row: u32) {
        if (self.used + 1) * 5 > self.slots.len() * 4 {
            self.grow();
        }
        self.place(u64::from(self.hash(key)) << 32 | u64::from(row));
        self.used += 1;
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "half of the hash is enough to tell keys apart"
    )]
    fn hash(&self, key: &str) -> u32 {
        self.hasher.hash_one(key) as u32
    }

    fn start(&self, hash: u32) -> Option<usize> {
        Some(hash as usize & self.slots.len().checked_sub(1)?)
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.slots.capacity() * size_of::<u64>()
    }

    fn grow(&mut self) {
        let bigger = vec![FREE; (self.slots.len() * 2).max(16)];
        let old = std::mem::replace(&mut self.slots, bigger);
        for slot in old.into_iter().filter(|slot| *slot != FREE) {
            self.place(slot);
        }
    }

    fn place(&mut self, entry: u64) {
        let Some(mut at) = self.start(upper(entry)) else { return };
        // INVARIANT: some slots are never used, so a free one comes.
        while let Some(slot) = self.slots.get_mut(at) {
            if *slot == FREE {
                *slot = entry;
                return;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

fn upper(slot: u64) -> u32 {
    (slot >> 32) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "exactly the lower half")]
fn lower(slot: u64) -> u32 {
    slot as u32
}

/// Texts, each stored once.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    all: String,
    /// Where each text but the empty one ends, counted from where its block begins.
    ends: Vec<u32>,
    /// Where each block of texts begins.
    blocks: Vec<usize>,
    index: Index,
}

/// Texts of a block: of at most one MiB each, so that their ends fit in 32 bits.
const BLOCK: usize = 1024;

impl Texts {
    /// The number of a text, which is added if it is new.
    pub(super) fn intern(&mut self, text: &str) -> TextId {
        if text.is_empty() {
            return 0;
        }
        if let Some(found) = self.index.find(text, |id| self.get(id) == text) {
            return found;
        }
        if self.ends.len().is_multiple_of(BLOCK) {
            self.blocks.push(self.all.len());
        }
        self.all.push_str(text);
        let start = self.blocks.last().copied().unwrap_or(0);
        self.ends.push(u32::try_from(self.all.len() - start).unwrap_or(u32::MAX));
        let id = TextId::try_from(self.ends.len()).unwrap_or(0);
        self.index.add(text, id);
        id
    }

    /// The text with that number.
    pub(super) fn get(&self, id: TextId) -> &str {
        let Some(index) = (id as usize).checked_sub(1) else { return "" };
        let block = self.blocks.get(index / BLOCK).copied().unwrap_or(0);
        let first = index.is_multiple_of(BLOCK);
        let before = index.checked_sub(1).filter(|_| !first).and_then(|at| self.ends.get(at));
        let start = block + before.map_or(0, |end| *end as usize);
        self.ends
            .get(index)
            .and_then(|end| self.all.get(start..block + *end as usize))
            .unwrap_or_default()
    }

    /// Lets go of what only interning needs: a text is not stored once any more from now on.
    pub(super) fn freeze(&mut self) {
        self.index = Index::default();
        self.all.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.blocks.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.all.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.blocks.capacity() * size_of::<usize>()
            + self.index.bytes()
    }
}

/// One value per row; rows that have none take no room at the end, and nothing if all have none.
#[derive(Debug, Clone, Default)]
pub(super) struct Column<T>(Vec<T>);

impl<T: Copy + Default + PartialEq> Column<T> {
    /// Lets go of room for further rows.
    pub(super) fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<T>()
    }

    pub(super) fn get(&self, row: u32) -> T {
        self.0.get(row as usize).copied().unwrap_or_default()
    }

    pub(super) fn set(&mut self, row: u32, value: T) {
        let row = row as usize;
        if row >= self.0.len() {
            if value == T::default() {
                return;
            }
            self.0.resize(row + 1, T::default());
        }
        if let Some(cell) = self.0.get_mut(row) {
            *cell = value;
        }
    }
}

/// Several values per row, in one vector (compressed sparse rows).
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    values: Vec<u32>,
}

impl Lists {
    /// Sorts pairs of row and value by row; the values of a row keep their order.
    pub(super) fn from_pairs(rows: usize, pairs: &[(u32, u32)]) -> Self {
        if pairs.is_empty() {
            return Self::default();
        }
        let mut next = vec![0_u32; rows + 1];
        for (row, _) in pairs {
            if let Some(count) = next.get_mut(*row as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut next {
            sum += *start;
            *start = sum;
        }
        let mut values = vec![0; pairs.len()];
        for (row, value) in pairs {
            let Some(at) = next.get_mut(*row as usize) else { continue };
            if let Some(cell) = values.get_mut(*at as usize) {
                *cell = *value;
            }
            *at += 1;
        }
        // Each start has moved to its row's end.
        next.truncate(rows);
        Self { ends: next, values }
    }

    /// Bytes on the heap.
    pub(super) fn bytes(&self) -> usize {
        (self.ends.capacity() + self.values.capacity()) * size_of::<u32>()
    }

    /// The values of a row.
    pub(super) fn get(&self, row: u32) -> &[u32] {
        let row = row as usize;
        let start =
            row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends
            .get(row)
            .and_then(|end| self.values.get(start as usize..*end as usize))
            .unwrap_or_default()
    }

    /// Pairs of row and value, by row.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0_u32..).zip(&self.ends).flat_map(|(row, _)| self.get(row).iter().map(move |v| (row, *v)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_stored_once_and_read_back(words in prop::collection::vec("[a-cé]{0,3}", 0..200)) {
            let mut texts = Texts::default();
            let ids: Vec<TextId> = words.iter().map(|word| texts.intern(word)).collect();
            for (word, id) in words.iter().zip(&ids) {
                prop_assert_eq!(texts.get(*id), word);
                prop_assert_eq!(texts.intern(word), *id);
            }
        }

        #[test]
        fn lists_keep_the_order_of_each_row(pairs in prop::collection::vec((0_u32..20, 0_u32..9), 0..80)) {
            let lists = Lists::from_pairs(20, &pairs);
            for row in 0..20 {
                let expected: Vec<u32> =
                    pairs.iter().filter(|pair| pair.0 == row).map(|pair| pair.1).collect();
                prop_assert_eq!(lists.get(row), expected.as_slice());
            }
            prop_assert_eq!(lists.pairs().count(), pairs.len());
        }
    }

    #[test]
    fn a_row_past_the_end_has_nothing() {
        let mut column = Column::default();
        column.set(3, 7_u32);
        assert_eq!((column.get(2), column.get(3), column.get(400)), (0, 7, 0));
        assert_eq!(Lists::default().get(5), &[] as &[u32]);
        assert_eq!(Texts::default().get(9), "");
    }
}
