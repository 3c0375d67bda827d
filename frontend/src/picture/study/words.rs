//! The words of what a reader does to a picture, in both languages.

use crate::figures::{count, duration};
use crate::i18n::Lang;

/// Two texts, of which one is said.
fn pick(lang: Lang, en: &'static str, zh: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// The title of the list of keys.
pub fn keys_title(lang: Lang) -> &'static str {
    pick(lang, "Keys on the timeline", "时间线上的按键")
}

/// Below the list of keys: what the pointer does.
pub fn keys_pointer(lang: Lang) -> &'static str {
    pick(
        lang,
        "With the pointer: drag to pan, drag on the axis to move the cursor, Shift and drag \
         to mark an interval, click a bar to choose it. The wheel zooms once the timeline has \
         the focus, with Shift it pans.",
        "指针操作：拖动可平移，在时间轴上拖动可移动游标，按住 Shift 拖动可选取区间，\
         单击色条可选中。时间线获得焦点后滚轮缩放，按住 Shift 则平移。",
    )
}

/// What a key does.
pub fn key_zoom(lang: Lang) -> &'static str {
    pick(
        lang,
        "Zoom in and out; the letters zoom about the pointer, for as long as they are held",
        "放大、缩小；字母键以指针处为中心，按住可连续缩放",
    )
}

/// What a key does.
pub fn key_pan(lang: Lang) -> &'static str {
    pick(
        lang,
        "Pan to earlier and later times",
        "向更早或更晚的时间平移",
    )
}

/// What a key does.
pub fn key_whole(lang: Lang) -> &'static str {
    pick(lang, "Show the whole run", "显示整个运行")
}

/// What a key does.
pub fn key_span(lang: Lang) -> &'static str {
    pick(
        lang,
        "The span before and after, in the same goroutine",
        "同一 goroutine 的上一个、下一个时段",
    )
}

/// What a key does.
pub fn key_lane(lang: Lang) -> &'static str {
    pick(
        lang,
        "The goroutine above and below, at the same time",
        "同一时刻的上一个、下一个 goroutine",
    )
}

/// What a key does.
pub fn key_ends(lang: Lang) -> &'static str {
    pick(
        lang,
        "The first and the last span of the goroutine",
        "该 goroutine 的第一个、最后一个时段",
    )
}

/// What a key does.
pub fn key_chosen(lang: Lang) -> &'static str {
    pick(
        lang,
        "Fill the view with the chosen span",
        "放大到选中的时段",
    )
}

/// What a key does.
pub fn key_jump(lang: Lang) -> &'static str {
    pick(
        lang,
        "The next and the previous wait for the same object, or else of the same goroutine",
        "同一对象的下一次、上一次等待；所选时段不等待对象时，则为同一 goroutine 的等待",
    )
}

/// What a key does.
pub fn key_cursor(lang: Lang) -> &'static str {
    pick(
        lang,
        "Move the cursor by one pixel, with Shift by ten",
        "游标移动一个像素，加 Shift 移动十个",
    )
}

/// What a key does.
pub fn key_mark(lang: Lang) -> &'static str {
    pick(
        lang,
        "Mark the beginning of an interval at the cursor, and again its end",
        "在游标处标记区间的起点，再按一次标记终点",
    )
}

/// What a key does.
pub fn key_select(lang: Lang) -> &'static str {
    pick(
        lang,
        "Let the pointer mark intervals without Shift, or pan again",
        "指针拖动改为选取区间，再按一次恢复为平移",
    )
}

/// What a key does.
pub fn key_follow(lang: Lang) -> &'static str {
    pick(
        lang,
        "Keep the end of a running run in view, or leave off",
        "运行期间始终显示最新时刻，再按一次停止跟随",
    )
}

/// What a key does.
pub fn key_let_go(lang: Lang) -> &'static str {
    pick(
        lang,
        "Let go of the interval; if there is none, of the cursor and the choice",
        "取消区间；没有区间时取消游标与选中",
    )
}

/// What a key does.
pub fn key_help(lang: Lang) -> &'static str {
    pick(lang, "This list; Esc closes it", "打开本列表，Esc 关闭")
}

/// The name of the row of tools below the timeline.
pub fn tools(lang: Lang) -> &'static str {
    pick(lang, "Tools of the timeline", "时间线工具")
}

/// A button.
pub fn previous_wait(lang: Lang) -> &'static str {
    pick(lang, "Previous wait", "上一次等待")
}

/// A button.
pub fn next_wait(lang: Lang) -> &'static str {
    pick(lang, "Next wait", "下一次等待")
}

/// A button that stays pressed.
pub fn select(lang: Lang) -> &'static str {
    pick(lang, "Select", "选取区间")
}

/// A button that stays pressed.
pub fn follow(lang: Lang) -> &'static str {
    pick(lang, "Follow", "跟随")
}

/// A button.
pub fn keys(lang: Lang) -> &'static str {
    pick(lang, "Keys", "按键")
}

/// Where the cursor is.
pub fn cursor_at(cursor_ns: Option<u64>, lang: Lang) -> String {
    match (cursor_ns, lang) {
        (Some(t_ns), Lang::En) => format!("Cursor at {}", duration(t_ns)),
        (Some(t_ns), Lang::Zh) => format!("游标：{}", duration(t_ns)),
        (None, _) => String::new(),
    }
}

/// How long an interval is.
pub fn long(time: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{time} long"),
        Lang::Zh => format!("长 {time}"),
    }
}

/// What a key does.
pub fn key_zoom_to_interval(lang: Lang) -> &'static str {
    pick(
        lang,
        "Fill the view with the marked interval",
        "放大到选取的区间",
    )
}

/// What a key does.
pub fn key_find(lang: Lang) -> &'static str {
    pick(
        lang,
        "Find a goroutine or an object by its name",
        "按名称查找 goroutine 或对象",
    )
}

/// A button.
pub fn zoom_to_interval(lang: Lang) -> &'static str {
    pick(lang, "Zoom to it", "放大到此区间")
}

/// A button.
pub fn let_go(lang: Lang) -> &'static str {
    pick(lang, "Let go", "取消选取")
}

/// The title of the sums of an interval.
pub fn interval(from_ns: u64, to_ns: u64, lang: Lang) -> String {
    let (from, to, len) = (
        duration(from_ns),
        duration(to_ns),
        duration(to_ns - from_ns),
    );
    match lang {
        Lang::En => format!("Interval of {len}, from {from} to {to}"),
        Lang::Zh => format!("区间长 {len}，从 {from} 到 {to}"),
    }
}

/// A figure of an interval.
pub fn lived(lang: Lang) -> &'static str {
    pick(
        lang,
        "goroutines that lived in it",
        "个 goroutine 在区间内存活",
    )
}

/// A figure of an interval.
pub fn switches(lang: Lang) -> &'static str {
    pick(
        lang,
        "times that one began to run",
        "次切换到某个 goroutine",
    )
}

/// The caption of a table.
pub fn states_caption(lang: Lang) -> &'static str {
    pick(
        lang,
        "Time of all goroutines together",
        "所有 goroutine 的时间合计",
    )
}

/// The heads of a table.
pub fn states_heads(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["state", "time", "share"],
        Lang::Zh => ["状态", "时间", "占比"],
    }
}

/// The caption of a table.
pub fn busiest_caption(lang: Lang) -> &'static str {
    pick(lang, "Who ran most", "运行最久的 goroutine")
}

/// The heads of a table.
pub fn busiest_heads(lang: Lang) -> [&'static str; 2] {
    match lang {
        Lang::En => ["goroutine", "ran"],
        Lang::Zh => ["goroutine", "运行"],
    }
}

/// The caption of a table.
pub fn channels_caption(lang: Lang) -> &'static str {
    pick(lang, "What passed through channels", "经过各通道的值")
}

/// The heads of a table.
pub fn channels_heads(lang: Lang) -> [&'static str; 3] {
    match lang {
        Lang::En => ["channel", "sends", "receives"],
        Lang::Zh => ["通道", "发送", "接收"],
    }
}

/// A count of which not all is kept.
pub fn at_least(number: u64, lang: Lang) -> String {
    let number = count(number);
    match lang {
        Lang::En => format!("at least {number}"),
        Lang::Zh => format!("至少 {number}"),
    }
}

/// Below a list that is cut.
pub fn more(number: u64, lang: Lang) -> String {
    let number = count(number);
    match lang {
        Lang::En => format!("and {number} more"),
        Lang::Zh => format!("另有 {number} 个"),
    }
}

/// The name of the field that finds names.
pub fn find(lang: Lang) -> &'static str {
    pick(
        lang,
        "Find a goroutine, or an object that somebody waited for",
        "查找 goroutine，或有 goroutine 等待过的对象",
    )
}

/// In the field, as long as it is empty.
pub fn find_hint(lang: Lang) -> &'static str {
    pick(lang, "Find by name", "按名称查找")
}

/// Beside a goroutine that was found.
pub fn found_goroutine(g: u32, from_ns: u64, lang: Lang) -> String {
    let from = duration(from_ns);
    match lang {
        Lang::En => format!("goroutine g{g}, from {from} on"),
        Lang::Zh => format!("goroutine g{g}，始于 {from}"),
    }
}

/// Beside an object that was found.
pub fn found_object(waiter: &str, from_ns: u64, lang: Lang) -> String {
    let from = duration(from_ns);
    match lang {
        Lang::En => format!("{waiter} was the first to wait for it, at {from}"),
        Lang::Zh => format!("{waiter} 最先等待它，于 {from}"),
    }
}

/// How much was found.
pub fn found(goroutines: usize, objects: usize, listed: usize, lang: Lang) -> String {
    let all = goroutines + objects;
    let s = |number: usize| if number == 1 { "" } else { "s" };
    let (g, o) = (count(goroutines as u64), count(objects as u64));
    match (all, lang) {
        (0, Lang::En) => "Nothing has this in its name".into(),
        (0, Lang::Zh) => "没有名称中含有它的 goroutine 或对象".into(),
        (_, Lang::En) => {
            let mut words = format!("{g} goroutine{}, {o} object{}", s(goroutines), s(objects));
            if all > listed {
                words += &format!("; the first {listed} are listed");
            }
            words
        }
        (_, Lang::Zh) => {
            let mut words = format!("{g} 个 goroutine，{o} 个对象");
            if all > listed {
                words += &format!("；列出前 {listed} 个");
            }
            words
        }
    }
}
