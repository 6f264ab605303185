// SPDX-License-Identifier: Apache-2.0

//! Tells libFuzzer what the instrumented code cannot: which call came to which outcome, also in pallets of the SDK.
//!
//! libFuzzer looks for changes in the section of that name as it does for edges of the program. Without libFuzzer the
//! counters are there and nobody reads them.
#![allow(unsafe_code, reason = "naming a section counts as unsafe; what is in it are plain atomic bytes")]

use crate::tally::{Outcome, Place};
use std::sync::atomic::{AtomicU8, Ordering};

const COUNTERS: usize = 1 << 13;

#[used]
#[cfg_attr(target_os = "linux", link_section = "__libfuzzer_extra_counters")]
static SEEN: [AtomicU8; COUNTERS] = [const { AtomicU8::new(0) }; COUNTERS];

/// Marks that `place` came to `outcome`.
pub fn reached(place: Place, outcome: Outcome) {
    let place: [u8; 3] = match place {
        Place::Call(pallet, call) => [0, pallet, call],
        Place::Wrapped => [1, 0, 0],
        Place::Transaction => [2, 0, 0],
        // Reads are instrumented themselves, and notes are nothing to look for.
        Place::Read(_) | Place::Note(_) => return,
    };
    let outcome: [u8; 4] = match outcome {
        Outcome::Ok => [0; 4],
        Outcome::Module(pallet, error) => [1, pallet, error, 0],
        Outcome::Other(name) => {
            let sum = name.bytes().fold(7_u16, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            let [low, high] = sum.to_le_bytes();
            [2, low, high, 0]
        }
    };
    let bytes = place.into_iter().chain(outcome);
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let slot = (hash ^ (hash >> 32)) as usize % COUNTERS;
    // One is enough: how often an outcome is reached in one input makes the input no more interesting.
    SEEN[slot].store(1, Ordering::Relaxed);
}
