//! Contexts against a plain model: a list of who derives from whom, for random
//! programs that make, cancel and forget contexts and functions.

use csp::context::{
    CancelCauseFunc, Context, ContextError, Stop, after_func, background, with_cancel_cause,
    with_value, without_cancel,
};
use csp::{Chan, chan};
use proptest::prelude::*;

/// One step of a program; the numbers are those of contexts and functions,
/// counted round.
#[derive(Clone, Debug)]
enum Step {
    Derive(usize),
    Value(usize),
    Free(usize),
    Cancel(usize),
    /// With the number of the step as its cause.
    CancelCause(usize),
    After(usize),
    Stop(usize),
    /// Lets a cancel function go.
    Forget(usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let which = || 0..64_usize;
    let step = prop_oneof![
        6 => which().prop_map(Step::Derive),
        3 => which().prop_map(Step::Value),
        1 => which().prop_map(Step::Free),
        2 => which().prop_map(Step::Cancel),
        2 => which().prop_map(Step::CancelCause),
        3 => which().prop_map(Step::After),
        2 => which().prop_map(Step::Stop),
        1 => which().prop_map(Step::Forget),
    ];
    proptest::collection::vec(step, 1..60)
}

/// What the model knows of a context.
struct Model {
    /// Whom it ends with.
    parent: Option<usize>,
    /// The values that it has, nearest last.
    values: Vec<usize>,
    /// The text of its cause.
    ended: Option<String>,
}

/// What the model knows of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Runs {
    Waits(usize),
    Started,
    Stopped,
}

struct Value(usize);

struct Program {
    models: Vec<Model>,
    contexts: Vec<Context>,
    cancels: Vec<Option<CancelCauseFunc>>,
    runs: Vec<Runs>,
    stops: Vec<Stop>,
    ran: Chan<usize>,
}

impl Program {
    fn new() -> Self {
        Program {
            models: vec![Model {
                parent: None,
                values: Vec::new(),
                ended: None,
            }],
            contexts: vec![background()],
            cancels: vec![None],
            runs: Vec::new(),
            stops: Vec::new(),
            ran: chan(64),
        }
    }

    fn add(
        &mut self,
        parent: usize,
        ends_with: Option<usize>,
        value: Option<usize>,
        made: (Context, Option<CancelCauseFunc>),
    ) {
        let mut values = self.models[parent].values.clone();
        values.extend(value);
        let ended = ends_with.and_then(|parent| self.models[parent].ended.clone());
        self.models.push(Model {
            parent: ends_with,
            values,
            ended,
        });
        self.contexts.push(made.0);
        self.cancels.push(made.1);
    }

    /// Ends `which` and all that end with it, in the model.
    fn end(&mut self, which: usize, cause: &str) {
        if self.models[which].ended.is_some() {
            return;
        }
        self.models[which].ended = Some(cause.to_owned());
        for run in &mut self.runs {
            if *run == Runs::Waits(which) {
                *run = Runs::Started;
            }
        }
        for child in which + 1..self.models.len() {
            if self.models[child].parent == Some(which) {
                self.end(child, cause);
            }
        }
    }

    fn step(&mut self, number: usize, step: &Step) {
        let count = self.contexts.len();
        match *step {
            Step::Derive(which) => {
                let which = which % count;
                let (ctx, cancel) = with_cancel_cause(&self.contexts[which]);
                self.add(which, Some(which), None, (ctx, Some(cancel)));
            }
            Step::Value(which) => {
                let which = which % count;
                let ctx = with_value(&self.contexts[which], Value(number));
                self.add(which, Some(which), Some(number), (ctx, None));
            }
            Step::Free(which) => {
                let which = which % count;
                let ctx = without_cancel(&self.contexts[which]);
                self.add(which, None, None, (ctx, None));
            }
            Step::Cancel(which) => {
                if let Some(cancel) = self.cancels[which % count].clone() {
                    cancel.without_cause().cancel();
                    self.end(which % count, "context canceled");
                }
            }
            Step::CancelCause(which) => {
                if let Some(cancel) = self.cancels[which % count].clone() {
                    cancel.cancel(number.to_string());
                    self.end(which % count, &number.to_string());
                }
            }
            Step::After(which) => self.after(which % count),
            Step::Stop(which) => {
                if !self.stops.is_empty() {
                    self.stop(which % self.stops.len());
                }
            }
            Step::Forget(which) => self.cancels[which % count] = None,
        }
    }

    fn after(&mut self, which: usize) {
        let (ran, id) = (self.ran.clone(), self.stops.len());
        let stop = after_func(&self.contexts[which], async move { ran.send(id).await });
        self.stops.push(stop);
        self.runs.push(match self.models[which].ended {
            Some(_) => Runs::Started,
            None => Runs::Waits(which),
        });
    }

    fn stop(&mut self, which: usize) {
        let waits = matches!(self.runs[which], Runs::Waits(_));
        assert_eq!(self.stops[which].stop(), waits);
        if waits {
            self.runs[which] = Runs::Stopped;
        }
    }

    fn check(&self) {
        for (model, ctx) in self.models.iter().zip(&self.contexts) {
            let error = model.ended.as_ref().map(|_| ContextError::Canceled);
            assert_eq!(ctx.err(), error);
            assert_eq!(ctx.cause().map(|cause| cause.to_string()), model.ended);
            let closed = ctx.done().try_recv() == Err(csp::RecvError::Closed);
            assert_eq!(closed, error.is_some());
            let value = ctx.value::<Value>().map(|value| value.0);
            assert_eq!(value, model.values.last().copied());
        }
    }
}

async fn agrees(steps: Vec<Step>) {
    let mut program = Program::new();
    for (number, step) in steps.iter().enumerate() {
        program.step(number, step);
        program.check();
    }
    // Those that wait can be stopped, which the others can not: none of them
    // will start.
    for which in 0..program.stops.len() {
        program.stop(which);
    }
    let mut expected = Vec::new();
    let mut started = Vec::new();
    for (id, runs) in program.runs.iter().enumerate() {
        if *runs == Runs::Started {
            expected.push(id);
            started.extend(program.ran.recv().await);
        }
    }
    started.sort_unstable();
    assert_eq!(started, expected);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 2 } else { 256 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn contexts_agree_with_the_model(steps in steps()) {
        super::completes(agrees(steps));
    }

    #[test]
    fn contexts_agree_with_the_model_in_simulated_orders(steps in steps()) {
        super::everywhere::simulated(|| agrees(steps.clone()));
    }
}
