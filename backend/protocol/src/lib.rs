//! What crosses the wire between the page, the server and a runner process.
//!
//! ```text
//! page ──RunRequest (JSON)──► server ──RunRequest (JSON line)──► runner
//! page ◄──frames (WebSocket)── server ◄──frames (standard output)── runner
//! ```
//!
//! * [`run`]: what is asked for, and how it went.
//! * [`event`]: what happened during a run, one [`Event`] at a time.
//! * [`frame`]: events and the rest of a run's story, packed in binary frames.
//! * [`ndjson`]: the same story as lines of JSON.
//! * [`catalogue`]: experiments and the parameters that a form is made from.
//! * [`lesson`]: lessons as the page gets them.
//! * [`limits`]: every limit that a run can meet, by name.
//! * [`packed`]: what the page gets in place of JSON.
//! * [`error`]: what an error looks like in JSON.
//!
//! What only JSON is made of, and its dependency, are the feature `json`, which
//! the page does without.
//!
//! Types and their encoding only: no transport, no file, no clock. The crate
//! builds for wasm32.

pub mod catalogue;
pub mod error;
pub mod event;
pub mod frame;
pub mod lesson;
pub mod limits;
#[cfg(feature = "json")]
pub mod ndjson;
pub mod packed;
pub mod run;

pub use catalogue::{Experiment, Metric, Parameter, ParameterKind, Text};
#[cfg(feature = "json")]
pub use error::ApiError;
pub use error::ErrorCode;
pub use event::{AtomicOp, Event, Kind, LockMode, ObjectKind, Place, Reason, Value};
pub use frame::{Frame, FrameHeader};
pub use limits::{LimitMet, LimitName, Limits};
pub use run::{Outcome, RunEnd, RunHeader};
#[cfg(feature = "json")]
pub use run::{RunRequest, RunState, RunStatus};

/// The version of everything in this crate. A page and a server of different
/// versions do not understand each other and say so: the first frame of every
/// run carries it.
pub const VERSION: u16 = 4;
