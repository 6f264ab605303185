// SPDX-License-Identifier: Apache-2.0

//! Random histories on the real runtime and the model.

use dsla_model::drive::{play_random, shrink, Tally};
use std::time::Duration;

/// What has to happen at least once, or the histories are too tame.
const EVENTS: [&str; 40] = [
    "agreement completed",
    "agreement terminated",
    "amendment accepted",
    "amendment carried over",
    "amendment dropped",
    "amendment left",
    "appeal",
    "automatic payout",
    "backers bear a loss",
    "backers wiped out",
    "backing canceled",
    "challenge",
    "challenge lost",
    "challenge won",
    "compensation",
    "credential",
    "deposit priced",
    "exit paid",
    "exit priced",
    "fulfilled",
    "insolvent settlement",
    "no randomness",
    "panel drawn",
    "panel undecided",
    "period without data",
    "pool closed",
    "pool short",
    "rated",
    "redeemed from what can be claimed",
    "reporter back",
    "reports extended",
    "ruled by default",
    "ruled by the arbiter",
    "ruled by the panel",
    "ruled on appeal",
    "seller's share",
    "slash",
    "strike for absence",
    "strike for what was not revealed",
    "uncovered end",
];

/// Plays the seeds, two at a time.
fn play(seeds: std::ops::Range<u64>, ops: u64) -> Tally {
    let seeds: Vec<u64> = seeds.collect();
    let tallies: Vec<Tally> = std::thread::scope(|scope| {
        let halves = seeds.chunks(seeds.len().div_ceil(2)).map(|half| {
            let half = half.to_vec();
            scope.spawn(move || half.into_iter().map(|seed| play_one(seed, ops)).collect::<Vec<_>>())
        });
        let halves: Vec<_> = halves.collect();
        halves.into_iter().flat_map(|half| half.join().expect("no difference")).collect()
    });
    tallies.iter().fold(Tally::default(), |mut sum, tally| {
        sum.add(tally);
        sum
    })
}

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn play_one(seed: u64, ops: u64) -> Tally {
    match play_random(seed, ops) {
        Ok(tally) => tally,
        Err((difference, script)) => {
            println!("seed {seed}, block {}: {}", difference.block, difference.what);
            let (short, difference) = shrink(&script, Duration::from_secs(number("DSLA_SHRINK", 120)));
            for played in &short {
                let ops: Vec<String> =
                    played.ops.iter().map(|op| format!("{op:?}").chars().take(400).collect()).collect();
                println!("at {}:\n    {}", played.at, ops.join("\n    "));
            }
            panic!("seed {seed}, shrunk to {} blocks: {}", short.len(), difference.what);
        }
    }
}

#[test]
fn runtime_and_model_should_agree_on_100_000_random_operations() {
    let (first, seeds, ops) = (number("DSLA_SEED", 0), number("DSLA_SEEDS", 10), number("DSLA_OPS", 100_000));
    let tally = play(first..first + seeds, ops / seeds);
    println!("{tally}");
    if std::env::var("DSLA_SEEDS").is_err() {
        let missing: Vec<_> = EVENTS.iter().filter(|event| !tally.seen.contains_key(**event)).collect();
        assert!(missing.is_empty(), "never reached: {missing:?}");
    }
}
