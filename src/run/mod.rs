//! Durable execution: serves a script's requests from the journal, or from the world.
//!
//! It knows no rhai and prints nothing: requests come over a channel, progress goes to an
//! [`Observer`], questions go to a [`Desk`], a person's stop comes through [`Stop`].

pub mod budget;
mod desk;
mod mover;
mod observer;
pub mod preflight;
mod simulation;
mod stop;
mod world;

pub use desk::{Desk, DeskAnswer, NoDesk, Question};
pub use observer::{Observer, Progress, Silent};
pub use stop::Stop;
pub use world::{AllowedCommands, CommandEnd, Commands, World, WorldKind};
