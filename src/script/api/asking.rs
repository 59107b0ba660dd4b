//! Asking about each member of a set: a function of the script, or a property by its name.
//!
//! Sets of users and of applications are asked alike. The function is pure: it runs inside
//! [`Core::pure`], so it cannot reach an effect. An answer of the wrong type is an error that names the
//! member, never a silent no.

use super::errors::{self, refuse};
use super::facts::fact;
use super::places::{PoolValue, SiteValue};
use super::user::UserValue;
use super::user_set::UserSet;
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::names::with_article;
use crate::topology::UserId;
use rhai::{Dynamic, FnPtr, ImmutableString, NativeCallContext, Variant};
use roaring::RoaringBitmap;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Display;

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
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
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

/// Asks the function about one member.
pub(super) fn ask<S: Members>(
    ctx: &NativeCallContext,
    function: &FnPtr,
    set: &S,
    id: UserId,
) -> Result<Dynamic, Fault> {
    Ok(function.call_within_context::<Dynamic>(ctx, (set.member(id),))?.flatten())
}

/// Refuses what a function answered.
pub(super) fn no_answer(
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
