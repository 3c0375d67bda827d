//! Five ask for one page at once; it is fetched once.

use std::time::Duration;

use csp::patterns::singleflight::Group;
use csp::run::Config;
use csp::sync::WaitGroup;
use csp::time::sleep;
use csp::{native, println};

fn main() {
    native::run(Config::default(), async {
        let (pages, readers) = (Group::new(), WaitGroup::new());
        for reader in 1..=5 {
            let pages = pages.clone();
            readers.go(async move {
                let fetch = move || async move {
                    println!("reader {reader} fetches");
                    sleep(Duration::from_millis(20)).await;
                    "hello".to_owned()
                };
                let page = pages.call("index", fetch).await;
                println!("reader {reader}: {} (shared: {})", page.value, page.shared);
            });
        }
        readers.wait().await;
        println!("{:?}", pages.totals());
    });
}
