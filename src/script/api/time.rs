//! Time: the run's clock, lengths of time, and the durable timers.
//!
//! A script has no clock but the run's, and a length of time is a text such as `30d` that is read
//! where it is used. What a fact says of time is a value that compares with such a text.

use super::errors::{argument, refuse};
use super::options::Options;
use super::primitive::EffectClass;
use super::table::{Api, Value};
use crate::diagnostic::codes;
use crate::journal::{Effect, TimedCall};
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use jiff::Timestamp;
use rhai::{Dynamic, FnPtr, ImmutableString, Map, NativeCallContext};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A length of time.
#[derive(Debug, Clone, Copy)]
pub(super) struct DurationValue(pub(super) Duration);

impl fmt::Display for DurationValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&text::duration(self.0))
    }
}

impl Value for DurationValue {
    const NAME: &'static str = "Duration";
    const COMPARE: &'static str =
        "compare with another duration or with a text such as `\"2h\"`, or compare its `.seconds`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.0 == other.0)
    }
}

/// An instant of the run.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimeValue(pub(super) Timestamp);

impl fmt::Display for TimeValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Value for TimeValue {
    const NAME: &'static str = "Time";
    const COMPARE: &'static str =
        "compare with another time; `now() - time` is a duration that compares with `\"2h\"`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.0 == other.0)
    }
}

/// Reads a duration that stands as the argument `name`.
pub(super) fn duration(
    core: &Core,
    ctx: &NativeCallContext,
    name: &str,
    written: &str,
) -> Result<Duration, Fault> {
    text::parse_duration(written).map_err(|wrong| {
        argument(
            core,
            ctx,
            format!("`{name}`: {wrong}"),
            "units are `w`, `d`, `h`, `m`, `s` and `ms`",
        )
    })
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<DurationValue>();
    api.strict::<DurationValue>();
    api.value::<TimeValue>();
    api.strict::<TimeValue>();
    lengths(api);
    instants(api);
    waits(api);
    soak(api);
    poll(api);
}

/// An operator, and what it asks of an ordering.
type Order = (&'static str, fn(Ordering) -> bool);

const ORDERS: [Order; 4] = [
    ("<", Ordering::is_lt),
    ("<=", Ordering::is_le),
    (">", Ordering::is_gt),
    (">=", Ordering::is_ge),
];

fn lengths(api: &mut Api<'_>) {
    api.pure(
        "Duration.seconds: float",
        "The length in seconds. A duration compares with a text too.

        report.duration.seconds  //=> 120.0
        report.duration < \"1h\"   //=> true
        report.duration < \"soon\" //! is no duration
        report.duration < 5      //! cannot compare a Duration with an int",
        |length: &mut DurationValue| length.0.as_secs_f64(),
    );
    let equal: [Order; 2] = [("==", Ordering::is_eq), ("!=", Ordering::is_ne)];
    for (name, holds) in ORDERS.into_iter().chain(equal) {
        let core = Arc::clone(api.core);
        api.plain(name, move |ctx: NativeCallContext, one: &mut DurationValue, other: &str| {
            duration(&core, &ctx, name, other).map(|other| holds(one.0.cmp(&other)))
        });
        let core = Arc::clone(api.core);
        api.plain(name, move |ctx: NativeCallContext, one: &str, other: DurationValue| {
            duration(&core, &ctx, name, one).map(|one| holds(one.cmp(&other.0)))
        });
    }
    for (name, holds) in ORDERS {
        api.plain(name, move |one: &mut DurationValue, other: DurationValue| {
            holds(one.0.cmp(&other.0))
        });
        api.plain(name, move |one: &mut TimeValue, other: TimeValue| holds(one.0.cmp(&other.0)));
    }
}

fn instants(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "now() -> Time",
        "The time of the last record of the run, the only clock that scripts have.

        It does not run while a script computes, so a resumed run sees the same time again.

        now().date  //=> \"2013-05-04\"",
        move || core.now().map(TimeValue),
    )
    .pure(
        "Time.date: string",
        "Year, month and day in universal time.

        now().date  //=> \"2013-05-04\"",
        |time: &mut TimeValue| -> ImmutableString {
            time.0.strftime("%Y-%m-%d").to_string().into()
        },
    )
    .pure(
        "Time - Time -> Duration",
        "How long it is from the second time to the first; nothing if the second is later.

        now() - now() < \"1s\"  //=> true",
        |one: &mut TimeValue, other: TimeValue| {
            DurationValue(
                Duration::try_from(one.0.duration_since(other.0)).unwrap_or(Duration::ZERO),
            )
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "Time + string -> Time",
        "The time that much later.

        (now() + \"1d\").date  //=> \"2013-05-05\"
        now() + \"tomorrow\"   //! is no duration",
        move |ctx: NativeCallContext, time: &mut TimeValue, length: &str| {
            let length = duration(&core, &ctx, "+", length)?;
            Ok::<_, Fault>(TimeValue(time.0.checked_add(length).unwrap_or(Timestamp::MAX)))
        },
    );
}

fn waits(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "wait(duration: string)",
        "Waits that long. The wait survives a stop of the program, and costs no time in a plan.

        wait(\"30d\")   //=> ()
        wait(\"soon\")  //! is no duration",
        move |ctx: NativeCallContext, lasts: &str| {
            let lasts = duration(&core, &ctx, "wait", lasts)?;
            core.effect(&ctx, Effect::Wait { lasts }).map(|_| ())
        },
    );
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "wait_for(window: string)",
        "Waits until a window opens. Not available yet: this version refuses it.

        wait_for(\"Sat 22:00-06:00 Asia/Seoul\")  //! not available yet",
        move |ctx: NativeCallContext, _: &str| {
            let help = "use `wait(\"8h\")`, or `approve(...)` and answer it inside the window";
            Err::<(), _>(refuse(
                &core,
                &ctx,
                codes::VALUE_NOT_AVAILABLE,
                "`wait_for` is not available yet",
                help,
            ))
        },
    );
}

fn soak(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "soak(duration: string, every: string, criteria: function, options?: #{ allow }) -> Check",
        "Asks the criteria again and again for that long, and fails at the first fail.

        `allow` bad answers are borne. An unknown answer is repeated and never counts as good.

        soak(\"30d\", \"1d\", || true).passed                //=> true
        soak(\"30d\", \"1d\", || true, #{ allow: 2 }).passed //=> true
        soak(\"1h\", \"1d\", || true)                       //! longer than the soak itself
        soak(\"30d\", \"1d\", || true, #{ alow: 2 })         //! did you mean `allow`?",
        move |ctx: NativeCallContext, lasts: &str, every: &str, criteria: FnPtr| {
            run_soak(&core, &ctx, lasts, every, &criteria, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(
        move |ctx: NativeCallContext, lasts: &str, every: &str, criteria: FnPtr, options: Map| {
            run_soak(&core, &ctx, lasts, every, &criteria, options)
        },
    );
}

fn run_soak(
    core: &Core,
    ctx: &NativeCallContext,
    lasts: &str,
    every: &str,
    criteria: &FnPtr,
    options: Map,
) -> Result<Dynamic, Fault> {
    let mut options = Options::new(core, ctx, "soak", options);
    let allow = options.number("allow", 0, 1_000_000, 0)?;
    options.finish()?;
    let lasts = duration(core, ctx, "soak", lasts)?;
    let every = interval(core, ctx, "soak", duration(core, ctx, "every", every)?, lasts)?;
    let call = TimedCall { lasts, every, allow: u64::try_from(allow).unwrap_or(0) };
    core.timed(ctx, Effect::Soak(call), criteria)
}

/// Refuses an interval that never ends, or is longer than the whole.
fn interval(
    core: &Core,
    ctx: &NativeCallContext,
    what: &str,
    every: Duration,
    lasts: Duration,
) -> Result<Duration, Fault> {
    if every < Duration::from_secs(1) {
        let message = format!("`every` is {}: too short to ask again", text::duration(every));
        return Err(argument(core, ctx, message, "give at least `1s`"));
    }
    if every > lasts {
        let (every, lasts) = (text::duration(every), text::duration(lasts));
        let message = format!("`every` is {every}, longer than the {what} itself ({lasts})");
        return Err(argument(core, ctx, message, "ask at least once: the interval comes second"));
    }
    Ok(every)
}

fn poll(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        EffectClass::Effect,
        "poll(criteria: function, options?: #{ every, at_most }) -> Check",
        "Asks the criteria until they pass. Unknown if they have not when `at_most` is over.

        `every` is `\"1m\"` and `at_most` `\"1h\"` if they are not given.

        poll(|| true).passed                                   //=> true
        poll(|| true, #{ every: \"5m\", at_most: \"2h\" }).passed  //=> true
        poll(|| true, #{ evry: \"5m\" })                         //! did you mean `every`?",
        move |ctx: NativeCallContext, criteria: FnPtr| run_poll(&core, &ctx, &criteria, Map::new()),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, criteria: FnPtr, options: Map| {
        run_poll(&core, &ctx, &criteria, options)
    });
}

fn run_poll(
    core: &Core,
    ctx: &NativeCallContext,
    criteria: &FnPtr,
    options: Map,
) -> Result<Dynamic, Fault> {
    let mut options = Options::new(core, ctx, "poll", options);
    let every = options.duration("every", Duration::from_mins(1))?;
    let lasts = options.duration("at_most", Duration::from_hours(1))?;
    options.finish()?;
    let every = interval(core, ctx, "poll", every, lasts)?;
    core.timed(ctx, Effect::Poll(TimedCall { lasts, every, allow: 0 }), criteria)
}
