//! The program as a person or another program uses it: one file per command or subject.

mod doc;
mod held;
mod json;
mod new;
mod people;
mod reading;
mod repl;
mod repl_terminal;
mod rollback;
mod run;
mod telling;
mod trace;
mod usage;
