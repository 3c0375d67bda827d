//! The words of what a reader does to a picture, in both languages.

use crate::figures::duration;
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
