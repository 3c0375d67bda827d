//! Values that go with a request, under keys that cannot collide and under keys
//! that do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use csp::context::{Context, background, with_cancel, with_value};
use csp::sync::WaitGroup;

use crate::catalogue::{Entry, MetricSpec, Program, Schedulers, text};
use crate::lab::Lab;
use crate::parameters::{ParameterSet, choice, parameters};

choice! {
    /// What a value is found by.
    enum Keys {
        Typed = "typed", text("a type each", "各用一个类型");
        Strings = "strings", text("strings, \"id\" twice", "字符串，两处都叫 \"id\"");
    }
}

parameters! {
    struct Parameters {
        keys: Keys = Keys::Typed,
            label text("Keys", "键"),
            help text(
                "What the two packages store and find their values by",
                "两个包用什么作键来存取各自的值",
            );
        traced_first: bool = false,
            label text("Request id first", "先放请求 ID"),
            help text(
                "Whether the request id is put in before the user id; what is put in last is nearest",
                "请求 ID 是否先于用户 ID 放入；后放入的离得更近",
            );
        requests: u64 = 3, in 1..=32, unit text("requests", "个"),
            label text("Requests", "请求个数"),
            help text(
                "How many requests are served at once, each by a goroutine with a context of its own",
                "同时处理多少个请求，每个请求一个 goroutine、一个自己的 context",
            );
    }
}

const RIGHT: MetricSpec = MetricSpec::new(
    "right",
    text(
        "Requests that saw both of their values",
        "两个值都读对的请求",
    ),
    None,
);

const WRONG_USER: MetricSpec = MetricSpec::new(
    "wrong_user",
    text("Requests with another user", "用户 ID 读错的请求"),
    None,
);

const WRONG_REQUEST: MetricSpec = MetricSpec::new(
    "wrong_request",
    text("Requests with another request id", "请求 ID 读错的请求"),
    None,
);

const SEEN_ABOVE: MetricSpec = MetricSpec::new(
    "seen_above",
    text(
        "Values of a child that its parent sees",
        "父 context 能看到的子 context 的值",
    ),
    None,
);

pub(crate) const ENTRY: Entry = Entry {
    id: "context-values",
    chapter: 5,
    title: text("Values in a context", "context 里的值"),
    summary: text(
        "A user id and a request id go down with each request; with strings as keys one hides the other",
        "用户 ID 和请求 ID 随请求往下传；用字符串作键，一个会遮住另一个",
    ),
    timed: false,
    schedulers: Schedulers::Both,
    params: Parameters::specs,
    metrics: &[RIGHT, WRONG_USER, WRONG_REQUEST, SEEN_ABOVE],
    breaks: &[],
    takes_task_body: false,
    file: file!(),
    source: include_str!("context_values.rs"),
    prepare: |given| Program::new(given, program),
};

async fn program(params: Parameters, lab: Lab) {
    let Parameters {
        keys, traced_first, ..
    } = params;
    let seen = Seen::default();

    let (server, shut_down) = with_cancel(background().named("server"));
    let serving = WaitGroup::new();
    for id in 1..=params.requests {
        let (server, seen) = (server.clone(), seen.clone());
        serving.go_named(format!("request {id}"), async move {
            let (user, request) = (100 + id, 7000 + id);
            let ctx = match traced_first {
                false => trace(keys, authenticate(keys, server.clone(), user), request),
                true => authenticate(keys, trace(keys, server.clone(), request), user),
            };
            let read = handle(keys, &ctx).await;
            csp::println!("request {id}: user {:?}, request id {:?}", read.0, read.1);
            seen.note(read, (user, request), &server, keys);
        });
    }
    serving.wait().await;
    shut_down.cancel();
    seen.report(&lab);
}

// lesson:begin main
/// A type for each thing: nobody else can have the same key.
struct UserId(u64);
struct RequestId(u64);

/// What the package `auth` puts in.
fn authenticate(keys: Keys, ctx: Context, user: u64) -> Context {
    match keys {
        Keys::Typed => with_value(&ctx, UserId(user)),
        Keys::Strings => with_named(&ctx, "id", user),
    }
}

/// What the package `trace` puts in. It has never heard of `auth`.
fn trace(keys: Keys, ctx: Context, request: u64) -> Context {
    match keys {
        Keys::Typed => with_value(&ctx, RequestId(request)),
        Keys::Strings => with_named(&ctx, "id", request),
    }
}

/// Far below: the user that `auth` finds, the request id that `trace` finds.
async fn handle(keys: Keys, ctx: &Context) -> (Option<u64>, Option<u64>) {
    csp::yield_now().await; // requests take turns; each has its own context
    let user = match keys {
        Keys::Typed => ctx.value::<UserId>().map(|user| user.0),
        Keys::Strings => named(ctx, "id"),
    };
    let request = match keys {
        Keys::Typed => ctx.value::<RequestId>().map(|request| request.0),
        Keys::Strings => named(ctx, "id"),
    };
    (user, request)
}

/// Values by name, as with Go's `context.WithValue(ctx, "id", 7)`.
#[derive(Clone, Default)]
struct ByName(BTreeMap<&'static str, u64>);

fn with_named(ctx: &Context, name: &'static str, value: u64) -> Context {
    let mut all = ctx.value::<ByName>().cloned().unwrap_or_default();
    all.0.insert(name, value); // one that is further up is hidden
    with_value(ctx, all)
}

fn named(ctx: &Context, name: &str) -> Option<u64> {
    ctx.value::<ByName>()?.0.get(name).copied()
}
// lesson:end main

/// What the requests found.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Figures>>);

#[derive(Default)]
struct Figures {
    right: u32,
    wrong_user: u32,
    wrong_request: u32,
    above: u32,
}

impl Seen {
    fn figures<R>(&self, look: impl FnOnce(&mut Figures) -> R) -> R {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A request read two values, and should have found others perhaps; what
    /// its parent sees is looked up too.
    fn note(
        &self,
        read: (Option<u64>, Option<u64>),
        own: (u64, u64),
        parent: &Context,
        keys: Keys,
    ) {
        let (user, request) = (read.0 == Some(own.0), read.1 == Some(own.1));
        let above = match keys {
            Keys::Typed => parent.value::<UserId>().is_some(),
            Keys::Strings => named(parent, "id").is_some(),
        };
        self.figures(|figures| {
            figures.right += u32::from(user && request);
            figures.wrong_user += u32::from(!user);
            figures.wrong_request += u32::from(!request);
            figures.above += u32::from(above);
        });
    }

    fn report(&self, lab: &Lab) {
        self.figures(|figures| {
            lab.metric(RIGHT.name, figures.right.into());
            lab.metric(WRONG_USER.name, figures.wrong_user.into());
            lab.metric(WRONG_REQUEST.name, figures.wrong_request.into());
            lab.metric(SEEN_ABOVE.name, figures.above.into());
        });
    }
}
