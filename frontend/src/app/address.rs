//! The address of the page, and going to another without loading the site again.
//!
//! A plain click on a link to this site becomes an entry of the history and
//! another page. All else is the browser's: other sites, downloads, links that
//! are opened elsewhere, places within a page, and whatever somebody has
//! already seen to.

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

/// Where the reader is; a handle, copied freely.
#[derive(Clone, Copy)]
pub struct Address {
    /// The path, from the site's root.
    pub path: RwSignal<String>,
    /// The query, with its question mark.
    pub search: RwSignal<String>,
}

/// The address, for any component.
pub fn use_address() -> Address {
    expect_context()
}

impl Address {
    /// Reads the address, follows it, and is there for every component.
    pub fn provide() -> Address {
        let address = Address {
            path: RwSignal::new(String::new()),
            search: RwSignal::new(String::new()),
        };
        address.read();
        provide_context(address);
        // Both are there for as long as the page is.
        window_event_listener(ev::popstate, move |_| address.read());
        window_event_listener(ev::click, move |event| address.clicked(&event));
        address
    }

    fn read(self) {
        let location = window().location();
        let read = |signal: RwSignal<String>, text: Result<String, JsValue>| {
            let text = text.unwrap_or_default();
            if *signal.read_untracked() != text {
                signal.set(text);
            }
        };
        // A page looks at the query when it is made, so the query comes first.
        read(self.search, location.search());
        read(self.path, location.pathname());
    }

    fn clicked(self, event: &MouseEvent) {
        let elsewhere =
            event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key();
        if event.default_prevented() || event.button() != 0 || elsewhere {
            return;
        }
        let Some(link) = link_of(event) else {
            return;
        };
        let location = window().location();
        let is_ours = location
            .origin()
            .is_ok_and(|origin| origin == link.origin());
        let is_place = !link.hash().is_empty()
            && link.pathname() == *self.path.read_untracked()
            && link.search() == location.search().unwrap_or_default();
        let is_elsewhere = !matches!(&*link.target(), "" | "_self");
        if !is_ours || is_place || is_elsewhere || link.has_attribute("download") {
            return;
        }
        let Ok(history) = window().history() else {
            return;
        };
        let moved = history.push_state_with_url(&JsValue::NULL, "", Some(&link.href()));
        if moved.is_ok() {
            event.prevent_default();
            self.read();
            go_to_place(link.hash());
        }
    }
}

/// The link that was clicked, or that holds what was.
fn link_of(event: &MouseEvent) -> Option<HtmlAnchorElement> {
    let clicked = event.target()?.dyn_into::<Element>().ok()?;
    clicked.closest("a[href]").ok()??.dyn_into().ok()
}

/// Scrolls to the element that a link names, once it is there, or to the top.
fn go_to_place(hash: String) {
    request_animation_frame(move || {
        let place = hash.strip_prefix('#').filter(|id| !id.is_empty());
        match place.and_then(|id| document().get_element_by_id(id)) {
            Some(element) => element.scroll_into_view(),
            None => window().scroll_to_with_x_and_y(0.0, 0.0),
        }
    });
}
