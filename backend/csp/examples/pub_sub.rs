//! Three subscribers of one topic that are too slow in three ways.

use csp::patterns::{Policy, PubSub};
use csp::run::Config;
use csp::sync::WaitGroup;
use csp::{native, println};

fn main() {
    native::run(Config::default(), async {
        let topic = PubSub::named("news");
        let newest = topic.subscribe("misses the new", 2, Policy::DropNewest);
        let oldest = topic.subscribe("misses the old", 2, Policy::DropOldest);
        let mut slow = [newest, oldest].map(|news| news.expect("the id is free"));
        let mut blocks = topic
            .subscribe("misses nothing", 2, Policy::Block)
            .expect("the id is free");
        let reader = WaitGroup::new();
        reader.go(async move {
            while let Some(number) = blocks.recv().await {
                println!("{}: {number}", blocks.id());
            }
        });

        for number in 1..=5 {
            topic.publish(number).await.expect("the topic is open");
        }
        topic.close();
        reader.wait().await;
        for news in &mut slow {
            while let Some(number) = news.recv().await {
                println!("{}: {number}", news.id());
            }
            println!("{}: {:?}", news.id(), news.totals());
        }
    });
}
