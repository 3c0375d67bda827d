//! A connection that is lost and comes back.

use std::collections::HashSet;

use crate::page::Page;
use crate::picture;
use crate::proxy::Proxy;
use crate::site::Site;

#[tokio::test]
async fn a_run_goes_on_after_the_connection_was_lost() {
    let site = Site::start().await;
    let way = Proxy::to(site.address).await;
    let path = "/lessons/channel-buffered?capacity=0&time_scale=1";
    let page = Page::open(&way.url(), path).await;
    page.click("run").await;
    picture::until_drawn_while_running(&page).await;

    way.cut();
    page.phase(&["lost"]).await;
    way.restore();
    page.phase(&["ended"]).await;
    assert_eq!(page.attribute("outcome", "data-outcome").await, "completed");

    // Every send of the sender is there, and no stretch of time twice.
    let rows = picture::rows(&page).await;
    let sends = rows.iter().filter(|row| row.is_blocked_send());
    let ordinals: Vec<String> = sends.map(|row| row.ordinal.clone()).collect();
    assert_eq!(ordinals, ["1", "2", "3", "4", "5"]);
    let mut seen = HashSet::new();
    for row in &rows {
        assert!(
            seen.insert((row.g.clone(), row.from())),
            "twice in the table: {row:?}"
        );
    }
    page.close(&["WebSocket", "net::ERR_"]).await;
}
