//! Who did something: a person at a machine, or the plan and the rehearsal that stand for one.

use serde::{Deserialize, Serialize};

/// Who did something, and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// Login name.
    pub user: String,
    /// Machine.
    pub host: String,
    /// Process.
    pub pid: u32,
}

impl Who {
    /// A name that stands for no person and no machine: the rehearsal answers, the plan assumes.
    #[must_use]
    pub fn nobody(name: &str) -> Self {
        Self { user: name.to_owned(), host: String::new(), pid: 0 }
    }

    /// Who answers in a plan.
    #[must_use]
    pub fn plan() -> Self {
        Self::nobody("plan")
    }

    /// True for an answer that a plan assumed. A person's name never stands without a machine.
    #[must_use]
    pub fn is_plan(&self) -> bool {
        *self == Self::plan()
    }
}
