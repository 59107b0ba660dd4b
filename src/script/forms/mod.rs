//! The block forms: `stage`, `check`, `require`, `on_rollback`.

use super::core::Core;
use super::fault::{Evaluated, Fault};
use super::gate::Gate;
use super::region::Region;
use super::values::Judged;
use rhai::Engine;

/// Asks a gate again.
pub(super) fn require_again(_core: &Core, _engine: &Engine, _gate: &Gate) -> Result<(), Fault> {
    Ok(())
}

impl Core {
    /// The verdict of a block that has run.
    pub(super) fn judge_block(&self, result: Evaluated, _region: &Region) -> Result<Judged, Fault> {
        self.verdict_of(&result?)
    }
}
