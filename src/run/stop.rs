//! A person's wish that the run stops at the next safe point.

use std::sync::Arc;
use tokio::sync::watch;

/// A stop that many can see. Cheap to clone; cannot be taken back.
#[derive(Debug, Clone)]
pub struct Stop {
    wish: Arc<watch::Sender<Option<String>>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { wish: Arc::new(watch::Sender::new(None)) }
    }
}

impl Stop {
    /// Wishes a stop; `why` is what the ending says ("Ctrl-C").
    pub fn wish(&self, why: &str) {
        self.wish.send_if_modified(|wish| {
            let first = wish.is_none();
            wish.get_or_insert_with(|| why.to_owned());
            first
        });
    }

    /// Why the run is to stop, if it is.
    #[must_use]
    pub fn wished(&self) -> Option<String> {
        self.wish.borrow().clone()
    }

    /// Returns when a stop is wished. Cancel-safe.
    pub async fn wait(&self) {
        let mut seen = self.wish.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = seen.wait_for(Option::is_some).await;
    }
}
