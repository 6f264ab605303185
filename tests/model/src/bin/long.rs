// SPDX-License-Identifier: Apache-2.0

//! A long run: `long [operations] [first seed] [threads]`.

use dsla_model::drive::play_seeds;
use std::{
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How many operations a history has.
const EACH: u64 = 10_000;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let (ops, first) = (args.next().unwrap_or(1_000_000), args.next().unwrap_or(1_000));
    let threads = args.next().unwrap_or(2) as usize;
    let seeds = first..first + ops.div_ceil(EACH);
    let (begin, so_far) = (Instant::now(), AtomicU64::new(0));
    let played = play_seeds(seeds.clone(), EACH, threads, |seed, tally| {
        let sum = so_far.fetch_add(tally.ops, Ordering::Relaxed) + tally.ops;
        println!("{sum:>9} of {ops}, seed {seed}, {} s", begin.elapsed().as_secs());
    });
    match played {
        Ok(tally) => {
            println!("{tally}");
            println!("no difference; seeds {} to {}; {} s", seeds.start, seeds.end - 1, begin.elapsed().as_secs());
            ExitCode::SUCCESS
        }
        Err(failure) => {
            println!("{}", failure.explain(Duration::from_secs(300)));
            ExitCode::FAILURE
        }
    }
}
