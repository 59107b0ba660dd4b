//! Groups that hang together, and the ties that a cut goes through.

use super::{Oversize, Tie, Ties, UserId, UserRow, Users, UsersBuilder, split_together};
use roaring::RoaringBitmap;

/// Rows 0..n; `delegates` are pairs of principal and delegate, `managers` of report and manager.
fn company(n: u32, delegates: &[(UserId, UserId)], managers: &[(UserId, UserId)]) -> Users {
    let mut builder = UsersBuilder::default();
    builder.file("users.csv");
    for row in 0..n {
        let line = row as usize + 2;
        builder
            .push(&UserRow { address: format!("u{row}@contoso.com"), line, ..UserRow::default() })
            .unwrap();
    }
    for (principal, delegate) in delegates {
        builder.delegate(*principal, *delegate);
    }
    for (report, manager) in managers {
        builder.manager(*report, *manager);
    }
    builder.build()
}

fn rows(n: u32) -> Vec<UserId> {
    (0..n).collect()
}

#[test]
fn delegates_stay_together_and_the_order_is_that_of_the_first() {
    let users = company(6, &[(0, 5), (5, 3)], &[]);
    let parts = split_together(&users, &rows(6), 3, Ties::default(), Oversize::Keep);
    assert_eq!(parts, vec![vec![0, 5, 3], vec![1, 2, 4]]);
}

#[test]
fn a_group_that_is_too_large_stays_whole_or_is_cut_as_asked() {
    let users = company(6, &[(0, 1), (1, 2), (2, 3)], &[]);
    let keep = split_together(&users, &rows(6), 3, Ties::default(), Oversize::Keep);
    assert_eq!(keep, vec![vec![0, 1, 2, 3], vec![4, 5]]);
    let cut = split_together(&users, &rows(6), 3, Ties::default(), Oversize::Cut);
    assert_eq!(cut, vec![vec![0, 1, 2], vec![3, 4, 5]]);
    let bits = |part: &Vec<UserId>| part.iter().copied().collect::<RoaringBitmap>();
    let between = Ties::default().between(&users, &bits(&cut[0]), &bits(&cut[1]));
    assert_eq!(between, vec![(2, Tie::Delegate, 3)]);
}

#[test]
fn a_manager_is_a_tie_only_if_asked_for() {
    let users = company(4, &[], &[(1, 0), (2, 0), (3, 2)]);
    assert_eq!(Ties::default().groups(&users, &rows(4)).len(), 4);
    let managers = Ties { managers: true, ..Ties::default() };
    assert_eq!(managers.groups(&users, &rows(4)), vec![vec![0, 1, 2, 3]]);
    let (one, rest) = (RoaringBitmap::from([0, 1]), RoaringBitmap::from([2, 3]));
    assert_eq!(managers.between(&users, &one, &rest), vec![(2, Tie::Manager, 0)]);
}

#[test]
fn everybody_is_in_exactly_one_part() {
    let pairs: Vec<(UserId, UserId)> = (0..300).map(|n| (n, (n * 7 + 1) % 1000)).collect();
    let users = company(1000, &pairs, &[]);
    for size in [1, 2, 3, 50, 5000] {
        for oversize in [Oversize::Keep, Oversize::Cut] {
            let parts = split_together(&users, &rows(1000), size, Ties::default(), oversize);
            let mut all: Vec<UserId> = parts.iter().flatten().copied().collect();
            all.sort_unstable();
            assert_eq!(all, rows(1000));
            assert!(parts.iter().all(|part| !part.is_empty()));
            assert!(oversize == Oversize::Keep || parts.iter().all(|part| part.len() <= size));
        }
    }
}
