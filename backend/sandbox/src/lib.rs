//! Untrusted code: a task body in WebAssembly, and the limits that hold it.
//!
//! A module is text (`.wat`) that exports a function `task`, which takes the
//! number of a task and returns a number. It imports nothing: it can compute,
//! and that is all. Each call gets an instance of its own, so that no call sees
//! what another left behind, and three limits ([`Limits`]):
//!
//! * **fuel**, about one unit an instruction, which makes an endless loop end at
//!   the same place every time;
//! * **time**, for code that makes the machine slow in other ways: a thread
//!   ([`Clock`]) counts milliseconds, and compiled code looks at the count at
//!   each loop and call;
//! * **memory**, counted when it is asked for.
//!
//! This is the only crate that names wasmtime.

mod clock;
mod error;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use wasmtime::{
    Config, Engine, ExternType, Linker, Module, OptLevel, Store, StoreLimits, StoreLimitsBuilder,
    TypedFunc, ValType,
};

use clock::Clock;
pub use error::{CompileError, TaskError};

/// The name of the function that a module exports.
pub const ENTRY: &str = "task";

/// The most bytes of a module's text: a task body of a lesson has a few hundred.
pub const MAX_TEXT_BYTES: usize = 16 << 10;

/// The most bytes of stack of a call: deep enough for a recursion of some
/// thousand, small beside the stack of a thread.
const MAX_STACK_BYTES: usize = 256 << 10;

/// The most entries of all tables of an instance, which the memory limit does
/// not count.
const MAX_TABLE_ENTRIES: usize = 10_000;

/// What one call may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Units of fuel: about as many instructions.
    pub fuel: u64,
    /// Bytes of linear memory.
    pub memory_bytes: usize,
    /// Time on the clock, to the millisecond.
    pub time: Duration,
}

impl Default for Limits {
    /// Ten million instructions, 1 MiB, 200 ms: what a task of a lesson needs a
    /// hundred times over, and what a reader does not wait for.
    fn default() -> Self {
        Limits {
            fuel: 10_000_000,
            memory_bytes: 1 << 20,
            time: Duration::from_millis(200),
        }
    }
}

/// A compiled task body. Clones are the same.
#[derive(Clone)]
pub struct TaskBody {
    engine: Engine,
    module: Module,
    limits: Limits,
    /// Started by the first call: who only compiles needs no thread.
    clock: Arc<OnceLock<Clock>>,
}

impl TaskBody {
    /// Compiles a module's text. Nothing of it is executed yet.
    ///
    /// # Errors
    /// [`CompileError`]: it is too long, it does not read (with the line), it
    /// imports something, or has no function `task` from `i64` to `i64`.
    pub fn compile(text: &str, limits: Limits) -> Result<TaskBody, CompileError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(CompileError::TooLong { bytes: text.len() });
        }
        let engine = Engine::new(&config(limits)).map_err(CompileError::engine)?;
        let module = Module::new(&engine, text).map_err(|error| CompileError::text(&error))?;
        if let Some(import) = module.imports().next() {
            return Err(CompileError::Imports {
                name: format!("{}.{}", import.module(), import.name()),
            });
        }
        if !module
            .get_export(ENTRY)
            .is_some_and(|export| is_entry(&export))
        {
            return Err(CompileError::NoEntry);
        }
        Ok(TaskBody {
            clock: Arc::default(),
            engine,
            module,
            limits,
        })
    }

    /// Calls `task` with the number of a task. It blocks the thread for as long
    /// as the limit of time at most.
    ///
    /// # Errors
    /// [`TaskError`]: a limit was met, or the code trapped.
    pub fn call(&self, task: i64) -> Result<i64, TaskError> {
        self.clock.get_or_init(|| Clock::start(self.engine.clone()));
        let mut store = self.store();
        let called = self.entry(&mut store);
        let called = called.and_then(|entry| entry.call(&mut store, task));
        called.map_err(|error| TaskError::of(&error, self.limits, store.data().asked_too_much))
    }

    /// The limits of each call.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    fn store(&self) -> Store<Held> {
        let limits = StoreLimitsBuilder::new()
            .memory_size(self.limits.memory_bytes)
            .table_elements(MAX_TABLE_ENTRIES)
            .instances(1)
            .build();
        let held = Held {
            limits,
            most_memory: self.limits.memory_bytes,
            asked_too_much: false,
        };
        let mut store = Store::new(&self.engine, held);
        store.limiter(|held| held);
        store.set_epoch_deadline(clock::ticks(self.limits.time));
        // The engine counts fuel: it was configured so.
        store
            .set_fuel(self.limits.fuel)
            .expect("an engine that counts fuel");
        store
    }

    /// The function of an instance of its own.
    fn entry(&self, store: &mut Store<Held>) -> wasmtime::Result<TypedFunc<i64, i64>> {
        let instance = Linker::new(&self.engine).instantiate(&mut *store, &self.module)?;
        instance.get_typed_func(store, ENTRY)
    }
}

/// Whether it is a function from `i64` to `i64`.
fn is_entry(export: &ExternType) -> bool {
    let ExternType::Func(function) = export else {
        return false;
    };
    let is_one_number = |mut types: Box<dyn Iterator<Item = ValType> + '_>| {
        matches!((types.next(), types.next()), (Some(ValType::I64), None))
    };
    is_one_number(Box::new(function.params())) && is_one_number(Box::new(function.results()))
}

/// What a store has beside the code's own: its limits.
struct Held {
    limits: StoreLimits,
    most_memory: usize,
    /// More memory was asked for than there may be.
    asked_too_much: bool,
}

impl wasmtime::ResourceLimiter for Held {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.asked_too_much |= desired > self.most_memory;
        self.limits.memory_growing(current, desired, maximum)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.limits.table_growing(current, desired, maximum)
    }
}

/// An engine that counts fuel and time, and reserves no more address space than
/// the memory it may have: runs are limited in that too.
fn config(limits: Limits) -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .max_wasm_stack(MAX_STACK_BYTES)
        .memory_reservation(limits.memory_bytes as u64)
        .memory_guard_size(0)
        .memory_reservation_for_growth(0)
        .cranelift_opt_level(OptLevel::Speed);
    config
}
