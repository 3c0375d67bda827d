//! Goroutines and objects by a part of their names.

use std::collections::HashSet;

use protocol::event::NO_OBJECT;

use super::words;
use crate::i18n::Lang;
use crate::markup::text;
use crate::model::Model;
use crate::picture::walk::{Chosen, nearest};

/// Matches that are listed: a longer list is not read, and a longer name finds
/// fewer.
pub const MAX_FOUND: usize = 12;

/// What a name found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The first of them, goroutines before objects.
    pub hits: Vec<Hit>,
    /// Goroutines in all.
    pub goroutines: usize,
    /// Objects in all.
    pub objects: usize,
}

/// A goroutine or an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// The lane of a goroutine, and its first span.
    Goroutine { g: u32, at: Chosen },
    /// An object, and the first wait for it.
    Object { object: u32, at: Chosen },
}

impl Hit {
    /// Where it leads.
    pub fn at(self) -> Chosen {
        match self {
            Hit::Goroutine { at, .. } | Hit::Object { at, .. } => at,
        }
    }
}

/// Goroutines whose name, or number as in `g7`, holds `part`, and objects for
/// which somebody waited and whose name does. Capitals make no difference.
pub fn find(model: &Model, part: &str) -> Found {
    let part = part.trim();
    let mut found = Found::default();
    if part.is_empty() {
        return found;
    }
    // Numbers are written out only where they can be meant.
    let may_be_number = part.trim_start_matches(['g', 'G']).parse::<u32>().is_ok()
        || part.eq_ignore_ascii_case("g");
    for (lane, of) in model.lanes().iter().enumerate() {
        let is_named = match &of.name {
            Some(name) => holds(name, part),
            None => of.g == crate::model::apply::MAIN && holds("main", part),
        };
        let is_meant = is_named || may_be_number && holds(&format!("g{}", of.g), part);
        let Some(at) = is_meant.then(|| nearest(model, lane, 0)).flatten() else {
            continue;
        };
        found.goroutines += 1;
        if found.hits.len() < MAX_FOUND {
            found.hits.push(Hit::Goroutine { g: of.g, at });
        }
    }
    let mut seen = HashSet::from([NO_OBJECT]);
    for &wait in model.waits() {
        let at = Chosen::from(wait);
        let span = &model.lanes()[at.lane].spans[at.span];
        let Some(object) = span.wait().map(|wait| wait.object) else {
            continue;
        };
        if !seen.insert(object) || !holds(&model.object_name(object), part) {
            continue;
        }
        found.objects += 1;
        if found.hits.len() < MAX_FOUND {
            found.hits.push(Hit::Object { object, at });
        }
    }
    found
}

/// Whether a name holds a part. Other letters than those of ASCII have to be
/// the same.
fn holds(name: &str, part: &str) -> bool {
    name.as_bytes()
        .windows(part.len())
        .any(|piece| piece.eq_ignore_ascii_case(part.as_bytes()))
}

/// What was found, as buttons that name a lane and a span, and how much it is.
pub fn list(model: &Model, found: &Found, lang: Lang) -> String {
    let mut html = String::new();
    for hit in &found.hits {
        let (name, what) = match *hit {
            Hit::Goroutine { g, at } => {
                let starts_ns = model.lanes()[at.lane].from_ns;
                (
                    model.goroutine_name(g),
                    words::found_goroutine(g, starts_ns, lang),
                )
            }
            Hit::Object { object, at } => {
                let lane = &model.lanes()[at.lane];
                let waiter = model.goroutine_name(lane.g);
                let words = words::found_object(&waiter, lane.spans[at.span].from_ns, lang);
                (model.object_name(object), words)
            }
        };
        let at = hit.at();
        html += &format!(
            "<button type=button class=found-name data-lane={} data-span={}>\
             <strong>{}</strong> <span>{}</span></button>",
            at.lane,
            at.span,
            text(&name),
            text(&what)
        );
    }
    html + &format!(
        "<p class=found-count role=status>{}</p>",
        words::found(found.goroutines, found.objects, found.hits.len(), lang)
    )
}

#[cfg(test)]
mod tests {
    use protocol::event::NO_PLACE;
    use protocol::{Event, Frame, Kind, ObjectKind, Reason};

    use super::*;

    /// `main`, twenty goroutines `worker N`, an unnamed one, and a Mutex `work`
    /// for which the third worker waits.
    fn model() -> Model {
        let mut kinds = vec![(1, Kind::Started)];
        for child in 2..=21 {
            let name = Some(format!("worker {}", child - 1));
            kinds.push((1, Kind::Created { child, name }));
        }
        let name = None;
        kinds.push((1, Kind::Created { child: 70, name }));
        kinds.push((
            1,
            Kind::Made {
                object: 5,
                kind: ObjectKind::Mutex,
                name: Some("work <1>".into()),
                capacity: 0,
            },
        ));
        for (g, object) in [(4, 5), (3, 5), (4, 5), (2, NO_OBJECT)] {
            let reason = Reason::Mutex;
            kinds.push((g, Kind::Blocked { reason, object }));
        }
        let events = kinds.into_iter().zip(0..).map(|((g, kind), t_ns)| Event {
            t_ns,
            p: 0,
            g,
            at: NO_PLACE,
            kind,
        });
        let mut model = Model::new();
        model.apply(&Frame::Events {
            first_seq: 0,
            events: events.collect(),
        });
        model
    }

    fn names(model: &Model, part: &str) -> Vec<String> {
        let of = |hit: &Hit| match *hit {
            Hit::Goroutine { g, .. } => model.goroutine_name(g),
            Hit::Object { object, .. } => model.object_name(object),
        };
        find(model, part).hits.iter().map(of).collect()
    }

    #[test]
    fn a_part_of_a_name_finds_goroutines_and_objects_and_counts_what_is_not_listed() {
        let model = model();
        let found = find(&model, " WORK ");
        assert_eq!((found.goroutines, found.objects), (20, 1));
        assert_eq!(found.hits.len(), MAX_FOUND);
        assert_eq!(names(&model, "er 20"), ["worker 20"]);
        assert_eq!(names(&model, "ork <"), ["work <1>"]);
        assert_eq!(names(&model, "AI"), ["main"]);
        assert_eq!(names(&model, "nobody"), [""; 0]);
        assert_eq!(find(&model, "  "), Found::default());
    }

    #[test]
    fn a_number_finds_its_goroutine_named_or_not() {
        let model = model();
        assert_eq!(names(&model, "g70"), ["g70"]);
        assert_eq!(
            names(&model, "G1"),
            [
                "main",
                "worker 9",
                "worker 10",
                "worker 11",
                "worker 12",
                "worker 13",
                "worker 14",
                "worker 15",
                "worker 16",
                "worker 17",
                "worker 18"
            ]
        );
    }

    #[test]
    fn an_object_leads_to_the_first_wait_for_it() {
        let model = model();
        let hits = find(&model, "work <").hits;
        let at = hits[0].at();
        assert_eq!(model.lanes()[at.lane].g, 4);
        let html = list(&model, &find(&model, "work <"), Lang::En);
        assert!(html.contains("work &lt;1&gt;"), "{html}");
        assert!(
            html.contains(&format!("data-lane={} data-span={}", at.lane, at.span)),
            "{html}"
        );
        assert!(html.contains("1 object"), "{html}");
    }
}
