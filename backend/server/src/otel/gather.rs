//! What frames tell of spans and counters, until there are too many.

use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use protocol::event::{NO_SPAN, Place, Value};
use protocol::{Event, Frame, Kind, RunEnd, RunHeader};

use super::Telemetry;
use super::metrics::Series;
use super::{metrics, resource, spans};
use crate::lines::Places;

/// The most spans of a run that are kept: more than anybody reads, and some
/// megabytes on the wire. Those that begin later are counted.
pub(super) const MAX_SPANS: usize = 10_000;
/// The most attributes of a span, OpenTelemetry's own default.
pub(super) const MAX_ATTRIBUTES: usize = 128;
/// The most recorded errors of a span, OpenTelemetry's own default for events.
pub(super) const MAX_ERRORS: usize = 128;
/// The most counters of a run: what a reader has charts for, and more.
pub(super) const MAX_SERIES: usize = 64;

/// The spans and counters of a run, frame by frame.
pub(crate) struct Gathered {
    began: Option<SystemTime>,
    pub(super) header: Option<Box<RunHeader>>,
    pub(super) end: Option<Box<RunEnd>>,
    pub(super) spans: Vec<Told>,
    index: HashMap<u64, usize>,
    pub(super) counters: BTreeMap<String, Series>,
    places: Places,
    /// Spans and points that were not kept.
    pub(super) more_spans: u64,
    pub(super) more_points: u64,
    pub(super) last_ns: u64,
}

/// What was told of a span.
pub(super) struct Told {
    pub(super) id: u64,
    pub(super) parent: u64,
    /// The span at the root of its trace.
    pub(super) root: u64,
    pub(super) name: String,
    pub(super) g: u32,
    pub(super) at: Option<Place>,
    pub(super) begun_ns: u64,
    pub(super) ended_ns: Option<u64>,
    pub(super) failed: bool,
    pub(super) attributes: Vec<(String, Value)>,
    pub(super) errors: Vec<(u64, String)>,
    pub(super) more_attributes: u32,
    pub(super) more_errors: u32,
}

impl Gathered {
    /// Nothing yet. `began` is when the run's first frame came; without, it is
    /// the moment at which this sees it.
    pub(crate) fn new(began: Option<SystemTime>) -> Self {
        Gathered {
            began,
            header: None,
            end: None,
            spans: Vec::new(),
            index: HashMap::new(),
            counters: BTreeMap::new(),
            places: Places::default(),
            more_spans: 0,
            more_points: 0,
            last_ns: 0,
        }
    }

    /// Takes in a frame. One that does not decode cannot come from our runners;
    /// it is left out.
    pub(crate) fn frame(&mut self, bytes: &[u8]) {
        match Frame::decode(bytes) {
            Ok(Frame::Header(header)) => {
                self.began.get_or_insert_with(SystemTime::now);
                self.header = Some(header);
            }
            Ok(Frame::Places { first, places }) => self.places.add(first, places),
            Ok(Frame::Events { events, .. }) => events.into_iter().for_each(|one| self.event(one)),
            Ok(Frame::End(end)) => self.end = Some(end),
            Ok(Frame::Queued { .. } | Frame::Dropped { .. }) | Err(_) => {}
        }
    }

    /// What it comes to; `None` of a run that never began.
    pub(crate) fn telemetry(&self, run: &str) -> Option<Telemetry> {
        let header = self.header.as_deref()?;
        let began = self.began?;
        Some(Telemetry {
            resource: resource::of_run(run, header, self),
            spans: spans::of_run(run, began, self),
            metrics: metrics::of_run(run, began, header, self),
        })
    }

    fn event(&mut self, event: Event) {
        self.last_ns = event.t_ns;
        match event.kind {
            Kind::SpanBegun {
                span,
                parent,
                ref name,
            } => {
                let name = name.clone();
                self.begun(&event, span, parent, name);
            }
            Kind::SpanAttribute { span, key, value } => {
                if let Some(told) = self.told(span) {
                    told.say(key, value);
                }
            }
            Kind::SpanFailed { span, message } => {
                let t_ns = event.t_ns;
                if let Some(told) = self.told(span) {
                    told.fail(t_ns, message);
                }
            }
            Kind::SpanEnded { span, failed } => {
                let t_ns = event.t_ns;
                if let Some(told) = self.told(span) {
                    told.ended_ns = Some(t_ns);
                    told.failed |= failed;
                }
            }
            Kind::Counter { name, value } => self.counted(event.t_ns, name, value),
            _ => {}
        }
    }

    fn told(&mut self, span: u64) -> Option<&mut Told> {
        self.index.get(&span).map(|&index| &mut self.spans[index])
    }

    fn begun(&mut self, event: &Event, id: u64, parent: u64, name: String) {
        if self.spans.len() >= MAX_SPANS {
            self.more_spans += 1;
            return;
        }
        let root = match self.index.get(&parent) {
            Some(&parent) => self.spans[parent].root,
            None if parent == NO_SPAN => id,
            // Its parent's begin was dropped.
            None => parent,
        };
        self.index.insert(id, self.spans.len());
        self.spans.push(Told {
            id,
            parent,
            root,
            name,
            g: event.g,
            at: self.places.get(event.at).cloned(),
            begun_ns: event.t_ns,
            ended_ns: None,
            failed: false,
            attributes: Vec::new(),
            errors: Vec::new(),
            more_attributes: 0,
            more_errors: 0,
        });
    }

    fn counted(&mut self, t_ns: u64, name: String, value: i64) {
        if self.counters.len() >= MAX_SERIES && !self.counters.contains_key(&name) {
            self.more_points += 1;
            return;
        }
        self.counters.entry(name).or_default().add(t_ns, value);
    }
}

impl Told {
    fn say(&mut self, key: String, value: Value) {
        let known = self.attributes.iter().position(|(known, _)| *known == key);
        match known {
            Some(known) => self.attributes[known].1 = value,
            None if self.attributes.len() < MAX_ATTRIBUTES => self.attributes.push((key, value)),
            None => self.more_attributes += 1,
        }
    }

    fn fail(&mut self, t_ns: u64, message: String) {
        self.failed = true;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push((t_ns, message));
        } else {
            self.more_errors += 1;
        }
    }
}
