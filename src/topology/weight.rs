//! How much memory the users take, for the benchmark; and letting go of what is not needed any more.

use super::users::Users;

impl Users {
    /// Bytes on the heap, without the allocator's own.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts: usize = self.text_columns.iter().map(super::columns::Column::bytes).sum();
        let flags: usize = self.flags.iter().map(roaring::RoaringBitmap::serialized_size).sum();
        let lists = [&self.groups, &self.delegates, &self.acts_for, &self.sharers];
        let numbers = [&self.meetings, &self.contacts, &self.managers, &self.shared];
        let joined: usize = self.joined.iter().map(|(_, rows)| rows.bytes()).sum();
        let extras: usize = self.extras.iter().map(super::columns::Column::bytes).sum();
        let names: usize =
            self.columns.iter().map(|name| name.capacity() + size_of_val(name)).sum();
        self.texts.bytes()
            + self.addresses.capacity() * size_of::<u32>()
            + self.by_address.bytes()
            + texts
            + flags
            + lists.map(super::columns::Lists::bytes).iter().sum::<usize>()
            + numbers.map(super::columns::Column::bytes).iter().sum::<usize>()
            + self.homes.bytes()
            + self.policies.bytes()
            + self.file_of.bytes()
            + self.lines.capacity() * size_of::<u32>()
            + self.rows.bytes()
            + joined
            + extras
            + names
    }

    /// Lets go of room that only reading needs.
    pub(super) fn freeze(&mut self) {
        self.texts.freeze();
        self.addresses.shrink_to_fit();
        self.lines.shrink_to_fit();
        self.text_columns.iter_mut().for_each(super::columns::Column::shrink);
        self.extras.iter_mut().for_each(super::columns::Column::shrink);
        let numbers =
            [&mut self.meetings, &mut self.contacts, &mut self.managers, &mut self.shared];
        numbers.into_iter().for_each(super::columns::Column::shrink);
        self.homes.shrink();
        self.file_of.shrink();
        self.rows.shrink();
        self.joined.iter_mut().for_each(|(_, rows)| rows.shrink());
        self.policies.freeze();
    }
}
