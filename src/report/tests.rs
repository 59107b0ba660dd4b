//! What reports say of a small run: a pilot that moved two of three users, and what came of it.

use super::ending::{self, Ending};
use super::log::Log;
use super::{losses, plan, status};
use crate::diagnostic::Style;
use crate::journal::*;
use crate::topology::{Movable, Topology};
use jiff::Timestamp;
use roaring::RoaringBitmap;

/// Records of a run, numbered, a minute apart.
struct Records(Vec<Record>);

impl Records {
    fn new() -> Self {
        let who = who();
        Self(Vec::new())
            .then(Event::RunStarted {
                format: FORMAT,
                sidle: "0.1.0".into(),
                organisation: "Contoso".into(),
                rehearsal: false,
                seed: 1,
                files: Vec::new(),
                users: 3,
                applications: 0,
                who: who.clone(),
            })
            .sitting(SittingMode::Forward)
    }

    fn then(mut self, event: Event) -> Self {
        let seq = self.0.len() as u64 + 1;
        let minutes = i64::try_from(seq).unwrap() * 60;
        let at = Timestamp::from_second(1_362_009_600 + minutes).unwrap();
        self.0.push(Record { seq, at, event });
        self
    }

    fn last(&self) -> u64 {
        self.0.len() as u64
    }

    fn sitting(self, mode: SittingMode) -> Self {
        self.then(Event::SittingStarted { mode, sidle: "0.1.0".into(), who: who() })
    }

    fn done(self, stage: &str, kind: StepKind, shown: &str) -> Self {
        let step = step(stage, kind, shown);
        self.then(Event::StepDone { step, outcome: Recorded::Done })
    }

    fn begun(self, stage: &str, kind: StepKind, shown: &str, detail: Begun) -> Self {
        self.then(Event::StepBegun { step: step(stage, kind, shown), detail })
    }

    /// A move of ann, bob and cy that moves two and fails for the third.
    fn moved(self, stage: &str) -> Self {
        let detail = Begun::Move(MoveBegun {
            users: (0..3).collect(),
            to: LYNC.into(),
            base: 3,
            allowed: 1,
            movable: Movable::Users,
        });
        let this =
            self.begun(stage, StepKind::Move, "move 3 users to `lyncpool01.contoso.com`", detail);
        let begun = this.last();
        let users = ["ann", "bob", "cy"].map(|name| format!("{name}@contoso.com"));
        let results = users.iter().map(|user| {
            let moved = !user.starts_with("cy");
            UserResult {
                user: user.clone(),
                how: if moved { Ended::Moved } else { Ended::Failed },
                why: if moved { String::new() } else { "locked in the directory".into() },
                from: Some(OCS.into()),
                home: Some(if moved { LYNC } else { OCS }.into()),
                tries: 1,
            }
        });
        let results: Vec<UserResult> = results.collect();
        let outcome = Recorded::Moved { not_started: RoaringBitmap::new(), why: String::new() };
        this.then(Event::Intended { begun, users: users.to_vec() })
            .then(Event::Results { begun, results })
            .then(Event::StepEnded { begun, outcome })
    }

    fn check(self, path: &str, name: &str, verdict: Verdict, why: &str, accepted: bool) -> Self {
        self.then(Event::Checked(CheckRecord {
            path: path.into(),
            name: name.into(),
            verdict,
            why: why.into(),
            evidence: Vec::new(),
            at: Place::default(),
            from: None,
            accepted: accepted.then(|| "eve".to_owned()),
            assumed: false,
        }))
    }

    fn state(&self) -> RunState {
        let mut state = RunState::of_run(1);
        for record in &self.0 {
            state.next(record).unwrap();
        }
        state
    }
}

const OCS: &str = "ocspool01.contoso.com";
const LYNC: &str = "lyncpool01.contoso.com";

fn who() -> Who {
    Who { user: "eve".into(), host: "admin01".into(), pid: 7 }
}

fn step(stage: &str, kind: StepKind, shown: &str) -> Step {
    Step {
        stage: stage.into(),
        kind,
        what: shown.into(),
        shown: shown.into(),
        at: Place::default(),
    }
}

/// A pilot whose move is done, waiting for an answer.
fn pilot() -> Records {
    Records::new()
        .done("Coexistence", StepKind::Enter, "")
        .check("Coexistence / services", "services", Verdict::Pass, "", false)
        .check("Coexistence / sign-in", "sign-in", Verdict::Fail, "4 of 5 good", true)
        .done("Coexistence", StepKind::Leave, "")
        .done("Pilot", StepKind::Enter, "")
        .done("Pilot", StepKind::OnRollback, "")
        .moved("Pilot")
        .begun("Pilot", StepKind::Approve, "approve \"Go on?\"", Begun::Asked)
}

#[test]
fn the_status_shows_stages_moves_checks_homes_and_what_waits() {
    let state = pilot()
        .then(Event::SittingEnded { how: SittingEnd::Waiting, why: "`Go on?`".into() })
        .state();
    insta::assert_snapshot!(status::text(&state, Style::PLAIN), @r#"
    Run 1 of Contoso: open in `Pilot` (record 14, 2013-02-28 00:14:00Z)
      started 2013-02-28 00:01:00Z by eve on admin01
      the last `sidle run` (2013-02-28 00:14:00Z) waits for a person: `Go on?`

    Coexistence
      ✓ check `services`: pass
      ✗ check `sign-in`: fail: 4 of 5 good, accepted by eve
    Pilot  <- here
      · armed: on_rollback
      ✗ move 3 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 2 moved, 1 failed  [reversible with loss]
      ? approve "Go on?": waits for an answer (question 13)

    2 users on `lyncpool01.contoso.com`
    1 user on `ocspool01.contoso.com`
    1 user failed or unknown
    Waits for an answer to question 13: approve "Go on?"
    "#);
    assert_eq!(status::next(&state), ["sidle confirm 13"]);
}

#[test]
fn an_accepted_check_is_red_in_the_status() {
    let text = status::text(&pilot().state(), Style { colour: true, ..Style::PLAIN });
    let line = text.lines().find(|line| line.contains("accepted by eve")).unwrap();
    assert!(line.contains("\u{1b}[31m"), "{line:?}");
}

#[test]
fn superseded_records_are_marked_and_kept() {
    let state = pilot().then(Event::Superseded { from: 7, why: Why::Halt }).state();
    let text = status::text(&state, Style::PLAIN);
    assert!(text.contains("Pilot  (asked again after a halt)"), "{text}");
    assert!(text.contains("2 moved, 1 failed"), "{text}");
}

#[test]
fn the_log_has_a_line_for_each_record_and_a_stage_picks_its_own() {
    let records = pilot().0;
    let log = Log::of(&records, None).text(Style::PLAIN);
    assert_eq!(log.lines().count(), records.len());
    insta::assert_snapshot!(Log::of(&records, Some("Pilot")).text(Style::PLAIN), @r#"
     7  2013-02-28 00:07:00Z  stage `Pilot`
     8  2013-02-28 00:08:00Z  [Pilot] armed what takes `Pilot` back
     9  2013-02-28 00:09:00Z  [Pilot] move 3 users to `lyncpool01.contoso.com`: at most 1 failure
    10  2013-02-28 00:10:00Z  [Pilot] 3 users may be asked for from now on
    11  2013-02-28 00:11:00Z  [Pilot] 2 moved, 1 failed: `cy@contoso.com` failed: locked in the directory
    12  2013-02-28 00:12:00Z  [Pilot] move 3 users to `lyncpool01.contoso.com`: 2 moved, 1 failed
    13  2013-02-28 00:13:00Z  [Pilot] approve "Go on?" (question 13)
    "#);
}

#[test]
fn a_stage_whose_name_begins_alike_is_not_inside() {
    let records = Records::new().done("Pilot 2", StepKind::Enter, "").0;
    assert_eq!(Log::of(&records, Some("Pilot")).text(Style::PLAIN), "");
}

#[test]
fn an_ending_says_what_has_changed_by_then() {
    let state = pilot().state();
    let ending = Ending {
        run: 1,
        how: SittingEnd::Halted,
        why: "`coexistence` does not hold",
        state: &state,
        question: None,
    };
    insta::assert_snapshot!(ending::text(&ending, Style::PLAIN), @r"
    Run 1 halted: `coexistence` does not hold.
    Moved 2 users in 1 move, 1 failed.
    ");
}

#[test]
fn a_rollback_loses_meetings_and_clients_of_those_who_moved() {
    let lines = losses::losses_since(&pilot().state(), 0, None);
    let lines: Vec<String> = lines.iter().map(losses::Loss::line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    meetings scheduled with upgraded clients since the move stop working (2 users: `ann@contoso.com` and `bob@contoso.com`)
    upgraded clients must be downgraded (2 users: `ann@contoso.com` and `bob@contoso.com`)
    ");
}

#[test]
fn nothing_is_lost_by_taking_back_a_stage_that_moved_nobody() {
    let records = pilot();
    assert_eq!(losses::losses_since(&records.state(), records.last() + 1, None), []);
    // With a topology, only users who went from the legacy side to the current one lose anything.
    assert_eq!(losses::losses(&records.state(), &Topology::default()), Vec::<String>::new());
}

#[test]
fn a_user_who_was_taken_back_is_lost_to_nobody() {
    let records = pilot();
    let detail = MoveBegun {
        users: (0..2).collect(),
        to: OCS.into(),
        base: 2,
        allowed: 0,
        movable: Movable::Users,
    };
    let records = records
        .then(Event::RollbackStarted { to: None, losses: Vec::new(), forced: false })
        .then(Event::SideMoveBegun { why: SideMove::Inverse(9), detail });
    let begun = records.last();
    let results = ["ann", "bob"].map(|name| UserResult {
        user: format!("{name}@contoso.com"),
        how: Ended::Moved,
        why: String::new(),
        from: Some(LYNC.into()),
        home: Some(OCS.into()),
        tries: 1,
    });
    let users = results.iter().map(|result| result.user.clone()).collect();
    let state = records
        .then(Event::Intended { begun, users })
        .then(Event::Results { begun, results: results.to_vec() })
        .then(Event::SideMoveEnded { begun })
        .state();
    assert_eq!(losses::losses_since(&state, 0, None), []);
    assert_eq!(ending::changed(&state), "Moved 0 users in 0 moves, 0 failed.");
}

#[test]
fn a_plan_shows_whence_and_whither_what_is_assumed_and_what_is_lost() {
    let records = pilot();
    let state = records.state();
    let plan = plan::Plan {
        run: 1,
        records: &records.0,
        state: &state,
        from: None,
        how: SittingEnd::Completed,
        why: "",
    };
    insta::assert_snapshot!(plan::text(&plan, Style::PLAIN), @r#"
    Plan of Contoso

    Coexistence
      ✓ check `services`: pass
      ✗ check `sign-in`: fail: 4 of 5 good, accepted by eve
    Pilot  <- here
      · armed: on_rollback
      ✗ move 3 users to `lyncpool01.contoso.com` from `ocspool01.contoso.com`: 2 moved, 1 failed  [reversible with loss]
      ? approve "Go on?": waits for an answer (question 13)

    Planned: 2 users in 1 move and 2 stages; 1 reversible with loss; waits for 12m.
    Checks, answers and probes are assumed good; `--assume "CHECK=fail"` shows the other branch.
    A rollback would lose:
      - meetings scheduled with upgraded clients since the move stop working (2 users: `ann@contoso.com` and `bob@contoso.com`)
      - upgraded clients must be downgraded (2 users: `ann@contoso.com` and `bob@contoso.com`)
    "#);
}

#[test]
fn a_plan_from_an_open_run_shows_only_what_comes() {
    let records = pilot();
    let state = records.state();
    let plan = plan::Plan {
        run: 1,
        records: &records.0[6..],
        state: &state,
        from: Some(6),
        how: SittingEnd::Completed,
        why: "",
    };
    let text = plan::text(&plan, Style::PLAIN);
    assert!(text.starts_with("Plan of Contoso from record 6 of run 1 on"), "{text}");
    assert!(!text.contains("Coexistence"), "{text}");
}
