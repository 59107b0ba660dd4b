//! The topology as a run sees it: the snapshot in force and the homes of this moment.

use super::{Homes, Topology};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

/// The facts that scripts read: the snapshot, and where everybody lives at this point of the run.
///
/// Cheap to clone. A refresh replaces the snapshot behind it.
#[derive(Debug, Clone)]
pub struct View {
    topology: Arc<RwLock<Arc<Topology>>>,
    homes: Arc<RwLock<Homes>>,
}

impl View {
    /// Starts from a snapshot and its homes.
    #[must_use]
    pub fn new(topology: Topology) -> Self {
        Self::of(Arc::new(topology))
    }

    /// The same for a snapshot that several views share; each has homes of its own.
    #[must_use]
    pub fn of(topology: Arc<Topology>) -> Self {
        let homes = Homes::of_snapshot(&topology);
        Self { topology: Arc::new(RwLock::new(topology)), homes: Arc::new(RwLock::new(homes)) }
    }

    /// The snapshot in force.
    #[must_use]
    pub fn topology(&self) -> Arc<Topology> {
        self.topology.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where everybody lives now. Do not hold it across a request.
    pub fn homes(&self) -> RwLockReadGuard<'_, Homes> {
        self.homes.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes homes. Only the run does this.
    pub fn change_homes(&self, change: impl FnOnce(&mut Homes)) {
        change(&mut self.homes.write().unwrap_or_else(PoisonError::into_inner));
    }
}
