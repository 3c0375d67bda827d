//! Time to pixels and back, in whole nanoseconds and whole pixels: with
//! floating-point time whole bands of a long run vanish.

/// The shortest stretch of time that a picture shows: over [`MAX_COLUMNS`], so
/// that no column of pixels is shorter than a nanosecond.
pub const MIN_RANGE_NS: u64 = 10_000;
/// The widest picture, in columns of the screen's own pixels.
pub const MAX_COLUMNS: u32 = 8_192;
/// The latest time that a picture shows: 292 years, so that sums fit.
pub const MAX_NS: u64 = i64::MAX as u64;

/// Which stretch of time the reader looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// All of the run, also while it grows.
    #[default]
    Whole,
    /// From one time to another.
    Part { from_ns: u64, to_ns: u64 },
    /// The last stretch of this length, also while the run grows.
    Latest { len_ns: u64 },
}

/// A stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// Its beginning.
    pub from_ns: u64,
    /// Its end, at least [`MIN_RANGE_NS`] later.
    pub to_ns: u64,
}

impl Range {
    /// A stretch of at least [`MIN_RANGE_NS`].
    pub fn new(from_ns: u64, to_ns: u64) -> Range {
        let from_ns = from_ns.min(MAX_NS - MIN_RANGE_NS);
        Range {
            from_ns,
            to_ns: to_ns.clamp(from_ns + MIN_RANGE_NS, MAX_NS),
        }
    }

    /// How long it is.
    pub fn len_ns(&self) -> u64 {
        self.to_ns - self.from_ns
    }
}

impl Window {
    /// The stretch that it shows of a run that is `now_ns` long.
    pub fn range(&self, now_ns: u64) -> Range {
        match *self {
            Window::Whole => Range::new(0, now_ns),
            Window::Part { from_ns, to_ns } => Range::new(from_ns, to_ns),
            Window::Latest { len_ns } => {
                let to_ns = Window::Whole.range(now_ns).to_ns;
                Range::new(to_ns.saturating_sub(len_ns.max(MIN_RANGE_NS)), to_ns)
            }
        }
    }

    /// Keeps the end of the run in view from now on, or leaves off. The whole
    /// run has its end in view already.
    pub fn follow(&self, now_ns: u64, on: bool) -> Window {
        let range = self.range(now_ns);
        match (self, on) {
            (Window::Whole, _) => Window::Whole,
            (_, true) => Window::Latest {
                len_ns: range.len_ns(),
            },
            (_, false) => Window::Part {
                from_ns: range.from_ns,
                to_ns: range.to_ns,
            },
        }
    }

    /// Shows `numerator / denominator` of what was shown, with the time
    /// `about_ns` where it was. Wider than the run is the whole of it.
    pub fn zoom(&self, now_ns: u64, about_ns: u64, numerator: u64, denominator: u64) -> Window {
        let range = self.range(now_ns);
        let whole = Window::Whole.range(now_ns);
        let about_ns = about_ns.clamp(range.from_ns, range.to_ns);
        let scaled = |ns: u64| {
            let scaled = u128::from(ns) * u128::from(numerator) / u128::from(denominator.max(1));
            u64::try_from(scaled).unwrap_or(MAX_NS).min(MAX_NS)
        };
        let len_ns = scaled(range.len_ns()).max(MIN_RANGE_NS);
        if len_ns >= whole.len_ns() {
            return Window::Whole;
        }
        // The part before the fixed time keeps its share of the whole.
        let before = u128::from(about_ns - range.from_ns) * u128::from(len_ns);
        let before_ns = (before / u128::from(range.len_ns())) as u64;
        self.part(about_ns.saturating_sub(before_ns), len_ns, whole)
    }

    /// Moves by `by_ns`, but not out of the run.
    pub fn pan(&self, now_ns: u64, by_ns: i64) -> Window {
        let range = self.range(now_ns);
        let whole = Window::Whole.range(now_ns);
        if *self == Window::Whole {
            return Window::Whole;
        }
        let from_ns = range.from_ns.saturating_add_signed(by_ns);
        self.part(from_ns, range.len_ns(), whole)
    }

    /// Moves so that a span is in view, and no more than that.
    pub fn reveal(&self, now_ns: u64, from_ns: u64, to_ns: u64) -> Window {
        let range = self.range(now_ns);
        if to_ns > range.from_ns && from_ns < range.to_ns || *self == Window::Whole {
            return *self;
        }
        // A little of what was before it stays in view.
        let from_ns = from_ns.saturating_sub(range.len_ns() / 8);
        self.part(from_ns, range.len_ns(), Window::Whole.range(now_ns))
    }

    /// A stretch within the run. Who followed the end of the run goes on to
    /// as long as that is where the stretch ends.
    fn part(&self, from_ns: u64, len_ns: u64, whole: Range) -> Window {
        let from_ns = from_ns.min(whole.to_ns.saturating_sub(len_ns));
        let to_ns = from_ns + len_ns;
        match self {
            Window::Latest { .. } if to_ns == whole.to_ns => Window::Latest { len_ns },
            _ => Window::Part { from_ns, to_ns },
        }
    }
}

/// A stretch of time laid over a stretch of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scale {
    /// The time.
    pub range: Range,
    /// The pixel at which it begins.
    pub left: u32,
    /// How many pixels it takes, at least 1.
    pub width: u32,
}

impl Scale {
    /// A stretch of time over pixels `left..left + width`.
    pub fn new(range: Range, left: u32, width: u32) -> Scale {
        Scale {
            range,
            left,
            width: width.clamp(1, MAX_COLUMNS),
        }
    }

    /// The pixel of a time; beyond the edges it is the edge.
    pub fn x(&self, t_ns: u64) -> u32 {
        let t_ns = t_ns.clamp(self.range.from_ns, self.range.to_ns);
        let past = u128::from(t_ns - self.range.from_ns) * u128::from(self.width);
        self.left + (past / u128::from(self.range.len_ns())) as u32
    }

    /// The pixel of a time with its fraction, for lines between pixels.
    pub fn x_exact(&self, t_ns: u64) -> f64 {
        let t_ns = t_ns.clamp(self.range.from_ns, self.range.to_ns);
        let share = (t_ns - self.range.from_ns) as f64 / self.range.len_ns() as f64;
        f64::from(self.left) + share * f64::from(self.width)
    }

    /// The first time that falls on column `column`, counted from the left
    /// edge: [`Scale::x`] of it is that column.
    pub fn column_ns(&self, column: u32) -> u64 {
        let column = column.min(self.width);
        let past = u128::from(column) * u128::from(self.range.len_ns());
        self.range.from_ns + past.div_ceil(u128::from(self.width)) as u64
    }

    /// The time at a pixel, which may lie beyond the edges.
    pub fn t_ns(&self, x: f64) -> u64 {
        let share = ((x - f64::from(self.left)) / f64::from(self.width)).clamp(0.0, 1.0);
        self.range.from_ns + (share * self.range.len_ns() as f64) as u64
    }

    /// How many nanoseconds `pixels` are.
    pub fn ns_of(&self, pixels: f64) -> i64 {
        (pixels * self.range.len_ns() as f64 / f64::from(self.width)) as i64
    }

    /// Whether any of a span is in view.
    pub fn shows(&self, from_ns: u64, to_ns: u64) -> bool {
        to_ns >= self.range.from_ns && from_ns <= self.range.to_ns
    }
}

/// Where two fingers are, in pixels.
pub type Fingers = (f64, f64);

/// The window after two fingers went from one place to another, over the pixels
/// `left..left + width`: what lay between them still does.
pub fn pinch(
    window: Window,
    now_ns: u64,
    (left, width): (u32, u32),
    from: Fingers,
    to: Fingers,
) -> Window {
    /// One in so many steps of a zoom.
    const FINE: f64 = 1024.0;
    let apart = |(one, other): Fingers| ((one - other).abs().max(1.0) * FINE) as u64;
    let middle = |(one, other): Fingers| f64::midpoint(one, other);
    let over = |window: Window| Scale::new(window.range(now_ns), left, width);
    let about_ns = over(window).t_ns(middle(from));
    let zoomed = window.zoom(now_ns, about_ns, apart(from), apart(to));
    zoomed.pan(now_ns, over(zoomed).ns_of(middle(from) - middle(to)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_without_events_has_a_range_too() {
        assert_eq!(Window::Whole.range(0).len_ns(), MIN_RANGE_NS);
    }

    #[test]
    fn zooming_out_of_the_run_is_the_whole() {
        let window = Window::Part {
            from_ns: 1_000_000,
            to_ns: 2_000_000,
        };
        assert_eq!(window.zoom(5_000_000, 1_500_000, 100, 1), Window::Whole);
    }

    #[test]
    fn panning_stops_at_the_ends_of_the_run() {
        let window = Window::Part {
            from_ns: 1_000_000,
            to_ns: 2_000_000,
        };
        let end = Window::Part {
            from_ns: 4_000_000,
            to_ns: 5_000_000,
        };
        let start = Window::Part {
            from_ns: 0,
            to_ns: 1_000_000,
        };
        assert_eq!(window.pan(5_000_000, i64::MAX), end);
        assert_eq!(window.pan(5_000_000, i64::MIN), start);
    }

    #[test]
    fn a_span_out_of_view_is_brought_into_view() {
        let window = Window::Part {
            from_ns: 0,
            to_ns: 100_000,
        };
        let moved = window.reveal(1_000_000, 500_000, 500_010).range(1_000_000);
        assert!(moved.from_ns < 500_000 && moved.to_ns > 500_010);
        assert_eq!(moved.len_ns(), 100_000);
        assert_eq!(window.reveal(1_000_000, 50_000, 500_000), window);
    }

    /// Something that a hand does to a window.
    #[derive(Clone, Debug)]
    enum Hand {
        Grow(u64),
        Zoom(f64, u64),
        Pan(i64),
        Reveal(f64),
    }

    fn any_hand() -> impl Strategy<Value = Hand> {
        prop_oneof![
            (0..50_000_000u64).prop_map(Hand::Grow),
            (0.0..=1.0f64, 500..1_500u64).prop_map(|(at, factor)| Hand::Zoom(at, factor)),
            (-20_000_000..20_000_000i64).prop_map(Hand::Pan),
            (0.0..1.0f64).prop_map(Hand::Reveal),
        ]
    }

    proptest! {
        #[test]
        fn who_follows_has_the_end_in_view_until_a_hand_leads_back(
            mut now_ns in 1_000_000u64..1 << 40,
            len_ns in MIN_RANGE_NS..1_000_000,
            hands in prop::collection::vec(any_hand(), 1..40),
        ) {
            let mut window = Window::Part { from_ns: 0, to_ns: len_ns }.follow(now_ns, true);
            for hand in hands {
                let before = window;
                let at = |share: f64| (now_ns as f64 * share) as u64;
                match hand {
                    Hand::Grow(by_ns) => now_ns += by_ns,
                    Hand::Zoom(share, factor) => {
                        window = window.zoom(now_ns, at(share), factor, 1_000);
                    }
                    Hand::Pan(by_ns) => window = window.pan(now_ns, by_ns),
                    Hand::Reveal(share) => {
                        window = window.reveal(now_ns, at(share), at(share) + 1);
                    }
                }
                let range = window.range(now_ns);
                prop_assert!(range.to_ns <= now_ns);
                match (before, window) {
                    (_, Window::Latest { .. } | Window::Whole) => {
                        prop_assert_eq!(range.to_ns, now_ns);
                    }
                    // It left off, and only because its end moved back.
                    (Window::Latest { .. }, _) => prop_assert!(range.to_ns < now_ns),
                    _ => {}
                }
                let follows = |window| matches!(window, Window::Latest { .. });
                prop_assert!(follows(before) || !follows(window));
            }
        }

        #[test]
        fn what_lies_between_two_fingers_stays_there(
            from in (0.0..500.0f64, 550.0..1_000.0f64),
            to in (0.0..500.0f64, 550.0..1_000.0f64),
        ) {
            let now_ns = 1_000_000_000;
            let window = Window::Part { from_ns: 400_000_000, to_ns: 600_000_000 };
            let over = |window: Window| Scale::new(window.range(now_ns), 0, 1_000);
            let pinched = pinch(window, now_ns, (0, 1_000), from, to);
            let range = pinched.range(now_ns);
            // Otherwise an end of the run stopped it.
            if range.from_ns > 0 && range.to_ns < now_ns {
                let t_ns = over(window).t_ns(f64::midpoint(from.0, from.1));
                let x = over(pinched).x_exact(t_ns);
                prop_assert!((x - f64::midpoint(to.0, to.1)).abs() < 2.0, "{x}");
                let wider = (to.1 - to.0) / (from.1 - from.0);
                let len_ns = 200_000_000.0 / wider;
                prop_assert!((range.len_ns() as f64 / len_ns - 1.0).abs() < 0.01);
            }
        }

        #[test]
        fn a_window_that_leaves_off_shows_what_it_showed(
            now_ns in 1_000_000u64..1 << 40,
            len_ns in MIN_RANGE_NS..1 << 40,
            later_ns in 0u64..1 << 40,
        ) {
            let followed = Window::Latest { len_ns };
            let left = followed.follow(now_ns, false);
            prop_assert_eq!(left.range(now_ns), followed.range(now_ns));
            prop_assert_eq!(left.range(now_ns + later_ns), followed.range(now_ns));
            let whole = Window::Whole.follow(now_ns, true);
            prop_assert_eq!(whole, Window::Whole);
        }

        #[test]
        fn a_pixel_and_its_first_time_agree(
            from_ns in 0..MAX_NS,
            len_ns in MIN_RANGE_NS..MAX_NS,
            width in 1..=MAX_COLUMNS,
            column in 0..MAX_COLUMNS,
        ) {
            let scale = Scale::new(Range::new(from_ns, from_ns.saturating_add(len_ns)), 100, width);
            let column = column % width;
            let t_ns = scale.column_ns(column);
            prop_assert_eq!(scale.x(t_ns), 100 + column);
            if t_ns > scale.range.from_ns {
                prop_assert!(scale.x(t_ns - 1) < 100 + column);
            }
        }

        #[test]
        fn the_fixed_time_of_a_zoom_stays_where_it_was(
            now_ns in 1_000_000u64..1 << 40,
            share in 0.0..1.0f64,
            steps in prop::collection::vec(any::<bool>(), 0..60),
        ) {
            let about_ns = (now_ns as f64 * share) as u64;
            let mut window = Window::Whole;
            for inward in steps {
                let (numerator, denominator) = if inward { (4, 5) } else { (5, 4) };
                window = window.zoom(now_ns, about_ns, numerator, denominator);
                let range = window.range(now_ns);
                prop_assert!(range.from_ns <= about_ns && about_ns <= range.to_ns);
                prop_assert!(range.len_ns() >= MIN_RANGE_NS && range.to_ns <= now_ns);
            }
        }
    }
}
