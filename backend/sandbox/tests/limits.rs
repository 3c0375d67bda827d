//! What a task body can do, and what stops it.

use std::time::Duration;

use sandbox::{CompileError, Limits, MAX_TEXT_BYTES, TaskBody, TaskError};

fn body(inner: &str) -> String {
    format!("(module (memory 1) (func (export \"task\") (param $n i64) (result i64) {inner}))")
}

fn compiled(text: &str) -> TaskBody {
    TaskBody::compile(text, Limits::default()).unwrap()
}

fn refused(text: &str) -> String {
    match TaskBody::compile(text, Limits::default()) {
        Ok(_) => panic!("{text} was taken"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn it_computes() {
    let square = compiled(&body("local.get $n local.get $n i64.mul"));
    assert_eq!(square.call(7), Ok(49));
    assert_eq!(square.call(-3), Ok(9));
}

#[test]
fn no_call_sees_what_another_left() {
    let counts = compiled(
        "(module (global $n (mut i64) (i64.const 0))
           (func (export \"task\") (param i64) (result i64)
             (global.set $n (i64.add (global.get $n) (i64.const 1)))
             (global.get $n)))",
    );
    assert_eq!(counts.call(0), Ok(1));
    assert_eq!(counts.call(0), Ok(1));
}

#[test]
fn an_endless_loop_uses_up_its_fuel() {
    let endless = compiled(&body("(loop $again (br $again)) (i64.const 0)"));
    let fuel = Limits::default().fuel;
    assert_eq!(endless.call(0), Err(TaskError::Fuel(fuel)));
}

#[test]
fn with_fuel_enough_the_clock_ends_it() {
    let limits = Limits {
        fuel: u64::MAX,
        time: Duration::from_millis(5),
        ..Limits::default()
    };
    let text = body("(loop $again (br $again)) (i64.const 0)");
    let endless = TaskBody::compile(&text, limits).unwrap();
    assert_eq!(endless.call(0), Err(TaskError::Time(5)));
}

#[test]
fn memory_beyond_its_limit_is_not_given() {
    let pages = body("(i64.extend_i32_s (memory.grow (i32.wrap_i64 (local.get $n))))");
    assert_eq!(compiled(&pages).call(1), Ok(1), "from one page to two");
    assert_eq!(compiled(&pages).call(1_000), Ok(-1), "not to a thousand");

    let insists = body(
        "(if (i32.eq (memory.grow (i32.const 1000)) (i32.const -1)) (then unreachable)) (i64.const 0)",
    );
    let bytes = Limits::default().memory_bytes;
    assert_eq!(compiled(&insists).call(0), Err(TaskError::Memory(bytes)));

    let text = body("(i64.const 0)").replace("(memory 1)", "(memory 1000)");
    assert_eq!(compiled(&text).call(0), Err(TaskError::Memory(bytes)));
}

#[test]
fn a_trap_is_told_in_words() {
    let divides = compiled(&body("(i64.div_s (i64.const 1) (local.get $n))"));
    assert_eq!(divides.call(1), Ok(1));
    let words = divides.call(0).unwrap_err().to_string();
    assert!(words.contains("divide by zero"), "{words}");

    let deep =
        "(module (func $f (export \"task\") (param i64) (result i64) (call $f (local.get 0))))";
    let words = compiled(deep).call(0).unwrap_err().to_string();
    assert!(words.contains("stack"), "{words}");
}

#[test]
fn what_is_no_task_body_is_refused_with_the_mend() {
    let text = refused("(module (func (export \"task\")");
    assert!(text.contains("expected"), "{text}");
    assert!(text.contains(":1:"), "the line is named: {text}");

    let text = refused("(module (func (export \"tusk\") (param i64) (result i64) local.get 0))");
    assert!(text.contains("export \"task\""), "{text}");

    let text = refused("(module (import \"env\" \"now\" (func)))");
    assert!(text.contains("env.now"), "{text}");

    let long = " ".repeat(MAX_TEXT_BYTES + 1);
    let error = TaskBody::compile(&long, Limits::default()).err();
    let bytes = long.len();
    assert_eq!(error, Some(CompileError::TooLong { bytes }));
}
