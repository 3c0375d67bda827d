//! Lanes of Ps: steps from run to run, signs, and what is said of them.

use protocol::event::NO_P;
use protocol::{Event, Frame, Kind, Reason};

use crate::i18n::Lang;
use crate::model::Model;
use crate::picture::lanes::{By, on_processor, span_of};
use crate::picture::legend::{self, Ends};
use crate::picture::scale::{Range, Scale};
use crate::picture::sentence::processor::{Part, of_point, of_processor, of_run};
use crate::picture::signs;
use crate::picture::walk::{Chosen, Step};

/// P0 runs main, then worker; P1 is idle for 30 ms, then steals `late` from P0.
fn story() -> Model {
    let ms = 1_000_000;
    let created = |child, name: &str| Kind::Created {
        child,
        name: Some(name.into()),
    };
    let waits = Kind::Blocked {
        reason: Reason::WaitGroup,
        object: 1,
    };
    let story = [
        (0, NO_P, 0, created(1, "main")),
        (0, 0, 1, Kind::Started),
        (5, 1, 0, Kind::Idle),
        (10, 0, 1, created(2, "worker")),
        (10, 0, 1, created(3, "late")),
        (10, 0, 1, Kind::Queue { len: 2 }),
        (30, 0, 1, waits.clone()),
        (30, 0, 2, Kind::Started),
        (30, 0, 0, Kind::Queue { len: 1 }),
        (35, 1, 0, Kind::Awake),
        (36, 1, 3, Kind::Stolen { from: 0, count: 1 }),
        (36, 0, 3, Kind::Queue { len: 0 }),
        (40, 1, 3, Kind::Started),
        (60, 0, 2, Kind::Preempted { ran_ns: 30 * ms }),
        (60, NO_P, 2, Kind::Queue { len: 1 }),
        (80, 1, 3, Kind::Ended),
        (80, 1, 2, Kind::Started),
        (100, 1, 2, waits),
    ];
    let events = story
        .into_iter()
        .map(|(at_ms, p, g, kind)| Event {
            t_ns: at_ms * ms,
            p,
            g,
            at: 0,
            kind,
        })
        .collect();
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    model
}

fn scale() -> Scale {
    Scale::new(Range::new(0, 100_000_000), 0, 1_000)
}

/// Every run on every P, by steps to the right and down.
#[test]
fn the_arrows_lead_along_and_across_the_ps() {
    let model = story();
    let by = By::Processor;
    assert_eq!(by.count(&model), 3);
    let name = |chosen: Option<Chosen>| {
        let chosen = chosen.expect("a step leads somewhere");
        model.goroutine_name(model.lanes()[chosen.lane].g)
    };
    let first = by.step(&model, None, Step::After, 0);
    assert_eq!(name(first), "main");
    let second = by.step(&model, first, Step::After, 0);
    assert_eq!(name(second), "worker");
    assert_eq!(by.step(&model, second, Step::After, 0), second);
    assert_eq!(by.step(&model, second, Step::Before, 0), first);
    let below = by.step(&model, second, Step::Below, 0);
    assert_eq!(name(below), "late");
    assert_eq!(below.and_then(|it| by.row_of(&model, it)), Some(1));
    assert_eq!(name(by.step(&model, below, Step::Last, 0)), "worker");
    assert_eq!(name(by.step(&model, below, Step::Above, 0)), "worker");
    for (p, processor) in model.processors().list().iter().enumerate() {
        for (index, stretch) in processor.stretches.iter().enumerate() {
            if let Some(chosen) = span_of(&model, stretch) {
                assert_eq!(on_processor(&model, chosen), Some((p, index)));
            }
        }
    }
}

#[test]
fn a_run_says_how_it_came_and_how_it_went() {
    let model = story();
    let under = |row, ms: u64| By::Processor.under(&model, row, ms * 1_000_000, ms * 1_000_000);
    let late = under(1, 50).expect("late ran then");
    assert_eq!(
        of_run(&model, late, 0, Lang::En),
        " P1 had nothing to run, and stole late from P0."
    );
    let worker = under(0, 50).expect("worker ran then");
    assert_eq!(
        of_run(&model, worker, 0, Lang::Zh),
        "worker 在 P0 上被抢占：已运行 30\u{2009}ms，超出时间片。"
    );
    assert_eq!(under(1, 20), None);
    assert_eq!(under(2, 20), None);
}

#[test]
fn what_the_pointer_means_on_a_lane_of_a_p_is_said() {
    let model = story();
    let at = |row, part, x| of_point(&model, (row, part), (&scale(), x), 100_000_000, Lang::En);
    let said = at(1, Part::Bar, 200.0).expect("it was idle");
    assert_eq!(
        said,
        "P1 was idle for 30\u{2009}ms: there was nothing to run"
    );
    let said = at(1, Part::Signs, 362.0).expect("a sign is there");
    assert_eq!(said, "P1 had nothing to run, and stole late from P0");
    assert_eq!(at(0, Part::Bar, 200.0), None);
    let said = at(0, Part::Queue, 200.0).expect("its length is known");
    assert_eq!(said, "2 goroutines stood in the queue of P0");
    let said = at(2, Part::Bar, 700.0).expect("its length is known");
    assert_eq!(said, "1 goroutine stood in the global queue");
    assert_eq!(at(2, Part::Bar, 100.0), None);
}

#[test]
fn signs_close_together_are_one_that_counts() {
    let model = story();
    let wide = Scale::new(Range::new(0, 100_000_000), 0, 1_000);
    let drawn = signs::drawn(&model.processors().list()[0], &wide);
    assert_eq!(drawn.iter().map(|sign| sign.more).sum::<usize>(), 0);
    let steal = |t_ns| Event {
        t_ns,
        p: 0,
        g: 1,
        at: 0,
        kind: Kind::Stolen { from: 1, count: 1 },
    };
    let mut model = Model::new();
    model.apply(&Frame::Events {
        first_seq: 0,
        events: (0..500).map(|at| steal(at * 1_000)).collect(),
    });
    let drawn = signs::drawn(&model.processors().list()[0], &wide);
    assert_eq!((drawn.len(), drawn[0].more), (1, 499));
}

#[test]
fn the_legend_and_the_list_name_what_occurs() {
    let model = story();
    let html = legend::html(&model, By::Processor, Ends::default(), Lang::En);
    for said in ["idle", "stolen from another P", "preempted", "run queue"] {
        assert!(html.contains(said), "{said}");
    }
    for absent in ["handed off", "overran", "system call"] {
        assert!(!html.contains(absent), "{absent}");
    }
    let said = of_processor(&model, 1, Lang::En);
    assert!(said.starts_with("P1 ran goroutines for 60\u{2009}ms; steals: 1"));
}
