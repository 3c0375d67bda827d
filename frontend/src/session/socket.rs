//! A WebSocket that brings binary messages and says when it is over.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// An open connection. Dropped, it is closed and says no more.
pub(super) struct Socket {
    socket: WebSocket,
    // The browser calls them for as long as they are there.
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_close: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Connects to `address`. An error in connecting is a close.
    ///
    /// # Errors
    /// What the browser says about the address.
    pub(super) fn open(
        address: &str,
        on_message: impl Fn(Vec<u8>) + 'static,
        on_close: impl Fn() + 'static,
    ) -> Result<Socket, String> {
        let socket = WebSocket::new(address).map_err(|error| format!("{error:?}"))?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            // The server sends binary messages alone.
            if let Ok(buffer) = event.data().dyn_into::<js_sys::ArrayBuffer>() {
                on_message(js_sys::Uint8Array::new(&buffer).to_vec());
            }
        });
        let on_close = Closure::<dyn Fn(CloseEvent)>::new(move |_| on_close());
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Socket {
            socket,
            _on_message: on_message,
            _on_close: on_close,
        })
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        // Closing what is closed already is no error.
        let _ = self.socket.close();
    }
}
