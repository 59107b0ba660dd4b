//! The primitives (being built): [`register`] is called once for every engine.

use super::Core;
use rhai::Engine;
use std::sync::Arc;

/// Registers every type and primitive on `engine`, bound to `core`.
pub fn register(_engine: &mut Engine, _core: &Arc<Core>) {}
