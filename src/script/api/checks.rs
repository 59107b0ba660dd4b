//! Checks and evidence: what was asked, what came of it, and how long that counts.
//!
//! A check has three verdicts, so it is no bool: `check == ...` is refused, and names the three
//! questions that have a yes or no.

use super::table::{Api, Value};
use super::time::{DurationValue, TimeValue};
use crate::journal::{Evidence, Verdict};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::script::values::{CheckValue, EvidenceValue};
use rhai::{Array, Dynamic, ImmutableString};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

const ASK: &str = "it can also be unknown: ask `.passed`, `.failed` or `.unknown`, or `require` it";

impl fmt::Display for CheckValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.record.name, self.record.verdict.word())
    }
}

impl Value for CheckValue {
    const NAME: &'static str = "Check";
    const COMPARE: &'static str = ASK;
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

impl fmt::Display for EvidenceValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.asked, self.0.answer)
    }
}

impl Value for EvidenceValue {
    const NAME: &'static str = "Evidence";
    const COMPARE: &'static str = ASK;
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

/// What a check or a piece of evidence says now: old evidence is unknown.
trait Judged: Value {
    /// Why, as it was recorded.
    fn recorded_why(&self) -> &str;

    /// The verdict of this moment, and why it is no pass.
    fn judge(&self, core: &Core) -> Result<(Verdict, String), Fault> {
        core.verdict_of(&Dynamic::from(self.clone()))
    }
}

impl Judged for CheckValue {
    fn recorded_why(&self) -> &str {
        &self.record.why
    }
}

impl Judged for EvidenceValue {
    fn recorded_why(&self) -> &str {
        if self.0.value == Some(true) { "" } else { &self.0.answer }
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<CheckValue>();
    api.strict::<CheckValue>();
    api.value::<EvidenceValue>();
    api.strict::<EvidenceValue>();
    check_verdict(api);
    check_facts(api);
    evidence_verdict(api);
    evidence_facts(api);
    evidence_times(api);
}

fn verdict_word<T: Judged>(
    core: &Arc<Core>,
) -> impl Fn(&mut T) -> Result<ImmutableString, Fault> + use<T> {
    let core = Arc::clone(core);
    move |value| Ok(value.judge(&core)?.0.word().into())
}

fn why<T: Judged>(core: &Arc<Core>) -> impl Fn(&mut T) -> Result<ImmutableString, Fault> + use<T> {
    let core = Arc::clone(core);
    move |value| {
        let (verdict, why) = value.judge(&core)?;
        // A pass has no why; a verdict that age has changed has another one than was recorded.
        Ok(match (verdict, value.recorded_why()) {
            (Verdict::Pass, _) => ImmutableString::new(),
            (_, "") => why.into(),
            (_, recorded) => recorded.into(),
        })
    }
}

fn is<T: Judged>(
    core: &Arc<Core>,
    wanted: Verdict,
) -> impl Fn(&mut T) -> Result<bool, Fault> + use<T> {
    let core = Arc::clone(core);
    move |value| Ok(value.judge(&core)?.0 == wanted)
}

fn check_verdict(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Check.verdict: string",
        "`pass`, `fail` or `unknown`. A pass whose evidence has grown too old is unknown.

        soaked.verdict    //=> \"pass\"
        soaked == true    //! ask `.passed`, `.failed` or `.unknown`
        !soaked           //! `.passed`, `.failed`, `.unknown`",
        verdict_word::<CheckValue>(&core),
    )
    .pure(
        "Check.why: string",
        "Why it is no pass; empty for a pass.

        soaked.why  //=> \"\"",
        why::<CheckValue>(&core),
    )
    .pure(
        "Check.passed: bool",
        "True if the verdict is `pass`.

        soaked.passed  //=> true",
        is::<CheckValue>(&core, Verdict::Pass),
    )
    .pure(
        "Check.failed: bool",
        "True if the verdict is `fail`; an unknown check has not failed, nor passed.

        soaked.failed  //=> false",
        is::<CheckValue>(&core, Verdict::Fail),
    )
    .pure(
        "Check.unknown: bool",
        "True if nobody can tell: no data, unreachable, too old.

        soaked.unknown  //=> false",
        is::<CheckValue>(&core, Verdict::Unknown),
    );
}

fn check_facts(api: &mut Api<'_>) {
    api.pure(
        "Check.name: string",
        "The check's name.

        soaked.name  //=> \"soak\"",
        |check: &mut CheckValue| -> ImmutableString { check.record.name.as_str().into() },
    )
    .pure(
        "Check.evidence: array of Evidence",
        "What was asked for it.

        soaked.evidence  //=> []",
        |check: &mut CheckValue| -> Array {
            let evidence = check.record.evidence.iter().cloned();
            evidence.map(|one| Dynamic::from(EvidenceValue(Arc::new(one)))).collect()
        },
    )
    .pure(
        "Check.at: Time",
        "When it was taken.

        soaked.at.date  //=> \"2013-05-04\"",
        |check: &mut CheckValue| TimeValue(check.at),
    )
    .pure(
        "Check.took: Duration",
        "How long it took.

        soaked.took < \"1h\"  //=> true",
        |check: &mut CheckValue| DurationValue(check.took),
    );
}

fn evidence_verdict(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Evidence.verdict: string",
        "`pass` for a good answer, `fail` for a bad one, `unknown` for none or one that is too old.

        probe::service(lync, \"Front End\").verdict  //=> \"pass\"",
        verdict_word::<EvidenceValue>(&core),
    )
    .pure(
        "Evidence.why: string",
        "Why it is no pass; empty for a pass.

        probe::service(lync, \"Front End\").why  //=> \"\"",
        why::<EvidenceValue>(&core),
    )
    .pure(
        "Evidence.passed: bool",
        "True if the answer is good and not too old.

        probe::service(lync, \"Front End\").passed  //=> true",
        is::<EvidenceValue>(&core, Verdict::Pass),
    )
    .pure(
        "Evidence.failed: bool",
        "True if the answer is bad.

        probe::service(lync, \"Front End\").failed  //=> false",
        is::<EvidenceValue>(&core, Verdict::Fail),
    )
    .pure(
        "Evidence.unknown: bool",
        "True if it could not be asked, or the answer is too old.

        probe::service(lync, \"Front End\").unknown  //=> false",
        is::<EvidenceValue>(&core, Verdict::Unknown),
    );
}

fn said(of: impl Fn(&Evidence) -> &str) -> impl Fn(&mut EvidenceValue) -> ImmutableString {
    move |evidence| of(&evidence.0).into()
}

fn evidence_facts(api: &mut Api<'_>) {
    api.pure(
        "Evidence.name: string",
        "Whom it is about: a server, a pool or a user.

        probe::service(lync, \"Front End\").name  //=> \"lyncpool01.contoso.com\"",
        said(|one| &one.target),
    )
    .pure(
        "Evidence.source: string",
        "The probe that asked.

        probe::service(lync, \"Front End\").source  //=> \"service\"",
        said(|one| &one.source),
    )
    .pure(
        "Evidence.asked: string",
        "The question in words.

        probe::service(lync, \"Front End\").asked  //=> \"service lyncpool01.contoso.com Front End\"",
        said(|one| &one.asked),
    )
    .pure(
        "Evidence.answer: string",
        "The answer in words, or why there is none.

        probe::service(lync, \"Front End\").answer  //=> \"well\"",
        said(|one| &one.answer),
    )
    .pure(
        "Evidence.who: string",
        "Who answered, where a person did; empty for a probe.

        attest(\"the lab is ready\", #{ owner: \"Kim\" }).who  //=> \"kim\"
        probe::service(lync, \"Front End\").who             //=> \"\"",
        |evidence: &mut EvidenceValue| -> ImmutableString {
            evidence.0.who.as_deref().unwrap_or_default().into()
        },
    )
    .pure(
        "Evidence.value: bool | ()",
        "True for a good answer, false for a bad one, `()` if it could not be asked.

        probe::service(lync, \"Front End\").value  //=> true",
        |evidence: &mut EvidenceValue| evidence.0.value.map_or(Dynamic::UNIT, Dynamic::from),
    );
}

fn evidence_times(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "Evidence.at: Time",
        "When it was answered.

        probe::service(lync, \"Front End\").at.date  //=> \"2013-05-04\"",
        |evidence: &mut EvidenceValue| TimeValue(evidence.0.at),
    )
    .pure(
        "Evidence.age: Duration",
        "How long ago it was answered.

        probe::service(lync, \"Front End\").age < \"1m\"  //=> true",
        move |evidence: &mut EvidenceValue| -> Result<DurationValue, Fault> {
            let age = core.now()?.duration_since(evidence.0.at);
            Ok(DurationValue(Duration::try_from(age).unwrap_or(Duration::ZERO)))
        },
    )
    .pure(
        "Evidence.fresh_for: Duration",
        "For how long the answer counts.

        probe::service(lync, \"Front End\").fresh_for  //=> 15m",
        |evidence: &mut EvidenceValue| DurationValue(Duration::from_secs(evidence.0.fresh_for_s)),
    )
    .pure(
        "Evidence.latency: Duration",
        "How long the answer took.

        probe::service(lync, \"Front End\").latency < \"1s\"  //=> true",
        |evidence: &mut EvidenceValue| DurationValue(Duration::from_millis(evidence.0.latency_ms)),
    );
}
