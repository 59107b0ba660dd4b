//! Whom a script asks for everything that is not pure.

use crate::journal::{Reply, Request};

/// Serves the script's requests, one at a time. Blocks the script's thread.
pub trait Host: Send + Sync {
    /// Asks and waits for the answer. After [`Reply::Stop`], every further answer is the same.
    fn request(&self, request: Request) -> Reply;
}
