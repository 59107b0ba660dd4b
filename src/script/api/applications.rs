//! Sets of applications: what else lives on a pool, filtered, grouped, moved.
//!
//! Like a set of users, a set of applications is fixed when it is made and ordered as its rows are. The
//! two never mix: users and applications are moved by separate calls.

use super::application::{ApplicationValue, column};
use super::asking::{Asked, Members, grouped};
use super::choosing::filtered;
use super::errors::{self, argument, refuse};
use super::facts::property;
use super::places::PoolValue;
use super::table::{Api, Value};
use super::topology::TopologyValue;
use super::user_set::{Home, Reasons, UserSet, at_least};
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use crate::topology::{ApplicationKind, Movable, UserId, View, set};
use rhai::{Array, Dynamic, FnPtr, Map, NativeCallContext};
use roaring::RoaringBitmap;
use std::fmt;
use std::sync::Arc;

/// Applications, in the order of their rows. Cheap to clone.
#[derive(Clone)]
pub struct ApplicationSet {
    pub(super) view: View,
    pub(super) bits: Arc<RoaringBitmap>,
    reasons: Option<Arc<Reasons>>,
    /// The place whose applications it was read as: it may be read again with other members.
    read_from: Option<Home>,
}

impl ApplicationSet {
    pub(super) fn of(view: &View, bits: RoaringBitmap) -> Self {
        Self { view: view.clone(), bits: Arc::new(bits), reasons: None, read_from: None }
    }

    /// The same, with the reason for each.
    pub(super) fn because(mut self, reasons: Reasons) -> Self {
        self.reasons = Some(Arc::new(reasons));
        self
    }

    /// The applications of the whole topology, or of a pool now.
    pub(super) fn at(view: &View, home: Home) -> Self {
        let bits = match home {
            Home::Pool(pool) => view.homes().applications_on(pool),
            Home::Everywhere | Home::Site(_) => view.topology().users.applications().clone(),
        };
        Self { read_from: Some(home), ..Self::of(view, bits) }
    }

    /// True if both hold the same applications, or were read from the same place.
    pub(super) fn is_read_like(&self, other: &Self) -> bool {
        self.bits == other.bits || self.read_from.is_some() && self.read_from == other.read_from
    }

    fn part(&self, bits: RoaringBitmap) -> Self {
        Self { bits: Arc::new(bits), read_from: None, ..self.clone() }
    }

    fn len(&self) -> usize {
        usize::try_from(self.bits.len()).unwrap_or(usize::MAX)
    }
}

impl Members for ApplicationSet {
    type Member = ApplicationValue;
    const NOUN: &'static str = "application";

    fn rows(&self) -> Vec<UserId> {
        self.bits.iter().collect()
    }

    fn member(&self, id: UserId) -> ApplicationValue {
        ApplicationValue { view: self.view.clone(), id }
    }

    fn fact(
        &self,
        core: &Core,
        ctx: &NativeCallContext,
        id: UserId,
        name: &str,
    ) -> Result<Dynamic, Fault> {
        let app = self.member(id);
        let property = property(ctx, &app, name);
        property.unwrap_or_else(|| column(core, ctx, &app, name).map(Dynamic::from))
    }
}

impl IntoIterator for ApplicationSet {
    type Item = ApplicationValue;
    type IntoIter = Box<dyn Iterator<Item = ApplicationValue>>;

    fn into_iter(self) -> Self::IntoIter {
        let view = self.view.clone();
        let rows: Vec<UserId> = self.bits.iter().collect();
        Box::new(rows.into_iter().map(move |id| ApplicationValue { view: view.clone(), id }))
    }
}

impl fmt::Display for ApplicationSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Movable::Applications.count(self.len()))
    }
}

impl Value for ApplicationSet {
    const NAME: &'static str = "ApplicationSet";
    const COMPARE: &'static str = "compare with another set, or compare its `.len`: `applications.len == 0`; `app in applications` asks for a member";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.bits == other.bits)
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<ApplicationSet>();
    api.strict::<ApplicationSet>();
    api.iterable::<ApplicationSet>();
    found(api);
    size(api);
    members(api);
    parts(api);
    algebra(api);
    reasons(api);
}

fn found(api: &mut Api<'_>) {
    api.pure(
        "Topology.applications: ApplicationSet",
        "Everything but users that lives on a pool and can move.

        topology.applications.len  //=> 4",
        |topology: &mut TopologyValue| ApplicationSet::at(&topology.0, Home::Everywhere),
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Topology.application(id: string) -> Application",
        "The application with that key or id, in any case.

        An id that several kinds have needs the kind before it.

        topology.application(\"response_group:Helpdesk\").name  //=> \"IT Helpdesk\"
        topology.application(\"helpdesk\") == helpdesk          //=> true
        topology.application(\"Helpdisk\")                      //! did you mean `Helpdesk`?",
        move |ctx: NativeCallContext, topology: TopologyValue, id: &str| {
            find(&core, &ctx, &topology.0, id)
        },
    )
    .pure(
        "Pool.applications: ApplicationSet",
        "Everything but users that lives on the pool now and can move.

        legacy.applications.len  //=> 3",
        |pool: &mut PoolValue| ApplicationSet::at(&pool.view, Home::Pool(pool.id)),
    );
}

fn find(
    core: &Core,
    ctx: &NativeCallContext,
    view: &View,
    id: &str,
) -> Result<ApplicationValue, Fault> {
    let facts = view.topology();
    let found = facts.users.find_applications(id);
    if let [id] = *found.as_slice() {
        return Ok(ApplicationValue { view: view.clone(), id });
    }
    let code = codes::UNKNOWN_APPLICATION;
    let keys = |rows: &mut dyn Iterator<Item = UserId>| -> Vec<String> {
        rows.map(|row| facts.users.address(row).to_owned()).collect()
    };
    if found.is_empty() {
        let message = format!("`{}` has no application `{id}`", facts.organisation);
        let all = facts.users.applications();
        let ids = all.iter().filter_map(|row| Some(facts.users.application(row)?.id.clone()));
        let mut known: Vec<String> = ids.collect();
        known.extend(keys(&mut all.iter()));
        let otherwise = match all.len() {
            0 => "name its export under `[inventory.applications]` in `sidle.toml`".to_owned(),
            _ => format!("there are {}", text::list(&keys(&mut all.iter()), 8)),
        };
        let help = text::did_you_mean(id, known.iter().map(String::as_str), &otherwise);
        return Err(refuse(core, ctx, code, message, help));
    }
    let message = format!("`{id}` could be {}", text::list(&keys(&mut found.into_iter()), 8));
    Err(refuse(core, ctx, code, message, "write the kind before it: `response_group:Helpdesk`"))
}

fn size(api: &mut Api<'_>) {
    let number = |set: &ApplicationSet| i64::try_from(set.len()).unwrap_or(i64::MAX);
    api.pure(
        "ApplicationSet.len: int",
        "How many applications there are.

        legacy.applications.len  //=> 3",
        move |set: &mut ApplicationSet| number(set),
    )
    .pure(
        "ApplicationSet.is_empty: bool",
        "True if there are none.

        legacy.applications.is_empty  //=> false",
        |set: &mut ApplicationSet| set.bits.is_empty(),
    );
    api.plain("len", move |set: ApplicationSet| number(&set));
    api.plain("is_empty", |set: ApplicationSet| set.bits.is_empty());
}

fn members(api: &mut Api<'_>) {
    api.pure(
        "ApplicationSet.contains(application: Application) -> bool",
        "True if the application is a member; also written `app in set`.

        legacy.applications.contains(helpdesk)  //=> true
        helpdesk in lync.applications           //=> false
        ann in legacy.applications              //! a set of applications holds applications",
        |set: ApplicationSet, app: ApplicationValue| set.bits.contains(app.id),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: ApplicationSet, other: Dynamic| {
        let help = "a set of applications holds applications: look one up with `topology.application(\"Helpdesk\")`";
        Err::<bool, _>(errors::wrong_type(&core, &ctx, "contains", "an Application", &other, help))
    });
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet [] int -> Application",
        "The application at that place, from 0; from the end with a negative number.

        legacy.applications[0]   //=> response_group:helpdesk
        legacy.applications[9]   //! the set has 3 applications",
        move |ctx: NativeCallContext, set: &mut ApplicationSet, place: i64| {
            let from_end = usize::try_from(place.unsigned_abs()).ok();
            let from_end = from_end.and_then(|n| set.len().checked_sub(n));
            let index = usize::try_from(place).ok().or(from_end);
            let row = index.and_then(|index| set.bits.select(u32::try_from(index).ok()?));
            row.map(|id| set.member(id)).ok_or_else(|| {
                let message = format!("there is no application {place}: the set has {set}");
                argument(&core, &ctx, message, "ask for `.len` first, or take `.first(n)`")
            })
        },
    );
    api.pure(
        "ApplicationSet.to_array() -> array of Application",
        "The applications as an array.

        lync.applications.to_array()  //=> [conference_directory:2]",
        |set: ApplicationSet| -> Array { set.into_iter().map(Dynamic::from).collect() },
    );
}

fn parts(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet.filter(f: function) -> ApplicationSet",
        "Those for which the function returns `true`.

        legacy.applications.filter(|app| app.line != \"\").len  //=> 2
        legacy.applications.filter(|app| app.line)  //! must return `true` or `false`",
        move |ctx: NativeCallContext, set: ApplicationSet, f: FnPtr| {
            Ok::<_, Fault>(set.part(filtered(&core, &ctx, &set, &f)?))
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet.of_kind(kind: string) -> ApplicationSet",
        "Those of one kind.

        legacy.applications.of_kind(\"response_group\").len  //=> 2
        legacy.applications.of_kind(\"response_groups\")     //! did you mean `response_group`?",
        move |ctx: NativeCallContext, set: ApplicationSet, kind: &str| {
            let Some(kind) = ApplicationKind::named(kind) else {
                let message = format!("there is no kind of application `{kind}`");
                let known = ApplicationKind::ALL.map(ApplicationKind::word);
                let code = codes::VALUE_ARGUMENT;
                return Err(errors::unknown_name(&core, &ctx, code, message, kind, known));
            };
            Ok(set.part(set.view.topology().users.of_kind(&set.bits, kind)))
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet.first(n: int) -> ApplicationSet",
        "The first `n` applications; all if there are not more.

        legacy.applications.first(2).len  //=> 2
        legacy.applications.first(-1)     //! `first` wants at least 0",
        move |ctx: NativeCallContext, set: ApplicationSet, n: i64| {
            let n = at_least(&core, &ctx, "first", n, 0)?;
            Ok::<_, Fault>(set.part(set::first(&set.bits, n)))
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet.group_by(f: function | string) -> array of #{ key, applications }",
        "Groups of those for which the function returns the same, in the order of their first members.

        A property or column may be named instead.

        legacy.applications.group_by(\"kind\").len  //=> 2
        legacy.applications.group_by(\"knd\")       //! did you mean `kind`?
        legacy.applications.group_by(|app| app.kind).map(|group| group.key)  //=> [\"response_group\", \"dial_in_number\"]
        legacy.applications.group_by(|app| app.kind)[0].applications.len     //=> 2",
        move |ctx: NativeCallContext, set: ApplicationSet, f: Dynamic| -> Result<Array, Fault> {
            let f = Asked::of(&core, &ctx, "group_by", &f)?;
            let groups = grouped(&core, &ctx, &set, &f)?;
            let as_map = |(key, rows): (Dynamic, RoaringBitmap)| -> Dynamic {
                let part = Dynamic::from(set.part(rows));
                Map::from([("key".into(), key), ("applications".into(), part)]).into()
            };
            Ok(groups.into_iter().map(as_map).collect())
        },
    );
}

fn algebra(api: &mut Api<'_>) {
    api.pure(
        "ApplicationSet + ApplicationSet -> ApplicationSet",
        "Every application that is in one set or the other.

        (legacy.applications + lync.applications).len  //=> 4
        legacy.users + legacy.applications  //! separate calls",
        |one: &mut ApplicationSet, other: ApplicationSet| {
            ApplicationSet::of(&one.view, &*one.bits | &*other.bits)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: &mut UserSet, _: ApplicationSet| {
        Err::<ApplicationSet, _>(mixed(&core, &ctx))
    });
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: &mut ApplicationSet, _: UserSet| {
        Err::<ApplicationSet, _>(mixed(&core, &ctx))
    });
    api.pure(
        "ApplicationSet - ApplicationSet -> ApplicationSet",
        "Those of the first set that are not in the second.

        (topology.applications - legacy.applications).len  //=> 1",
        |one: &mut ApplicationSet, other: ApplicationSet| one.part(&*one.bits - &*other.bits),
    )
    .pure(
        "ApplicationSet & ApplicationSet -> ApplicationSet",
        "Those that are in both.

        (topology.applications & lync.applications).len  //=> 1",
        |one: &mut ApplicationSet, other: ApplicationSet| one.part(&*one.bits & &*other.bits),
    );
}

fn mixed(core: &Core, ctx: &NativeCallContext) -> Fault {
    let message = "a set holds users or applications, never both";
    argument(core, ctx, message, "move users and applications by separate calls of `move_to`")
}

fn reasons(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "ApplicationSet.reason(application: Application) -> string",
        "How the application ended, as a move's report says.

        let moved = legacy.applications.move_to(lync); moved.moved.reason(helpdesk)  //=> \"\"
        legacy.applications.reason(helpdesk)  //! knows no reasons",
        move |ctx: NativeCallContext, set: ApplicationSet, app: ApplicationValue| {
            let reason = set.reasons.as_ref().and_then(|reasons| reasons.get(&app.id));
            reason.cloned().ok_or_else(|| {
                let message = match set.reasons {
                    None => "this set knows no reasons".to_owned(),
                    Some(_) => format!("no reason is known for `{app}`: it is not in the report"),
                };
                let help = "only the sets of a move's report know reasons";
                refuse(&core, &ctx, codes::VALUE_NO_REASON, message, help)
            })
        },
    );
}
