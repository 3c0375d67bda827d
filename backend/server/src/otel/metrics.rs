//! Counters and figures as OpenTelemetry's metrics.
//!
//! They are put together as the wire has them: the SDK's own metrics take the
//! time at which they are collected, and these have times of their own.
//!
//! A counter is called as Prometheus has it, `name{label="value"}`. One whose
//! name ends in `_total` and that never went down is a sum; any other is a gauge.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Gauge, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
};
use protocol::{RunEnd, RunHeader};

use super::gather::Gathered;
use super::{resource, spans};

/// The most points of a counter: a chart is no wider. Beyond, every second one is
/// left out, again and again; the last is always there.
pub(super) const MAX_POINTS: usize = 512;

/// A counter over time.
pub(super) struct Series {
    points: Vec<(u64, i64)>,
    last: Option<(u64, i64)>,
    /// Every so many-th point is kept.
    stride: u64,
    seen: u64,
    decreased: bool,
}

impl Default for Series {
    fn default() -> Self {
        Series {
            points: Vec::new(),
            last: None,
            stride: 1,
            seen: 0,
            decreased: false,
        }
    }
}

impl Series {
    pub(super) fn add(&mut self, t_ns: u64, value: i64) {
        self.decreased |= self.last.is_some_and(|(_, before)| value < before);
        self.last = Some((t_ns, value));
        let kept = self.seen.is_multiple_of(self.stride);
        self.seen += 1;
        if !kept {
            return;
        }
        if self.points.len() == MAX_POINTS {
            let mut odd = false;
            self.points.retain(|_| {
                odd = !odd;
                odd
            });
            self.stride *= 2;
            if !(self.seen - 1).is_multiple_of(self.stride) {
                return;
            }
        }
        self.points.push((t_ns, value));
    }

    fn points(&self) -> impl Iterator<Item = (u64, i64)> {
        let last = self.last.filter(|last| self.points.last() != Some(last));
        self.points.iter().copied().chain(last)
    }
}

/// The metrics of a run.
pub(super) fn of_run(
    run: &str,
    began: SystemTime,
    header: &RunHeader,
    gathered: &Gathered,
) -> ExportMetricsServiceRequest {
    let clock = Clock::of(began);
    let mut metrics = counters(&clock, &gathered.counters);
    if let Some(end) = &gathered.end {
        metrics.extend(figures(&clock, &header.experiment, end));
    }
    let scope = spans::scope();
    let resource = resource::of_run(run, header, gathered);
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some((&resource).into()),
            scope_metrics: vec![ScopeMetrics {
                scope: Some((&scope, None).into()),
                metrics,
                ..ScopeMetrics::default()
            }],
            ..ResourceMetrics::default()
        }],
    }
}

/// Times of a run as nanoseconds since 1970.
struct Clock {
    began: u64,
}

impl Clock {
    fn of(began: SystemTime) -> Self {
        let since = began.duration_since(UNIX_EPOCH).unwrap_or_default();
        Clock {
            began: u64::try_from(since.as_nanos()).unwrap_or_default(),
        }
    }

    fn point(&self, t_ns: u64, attributes: &[KeyValue], value: Value) -> NumberDataPoint {
        NumberDataPoint {
            attributes: attributes.to_vec(),
            start_time_unix_nano: self.began,
            time_unix_nano: self.began.saturating_add(t_ns),
            value: Some(value),
            ..NumberDataPoint::default()
        }
    }
}

/// A metric for each name; its points are those of all counters of this name.
fn counters(clock: &Clock, counters: &BTreeMap<String, Series>) -> Vec<Metric> {
    let mut metrics: BTreeMap<&str, (Vec<NumberDataPoint>, bool)> = BTreeMap::new();
    for (counter, series) in counters {
        let (name, labels) = labelled(counter);
        let attributes: Vec<KeyValue> =
            labels.iter().map(|(key, value)| text(key, value)).collect();
        let points = series.points();
        let points =
            points.map(|(t_ns, value)| clock.point(t_ns, &attributes, Value::AsInt(value)));
        let (all, sum) = metrics
            .entry(name)
            .or_insert((Vec::new(), name.ends_with("_total")));
        all.extend(points);
        *sum &= !series.decreased;
    }
    let metrics = metrics.into_iter();
    metrics
        .map(|(name, (data_points, sum))| Metric {
            name: name.into(),
            data: Some(if sum {
                Data::Sum(Sum {
                    data_points,
                    aggregation_temporality: AggregationTemporality::Cumulative.into(),
                    is_monotonic: true,
                })
            } else {
                Data::Gauge(Gauge { data_points })
            }),
            ..Metric::default()
        })
        .collect()
}

/// The figures of a run at its end, with the labels and units of its experiment.
fn figures(clock: &Clock, experiment: &str, end: &RunEnd) -> Vec<Metric> {
    let entry = crate::catalogue::find(experiment).ok();
    let metrics = end.metrics.iter().map(|(name, value)| {
        let specs = entry.map_or(&[][..], |entry| entry.metrics);
        let spec = specs.iter().find(|spec| spec.name == name);
        let unit = spec.and_then(|spec| spec.unit);
        Metric {
            name: format!("interleave.{name}"),
            description: spec.map_or_else(String::new, |spec| spec.label.en.into()),
            unit: unit.map_or_else(String::new, |unit| ucum(unit.en)),
            data: Some(Data::Gauge(Gauge {
                data_points: vec![clock.point(end.elapsed_ns, &[], Value::AsDouble(*value))],
            })),
            ..Metric::default()
        }
    });
    metrics.collect()
}

/// A unit as OpenTelemetry writes it: UCUM's, or a note in braces.
fn ucum(unit: &str) -> String {
    match unit {
        "s" | "ms" | "ns" | "%" => unit.into(),
        "µs" => "us".into(),
        "B" | "bytes" => "By".into(),
        other => format!("{{{other}}}"),
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    KeyValue {
        key: key.into(),
        value: Some(AnyValue {
            value: Some(any_value::Value::StringValue(value.into())),
        }),
        ..KeyValue::default()
    }
}

/// A counter's name and its labels. What is not of the form
/// `name{label="value",…}` is a name as a whole.
fn labelled(counter: &str) -> (&str, Vec<(&str, &str)>) {
    let taken_apart = counter.split_once('{').and_then(|(name, rest)| {
        let labels = rest.strip_suffix('}')?.split(',');
        let labels: Option<Vec<_>> = labels
            .map(|label| {
                let (key, value) = label.split_once('=')?;
                let value = value.strip_prefix('"')?.strip_suffix('"')?;
                Some((key.trim(), value))
            })
            .collect();
        Some((name, labels?))
    });
    taken_apart.unwrap_or((counter, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_in_braces() {
        let (name, labels) = labelled("sched_goroutines{state=\"running\",p=\"1\"}");
        assert_eq!(name, "sched_goroutines");
        assert_eq!(labels, [("state", "running"), ("p", "1")]);
        assert_eq!(labelled("plain"), ("plain", vec![]));
        assert_eq!(labelled("odd{a}"), ("odd{a}", vec![]));
    }

    #[test]
    fn a_long_series_is_thinned_evenly_and_keeps_its_ends() {
        for count in [1, 2, 511, 512, 513, 1_024, 5_000, 100_003] {
            let mut series = Series::default();
            for n in 0..count {
                series.add(n, n as i64);
            }
            let points: Vec<u64> = series.points().map(|(t_ns, _)| t_ns).collect();
            assert!(points.len() <= MAX_POINTS + 1, "{count}: {}", points.len());
            assert!(points.len() as u64 >= count.min(MAX_POINTS as u64 / 2));
            assert_eq!((points[0], *points.last().unwrap()), (0, count - 1));
            let even = points[..points.len() - 1].iter();
            assert!(even.clone().all(|t_ns| t_ns.is_multiple_of(series.stride)));
            assert!(points.is_sorted());
        }
    }

    #[test]
    fn a_total_that_goes_down_is_a_gauge() {
        let clock = Clock { began: 7 };
        let mut up = Series::default();
        up.add(1, 1);
        up.add(2, 2);
        let mut down = Series::default();
        down.add(1, 2);
        down.add(2, 1);
        let series = [("a_total".into(), up), ("b_total".into(), down)];
        let metrics = counters(&clock, &series.into());
        let Some(Data::Sum(sum)) = &metrics[0].data else {
            panic!("{metrics:?}");
        };
        assert!(sum.is_monotonic);
        assert_eq!(sum.data_points[1].time_unix_nano, 9);
        assert!(matches!(metrics[1].data, Some(Data::Gauge(_))));
    }
}
