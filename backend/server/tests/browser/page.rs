//! A page that is open in a browser, with what a test does to it.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::chromium::{Chromium, Screen};

/// How long anything may take on a busy machine with two cores.
const DEADLINE_SECONDS: u64 = 60;
/// Between two looks at what is waited for.
const LOOK_MILLIS: u64 = 15;

/// A browser that shows one site.
pub(crate) struct Page {
    browser: Chromium,
    site: String,
}

impl Page {
    /// Opens a path of a site on a desk.
    pub(crate) async fn open(site: &str, path: &str) -> Page {
        Page::open_on(Screen::Desk, site, path).await
    }

    pub(crate) async fn open_on(screen: Screen, site: &str, path: &str) -> Page {
        let page = Page {
            browser: Chromium::open(screen).await,
            site: site.to_owned(),
        };
        page.goto(path).await;
        page
    }

    pub(crate) async fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.site);
        self.browser
            .client
            .goto(&url)
            .await
            .expect("the browser opens the page");
    }

    pub(crate) async fn reload(&self) {
        self.browser
            .client
            .refresh()
            .await
            .expect("the browser loads the page again");
    }

    /// The path and the query that the browser shows.
    pub(crate) async fn address(&self) -> String {
        let address = self.js("return location.pathname + location.search").await;
        address.as_str().unwrap_or_default().to_owned()
    }

    /// Closes the browser. Errors in the console fail the test, but for those
    /// that hold one of the `expected` texts.
    pub(crate) async fn close(self, expected: &[&str]) {
        let errors = self.browser.errors().await;
        let unexpected: Vec<&String> = errors
            .iter()
            .filter(|error| !expected.iter().any(|text| error.contains(text)))
            .collect();
        assert!(
            unexpected.is_empty(),
            "errors in the console: {unexpected:#?}"
        );
    }

    /// The value of a JavaScript function's body.
    pub(crate) async fn js(&self, body: &str) -> Value {
        self.js_with(body, Vec::new()).await
    }

    pub(crate) async fn js_with(&self, body: &str, arguments: Vec<Value>) -> Value {
        match self.browser.client.execute(body, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{error}\nin: {body}"),
        }
    }

    /// The value that an asynchronous JavaScript function's body gives to its
    /// last argument.
    pub(crate) async fn js_async(&self, body: &str, arguments: Vec<Value>) -> Value {
        match self.browser.client.execute_async(body, arguments).await {
            Ok(value) => value,
            Err(error) => panic!("{error}\nin: {body}"),
        }
    }

    /// Asks until the answer is there.
    pub(crate) async fn until<T: Debug>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut(&Page) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + Duration::from_secs(DEADLINE_SECONDS);
        loop {
            if let Some(found) = look(self).await {
                return found;
            }
            if Instant::now() > deadline {
                let text = self.js("return document.body.innerText").await;
                let errors = self.browser.errors().await;
                panic!(
                    "not within {DEADLINE_SECONDS} s: {what}\nconsole: {errors:#?}\nthe page says:\n{}",
                    text.as_str().unwrap_or_default()
                );
            }
            tokio::time::sleep(Duration::from_millis(LOOK_MILLIS)).await;
        }
    }

    /// The element with this `data-testid`, once it is there.
    pub(crate) async fn element(&self, id: &str) -> Element {
        let css = format!("[data-testid=\"{id}\"]");
        self.until(&format!("an element {id}"), async |page| {
            page.browser.client.find(Locator::Css(&css)).await.ok()
        })
        .await
    }

    pub(crate) async fn click(&self, id: &str) {
        // A click fails where the page puts the element anew meanwhile.
        self.until(&format!("a click on {id}"), async |page| {
            page.element(id).await.click().await.ok()
        })
        .await;
    }

    /// Types into whatever has the focus.
    pub(crate) async fn keys(&self, keys: &str) {
        let focused = self.browser.client.active_element().await;
        let focused = focused.expect("something has the focus");
        focused.send_keys(keys).await.expect("it takes keys");
    }

    /// Writes into a field of the form, as one who selects all of it first.
    pub(crate) async fn fill(&self, name: &str, value: &str) {
        let field = self.element(&format!("field-{name}")).await;
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field
            .send_keys(&select_all)
            .await
            .expect("the field takes keys");
        field.send_keys(value).await.expect("the field takes keys");
    }

    /// What a field of the form holds.
    pub(crate) async fn field(&self, name: &str) -> String {
        let field = self.element(&format!("field-{name}")).await;
        field
            .prop("value")
            .await
            .expect("a field")
            .unwrap_or_default()
    }

    /// An attribute of the element with this `data-testid`; empty where there is
    /// none.
    pub(crate) async fn attribute(&self, id: &str, name: &str) -> String {
        let body = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)\
                    ?.getAttribute(arguments[1]) ?? ''";
        let value = self.js_with(body, vec![json!(id), json!(name)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The words of the element with this `data-testid`; empty where there is
    /// none.
    pub(crate) async fn words(&self, id: &str) -> String {
        let body = "return document.querySelector(`[data-testid=\"${arguments[0]}\"]`)\
                    ?.innerText ?? ''";
        let value = self.js_with(body, vec![json!(id)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// The words of the first element that a CSS selector finds.
    pub(crate) async fn words_of(&self, selector: &str) -> String {
        let body = "return document.querySelector(arguments[0])?.innerText ?? ''";
        let value = self.js_with(body, vec![json!(selector)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until a run is in one of these phases.
    pub(crate) async fn phase(&self, phases: &[&str]) -> String {
        self.until(
            &format!("a run that is {}", phases.join(" or ")),
            async |page| {
                let phase = page.attribute("state", "data-phase").await;
                phases.contains(&phase.as_str()).then_some(phase)
            },
        )
        .await
    }

    /// Presses Run and waits for the end of the run that it starts.
    pub(crate) async fn run_to_the_end(&self) {
        self.element("state").await;
        // The state of the run before may still stand there: only changes count.
        self.js(
            "const state = document.querySelector('[data-testid=state]');\
             window.phases = [];\
             new MutationObserver(() => window.phases.push(state.dataset.phase))\
                 .observe(state, { attributeFilter: ['data-phase'] });",
        )
        .await;
        self.click("run").await;
        let last = self
            .until("the end of the run", async |page| {
                let last = page.js("return window.phases.at(-1) ?? ''").await;
                (last == "ended" || last == "failed").then_some(last)
            })
            .await;
        assert_eq!(last, "ended", "{}", self.words("error").await);
    }

    pub(crate) async fn screenshot(&self) -> Vec<u8> {
        self.browser
            .client
            .screenshot()
            .await
            .expect("a picture of the page")
    }

    /// How far the page is wider than its screen, in CSS pixels. On a telephone
    /// the window grows with what does not fit.
    pub(crate) async fn too_wide_by(&self) -> i64 {
        let body = "const html = document.documentElement;\
                    return Math.max(html.scrollWidth - html.clientWidth, innerWidth - screen.width)";
        self.js(body).await.as_i64().unwrap_or(i64::MAX)
    }
}
