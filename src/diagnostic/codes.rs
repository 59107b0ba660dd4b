//! Every code a finding can have, with its explanation.
//!
//! A code is `area::what_is_wrong`, listed once, never reused. `sidle doc CODE` prints the
//! explanation; a test checks that each code is unique, explained, and raised somewhere.
//!
//! To add one, add a line to the table of its area.

use std::fmt;

/// A stable name of a kind of fault, and what it means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// `sidle::area::what_is_wrong`.
    pub id: &'static str,
    /// What it means and what to do, in a sentence or two.
    pub explanation: &'static str,
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// Declares codes as constants and collects them in `ALL`.
macro_rules! codes {
    ($($name:ident = $id:literal: $explanation:literal;)*) => {
        $(
            #[doc = $explanation]
            pub const $name: Code = Code { id: concat!("sidle::", $id), explanation: $explanation };
        )*
        /// Every code, in the order of this file.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    // ---- config
    FILE_UNREADABLE = "config::unreadable": "A file that the organisation's folder names could not be read. The message holds the system's reason.";
    CONFIG_SYNTAX = "config::syntax": "sidle.toml is not TOML. The mark shows where reading stopped.";
    CONFIG_VALUE = "config::value": "A key of sidle.toml is unknown, missing or has a value of the wrong kind.";



    // ---- inventory



    // ---- topology



    // ---- journal



    // ---- driver



    // ---- run



    // ---- script



    // ---- rollback



    // ---- cli
}
