//! What a run asks of people, tells them, and does on their behalf.

use super::errors::{self, argument};
use super::primitive::EffectClass::Effect as Class;
use super::table::{Api, Value};
use crate::journal::{Effect, Outcome, Verdict};
use crate::script::core::Core;
use crate::script::fault::Fault;
use rhai::{Array, Dynamic, ImmutableString, NativeCallContext};
use std::fmt;
use std::sync::Arc;

/// How a command ended.
#[derive(Debug, Clone)]
pub(super) struct CommandResult {
    code: i32,
    output: ImmutableString,
}

impl fmt::Display for CommandResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}", self.code)
    }
}

impl Value for CommandResult {
    const NAME: &'static str = "CommandResult";
    const COMPARE: &'static str = "compare its `.code`: `result.code == 0`, or `require` it";
    fn same(&self, _other: &Self) -> Option<bool> {
        None
    }
}

pub(super) fn register(api: &mut Api<'_>) {
    api.value::<CommandResult>();
    api.strict::<CommandResult>();
    api.core.judge_with(|value| {
        let result = value.read_lock::<CommandResult>()?;
        Some(match result.code {
            0 => (Verdict::Pass, String::new()),
            code => (Verdict::Fail, format!("the command ended with exit code {code}")),
        })
    });
    questions(api);
    tasks(api);
    words(api);
    commands(api);
}

/// Refuses an empty question, title or reason.
pub(super) fn needs_words(
    core: &Core,
    ctx: &NativeCallContext,
    primitive: &str,
    words: &str,
) -> Result<String, Fault> {
    if words.trim().is_empty() {
        let message = format!("`{primitive}` needs words: they are empty");
        return Err(argument(core, ctx, message, "write what a person reads there"));
    }
    Ok(words.to_owned())
}

fn questions(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "approve(question: string)",
        "Waits for a yes from an authorised person; a no halts the run.

        approve(\"Move 24 users?\")  //=> ()
        approve(\"\")                //! needs words",
        move |ctx: NativeCallContext, question: &str| {
            let question = needs_words(&core, &ctx, "approve", question)?;
            core.effect(&ctx, Effect::Approve { question }).map(|_| ())
        },
    );
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "ask(question: string) -> bool",
        "Waits for the answer of a person, and yields `true` for yes and `false` for no.

        Nothing halts at a no: the script must act on the answer.

        ask(\"Is the change window open?\")  //=> true",
        move |ctx: NativeCallContext, question: &str| {
            let question = needs_words(&core, &ctx, "ask", question)?;
            match core.effect(&ctx, Effect::Ask { question })? {
                Outcome::Answer(yes) => Ok(yes),
                other => Err(super::unfit(&core, &ctx, &other)),
            }
        },
    );
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "point_of_no_return(why: string)",
        "Asks a person to agree that there is no way back from here. `--yes` does not answer it.

        It takes hold with the first effect after it that cannot be undone.

        point_of_no_return(\"the legacy pool is removed\")  //=> ()",
        move |ctx: NativeCallContext, why: &str| {
            let why = needs_words(&core, &ctx, "point_of_no_return", why)?;
            core.effect(&ctx, Effect::PointOfNoReturn { why }).map(|_| ())
        },
    );
}

fn tasks(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "task(title: string, details?: string)",
        "Work that a person does elsewhere: waits until somebody confirms it, and records who and when.

        task(\"Publish the topology\")                          //=> ()
        task(\"Publish the topology\", \"Topology Builder, Publish\")  //=> ()",
        move |ctx: NativeCallContext, title: &str| give_task(&core, &ctx, title, ""),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, title: &str, details: &str| {
        give_task(&core, &ctx, title, details)
    });
}

fn give_task(
    core: &Core,
    ctx: &NativeCallContext,
    title: &str,
    details: &str,
) -> Result<(), Fault> {
    let title = needs_words(core, ctx, "task", title)?;
    core.effect(ctx, Effect::Task { title, details: details.to_owned() }).map(|_| ())
}

fn words(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "note(text: string)",
        "A line in the journal and the report.

        note(\"the pilot group was told by mail\")  //=> ()",
        move |ctx: NativeCallContext, text: &str| {
            let text = needs_words(&core, &ctx, "note", text)?;
            core.effect(&ctx, Effect::Note { text }).map(|_| ())
        },
    );
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "halt(why: string)",
        "Ends this sitting as halted. The next one halts there again until the stage is rolled back or
        the script is edited.

        halt(\"the pilot group has complained\")  //! the pilot group has complained",
        move |ctx: NativeCallContext, why: &str| -> Result<(), Fault> {
            let why = needs_words(&core, &ctx, "halt", why)?;
            Err(core.halt(&ctx, &why))
        },
    );
}

fn commands(api: &mut Api<'_>) {
    let core = Arc::clone(api.core);
    api.add(
        Class,
        "command(name: string, args?: array) -> CommandResult",
        "Runs a command that `sidle.toml` allows by that name; the arguments follow its fixed ones.

        `require command(...)` holds when the exit code is 0.

        command(\"announce\").code                   //=> 0
        command(\"announce\", [\"pilot\", 24]).output  //=> \"announce pilot 24\"
        command(\"announce\", [ann])                 //! wants texts and numbers",
        move |ctx: NativeCallContext, name: &str| run_command(&core, &ctx, name, Array::new()),
    );
    let core = Arc::clone(api.core);
    api.also(move |ctx: NativeCallContext, name: &str, args: Array| {
        run_command(&core, &ctx, name, args)
    });
    api.pure(
        "CommandResult.code: int",
        "The exit code.

        command(\"announce\").code  //=> 0",
        |result: &mut CommandResult| i64::from(result.code),
    )
    .pure(
        "CommandResult.output: string",
        "The last lines of what it printed.

        command(\"announce\").output  //=> \"announce\"",
        |result: &mut CommandResult| result.output.clone(),
    )
    .pure(
        "CommandResult.passed: bool",
        "True if the exit code is 0.

        command(\"announce\").passed  //=> true",
        |result: &mut CommandResult| result.code == 0,
    );
}

fn run_command(
    core: &Core,
    ctx: &NativeCallContext,
    name: &str,
    args: Array,
) -> Result<CommandResult, Fault> {
    let name = needs_words(core, ctx, "command", name)?;
    let args = args.into_iter().map(|arg| word(core, ctx, &arg)).collect::<Result<_, _>>()?;
    match core.effect(ctx, Effect::Command { name, args })? {
        Outcome::Command { code, output } => Ok(CommandResult { code, output: output.into() }),
        other => Err(super::unfit(core, ctx, &other)),
    }
}

fn word(core: &Core, ctx: &NativeCallContext, arg: &Dynamic) -> Result<String, Fault> {
    if arg.is_string() || arg.is_int() || arg.is_float() || arg.is_bool() {
        return Ok(arg.to_string());
    }
    let help = "name what you mean: `user.address`, `pool.fqdn`";
    Err(errors::wrong_type(core, ctx, "command", "texts and numbers as arguments", arg, help))
}
