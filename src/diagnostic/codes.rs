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
    JOURNAL_HELD = "journal::held": "Another process works on this folder. One process writes at a time; the lock ends with the process that holds it.";
    JOURNAL_NEWER = "journal::newer": "The journal was written by a newer sidle, whose records this one does not understand. Use the newer one.";
    JOURNAL_UNREADABLE = "journal::unreadable": "The journal's file could not be opened or read. The message holds the system's reason.";
    JOURNAL_NOT_WRITTEN = "journal::not_written": "A record could not be made durable, so nothing that depends on it was started. Make room or mend the disk, then run again.";
    JOURNAL_CHANGED = "journal::changed": "A record is not as it was written, is missing, or stands in another place: the hash chain does not hold. Put back `.sidle` from a backup.";
    JOURNAL_ILLEGAL = "journal::illegal": "A record cannot follow those before it. This is a fault of sidle, or of whoever edited the journal.";
    JOURNAL_OBJECT = "journal::object": "The copy of a script or inventory file that a run was started on is missing or was changed.";
    JOURNAL_NO_RUN = "journal::no_run": "The folder has no journal, or the journal no such run. `sidle run` starts one.";



    // ---- driver
    GROUND_UNUSABLE = "driver::ground_unusable": "The training ground (.sidle/embedded.db) could not be opened, read or written. The message holds the system's reason; nothing has changed in it.";
    GROUND_UNKNOWN = "driver::ground_unknown": "The training ground has no pool, server, service or user of that name. `sidle status` shows what there is.";



    // ---- run
    MOVE_WINDOW = "run::move_window": "A move names a window (`within`), which this version does not keep yet. Nothing was moved; start the run by hand inside the window and leave `within` out.";
    MOVE_UNKNOWN = "run::move_unknown": "A move names a record or a pool that the run does not have. The journal and the inventory do not belong together.";
    BUDGET_VALUE = "run::budget_value": "An error budget is neither a count nor a percentage between 0% and 100%.";
    COMMAND_UNKNOWN = "run::command_unknown": "A script runs a command that sidle.toml does not list. Only commands listed under [commands] may run.";



    // ---- script



    // ---- rollback



    // ---- cli
    CLI_USAGE = "cli::usage": "The arguments do not say what is to be done. `sidle --help` and `sidle COMMAND --help` show what each command takes, with examples.";
    CLI_RUNTIME = "cli::runtime": "The process could not start its threads. The machine is out of memory or of threads; the message holds the system's reason.";
    CLI_NOT_EMPTY = "cli::not_empty": "`sidle new` writes only into a folder that is empty or does not exist, so that it never overwrites anything.";
    CLI_UNWRITABLE = "cli::unwritable": "A file of a new folder could not be written. The message holds the system's reason; what was written before is still there.";
    CLI_UNKNOWN_TEMPLATE = "cli::unknown_template": "There is no template of that name to start a folder from. `sidle new --help` lists them.";
    CLI_UNKNOWN_NAME = "cli::unknown_name": "`sidle doc` knows no primitive, block form, subject or code of that name. `sidle doc` without a name lists them all.";
}
