//! The program as a person or another program uses it: one file per command or subject.

mod doc;
mod new;
mod reading;
mod usage;
