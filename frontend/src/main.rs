//! Mounts the page. Everything else is in the library beside it.

fn main() {
    #[cfg(target_arch = "wasm32")]
    frontend::app::mount();
    #[cfg(not(target_arch = "wasm32"))]
    eprintln!(
        "the front end runs in a browser: build it with `trunk build --release`, then start the \
         server with `cargo run --release`"
    );
}
