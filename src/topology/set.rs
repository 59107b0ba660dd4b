//! Operations on sets of users: samples, spreads, parts, identity. Sets are bitmaps over rows.
//!
//! All are pure: the same users, set and seed give the same result on every machine. How a seed
//! chooses is part of the format of a run (a resumed run must choose the same users), so it is fixed:
//! see [`sample`]. Closure over relations is in [`with_dependents`](super::with_dependents).

use super::{UserId, Users};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use roaring::RoaringBitmap;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// Chooses `n` users at random, all if there are not more.
///
/// The algorithm never changes: `ChaCha8`, keyed with the SHA-256 of `sidle sample` and the seed (8
/// bytes, little-endian); a partial Fisher-Yates shuffle of the rows in ascending order, the i-th draw
/// taken from the rows i.. by a 64-bit number that is rejected above the largest multiple of their count.
#[must_use]
pub fn sample(set: &RoaringBitmap, n: usize, seed: u64) -> RoaringBitmap {
    draw(set, n, &[b"sidle sample", &seed.to_le_bytes()])
}

fn draw(set: &RoaringBitmap, n: usize, key: &[&[u8]]) -> RoaringBitmap {
    if set.len() <= n as u64 {
        return set.clone();
    }
    shuffled(set, n, key).into_iter().take(n).collect()
}

/// The rows of a set, the first `n` of them drawn at random.
pub(super) fn shuffled(set: &RoaringBitmap, n: usize, key: &[&[u8]]) -> Vec<UserId> {
    let mut hash = Sha256::new();
    for part in key {
        hash.update(part);
    }
    let mut random = ChaCha8Rng::from_seed(hash.finalize().into());
    let mut rows: Vec<UserId> = set.iter().collect();
    for place in 0..n.min(rows.len()) {
        let left = rows.len() - place;
        rows.swap(place, place + below(&mut random, left));
    }
    rows
}

/// Returns a number below `count`, each as likely as any other.
fn below(random: &mut ChaCha8Rng, count: usize) -> usize {
    let count = count.max(1) as u64;
    let fair = u64::MAX - u64::MAX % count;
    loop {
        let number = random.next_u64();
        if number < fair {
            return usize::try_from(number % count).unwrap_or(0);
        }
    }
}

/// Groups a set by a key; keys in ascending order.
pub fn group_by(
    set: &RoaringBitmap,
    mut key: impl FnMut(UserId) -> String,
) -> BTreeMap<String, RoaringBitmap> {
    let mut groups: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for user in set {
        groups.entry(key(user)).or_default().insert(user);
    }
    groups
}

/// Chooses `n` users so that each value of `key` has its proportional share; all if there are not more.
///
/// Shares are rounded by largest remainder (then the larger group, then the smaller key), and drawn from
/// each group as [`sample`] does, keyed with the value too, so that one group's members do not change
/// what is drawn from another.
pub fn spread(
    set: &RoaringBitmap,
    n: usize,
    key: impl FnMut(UserId) -> String,
    seed: u64,
) -> RoaringBitmap {
    spread_over(&group_by(set, key), n, seed)
}

/// [`spread`] over groups that are made already.
#[must_use]
pub fn spread_over(groups: &BTreeMap<String, RoaringBitmap>, n: usize, seed: u64) -> RoaringBitmap {
    let mut chosen = RoaringBitmap::new();
    for ((value, group), share) in groups.iter().zip(shares(groups, n)) {
        let seed = seed.to_le_bytes();
        chosen |= draw(group, share, &[b"sidle spread", &seed, value.as_bytes()]);
    }
    chosen
}

/// How many of each group, by largest remainder.
fn shares(groups: &BTreeMap<String, RoaringBitmap>, n: usize) -> Vec<usize> {
    let sizes: Vec<u128> = groups.values().map(|group| u128::from(group.len())).collect();
    let total: u128 = sizes.iter().sum();
    let n = (n as u128).min(total);
    let total = total.max(1);
    let mut shares: Vec<u128> = sizes.iter().map(|size| size * n / total).collect();
    let missing = n - shares.iter().sum::<u128>();
    let mut order: Vec<(u128, u128, usize)> =
        sizes.iter().enumerate().map(|(index, size)| (size * n % total, *size, index)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    for (_, _, index) in order.into_iter().take(usize::try_from(missing).unwrap_or(0)) {
        if let Some(share) = shares.get_mut(index) {
            *share += 1;
        }
    }
    shares.into_iter().map(|share| usize::try_from(share).unwrap_or(usize::MAX)).collect()
}

/// Cuts a set into parts of at most `size` users, in row order. A size of 0 counts as 1: nobody is lost.
#[must_use]
pub fn split(set: &RoaringBitmap, size: usize) -> Vec<RoaringBitmap> {
    let rows: Vec<UserId> = set.iter().collect();
    rows.chunks(size.max(1)).map(|part| part.iter().copied().collect()).collect()
}

/// The first `n` users in row order.
#[must_use]
pub fn first(set: &RoaringBitmap, n: usize) -> RoaringBitmap {
    set.iter().take(n).collect()
}

/// The set's identity in the journal: SHA-256, in lower-case hexadecimal, over its addresses, sorted by
/// their bytes and joined by line feeds. It does not depend on rows, so it survives a new export.
#[must_use]
pub fn identity(users: &Users, set: &RoaringBitmap) -> String {
    let mut addresses: Vec<&str> = set.iter().map(|user| users.address(user)).collect();
    addresses.sort_unstable();
    let mut hash = Sha256::new();
    for (index, address) in addresses.iter().enumerate() {
        if index > 0 {
            hash.update(b"\n");
        }
        hash.update(address.as_bytes());
    }
    format!("{:x}", hash.finalize())
}

/// What changed between two sets, for people: "3 users joined (`a`, `b`, `c`), 1 user left (`d`)";
/// "nobody joined or left" if nothing did.
#[must_use]
pub fn difference_in_words(users: &Users, before: &RoaringBitmap, after: &RoaringBitmap) -> String {
    let part = |set: RoaringBitmap, verb: &str| {
        let names: Vec<&str> = set.iter().map(|user| users.address(user)).collect();
        (!names.is_empty()).then(|| {
            let number = super::in_words(names.iter().copied());
            format!("{number} {verb} ({})", crate::text::list(&names, 5))
        })
    };
    let parts: Vec<String> = [part(after - before, "joined"), part(before - after, "left")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "nobody joined or left".to_owned() } else { parts.join(", ") }
}
