//! Pipelines: stages in a row, and stages side by side.
//!
//! A [`Pipeline`] is a context and the goroutines that work for it. Every stage
//! reads one channel and writes another, which it closes when its input is
//! closed and empty; so a closed source runs down to the end. When the context
//! ends, every stage ends, whatever it waits for, and closes its output: nobody
//! is left behind, which [`wait`](Pipeline::wait) waits for.

use std::future::Future;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::context::Context;
use crate::sync::WaitGroup;
use crate::trace::Place;
use crate::{Receiver, Sender, chan_named, go};

/// Stages that end together, with their context or after it. Clones are the same
/// pipeline.
///
/// ```
/// # csp::native::run(csp::run::Config::default(), async {
/// let ctx = csp::context::background();
/// let pipeline = csp::patterns::Pipeline::new(&ctx);
/// let numbers = pipeline.source("numbers", 0, 1..=3);
/// let squares = pipeline.stage("squares", numbers, 0, |n| async move { n * n });
/// let mut sum = 0;
/// while let Some(square) = squares.recv().await {
///     sum += square;
/// }
/// pipeline.wait().await;
/// assert_eq!(sum, 14);
/// # });
/// ```
#[derive(Clone)]
pub struct Pipeline {
    ctx: Context,
    stages: WaitGroup,
}

impl Pipeline {
    /// A pipeline without stages, which ends with `ctx`.
    #[track_caller]
    pub fn new(ctx: &Context) -> Self {
        Pipeline {
            ctx: ctx.clone(),
            stages: WaitGroup::named("pipeline"),
        }
    }

    /// A goroutine that sends `values`, one after the other, to a channel of
    /// this name and capacity, and closes it.
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn source<T: Send + 'static>(
        &self,
        name: &str,
        capacity: usize,
        values: impl IntoIterator<Item = T, IntoIter: Send + 'static>,
    ) -> Receiver<T> {
        let (output, at) = (chan_named(name, capacity), Location::caller());
        let (ctx, to) = (self.ctx.clone(), output.sender());
        let values = values.into_iter();
        self.start(name.into(), at, async move {
            for value in values {
                if !send(&ctx, &to, value).await {
                    break;
                }
            }
            to.close();
        });
        output.receiver()
    }

    /// A goroutine that receives from `input`, awaits what `work` makes of the
    /// value, and sends it to a channel of this name and capacity, which it
    /// closes in the end.
    ///
    /// `work` is not interrupted when the context ends: give it the context if
    /// it waits for long.
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn stage<T, U, F>(
        &self,
        name: &str,
        input: Receiver<T>,
        capacity: usize,
        work: impl FnMut(T) -> F + Send + 'static,
    ) -> Receiver<U>
    where
        T: Send + 'static,
        U: Send + 'static,
        F: Future<Output = U> + Send + 'static,
    {
        let (output, at) = (chan_named(name, capacity), Location::caller());
        let (ctx, to) = (self.ctx.clone(), output.sender());
        self.start(name.into(), at, works(ctx, input, to, work, name.into()));
        output.receiver()
    }

    /// Fan-out: as many stages as `workers` read the same `input`, each with an
    /// output of its own, unbuffered. Who is idle takes the next value, so the
    /// outputs get different shares.
    ///
    /// # Panics
    /// As [`stage`](Self::stage).
    #[track_caller]
    pub fn fan_out<T, U, F>(
        &self,
        name: &str,
        input: &Receiver<T>,
        workers: usize,
        work: impl Fn(T) -> F + Clone + Send + 'static,
    ) -> Vec<Receiver<U>>
    where
        T: Send + 'static,
        U: Send + 'static,
        F: Future<Output = U> + Send + 'static,
    {
        let at = Location::caller();
        let outputs = (1..=workers).map(|number| {
            let name: Arc<str> = format!("{name} {number}").into();
            let output = chan_named(name.clone(), 0);
            let (ctx, input, to) = (self.ctx.clone(), input.clone(), output.sender());
            let working = works(ctx, input, to, work.clone(), name.clone());
            self.start(name, at, working);
            output.receiver()
        });
        outputs.collect()
    }

    /// Fan-in: merges `inputs` into one channel of this name and capacity. The
    /// values of one input stay in order; how those of several mix is nobody's
    /// choice. The channel is closed once all inputs are, by the last of the
    /// goroutines, one for each input.
    ///
    /// # Panics
    /// Outside of any run.
    #[track_caller]
    pub fn fan_in<T: Send + 'static>(
        &self,
        name: &str,
        inputs: impl IntoIterator<Item = Receiver<T>>,
        capacity: usize,
    ) -> Receiver<T> {
        let (output, at) = (chan_named(name, capacity), Location::caller());
        let inputs: Vec<_> = inputs.into_iter().collect();
        let open = Arc::new(AtomicUsize::new(inputs.len()));
        if inputs.is_empty() {
            output.close();
        }
        for (index, input) in inputs.into_iter().enumerate() {
            let (ctx, to, open) = (self.ctx.clone(), output.sender(), open.clone());
            let name: Arc<str> = format!("{name} {}", index + 1).into();
            self.start(name, at, async move {
                while let Some(value) = recv(&ctx, &input).await {
                    if !send(&ctx, &to, value).await {
                        break;
                    }
                }
                if open.fetch_sub(1, Ordering::AcqRel) == 1 {
                    to.close();
                }
            });
        }
        output.receiver()
    }

    /// Waits until all its goroutines have ended.
    ///
    /// Cancel safety: it may be dropped.
    #[track_caller]
    pub fn wait(&self) -> crate::sync::Wait<'_> {
        self.stages.wait()
    }

    fn start(&self, name: Arc<str>, at: Place, stage: impl Future<Output = ()> + Send + 'static) {
        self.stages.go_at(Some(name), at, stage);
    }
}

/// The life of a stage.
async fn works<T, U, F>(
    ctx: Context,
    input: Receiver<T>,
    output: Sender<U>,
    mut work: impl FnMut(T) -> F,
    name: Arc<str>,
) where
    T: Send + 'static,
    U: Send + 'static,
    F: Future<Output = U>,
{
    while let Some(value) = recv(&ctx, &input).await {
        let region = go::region(name.clone());
        let made = work(value).await;
        drop(region);
        if !send(&ctx, &output, made).await {
            break;
        }
    }
    output.close();
}

/// Sends `value`, unless `ctx` ends first; whether it was sent.
async fn send<T: Send + 'static>(ctx: &Context, to: &Sender<T>, value: T) -> bool {
    crate::select! {
        _ = to.send(value) => true,
        _ = ctx.done().recv() => false,
    }
}

/// Receives a value; `None` if the channel is closed, or `ctx` ends.
async fn recv<T: Send + 'static>(ctx: &Context, from: &Receiver<T>) -> Option<T> {
    if ctx.err().is_some() {
        return None;
    }
    crate::select! {
        value = from.recv() => value,
        _ = ctx.done().recv() => None,
    }
}

/// Fan-out without a pipeline to wait for: see [`Pipeline::fan_out`].
///
/// # Panics
/// Outside of any run.
#[track_caller]
pub fn fan_out<T, U, F>(
    ctx: &Context,
    input: &Receiver<T>,
    workers: usize,
    work: impl Fn(T) -> F + Clone + Send + 'static,
) -> Vec<Receiver<U>>
where
    T: Send + 'static,
    U: Send + 'static,
    F: Future<Output = U> + Send + 'static,
{
    Pipeline::new(ctx).fan_out("fan-out", input, workers, work)
}

/// Fan-in without a pipeline to wait for: see [`Pipeline::fan_in`].
///
/// # Panics
/// Outside of any run.
#[track_caller]
pub fn fan_in<T: Send + 'static>(
    ctx: &Context,
    inputs: impl IntoIterator<Item = Receiver<T>>,
) -> Receiver<T> {
    Pipeline::new(ctx).fan_in("fan-in", inputs, 0)
}

/// One stage without a pipeline to wait for: see [`Pipeline::stage`].
///
/// # Panics
/// Outside of any run.
#[track_caller]
pub fn stage<T, U, F>(
    ctx: &Context,
    name: &str,
    input: Receiver<T>,
    capacity: usize,
    work: impl FnMut(T) -> F + Send + 'static,
) -> Receiver<U>
where
    T: Send + 'static,
    U: Send + 'static,
    F: Future<Output = U> + Send + 'static,
{
    Pipeline::new(ctx).stage(name, input, capacity, work)
}
