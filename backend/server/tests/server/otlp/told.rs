//! What the lines of JSON of a run tell of spans, counters and figures.

use std::collections::BTreeMap;

use serde_json::Value;

/// All of it, in the order of its events.
pub(crate) struct Told {
    pub(crate) spans: Vec<Span>,
    /// By name, with labels in order: `name{key="value"}`.
    pub(crate) counters: BTreeMap<String, Vec<(u64, i64)>>,
    pub(crate) figures: BTreeMap<String, f64>,
}

pub(crate) struct Span {
    pub(crate) id: u64,
    pub(crate) parent: u64,
    pub(crate) name: String,
    pub(crate) begun_ns: u64,
    pub(crate) ended_ns: Option<u64>,
    pub(crate) failed: bool,
    pub(crate) attributes: BTreeMap<String, Value>,
    pub(crate) errors: Vec<(u64, String)>,
}

impl Told {
    pub(crate) fn of(lines: &str) -> Told {
        let mut told = Told {
            spans: Vec::new(),
            counters: BTreeMap::new(),
            figures: BTreeMap::new(),
        };
        for line in lines.lines() {
            told.line(&serde_json::from_str(line).unwrap());
        }
        told
    }

    fn line(&mut self, line: &Value) {
        if let Some(metrics) = line["metrics"].as_object() {
            let figures = metrics.iter();
            self.figures = figures
                .map(|(name, value)| (name.clone(), value.as_f64().unwrap()))
                .collect();
        }
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        let number = |name: &str| line[name].as_u64().unwrap_or_default();
        let t_ns = number("t_ns");
        match line["kind"].as_str().unwrap_or_default() {
            "span_begun" => self.spans.push(Span {
                id: number("span"),
                parent: number("parent"),
                name: text("name"),
                begun_ns: t_ns,
                ended_ns: None,
                failed: false,
                attributes: BTreeMap::new(),
                errors: Vec::new(),
            }),
            "span_attribute" => {
                let value = line["value"].clone();
                self.span(line).attributes.insert(text("key"), value);
            }
            "span_failed" => {
                let span = self.span(line);
                span.failed = true;
                span.errors.push((t_ns, text("message")));
            }
            "span_ended" => {
                let failed = line["failed"].as_bool().unwrap();
                let span = self.span(line);
                span.ended_ns = Some(t_ns);
                span.failed |= failed;
            }
            "counter" => {
                let value = line["value"].as_i64().unwrap();
                let points = self.counters.entry(text("name")).or_default();
                points.push((t_ns, value));
            }
            _ => {}
        }
    }

    fn span(&mut self, line: &Value) -> &mut Span {
        let id = line["span"].as_u64().unwrap();
        self.spans.iter_mut().find(|span| span.id == id).unwrap()
    }
}
