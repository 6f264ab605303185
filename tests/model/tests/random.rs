// SPDX-License-Identifier: Apache-2.0

//! Random histories on the real runtime and the model.

use dsla_model::drive::play_seeds;
use std::time::Duration;

/// What has to happen at least once, or the histories are too tame.
const EVENTS: [&str; 46] = [
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
    "bond withdrawn",
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
    "seat given up",
    "seller's share",
    "slash",
    "strike for a wrong report",
    "strike for absence",
    "strike for what was not revealed",
    "strike forgiven",
    "suspension",
    "uncovered end",
    "voucher refunded",
];

/// A number from the environment.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// `DSLA_OPS` makes it another number of operations, `DSLA_SEEDS` that many seeds, from `DSLA_SEED` on.
#[test]
fn runtime_and_model_should_agree_on_100_000_random_operations() {
    let (first, seeds, ops) = (number("DSLA_SEED", 0), number("DSLA_SEEDS", 12), number("DSLA_OPS", 100_000));
    let played = play_seeds(first..first + seeds, ops.div_ceil(seeds), 2, |seed, tally| {
        println!("seed {seed}: {} operations in {} blocks", tally.ops, tally.blocks);
    });
    let tally = played.unwrap_or_else(|failure| {
        panic!("{}", failure.explain(Duration::from_secs(number("DSLA_SHRINK", 120))));
    });
    println!("{tally}");
    assert!(tally.ops >= ops);
    if ops >= 100_000 {
        let missing: Vec<_> = EVENTS.iter().filter(|event| !tally.seen.contains_key(**event)).collect();
        assert!(missing.is_empty(), "never reached: {missing:?}");
    }
}
