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
    INVENTORY_ENCODING = "inventory::encoding": "An export is neither UTF-8 nor UTF-16, or holds bytes that no text holds. What is not UTF-8 is read as Windows-1252, which is a guess: export it again with `-Encoding UTF8`.";
    INVENTORY_TOO_LARGE = "inventory::too_large": "A line, a row or a header of an export is larger than any that an export has. It is likely to be another file.";
    INVENTORY_CSV = "inventory::csv": "A row of an export is no row of CSV: a quote is open or stands alone, a cell is missing or too many, or a row has no end.";
    INVENTORY_LDIF = "inventory::ldif": "A part of an export is no entry of LDIF (RFC 2849): it has no `dn:`, a line has no colon, a value is not base64, or it is a change instead of an entry.";
    INVENTORY_JSON = "inventory::json": "A part of an export is not JSON as `ConvertTo-Json` writes it: objects, alone or in one array, each name once.";
    INVENTORY_EMPTY = "inventory::empty": "An export holds no rows. No data is no answer, so nothing is planned on it.";
    INVENTORY_COLUMN = "inventory::column": "A column of an export is missing, or is there twice.";
    INVENTORY_VALUE = "inventory::value": "A cell of an export does not hold what its column needs: an address, a number, `True` or `False`.";
    INVENTORY_DUPLICATE = "inventory::duplicate_user": "Two rows have the same SIP address, or two applications of a kind the same id, and nobody can tell which one is meant. Remove one.";
    INVENTORY_HOME = "inventory::unknown_home": "The home pool of a user or an application is none of the topology's pools, or there is none. Add the pool to the topology, or correct the export.";
    INVENTORY_TWO_HOMES = "inventory::two_homes": "`RegistrarPool` and `HomeServer` of one user name different pools of the topology. Nobody can tell which one the user lives on.";
    INVENTORY_CONTRADICTION = "inventory::contradiction": "A column and the bit of the option flags that it is made of say different things. The column counts.";
    INVENTORY_DIFFERS = "inventory::differs": "Two files say different things about a user. What the earlier one of `[inventory]` says counts.";
    INVENTORY_AMBIGUOUS = "inventory::ambiguous": "A row is joined to a user by a name that two users have, so nobody can tell whose it is. Join by the SIP address instead.";
    INVENTORY_NO_USER = "inventory::no_user": "Entries of a directory's export carry no attribute that users have. They are left out.";
    INVENTORY_CHANGED = "inventory::changed": "An export was changed after it was read, so a further column that a script asked for cannot be read from it any more.";
    INVENTORY_SPACES = "inventory::edge_spaces": "A name or an address begins or ends with a space. The old product cannot move such a user; preflight leaves them out until it is mended.";
    INVENTORY_LINE = "inventory::shared_line": "Several users have the same line. Preflight leaves voice users with a shared line out, since the new product refuses the second one.";
    INVENTORY_PERSON = "inventory::unknown_person": "The directory names a manager or a delegate, or a response group an agent, who is no user of the export. The relation is left out.";
    INVENTORY_CYCLE = "inventory::manager_cycle": "Managers form a ring. Nothing breaks, but one of them is wrong.";
    INVENTORY_UNJOINED = "inventory::unjoined": "Rows of the directory belong to nobody in the user export. They are left out.";
    INVENTORY_TYPE_NAME = "inventory::type_name": "A cell holds the name of a type instead of its values: PowerShell writes that for lists. Join the values with `;` before exporting.";


    // ---- topology
    TOPOLOGY_SYNTAX = "topology::syntax": "topology.toml is not TOML. The mark shows where reading stopped.";
    TOPOLOGY_XML = "topology::xml": "A topology document is not XML, is cut off, or is made so that reading it would not end: too deep, too large, with a document type of its own.";
    TOPOLOGY_DOCUMENT = "topology::unknown_document": "The file is XML, but no topology document: its root or its namespace is another one. Two are read: what `Get-CsTopology -AsXml` writes, and what Topology Builder saves.";
    TOPOLOGY_PRODUCT = "topology::unknown_product": "The services of a pool have no version, or one that stands for no product known here. The pool is kept; only its product has no name.";
    TOPOLOGY_COLLISION = "topology::name_collision": "A pool or server of the side that is moved to has the name of one of the side that is left. Names cannot tell the two apart, in the directory as little as in a runbook.";
    TOPOLOGY_VALUE = "topology::value": "A key of the topology document is unknown, missing or has a value of the wrong kind.";
    TOPOLOGY_DUPLICATE = "topology::duplicate": "Two sites, pools, servers or services have the same name.";
    TOPOLOGY_REFERENCE = "topology::unknown_reference": "The topology document names a site, a pool, a cluster or a service that it does not define.";
    TOPOLOGY_CYCLE = "topology::dependency_cycle": "Services need each other in a ring, so none can be started first.";


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
    REPLAY_DIFFERS = "run::replay_differs": "The script no longer does what this run has recorded: its next step differs from the journal's. Only what stands after the last recorded step may be edited.";
    STEP_MISSING = "run::step_missing": "The script ends, or halts, before a step that this run has recorded. Restore the script, or take the stage back first.";
    NOT_AVAILABLE = "run::not_available": "The primitive is part of the language, but not of this version of sidle. Nothing was done for it.";
    NOT_A_PROBE = "run::not_a_probe": "Inside a soak, a poll or a gate that is asked again only probes may run.";
    GATE_TOO_OLD = "run::gate_too_old": "The newest `require` before a move rests on a check that was taken before it and is older than its freshness limit. Ask the check again with `--recheck`.";
    REJECTED = "run::rejected": "A person said no to an approval, a task or a point of no return. The run halts; the next one asks again.";
    SERVER_DOWN = "run::server_down": "A server stayed away for longer than `server_patience`, or refused to answer. No user is charged for it; the move goes on with the next `sidle run`.";
    POOL_NOT_EMPTY = "run::pool_not_empty": "A pool cannot be retired while anything lives on it. The message lists what remains.";
    MOVE_MISSING = "run::move_missing": "The journal holds no move under that number. This is a fault of sidle.";
    RUN_OPEN = "run::open": "A folder has one open run at a time. Go on with it or take it back before another starts.";
    RUN_OVER = "run::over": "The run was rolled back; nothing of it can be tried again.";
    REHEARSAL = "run::rehearsal": "A rehearsal goes on as a rehearsal, and a real run as a real one.";
    UNKNOWN_STAGE = "run::unknown_stage": "The run has not entered a stage of that path.";
    UNKNOWN_CHECK = "run::unknown_check": "The run has taken no check of that path or name, or several have that name.";
    RECHECK_TOO_LATE = "run::recheck_too_late": "A check is asked again only if no move and no command stands between it and now.";
    NO_QUESTION = "run::no_question": "The run asks no question of that number.";
    NO_REASON = "run::no_reason": "Letting a failing check pass is a person's decision; it needs a reason.";
    MOVE_WINDOW = "run::move_window": "A move names a window (`within`), which this version does not keep yet. Nothing was moved; start the run by hand inside the window and leave `within` out.";
    MOVE_TOGETHER = "run::move_together": "A move takes some response groups of a legacy pool and leaves others. The product moves all response groups of a pool at once and knows no selection. Nothing was moved.";
    MOVE_UNKNOWN = "run::move_unknown": "A move names a record or a pool that the run does not have. The journal and the inventory do not belong together.";
    BUDGET_VALUE = "run::budget_value": "An error budget is neither a count nor a percentage between 0% and 100%.";
    COMMAND_UNKNOWN = "run::command_unknown": "A script runs a command that sidle.toml does not list. Only commands listed under [commands] may run.";



    // ---- script
    SCRIPT_UNREADABLE = "script::unreadable": "A script could not be read: it does not exist, is no text, or is larger than 256 KiB.";
    SCRIPT_OUTSIDE = "script::outside": "An import leads outside the organisation's folder. Scripts are read from the folder and from sidle's own library only.";
    SCRIPT_CYCLE = "script::cycle": "Scripts import each other in a circle, so none of them can be read first.";
    SCRIPT_SYNTAX = "script::syntax": "The script is not Rhai. The mark shows where reading stopped.";
    SCRIPT_KEYWORD = "script::keyword": "The word begins a block form, so it can be no name of a variable, function, property, parameter or module.";
    SCRIPT_UNKNOWN_FUNCTION = "script::unknown_function": "No function of that name exists here.";
    SCRIPT_WRONG_ARGUMENTS = "script::wrong_arguments": "The function exists, but not with arguments of these types or this number.";
    SCRIPT_UNKNOWN_VARIABLE = "script::unknown_variable": "No variable of that name exists here. Functions see their parameters, `topology`, and constants of their file as `global::NAME`.";
    SCRIPT_UNKNOWN_PROPERTY = "script::unknown_property": "The value has no property of that name.";
    SCRIPT_UNKNOWN_MODULE = "script::unknown_module": "No script is imported under that name.";
    SCRIPT_WRONG_TYPE = "script::wrong_type": "A value has another type than the place where it is used needs.";
    SCRIPT_UNLIKE_TYPES = "script::unlike_types": "Values of different types are compared. They are never equal, so the comparison is a slip.";
    SCRIPT_NOT_BOOL = "script::not_bool": "A closure must yield `true` or `false`, and this one yields something else.";
    SCRIPT_ERROR = "script::error": "The script raised an error, or an operation of the language failed.";
    SCRIPT_THROW = "script::throw": "The script threw an error that nothing caught.";
    SCRIPT_LIMIT = "script::limit": "The script used more operations, time, memory or depth between two effects than the limits of sidle.toml and of the language allow.";
    SCRIPT_LEAVES_BLOCK = "script::leaves_block": "A `return`, `break` or `continue` would leave a block form, which must run to its end.";
    SCRIPT_STAGE_TWICE = "script::stage_twice": "A stage path is entered twice in one run. The path names the stage in the journal, so it must be unique.";
    SCRIPT_STAGE_NAME = "script::stage_name": "The name of a stage or check is no text, is empty, or holds ` / `, which separates the parts of a path.";
    SCRIPT_NOT_PURE = "script::not_pure": "A closure of a pure function (filter, select, sort and the like) reaches an effect.";
    SCRIPT_ONLY_PROBES = "script::only_probes": "A check, or the criteria of a soak or poll, reach an effect that is no probe.";
    SCRIPT_NO_VERDICT = "script::no_verdict": "The value is no verdict: only `true`, `false`, checks, evidence, move reports and arrays of these are.";
    SCRIPT_SWITCH = "script::switch": "A `switch` over a verdict leaves one out or misspells one, so the script would go on there as if all were well.";
    SCRIPT_HALT = "script::halt": "The script halted the run with `halt(why)`.";
    SCRIPT_REQUIRE_FAILED = "script::require_failed": "A `require` does not hold, so the run halts. The values under the source show which part is false.";
    SCRIPT_REQUIRE_UNKNOWN = "script::require_unknown": "A `require` cannot be decided, because something could not be asked or is too old. Unknown never passes, so the run halts.";
    SCRIPT_ON_ROLLBACK = "script::on_rollback": "An `on_rollback` stands outside every stage, or inside another `on_rollback`: there is no stage that it could take back.";
    SCRIPT_READ_ONLY = "script::read_only": "Only reading is done here: nothing is asked of a real system and nothing is changed. What acts stands in the runbook; `sidle plan` shows what it would do.";
    SCRIPT_INTERRUPTED = "script::interrupted": "A person ended the evaluation with Ctrl-C. Nothing is wrong with the script; the mark shows where it was.";
    SCRIPT_PROTOCOL = "script::protocol": "The run and the script host disagree. This is a fault of sidle, not of the script.";



    // ---- values of the script's primitives
    UNKNOWN_SITE = "topology::unknown_site": "A script or `[inventory.sites]` names a site that the topology does not have.";
    UNKNOWN_POOL = "topology::unknown_pool": "A script or `[inventory.sites]` names a pool that the topology does not have. Pools are named by their fully qualified names, in any case.";
    UNKNOWN_USER = "topology::unknown_user": "A script or a command names a user that the inventory does not have. Users are named by their SIP addresses, with or without `sip:`.";
    UNKNOWN_APPLICATION = "topology::unknown_application": "A script names an application that the inventory does not have, or an id that several kinds have. Applications are named by their keys (`response_group:Helpdesk`) or by their ids alone.";
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
    ROLLBACK_BLOCK = "rollback::block": "An `on_rollback` block failed, or the script no longer reaches it. What is older is not taken back yet.";
    ROLLBACK_LEFT = "rollback::left": "Some users could not be moved back. They stay where they are until the next `sidle rollback`.";
    ROLLBACK_OPEN = "rollback::open": "A rollback is under way and goes on before anything else.";
    NO_WAY_BACK = "rollback::no_way_back": "The run has passed a point of no return. `--force` takes back what can be taken back.";



    // ---- test
    TEST_OUTSIDE = "test::outside": "A `test` block, an assertion or a primitive of `sim::` stands outside of tests. They exist in files under `tests/`, which `sidle test` runs.";
    TEST_NAME = "test::name": "A test stands inside a block, or has no name of its own that is written out: tests are listed and chosen by name without being run.";
    TEST_NONE = "test::no_test": "A file under `tests/` holds no test, and no other file imports it, so nothing ever runs it.";
    TEST_NO_FILES = "test::no_files": "The folder has no tests: there is no `.rhai` file under `tests/`.";
    TEST_NO_MATCH = "test::no_match": "No test has the words of the filter in its name or in the path of its file.";
    TEST_ASSERTS_NOTHING = "test::asserts_nothing": "The test ended without an assertion, so it could never fail for the right reason.";
    TEST_ASSERTION = "test::assertion": "An assertion does not hold. The values under the source show which part is false.";
    TEST_NOT_EQUAL = "test::not_equal": "Two values that must be equal are not. Both are shown, and where they differ.";
    TEST_NO_FAILURE = "test::no_failure": "A call that must fail did not.";
    TEST_OTHER_FAILURE = "test::other_failure": "A call that must fail with one code failed with another, which is shown.";
    TEST_UNKNOWN_CODE = "test::unknown_code": "There is no code of that name, so nothing can fail with it. `sidle doc` lists all codes.";
    TEST_NOT_STEERED = "test::not_steered": "A test steers the simulation by a check, question, user or server that nothing in it met. It would pass whatever the script does.";
    TEST_TOPOLOGY = "test::late_topology": "A test builds a topology after it has done something on another one. Build it first.";


    // ---- repl
    REPL_UNKNOWN_COMMAND = "repl::unknown_command": "A line that begins with a colon is a command of the REPL, and there is none of that name. `:help` lists them.";
    REPL_GONE = "repl::gone": "The inventory or the scripts were read anew, and what was made of the old ones is not there any more.";

    // ---- cli
    CLI_USAGE = "cli::usage": "The arguments do not say what is to be done. `sidle --help` and `sidle COMMAND --help` show what each command takes, with examples.";
    CLI_RUNTIME = "cli::runtime": "The process could not start its threads. The machine is out of memory or of threads; the message holds the system's reason.";
    CLI_NOT_EMPTY = "cli::not_empty": "`sidle new` writes only into a folder that is empty or does not exist, so that it never overwrites anything.";
    CLI_UNWRITABLE = "cli::unwritable": "A file of a new folder could not be written. The message holds the system's reason; what was written before is still there.";
    CLI_UNKNOWN_TEMPLATE = "cli::unknown_template": "There is no template of that name to start a folder from. `sidle new --help` lists them.";
    CLI_UNKNOWN_NAME = "cli::unknown_name": "`sidle doc` knows no primitive, block form, subject or code of that name. `sidle doc` without a name lists them all.";
}
