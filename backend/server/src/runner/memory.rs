//! The memory of this process, and limits that the system enforces.

use std::fs::File;
use std::io::Read;

/// Address space beyond a run's memory limit: stacks of threads and what the
/// allocator reserves without using it. The system's limit is the backstop for
/// a run that takes memory faster than it is looked at.
const RESERVED_BYTES: u64 = 6 << 30;

/// Sets what the system is to enforce. Where it cannot, the run goes on under
/// the limits that this process keeps by itself.
pub(super) fn limit_process(memory_bytes: u64) {
    if let Some(now) = status_bytes("VmSize:") {
        let most = now.saturating_add(2 * memory_bytes + RESERVED_BYTES);
        let _ = rlimit::setrlimit(rlimit::Resource::AS, most, most);
    }
    // A runner that crashes leaves no image of itself behind.
    let _ = rlimit::setrlimit(rlimit::Resource::CORE, 0, 0);
    // When the machine runs out of memory, a run goes before the server does.
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
}

/// Resident bytes of this process; `None` where the system does not tell.
pub(crate) fn resident_bytes() -> Option<u64> {
    status_bytes("VmRSS:")
}

/// A line of `/proc/self/status`, which is in KiB.
fn status_bytes(name: &str) -> Option<u64> {
    let mut status = String::with_capacity(2048);
    let mut file = File::open("/proc/self/status").ok()?;
    file.read_to_string(&mut status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
