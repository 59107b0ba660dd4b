//! The same people in each format and encoding are the same users; any bytes are read or refused.

use super::formats_tests::{read_files, read_one, told};
use super::read_tests::said;
use crate::diagnostic::Findings;
use crate::topology::{Flag, ListColumn, TextColumn, Topology};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write as _;

const OCS: &str =
    "CN=Lc Services,CN=Microsoft,CN=ocspool01,CN=Pools,CN=RTC Service,DC=contoso,DC=com";

/// A person of a generated export: address, name, notes, groups.
pub(super) type Person = (String, String, String, Vec<String>);

pub(super) fn csv(people: &[Person], separator: &str) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut text = ["SipAddress", "Enabled", "DisplayName", "HomeServer", "Notes", "Groups"]
        .join(separator)
        + "\r\n";
    for (address, name, notes, groups) in people {
        let row = [address, "True", name, OCS, notes, &groups.join(";")].map(quote);
        text += &(row.join(separator) + "\r\n");
    }
    text
}

fn ldif(people: &[Person]) -> String {
    let mut text = String::from("version: 1\n");
    for (address, name, notes, groups) in people {
        let coded = |text: &str| STANDARD.encode(text);
        let _ = write!(
            text,
            "\ndn: CN={}\nSipAddress: {address}\nEnabled: True\nHomeServer: {}\n {}\nDisplayName:: {}\n",
            coded(address),
            &OCS[..20],
            &OCS[20..],
            coded(name)
        );
        if !notes.is_empty() {
            let _ = writeln!(text, "Notes:: {}", coded(notes));
        }
        for group in groups {
            let _ = writeln!(text, "Groups: {group}");
        }
    }
    text
}

fn json(people: &[Person], pretty: bool) -> String {
    let objects: Vec<Value> = people
        .iter()
        .map(|(address, name, notes, groups)| json!({"SipAddress": address, "Enabled": true, "DisplayName": name, "HomeServer": OCS, "Notes": notes, "Groups": groups}))
        .collect();
    if pretty { serde_json::to_string_pretty(&objects) } else { serde_json::to_string(&objects) }
        .unwrap()
}

/// What was read of a person, with the flag and the home.
type Known = (Person, bool, Option<u16>);

/// All that was read of each person.
fn people_of(read: Result<(Topology, Findings), Findings>) -> Vec<Known> {
    let (topology, _) = read.unwrap_or_else(|errors| panic!("{}", said(&errors)));
    let users = &topology.users;
    (0..u32::try_from(users.len()).unwrap())
        .map(|user| {
            let groups =
                users.list(user, ListColumn::Groups).into_iter().map(str::to_owned).collect();
            let notes = users.extra(user, "notes").unwrap().unwrap_or_default().into_owned();
            let name = users.text(user, TextColumn::Name).to_owned();
            let person = (users.address(user).to_owned(), name, notes, groups);
            (person, users.flag(user, Flag::Enabled), users.home(user))
        })
        .collect()
}

fn people() -> impl Strategy<Value = Vec<Person>> {
    let person = (
        prop::sample::subsequence(vec!["it", "lync pilot", "a-b"], 0..=3),
        "[a-zA-Zé\u{20ac}\"',:#{}\\\\]{1,8}",
        "[a-zé ,;\"\n\t{}:]{0,12}",
    );
    prop::collection::vec(person, 1..6).prop_map(|people| {
        let named = people.into_iter().enumerate();
        named
            .map(|(at, (groups, name, notes))| {
                (
                    format!("u{at}@contoso.com"),
                    name,
                    notes,
                    groups.into_iter().map(str::to_owned).collect(),
                )
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_people_are_the_same_users_in_every_format(people in people()) {
        let expected = people_of(read_one("u.csv", csv(&people, ",")));
        for separator in [";", "\t"] {
            prop_assert_eq!(&people_of(read_one("u.txt", csv(&people, separator))), &expected);
        }
        let text = csv(&people, ",");
        let wide = [b"\xFF\xFE".to_vec(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
        prop_assert_eq!(&people_of(read_one("u.csv", wide)), &expected);
        let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        prop_assert_eq!(&people_of(read_one("u.csv", windows)), &expected);
        prop_assert_eq!(&people_of(read_one("u.ldf", ldif(&people))), &expected);
        let big: Vec<u8> = ldif(&people).encode_utf16().flat_map(u16::to_be_bytes).collect();
        prop_assert_eq!(&people_of(read_one("u.ldf", big)), &expected);
        for pretty in [true, false] {
            prop_assert_eq!(&people_of(read_one("u.json", json(&people, pretty))), &expected);
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused_in_every_format(
        start in prop::sample::select(vec!["", "[{", "[{\"a\":\"", "dn: x\n", "version: 1\n\ndn:: ", "{\"value\":[{"]),
        bytes in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b"\"{}[]:,\\ \n\r#=nd\0\xC3\xD8"[..])], 0..120),
    ) {
        let all = [start.as_bytes(), &bytes].concat();
        for name in ["u.csv", "u.ldf", "u.json"] {
            let told = told(read_one(name, all.clone()));
            prop_assert!(!told.is_empty());
            let directory = [(name, all.clone())];
            let users = csv(&[("ann@contoso.com".into(), "Ann".into(), String::new(), Vec::new())], ",");
            let _ = read_files(&[("users.csv", users.into())], &directory);
        }
    }

    #[test]
    fn a_good_file_with_some_bytes_changed_never_breaks_the_reader(
        people in people(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        for (name, text) in [("u.csv", csv(&people, ",")), ("u.ldf", ldif(&people)), ("u.json", json(&people, true))] {
            let mut bytes = text.into_bytes();
            for (place, byte) in &changes {
                let at = place.index(bytes.len());
                bytes[at] = *byte;
            }
            let _ = told(read_one(name, bytes));
        }
    }
}

#[test]
fn typed_properties_take_less_than_200_bytes_for_each_user() {
    let people: Vec<Person> = (0..20_000)
        .map(|n| {
            (
                format!("user{n:06}@contoso.com"),
                format!("User {n:06}"),
                "x".repeat(200),
                vec!["it".to_owned(), format!("group{}", n % 50)],
            )
        })
        .collect();
    let (topology, _) = read_one("u.csv", csv(&people, ",")).unwrap();
    let each = topology.users.bytes() / people.len();
    assert!(each < 200, "{each} bytes for each user");
    assert_eq!(topology.users.extra(19_999, "Notes").unwrap().unwrap(), "x".repeat(200));
}
