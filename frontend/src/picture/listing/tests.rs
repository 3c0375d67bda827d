//! Lines, and what stands and began on them.

use protocol::{Event, Frame, Kind, Place, Reason};

use super::*;
use crate::model::world::News;

const HTML: &str = "<span class=\"line\"><span class=\"hl-keyword\">let</span> a;\n</span>\
                    <span class=\"line\">send();\n</span><span class=\"line\">}\n</span>";

fn event(t_ns: u64, g: u32, at: u32, kind: Kind) -> Event {
    Event {
        t_ns,
        p: 0,
        g,
        at,
        kind,
    }
}

fn listed() -> Listed {
    Listed::new("src/a.rs", 30, HTML)
}

/// Goroutine 2 blocks twice on line 31, and 3 once; both were made on line 30.
fn run() -> (Model, World) {
    let (mut model, mut world) = (Model::new(), World::default());
    let place = |file: &str, line| Place {
        file: file.into(),
        line,
        column: 5,
    };
    model.apply(&Frame::Places {
        first: 1,
        places: vec![
            place("src/a.rs", 30),
            place("src/a.rs", 31),
            place("src/b.rs", 31),
            place("src/a.rs", 99),
        ],
    });
    let created = |child| Kind::Created { child, name: None };
    let (reason, object) = (Reason::ChanSend, 7);
    let blocked = Kind::Blocked { reason, object };
    let woken = Kind::Woken { woken: 2, object };
    let events = vec![
        event(1, 1, 1, created(2)),
        event(2, 1, 1, created(3)),
        event(3, 1, 3, created(4)),
        event(4, 2, 0, Kind::Started),
        event(5, 2, 2, blocked.clone()),
        event(6, 3, 0, Kind::Started),
        event(7, 3, 2, blocked.clone()),
        event(8, 4, 4, woken),
        event(9, 2, 0, Kind::Started),
        event(10, 2, 2, blocked),
    ];
    for event in &events {
        world.take(News::Event(event));
    }
    model.apply(&Frame::Events {
        first_seq: 0,
        events,
    });
    (model, world)
}

#[test]
fn a_line_is_that_of_its_file() {
    let (model, _) = run();
    let listed = listed();
    assert_eq!(listed.lines.len(), 3);
    let lines = [1, 2, 3, 4, 0].map(|at| listed.line_of(&model, at));
    assert_eq!(lines, [Some(30), Some(31), None, None, None]);
}

#[test]
fn the_spans_of_a_line_are_in_the_order_of_time() {
    let (model, _) = run();
    let found = listed().spans_at(&model, 31);
    let of = |chosen: &Chosen| {
        let lane = &model.lanes()[chosen.lane];
        (lane.g, lane.spans[chosen.span].from_ns)
    };
    assert_eq!(
        found.iter().map(of).collect::<Vec<_>>(),
        [(2, 5), (3, 7), (2, 10)]
    );
    assert_eq!(listed().spans_at(&model, 32), []);
    assert_eq!(step(&found, None, Step::After), Some(0));
    assert_eq!(step(&found, Some(found[0]), Step::After), Some(1));
    assert_eq!(step(&found, Some(found[2]), Step::After), Some(2));
    assert_eq!(step(&found, Some(found[1]), Step::Before), Some(0));
    assert_eq!(step(&found, Some(found[2]), Step::First), Some(0));
    assert_eq!(step(&[], None, Step::First), None);
}

#[test]
fn who_runs_on_stands_where_its_wait_began() {
    let (model, _) = run();
    let lane = model.lane_of(2).expect("made");
    let spans = &model.lanes()[lane].spans;
    let line = |span| listed().line_of_chosen(&model, Chosen { lane, span });
    let woken = spans
        .iter()
        .position(|span| span.from_ns == 8)
        .expect("woken");
    // It was woken from another file, and still stands at its own send.
    assert_eq!(line(woken), Some(31));
    assert_eq!(line(woken + 1), Some(31));
    assert_eq!(line(0), Some(30));
}

#[test]
fn the_listing_says_who_stands_on_its_lines() {
    let (model, world) = run();
    let html = listed().write(&model, &world, Some(31), Lang::En);
    assert!(
        html.contains("data-line=\"31\" data-standing=\"2\" data-lit aria-current=true>"),
        "{html}"
    );
    assert!(html.contains("data-g=\"2\">g2</button>"), "{html}");
    assert!(
        html.contains("<span class=\"hl-keyword\">let</span> a;"),
        "{html}"
    );
    assert_eq!(html.matches("line-number").count(), 3);
    // Main made goroutine 4 elsewhere, where both still stand.
    assert!(!html.contains("data-g=\"4\""), "{html}");
}

#[test]
fn a_crowd_is_counted() {
    let (model, mut world) = run();
    for child in 10..20 {
        let created = event(20, 1, 2, Kind::Created { child, name: None });
        world.take(News::Event(&created));
    }
    let html = listed().write(&model, &world, None, Lang::En);
    assert!(html.contains("data-standing=\"13\""), "{html}");
    assert!(html.contains("and 10 more"), "{html}");
    assert!(!html.contains("data-lit"), "{html}");
}
