//! The program as a person or another program uses it: one file per command or subject.

mod applications;
mod doc;
mod explain;
mod held;
mod json;
mod library;
mod new;
mod people;
mod reading;
mod repl;
mod repl_terminal;
mod rollback;
mod run;
mod telling;
mod test;
mod trace;
mod usage;
