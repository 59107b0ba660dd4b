//! A set of users: fixed when it is made, in a fixed order, perhaps with a reason for each member.
//!
//! Order is that of the rows of the inventory, unless `sort_by` made another; parts of a sorted set
//! stay sorted. What `select` yields and the sets of a move's report are such sets too: they know why
//! each user is in or out.

use super::errors::{self, argument, refuse};
use super::table::{Api, Value};
use super::user::UserValue;
use crate::diagnostic::codes;
use crate::text;
use crate::topology::{PoolId, UserId, View, set, with_dependents};
use rhai::{Array, Dynamic, ImmutableString, Map, NativeCallContext};
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Why each user is where it is.
pub(super) type Reasons = HashMap<UserId, ImmutableString>;

/// Users, in an order. Cheap to clone.
#[derive(Clone)]
pub struct UserSet {
    pub(super) view: View,
    pub(super) bits: Arc<RoaringBitmap>,
    /// The order, where it is not that of the rows.
    order: Option<Arc<[UserId]>>,
    pub(super) reasons: Option<Arc<Reasons>>,
    /// Who was looked at and left out; only in what `select` itself yields.
    pub(super) left_out: Option<Arc<RoaringBitmap>>,
    /// The pool or site whose users it was read as: it may be read again with other members.
    read_from: Option<Home>,
}

/// Where a set was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    Everywhere,
    Site(usize),
    Pool(PoolId),
}

impl UserSet {
    /// Users in the order of their rows.
    pub(super) fn of(view: &View, bits: RoaringBitmap) -> Self {
        let bits = Arc::new(bits);
        Self {
            view: view.clone(),
            bits,
            order: None,
            reasons: None,
            left_out: None,
            read_from: None,
        }
    }

    /// The same, read from a place whose users change.
    pub(super) fn read_from(mut self, home: Home) -> Self {
        self.read_from = Some(home);
        self
    }

    /// True if both hold the same users, or were read from the same place.
    pub(super) fn is_read_like(&self, other: &Self) -> bool {
        self.bits == other.bits || self.read_from.is_some() && self.read_from == other.read_from
    }

    /// Users with the reason for each, and for those who were left out.
    pub(super) fn because(mut self, reasons: Reasons, left_out: Option<RoaringBitmap>) -> Self {
        self.reasons = Some(Arc::new(reasons));
        self.left_out = left_out.map(Arc::new);
        self
    }

    /// The same users in another order.
    pub(super) fn ordered(&self, order: Vec<UserId>) -> Self {
        Self { order: Some(order.into()), left_out: None, read_from: None, ..self.clone() }
    }

    /// Some of the users, in the order of this set.
    pub(super) fn part(&self, bits: RoaringBitmap) -> Self {
        let order = self.order.as_ref();
        let order =
            order.map(|order| order.iter().copied().filter(|id| bits.contains(*id)).collect());
        Self { bits: Arc::new(bits), order, left_out: None, read_from: None, ..self.clone() }
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> usize {
        usize::try_from(self.bits.len()).unwrap_or(usize::MAX)
    }

    /// True if there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// The rows, in the set's order.
    #[must_use]
    pub fn rows(&self) -> Vec<UserId> {
        self.order.as_ref().map_or_else(|| self.bits.iter().collect(), |order| order.to_vec())
    }

    fn row(&self, index: usize) -> Option<UserId> {
        match &self.order {
            Some(order) => order.get(index).copied(),
            None => self.bits.select(u32::try_from(index).ok()?),
        }
    }

    pub(super) fn user(&self, id: UserId) -> UserValue {
        UserValue { view: self.view.clone(), id }
    }
}

impl IntoIterator for UserSet {
    type Item = UserValue;
    type IntoIter = Box<dyn Iterator<Item = UserValue>>;

    fn into_iter(self) -> Self::IntoIter {
        let view = self.view.clone();
        Box::new(self.rows().into_iter().map(move |id| UserValue { view: view.clone(), id }))
    }
}

impl fmt::Display for UserSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::count(self.len(), "user"))
    }
}

impl Value for UserSet {
    const NAME: &'static str = "UserSet";
    const COMPARE: &'static str = "compare with another set, or compare its `.len`: `set.len == 0`; `user in set` asks for a member";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.bits == other.bits)
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<UserSet>();
    api.strict::<UserSet>();
    api.iterable::<UserSet>();
    size(api);
    members(api);
    parts(api);
    algebra(api);
    reasons(api);
}

fn size(api: &mut Api<'_>) {
    api.pure(
        "UserSet.len: int",
        "How many users there are.

        legacy.users.len  //=> 5",
        |set: &mut UserSet| number(set.len()),
    );
    api.plain("len", |set: UserSet| number(set.len()));
    api.pure(
        "UserSet.is_empty: bool",
        "True if there is nobody.

        legacy.users.is_empty  //=> false",
        |set: &mut UserSet| set.is_empty(),
    );
    api.plain("is_empty", |set: UserSet| set.is_empty());
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn members(api: &mut Api<'_>) {
    api.pure(
        "UserSet.contains(user: User) -> bool",
        "True if the user is a member; also written `user in set`.

        legacy.users.contains(ann)  //=> true
        eve in legacy.users         //=> false
        \"ann@contoso.com\" in legacy.users  //! a set holds users",
        |set: UserSet, user: UserValue| set.bits.contains(user.id),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: UserSet, other: Dynamic| {
        let help = "a set holds users: look one up with `topology.user(\"ann@contoso.com\")`";
        Err::<bool, _>(errors::wrong_type(&core, &ctx, "contains", "a User", &other, help))
    });
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet [] int -> User",
        "The user at that place in the set's order, from 0; from the end with a negative number.

        legacy.users[0]   //=> ann@contoso.com
        legacy.users[-1]  //=> fay@contoso.com
        legacy.users[5]   //! the set has 5 users",
        move |ctx: NativeCallContext, set: &mut UserSet, place: i64| {
            let from_end = usize::try_from(place.unsigned_abs()).ok();
            let from_end = from_end.and_then(|n| set.len().checked_sub(n));
            let index = usize::try_from(place).ok().or(from_end);
            index.and_then(|index| set.row(index)).map(|id| set.user(id)).ok_or_else(|| {
                let message = format!("there is no user {place}: the set has {set}");
                argument(&core, &ctx, message, "ask for `.len` first, or take `.first(n)`")
            })
        },
    );
    api.pure(
        "UserSet.to_array() -> array of User",
        "The users as an array, in the set's order.

        legacy.users.to_array()[0]  //=> ann@contoso.com",
        |set: UserSet| -> Array { set.into_iter().map(Dynamic::from).collect() },
    );
}

fn parts(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.first(n: int) -> UserSet",
        "The first `n` users in the set's order; all if there are not more.

        legacy.users.first(2).len  //=> 2
        legacy.users.first(-1)     //! `first` wants at least 0",
        move |ctx: NativeCallContext, set: UserSet, n: i64| {
            let n = at_least(&core, &ctx, "first", n, 0)?;
            Ok::<_, super::Fault>(set.part(set.rows().into_iter().take(n).collect()))
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.split(size: int) -> array of UserSet",
        "Parts of at most that size, in the set's order.

        legacy.users.split(2)  //=> [2 users, 2 users, 1 user]
        legacy.users.split(0)  //! `split` wants at least 1",
        move |ctx: NativeCallContext, set: UserSet, size: i64| -> Result<Array, super::Fault> {
            let size = at_least(&core, &ctx, "split", size, 1)?;
            let rows = set.rows();
            let parts = rows.chunks(size).map(|part| set.part(part.iter().copied().collect()));
            Ok(parts.map(Dynamic::from).collect())
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.sample(n: int, seed: int) -> UserSet",
        "Chooses `n` users at random; the same seed always chooses the same.

        legacy.users.sample(3, 1).len  //=> 3
        legacy.users.sample(3, 1) == legacy.users.sample(3, 1)  //=> true",
        move |ctx: NativeCallContext, set: UserSet, n: i64, seed: i64| {
            let n = at_least(&core, &ctx, "sample", n, 0)?;
            Ok::<_, super::Fault>(set.part(set::sample(&set.bits, n, seed.cast_unsigned())))
        },
    );
    api.pure(
        "UserSet.with_dependents() -> UserSet",
        "The set with all who belong to its users: their managers and delegates, those for whom they are
        delegates, and those who share a line with them, and so on until nobody is missing.

        topology.users.filter(|user| user == bob).with_dependents()  //=> 3 users",
        |set: UserSet| {
            let bits = with_dependents(&set.view.topology().users, &set.bits);
            UserSet::of(&set.view, bits)
        },
    );
}

/// Reads a count.
pub(super) fn at_least(
    core: &crate::script::core::Core,
    ctx: &NativeCallContext,
    primitive: &str,
    n: i64,
    least: i64,
) -> Result<usize, super::Fault> {
    if n < least {
        let message = format!("`{primitive}` wants at least {least}, not {n}");
        return Err(argument(core, ctx, message, format!("give {least} or more")));
    }
    Ok(usize::try_from(n).unwrap_or(usize::MAX))
}

fn algebra(api: &mut Api<'_>) {
    api.pure(
        "UserSet + UserSet -> UserSet",
        "Everybody who is in one set or the other, in the order of the rows.

        (legacy.users + lync.users).len  //=> 6",
        |one: &mut UserSet, other: UserSet| {
            let all = UserSet::of(&one.view, &*one.bits | &*other.bits);
            match (&one.reasons, &other.reasons) {
                (None, None) => all,
                (mine, theirs) => {
                    // Where both know a reason, that of the left set counts.
                    let both = theirs.iter().chain(mine).flat_map(|reasons| reasons.iter());
                    all.because(both.map(|(id, why)| (*id, why.clone())).collect(), None)
                }
            }
        },
    )
    .pure(
        "UserSet - UserSet -> UserSet",
        "Those of the first set who are not in the second.

        (topology.users - legacy.users).len  //=> 1",
        |one: &mut UserSet, other: UserSet| one.part(&*one.bits - &*other.bits),
    )
    .pure(
        "UserSet & UserSet -> UserSet",
        "Those who are in both.

        (topology.users & lync.users).len  //=> 1",
        |one: &mut UserSet, other: UserSet| one.part(&*one.bits & &*other.bits),
    );
}

fn reasons(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Selection.reason(user: User) -> string",
        "Why the user is in or out of what `select` chose, or ended as a move's report says.

        legacy.users.select(|user| exclude(\"not yet\")).reason(ann)  //=> \"not yet\"
        legacy.users.reason(ann)  //! knows no reasons",
        move |ctx: NativeCallContext, set: UserSet, user: UserValue| {
            let reasons = known(&core, &ctx, &set)?;
            reasons.get(&user.id).cloned().ok_or_else(|| {
                let message =
                    format!("no reason is known for `{user}`: not one of those who were looked at");
                refuse(
                    &core,
                    &ctx,
                    codes::VALUE_NO_REASON,
                    message,
                    "ask for a user of the set that was selected from",
                )
            })
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Selection.reasons: map",
        "The reason for each user of the set, by address.

        legacy.users.first(1).select(|user| include(\"volunteered\")).reasons  //=> #{\"ann@contoso.com\": \"volunteered\"}",
        move |ctx: NativeCallContext, set: &mut UserSet| -> Result<Map, super::Fault> {
            let reasons = known(&core, &ctx, set)?;
            let facts = set.view.topology();
            let each = set.bits.iter().filter_map(|id| Some((id, reasons.get(&id)?)));
            Ok(each.map(|(id, why)| (facts.users.address(id).into(), why.clone().into())).collect())
        },
    );
    api.pure(
        "Selection.included: UserSet",
        "Those who were chosen; the same as the selection itself.

        legacy.users.select(|user| include(\"all\")).included.len  //=> 5",
        |set: &mut UserSet| set.clone(),
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Selection.excluded: UserSet",
        "Those who were looked at and left out, with their reasons.

        legacy.users.select(|user| exclude(\"not yet\")).excluded.len  //=> 5",
        move |ctx: NativeCallContext, set: &mut UserSet| {
            let Some(left_out) = &set.left_out else {
                let message = "this set does not know who was left out";
                let help = "only what `select` returns knows: ask it before filtering it further";
                return Err(refuse(&core, &ctx, codes::VALUE_NO_REASON, message, help));
            };
            let mut out = UserSet::of(&set.view, (**left_out).clone());
            out.reasons.clone_from(&set.reasons);
            Ok(out)
        },
    );
}

fn known(
    core: &crate::script::core::Core,
    ctx: &NativeCallContext,
    set: &UserSet,
) -> Result<Arc<Reasons>, super::Fault> {
    set.reasons.clone().ok_or_else(|| {
        let help = "only `select` and the sets of a move's report know reasons";
        refuse(core, ctx, codes::VALUE_NO_REASON, "this set knows no reasons", help)
    })
}
