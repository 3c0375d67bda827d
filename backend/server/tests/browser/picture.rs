//! The picture of a run, as its table, its lanes and its pixels tell it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::page::Page;

/// A row of the picture's table: a wait of a goroutine.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) g: String,
    #[serde(default)]
    pub(crate) name: String,
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) object: String,
    /// Of a send or a receive: which one of its goroutine and its channel.
    #[serde(default)]
    pub(crate) ordinal: String,
    pub(crate) from_ns: String,
    #[serde(default)]
    pub(crate) to_ns: String,
}

const ROWS: &str = "[...document.querySelectorAll('tr[data-g]')].map(row => ({...row.dataset}))";

impl Row {
    pub(crate) fn from(&self) -> u64 {
        self.from_ns.parse().expect("a time in ns")
    }

    pub(crate) fn to(&self) -> Option<u64> {
        self.to_ns.parse().ok()
    }

    pub(crate) fn length(&self) -> u64 {
        self.to().unwrap_or(0).saturating_sub(self.from())
    }

    /// Blocked in a send of the lesson's sender.
    pub(crate) fn is_blocked_send(&self) -> bool {
        self.name == "sender" && self.state == "blocked" && self.reason == "send"
    }
}

/// The rows of the table, in the order of time.
pub(crate) async fn rows(page: &Page) -> Vec<Row> {
    let rows = page.js(&format!("return {ROWS}")).await;
    let mut rows: Vec<Row> = serde_json::from_value(rows).expect("rows of the picture's table");
    rows.sort_by_key(Row::from);
    rows
}

/// Waits for a row of the table while the run has not ended.
pub(crate) async fn until_drawn_while_running(page: &Page) {
    page.until("a row while the run is running", async |page| {
        is_drawn_while_running(page).await.then_some(())
    })
    .await;
}

/// Whether the table has a row while the run has not ended. Both are asked for
/// in one turn of the page.
async fn is_drawn_while_running(page: &Page) -> bool {
    let body = format!(
        "return {ROWS}.length > 0 && \
         document.querySelector('[data-testid=state]')?.dataset.phase === 'running'"
    );
    page.js(&body).await == json!(true)
}

/// The goroutine that ran longest beside main.
pub(crate) async fn busiest(page: &Page) -> String {
    let body = "const rows = [...document.querySelectorAll('tr[data-goroutine]')]\
                    .map(row => row.dataset).filter(row => row.goroutine !== '1');\
                rows.sort((a, b) => Number(b.runningNs) - Number(a.runningNs));\
                return rows[0]?.goroutine ?? ''";
    let busiest = page.js(body).await;
    busiest.as_str().unwrap_or_default().to_owned()
}

/// The colours, as `#rrggbb`, of the timeline's pixels in a goroutine's lane
/// over the middle half of a wait.
pub(crate) async fn colours(page: &Page, row: &Row) -> Vec<String> {
    let arguments = vec![json!(row.g), json!(row.from()), json!(row.to())];
    colours_of(page, arguments).await
}

/// The same over the whole lane.
pub(crate) async fn colours_of_lane(page: &Page, g: &str) -> Vec<String> {
    colours_of(page, vec![json!(g)]).await
}

/// The same over the whole lane of a P.
pub(crate) async fn colours_of_lane_of_p(page: &Page, p: u16) -> Vec<String> {
    colours_of(page, vec![json!(p), Value::Null, Value::Null, json!("p")]).await
}

async fn colours_of(page: &Page, arguments: Vec<Value>) -> Vec<String> {
    let colours = page.js_with(COLOURS, arguments).await;
    serde_json::from_value(colours).expect("colours of the timeline")
}

const COLOURS: &str = "
    const [g, from, to, key] = arguments;
    const canvas = document.querySelector('canvas[data-testid=timeline-pixels]');
    const lane = document.querySelector(`[data-testid=lane][data-${key ?? 'g'}=\"${g}\"]`).dataset;
    const scale = document.querySelector('[data-scale-from-ns]').dataset;
    const from_ns = Number(scale.scaleFromNs), to_ns = Number(scale.scaleToNs);
    const left = Number(scale.scaleLeft), width = Number(scale.scaleWidth);
    const place = ns => left + (ns - from_ns) / (to_ns - from_ns) * width;
    const begin = from ?? from_ns, end = to ?? to_ns;
    const margin = (from ?? null) === null ? 0 : (end - begin) / 4;
    const ratio = canvas.width / canvas.getBoundingClientRect().width;
    const x_from = place(begin + margin), x_to = place(end - margin);
    const box = [x_from, Number(lane.top), x_to - x_from, Number(lane.height)];
    const [x, y, w, h] = box.map(length => Math.round(length * ratio));
    const data = canvas.getContext('2d').getImageData(x, y, Math.max(w, 1), Math.max(h, 1)).data;
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] === 255) {
            const parts = [data[at], data[at + 1], data[at + 2]];
            colours.add('#' + parts.map(part => part.toString(16).padStart(2, '0')).join(''));
        }
    }
    return [...colours];
";

/// A colour of the style's tokens, as `#rrggbb`.
pub(crate) async fn token(page: &Page, name: &str) -> String {
    let body = "return getComputedStyle(document.documentElement)\
                .getPropertyValue(arguments[0]).trim().toLowerCase()";
    let colour = page.js_with(body, vec![json!(name)]).await;
    let colour = colour.as_str().unwrap_or_default().to_owned();
    assert!(
        colour.starts_with('#') && colour.len() == 7,
        "{name} is `{colour}`"
    );
    colour
}
