//! What an answer means: pure decisions about one user.
//!
//! A driver's word is never enough: what it says is done is read back, and so is silence.

use super::job::{Doubt, Job};
use crate::driver::{Fault, noun};
use crate::journal::{Ended, UserResult};
use crate::text::count;

/// What happens to a user next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Their home is read back.
    ReadBack,
    /// They are tried again after a pause.
    Again,
    /// They are where they were before a crash or an outage: they wait to be started, uncharged.
    Pending,
    /// They have a result.
    Ended(UserResult),
    /// The system is at fault: they are read back when it is well.
    Server(Fault),
}

/// Judges the driver's answer.
pub(super) fn answer(job: &mut Job, answer: Result<(), Fault>, to: &str, retries: u32) -> Next {
    let fault = match answer {
        Ok(()) => {
            job.doubt = Doubt::Said;
            return Next::ReadBack;
        }
        Err(fault) => fault,
    };
    let why = fault.told_of(&job.address);
    match fault {
        Fault::NoAnswer { .. } => {
            job.doubt = Doubt::Silence;
            job.maybe_moved = true;
            job.why = why;
            Next::ReadBack
        }
        Fault::Server { .. } => {
            // It may have failed after the change was made.
            job.doubt = Doubt::Outage;
            job.maybe_moved = true;
            Next::Server(fault)
        }
        Fault::Busy { .. } => again(job, why, retries),
        Fault::Refused { .. } => Next::Ended(job.result(Ended::Failed, why, None)),
        Fault::Elsewhere { now } => match now {
            Some(home) if home.eq_ignore_ascii_case(to) && job.maybe_moved => {
                job.doubt = Doubt::Silence;
                Next::ReadBack
            }
            Some(home) if home.eq_ignore_ascii_case(to) => {
                Next::Ended(job.result(Ended::AlreadyThere, why, Some(home)))
            }
            now => Next::Ended(job.result(Ended::Failed, why, now)),
        },
    }
}

/// Judges a home that was read back.
pub(super) fn home(job: &mut Job, home: Option<String>, to: &str, retries: u32) -> Next {
    match home {
        Some(home) if home.eq_ignore_ascii_case(to) => {
            Next::Ended(job.result(Ended::Moved, String::new(), Some(home)))
        }
        Some(home) if home.eq_ignore_ascii_case(&job.from) => match job.doubt {
            Doubt::Crash | Doubt::Outage => Next::Pending,
            Doubt::Said => {
                let what = noun(&job.address);
                let why =
                    format!("the system reported the move, and the {what} still lives on `{home}`");
                again(job, why, retries)
            }
            Doubt::Silence => {
                let why =
                    format!("{}; the {} still lives on `{home}`", job.why, noun(&job.address));
                again(job, why, retries)
            }
        },
        home => {
            let why = Fault::Elsewhere { now: home.clone() }.told_of(&job.address);
            Next::Ended(job.result(Ended::Failed, why, home))
        }
    }
}

/// What a user's result is if nobody can read them back.
pub(super) fn unreadable(job: &mut Job, why: &str) -> UserResult {
    let doubt = match job.doubt {
        Doubt::Crash => "in doubt since the last sitting",
        Doubt::Outage => "the system failed when it was asked",
        Doubt::Said => "the system reported the move",
        Doubt::Silence => "the system was asked and did not answer",
    };
    let why = format!("{doubt}, and the home could not be read back: {why}");
    job.result(Ended::Unknown, why, None)
}

fn again(job: &mut Job, why: String, retries: u32) -> Next {
    job.tries += 1;
    if job.tries <= retries {
        job.why = why;
        return Next::Again;
    }
    let why = match job.tries {
        1 => why,
        tries => format!("{why} (after {})", tried(tries)),
    };
    Next::Ended(job.result(Ended::Failed, why, None))
}

fn tried(tries: u32) -> String {
    count(usize::try_from(tries).unwrap_or(usize::MAX), "try")
}
