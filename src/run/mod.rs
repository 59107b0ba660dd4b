//! Durable execution: serves a script's requests from the journal, or from the world.
//!
//! It knows no rhai and prints nothing: requests come over a channel, progress goes to an
//! [`Observer`], questions go to a [`Desk`], a person's stop comes through [`Stop`].

mod attest;
pub mod budget;
mod commands;
mod desk;
mod effects;
mod gates;
mod mover;
mod moves;
mod observer;
mod people;
pub mod preflight;
mod replay;
mod retry;
mod rollback;
mod simulation;
mod sitting;
mod steering;
mod stop;
mod timers;
mod world;

pub use desk::{Desk, DeskAnswer, NoDesk, Question};
pub use observer::{Observer, Progress, Silent};
pub use sitting::{Over, Setting, Sitting};
pub use steering::{Steer, Steering};
pub use stop::Stop;
pub use world::{AllowedCommands, CommandEnd, Commands, World, WorldKind};
