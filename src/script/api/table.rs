//! The one table of primitives: adding one registers it and documents it in the same call.
//!
//! An [`Api`] writes into a rhai engine and keeps a [`Primitive`] for every signature it is given.
//! There is no second list: documentation, near names and the checker read what was registered.
//!
//! Invariant: values are read-only. Setting a property of a [`Value`], asking it for a property that
//! it does not have, and comparing it with a value of another type are errors that say so.

use super::applications::ApplicationSet;
use super::errors;
use super::primitive::{EffectClass, Kind, Primitive};
use super::user_set::UserSet;
use crate::script::core::Core;
use rhai::{Dynamic, Engine, FuncRegistration, ImmutableString, Module, NativeCallContext};
use rhai::{RhaiNativeFunc, Variant};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// A value that scripts read and never change. It prints as its name.
pub(super) trait Value: Clone + Send + Sync + Display + 'static {
    /// The type as scripts name it.
    const NAME: &'static str;

    /// What to write instead of a comparison with something else.
    const COMPARE: &'static str;

    /// True if both stand for the same thing; `None` if such values are never compared.
    fn same(&self, other: &Self) -> Option<bool>;
}

/// Registers primitives and lists them.
pub(super) struct Api<'a> {
    engine: &'a mut Engine,
    pub(super) core: &'a Arc<Core>,
    modules: BTreeMap<&'static str, Module>,
    listed: Vec<Primitive>,
}

impl<'a> Api<'a> {
    pub(super) fn new(engine: &'a mut Engine, core: &'a Arc<Core>) -> Self {
        Self { engine, core, modules: BTreeMap::new(), listed: Vec::new() }
    }

    /// Adds a primitive: how it is written, its manual with examples, and what it does.
    pub(super) fn add<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        effect: EffectClass,
        signature: &'static str,
        manual: &'static str,
        body: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) -> &mut Self
    where
        R: Variant + Clone,
    {
        self.listed.push(Primitive::read(effect, signature, manual));
        self.also(body)
    }

    /// Adds a primitive that only reads.
    pub(super) fn pure<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        signature: &'static str,
        manual: &'static str,
        body: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) -> &mut Self
    where
        R: Variant + Clone,
    {
        self.add(EffectClass::Pure, signature, manual, body)
    }

    /// Adds a further form of the primitive that was added last: with other types or fewer arguments.
    pub(super) fn also<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        body: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) -> &mut Self
    where
        R: Variant + Clone,
    {
        let Some(primitive) = self.listed.last() else { return self };
        let entry = match primitive.kind {
            Kind::Property => FuncRegistration::new_getter(primitive.name),
            Kind::Operator if primitive.name == "[]" => FuncRegistration::new_index_getter(),
            Kind::Method | Kind::Function | Kind::Operator | Kind::Constant => {
                FuncRegistration::new(primitive.name).in_global_namespace()
            }
        }
        .with_volatility(true)
        .with_params_info(params_info(primitive, N));
        if let Some(module) = primitive.module {
            let module = self.modules.entry(module).or_default();
            entry.in_internal_namespace().set_into_module(module, body);
        } else {
            entry.register_into_engine(self.engine, body);
        }
        self
    }

    /// Lists a primitive that is no function: a global value.
    pub(super) fn constant(&mut self, signature: &'static str, manual: &'static str) {
        self.listed.push(Primitive::read(EffectClass::Pure, signature, manual));
    }

    /// Registers something that belongs to a type and is no primitive of its own.
    pub(super) fn plain<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        name: &str,
        body: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) -> &mut Self
    where
        R: Variant + Clone,
    {
        let entry = FuncRegistration::new(name).in_global_namespace().with_volatility(true);
        entry.register_into_engine(self.engine, body);
        self
    }

    /// Lets scripts walk over a value.
    pub(super) fn iterable<T>(&mut self)
    where
        T: Variant + Clone + IntoIterator,
        T::Item: Variant + Clone,
    {
        self.engine.register_iterator::<T>();
    }

    /// Registers a type: its name, how it prints, compares and refuses.
    pub(super) fn value<T: Value>(&mut self) {
        self.engine.register_type_with_name::<T>(T::NAME);
        self.plain("to_string", |value: T| value.to_string())
            .plain("to_debug", |value: T| value.to_string());
        self.comparisons::<T>();
        let core = Arc::clone(self.core);
        self.index_setter(
            move |ctx: NativeCallContext, value: &mut T, key: Dynamic, new: Dynamic| {
                if is_unchanged(&ctx, value, &key, new) {
                    return Ok(());
                }
                Err(errors::read_only(&core, &ctx, T::NAME, &key))
            },
        );
    }

    /// Makes an unknown property of a type an error that names the nearest one.
    pub(super) fn strict<T: Value>(&mut self) {
        let core = Arc::clone(self.core);
        let entry = FuncRegistration::new_index_getter().with_volatility(true);
        entry.register_into_engine(
            self.engine,
            move |ctx: NativeCallContext, _: &mut T, key: ImmutableString| {
                Err::<Dynamic, _>(errors::unknown_property(&core, &ctx, T::NAME, &key))
            },
        );
    }

    fn index_setter<A: 'static, const N: usize, const X: bool, R, const F: bool>(
        &mut self,
        body: impl RhaiNativeFunc<A, N, X, R, F> + Send + Sync + 'static,
    ) where
        R: Variant + Clone,
    {
        let entry = FuncRegistration::new_index_setter().with_volatility(true);
        // It changes nothing, so it may be asked of a constant too.
        let entry = entry.with_purity(true);
        entry.register_into_engine(self.engine, body);
    }

    /// `==` and `!=` compare what the values stand for. Everything else that compares is refused.
    fn comparisons<T: Value>(&mut self) {
        for (name, wanted) in [("==", true), ("!=", false)] {
            let core = Arc::clone(self.core);
            self.plain(name, move |ctx: NativeCallContext, left: &mut T, right: T| {
                let same = left.same(&right);
                same.map(|same| same == wanted)
                    .ok_or_else(|| errors::never_compared(&core, &ctx, T::NAME, T::COMPARE))
            });
            // Nothing there is a question that may be asked of every value.
            self.plain(name, move |_: &mut T, (): ()| !wanted)
                .plain(name, move |(): (), _: T| !wanted);
            self.refuse_others::<T>(name);
        }
        for name in ["<", "<=", ">", ">="] {
            self.refuse_others::<T>(name);
        }
    }

    fn refuse_others<T: Value>(&mut self, name: &'static str) {
        let core = Arc::clone(self.core);
        self.plain(name, move |ctx: NativeCallContext, _: &mut T, other: Dynamic| {
            Err::<bool, _>(errors::unlike(&core, &ctx, T::NAME, T::COMPARE, name, &other))
        });
        let core = Arc::clone(self.core);
        self.plain(name, move |ctx: NativeCallContext, other: Dynamic, _: T| {
            Err::<bool, _>(errors::unlike(&core, &ctx, T::NAME, T::COMPARE, name, &other))
        });
    }

    /// Hands the modules to the engine and yields all that was listed.
    pub(super) fn finish(self) -> Vec<Primitive> {
        for (name, module) in self.modules {
            self.engine.register_static_module(name, module.into());
        }
        self.listed
    }
}

/// Names and types of the first `count` parameters, the receiver among them, as rhai keeps them.
fn params_info(primitive: &Primitive, count: usize) -> Vec<String> {
    let receiver = primitive.receiver.map(|receiver| match receiver {
        "Selection" => "_: UserSet".to_owned(),
        receiver => format!("_: {receiver}"),
    });
    let params = primitive.params.iter().map(|param| {
        let ty = match param.ty {
            ty if ty.contains(" | ") => "any value",
            ty if ty.starts_with("#{") => "map",
            ty => ty,
        };
        format!("{}: {ty}", param.name)
    });
    let mut info: Vec<String> = receiver.into_iter().chain(params).take(count).collect();
    info.resize(count, "_: any value".to_owned());
    info
}

/// True if a property is handed back as it was.
///
/// rhai writes a property back after a chain that ends in one of its own methods that could have
/// changed it, such as `user.groups.contains(x)` or `pool.users.split(2).map(f)`. Only a value that
/// differs from what the property is shows that the script set it.
fn is_unchanged<T: Value>(
    ctx: &NativeCallContext,
    value: &mut T,
    key: &Dynamic,
    new: Dynamic,
) -> bool {
    let getter = key.as_immutable_string_ref().map(|name| format!("get${}", &*name));
    let read = |name: &str, args: &mut [&mut Dynamic]| ctx.call_native_fn_raw(name, true, args);
    let mut value = Dynamic::from(value.clone());
    let old = getter.ok().and_then(|getter| read(&getter, &mut [&mut value]).ok());
    let old = old.or_else(|| read("index$get$", &mut [&mut value, &mut key.clone()]).ok());
    let Some(old) = old else { return false };
    if let (Some(old), Some(new)) = (old.read_lock::<UserSet>(), new.read_lock::<UserSet>()) {
        // The chain may have moved users meanwhile.
        return new.is_read_like(&old);
    }
    if let (Some(old), Some(new)) =
        (old.read_lock::<ApplicationSet>(), new.read_lock::<ApplicationSet>())
    {
        return new.is_read_like(&old);
    }
    let shown = |value| ctx.call_native_fn::<ImmutableString>("to_debug", (value,)).ok();
    old.type_id() == new.type_id() && shown(old) == shown(new)
}
