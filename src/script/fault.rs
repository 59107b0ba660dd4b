//! Errors of our own inside rhai's: a finding, a stop, a `require` that does not hold.
//!
//! They travel as the private payload of a runtime error, because only that kind keeps the call frames.
//! A script can catch it and learns one line of text; the latch in [`super::core`] sees to the rest.

use crate::diagnostic::Finding;
use crate::journal::Verdict;
use rhai::{Dynamic, EvalAltResult, Position};
use std::fmt;
use std::sync::Arc;

/// What rhai calls an error.
pub type Fault = Box<EvalAltResult>;

/// What evaluating an expression gives.
pub(super) type Evaluated = Result<Dynamic, Fault>;

/// The private payload.
#[derive(Debug, Clone)]
pub(super) enum Raised {
    /// Something to show.
    Finding(Arc<Finding>),
    /// The sitting is over; there is nothing to show.
    Stop,
    /// A `require` inside a check does not hold.
    NotHeld(Verdict, Arc<Finding>),
}

impl Raised {
    /// An error that carries a finding.
    pub(super) fn finding(finding: Finding) -> Fault {
        Self::Finding(Arc::new(finding)).into_fault()
    }

    /// The error that ends an evaluation whose sitting is over.
    pub(super) fn stop() -> Fault {
        Self::Stop.into_fault()
    }

    /// A `require` inside a check that does not hold.
    pub(super) fn not_held(verdict: Verdict, finding: Finding) -> Fault {
        Self::NotHeld(verdict, Arc::new(finding)).into_fault()
    }

    fn into_fault(self) -> Fault {
        Box::new(EvalAltResult::ErrorRuntime(Dynamic::from(self), Position::NONE))
    }

    /// The payload at the end of the frames of an error, if it is one of ours.
    pub(super) fn of(error: &EvalAltResult) -> Option<Self> {
        match error {
            EvalAltResult::ErrorRuntime(payload, _) => payload.clone().try_cast::<Self>(),
            EvalAltResult::ErrorInFunctionCall(_, _, inner, _)
            | EvalAltResult::ErrorInModule(_, inner, _) => Self::of(inner),
            _ => None,
        }
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finding(finding) | Self::NotHeld(_, finding) => f.write_str(&finding.message),
            Self::Stop => f.write_str("the run has ended this sitting"),
        }
    }
}
