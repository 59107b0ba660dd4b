//! A user: every property, and the further columns of the exports as `user["Column"]`.
//!
//! rhai asks the column look-up for a misspelt property too, so one place, [`column`], answers both and
//! knows the near names of properties and columns.

use super::errors::{self, refuse};
use super::places::{PoolValue, SiteValue};
use super::table::{Api, Value};
use super::user_set::UserSet;
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use crate::topology::{Flag, ListColumn, PoolId, TextColumn, Topology, UserId, View};
use rhai::{Array, Dynamic, ImmutableString, Map, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// One user: a row of the inventory.
#[derive(Clone)]
pub struct UserValue {
    pub(super) view: View,
    pub(super) id: UserId,
}

impl UserValue {
    /// The SIP address, the user's key.
    #[must_use]
    pub fn address(&self) -> String {
        self.view.topology().users.address(self.id).to_owned()
    }

    fn facts(&self) -> Arc<Topology> {
        self.view.topology()
    }

    fn text(&self, column: TextColumn) -> ImmutableString {
        self.facts().users.text(self.id, column).into()
    }

    fn flag(&self, flag: Flag) -> bool {
        self.facts().users.flag(self.id, flag)
    }

    fn home(&self) -> Option<PoolId> {
        self.view.homes().pool_of(self.id)
    }

    fn other(&self, id: UserId) -> Self {
        Self { view: self.view.clone(), id }
    }

    fn at(&self, id: PoolId) -> PoolValue {
        PoolValue { view: self.view.clone(), id }
    }
}

impl fmt::Display for UserValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.facts().users.address(self.id))
    }
}

impl Value for UserValue {
    const NAME: &'static str = "User";
    const COMPARE: &'static str = "compare with another user, or compare the `.address`: `user.address == \"ann@contoso.com\"`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.id == other.id)
    }
}

pub(super) fn or_unit<T: Clone + Send + Sync + 'static>(value: Option<T>) -> Dynamic {
    value.map_or(Dynamic::UNIT, Dynamic::from)
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<UserValue>();
    identity(api);
    place(api);
    abilities(api);
    person(api);
    people(api);
    further(api);
}

fn identity(api: &mut Api<'_>) {
    api.pure(
        "User.address: string",
        "The SIP address without `sip:`, in lower case; the user's key.

        ann.address  //=> \"ann@contoso.com\"",
        |user: &mut UserValue| -> ImmutableString { user.facts().users.address(user.id).into() },
    )
    .pure(
        "User.upn: string",
        "The name to sign in with; empty where the export has none.

        ann.upn  //=> \"ann@corp.contoso.com\"",
        |user: &mut UserValue| user.text(TextColumn::Upn),
    )
    .pure(
        "User.name: string",
        "The name as people write it.

        ann.name  //=> \"Ann Ahn\"",
        |user: &mut UserValue| user.text(TextColumn::Name),
    );
}

fn place(api: &mut Api<'_>) {
    api.pure(
        "User.pool: Pool | ()",
        "Where the user lives now; `()` for nobody's home: gone, or outside the topology.

        ann.pool            //=> ocspool01.contoso.com
        ann.pool == legacy  //=> true
        ann.pool == \"ocspool01\"  //! compare its `.fqdn`",
        |user: &mut UserValue| or_unit(user.home().map(|id| user.at(id))),
    )
    .pure(
        "User.moving_to: Pool | string | ()",
        "Where the export says that a move of the user is under way to; `()` for nowhere.

        A pool that the topology does not have is a string.

        ann.moving_to  //=> ()
        bob.moving_to  //=> lyncpool01.contoso.com",
        |user: &mut UserValue| {
            let facts = user.facts();
            match facts.users.text(user.id, TextColumn::MovingTo) {
                "" => Dynamic::UNIT,
                fqdn => facts.pool(fqdn).map_or_else(
                    || Dynamic::from(fqdn.to_owned()),
                    |id| Dynamic::from(user.at(id)),
                ),
            }
        },
    )
    .pure(
        "User.site: Site | ()",
        "The site of the pool where the user lives now.

        ann.site  //=> Seoul",
        |user: &mut UserValue| {
            let site = user.home().and_then(|id| user.at(id).read(|_, pool| pool.site));
            or_unit(site.map(|id| SiteValue { view: user.view.clone(), id }))
        },
    );
}

fn abilities(api: &mut Api<'_>) {
    api.pure(
        "User.enabled: bool",
        "True if the user may sign in.

        ann.enabled  //=> true",
        |user: &mut UserValue| user.flag(Flag::Enabled),
    )
    .pure(
        "User.enterprise_voice: bool",
        "True if the user telephones through the product.

        cy.enterprise_voice  //=> true",
        |user: &mut UserValue| user.flag(Flag::EnterpriseVoice),
    )
    .pure(
        "User.line: string",
        "The telephone line as exported; empty for none.

        cy.line  //=> \"tel:+8225550103\"",
        |user: &mut UserValue| user.text(TextColumn::Line),
    )
    .pure(
        "User.federation: bool",
        "True if the user may reach people of other organisations.

        ann.federation  //=> false",
        |user: &mut UserValue| user.flag(Flag::Federation),
    )
    .pure(
        "User.remote_access: bool",
        "True if the user may sign in from outside.

        ann.remote_access  //=> false",
        |user: &mut UserValue| user.flag(Flag::RemoteAccess),
    )
    .pure(
        "User.archiving: string",
        "The archiving setting as exported; empty for none.

        ann.archiving  //=> \"\"",
        |user: &mut UserValue| user.text(TextColumn::Archiving),
    )
    .pure(
        "User.policies: map",
        "The policies that are set for the user: kind to name.

        \"VoicePolicy\" in ann.policies  //=> false
        cy.policies.VoicePolicy  //=> \"Tag:Gold\"",
        |user: &mut UserValue| -> Map {
            let facts = user.facts();
            let pairs = facts.users.policies(user.id);
            pairs.into_iter().map(|(kind, name)| (kind.into(), name.into())).collect()
        },
    );
}

fn person(api: &mut Api<'_>) {
    api.pure(
        "User.department: string",
        "The department; empty where the export has none.

        ann.department  //=> \"IT\"",
        |user: &mut UserValue| user.text(TextColumn::Department),
    )
    .pure(
        "User.title: string",
        "The job title; empty where the export has none.

        ann.title  //=> \"Engineer\"
        ann.titel  //! did you mean `title`?",
        |user: &mut UserValue| user.text(TextColumn::Title),
    )
    .pure(
        "User.city: string",
        "The city; empty where the export has none.

        ann.city  //=> \"Seoul\"",
        |user: &mut UserValue| user.text(TextColumn::City),
    )
    .pure(
        "User.client: string",
        "The client program last seen, as exported; empty for none.

        ann.client  //=> \"OC 2007 R2\"",
        |user: &mut UserValue| user.text(TextColumn::Client),
    )
    .pure(
        "User.meetings: int",
        "How many meetings the user organises; 0 where nothing is known.

        ann.meetings  //=> 2",
        |user: &mut UserValue| i64::from(user.facts().users.meetings(user.id)),
    )
    .pure(
        "User.contacts: int | ()",
        "How many contacts the user has; `()` where the export does not tell.

        ann.contacts  //=> 40
        bob.contacts  //=> ()",
        |user: &mut UserValue| or_unit(user.facts().users.contacts(user.id).map(i64::from)),
    );
}

fn people(api: &mut Api<'_>) {
    api.pure(
        "User.groups: array of string",
        "The groups that the user is a member of, in the order of the export.

        \"lync-pilot\" in ann.groups  //=> true",
        |user: &mut UserValue| -> Array {
            let facts = user.facts();
            let groups = facts.users.list(user.id, ListColumn::Groups);
            groups.into_iter().map(|group| ImmutableString::from(group).into()).collect()
        },
    )
    .pure(
        "User.manager: User | ()",
        "The manager, if known.

        bob.manager  //=> ann@contoso.com
        ann.manager == ()  //=> true",
        |user: &mut UserValue| {
            or_unit(user.facts().users.manager(user.id).map(|id| user.other(id)))
        },
    )
    .pure(
        "User.delegates: UserSet",
        "Who may act for the user.

        bob.delegates.contains(dan)  //=> true",
        |user: &mut UserValue| {
            let bits = user.facts().users.delegates(user.id).into_iter().collect();
            UserSet::of(&user.view, bits)
        },
    )
    .pure(
        "User.origin: string",
        "File and line of the user's row, for messages.

        ann.origin  //=> \"inventory/users.csv:2\"",
        |user: &mut UserValue| -> ImmutableString {
            let origin = user.facts().users.origin(user.id);
            format!("{}:{}", origin.file, origin.line).into()
        },
    );
}

fn further(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "User [] string -> string",
        "Any further column of the exports, by its name in any case; empty for an empty cell.

        ann[\"Cost Center\"]  //=> \"4711\"
        ann[\"Cost Centre\"]  //! did you mean `Cost Center`?
        ann[\"Title\"]        //! write `.title`",
        move |ctx: NativeCallContext, user: &mut UserValue, name: ImmutableString| {
            column(&core, &ctx, user, &name)
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, _: &mut UserValue, key: Dynamic| {
        let help = "write a column as `user[\"Cost Center\"]` and a property as `user.title`";
        Err::<Dynamic, _>(errors::wrong_type(
            &core,
            &ctx,
            "user[...]",
            "the name of a column",
            &key,
            help,
        ))
    });
}

/// A further column, or else what was probably meant: the answer to `user["x"]` and to `user.x`.
pub(super) fn column(
    core: &Core,
    ctx: &NativeCallContext,
    user: &UserValue,
    name: &str,
) -> Result<ImmutableString, Fault> {
    let facts = user.facts();
    match facts.users.extra(user.id, name) {
        Ok(Some(text)) => return Ok(text.as_ref().into()),
        Ok(None) => {}
        Err(finding) => {
            let help = finding.help.clone().unwrap_or_default();
            return Err(refuse(core, ctx, finding.code, finding.message, help));
        }
    }
    let properties = || errors::properties(UserValue::NAME);
    let message = format!("a User has no property or column `{name}`");
    let plain = name.to_lowercase().replace([' ', '-'], "_");
    let help = if let Some(property) = properties().find(|property| *property == plain) {
        format!("it is a property: write `.{property}`")
    } else {
        let mut known: Vec<&str> = properties().collect();
        known.extend(facts.users.columns().iter().map(String::as_str));
        let otherwise =
            "`sidle doc User` lists the properties; further columns are those of the exports";
        text::did_you_mean(name, known, otherwise)
    };
    Err(refuse(core, ctx, codes::VALUE_UNKNOWN_PROPERTY, message, help))
}
