//! Which properties of a value are shown, and in which order.
//!
//! A type that is not listed shows the first of its properties as the table of primitives lists them, so
//! a new type is shown without a line here.

use crate::script::api::{EffectClass, Kind, primitives};

/// Columns of a row: heading and expression on `value`.
const COLUMNS: &[(&str, &[(&str, &str)])] = &[
    (
        "User",
        &[
            ("address", "value.address"),
            ("name", "value.name"),
            ("pool", "value.pool"),
            ("department", "value.department"),
            ("title", "value.title"),
        ],
    ),
    (
        "Pool",
        &[
            ("fqdn", "value.fqdn"),
            ("site", "value.site"),
            ("product", "value.product"),
            ("generation", "value.generation"),
            ("role", "value.role"),
            ("users", "value.users.len"),
        ],
    ),
    (
        "Site",
        &[
            ("name", "value.name"),
            ("kind", "value.kind"),
            ("pools", "value.pools"),
            ("users", "value.users.len"),
        ],
    ),
    ("Server", &[("fqdn", "value.fqdn"), ("pool", "value.pool"), ("role", "value.role")]),
    (
        "Service",
        &[
            ("name", "value.name"),
            ("pool", "value.pool"),
            ("ports", "value.ports"),
            ("depends on", "value.depends_on"),
        ],
    ),
    ("Application", &[("kind", "value.kind"), ("id", "value.id"), ("pool", "value.pool")]),
    (
        "Check",
        &[
            ("name", "value.name"),
            ("verdict", "value.verdict"),
            ("why", "value.why"),
            ("took", "value.took"),
        ],
    ),
    (
        "Evidence",
        &[
            ("name", "value.name"),
            ("source", "value.source"),
            ("verdict", "value.verdict"),
            ("answer", "value.answer"),
        ],
    ),
    (
        "Wave",
        &[
            ("name", "value.name"),
            ("users", "value.users.len"),
            ("site", "value.site"),
            ("window", "value.window"),
        ],
    ),
];

/// How many columns a type has that is not listed.
const OTHERS: usize = 6;

/// The columns of a table of such values.
pub(super) fn columns(kind: &str) -> Vec<(String, String)> {
    if let Some((_, columns)) = COLUMNS.iter().find(|(known, _)| *known == kind) {
        return columns
            .iter()
            .map(|(head, code)| ((*head).to_owned(), (*code).to_owned()))
            .collect();
    }
    properties(kind).take(OTHERS).map(|name| (name.to_owned(), format!("value.{name}"))).collect()
}

/// Every property that a type has and that reading is enough for.
pub(super) fn properties(kind: &str) -> impl Iterator<Item = &'static str> {
    let kind = kind.to_owned();
    primitives()
        .iter()
        .filter(move |one| one.receiver == Some(kind.as_str()))
        .filter(|one| one.kind == Kind::Property && one.effect == EffectClass::Pure)
        .map(|one| one.name)
}
