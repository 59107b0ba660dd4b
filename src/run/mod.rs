//! Durable execution: serves a script's requests from the journal, or from the world.
//!
//! It knows no rhai and prints nothing: requests come over a channel, progress goes to an
//! [`Observer`], questions go to a [`Desk`], a person's stop comes through [`Stop`].

mod desk;
mod observer;
mod stop;

pub use desk::{Desk, DeskAnswer, NoDesk, Question};
pub use observer::{Observer, Progress, Silent};
pub use stop::Stop;
