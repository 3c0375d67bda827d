//! spec: Select statements.

use csp::{chan, go, select, yield_now};

use super::{completes, panics};

/// Among several cases that are ready, each is as likely as the others.
#[test]
fn the_choice_among_ready_cases_is_uniform() {
    const ROUNDS: u32 = 12_000;
    let counts = completes(async {
        let channels: Vec<_> = (0..4).map(|_| chan(1)).collect();
        let mut counts = [0_u32; 4];
        for _ in 0..ROUNDS {
            for ch in &channels {
                let _ = ch.try_send(());
            }
            let chosen = select! {
                _ = channels[0].recv() => 0,
                _ = channels[1].recv() => 1,
                _ = channels[2].recv() => 2,
                _ = channels[3].recv() => 3,
            };
            counts[chosen] += 1;
        }
        counts
    });
    // Five standard deviations of a binomial: sqrt(12000 · ¼ · ¾) is 47.
    for count in counts {
        assert!(count.abs_diff(ROUNDS / 4) < 240, "{counts:?}");
    }
}

/// Two of three ready: the third is never chosen, the two evenly (rotation
/// from a random start would favour one).
#[test]
fn the_choice_is_uniform_with_a_gap_among_the_cases() {
    let counts = completes(async {
        let channels: Vec<_> = (0..3).map(|_| chan(1)).collect();
        let mut counts = [0_u32; 3];
        for _ in 0..10_000 {
            let _ = channels[0].try_send(());
            let _ = channels[1].try_send(());
            let chosen = select! {
                _ = channels[0].recv() => 0,
                _ = channels[1].recv() => 1,
                _ = channels[2].recv() => 2,
            };
            counts[chosen] += 1;
        }
        counts
    });
    assert_eq!(counts[2], 0);
    assert!(counts[0].abs_diff(5_000) < 250, "{counts:?}");
}

/// The default is for when no case is ready.
#[test]
fn default_comes_only_when_nothing_is_ready() {
    completes(async {
        let ch = chan(1);
        let got = select! { value = ch.recv() => value, default => None };
        assert_eq!(got, None);
        let sent = select! { () = ch.send(5) => true, default => false };
        assert!(sent);
        let sent = select! { () = ch.send(6) => true, default => false };
        assert!(!sent, "the buffer is full");
        let got = select! { value = ch.recv() => value, default => None };
        assert_eq!(got, Some(5));
    });
}

/// Without a default, a select waits.
#[test]
fn a_select_waits_for_the_first_case_that_comes() {
    completes(async {
        let (first, second) = (chan::<i32>(0), chan(0));
        let sender = second.sender();
        go(async move {
            yield_now().await;
            sender.send("here").await;
        });
        let got = select! {
            number = first.recv() => format!("{number:?}"),
            text = second.recv() => format!("{text:?}"),
        };
        assert_eq!(got, "Some(\"here\")");
    });
}

/// Send and receive in one select; two selects meet.
#[test]
fn two_selects_meet_and_exchange_every_value_once() {
    for _ in 0..super::times(50) {
        let (given, taken) = completes(async {
            let (left, right) = (chan(0), chan(0));
            let done = chan(2);
            for side in 0..2 {
                let (left, right, done) = (left.clone(), right.clone(), done.clone());
                go(async move {
                    let (mut given, mut taken) = (0_u64, 0_u64);
                    for number in 0..200_u64 {
                        let (give, take) = match side {
                            0 => (&left, &right),
                            _ => (&right, &left),
                        };
                        select! {
                            () = give.send(number) => given += number,
                            value = take.recv() => taken += value.unwrap_or(0),
                        }
                    }
                    // Whoever is ahead serves the other to the end.
                    done.send((given, taken)).await;
                });
            }
            let mut sums = (0, 0);
            for _ in 0..2 {
                let (given, taken) = done.recv().await.unwrap();
                sums.0 += given;
                sums.1 += taken;
            }
            sums
        });
        assert_eq!(given, taken);
    }
}

/// The same channel may stand in several cases, in both directions.
#[test]
fn one_channel_may_stand_in_a_select_twice() {
    completes(async {
        let ch = chan(1);
        for _ in 0..100 {
            let received = select! {
                value = ch.recv() => value,
                () = ch.send(1) => None,
                value = ch.recv() => value,
            };
            assert!(received.is_none() || received == Some(1));
        }
    });
}

/// A nil channel is never ready.
#[test]
fn a_nil_case_is_never_chosen() {
    completes(async {
        let (nil, ch) = (csp::Chan::<i32>::nil(), chan(1));
        for number in 0..100 {
            ch.send(number).await;
            select! {
                _ = nil.recv() => unreachable!("a nil channel is never ready"),
                value = ch.recv() => assert_eq!(value, Some(number)),
            }
        }
    });
}

/// spec: a chosen send on a closed channel panics; a receive from one is ready.
#[test]
fn closed_channels_are_ready_in_a_select() {
    let text = panics(async {
        let (ch, other) = (chan(0), chan::<()>(0));
        ch.close();
        select! {
            () = ch.send(1) => {}
            _ = other.recv() => {}
        }
    });
    assert_eq!(text, "send on closed channel");
    completes(async {
        let ch = chan::<i32>(0);
        ch.close();
        assert_eq!(select! { value = ch.recv() => value }, None);
    });
}

/// A send that waits in a select panics when its channel is closed.
#[test]
fn a_select_that_waits_panics_when_its_send_is_closed() {
    let text = panics(async {
        let (ch, other) = (chan(0), chan::<()>(0));
        let closer = ch.clone();
        go(async move {
            for _ in 0..20 {
                yield_now().await;
            }
            closer.close();
        });
        select! {
            () = ch.send(1) => {}
            _ = other.recv() => {}
        }
    });
    assert_eq!(text, "send on closed channel");
}

/// Arms may await, break, continue and use `?`.
#[test]
fn arms_are_part_of_the_goroutine() {
    let collected = completes(async {
        let (numbers, done) = (chan(0), chan::<()>(0));
        let (sender, finish) = (numbers.sender(), done.clone());
        go(async move {
            for number in 0..5 {
                sender.send(number).await;
            }
            finish.close();
        });
        let collected = chan(10);
        loop {
            select! {
                number = numbers.recv() => {
                    if number == Some(2) {
                        continue;
                    }
                    collected.send(number).await;
                }
                _ = done.recv() => break,
            }
        }
        collected.close();
        let mut all = Vec::new();
        while let Some(number) = collected.recv().await {
            all.extend(number);
        }
        all
    });
    assert_eq!(collected, [0, 1, 3, 4]);
}

/// Many goroutines select over the same channels in every order: no value is
/// lost or doubled, and nobody is locked out.
#[test]
fn a_crowd_of_selects_loses_nothing() {
    let sum = completes(async {
        let channels: [csp::Chan<u64>; 3] = std::array::from_fn(|capacity| chan(capacity));
        let group = csp::sync::WaitGroup::new();
        for sender in 0..6 {
            let channels = channels.clone();
            group.go(async move {
                for number in 0..200_u64 {
                    let [a, b, c] = match sender % 3 {
                        0 => [0, 1, 2],
                        1 => [1, 2, 0],
                        _ => [2, 0, 1],
                    };
                    select! {
                        () = channels[a].send(number) => {}
                        () = channels[b].send(number) => {}
                        () = channels[c].send(number) => {}
                    }
                }
            });
        }
        let results = chan(6);
        for receiver in 0..6 {
            let (channels, results) = (channels.clone(), results.clone());
            go(async move {
                let mut sum = 0;
                for _ in 0..200 {
                    let [a, b, c] = match receiver % 3 {
                        0 => [2, 1, 0],
                        1 => [0, 2, 1],
                        _ => [1, 0, 2],
                    };
                    let value = select! {
                        value = channels[a].recv() => value,
                        value = channels[b].recv() => value,
                        value = channels[c].recv() => value,
                    };
                    sum += value.unwrap();
                }
                results.send(sum).await;
            });
        }
        group.wait().await;
        let mut sum = 0;
        for _ in 0..6 {
            sum += results.recv().await.unwrap();
        }
        sum
    });
    assert_eq!(sum, 6 * (0..200).sum::<u64>());
}
