//! Sets: same seed, same users; every share proportional; closed means closed.

use super::set::{difference_in_words, first, group_by, identity, sample, split, spread};
use super::{TextColumn, UserRow, Users, with_dependents};
use proptest::prelude::*;
use roaring::RoaringBitmap;

fn row(address: &str) -> UserRow {
    UserRow { address: format!("{address}@contoso.com"), ..UserRow::default() }
}

fn rows(set: &RoaringBitmap) -> Vec<u32> {
    set.iter().collect()
}

#[test]
fn a_seed_chooses_the_same_users_in_every_release() {
    // Written down once. If this fails, runs that were begun before cannot be resumed.
    let hundred: RoaringBitmap = (0..100).collect();
    assert_eq!(rows(&sample(&hundred, 6, 1)), [6, 21, 22, 25, 42, 62]);
    assert_eq!(
        rows(&spread(&hundred, 6, |user| (user % 3).to_string(), 1)),
        [11, 30, 31, 51, 89, 97]
    );
}

#[test]
fn shares_are_rounded_by_largest_remainder() {
    // 50, 30 and 20 of 100, 7 wanted: 3.5, 2.1, 1.4; the half is the largest remainder.
    let set: RoaringBitmap = (0..100).collect();
    let key = |user: u32| match user {
        0..50 => "a".to_owned(),
        50..80 => "b".to_owned(),
        _ => "c".to_owned(),
    };
    let sizes: Vec<u64> =
        group_by(&spread(&set, 7, key, 9), key).values().map(RoaringBitmap::len).collect();
    assert_eq!(sizes, [4, 2, 1]);
}

#[test]
fn a_group_is_drawn_from_without_regard_to_other_groups() {
    let key = |user: u32| (user % 2).to_string();
    let both: RoaringBitmap = (0..40).collect();
    let even = group_by(&both, key).remove("0").unwrap();
    assert_eq!(&spread(&both, 10, key, 3) & &even, spread(&even, 5, key, 3));
}

#[test]
fn parts_and_firsts_keep_the_order_and_lose_nobody() {
    let set: RoaringBitmap = [3, 5, 8, 13, 21].into_iter().collect();
    assert_eq!(
        split(&set, 2).iter().map(rows).collect::<Vec<_>>(),
        [vec![3, 5], vec![8, 13], vec![21]]
    );
    assert_eq!(split(&set, 0).len(), 5);
    assert_eq!(rows(&first(&set, 2)), [3, 5]);
    assert_eq!(rows(&first(&set, 9)), rows(&set));
}

#[test]
fn an_identity_depends_on_addresses_and_not_on_rows() {
    let one = Users::from_rows("u", &[row("ann"), row("bob"), row("cy")]);
    let other = Users::from_rows("u", &[row("bob"), row("dora"), row("ann")]);
    let ann_and_bob = identity(&one, &[0, 1].into_iter().collect());
    assert_eq!(ann_and_bob, identity(&other, &[0, 2].into_iter().collect()));
    assert_ne!(ann_and_bob, identity(&one, &one.all()));
    // printf 'ann@contoso.com\nbob@contoso.com' | sha256sum
    assert_eq!(ann_and_bob, "e1889b68b3aec24472a44572029d5c920cc8826b42bad1aeabefed4a04d8424a");
    assert_eq!(
        identity(&one, &RoaringBitmap::new()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn a_difference_names_who_joined_and_who_left() {
    let users = Users::from_rows("u", &[row("ann"), row("bob"), row("cy")]);
    let set = |rows: &[u32]| rows.iter().copied().collect::<RoaringBitmap>();
    assert_eq!(
        difference_in_words(&users, &set(&[0]), &set(&[1, 2])),
        "2 users joined (`bob@contoso.com` and `cy@contoso.com`), 1 user left (`ann@contoso.com`)"
    );
    assert_eq!(difference_in_words(&users, &set(&[0]), &set(&[0])), "nobody joined or left");
}

/// The closure of one user, in names.
fn closure(people: &[UserRow], of: &str) -> Vec<String> {
    let users = Users::from_rows("u", people);
    let start = users.find(&row(of).address).unwrap();
    let closed = with_dependents(&users, &std::iter::once(start).collect());
    closed.iter().map(|user| users.address(user).replace("@contoso.com", "")).collect()
}

fn reports_to(who: &str, manager: &str) -> UserRow {
    UserRow { manager: Some(row(manager).address), ..row(who) }
}

fn with_delegate(who: &str, delegate: &str) -> UserRow {
    UserRow { delegates: vec![row(delegate).address], ..row(who) }
}

fn on_line(who: &str, line: &str) -> UserRow {
    UserRow { texts: vec![(TextColumn::Line, line.to_owned())], ..row(who) }
}

#[test]
fn managers_come_along_but_not_the_people_they_manage() {
    let people = [
        row("boss"),
        reports_to("ann", "boss"),
        reports_to("bob", "boss"),
        reports_to("cy", "ann"),
    ];
    assert_eq!(closure(&people, "cy"), ["boss", "ann", "cy"]);
    assert_eq!(closure(&people, "boss"), ["boss"]);
}

#[test]
fn delegates_come_along_both_ways() {
    let people =
        [with_delegate("boss", "ann"), row("ann"), with_delegate("chief", "ann"), row("bob")];
    assert_eq!(closure(&people, "boss"), ["boss", "ann", "chief"]);
    assert_eq!(closure(&people, "bob"), ["bob"]);
}

#[test]
fn a_shared_line_keeps_its_users_together_in_any_case() {
    let people = [
        on_line("ann", "tel:+8225550100"),
        row("bob"),
        on_line("cy", "TEL:+8225550100 "),
        on_line("dora", "tel:+1"),
    ];
    assert_eq!(closure(&people, "cy"), ["ann", "cy"]);
    let users = Users::from_rows("u", &people);
    assert_eq!(users.shares_line(0), [0, 2]);
    assert_eq!(users.shares_line(3), [] as [u32; 0]);
}

#[test]
fn a_ring_of_managers_ends() {
    let people = [
        reports_to("ann", "bob"),
        reports_to("bob", "cy"),
        reports_to("cy", "ann"),
        reports_to("dora", "dora"),
    ];
    assert_eq!(closure(&people, "ann"), ["ann", "bob", "cy"]);
    assert_eq!(closure(&people, "dora"), ["dora"]);
}

/// Up to 30 users with random relations.
fn company() -> impl Strategy<Value = Vec<UserRow>> {
    let person = (
        prop::option::of(0..30_u32),
        prop::collection::vec(0..30_u32, 0..2),
        prop::option::of(0..6_u32),
    );
    prop::collection::vec(person, 1..30).prop_map(|people| {
        let name = |number: u32| row(&format!("u{number}")).address;
        (0..)
            .zip(people)
            .map(|(number, (manager, delegates, line))| UserRow {
                address: name(number),
                manager: manager.map(name),
                delegates: delegates.into_iter().map(name).collect(),
                texts: line
                    .map(|line| (TextColumn::Line, format!("tel:{line}")))
                    .into_iter()
                    .collect(),
                ..UserRow::default()
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn a_sample_is_a_subset_of_the_size_asked_for(
        set in prop::collection::btree_set(0_u32..5000, 0..200), n in 0_usize..250, seed: u64,
    ) {
        let set: RoaringBitmap = set.into_iter().collect();
        let chosen = sample(&set, n, seed);
        prop_assert!(chosen.is_subset(&set));
        prop_assert_eq!(chosen.len(), set.len().min(n as u64));
        prop_assert_eq!(sample(&set, n, seed), chosen);
    }

    #[test]
    fn a_spread_gives_every_group_its_share_to_within_one(
        set in prop::collection::btree_set(0_u32..5000, 1..200), n in 0_usize..250, kinds in 1_u32..9, seed: u64,
    ) {
        let set: RoaringBitmap = set.into_iter().collect();
        let key = |user: u32| (user % kinds).to_string();
        let chosen = spread(&set, n, key, seed);
        prop_assert!(chosen.is_subset(&set));
        prop_assert_eq!(chosen.len(), set.len().min(n as u64));
        for (value, group) in group_by(&set, key) {
            let got = chosen.intersection_len(&group);
            let fair = group.len() * set.len().min(n as u64);
            prop_assert!(got * set.len() < fair + set.len() && fair < (got + 1) * set.len(), "{}", value);
        }
    }

    #[test]
    fn parts_add_up_to_the_whole(set in prop::collection::btree_set(0_u32..500, 0..90), size in 1_usize..20) {
        let set: RoaringBitmap = set.into_iter().collect();
        let parts = split(&set, size);
        prop_assert!(parts.iter().all(|part| !part.is_empty() && part.len() <= size as u64));
        prop_assert_eq!(parts.iter().map(RoaringBitmap::len).sum::<u64>(), set.len());
        prop_assert_eq!(parts.into_iter().fold(RoaringBitmap::new(), |all, part| all | part), set);
    }

    #[test]
    fn a_closure_is_closed_and_holds_what_it_was_made_of(people in company(), seed: u64) {
        let users = Users::from_rows("u", &people);
        let set = sample(&users.all(), 3, seed);
        let closed = with_dependents(&users, &set);
        prop_assert!(set.is_subset(&closed));
        prop_assert_eq!(with_dependents(&users, &closed), closed.clone());
        for user in &closed {
            prop_assert!(users.manager(user).is_none_or(|manager| closed.contains(manager)));
            prop_assert!(users.delegates(user).into_iter().all(|delegate| closed.contains(delegate)));
            prop_assert!(users.acts_for(user).iter().all(|boss| closed.contains(*boss)));
            prop_assert!(users.shares_line(user).iter().all(|other| closed.contains(*other)));
        }
    }
}
