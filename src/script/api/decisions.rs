//! What policies return: choices for selections, decisions for cutover, waves for planners.
//!
//! Each carries its reason, because a plan and a report must be able to say why.

use super::errors::{self, argument};
use super::options::Options;
use super::table::{Api, Value};
use super::user_set::UserSet;
use crate::script::fault::Fault;
use crate::script::trail::Decided;
use rhai::{Dynamic, ImmutableString, Map, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// In or out, and why.
#[derive(Debug, Clone)]
pub struct Choice {
    pub(super) included: bool,
    pub(super) why: ImmutableString,
    /// Where it was made; known only while somebody wants to know.
    pub(super) decided: Option<Arc<Decided>>,
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.included { "include" } else { "exclude" }, self.why)
    }
}

impl Value for Choice {
    const NAME: &'static str = "Choice";
    const COMPARE: &'static str = "ask `.included`, which is `true` or `false`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.included == other.included && self.why == other.why)
    }
}

/// How a cutover goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    Proceed,
    Hold,
    RollBack,
}

impl Course {
    fn word(self) -> &'static str {
        match self {
            Self::Proceed => "proceed",
            Self::Hold => "hold",
            Self::RollBack => "roll_back",
        }
    }
}

/// How a cutover goes on, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    course: Course,
    why: ImmutableString,
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.course.word(), self.why)
    }
}

impl Value for Decision {
    const NAME: &'static str = "Decision";
    const COMPARE: &'static str =
        "compare its `.verdict`: `decision.verdict == \"roll_back\"`, or `switch` on it";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self == other)
    }
}

/// Users who move together.
#[derive(Clone)]
pub struct Wave {
    name: ImmutableString,
    users: UserSet,
    site: Dynamic,
    window: Dynamic,
}

impl fmt::Display for Wave {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Value for Wave {
    const NAME: &'static str = "Wave";
    const COMPARE: &'static str = "compare its `.name`";
    fn same(&self, other: &Self) -> Option<bool> {
        Some(self.name == other.name && self.users.same(&other.users) == Some(true))
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<Choice>();
    api.strict::<Choice>();
    api.value::<Decision>();
    api.strict::<Decision>();
    api.value::<Wave>();
    api.strict::<Wave>();
    choices(api);
    courses(api);
    waves(api);
}

fn choices(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "include(why: string) -> Choice",
        "The answer of a selection policy: this user is in.

        include(\"volunteered\")  //=> include: volunteered",
        move |ctx: NativeCallContext, why: ImmutableString| Choice {
            included: true,
            why,
            decided: core.deciding(&ctx),
        },
    );
    let core = Arc::clone(api.core);
    api.pure(
        "exclude(why: string) -> Choice",
        "The answer of a selection policy: this user stays out.

        exclude(\"executives move last\")  //=> exclude: executives move last",
        move |ctx: NativeCallContext, why: ImmutableString| Choice {
            included: false,
            why,
            decided: core.deciding(&ctx),
        },
    )
    .pure(
        "Choice.included: bool",
        "True for `include`.

        include(\"volunteered\").included  //=> true
        include(\"volunteered\").include   //! did you mean `included`?",
        |choice: &mut Choice| choice.included,
    )
    .pure(
        "Choice.why: string",
        "The reason that was given.

        exclude(\"not yet\").why  //=> \"not yet\"",
        |choice: &mut Choice| choice.why.clone(),
    );
}

fn courses(api: &mut Api<'_>) {
    api.pure(
        "proceed(why: string) -> Decision",
        "The answer of a cutover policy: go on.

        proceed(\"no failures\").verdict  //=> \"proceed\"",
        |why: ImmutableString| Decision { course: Course::Proceed, why },
    )
    .pure(
        "hold(why: string) -> Decision",
        "The answer of a cutover policy: wait for a person.

        hold(\"2 of 50 failed\").verdict  //=> \"hold\"",
        |why: ImmutableString| Decision { course: Course::Hold, why },
    )
    .pure(
        "roll_back(why: string) -> Decision",
        "The answer of a cutover policy: take the move back.

        roll_back(\"sign-in is broken\").verdict  //=> \"roll_back\"",
        |why: ImmutableString| Decision { course: Course::RollBack, why },
    )
    .pure(
        "Decision.verdict: string",
        "`proceed`, `hold` or `roll_back`. A `switch` on it must name all three.

        hold(\"2 of 50 failed\").verdict  //=> \"hold\"
        hold(\"2 of 50 failed\") == \"hold\"  //! compare its `.verdict`",
        |decision: &mut Decision| -> ImmutableString { decision.course.word().into() },
    )
    .pure(
        "Decision.why: string",
        "The reason that was given.

        hold(\"2 of 50 failed\").why  //=> \"2 of 50 failed\"",
        |decision: &mut Decision| decision.why.clone(),
    );
}

fn waves(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.pure(
        "wave(name: string, users: UserSet, options?: #{ site, window }) -> Wave",
        "Users who move together, as a wave planner returns them.

        wave(\"Seoul 1\", legacy.users.first(2))  //=> Seoul 1
        wave(\"Seoul 1\", legacy.users, #{ window: \"Sat 22:00-06:00 Asia/Seoul\" }).window  //=> \"Sat 22:00-06:00 Asia/Seoul\"
        wave(\"Seoul 1\", legacy.users, #{ windo: \"Sat\" })  //! did you mean `window`?
        wave(\"\", legacy.users)  //! a wave needs a name",
        move |ctx: NativeCallContext, name: ImmutableString, users: UserSet| {
            new_wave(&core, &ctx, name, users, Map::new())
        },
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, name: ImmutableString, users: UserSet, options: Map| {
        new_wave(&core, &ctx, name, users, options)
    });
    api.pure(
        "Wave.name: string",
        "The wave's name; often that of its stage.

        wave(\"Seoul 1\", legacy.users).name  //=> \"Seoul 1\"",
        |wave: &mut Wave| wave.name.clone(),
    )
    .pure(
        "Wave.users: UserSet",
        "Who moves in it.

        wave(\"Seoul 1\", legacy.users).users.len  //=> 5",
        |wave: &mut Wave| wave.users.clone(),
    )
    .pure(
        "Wave.site: Site | ()",
        "The site that it is about, if it is about one.

        wave(\"Seoul 1\", legacy.users, #{ site: legacy.site }).site  //=> Seoul",
        |wave: &mut Wave| wave.site.clone(),
    )
    .pure(
        "Wave.window: string | ()",
        "When it may be moved, if that is limited; for `move_to(pool, #{ within: wave.window })`.

        wave(\"Seoul 1\", legacy.users).window  //=> ()",
        |wave: &mut Wave| wave.window.clone(),
    );
}

fn new_wave(
    core: &crate::script::core::Core,
    ctx: &NativeCallContext,
    name: ImmutableString,
    users: UserSet,
    options: Map,
) -> Result<Wave, Fault> {
    if name.trim().is_empty() {
        let help = "name it for people: `wave(\"Seoul 1\", users)`";
        return Err(argument(core, ctx, "a wave needs a name", help));
    }
    let mut options = Options::new(core, ctx, "wave", options);
    let site = options.take("site");
    let window = options.take("window");
    options.finish()?;
    if !site.is_unit() && !site.is::<super::places::SiteValue>() {
        return Err(errors::wrong_type(
            core,
            ctx,
            "site",
            "a Site",
            &site,
            "write for example `pool.site`",
        ));
    }
    if !window.is_unit() && !window.is_string() {
        let help = "write for example `\"Sat 22:00-06:00 Asia/Seoul\"`";
        return Err(errors::wrong_type(core, ctx, "window", "a string", &window, help));
    }
    Ok(Wave { name, users, site, window })
}
