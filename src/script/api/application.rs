//! An application: one thing that lives on a pool, can move, and is no user.
//!
//! It prints as its key, `response_group:helpdesk`, which names it in reports and for `sidle embedded`.
//! As for users, one place, [`column`], answers both `app["Column"]` and a misspelt property.

use super::errors::{self, refuse};
use super::places::PoolValue;
use super::table::{Api, Value};
use super::user::or_unit;
use super::user_set::UserSet;
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use crate::topology::{ApplicationFacts, TextColumn, UserId, View};
use rhai::{Dynamic, ImmutableString, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// One application: a row of the inventory.
#[derive(Clone)]
pub struct ApplicationValue {
    pub(super) view: View,
    pub(super) id: UserId,
}

impl ApplicationValue {
    /// Its key: `response_group:helpdesk`.
    #[must_use]
    pub fn key(&self) -> String {
        self.view.topology().users.address(self.id).to_owned()
    }

    fn text(&self, column: TextColumn) -> ImmutableString {
        self.view.topology().users.text(self.id, column).into()
    }

    fn read<R: Default>(&self, f: impl FnOnce(&ApplicationFacts) -> R) -> R {
        self.view.topology().users.application(self.id).map(f).unwrap_or_default()
    }
}

impl fmt::Display for ApplicationValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.view.topology().users.address(self.id))
    }
}

impl Value for ApplicationValue {
    const NAME: &'static str = "Application";
    const COMPARE: &'static str =
        "compare with another application, or compare its `.id`: `app.id == \"Helpdesk\"`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.id == other.id)
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<ApplicationValue>();
    identity(api);
    facts(api);
    further(api);
}

fn identity(api: &mut Api<'_>) {
    api.pure(
        "Application.kind: string",
        "What it is: `response_group`, `dial_in_number`, `conference_directory`, `um_contact`,
        `trusted_application`, `common_area_phone` or `analog_device`.

        helpdesk.kind  //=> \"response_group\"
        helpdesk.knid  //! did you mean `kind`?",
        |app: &mut ApplicationValue| -> ImmutableString {
            app.read(|facts| facts.kind.word()).into()
        },
    )
    .pure(
        "Application.id: string",
        "What the export calls it, unique among those of its kind.

        helpdesk.id  //=> \"Helpdesk\"",
        |app: &mut ApplicationValue| -> ImmutableString {
            app.read(|facts| facts.id.clone()).into()
        },
    )
    .pure(
        "Application.key: string",
        "Kind and id, in lower case: how reports and `sidle embedded` name it.

        helpdesk.key  //=> \"response_group:helpdesk\"",
        |app: &mut ApplicationValue| -> ImmutableString { app.key().into() },
    )
    .pure(
        "Application.name: string",
        "The name as people write it; the id where the export has none.

        helpdesk.name  //=> \"IT Helpdesk\"",
        |app: &mut ApplicationValue| -> ImmutableString {
            match app.text(TextColumn::Name) {
                name if name.is_empty() => app.read(|facts| facts.id.clone()).into(),
                name => name,
            }
        },
    );
}

fn facts(api: &mut Api<'_>) {
    api.pure(
        "Application.pool: Pool | ()",
        "Where it lives now; `()` for nowhere in the topology.

        helpdesk.pool  //=> ocspool01.contoso.com",
        |app: &mut ApplicationValue| {
            let home = app.view.homes().pool_of(app.id);
            or_unit(home.map(|id| PoolValue { view: app.view.clone(), id }))
        },
    )
    .pure(
        "Application.line: string",
        "The telephone line as exported; empty for none.

        helpdesk.line  //=> \"tel:+8225550190\"",
        |app: &mut ApplicationValue| app.text(TextColumn::Line),
    )
    .pure(
        "Application.agents: UserSet",
        "The users who answer for a response group; nobody for other kinds.

        helpdesk.agents.contains(ann)  //=> true",
        |app: &mut ApplicationValue| UserSet::of(&app.view, app.read(|facts| facts.agents.clone())),
    )
    .pure(
        "Application.origin: string",
        "File and line of its row, for messages.

        helpdesk.origin  //=> \"inventory/applications.csv:2\"",
        |app: &mut ApplicationValue| -> ImmutableString {
            let origin = app.view.topology().users.origin(app.id);
            format!("{}:{}", origin.file, origin.line).into()
        },
    );
}

fn further(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Application [] string -> string",
        "Any further column of its export, by its name in any case; empty for an empty cell.

        helpdesk[\"Language\"]  //=> \"ko-KR\"
        helpdesk[\"Langage\"]   //! did you mean `Language`?
        helpdesk[\"Line\"]      //! write `.line`",
        move |ctx: NativeCallContext, app: &mut ApplicationValue, name: ImmutableString| {
            column(&core, &ctx, app, &name)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: &mut ApplicationValue, key: Dynamic| {
        let help = "write a column as `app[\"Language\"]` and a property as `app.kind`";
        let wanted = "the name of a column";
        Err::<Dynamic, _>(errors::wrong_type(&core, &ctx, "app[...]", wanted, &key, help))
    });
}

/// A further column, or else what was probably meant: the answer to `app["x"]` and to `app.x`.
pub(super) fn column(
    core: &Core,
    ctx: &NativeCallContext,
    app: &ApplicationValue,
    name: &str,
) -> Result<ImmutableString, Fault> {
    let topology = app.view.topology();
    let facts = topology.users.application(app.id);
    let columns = facts.map(|facts| facts.columns.as_ref()).unwrap_or_default();
    let lower = name.to_lowercase();
    let found = columns.iter().position(|column| column.to_lowercase() == lower);
    if let Some(cell) = found.and_then(|at| facts?.cells.get(at)) {
        return Ok(cell.into());
    }
    let properties = || errors::properties(ApplicationValue::NAME);
    let message = format!("an Application has no property or column `{name}`");
    let plain = lower.replace([' ', '-'], "_");
    let help = if let Some(property) = properties().find(|property| *property == plain) {
        format!("it is a property: write `.{property}`")
    } else {
        let mut known: Vec<&str> = properties().collect();
        known.extend(columns.iter().map(String::as_str));
        let otherwise =
            "`sidle doc Application` lists the properties; further columns are those of its export";
        text::did_you_mean(name, known, otherwise)
    };
    Err(refuse(core, ctx, codes::VALUE_UNKNOWN_PROPERTY, message, help))
}
