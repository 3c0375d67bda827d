//! The words around a run that is pinned and the one beside it.

use crate::i18n::Lang;

fn pick(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// A button that stays pressed.
pub fn pin(lang: Lang) -> &'static str {
    pick(lang, "Pin", "固定")
}

/// What the button does, and below it once it is pressed.
pub fn pin_hint(lang: Lang) -> &'static str {
    pick(
        lang,
        "This run stays, and the next one stands below it. One run can be pinned at a time.",
        "保留这次运行，下一次运行显示在它下方。同一时间只能固定一次运行。",
    )
}

/// The same, where another run is pinned already.
pub fn replaces(lang: Lang) -> &'static str {
    pick(
        lang,
        "With the next run this one takes the place of the pinned run",
        "下一次运行开始时，这次运行将取代已固定的运行",
    )
}

/// A button.
pub fn unpin(lang: Lang) -> &'static str {
    pick(lang, "Unpin", "取消固定")
}

/// The title of the pinned run.
pub fn pinned_run(lang: Lang) -> &'static str {
    pick(lang, "Pinned run", "已固定的运行")
}

/// The caption of a table.
pub fn figures_caption(lang: Lang) -> &'static str {
    pick(
        lang,
        "The pinned run and the new one",
        "已固定的运行与新的运行",
    )
}

/// The heads of a table.
pub fn figures_heads(lang: Lang) -> [&'static str; 4] {
    match lang {
        Lang::En => ["figure", "pinned", "new", "the new one is"],
        Lang::Zh => ["数据", "已固定", "新的", "新的相比"],
    }
}

/// The caption of a table.
pub fn parameters_caption(lang: Lang) -> &'static str {
    pick(lang, "Parameters that differ", "不同的参数")
}

/// The heads of a table.
pub fn parameters_heads(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["parameter", "pinned", "new"],
        Lang::Zh => ["参数", "已固定", "新的"],
    }
}

/// In place of that table.
pub fn same_parameters(lang: Lang) -> &'static str {
    pick(
        lang,
        "Both ran with the same parameters: what differs is chance",
        "两次运行的参数相同，差异来自偶然",
    )
}

/// A figure.
pub fn outcome(lang: Lang) -> &'static str {
    pick(lang, "Outcome", "结果")
}

/// A figure.
pub fn elapsed(lang: Lang) -> &'static str {
    pick(lang, "Time in all", "总时间")
}

/// Between two figures.
pub fn same(lang: Lang) -> &'static str {
    pick(lang, "the same", "相同")
}

/// How a figure stands to another.
pub fn times(factor: &str, more: bool, lang: Lang) -> String {
    match (more, lang) {
        (true, Lang::En) => format!("{factor} times as much"),
        (false, Lang::En) => format!("{factor} times less"),
        (true, Lang::Zh) => format!("{factor} 倍"),
        (false, Lang::Zh) => format!("1/{factor}"),
    }
}

/// What a toggle stands on.
pub fn toggle(on: bool, lang: Lang) -> &'static str {
    match on {
        true => pick(lang, "on", "开"),
        false => pick(lang, "off", "关"),
    }
}

/// A parameter.
pub fn scheduler(lang: Lang) -> &'static str {
    pick(lang, "Scheduler", "调度器")
}
