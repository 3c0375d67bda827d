//! The program's own counters, over time.

/// The most counters that are kept: more are not read at once.
pub const MAX_COUNTERS: usize = 16;
/// The most values of one; beyond it every second is forgotten, so that memory
/// stays bounded and the shape stays.
pub const MAX_VALUES: usize = 16_384;

/// A counter of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name.
    pub name: String,
    /// Its values, each with the time from which on it was so.
    pub values: Vec<(u64, i64)>,
}

impl Counter {
    /// The value at a time; `None` before the first, and after a gap until the
    /// next, which begins at `known_ns`.
    pub fn at(&self, t_ns: u64, known_ns: u64) -> Option<i64> {
        let after = self.values.partition_point(|(from_ns, _)| *from_ns <= t_ns);
        let (from_ns, value) = self.values[..after].last()?;
        (*from_ns >= known_ns).then_some(*value)
    }
}

/// The counters of a run.
#[derive(Debug, Default)]
pub struct Counters {
    kept: Vec<Counter>,
    more: Vec<String>,
}

impl Counters {
    /// Those that are kept, in the order of their first values.
    pub fn kept(&self) -> &[Counter] {
        &self.kept
    }

    /// How many others there are, as far as they are told apart.
    pub fn more(&self) -> usize {
        self.more.len()
    }

    pub(super) fn set(&mut self, t_ns: u64, name: &str, value: i64) {
        let known = self.kept.iter_mut().find(|counter| counter.name == name);
        let Some(counter) = known else {
            return self.add(t_ns, name, value);
        };
        if counter.values.len() >= MAX_VALUES {
            let mut keep = false;
            counter.values.retain(|_| {
                keep = !keep;
                keep
            });
        }
        counter.values.push((t_ns, value));
    }

    fn add(&mut self, t_ns: u64, name: &str, value: i64) {
        let name = name.to_owned();
        if self.kept.len() < MAX_COUNTERS {
            let values = vec![(t_ns, value)];
            self.kept.push(Counter { name, values });
        } else if self.more.len() < MAX_COUNTERS && !self.more.contains(&name) {
            self.more.push(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_keeps_its_last_value_but_not_through_a_gap() {
        let mut counters = Counters::default();
        counters.set(10, "jobs", 1);
        counters.set(20, "jobs", 3);
        counters.set(15, "other", -1);
        let jobs = &counters.kept()[0];
        let at = |t_ns, known_ns| jobs.at(t_ns, known_ns);
        assert_eq!((at(9, 0), at(10, 0), at(99, 0)), (None, Some(1), Some(3)));
        assert_eq!(at(99, 50), None);
    }

    #[test]
    fn counters_and_their_values_are_bounded() {
        let mut counters = Counters::default();
        for number in 0..MAX_COUNTERS as i64 + 2 {
            counters.set(1, &format!("c{number}"), number);
            counters.set(2, &format!("c{number}"), number);
        }
        assert_eq!((counters.kept().len(), counters.more()), (MAX_COUNTERS, 2));
        for t_ns in 3..3 * MAX_VALUES as u64 {
            counters.set(t_ns, "c0", t_ns as i64);
        }
        let values = &counters.kept()[0].values;
        assert!(values.len() <= MAX_VALUES);
        assert_eq!(
            values.last(),
            Some(&(3 * MAX_VALUES as u64 - 1, 3 * MAX_VALUES as i64 - 1))
        );
    }
}
