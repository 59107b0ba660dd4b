//! What values refuse, and what sets and moves hand to the run.

use super::fixture::{Well, contoso, eval, eval_on};
use super::{Kind, primitives};
use crate::journal::{Budget, Effect};
use std::collections::BTreeSet;
use std::sync::Arc;

/// One value of every type.
const VALUES: &[(&str, &str)] = &[
    ("Topology", "topology"),
    ("Site", "legacy.site"),
    ("Pool", "legacy"),
    ("Server", "lync.servers[0]"),
    ("Service", "lync.services[0]"),
    ("Route", "topology.routes[0]"),
    ("User", "ann"),
    ("UserSet", "legacy.users"),
    ("Application", "helpdesk"),
    ("ApplicationSet", "legacy.applications"),
    ("MoveReport", "report"),
    ("Choice", "include(\"x\")"),
    ("Decision", "hold(\"x\")"),
    ("Wave", "wave(\"x\", legacy.users)"),
    ("CommandResult", "command(\"x\")"),
    ("Duration", "report.duration"),
    ("Time", "now()"),
    ("Check", "soaked"),
    ("Evidence", "probe::service(lync, \"Front End\")"),
    ("SimRun", "sim::run()"),
    ("SimMove", "sim::run().moves[0]"),
];

fn refused(code: &str, words: &str) {
    let got = eval(code);
    assert!(got.as_ref().is_err_and(|error| error.contains(words)), "{code}\n{got:?}");
}

#[test]
fn every_type_of_the_table_is_among_the_tested_values() {
    let named: BTreeSet<&str> = VALUES.iter().map(|(name, _)| *name).collect();
    for primitive in primitives() {
        if let Some(receiver) = primitive.receiver.filter(|receiver| *receiver != "Selection") {
            assert!(named.contains(receiver), "{receiver}");
        }
    }
}

#[test]
fn no_value_compares_with_another_type_on_either_side() {
    for (name, value) in VALUES {
        for operator in ["==", "!=", "<", "<=", ">", ">="] {
            refused(&format!("{value} {operator} 5"), name);
            refused(&format!("5 {operator} {value}"), name);
            refused(&format!("{value} {operator} #{{}}"), name);
        }
        let other = if *name == "Pool" { "ann" } else { "legacy" };
        refused(&format!("{value} == {other}"), "cannot compare");
        refused(&format!("[{value}].contains({other})"), "cannot compare");
    }
}

#[test]
fn nothing_may_be_asked_of_every_value() {
    for (name, value) in VALUES {
        assert_eq!(eval(&format!("{value} == ()")), Ok("false".into()), "{name}");
        assert_eq!(eval(&format!("() != {value}")), Ok("true".into()), "{name}");
    }
}

#[test]
fn a_misspelt_property_is_an_error_on_every_value() {
    for (name, value) in VALUES {
        refused(&format!("let x = {value}; x.nonsuch"), "has no property");
        let property = primitives()
            .iter()
            .find(|one| one.receiver == Some(name) && one.kind == Kind::Property)
            .map(|one| one.name)
            .unwrap();
        let near = format!("did you mean `{property}`?");
        refused(&format!("let x = {value}; x.{property}x"), &near);
    }
}

#[test]
fn every_value_is_read_only() {
    for (name, value) in VALUES {
        let property = primitives()
            .iter()
            .find(|one| one.receiver == Some(name) && one.kind == Kind::Property)
            .map(|one| one.name)
            .unwrap();
        refused(&format!("let x = {value}; x.{property} = 1;"), "read-only");
    }
    for set in [
        "ann[\"Cost Center\"] = \"1\"",
        "ann.groups.push(\"x\")",
        "ann.pool = lync",
        "legacy.users = lync.users",
    ] {
        refused(&format!("{set};"), "read-only");
    }
}

#[test]
fn methods_of_rhai_can_be_used_on_what_a_property_yields() {
    let host = Arc::new(Well::default());
    for (code, wanted) in [
        ("ann.groups.contains(\"lync-pilot\")", "true"),
        ("ann.title.to_upper()", "\"ENGINEER\""),
        ("legacy.services.len()", "1"),
        ("legacy.users.split(2).map(|part| part.move_to(lync).moved.len)", "[2, 1, 1]"),
        ("topology.pools.map(|pool| pool.users.len)", "[5, 1]"),
        ("report.failed.to_array().map(|user| user.name).len()", "1"),
        ("cy.policies.keys()", "[\"VoicePolicy\"]"),
        ("ann[\"Cost Center\"].to_upper()", "\"4711\""),
        ("legacy.users[0].groups.contains(\"lync-pilot\")", "true"),
    ] {
        assert_eq!(eval_on(contoso(), &host, code), Ok(wanted.into()), "{code}");
    }
}

#[test]
fn values_print_as_their_names() {
    let shown = "`${legacy} ${ann} ${legacy.users} ${legacy.site} ${report.duration} ${report}`";
    let wanted = "ocspool01.contoso.com ann@contoso.com 5 users Seoul 2m 4 moved, 1 failed";
    assert_eq!(eval(shown), Ok(format!("\"{wanted}\"")));
}

#[test]
fn a_check_is_no_bool() {
    refused("!soaked", "`.passed`, `.failed`, `.unknown`");
    refused("soaked == soaked", "ask `.passed`, `.failed` or `.unknown`");
    refused("true == soaked", "ask `.passed`, `.failed` or `.unknown`");
}

#[test]
fn the_call_of_a_property_that_is_a_method_says_so() {
    refused("legacy.users.filter", "write `.filter(f)`");
}

#[test]
fn parts_of_a_sorted_set_stay_sorted() {
    let sorted = "let s = legacy.users.sort_by(|u| -u.meetings);";
    let names = |part: &str| eval(&format!("{sorted} {part}.to_array()"));
    assert_eq!(names("s.first(2)"), Ok("[fay@contoso.com, ann@contoso.com]".into()));
    assert_eq!(names("s.split(2)[2]"), Ok("[bob@contoso.com]".into()));
    let it = "s.filter(|u| u.department == \"IT\")";
    assert_eq!(names(it), Ok("[ann@contoso.com, bob@contoso.com]".into()));
    let walked = format!("{sorted} let out = []; for u in s {{ out.push(u.title); }} out[0]");
    assert_eq!(eval(&walked), Ok("\"CEO\"".into()));
}

#[test]
fn a_selection_knows_the_reason_for_everybody_it_looked_at() {
    let choose = "let s = legacy.users.select(|u| if u.title == \"CEO\" { exclude(\"last\") } else { include(u.city) });";
    let fay = "topology.user(\"fay@contoso.com\")";
    assert_eq!(eval(&format!("{choose} s.reason({fay})")), Ok("\"last\"".into()));
    assert_eq!(eval(&format!("{choose} s.excluded.reason({fay})")), Ok("\"last\"".into()));
    assert_eq!(
        eval(&format!("{choose} s.filter(|u| u == bob).reason(bob)")),
        Ok("\"Busan\"".into())
    );
    refused(&format!("{choose} s.reason(eve)"), "no reason is known for `eve@contoso.com`");
    refused(&format!("{choose} s.first(1).excluded"), "does not know who was left out");
}

#[test]
fn a_pure_closure_reaches_no_effect() {
    for method in ["filter", "select", "sort_by", "group_by"] {
        refused(
            &format!("legacy.users.{method}(|u| {{ approve(\"Really?\"); true }})"),
            "`approve`",
        );
        refused(
            &format!("legacy.users.{method}(|u| probe::sip_register(u))"),
            "`probe::sip_register`",
        );
    }
    refused("legacy.users.spread(2, |u| { note(\"x\"); 1 })", "`note`");
}

#[test]
fn a_function_of_the_same_file_is_a_policy() {
    let code = "fn choose(user) { include(user.name) } legacy.users.select(choose).len";
    assert_eq!(eval(code), Ok("5".into()));
}

#[test]
fn a_member_that_leaves_stays_a_member_of_a_set_that_was_made_before() {
    let code = "let before = legacy.users; before.len - legacy.users.len";
    assert_eq!(eval(code), Ok("0".into()));
}

#[test]
fn a_move_hands_the_run_its_members_target_and_options() {
    let host = Arc::new(Well::default());
    let code = "legacy.users.first(2).move_to(lync, #{ parallel: 32, max_failures: \"2%\", retries: 5, within: \"Sat 22:00-06:00\" })";
    eval_on(contoso(), &host, code).unwrap();
    let asked = host.asked.lock().unwrap();
    let Some(Effect::Move(call)) = asked.last() else { panic!("{asked:?}") };
    assert_eq!(call.users.iter().collect::<Vec<_>>(), [0, 1]);
    assert_eq!((call.to.as_str(), call.parallel, call.retries), ("lyncpool01.contoso.com", 32, 5));
    assert_eq!(call.max_failures, Budget::Percent(2.0));
    assert_eq!(call.within.as_deref(), Some("Sat 22:00-06:00"));
    assert_eq!(call.users_sha.len(), 64);
}

#[test]
fn a_probe_of_many_asks_once_about_all_of_them() {
    let host = Arc::new(Well::default());
    eval_on(contoso(), &host, "probe::sip_presence(eve, legacy.users.first(2))").unwrap();
    let asked = host.asked.lock().unwrap();
    let Some(Effect::Probe(call)) = asked.last() else { panic!("{asked:?}") };
    let pairs = [["eve@contoso.com", "ann@contoso.com"], ["eve@contoso.com", "bob@contoso.com"]];
    assert_eq!(call.targets, pairs.map(|pair| pair.map(str::to_owned).to_vec()).to_vec());
    assert!(call.many);
}

#[test]
fn the_topology_can_be_read_inside_functions() {
    let code = "fn size() { topology.users.len } size()";
    assert_eq!(eval(code), Ok("6".into()));
}

#[test]
fn a_runbook_uses_them_together() {
    let host = Arc::new(Well::default());
    let runbook = r#"
        fn choose(user) {
            if user.title in ["CEO", "CFO"] { return exclude("executives move last"); }
            if user.enterprise_voice        { return exclude("voice users wait"); }
            include("any")
        }
        stage "Coexistence" {
            require check "sign-in" { probe::sip_register(topology.users.spread(3, |user| user.pool, 1)) };
        }
        stage "Pilot" {
            let group = legacy.users.select(|user| choose(user));
            approve(`Move ${group.len} pilot users to ${lync}?`);
            let moved = (group - group.filter(|user| user == dan)).move_to(lync, #{ max_failures: 1 });
            require moved;
            require soak("30d", "1d", || probe::service(lync, "Front End"));
        }
        stage "Production" {
            for part in legacy.users.split(2) {
                let next = wave(`of ${part[0]}`, part);
                stage next.name {
                    let moved = next.users.move_to(lync, #{ max_failures: "50%" });
                    switch (if moved.failed.is_empty { proceed("well") } else { roll_back("locked") }).verdict {
                        "proceed"   => (),
                        "hold"      => approve("Continue?"),
                        "roll_back" => { moved.undo(); }
                    }
                }
            }
            require legacy.applications.move_to(lync);
        }
        stage "Retire" { point_of_no_return("the legacy pool is removed"); legacy.retire(); }
    "#;
    assert_eq!(eval_on(contoso(), &host, runbook), Ok("()".into()));
    let asked = host.asked.lock().unwrap();
    assert_eq!(asked.iter().filter(|one| matches!(one, Effect::Move(_))).count(), 6);
    assert_eq!(asked.iter().filter(|one| matches!(one, Effect::Undo { of: 7 })).count(), 1);
}
