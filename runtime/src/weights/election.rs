// SPDX-License-Identifier: Apache-2.0

//! The weight of an election.
//!
//! The published one is of 16 seats at the most, while ours has up to 100, and the work grows with them. This is a bound by
//! hand: the largest election the limits allow took 0.74 to 0.78 s in wasm with all else its block does, see
//! docs/measurements.md; the bound is a third above. Not a generated file.

use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_MICROS, Weight};

/// Weight of an election with as many seats as there can be.
pub struct WeightInfo;

impl frame_election_provider_support::weights::WeightInfo for WeightInfo {
    fn phragmen(voters: u32, targets: u32, votes_of_each: u32) -> Weight {
        let micros = Weight::from_parts(WEIGHT_REF_TIME_PER_MICROS, 0);
        let votes = u64::from(voters).saturating_mul(votes_of_each.into());
        micros
            .saturating_mul(30)
            .saturating_mul(votes)
            .saturating_add(micros.saturating_mul(100).saturating_mul(targets.into()))
    }

    /// Of the other solver, which is quicker and not used.
    fn phragmms(voters: u32, targets: u32, votes_of_each: u32) -> Weight {
        Self::phragmen(voters, targets, votes_of_each)
    }
}
