//! The library on an organisation of 100,000 users: no limit of the engine breaks it.

use super::fixture::{Well, contoso, eval_within, people};
use crate::config::Limits;
use crate::topology::{Flag, TextColumn, Topology, UserRow, UsersBuilder};
use std::sync::Arc;
use std::time::Duration;

const MANY: u32 = 100_000;

/// The small organisation with a hundred thousand more on the legacy pool.
fn large() -> Topology {
    let mut builder = UsersBuilder::default();
    builder.file("inventory/users.csv");
    let named = people();
    for row in &named {
        builder.push(row).unwrap();
    }
    let before = u32::try_from(named.len()).unwrap();
    for n in 0..MANY {
        let flags = [(1, Flag::Enabled), (7, Flag::EnterpriseVoice), (3, Flag::RemoteAccess)];
        let flags = flags.into_iter().filter(|(every, _)| n.is_multiple_of(*every));
        let row = UserRow {
            address: format!("user{n}@contoso.com"),
            home: Some(0),
            texts: vec![
                (TextColumn::Name, format!("User {n}")),
                (TextColumn::Department, format!("Department {}", n % 40)),
                (TextColumn::Title, format!("Title {}", n % 100)),
                (TextColumn::Client, format!("Client {}", n % 5)),
            ],
            flags: flags.map(|(_, flag)| flag).collect(),
            groups: if n.is_multiple_of(100) { vec!["lync-pilot".into()] } else { Vec::new() },
            meetings: n % 4,
            line: n as usize + 10,
            ..UserRow::default()
        };
        builder.push(&row).unwrap();
        if n.is_multiple_of(10) && n > 0 {
            builder.delegate(before + n, before + n - 1);
        }
    }
    Topology { users: builder.build(), ..contoso() }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes unless optimised: cargo test --release")]
fn every_part_of_the_library_bears_a_hundred_thousand_users() {
    let head = ["pilot", "waves", "preflight", "coexistence", "cutover"]
        .map(|name| format!("import \"std/{name}\" as {name};\n"))
        .concat();
    let head = format!("{head}import \"std/policy/pilot\" as policy;\n");
    let cases = [
        ("waves::by_size(legacy.users, 50).len", "2001"),
        ("waves::with_dependents(legacy.users, 50).len", "2001"),
        ("waves::quota(legacy.users, 50, \"department\", 2).len", "2001"),
        ("waves::by_site(legacy.users).len", "1"),
        ("waves::by_department(legacy.users, 500).len", "203"),
        ("waves::cut(waves::with_dependents(legacy.users, 50)).len", "0"),
        (
            "pilot::spread_over(legacy.users, 500, [\"site\", \"department\", \"workloads\"], 1).len",
            "500",
        ),
        ("pilot::coverage(legacy.users.sample(500, 1), legacy.users).len", "1"),
        ("pilot::volunteers(legacy.users, \"lync-pilot\").len", "1001"),
        (
            "legacy.users.select(pilot::rules([pilot::exclude_disabled(), pilot::exclude_in_flight(), \
             pilot::exclude_executives(), pilot::exclude_voice(), pilot::include_group(\"lync-pilot\")])).len",
            "858",
        ),
        ("legacy.users.select(|user| policy::choose(user)).len", "858"),
        ("preflight::ready(legacy.users).verdict", "\"fail\""),
        ("preflight::policies_known(legacy.users, [\"Gold\"]).verdict", "\"pass\""),
        ("coexistence::healthy(legacy, lync).len", "8"),
        ("cutover::nothing_left(legacy).verdict", "\"fail\""),
    ];
    // A note between two cases starts the count of operations anew, as the next effect of a run does.
    let body = cases.map(|(code, _)| format!("note(\"next\");\ngot.push({code});\n")).concat();
    let limits = Limits { time: Duration::from_hours(1), ..Limits::default() };
    let script = format!("{head}let got = [];\n{body}got");
    let got = eval_within(large(), &Arc::new(Well::default()), limits, &script);
    let expected: Vec<&str> = cases.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(got, Ok(format!("[{}]", expected.join(", "))));
}
