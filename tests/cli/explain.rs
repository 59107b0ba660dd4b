//! `sidle explain`.

use crate::organisation::organisation;
use crate::project::{TestProject, contents};

#[test]
fn whoever_is_in_reads_the_reason_the_line_and_the_wave() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["explain", "dain.kim@contoso.com"]), @r#"
    dain.kim@contoso.com (Dain Kim) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:42, enabled

    Moves to lyncpool01.contoso.com in `Pilot`.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Pilot
      ✓ in, "volunteered" by `choose`
          policy/pilot.rhai:12:50  if "lync-pilot" in user.groups      { return include("volunteered"); }
          asked at runbook.rhai:26:30  let group = legacy.users.select(|user| pilot::choose(user));
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:34:19  require group.move_to(lync, #{ max_failures: 1 });

    People
      ? manager kate.lewis@contoso.com (Kate Lewis) lives on ocspool01.contoso.com (legacy, Seoul); moves in `Production / Wave 3`: a cut

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn whoever_is_out_of_the_pilot_reads_why_and_where_they_move_instead() {
    let project = TestProject::first_steps();
    insta::assert_snapshot!(project.run(&["explain", "SIP:Ivan.Pena@contoso.com"]), @r#"
    ivan.pena@contoso.com (Iván Peña) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:96, enabled

    Moves to lyncpool01.contoso.com in `Production / Wave 2`.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Pilot
      ✗ out, "executives move last" by `choose`
          policy/pilot.rhai:10:50  if user.title in global::EXECUTIVES { return exclude("executives move last"); }
          asked at runbook.rhai:26:30  let group = legacy.users.select(|user| pilot::choose(user));

    Production / Wave 2
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:42:36  let moved = wave.users.move_to(lync, #{ parallel: 32, max_failures: "2%" });

    People
      ? delegate kavya.patel@contoso.com (Kavya Patel) lives on ocspool01.contoso.com (legacy, Seoul); moves in `Production / Wave 3`: a cut
      · delegate emma.owens@contoso.com (Emma Owens) lives on ocspool01.contoso.com (legacy, Seoul); moves in `Production / Wave 2`

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_user_who_was_moved_in_the_open_run_has_a_record_and_an_attempt() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    let before = contents(project.folder());
    insta::assert_snapshot!(project.run(&["explain", "dain.kim@contoso.com"]), @r#"
    dain.kim@contoso.com (Dain Kim) lives on lyncpool01.contoso.com (current, Seoul), as run 1 saw last
      inventory/users.csv:42, enabled

    Was moved to lyncpool01.contoso.com in `Pilot` (record 25 of run 1).

    Pilot
      ✓ in, "volunteered" by `choose`
          policy/pilot.rhai:12:50  if "lync-pilot" in user.groups      { return include("volunteered"); }
          asked at runbook.rhai:26:30  let group = legacy.users.select(|user| pilot::choose(user));
      ✓ was moved to lyncpool01.contoso.com
          runbook.rhai:34:19  require group.move_to(lync, #{ max_failures: 1 });

    People
      ? manager kate.lewis@contoso.com (Kate Lewis) lives on ocspool01.contoso.com (legacy, Seoul); moves in `Production / Wave 3`: a cut

    Attempts so far
      ✓ run 1, record 25, [time] in `Pilot`: from ocspool01.contoso.com to lyncpool01.contoso.com: moved
    [exit 0]
    "#);
    assert!(contents(project.folder()) == before, "it wrote something");
}

#[test]
fn what_was_taken_back_stays_among_the_attempts_and_moves_again() {
    let project = TestProject::first_steps();
    project.run(&["run", "--rehearse", "--until", "Pilot", "--quiet"]);
    project.run(&["rollback", "--to", "Pilot", "--quiet", "--accept-losses"]);
    insta::assert_snapshot!(project.run(&["explain", "dain.kim@contoso.com"]), @r#"
    dain.kim@contoso.com (Dain Kim) lives on ocspool01.contoso.com (legacy, Seoul), as run 1 saw last
      inventory/users.csv:42, enabled

    Moves to lyncpool01.contoso.com in `Pilot`.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Pilot
      ✓ in, "volunteered" by `choose`
          policy/pilot.rhai:12:50  if "lync-pilot" in user.groups      { return include("volunteered"); }
          asked at runbook.rhai:26:30  let group = legacy.users.select(|user| pilot::choose(user));
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:34:19  require group.move_to(lync, #{ max_failures: 1 });

    People
      ? manager kate.lewis@contoso.com (Kate Lewis) lives on ocspool01.contoso.com (legacy, Seoul); moves in `Production / Wave 3`: a cut

    Attempts so far
      - run 1, record 25, [time] in `Pilot`: from ocspool01.contoso.com to lyncpool01.contoso.com: moved  (taken back)
      ✓ run 1, record 65, [time] in `Pilot`: back, from lyncpool01.contoso.com to ocspool01.contoso.com: moved
    [exit 0]
    "#);
}

#[test]
fn a_run_that_is_over_is_named_before_the_runbook_from_its_start() {
    let project = organisation(2, ALL);
    project.run(&["run", "--rehearse", "--quiet"]);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on lyncpool01.contoso.com (current, Seoul), as run 1 saw last
      inventory/users.csv:3, enabled

    Run 1 is complete; what follows is the runbook from its start.
    Moves to lyncpool01.contoso.com in `Everybody`.

    Everybody
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:4:34  stage "Everybody" { legacy.users.move_to(lync); }

    Attempts so far
      ✓ run 1, record 5, [time] in `Everybody`: from ocspool01.contoso.com to lyncpool01.contoso.com: moved
    [exit 0]
    "#);
}

const ALL: &str = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let lync = topology.pool("lyncpool01.contoso.com");
stage "Everybody" { legacy.users.move_to(lync); }
"#;

#[test]
fn a_selection_that_never_asked_about_the_user_and_a_filter_that_left_them_out_are_named() {
    let runbook = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let lync = topology.pool("lyncpool01.contoso.com");
stage "Pilot" {
    let early = legacy.users.filter(|user| user.address != "user00002@contoso.com");
    early.select(|user| include("early")).move_to(lync);
}
"#;
    let project = organisation(3, runbook);
    insta::assert_snapshot!(project.run(&["explain", "user00002@contoso.com"]), @r#"
    user00002@contoso.com (User 00002) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:4, enabled

    Nothing in the runbook moves user00002@contoso.com.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Pilot
      ✗ left out by a filter
          runbook.rhai:5:30  let early = legacy.users.filter(|user| user.address != "user00002@contoso.com");

    Not asked about
      - in `Pilot`: not among the 2 users of the selection
          runbook.rhai:6:11  early.select(|user| include("early")).move_to(lync);

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_user_whom_preflight_would_skip_reads_what_blocks_the_move() {
    let project = organisation(2, ALL);
    let row = "sip:user00001@contoso.com,True";
    project.edit("inventory/users.csv", row, "sip:user00001@contoso.com,False");
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, not enabled

    Nothing in the runbook moves user00001@contoso.com.
    A move to lyncpool01.contoso.com would be skipped: not enabled.

    Everybody
      ✗ would be skipped by the move to lyncpool01.contoso.com: not enabled
          runbook.rhai:4:34  stage "Everybody" { legacy.users.move_to(lync); }

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_failed_attempt_is_told_with_its_reason_and_that_a_halt_asks_again() {
    let runbook = ALL.replace("legacy.users.move_to", "require legacy.users.move_to");
    let project = organisation(2, &runbook);
    project.run(&["embedded", "lock-user", "user00001@contoso.com"]);
    project.run(&["run", "--quiet"]);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    Moves to lyncpool01.contoso.com in `Everybody`.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Everybody
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:4:42  stage "Everybody" { require legacy.users.move_to(lync); }

    Attempts so far
      - run 1, record 5, [time] in `Everybody`: from ocspool01.contoso.com to lyncpool01.contoso.com: failed: the user is locked in the directory  (asked again after a halt)
    [exit 0]
    "#);
}

#[test]
fn a_move_that_the_runbook_itself_takes_back_is_no_move() {
    let runbook = ALL.replace("move_to(lync)", "move_to(lync).undo()");
    let project = organisation(2, &runbook);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    The runbook moves user00001@contoso.com and takes the move back.
    Preflight finds nothing that blocks a move to lyncpool01.contoso.com.

    Everybody
      ✓ would be moved to lyncpool01.contoso.com
          runbook.rhai:4:34  stage "Everybody" { legacy.users.move_to(lync).undo(); }
      ✓ would be moved back to ocspool01.contoso.com
          runbook.rhai:4:48  stage "Everybody" { legacy.users.move_to(lync).undo(); }

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_decision_of_the_library_is_shown_with_the_calls_that_led_to_it() {
    let runbook = r#"
import "policy/who" as who;
let legacy = topology.pool("ocspool01.contoso.com");
stage "Pilot" { legacy.users.select(|user| who::first(user)); }
"#;
    let policy = r#"
import "std/policy/pilot" as pilot;
fn first(user) {
    pilot::choose(user)
}
"#;
    let project = organisation(2, runbook).file("policy/who.rhai", policy);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    Nothing in the runbook moves user00001@contoso.com.

    Pilot
      ✗ out, "no rule chooses this user" by `first`
          policy/who.rhai:4:12  pilot::choose(user)
          asked at runbook.rhai:4:30  stage "Pilot" { legacy.users.select(|user| who::first(user)); }

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_decision_that_was_made_beforehand_is_shown_where_it_came_out_and_once() {
    let runbook = r#"
let legacy = topology.pool("ocspool01.contoso.com");
let no = exclude("nobody moves in spring");
require soak("2d", "1d", || {
    legacy.users.select(|user| {
        if user.enabled { return no; }
        include("gone anyway")
    }).is_empty
});
"#;
    let project = organisation(2, runbook);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    Nothing in the runbook moves user00001@contoso.com.

    Outside stages
      ✗ out, "nobody moves in spring"
          runbook.rhai:6:34  if user.enabled { return no; }
          asked at runbook.rhai:5:18  legacy.users.select(|user| {

    No run has tried to move this user.
    [exit 0]
    "#);
}

#[test]
fn a_runbook_that_halts_before_the_user_leaves_the_facts_and_says_so() {
    let runbook = "stage \"Coexistence\" { require false; }\n";
    let project = organisation(2, runbook);
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    The runbook would not reach its end and does not come to this user: `false` does not hold.

    No run has tried to move this user.
    --- stderr ---
    sidle::script::require_failed

      × `false` does not hold
       ╭─[runbook.rhai:1:23]
     1 │ stage "Coexistence" { require false; }
       ·                       ─────────────
       ╰────
      help: what it rests on is known to this run already, so `sidle run` alone finds the same: edit
            this line, or `sidle rollback --to STAGE` takes the stage back
    [exit 0]
    "#);
}

#[test]
fn a_runbook_that_is_wrong_leaves_the_facts_and_is_an_error() {
    let project = organisation(2, "stage \"Coexistence\" { requre(true); }\n");
    insta::assert_snapshot!(project.run(&["explain", "user00001@contoso.com"]), @r#"
    user00001@contoso.com (User 00001) lives on ocspool01.contoso.com (legacy, Seoul), as exported
      inventory/users.csv:3, enabled

    The runbook would not reach its end and does not come to this user: there is no function `requre`.

    No run has tried to move this user.
    --- stderr ---
    sidle::script::unknown_function

      × there is no function `requre`
       ╭─[runbook.rhai:1:23]
     1 │ stage "Coexistence" { requre(true); }
       ·                       ───┬──
       ·                          ╰── no such function takes (bool)
       ╰────
      help: did you mean `reduce`?
    [exit 2]
    "#);
}

#[test]
fn programs_get_the_deciding_line_as_file_line_and_column() {
    let project = TestProject::first_steps();
    let (code, answer) = project.json(&["explain", "dain.kim@contoso.com"]);
    let selected = &answer["user"]["course"][0];
    assert_eq!((code, &selected["kind"]), (0, &"selected".into()), "{answer}");
    let decided = &selected["decided"];
    assert_eq!(decided["file"], "policy/pilot.rhai");
    assert_eq!((&decided["line"], &decided["column"]), (&12.into(), &50.into()), "{decided}");
    assert_eq!(answer["user"]["people"][0]["relation"], "manager");
}
