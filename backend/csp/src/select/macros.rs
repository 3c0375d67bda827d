//! `select!`, as Go writes it.

/// Waits for the first of several operations and runs the arm of the one that
/// came; with `default`, does not wait. Among several that are ready each is as
/// likely as the others. An arm may `await`, `break`, `return` and use `?`.
///
/// ```
/// # csp::native::run(csp::run::Config::default(), async {
/// let (ch, done) = (csp::chan::<i32>(1), csp::chan::<()>(0));
/// ch.send(42).await;
/// let got = csp::select! {
///     value = ch.recv() => value,
///     _ = done.recv() => None,
/// };
/// assert_eq!(got, Some(42));
/// csp::select! {
///     value = ch.recv() => unreachable!("{value:?}"),
///     default => {}
/// }
/// # });
/// ```
#[macro_export]
macro_rules! select {
    ($($tokens:tt)+) => {
        $crate::__select!((A B C D E F G H) [] $($tokens)+)
    };
}

/// The arms of [`select!`], one at a time: names that are left, arms so far,
/// what is still to read.
#[doc(hidden)]
#[macro_export]
macro_rules! __select {
    (($($names:ident)*) [$($arms:tt)*] default => $body:block $(,)?) => {
        $crate::__select!(@default [$($arms)*] $body)
    };
    (($($names:ident)*) [$($arms:tt)*] default => $body:expr $(,)?) => {
        $crate::__select!(@default [$($arms)*] $body)
    };
    (($name:ident $($names:ident)*) [$($arms:tt)*]
        $pattern:pat = $case:expr => $body:block , $($rest:tt)*) => {
        $crate::__select!(
            ($($names)*) [$($arms)* ($name) ($pattern) ($case) ($body)] $($rest)*)
    };
    (($name:ident $($names:ident)*) [$($arms:tt)*]
        $pattern:pat = $case:expr => $body:block $($rest:tt)*) => {
        $crate::__select!(
            ($($names)*) [$($arms)* ($name) ($pattern) ($case) ($body)] $($rest)*)
    };
    (($name:ident $($names:ident)*) [$($arms:tt)*]
        $pattern:pat = $case:expr => $body:expr , $($rest:tt)*) => {
        $crate::__select!(
            ($($names)*) [$($arms)* ($name) ($pattern) ($case) ($body)] $($rest)*)
    };
    (($name:ident $($names:ident)*) [$($arms:tt)*]
        $pattern:pat = $case:expr => $body:expr) => {
        $crate::__select!(
            ($($names)*) [$($arms)* ($name) ($pattern) ($case) ($body)])
    };
    (($($names:ident)*) [$(($name:ident) ($pattern:pat) ($case:expr) ($body:expr))+]) => {{
        let choice = $crate::select::select(($($case,)+)).await;
        match choice {
            $($crate::select::Choice::$name($pattern) => $body,)+
        }
    }};
    (@default [$(($name:ident) ($pattern:pat) ($case:expr) ($body:expr))+] $default:expr) => {{
        let choice = $crate::select::select(($($case,)+)).or_default().await;
        match choice {
            $(Some($crate::select::Choice::$name($pattern)) => $body,)+
            None => $default,
        }
    }};
}
