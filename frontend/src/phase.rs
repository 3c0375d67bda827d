//! Where a run is, as the page sees it.

/// Where a run is, as the page sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has been run yet.
    #[default]
    Idle,
    /// Asked for; it waits behind `position` others.
    Queued { position: u32 },
    /// Its events arrive.
    Running,
    /// It has ended, however it went.
    Ended,
    /// It never began, or its story cannot be read: the page says why.
    Failed,
    /// The connection was lost while it ran; the page tries again.
    Lost,
}

impl Phase {
    /// The word for it in the page's `data-phase`.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Idle => "idle",
            Phase::Queued { .. } => "queued",
            Phase::Running => "running",
            Phase::Ended => "ended",
            Phase::Failed => "failed",
            Phase::Lost => "lost",
        }
    }

    /// Whether a run is under way.
    pub fn is_active(self) -> bool {
        match self {
            Phase::Queued { .. } | Phase::Running | Phase::Lost => true,
            Phase::Idle | Phase::Ended | Phase::Failed => false,
        }
    }
}
