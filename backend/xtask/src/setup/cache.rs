//! The tools' cache, which one set-up at a time writes to.

use std::fs::{self, File, TryLockError};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::workspace;

/// The cache, held until it is dropped. The lock is the file's, so that it is
/// free again when its process ends, however it ends.
pub(super) struct Cache {
    pub(super) folder: PathBuf,
    _lock: File,
}

impl Cache {
    /// Waits for another set-up to end where there is one.
    pub(super) fn hold() -> Result<Cache, Failure> {
        let folder = workspace::tools()?;
        let cannot = |error: std::io::Error| {
            Failure::new(format!("cannot write to {}: {error}", folder.display()))
                .mend("Set INTERLEAVE_TOOLS to a folder that may be written to.")
        };
        fs::create_dir_all(&folder).map_err(cannot)?;
        let lock = File::create(folder.join("lock")).map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                eprintln!("set-up: waiting for another one on this machine to end");
                lock.lock().map_err(cannot)?;
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        Ok(Cache {
            folder,
            _lock: lock,
        })
    }
}
