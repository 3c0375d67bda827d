//! Whether somebody else used the machine while a workload was measured.

use std::fs;

/// Above so many processors' worth of other work the figures are doubtful.
const BUSY: f64 = 0.15;

/// Processor time so far, in the ticks of the system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Of all processors, idle or not.
    total: u64,
    /// Not idle.
    worked: u64,
    /// Of our own programs, those that have ended.
    ours: u64,
    processors: u64,
}

impl Load {
    /// `None` where the system does not tell: anywhere but on Linux.
    pub(super) fn now() -> Option<Load> {
        let all = fs::read_to_string("/proc/stat").ok()?;
        let own = fs::read_to_string("/proc/self/stat").ok()?;
        Load::parse(&all, &own)
    }

    fn parse(all: &str, own: &str) -> Option<Load> {
        let mut fields = all.lines().next()?.split_whitespace();
        (fields.next()? == "cpu").then_some(())?;
        // user nice system idle iowait irq softirq steal; guests are in user.
        let ticks: Vec<u64> = fields.take(8).map_while(|tick| tick.parse().ok()).collect();
        let total = ticks.iter().sum();
        let idle = ticks.get(3)? + ticks.get(4)?;
        let processors = all.lines().filter(|line| line.starts_with("cpu")).count() - 1;
        // The name of the program, in brackets, may hold blanks. After it:
        // utime and stime are fields 11 and 12, those of ended children next.
        let mut own = own.rsplit(')').next()?.split_whitespace().skip(11);
        let mut next = || own.next()?.parse::<u64>().ok();
        let ours = next()? + next()? + next()? + next()?;
        Some(Load {
            total,
            worked: total - idle,
            ours,
            processors: processors as u64,
        })
    }

    /// How many processors were busy with other work since `earlier`.
    fn others_since(self, earlier: Load) -> f64 {
        let total = self.total.saturating_sub(earlier.total).max(1) as f64;
        let worked = self.worked.saturating_sub(earlier.worked);
        let others = worked.saturating_sub(self.ours - earlier.ours) as f64;
        others / total * self.processors as f64
    }
}

/// Whether others worked since `earlier`, and how many processors' worth.
pub(super) fn busy_since(earlier: Option<Load>) -> Option<f64> {
    let others = Load::now()?.others_since(earlier?);
    (others > BUSY).then_some(others)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(busy: u64, idle: u64, children: u64) -> Load {
        let all = format!("cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\ncpu0 1\ncpu1 1\nintr 5\n");
        let own = format!("12 (x) task) S 1 1 1 0 -1 0 0 0 0 0 3 4 {children} 0 20 0 1");
        Load::parse(&all, &own).unwrap()
    }

    #[test]
    fn our_own_work_is_not_the_work_of_others() {
        let (before, after) = (load(1000, 500, 100), load(1150, 550, 200));
        // 200 ticks on two processors; 150 worked, of them 100 for us.
        assert_eq!(after.others_since(before), 0.5);
        assert_eq!(load(1100, 600, 200).others_since(before), 0.0);
    }

    #[test]
    fn what_is_no_such_file_is_no_load() {
        assert!(Load::parse("", "").is_none());
        assert!(Load::parse("cpu 1 2 3 4 5 6 7 8\n", "1 (a) S").is_none());
    }
}
