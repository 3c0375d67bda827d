//! The worker process: it does tasks and says that it is alive.
//!
//! A line on standard input is a task: its number, its lease's token, how long
//! it takes and how often to give a sign, in ms. On standard output there is a
//! line `beat` for each sign and `done TASK TOKEN` at the end of a task. The end
//! of the input is the end of the process.

use std::io::{self, BufRead, Write};
use std::thread;
use std::time::Duration;

use rustix::process::{Signal, set_parent_process_death_signal};

/// What the coordinator writes: a task under a lease.
pub(super) struct Order {
    pub(super) task: u64,
    pub(super) token: u64,
    pub(super) takes: Duration,
    pub(super) heartbeat: Duration,
}

impl Order {
    /// The order as a line.
    pub(super) fn line(&self) -> String {
        let (takes, heartbeat) = (self.takes.as_millis(), self.heartbeat.as_millis());
        format!("{} {} {takes} {heartbeat}\n", self.task, self.token)
    }

    fn read(line: &str) -> Option<Order> {
        let mut numbers = line.split_whitespace().map(|word| word.parse().ok());
        let mut next = || numbers.next().flatten();
        Some(Order {
            task: next()?,
            token: next()?,
            takes: Duration::from_millis(next()?),
            heartbeat: Duration::from_millis(next()?),
        })
    }
}

/// The life of a worker process. Returns at the end of its input.
///
/// # Errors
/// An input that does not read, or an output that nobody reads any more.
pub fn task_worker() -> io::Result<()> {
    // Whoever started it may die; then nobody would ever close the input.
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let Some(order) = Order::read(&line) else {
            let message = format!("`{line}` is no task");
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        };
        work(&order, &mut output)?;
    }
    Ok(())
}

fn work(order: &Order, output: &mut impl Write) -> io::Result<()> {
    let mut left = order.takes;
    while !left.is_zero() {
        let piece = left.min(order.heartbeat.max(Duration::from_millis(1)));
        thread::sleep(piece);
        left -= piece;
        if !left.is_zero() {
            writeln!(output, "beat")?;
            output.flush()?;
        }
    }
    writeln!(output, "done {} {}", order.task, order.token)?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let order = Order {
            task: 7,
            token: 9,
            takes: Duration::from_millis(3),
            heartbeat: Duration::from_millis(1),
        };
        let read = Order::read(&order.line()).unwrap();
        assert_eq!((read.task, read.token), (7, 9));
        assert_eq!((read.takes, read.heartbeat), (order.takes, order.heartbeat));
        assert!(Order::read("7 9 three 1").is_none());
    }

    #[test]
    fn a_task_gives_signs_and_then_its_result() {
        let order = Order {
            task: 7,
            token: 9,
            takes: Duration::from_millis(3),
            heartbeat: Duration::from_millis(1),
        };
        let mut output = Vec::new();
        work(&order, &mut output).unwrap();
        assert_eq!(output, b"beat\nbeat\ndone 7 9\n");
    }
}
