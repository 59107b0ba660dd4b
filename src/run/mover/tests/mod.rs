//! A run in a temporary journal, with a driver that does as it is told.

mod budget;
mod crash;
mod embedded;
mod scripted;
mod stage;
