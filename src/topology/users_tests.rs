//! Columns give back what was put in; addresses are found in any spelling.

use super::{Flag, ListColumn, Origin, TextColumn, UserRow, Users, UsersBuilder};
use proptest::prelude::*;

fn row(address: &str) -> UserRow {
    UserRow { address: address.to_owned(), ..UserRow::default() }
}

#[test]
fn a_row_gives_back_what_was_put_in() {
    let ann = UserRow {
        address: "sip:Ann@Contoso.com".to_owned(),
        line: 7,
        home: Some(1),
        texts: vec![(TextColumn::City, "Seoul".to_owned())],
        flags: vec![Flag::EnterpriseVoice],
        groups: vec!["pilot".to_owned(), "it".to_owned()],
        manager: Some("bob@contoso.com".to_owned()),
        delegates: vec!["bob@contoso.com".to_owned(), "nobody@contoso.com".to_owned()],
        meetings: 3,
        contacts: Some(0),
        extras: vec![
            ("VoicePolicy".to_owned(), "Tag:Gold".to_owned()),
            ("Floor".to_owned(), "4".to_owned()),
        ],
    };
    let users = Users::from_rows("inventory/users.csv", &[ann, row("bob@contoso.com")]);
    assert_eq!(users.address(0), "ann@contoso.com");
    assert_eq!(users.origin(0), Origin { file: "inventory/users.csv".to_owned(), line: 7 });
    assert_eq!((users.home(0), users.home(1)), (Some(1), None));
    assert_eq!((users.text(0, TextColumn::City), users.text(1, TextColumn::City)), ("Seoul", ""));
    assert!(users.flag(0, Flag::EnterpriseVoice) && !users.flag(0, Flag::Enabled));
    assert_eq!(users.flagged(Flag::EnterpriseVoice).len(), 1);
    assert_eq!(users.list(0, ListColumn::Groups), ["pilot", "it"]);
    assert_eq!((users.manager(0), users.manager(1)), (Some(1), None));
    assert_eq!((users.delegates(0), users.acts_for(1)), (vec![1], &[0][..]));
    assert_eq!((users.meetings(0), users.meetings(1)), (3, 0));
    assert_eq!((users.contacts(0), users.contacts(1)), (Some(0), None));
    assert_eq!(users.policies(0), [("VoicePolicy", "Tag:Gold")]);
    assert_eq!(users.policies(1), []);
    let extra = |user, name| users.extra(user, name).unwrap();
    assert_eq!(extra(0, "FLOOR").as_deref(), Some("4"));
    assert_eq!(extra(1, "floor").as_deref(), Some(""));
    assert_eq!(extra(0, "Flor"), None);
    assert_eq!(users.columns(), ["VoicePolicy", "Floor"]);
}

#[test]
fn a_row_that_does_not_exist_is_empty() {
    let users = Users::default();
    assert_eq!((users.address(3), users.text(3, TextColumn::Name)), ("", ""));
    assert_eq!((users.find(""), users.find("sip:"), users.manager(3)), (None, None, None));
    assert_eq!(users.origin(3), Origin { file: String::new(), line: 0 });
    assert!(users.all().is_empty() && users.near("ann@contoso.com").is_none());
}

#[test]
fn a_second_row_with_an_address_is_refused_and_names_the_first() {
    let mut builder = UsersBuilder::default();
    assert_eq!(builder.begin("ann@contoso.com", 2), Ok(0));
    assert_eq!(builder.begin("bob@contoso.com", 3), Ok(1));
    assert_eq!(builder.begin("SIP:ANN@contoso.com ", 4), Err(0));
    assert_eq!(builder.build().len(), 2);
}

#[test]
fn a_near_address_is_suggested_and_a_far_one_is_not() {
    let users = Users::from_rows(
        "u",
        &["ann@contoso.com", "jürgen@contoso.com", "ann@fabrikam.com"].map(row),
    );
    assert_eq!(users.near("anm@contoso.com"), Some("ann@contoso.com"));
    assert_eq!(users.near("jurgen@contoso.com"), Some("jürgen@contoso.com"));
    assert_eq!(users.near("ann"), Some("ann@contoso.com"));
    assert_eq!(users.near("ann@fabrikan.com"), Some("ann@fabrikam.com"));
    assert_eq!(users.near("zoltan@contoso.com"), None);
    assert_eq!(users.near(""), None);
}

proptest! {
    #[test]
    fn every_user_is_found_by_address_in_any_case(names in prop::collection::btree_set("[a-z]{1,4}", 1..300)) {
        let rows: Vec<UserRow> = names.iter().map(|name| row(&format!("{name}@contoso.com"))).collect();
        let users = Users::from_rows("u", &rows);
        prop_assert_eq!(users.len(), rows.len());
        for (id, name) in (0..).zip(&names) {
            prop_assert_eq!(users.find(&format!("sip:{}@CONTOSO.com", name.to_uppercase())), Some(id));
        }
        prop_assert_eq!(users.find("12345@contoso.com"), None);
    }
}
