//! What the fold accepts, refuses and adds up to.
