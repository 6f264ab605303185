// SPDX-License-Identifier: Apache-2.0

//! Many histories at a time.

use super::{play_random, shrink, Difference, Played, Tally};
use std::{
    fmt,
    ops::Range,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        Mutex,
    },
    time::Duration,
};

/// A history in which runtime and model differ.
#[derive(Debug)]
pub struct Failure {
    /// Of which seed.
    pub seed: u64,
    /// What differed.
    pub difference: Difference,
    /// Everything that led there.
    pub script: Vec<Played>,
}

impl Failure {
    /// What differed, and as few operations that lead there as can be found in `limit`.
    pub fn explain(&self, limit: Duration) -> String {
        let (short, difference) = shrink(&self.script, limit);
        let mut text = format!("{self}\nafter leaving out what is not needed: {}\n", difference.what);
        for played in &short {
            text += &format!("at {}\n", played.at);
            for op in &played.ops {
                text += &format!("    {:?} {:?}\n", op.by, op.call).chars().take(2_000).collect::<String>();
            }
        }
        text
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, block {}: {}", self.seed, self.difference.block, self.difference.what)
    }
}

/// Plays `ops` operations of each seed, several seeds at a time; tells when one is done.
pub fn play_seeds(
    seeds: Range<u64>,
    ops: u64,
    threads: usize,
    done: impl Fn(u64, &Tally) + Sync,
) -> Result<Tally, Box<Failure>> {
    let (next, stop) = (AtomicU64::new(seeds.start), AtomicBool::new(false));
    let outcome = Mutex::new(Ok(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        break;
                    }
                    let played = play_random(seed, ops);
                    let mut sum = outcome.lock().expect("nobody panics with it");
                    match (played, &mut *sum) {
                        (Ok(tally), Ok(sum)) => {
                            done(seed, &tally);
                            sum.add(&tally);
                        }
                        (Err((difference, script)), Ok(_)) => {
                            *sum = Err(Box::new(Failure { seed, difference, script }));
                            stop.store(true, Ordering::Relaxed);
                        }
                        (_, Err(_)) => {}
                    }
                }
            });
        }
    });
    outcome.into_inner().expect("nobody panics with it")
}
