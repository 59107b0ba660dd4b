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
    INVENTORY_ENCODING = "inventory::encoding": "An export is not UTF-8, or holds bytes that no text holds. Export it again with `-Encoding UTF8`.";
    INVENTORY_CSV = "inventory::csv": "A row of an export is no row of CSV: a quote is open or stands alone, a cell is missing or too many, or a row has no end.";
    INVENTORY_EMPTY = "inventory::empty": "An export holds no users. No data is no answer, so nothing is planned on it.";
    INVENTORY_COLUMN = "inventory::column": "A column of an export is missing, or is there twice.";
    INVENTORY_VALUE = "inventory::value": "A cell of an export does not hold what its column needs: an address, a number, `True` or `False`.";
    INVENTORY_DUPLICATE = "inventory::duplicate_user": "Two rows have the same SIP address, and nobody can tell which one is meant. Remove one.";
    INVENTORY_HOME = "inventory::unknown_home": "A user's home pool is none of the topology's pools, or the user has none. Add the pool to the topology, or correct the export.";
    INVENTORY_SPACES = "inventory::edge_spaces": "A name or an address begins or ends with a space. The old product cannot move such a user; preflight leaves them out until it is mended.";
    INVENTORY_LINE = "inventory::shared_line": "Several users have the same line. Preflight leaves voice users with a shared line out, since the new product refuses the second one.";
    INVENTORY_PERSON = "inventory::unknown_person": "The directory names a manager or a delegate who is no user of the export. The relation is left out.";
    INVENTORY_CYCLE = "inventory::manager_cycle": "Managers form a ring. Nothing breaks, but one of them is wrong.";
    INVENTORY_UNJOINED = "inventory::unjoined": "Rows of the directory belong to nobody in the user export. They are left out.";
    INVENTORY_TYPE_NAME = "inventory::type_name": "A cell holds the name of a type instead of its values: PowerShell writes that for lists. Join the values with `;` before exporting.";


    // ---- topology
    TOPOLOGY_SYNTAX = "topology::syntax": "The topology document is not TOML. The mark shows where reading stopped.";
    TOPOLOGY_VALUE = "topology::value": "A key of the topology document is unknown, missing or has a value of the wrong kind.";
    TOPOLOGY_DUPLICATE = "topology::duplicate": "Two sites, pools, servers or services have the same name.";
    TOPOLOGY_REFERENCE = "topology::unknown_reference": "The topology document names a site or a service that it does not define.";
    TOPOLOGY_CYCLE = "topology::dependency_cycle": "Services need each other in a ring, so none can be started first.";


    // ---- journal



    // ---- driver



    // ---- run



    // ---- script



    // ---- rollback



    // ---- cli
}
