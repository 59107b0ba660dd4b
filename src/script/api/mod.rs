//! The primitives: everything that a script can use beyond rhai itself.
//!
//! One call adds one primitive: its signature, its manual with examples, and what it does (see
//! `table.rs`). Documentation, near names and the checker read that same table, and a test runs every
//! example. Nothing here performs anything: an effect is asked of the run through [`Core`].
//!
//! To add a primitive, add it in the file of its area; an area has one file with one `register`.
//!
//! Invariant: values are read-only, never compare with another type, and have no silent `()` for a
//! misspelt name.

#![expect(
    clippy::unnecessary_box_returns,
    reason = "rhai hands its errors on in boxes, so that is how they are made"
)]

mod application;
mod applications;
mod asking;
mod assertions;
mod attest;
mod checks;
mod choosing;
mod decisions;
mod errors;
mod facts;
mod library;
mod manual;
mod moves;
mod options;
mod people;
mod places;
mod pools;
mod primitive;
mod probes;
mod report;
mod rules;
mod sim;
mod sim_move;
mod sim_run;
mod sim_topology;
mod table;
mod tally;
mod ties;
mod time;
mod topology;
mod user;
mod user_set;

#[cfg(test)]
mod example_tests;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod fixture_run;
#[cfg(test)]
mod large_tests;
#[cfg(test)]
mod library_tests;
#[cfg(test)]
mod value_tests;

pub use application::ApplicationValue;
pub use applications::ApplicationSet;
pub use decisions::{Choice, Decision, Wave};
#[cfg(test)]
pub(super) use fixture::contoso;
pub use library::{
    Function, Module, functions_called, library, library_overview, library_text, module_called,
};
pub use manual::{EXAMPLE_SCOPE, doc_text};
pub use places::{PoolValue, ServerValue, ServiceValue, SiteValue};
pub use primitive::{EffectClass, Example, Expect, Kind, Param, Primitive};
pub use report::MoveReport;
pub use tally::Tally;
pub use user::UserValue;
pub use user_set::UserSet;

use super::core::Core;
use super::fault::Fault;
use super::host::Host;
use crate::diagnostic::codes;
use crate::journal::{Reply, Request};
use crate::topology::{Topology, View};
use rhai::{Dynamic, Engine, NativeCallContext};
use std::fmt::Debug;
use std::sync::{Arc, LazyLock};

/// Registers every primitive, and the global `topology`.
pub fn register(engine: &mut Engine, core: &Arc<Core>) {
    list(engine, core);
    core.publish("topology", Dynamic::from(topology::TopologyValue(core.view().clone())));
}

fn list(engine: &mut Engine, core: &Arc<Core>) -> Vec<Primitive> {
    let mut api = table::Api::new(engine, core);
    topology::register(&mut api);
    pools::register(&mut api);
    user::register(&mut api);
    user_set::register(&mut api);
    choosing::register(&mut api);
    application::register(&mut api);
    facts::register(&mut api);
    ties::register(&mut api);
    rules::register(&mut api);
    applications::register(&mut api);
    moves::register(&mut api);
    report::register(&mut api);
    decisions::register(&mut api);
    people::register(&mut api);
    attest::register(&mut api);
    time::register(&mut api);
    probes::register(&mut api);
    checks::register(&mut api);
    assertions::register(&mut api);
    sim::register(&mut api);
    sim_topology::register(&mut api);
    sim_run::register(&mut api);
    sim_move::register(&mut api);
    api.finish()
}

/// Every primitive, in the order of the reference.
#[must_use]
pub fn primitives() -> &'static [Primitive] {
    static ALL: LazyLock<Vec<Primitive>> = LazyLock::new(|| {
        let core = Core::new(Arc::new(Nobody), View::new(Topology::default()));
        list(&mut Engine::new_raw(), &core)
    });
    &ALL
}

/// Serves nothing: for reading the table without a run.
struct Nobody;

impl Host for Nobody {
    fn request(&self, _request: Request) -> Reply {
        Reply::Stop
    }
}

/// Refuses an outcome that does not belong to its effect: a fault of sidle.
fn unfit(core: &Core, ctx: &NativeCallContext, got: &dyn Debug) -> Fault {
    let finding = core
        .finding(
            ctx,
            codes::SCRIPT_PROTOCOL,
            "the run gave an answer that does not fit the question",
        )
        .because(format!("{got:?}"))
        .help("this is a fault of sidle; please report it with the journal");
    core.raise(finding)
}
