// SPDX-License-Identifier: Apache-2.0

//! Replays the corpus and some random inputs; without libFuzzer, and always the same.

use dsla_fuzz::{
    input::{Bytes, MAX_RECORDS, RECORD},
    play, tally,
};

/// Inputs that look random and are always the same.
const RANDOM: u32 = 40;

#[test]
fn random_inputs_should_not_break_anything() {
    for seed in 0..RANDOM {
        let mut dice = Bytes::new(&seed.to_le_bytes());
        dice.rest();
        let length = (1 + dice.below(MAX_RECORDS)) * RECORD;
        let input: Vec<u8> = (0..length).map(|_| dice.byte()).collect();
        play(&input);
    }
    println!("{}", tally::with(|tally| tally.report()));
}
