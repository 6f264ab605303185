// SPDX-License-Identifier: Apache-2.0

//! A long run: `long [operations] [first seed] [operations per seed]`.

use dsla_model::drive::{play_random_with, shrink, Tally};
use std::time::{Duration, Instant};

fn main() {
    let mut args = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let (ops, first) = (args.next().unwrap_or(1_000_000), args.next().unwrap_or(1_000));
    let each = args.next().unwrap_or(20_000);
    let (begin, mut sum, mut seed) = (Instant::now(), Tally::default(), first);
    while sum.ops < ops {
        match play_random_with(seed, each, |_| {}) {
            Ok(tally) => sum.add(&tally),
            Err((difference, script)) => {
                println!("seed {seed}, block {}: {}", difference.block, difference.what);
                let (short, difference) = shrink(&script, Duration::from_secs(300));
                for played in &short {
                    println!("at {}: {:?}", played.at, played.ops);
                }
                println!("seed {seed}, shrunk to {} blocks: {}", short.len(), difference.what);
                std::process::exit(1);
            }
        }
        println!("seed {seed} done: {} operations, {} s", sum.ops, begin.elapsed().as_secs());
        seed += 1;
    }
    println!("{sum}");
    println!("seeds {first} to {}; no difference; {} s", seed - 1, begin.elapsed().as_secs());
}
