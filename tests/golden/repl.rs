//! What `sidle repl` says of inputs that cannot be answered.

use super::Golden;
use crate::organisation::organisation;

/// Name, and inputs of which the last one is wrong or odd.
const INPUTS: &[(&str, &[&str])] = &[
    ("repl::unknown_command near", &[":hlp"]),
    ("repl::gone", &["let all = topology.users; let one = 1", ":reload"]),
    ("script::read_only move", &["topology.users.move_to(topology.pools[1])"]),
    ("script::read_only probe", &["probe::service(topology.pools[0], \"Front End\")"]),
    ("script::read_only stage", &["stage \"Pilot\" { 1 }"]),
];

#[test]
fn golden_repl() {
    let mut golden = Golden::new("repl");
    for (name, inputs) in INPUTS {
        let mut args = vec!["repl"];
        args.extend(inputs.iter().flat_map(|input| ["-e", input]));
        golden.told(name, &organisation(3, ""), &args);
    }
    golden.end();
}
