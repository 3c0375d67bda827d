//! A panic of the page itself: nothing of it runs from there on, so the words
//! are put into the document by hand.

use std::panic::PanicHookInfo;

use leptos::prelude::document;

use crate::i18n::{Key, Lang};

/// Says in the console where the page failed, and on the page that it did.
pub fn tell(info: &PanicHookInfo<'_>) {
    web_sys::console::error_1(&info.to_string().into());
    // No step of this may panic again; what fails is left out.
    let document = document();
    let lang = document
        .document_element()
        .and_then(|html| html.get_attribute("lang"))
        .and_then(|tag| Lang::parse(&tag))
        .unwrap_or_default();
    let Ok(notice) = document.create_element("div") else {
        return;
    };
    notice.set_class_name("notice notice--danger notice--crash");
    let _ = notice.set_attribute("role", "alert");
    notice.set_text_content(Some(lang.say(Key::Crashed)));
    if let Some(body) = document.body() {
        let _ = body.append_child(&notice);
    }
}
