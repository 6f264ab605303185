// SPDX-License-Identifier: Apache-2.0

//! From a long history with a difference to a short one.

use super::{replay, Difference, Played};
use std::{
    panic::{catch_unwind, AssertUnwindSafe},
    time::{Duration, Instant},
};

/// Leaves out operations and blocks, in ever smaller pieces, as long as there still is a difference of the same kind: whatever
/// is left is needed, or time is up.
pub fn shrink(script: &[Played], limit: Duration) -> (Vec<Played>, Difference) {
    let begin = Instant::now();
    let mut best = script.to_vec();
    let mut found = first(&best).expect("the script fails");
    let kind = kind(&found);
    let fails = |script: &[Played]| first(script).filter(|other| self::kind(other) == kind);
    best.truncate(found.block + 1);
    let mut piece = best.len().div_ceil(2);
    while piece >= 1 && begin.elapsed() < limit {
        let (mut from, mut shorter) = (0, false);
        while from < best.len() && begin.elapsed() < limit {
            let mut tried = best.clone();
            tried.drain(from..(from + piece).min(best.len()));
            match fails(&tried) {
                Some(difference) => {
                    tried.truncate(difference.block + 1);
                    (best, found, shorter) = (tried, difference, true);
                }
                None => from += piece,
            }
        }
        if piece == 1 && !shorter {
            break;
        }
        piece = (piece / 2).max(1);
    }
    for block in (0..best.len()).rev() {
        for op in (0..best[block].ops.len()).rev() {
            if begin.elapsed() > limit {
                return (best, found);
            }
            let mut tried = best.clone();
            tried[block].ops.remove(op);
            if let Some(difference) = fails(&tried) {
                (best, found) = (tried, difference);
            }
        }
    }
    (best, found)
}

/// The difference that a script leads to. A panic is one, too.
fn first(script: &[Played]) -> Option<Difference> {
    match catch_unwind(AssertUnwindSafe(|| replay(script))) {
        Ok(outcome) => outcome.err(),
        Err(_) => Some(Difference { block: script.len().saturating_sub(1), what: "a panic, see above".into() }),
    }
}

/// What differs, without the numbers in it.
fn kind(difference: &Difference) -> String {
    difference.what.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}
