//! Go's rules as plain async functions, which know no executor: the same bodies
//! run on every scheduler, and those without timers and goroutines inside of
//! other runtimes too.
//!
//! Each module ends with lists of its rules, as macros that hand the names to
//! another macro: `context_rules!(native)` makes a test of each.

pub(crate) mod context;
