//! Who a run was, as OpenTelemetry's resource: the service by the standard
//! environment variables, and the run's own attributes.

use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::Resource;
use protocol::RunHeader;

use super::gather::Gathered;

/// The service's name where the environment gives none.
const SERVICE: &str = "interleave";
/// What OpenTelemetry calls a service without a name.
const UNKNOWN: &str = "unknown_service";

/// The resource of a run.
pub(super) fn of_run(run: &str, header: &RunHeader, gathered: &Gathered) -> Resource {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut attributes = vec![
        KeyValue::new("interleave.run.id", run.to_owned()),
        KeyValue::new("interleave.experiment", header.experiment.clone()),
        KeyValue::new("interleave.scheduler", header.scheduler.as_str()),
        // As text: a seed may be more than a signed number holds.
        KeyValue::new("interleave.seed", header.seed.to_string()),
        KeyValue::new("interleave.procs", i64::from(header.procs)),
    ];
    for (name, value) in &header.params {
        let text = value.trim_matches('"').to_owned();
        attributes.push(KeyValue::new(format!("interleave.param.{name}"), text));
    }
    if let Some(end) = &gathered.end {
        let outcome = end.outcome.as_str();
        attributes.push(KeyValue::new("interleave.outcome", outcome));
        attributes.push(KeyValue::new(
            "interleave.dropped.events",
            whole(end.dropped),
        ));
    }
    let beyond = [
        ("interleave.dropped.spans", gathered.more_spans),
        ("interleave.dropped.points", gathered.more_points),
    ];
    let beyond = beyond.into_iter().filter(|(_, count)| *count > 0);
    attributes.extend(beyond.map(|(name, count)| KeyValue::new(name, whole(count))));
    named(Resource::builder().with_attributes(attributes).build())
}

/// With a name for the service, if the environment has none.
fn named(resource: Resource) -> Resource {
    let name = resource.get(&"service.name".into());
    let named = name.is_some_and(|name| !is_unknown(&name));
    if named {
        return resource;
    }
    let all = resource.iter();
    let all: Vec<KeyValue> = all
        .map(|(key, value)| KeyValue::new(key.clone(), value.clone()))
        .collect();
    Resource::builder_empty()
        .with_attributes(all)
        .with_service_name(SERVICE)
        .build()
}

fn is_unknown(name: &Value) -> bool {
    let name = name.as_str();
    name.is_empty() || name.starts_with(UNKNOWN)
}
