//! Maps of options: every key is known, or the nearest one is suggested.

use super::errors::{self, argument};
use crate::diagnostic::codes;
use crate::script::core::Core;
use crate::script::fault::Fault;
use crate::text;
use rhai::{Dynamic, Map, NativeCallContext};
use std::time::Duration;

/// The options of one call, taken out one by one.
pub(super) struct Options<'a> {
    core: &'a Core,
    ctx: &'a NativeCallContext<'a>,
    primitive: &'static str,
    left: Map,
    known: Vec<&'static str>,
}

impl<'a> Options<'a> {
    pub(super) fn new(
        core: &'a Core,
        ctx: &'a NativeCallContext<'a>,
        primitive: &'static str,
        options: Map,
    ) -> Self {
        Self { core, ctx, primitive, left: options, known: Vec::new() }
    }

    /// Takes an option; `()` if it is not given.
    pub(super) fn take(&mut self, name: &'static str) -> Dynamic {
        self.known.push(name);
        self.left.remove(name).map_or(Dynamic::UNIT, Dynamic::flatten)
    }

    /// Takes a whole number in a range.
    pub(super) fn number(
        &mut self,
        name: &'static str,
        least: i64,
        most: i64,
        default: i64,
    ) -> Result<i64, Fault> {
        let value = self.take(name);
        if value.is_unit() {
            return Ok(default);
        }
        match value.as_int() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            Ok(number) => Err(argument(
                self.core,
                self.ctx,
                format!("`{name}` is {number}; it goes from {least} to {most}"),
                format!("the default is {default}"),
            )),
            Err(_) => Err(self.wrong(
                name,
                "a whole number",
                &value,
                &format!("the default is {default}"),
            )),
        }
    }

    /// Takes a text.
    pub(super) fn text(&mut self, name: &'static str, help: &str) -> Result<Option<String>, Fault> {
        let value = self.take(name);
        if value.is_unit() {
            return Ok(None);
        }
        match value.as_immutable_string_ref() {
            Ok(text) => Ok(Some(text.to_string())),
            Err(_) => Err(self.wrong(name, "a string", &value, help)),
        }
    }

    /// Takes a duration.
    pub(super) fn duration(
        &mut self,
        name: &'static str,
        default: Duration,
    ) -> Result<Duration, Fault> {
        let help = format!("the default is \"{}\"", text::duration(default));
        match self.text(name, &help)? {
            Some(text) => super::time::duration(self.core, self.ctx, name, &text),
            None => Ok(default),
        }
    }

    /// Refuses an option of the wrong type.
    pub(super) fn wrong(&self, name: &str, wanted: &str, got: &Dynamic, help: &str) -> Fault {
        errors::wrong_type(self.core, self.ctx, name, wanted, got, help)
    }

    /// Refuses the value of an option.
    pub(super) fn refuse(&self, message: impl Into<String>, help: &str) -> Fault {
        argument(self.core, self.ctx, message, help)
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), Fault> {
        let Some(unknown) = self.left.keys().next() else { return Ok(()) };
        let message = format!("`{}` has no option `{unknown}`", self.primitive);
        let known = self.known.iter().copied();
        Err(errors::unknown_name(
            self.core,
            self.ctx,
            codes::VALUE_UNKNOWN_OPTION,
            message,
            unknown,
            known,
        ))
    }
}
