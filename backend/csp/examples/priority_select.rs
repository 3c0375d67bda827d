//! All that is urgent first, then the rest; closed channels do not spin.

use csp::patterns::Prioritized;
use csp::run::Config;
use csp::{chan, native, println};

fn main() {
    native::run(Config::default(), async {
        let (urgent, other) = (chan(5), chan(5));
        for number in 1..=5 {
            other.send(number).await;
            urgent.send(number).await;
        }
        urgent.close();
        other.close();
        let mut both = Prioritized::new(urgent.receiver(), other.receiver());
        while let Some((priority, number)) = both.recv().await {
            println!("{priority:?} {number}");
        }
    });
}
