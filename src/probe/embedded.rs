//! Probes against the embedded training ground.
