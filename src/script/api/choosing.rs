//! What a set asks a function of the script about each of its members: filter, select, sort, group, spread.
//!
//! The function is pure: it runs inside [`Core::pure`], so it cannot reach an effect. An answer of the
//! wrong type is an error that names the user, never a silent no.

use super::decisions::Choice;
use super::errors::{self, refuse};
use super::facts::fact;
use super::places::{PoolValue, SiteValue};
use super::table::Api;
use super::user::UserValue;
use super::user_set::{Reasons, UserSet, at_least};
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::with_article;
use crate::topology::{UserId, set};
use rhai::{Array, Dynamic, FnPtr, ImmutableString, Map, NativeCallContext, Variant};
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// A value that users are sorted or grouped by.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Nothing,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(ImmutableString),
    Site(usize),
    Pool(u16),
    User(UserId),
}

impl Key {
    fn of(value: &Dynamic) -> Option<Self> {
        if value.is_unit() {
            return Some(Self::Nothing);
        }
        let known = value
            .as_bool()
            .map(Self::Bool)
            .or_else(|_| value.as_int().map(Self::Int))
            .or_else(|_| value.as_float().map(Self::Float))
            .or_else(|_| value.as_immutable_string_ref().map(|text| Self::Text(text.clone())));
        known.ok().or_else(|| {
            let site = value.read_lock::<SiteValue>().map(|site| Self::Site(site.id));
            let pool = || value.read_lock::<PoolValue>().map(|pool| Self::Pool(pool.id));
            let user = || value.read_lock::<UserValue>().map(|user| Self::User(user.id));
            site.or_else(pool).or_else(user)
        })
    }

    /// `None` for keys of different types: they have no order.
    fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Nothing, Self::Nothing) => Some(Ordering::Equal),
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Site(a), Self::Site(b)) => Some(a.cmp(b)),
            (Self::Pool(a), Self::Pool(b)) => Some(a.cmp(b)),
            (Self::User(a), Self::User(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// A text that only equal keys share.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => format!("t{text}"),
            other => format!("{other:?}"),
        }
    }
}

/// A set whose members a function can be asked about.
pub(super) trait Members {
    /// What the function is given.
    type Member: Variant + Clone + Display;

    /// What one member is called in messages.
    const NOUN: &'static str;

    /// The rows, in the set's order.
    fn rows(&self) -> Vec<UserId>;

    /// The member of a row.
    fn member(&self, id: UserId) -> Self::Member;

    /// A property or column of a member, by its name.
    fn fact(
        &self,
        core: &Core,
        ctx: &NativeCallContext,
        id: UserId,
        name: &str,
    ) -> Result<Dynamic, Fault>;
}

impl Members for UserSet {
    type Member = UserValue;
    const NOUN: &'static str = "user";

    fn rows(&self) -> Vec<UserId> {
        Self::rows(self)
    }

    fn member(&self, id: UserId) -> UserValue {
        self.user(id)
    }

    fn fact(
        &self,
        core: &Core,
        ctx: &NativeCallContext,
        id: UserId,
        name: &str,
    ) -> Result<Dynamic, Fault> {
        fact(core, ctx, &self.user(id), name)
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    filter(api);
    select(api);
    sort_by(api);
    group_by(api);
    spread(api);
}

/// Asks the function about one member.
fn ask<S: Members>(
    ctx: &NativeCallContext,
    function: &FnPtr,
    set: &S,
    id: UserId,
) -> Result<Dynamic, Fault> {
    Ok(function.call_within_context::<Dynamic>(ctx, (set.member(id),))?.flatten())
}

/// Refuses what a function answered.
fn no_answer(
    core: &Core,
    ctx: &NativeCallContext,
    member: &dyn Display,
    wanted: &str,
    got: &Dynamic,
    help: &str,
) -> Fault {
    let message = format!(
        "the function must return {wanted}, but for `{member}` it returned {}",
        with_article(got)
    );
    refuse(core, ctx, codes::VALUE_NO_ANSWER, message, help)
}

fn filter(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.filter(f: function) -> UserSet",
        "Those for whom the function returns `true`.

        legacy.users.filter(|user| user.department == \"IT\").len  //=> 2
        legacy.users.filter(|user| user.title)  //! must return `true` or `false`",
        move |ctx: NativeCallContext, set: UserSet, f: FnPtr| {
            let kept = filtered(&core, &ctx, &set, &f)?;
            core.met_filter(&ctx, &set.bits, &kept);
            Ok::<_, Fault>(set.part(kept))
        },
    );
}

/// The rows for which the function returns `true`.
pub(super) fn filtered<S: Members>(
    core: &Core,
    ctx: &NativeCallContext,
    set: &S,
    f: &FnPtr,
) -> Result<RoaringBitmap, Fault> {
    core.pure(ctx, "filter", || {
        let mut kept = RoaringBitmap::new();
        for id in set.rows() {
            let answer = ask(ctx, f, set, id)?;
            match answer.as_bool() {
                Ok(true) => {
                    kept.insert(id);
                }
                Ok(false) => {}
                Err(_) => {
                    let help = "end the function with a comparison, such as `user.title != \"\"`";
                    let wanted = "`true` or `false`";
                    return Err(no_answer(core, ctx, &set.member(id), wanted, &answer, help));
                }
            }
        }
        Ok(kept)
    })
}

fn select(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.select(policy: function) -> Selection",
        "Asks the policy about each user; it answers `include(why)` or `exclude(why)`.

        The result is the set of those who are included. It knows the reason for everybody, in and out.
        A function of an imported file is wrapped: `select(|user| pilot::choose(user))`.

        legacy.users.select(|user| if user.title == \"CEO\" { exclude(\"moves last\") } else { include(\"any\") }).len  //=> 4
        legacy.users.select(|user| user.enabled)  //! write `include(\"why\")`
        legacy.users.select(|user| {})            //! on every path",
        move |ctx: NativeCallContext, set: UserSet, policy: FnPtr| {
            core.pure(&ctx, "select", || {
                let (mut inside, mut outside) = (RoaringBitmap::new(), RoaringBitmap::new());
                let mut reasons = Reasons::new();
                let mut followed = None;
                for id in set.rows() {
                    let answer = core.asking(id, || ask(&ctx, &policy, &set, id))?;
                    let Some(choice) = answer.read_lock::<Choice>() else {
                        let help = if answer.is_unit() {
                            "end the policy with `include(\"why\")` or `exclude(\"why\")` on every path, without a semicolon"
                        } else {
                            "write `include(\"why\")` or `exclude(\"why\")`: a choice needs its reason"
                        };
                        let wanted = "`include(why)` or `exclude(why)`";
                        return Err(no_answer(&core, &ctx, &set.user(id), wanted, &answer, help));
                    };
                    if choice.included { &mut inside } else { &mut outside }.insert(id);
                    reasons.insert(id, choice.why.clone());
                    if choice.decided.is_some() {
                        followed.clone_from(&choice.decided);
                    }
                }
                core.met_selection(&ctx, &set.bits, |id| {
                    let why = reasons.get(&id)?.to_string();
                    Some((inside.contains(id), why, followed))
                });
                Ok(set.part(inside).because(reasons, Some(outside)))
            })
        },
    );
}

/// What users are asked for: a function of the script, or a property or column by its name.
pub(super) enum Asked {
    Function(FnPtr),
    Named(ImmutableString),
}

impl Asked {
    /// Reads it from an argument.
    pub(super) fn of(
        core: &Core,
        ctx: &NativeCallContext,
        what: &str,
        value: &Dynamic,
    ) -> Result<Self, Fault> {
        if let Ok(name) = value.as_immutable_string_ref() {
            return Ok(Self::Named(name.clone()));
        }
        let wrong = |got: &Dynamic| {
            let wanted = "the name of a property or a function of a user";
            errors::wrong_type(
                core,
                ctx,
                what,
                wanted,
                got,
                "write `\"department\"` or `|user| user.department`",
            )
        };
        value.clone().flatten().try_cast::<FnPtr>().map(Self::Function).ok_or_else(|| wrong(value))
    }

    fn of_member<S: Members>(
        &self,
        core: &Core,
        ctx: &NativeCallContext,
        set: &S,
        id: UserId,
    ) -> Result<Dynamic, Fault> {
        match self {
            Self::Function(function) => ask(ctx, function, set, id),
            Self::Named(name) => set.fact(core, ctx, id, name),
        }
    }
}

/// Asks for the key of each member, in the set's order.
pub(super) fn keys<S: Members>(
    core: &Core,
    ctx: &NativeCallContext,
    what: &'static str,
    set: &S,
    asked: &Asked,
) -> Result<Vec<(Key, Dynamic, UserId)>, Fault> {
    core.pure(ctx, what, || {
        let rows = set.rows();
        let mut keys = Vec::with_capacity(rows.len());
        for id in rows {
            let value = asked.of_member(core, ctx, set, id)?;
            let Some(key) = Key::of(&value) else {
                let wanted = "a number, a text, `true`, `false`, a site or a pool";
                let help = format!("return one property of the {}", S::NOUN);
                return Err(no_answer(core, ctx, &set.member(id), wanted, &value, &help));
            };
            keys.push((key, value, id));
        }
        Ok(keys)
    })
}

fn sort_by(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.sort_by(f: function) -> UserSet",
        "The same users, ordered by what the function returns; those with equal values keep their order.

        Parts of a sorted set stay sorted.

        legacy.users.sort_by(|user| user.meetings).to_array()[0]  //=> bob@contoso.com
        legacy.users.sort_by(|user| if user == ann { 1 } else { \"x\" })  //! cannot be ordered",
        move |ctx: NativeCallContext, set: UserSet, f: FnPtr| {
            let mut keys = keys(&core, &ctx, "sort_by", &set, &Asked::Function(f))?;
            if let Some((first, value, one)) = keys.first()
                && let Some((_, other, two)) =
                    keys.iter().find(|(key, ..)| key.compare(first).is_none())
            {
                let message = format!(
                    "the users cannot be ordered: for `{}` the function returned {}, for `{}` {}",
                    set.user(*one), with_article(value), set.user(*two), with_article(other),
                );
                let help = "return values of one type for every user";
                return Err(refuse(&core, &ctx, codes::VALUE_NO_ANSWER, message, help));
            }
            keys.sort_by(|a, b| a.0.compare(&b.0).unwrap_or(Ordering::Equal));
            Ok(set.ordered(keys.into_iter().map(|(_, _, id)| id).collect()))
        },
    );
}

fn group_by(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.group_by(f: function | string) -> array of #{ key, users }",
        "Groups of those for whom the function returns the same, in the order of their first users.

        A property or column may be named instead.

        legacy.users.group_by(|user| user.city).map(|group| group.key)  //=> [\"Seoul\", \"Busan\"]
        legacy.users.group_by(|user| user.pool)[0].users.len            //=> 5
        legacy.users.group_by(\"department\").map(|group| group.key)     //=> [\"IT\", \"Sales\", \"Board\"]
        legacy.users.group_by(\"departmant\")                           //! did you mean `department`?
        legacy.users.group_by(3)                                        //! wants the name of a property",
        move |ctx: NativeCallContext, set: UserSet, f: Dynamic| -> Result<Array, Fault> {
            let f = Asked::of(&core, &ctx, "group_by", &f)?;
            let groups = grouped(&core, &ctx, &set, &f)?;
            let as_map = |(key, users): (Dynamic, RoaringBitmap)| -> Dynamic {
                let users = Dynamic::from(set.part(users));
                Map::from([("key".into(), key), ("users".into(), users)]).into()
            };
            Ok(groups.into_iter().map(as_map).collect())
        },
    );
}

/// The rows by what the function returns for them, in the order of their first rows.
pub(super) fn grouped<S: Members>(
    core: &Core,
    ctx: &NativeCallContext,
    set: &S,
    asked: &Asked,
) -> Result<Vec<(Dynamic, RoaringBitmap)>, Fault> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut groups: Vec<(Dynamic, RoaringBitmap)> = Vec::new();
    for (key, value, id) in keys(core, ctx, "group_by", set, asked)? {
        let place = *places.entry(key.text()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, rows)) => {
                rows.insert(id);
            }
            None => groups.push((value, std::iter::once(id).collect())),
        }
    }
    Ok(groups)
}

fn spread(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "UserSet.spread(n: int, f: function, seed?: int) -> UserSet",
        "Chooses `n` users so that each value of the function has its proportional share.

        Within a share they are chosen at random; the same seed (0 if there is none) always chooses the same.

        legacy.users.spread(2, |user| user.city).len     //=> 2
        legacy.users.spread(2, |user| user.city, 7).len  //=> 2
        legacy.users.spread(-1, |user| user.city)        //! wants at least 0",
        move |ctx: NativeCallContext, set: UserSet, n: i64, f: FnPtr| {
            spread_over(&core, &ctx, &set, n, &f, 0)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, set: UserSet, n: i64, f: FnPtr, seed: i64| {
        spread_over(&core, &ctx, &set, n, &f, seed)
    });
}

fn spread_over(
    core: &Core,
    ctx: &NativeCallContext,
    set: &UserSet,
    n: i64,
    f: &FnPtr,
    seed: i64,
) -> Result<UserSet, Fault> {
    let n = at_least(core, ctx, "spread", n, 0)?;
    let mut groups: BTreeMap<String, RoaringBitmap> = BTreeMap::new();
    for (key, _, id) in keys(core, ctx, "spread", set, &Asked::Function(f.clone()))? {
        groups.entry(key.text()).or_default().insert(id);
    }
    Ok(set.part(set::spread_over(&groups, n, seed.cast_unsigned())))
}
