//! The names in a condition, against what the experiment has.

use cel::common::ast::{CallExpr, EntryExpr, Expr, LiteralValue, operators};
use cel::{IdedExpr, Program};
use protocol::{Experiment, ParameterKind};

use super::{LEAKED, METRICS, OUTCOME, OUTCOMES, PARAMS};
use crate::catalogue::{did_you_mean, nearest};

/// A problem, with the offset of the character at which it is.
type Found = (Option<usize>, String);

/// The metrics that a condition may name: those with a spread have their least
/// and their most beside them.
pub(super) fn metrics(experiment: &Experiment) -> Vec<String> {
    let mut names = Vec::new();
    for metric in &experiment.metrics {
        names.push(metric.name.clone());
        if metric.spread {
            names.push(format!("{}_low", metric.name));
            names.push(format!("{}_high", metric.name));
        }
    }
    names
}

/// Where an expression is, in characters.
pub(super) fn offset(program: &Program, expr: &IdedExpr) -> Option<usize> {
    let (start, _) = program.source_info().offset_for(expr.id)?;
    usize::try_from(start).ok()
}

/// The parts of a condition that have to be true or false by themselves.
pub(super) fn leaves(expr: &IdedExpr) -> Vec<&IdedExpr> {
    const CONNECTIVES: [&str; 4] = [
        operators::LOGICAL_AND,
        operators::LOGICAL_OR,
        operators::LOGICAL_NOT,
        operators::CONDITIONAL,
    ];
    match &expr.expr {
        Expr::Call(call) if CONNECTIVES.contains(&call.func_name.as_str()) => {
            call.args.iter().flat_map(leaves).collect()
        }
        _ => vec![expr],
    }
}

/// Every name that is not there.
pub(super) fn wrong(program: &Program, experiment: &Experiment) -> Vec<Found> {
    let mut names = Names {
        program,
        experiment,
        metrics: metrics(experiment),
        bound: Vec::new(),
        found: Vec::new(),
    };
    names.expression(program.expression());
    names.found
}

struct Names<'a> {
    program: &'a Program,
    experiment: &'a Experiment,
    metrics: Vec<String>,
    /// What macros such as `exists` have bound here.
    bound: Vec<&'a str>,
    found: Vec<Found>,
}

impl<'a> Names<'a> {
    fn tell(&mut self, at: &IdedExpr, message: String) {
        self.found.push((offset(self.program, at), message));
    }

    fn expression(&mut self, expr: &'a IdedExpr) {
        match &expr.expr {
            Expr::Unspecified | Expr::Literal(_) => {}
            Expr::Ident(name) => self.variable(expr, name),
            Expr::Select(select) => match &select.operand.expr {
                Expr::Ident(name) => self.field(&select.operand, name, &select.field),
                _ => self.expression(&select.operand),
            },
            Expr::Call(call) => self.call(call),
            Expr::List(list) => list.elements.iter().for_each(|one| self.expression(one)),
            Expr::Map(map) => map.entries.iter().for_each(|one| self.entry(&one.expr)),
            Expr::Struct(one) => one.entries.iter().for_each(|one| self.entry(&one.expr)),
            Expr::Comprehension(over) => {
                self.expression(&over.iter_range);
                let outside = self.bound.len();
                let second = over.iter_var2.as_deref();
                let names = [Some(over.iter_var.as_str()), second, Some(&over.accu_var)];
                self.bound.extend(names.into_iter().flatten());
                for part in [
                    &over.accu_init,
                    &over.loop_cond,
                    &over.loop_step,
                    &over.result,
                ] {
                    self.expression(part);
                }
                self.bound.truncate(outside);
            }
        }
    }

    fn entry(&mut self, entry: &'a EntryExpr) {
        match entry {
            EntryExpr::StructField(field) => self.expression(&field.value),
            EntryExpr::MapEntry(entry) => {
                self.expression(&entry.key);
                self.expression(&entry.value);
            }
        }
    }

    fn variable(&mut self, at: &IdedExpr, name: &str) {
        const ALL: [&str; 4] = [PARAMS, METRICS, OUTCOME, LEAKED];
        if !ALL.contains(&name) && !self.bound.contains(&name) {
            let hint = did_you_mean(&nearest(name, ALL));
            self.tell(
                at,
                format!(
                    "there is no `{name}` here{hint}; a condition is over {PARAMS}.NAME, \
                     {METRICS}.NAME, {OUTCOME} and {LEAKED}"
                ),
            );
        }
    }

    fn field(&mut self, at: &IdedExpr, of: &str, field: &str) {
        let id = &self.experiment.id;
        let message = match of {
            PARAMS => {
                let names = self.experiment.params.iter().map(|one| one.name.as_str());
                if names.clone().any(|name| name == field) {
                    return;
                }
                let hint = did_you_mean(&nearest(field, names));
                format!("`{id}` has no parameter `{field}`{hint}")
            }
            METRICS => {
                let names = self.metrics.iter().map(String::as_str);
                if names.clone().any(|name| name == field) {
                    return;
                }
                let hint = did_you_mean(&nearest(field, names));
                format!("`{id}` has no metric `{field}`{hint}")
            }
            OUTCOME | LEAKED => format!("`{of}` has no fields"),
            other => return self.variable(at, other),
        };
        self.tell(at, message);
    }

    fn call(&mut self, call: &'a CallExpr) {
        const COMPARING: [&str; 3] = [operators::EQUALS, operators::NOT_EQUALS, operators::IN];
        if let (true, [one, other]) = (
            COMPARING.contains(&call.func_name.as_str()),
            call.args.as_slice(),
        ) {
            self.compared(one, other);
            self.compared(other, one);
        }
        if let (operators::INDEX, [of, field]) = (call.func_name.as_str(), call.args.as_slice())
            && let (Expr::Ident(name), Some(field)) = (&of.expr, text(field))
        {
            return self.field(of, name, field);
        }
        if let Some(target) = &call.target {
            self.expression(target);
        }
        call.args.iter().for_each(|one| self.expression(one));
    }

    /// What an outcome, or a parameter that is a choice, is compared with.
    fn compared(&mut self, what: &IdedExpr, with: &IdedExpr) {
        let (name, options): (String, Vec<&str>) = match &what.expr {
            Expr::Ident(name) if name == OUTCOME => (name.clone(), OUTCOMES.into()),
            Expr::Select(select) if matches!(&select.operand.expr, Expr::Ident(of) if of == PARAMS) =>
            {
                let known = self.experiment.params.iter();
                let Some(ParameterKind::Choice { options, .. }) = known
                    .filter(|one| one.name == select.field)
                    .map(|one| &one.kind)
                    .next()
                else {
                    return;
                };
                let options = options.iter().map(|one| one.value.as_str());
                (format!("{PARAMS}.{}", select.field), options.collect())
            }
            _ => return,
        };
        let values = match &with.expr {
            Expr::List(list) => list.elements.iter().collect(),
            _ => vec![with],
        };
        for value in values {
            if let Some(given) = text(value)
                && !options.contains(&given)
            {
                let hint = did_you_mean(&nearest(given, options.iter().copied()));
                let known = options.join(", ");
                self.tell(
                    value,
                    format!("`{name}` is never '{given}'{hint}; it is one of {known}"),
                );
            }
        }
    }
}

/// A text that stands in the condition itself.
fn text(expr: &IdedExpr) -> Option<&str> {
    match &expr.expr {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner()),
        _ => None,
    }
}
