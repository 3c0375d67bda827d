//! The words around a listing, in both languages.

use super::Step;
use crate::figures::count;
use crate::i18n::Lang;

/// The button of a line.
pub fn find(line: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Line {line}: find the spans that begin here"),
        Lang::Zh => format!("第 {line} 行：查找从这里开始的时段"),
    }
}

/// How many spans began on a line, and which of them is chosen.
pub fn found(line: u32, all: usize, at: Option<usize>, lang: Lang) -> String {
    let number = count(all as u64);
    let nth = at.map(|at| count(at as u64 + 1)).unwrap_or_default();
    match (all, lang) {
        (0, Lang::En) => format!("Line {line}: no span begins here"),
        (1, Lang::En) => format!("Line {line}: 1 span begins here"),
        (_, Lang::En) => format!("Line {line}: {number} spans begin here; this is number {nth}"),
        (0, Lang::Zh) => format!("第 {line} 行：没有从这里开始的时段"),
        (1, Lang::Zh) => format!("第 {line} 行：有 1 个时段从这里开始"),
        (_, Lang::Zh) => format!("第 {line} 行：有 {number} 个时段从这里开始，当前是第 {nth} 个"),
    }
}

/// What the numbers of the lines are for.
pub fn hint(lang: Lang) -> &'static str {
    match lang {
        Lang::En => "Press the number of a Rust line to find what began there in the run",
        Lang::Zh => "点击 Rust 代码的行号，查找运行中从该行开始的时段",
    }
}

/// A button.
pub fn go(step: Step, lang: Lang) -> &'static str {
    match (step, lang) {
        (Step::First, Lang::En) => "First",
        (Step::First, Lang::Zh) => "第一个",
        (Step::Before, Lang::En) => "Previous",
        (Step::Before, Lang::Zh) => "上一个",
        (Step::After, Lang::En) => "Next",
        (Step::After, Lang::Zh) => "下一个",
    }
}
