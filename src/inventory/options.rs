//! The bits of `msRTCSIP-OptionFlags`, for exports that lack the columns that `Get-CsUser` makes of them.

use super::cells::{flag, wrong};
use super::faults::Faults;
use super::header::{Field, Header, plain};
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::topology::{Flag, UserId, UsersBuilder};

/// The number in a cell.
pub(super) fn bits(cell: &str) -> Option<u32> {
    let cell = cell.trim();
    // Directories keep it as a signed number.
    cell.parse().ok().or_else(|| cell.parse::<i32>().ok().map(i32::cast_unsigned))
}

/// Which bits each column of `Get-CsUser` is made of.
pub(super) const COLUMNS: [(&str, u32); 4] = [
    ("EnterpriseVoiceEnabled", 128),
    ("PublicNetworkEnabled", 1),
    ("RemoteCallControlTelephonyEnabled", 16 | 512),
    ("EnabledForRichPresence", 256),
];

/// What the bits say about a column; `None` if they say nothing about it.
pub(super) fn said(column: &str, bits: u32) -> Option<&'static str> {
    let known = COLUMNS.iter().find(|(name, _)| name.eq_ignore_ascii_case(column));
    known.map(|(_, mask)| if bits & mask == 0 { "False" } else { "True" })
}

/// Which columns of an export say what the bits say too.
pub(super) struct Options {
    explicit: [Option<usize>; COLUMNS.len()],
}

impl Options {
    pub(super) fn of(header: &Header) -> Self {
        let names: Vec<String> = header.names.iter().map(|name| plain(name)).collect();
        let find = |(name, _)| names.iter().position(|other| *other == plain(name));
        Self { explicit: COLUMNS.map(find) }
    }

    /// The columns that an export with option flags lacks.
    pub(super) fn missing(header: &Header) -> Vec<&'static str> {
        if header.column(Field::OptionFlags).is_none() {
            return Vec::new();
        }
        let there = Self::of(header).explicit;
        let all = COLUMNS.iter().zip(there).filter(|(_, column)| column.is_none());
        // Enterprise voice is a property.
        all.map(|((name, _), _)| *name).filter(|name| *name != "EnterpriseVoiceEnabled").collect()
    }

    /// Reads the flags of the row's user from `column`.
    pub(super) fn read(
        &self,
        user: UserId,
        records: &Records,
        column: usize,
        builder: &mut UsersBuilder,
        faults: &mut Faults,
    ) {
        let cell = records.cell(column);
        let Some(bits) = bits(&cell) else {
            let message = format!("`{}` is no number of option flags", cell.trim());
            let help = "write the sum of the bits, such as `385`";
            wrong(codes::INVENTORY_VALUE, records, column, message, help, faults);
            return;
        };
        for ((name, mask), explicit) in COLUMNS.into_iter().zip(self.explicit) {
            let is_set = bits & mask != 0;
            let said = explicit.and_then(|other| Some((other, flag(&records.cell(other))?)));
            match said {
                Some((other, said)) if said != is_set => {
                    faults.add(codes::INVENTORY_CONTRADICTION, || {
                        let word = if is_set { "is set" } else { "is not set" };
                        let message =
                            format!("`{name}` is `{}`, and its bit {word}", records.cell(other));
                        let finding = Finding::warning(codes::INVENTORY_CONTRADICTION, message);
                        let both = [(other, "this counts"), (column, "the bits")];
                        let help = "look what is right; the export may be older than a change";
                        records.at_both(both, finding).help(help)
                    });
                }
                None if name == "EnterpriseVoiceEnabled" && is_set => {
                    builder.flag(user, Flag::EnterpriseVoice);
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bit_says_what_the_schema_says() {
        let set = |bits| COLUMNS.map(|(column, _)| said(column, bits) == Some("True"));
        assert_eq!(set(0), [false; 4]);
        assert_eq!(set(385), [true, true, false, true]);
        assert_eq!((set(16)[2], set(512)[2], set(64)), (true, true, [false; 4]));
        assert_eq!(said("Title", 1), None);
        assert_eq!((bits(" 385 "), bits("-1"), bits("many")), (Some(385), Some(u32::MAX), None));
    }
}
