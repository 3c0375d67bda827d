//! Task bodies in WebAssembly, as experiments take them: the one place that
//! knows both sides.

use std::sync::Arc;

use experiments::TaskBody;
use sandbox::Limits;

/// What a request may hold is what the sandbox takes.
const _: () = assert!(protocol::run::MAX_TASK_BODY_BYTES == sandbox::MAX_TEXT_BYTES);

/// A task body of the sandbox, for an experiment.
struct Sandboxed(sandbox::TaskBody);

impl TaskBody for Sandboxed {
    fn call(&self, task: i64) -> Result<i64, String> {
        self.0.call(task).map_err(|error| error.to_string())
    }
}

/// Compiles a task body. Nothing of it is executed yet.
///
/// # Errors
/// What is wrong with the text, in words for whoever wrote it.
pub(crate) fn compile(text: &str) -> Result<Arc<dyn TaskBody>, String> {
    match sandbox::TaskBody::compile(text, Limits::default()) {
        Ok(body) => Ok(Arc::new(Sandboxed(body))),
        Err(error) => Err(error.to_string()),
    }
}
