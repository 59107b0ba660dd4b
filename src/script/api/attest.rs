//! Attestations: what a person vouches for, as evidence that a check can rest on.

use super::errors::argument;
use super::options::Options;
use super::primitive::EffectClass::Effect as Class;
use super::table::Api;
use crate::journal::{AttestCall, Effect, Outcome};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::values::EvidenceValue;
use rhai::{Map, NativeCallContext};
use std::sync::Arc;
use std::time::Duration;

/// For how long an answer counts unless the script says otherwise.
const FRESH_FOR: Duration = Duration::from_hours(30 * 24);

pub(super) fn register(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "attest(title: string, options: #{ owner, details, fresh_for }) -> Evidence",
        "Asks a person to vouch for something that no probe can tell, and waits for the answer.

        `sidle confirm ID --note \"...\"` vouches for it, with `--reject` it does not hold. The answer is
        evidence: good for a yes, bad for a no, with the note as `.answer` and the name as `.who`. It counts
        for `fresh_for` (30 days if not given) and is unknown after that. Nothing halts at a no: `require`
        the evidence, or a check of it. `owner` is who is asked.

        attest(\"the call center works with Lync\", #{ owner: \"Kim\" }).passed  //=> true
        attest(\"the call center works with Lync\", #{ owner: \"Kim\", fresh_for: \"7d\" }).fresh_for  //=> 7d
        attest(\"the call center works with Lync\", #{ owner: \"Kim\" }).answer  //=> \"tried it\"
        attest(\"the call center works with Lync\", #{})  //! needs an `owner`
        attest(\"the call center works with Lync\", #{ ower: \"Kim\" })  //! did you mean `owner`?
        attest(\"\", #{ owner: \"Kim\" })  //! needs words",
        move |ctx: NativeCallContext, title: &str, options: Map| {
            attest(&core, &ctx, title, options)
        },
    );
}

fn attest(
    core: &Core,
    ctx: &NativeCallContext,
    title: &str,
    options: Map,
) -> Result<EvidenceValue, Fault> {
    let title = super::people::needs_words(core, ctx, "attest", title)?;
    let mut options = Options::new(core, ctx, "attest", options);
    let owner = options.text("owner", "name a person or a team: `#{ owner: \"Kim\" }`")?;
    let details = options.text("details", "write how to find out")?.unwrap_or_default();
    let fresh_for = options.duration("fresh_for", FRESH_FOR)?;
    options.finish()?;
    let Some(owner) = owner.filter(|owner| !owner.trim().is_empty()) else {
        let help = "name who is asked: `attest(\"...\", #{ owner: \"Kim\" })`";
        return Err(argument(core, ctx, "an attestation needs an `owner`", help));
    };
    match core.effect(ctx, Effect::Attest(AttestCall { title, owner, details, fresh_for }))? {
        Outcome::Evidence(evidence) => match <[_; 1]>::try_from(evidence) {
            Ok([one]) => Ok(EvidenceValue(Arc::new(one))),
            Err(other) => Err(super::unfit(core, ctx, &other)),
        },
        other => Err(super::unfit(core, ctx, &other)),
    }
}
