//! Kinds of applications: everything but users that lives on a pool and can move.

use serde::{Deserialize, Serialize};

/// A kind of application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the object of that name in the product")]
pub enum ApplicationKind {
    ResponseGroup,
    DialInNumber,
    ConferenceDirectory,
    UmContact,
    TrustedApplication,
    CommonAreaPhone,
    AnalogDevice,
}

impl ApplicationKind {
    /// All kinds, in the order of reports.
    pub const ALL: [Self; 7] = [
        Self::ResponseGroup,
        Self::DialInNumber,
        Self::ConferenceDirectory,
        Self::UmContact,
        Self::TrustedApplication,
        Self::CommonAreaPhone,
        Self::AnalogDevice,
    ];

    /// The word of scripts and of sidle.toml: `response_group`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::ResponseGroup => "response_group",
            Self::DialInNumber => "dial_in_number",
            Self::ConferenceDirectory => "conference_directory",
            Self::UmContact => "um_contact",
            Self::TrustedApplication => "trusted_application",
            Self::CommonAreaPhone => "common_area_phone",
            Self::AnalogDevice => "analog_device",
        }
    }

    /// The kind with that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
