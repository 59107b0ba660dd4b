//! Ctrl-C, SIGTERM and SIGHUP: the first asks the run to stop, the second ends the process.

use super::exit::AT_ONCE;
use super::voice::Voice;
use crate::run::Stop;
use tokio::signal::unix::{SignalKind, signal};

/// Listens from now on. Without the rights to, signals keep their usual effect.
pub fn listen(stop: Stop, voice: Voice) {
    let (Ok(mut interrupt), Ok(mut terminate), Ok(mut hang_up)) = (
        signal(SignalKind::interrupt()),
        signal(SignalKind::terminate()),
        signal(SignalKind::hangup()),
    ) else {
        return;
    };
    tokio::spawn(async move {
        loop {
            let name = tokio::select! {
                _ = interrupt.recv() => "Ctrl-C",
                _ = terminate.recv() => "SIGTERM",
                _ = hang_up.recv() => "SIGHUP",
            };
            if stop.wished().is_some() {
                // The journal holds all that was acknowledged; a later run goes on from there.
                std::process::exit(AT_ONCE);
            }
            voice.say(format!("{name}: stopping at the next safe point; once more stops at once."));
            stop.wish(name);
        }
    });
}
