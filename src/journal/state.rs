//! The state of a run: the pure fold of its events.

/// What a run's records add up to.
#[derive(Debug, Clone, Default)]
pub struct RunState {}
