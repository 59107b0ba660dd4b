//! The probes of the module `probe`: questions to real systems, each answered by evidence.
//!
//! A probe of one target yields one Evidence, a probe of many an array of them, asked at once and in
//! the order of the targets. A misspelt service is refused here: it must not look like one that does
//! not answer.

use super::errors::{self, argument};
use super::places::{PoolValue, ServerValue};
use super::primitive::EffectClass;
use super::table::Api;
use super::user::UserValue;
use super::user_set::UserSet;
use crate::diagnostic::codes;
use crate::journal::{Effect, Outcome, ProbeCall};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::values::EvidenceValue;
use crate::text;
use rhai::{Array, Dynamic, NativeCallContext};
use std::sync::Arc;

/// The targets of a probe, and whether the script passed a list.
struct Targets {
    many: bool,
    each: Vec<String>,
}

pub(super) fn register(api: &mut Api<'_>) {
    service(api);
    register_probe(api);
    message(api);
    presence(api);
}

fn service(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Probe,
        "probe::service(at: Pool | Server | array, name: string) -> Evidence | array of Evidence",
        "Asks whether a service of a pool, or on one server of it, runs and answers.

        probe::service(lync, \"Front End\").passed      //=> true
        probe::service([legacy, lync], \"Front End\").len  //=> 2
        probe::service(lync, \"Front-End\")             //! did you mean `Front End`?
        probe::service(\"lyncpool01\", \"Front End\")     //! wants a Pool or a Server",
        move |ctx: NativeCallContext, at: Dynamic, name: &str| {
            let at = at.flatten();
            let many = at.is::<Array>();
            let list = if many { at.into_array().unwrap_or_default() } else { vec![at] };
            let targets = list
                .iter()
                .map(|one| Ok(vec![machine(&core, &ctx, one, name)?, name.to_owned()]))
                .collect::<Result<_, Fault>>()?;
            send(&core, &ctx, "service", targets, many)
        },
    );
}

/// The machine to ask; refuses one that does not offer the service.
fn machine(
    core: &Core,
    ctx: &NativeCallContext,
    at: &Dynamic,
    service: &str,
) -> Result<String, Fault> {
    let (view, pool, fqdn) = if let Some(pool) = at.read_lock::<PoolValue>() {
        (pool.view.clone(), Some(usize::from(pool.id)), pool.fqdn())
    } else if let Some(server) = at.read_lock::<ServerValue>() {
        let pool = server.read(|_, row| row.pool).flatten();
        (server.view.clone(), pool, server.fqdn())
    } else {
        let help = "look it up: `topology.pool(\"lyncpool01.contoso.com\")`";
        return Err(errors::wrong_type(
            core,
            ctx,
            "probe::service",
            "a Pool or a Server",
            at,
            help,
        ));
    };
    let facts = view.topology();
    let offered = facts.services.iter().filter(|row| match pool {
        Some(_) => row.pool == pool,
        // A machine on its own.
        None => row.fqdn == fqdn,
    });
    let names: Vec<&str> = offered.map(|row| row.name.as_str()).collect();
    if names.contains(&service) {
        return Ok(fqdn);
    }
    let message = format!("`{fqdn}` has no service `{service}`");
    let known = names.iter().copied();
    Err(errors::unknown_name(core, ctx, codes::UNKNOWN_SERVICE, message, service, known))
}

fn register_probe(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Probe,
        "probe::sip_register(user: User | UserSet | array) -> Evidence | array of Evidence",
        "Asks whether a user can sign in where the user lives now.

        probe::sip_register(ann).passed        //=> true
        probe::sip_register(legacy.users).len  //=> 5
        probe::sip_register(\"ann@contoso.com\") //! wants a User",
        move |ctx: NativeCallContext, user: Dynamic| {
            let users = users(&core, &ctx, "probe::sip_register", &user)?;
            let targets = users.each.into_iter().map(|address| vec![address]).collect();
            send(&core, &ctx, "sip_register", targets, users.many)
        },
    );
}

fn message(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Probe,
        "probe::sip_message(from: User | UserSet | array, to: User | UserSet | array) -> Evidence | array of Evidence",
        "Asks whether a message from one user reaches another, across the sides too.

        Two lists are taken in pairs; one user and a list are taken with each of it.

        probe::sip_message(ann, eve).passed           //=> true
        probe::sip_message(ann, legacy.users).len     //=> 5
        probe::sip_message([ann, bob], legacy.users)  //! 2 and 5",
        move |ctx: NativeCallContext, from: Dynamic, to: Dynamic| {
            pairs(&core, &ctx, "sip_message", &from, &to)
        },
    );
}

fn presence(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Probe,
        "probe::sip_presence(watcher: User | UserSet | array, target: User | UserSet | array) -> Evidence | array of Evidence",
        "Asks whether one user sees the presence of another, across the sides too.

        Two lists are taken in pairs; one user and a list are taken with each of it.

        probe::sip_presence(eve, ann).passed  //=> true",
        move |ctx: NativeCallContext, watcher: Dynamic, target: Dynamic| {
            pairs(&core, &ctx, "sip_presence", &watcher, &target)
        },
    );
}

fn pairs(
    core: &Core,
    ctx: &NativeCallContext,
    kind: &str,
    one: &Dynamic,
    other: &Dynamic,
) -> Result<Dynamic, Fault> {
    let primitive = format!("probe::{kind}");
    let one = users(core, ctx, &primitive, one)?;
    let other = users(core, ctx, &primitive, other)?;
    let (a, b) = (one.each.len(), other.each.len());
    if one.many && other.many && a != b {
        let message =
            format!("`{primitive}` takes two lists in pairs, but they have {a} and {b} users");
        return Err(argument(
            core,
            ctx,
            message,
            "give lists of one length, or one user and a list",
        ));
    }
    let length = if one.many { a } else { b };
    let left = one.each.iter().cycle().take(length);
    let targets = left.zip(other.each.iter().cycle());
    let targets = targets.map(|(from, to)| vec![from.clone(), to.clone()]).collect();
    send(core, ctx, kind, targets, one.many || other.many)
}

/// Reads one user, a set or an array of users.
fn users(
    core: &Core,
    ctx: &NativeCallContext,
    primitive: &str,
    value: &Dynamic,
) -> Result<Targets, Fault> {
    if let Some(user) = value.read_lock::<UserValue>() {
        return Ok(Targets { many: false, each: vec![user.address()] });
    }
    if let Some(set) = value.read_lock::<UserSet>() {
        let facts = set.view.topology();
        let each = set.rows().into_iter().map(|id| facts.users.address(id).to_owned()).collect();
        return Ok(Targets { many: true, each });
    }
    let wrong = |got: &Dynamic| {
        let help = "look one up: `topology.user(\"ann@contoso.com\")`";
        errors::wrong_type(core, ctx, primitive, "a User, a set or an array of users", got, help)
    };
    let Some(list) = value.read_lock::<Array>() else { return Err(wrong(value)) };
    let address = |one: &Dynamic| {
        let user = one.read_lock::<UserValue>().map(|user| user.address());
        user.ok_or_else(|| wrong(one))
    };
    Ok(Targets { many: true, each: list.iter().map(address).collect::<Result<_, _>>()? })
}

fn send(
    core: &Core,
    ctx: &NativeCallContext,
    kind: &str,
    targets: Vec<Vec<String>>,
    many: bool,
) -> Result<Dynamic, Fault> {
    let wanted = targets.len();
    let call = ProbeCall { kind: kind.to_owned(), targets, many };
    match core.effect(ctx, Effect::Probe(call))? {
        Outcome::Evidence(evidence) if evidence.len() == wanted => {
            let mut values =
                evidence.into_iter().map(|one| Dynamic::from(EvidenceValue(Arc::new(one))));
            Ok(if many {
                values.collect::<Array>().into()
            } else {
                values.next().unwrap_or(Dynamic::UNIT)
            })
        }
        Outcome::Evidence(evidence) => {
            let message = format!(
                "{} answered {}",
                text::count(evidence.len(), "piece"),
                text::count(wanted, "target")
            );
            Err(super::unfit(core, ctx, &message))
        }
        other => Err(super::unfit(core, ctx, &other)),
    }
}
