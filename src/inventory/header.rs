//! The header of an export: which column is which.
//!
//! Names are compared without case, spaces, `-` and `_`, since exports are made by many tools. A column
//! that nobody knows is kept under its own name.

use super::faults::Faults;
use super::records::Records;
use crate::diagnostic::{Finding, codes};
use crate::text;
use crate::topology::{Flag, TextColumn};
use std::collections::HashMap;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Address,
    Text(TextColumn),
    Flag(Flag),
    HomeServer,
    RegistrarPool,
    SamAccountName,
    Sid,
    DistinguishedName,
    OptionFlags,
    Archiving,
    /// The same in a directory: which messages are kept, as bits.
    ArchivingBits,
    Manager,
    Groups,
    Delegates,
    Meetings,
    Contacts,
    /// Any other column.
    Extra,
    /// A column without a name.
    Nothing,
}

/// Names of fields, in lower case and without separators.
type Names = &'static [(&'static str, Field)];

/// Columns that only the user export has.
const USERS: Names = &[
    ("enabled", Field::Flag(Flag::Enabled)),
    ("enterprisevoiceenabled", Field::Flag(Flag::EnterpriseVoice)),
    ("enabledforfederation", Field::Flag(Flag::Federation)),
    ("enabledforinternetaccess", Field::Flag(Flag::RemoteAccess)),
    ("lineuri", Field::Text(TextColumn::Line)),
    ("homeserver", Field::HomeServer),
    ("registrarpool", Field::RegistrarPool),
    ("targetserverifmoving", Field::Text(TextColumn::MovingTo)),
    ("targetregistrarpool", Field::Text(TextColumn::MovingTo)),
    ("archivingpolicy", Field::Archiving),
    ("optionflags", Field::OptionFlags),
    // The same in a directory.
    ("msrtcsipuserenabled", Field::Flag(Flag::Enabled)),
    ("msrtcsipfederationenabled", Field::Flag(Flag::Federation)),
    ("msrtcsipinternetaccessenabled", Field::Flag(Flag::RemoteAccess)),
    ("msrtcsipline", Field::Text(TextColumn::Line)),
    ("msrtcsipprimaryhomeserver", Field::HomeServer),
    ("msrtcsiptargethomeserver", Field::Text(TextColumn::MovingTo)),
    ("msrtcsiparchivingenabled", Field::ArchivingBits),
    ("msrtcsipoptionflags", Field::OptionFlags),
];

/// Columns that the directory has, and sometimes the user export too.
const PEOPLE: Names = &[
    ("sipaddress", Field::Address),
    ("sipuri", Field::Address),
    ("sip", Field::Address),
    ("primaryuseraddress", Field::Address),
    ("msrtcsipprimaryuseraddress", Field::Address),
    ("userprincipalname", Field::Text(TextColumn::Upn)),
    ("upn", Field::Text(TextColumn::Upn)),
    ("samaccountname", Field::SamAccountName),
    ("sid", Field::Sid),
    ("objectsid", Field::Sid),
    ("dn", Field::DistinguishedName),
    ("distinguishedname", Field::DistinguishedName),
    ("displayname", Field::Text(TextColumn::Name)),
    ("department", Field::Text(TextColumn::Department)),
    ("dept", Field::Text(TextColumn::Department)),
    ("title", Field::Text(TextColumn::Title)),
    ("jobtitle", Field::Text(TextColumn::Title)),
    ("city", Field::Text(TextColumn::City)),
    ("l", Field::Text(TextColumn::City)),
    ("client", Field::Text(TextColumn::Client)),
    ("clientversion", Field::Text(TextColumn::Client)),
    ("useragent", Field::Text(TextColumn::Client)),
    ("groups", Field::Groups),
    ("memberof", Field::Groups),
    ("meetings", Field::Meetings),
    ("meetingcount", Field::Meetings),
    ("contacts", Field::Contacts),
    ("contactcount", Field::Contacts),
    ("manager", Field::Manager),
    ("delegates", Field::Delegates),
    ("delegate", Field::Delegates),
    // Of the directory itself.
    ("publicdelegates", Field::Delegates),
];

/// Which export a header belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Export {
    Users,
    Directory,
}

/// The columns of an export, in order.
pub(super) struct Header {
    pub(super) names: Vec<String>,
    pub(super) fields: Vec<Field>,
}

impl Header {
    /// Reads the header, which is the row that `records` stands at.
    pub(super) fn read(records: &Records, export: Export, faults: &mut Faults) -> Self {
        let names = names(records, faults);
        let fields = names.iter().map(|name| field(name, export)).collect();
        Self { names, fields }
    }

    /// The first column of a field.
    pub(super) fn column(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|other| *other == field)
    }

    /// Complains about a column that has to be there.
    pub(super) fn needs(&self, name: &str, field: Field, records: &Records, faults: &mut Faults) {
        if self.column(field).is_some() {
            return;
        }
        faults.add(codes::INVENTORY_COLUMN, || {
            let file = records.name();
            let name = if records.is_ldif() { attribute(name) } else { name };
            let message = if records.has_entries() {
                format!("no entry of `{file}` has `{name}`")
            } else {
                format!("`{file}` has no column `{name}`")
            };
            let finding = Finding::error(codes::INVENTORY_COLUMN, message);
            let near = text::near(name, self.names.iter().map(String::as_str));
            match near.and_then(|near| self.names.iter().position(|other| other == near)) {
                Some(near) => records
                    .at(near, finding, "this one is near")
                    .help(format!("rename it to `{name}` if it is meant")),
                None if records.has_entries() => {
                    records.at(0, finding, "the first entry begins here").help(format!(
                        "export it too: {} writes `{name}`",
                        if records.is_ldif() {
                            "`ldifde`"
                        } else {
                            "`Get-CsUser | ConvertTo-Json`"
                        }
                    ))
                }
                None => records.at(0, finding, "the header begins here").help(format!(
                    "export it too: `Get-CsUser | Export-Csv FILE -Encoding UTF8` writes `{name}`"
                )),
            }
        });
    }
}

/// The names of the columns; one that is there twice is a fault.
pub(super) fn names(records: &Records, faults: &mut Faults) -> Vec<String> {
    let names: Vec<String> =
        (0..records.width()).map(|column| records.cell(column).trim().to_owned()).collect();
    let mut seen = HashMap::new();
    for (column, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        let first = *seen.entry(name.to_lowercase()).or_insert(column);
        if first < column {
            faults.add(codes::INVENTORY_COLUMN, || {
                let message = format!("the column `{name}` is there twice");
                let finding = Finding::error(codes::INVENTORY_COLUMN, message);
                let help = "remove or rename one, so that it is clear which one counts";
                let both = [(column, "the second one"), (first, "the first one")];
                records.at_both(both, finding).help(help)
            });
        }
    }
    names
}

/// What a directory calls a column of `Get-CsUser`.
fn attribute(name: &str) -> &str {
    match name {
        "SipAddress" => "msRTCSIP-PrimaryUserAddress",
        "Enabled" => "msRTCSIP-UserEnabled",
        "HomeServer" => "msRTCSIP-PrimaryHomeServer",
        other => other,
    }
}

/// True if an attribute of that name, in lower case, is a property of users.
pub(super) fn is_known(name: &str) -> bool {
    field(name, Export::Users) != Field::Extra
}

/// A name without case and separators.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !c.is_whitespace() && !"-_".contains(*c));
    letters.flat_map(char::to_lowercase).collect()
}

fn field(name: &str, export: Export) -> Field {
    let plain = plain(name);
    let find =
        |names: Names| names.iter().find(|(known, _)| *known == plain).map(|(_, field)| *field);
    match (find(PEOPLE), export) {
        _ if plain.is_empty() => Field::Nothing,
        // In the directory `Enabled` is the account's, not the SIP user's.
        (None, Export::Directory) => Field::Extra,
        (Some(field), _) => field,
        (None, Export::Users) => find(USERS).unwrap_or(Field::Extra),
    }
}
