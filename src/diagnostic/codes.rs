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



    // ---- values of the script's primitives
    UNKNOWN_SITE = "topology::unknown_site": "A script names a site that the topology does not have.";
    UNKNOWN_POOL = "topology::unknown_pool": "A script names a pool that the topology does not have. Pools are named by their fully qualified names, in any case.";
    UNKNOWN_USER = "topology::unknown_user": "A script names a user that the inventory does not have. Users are named by their SIP addresses, with or without `sip:`.";
    UNKNOWN_SERVICE = "topology::unknown_service": "A probe names a service that the topology does not list for that pool. A misspelt name must not look like a service that does not answer.";
    VALUE_UNKNOWN_PROPERTY = "value::unknown_property": "A script asks a value for a property that values of its type do not have, or a user for a column that no export has.";
    VALUE_READ_ONLY = "value::read_only": "A script sets a property of a fact. Facts come from the inventory; what a run changes, it changes through effects.";
    VALUE_UNLIKE = "value::unlike": "A script compares values that cannot be compared: of different types, or without an order. The comparison would always be false, so it is refused.";
    VALUE_ARGUMENT = "value::argument": "An argument of a primitive has the wrong type or lies outside its range.";
    VALUE_UNKNOWN_OPTION = "value::unknown_option": "A map of options holds a key that the primitive does not know. A misspelt option must not fall back to its default.";
    VALUE_NO_ANSWER = "value::no_answer": "A function given to a set returned something else than was asked of it: a filter wants `true` or `false`, a selection `include(why)` or `exclude(why)`.";
    VALUE_NO_REASON = "value::no_reason": "A set is asked for reasons that it does not have. Only `select` and the sets of a move's report know reasons.";
    VALUE_NOT_AVAILABLE = "value::not_available": "A primitive of the language that this version of sidle does not have yet.";

    // ---- rollback



    // ---- cli
}
