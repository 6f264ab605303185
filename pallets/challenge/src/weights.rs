// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_challenge`.
//!
//! Estimates from the counted storage accesses and the measured calls of the other pallets. To be replaced by those that
//! `scripts/benchmark.sh pallet_challenge` generates.

#![allow(unused_imports, unused_parens)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::ParityDbWeight, Weight},
};

/// What each call and hook step of `pallet_challenge` costs.
pub trait WeightInfo {
    /// Weight of `challenge`.
    fn challenge() -> Weight;
    /// Weight of `commit_vote`.
    fn commit_vote() -> Weight;
    /// Weight of `reveal_vote`.
    fn reveal_vote() -> Weight;
    /// Weight of `appeal`.
    fn appeal() -> Weight;
    /// Weight of `arbitrate`.
    fn arbitrate() -> Weight;
    /// Weight of `advance_claims`.
    fn advance_claims() -> Weight;
    /// Weight of `advance_drawing`.
    fn advance_drawing() -> Weight;
    /// Weight of `advance_voting`.
    fn advance_voting() -> Weight;
    /// Weight of `advance_revealing`.
    fn advance_revealing() -> Weight;
    /// Weight of `advance_final`.
    fn advance_final() -> Weight;
    /// Weight of `queue_base`.
    fn queue_base() -> Weight;
}

/// The weights with the database costs of the runtime `T`.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn challenge() -> Weight {
        Weight::from_parts(290_000_000, 13545)
            .saturating_add(T::DbWeight::get().reads(9_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn commit_vote() -> Weight {
        Weight::from_parts(95_000_000, 6200)
            .saturating_add(T::DbWeight::get().reads(2_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn reveal_vote() -> Weight {
        Weight::from_parts(110_000_000, 6200)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
    fn appeal() -> Weight {
        Weight::from_parts(265_000_000, 13545)
            .saturating_add(T::DbWeight::get().reads(8_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn arbitrate() -> Weight {
        Weight::from_parts(1_450_000_000, 90000)
            .saturating_add(T::DbWeight::get().reads(40_u64))
            .saturating_add(T::DbWeight::get().writes(40_u64))
    }
    fn advance_claims() -> Weight {
        Weight::from_parts(145_000_000, 7950)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn advance_drawing() -> Weight {
        Weight::from_parts(1_200_000_000, 90000)
            .saturating_add(T::DbWeight::get().reads(330_u64))
            .saturating_add(T::DbWeight::get().writes(22_u64))
    }
    fn advance_voting() -> Weight {
        Weight::from_parts(175_000_000, 7950)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(3_u64))
    }
    fn advance_revealing() -> Weight {
        Weight::from_parts(2_400_000_000, 130000)
            .saturating_add(T::DbWeight::get().reads(75_u64))
            .saturating_add(T::DbWeight::get().writes(90_u64))
    }
    fn advance_final() -> Weight {
        Weight::from_parts(1_450_000_000, 90000)
            .saturating_add(T::DbWeight::get().reads(40_u64))
            .saturating_add(T::DbWeight::get().writes(40_u64))
    }
    fn queue_base() -> Weight {
        Weight::from_parts(59_000_000, 6200).saturating_add(T::DbWeight::get().reads(4_u64))
    }
}

/// For tests.
impl WeightInfo for () {
    fn challenge() -> Weight {
        Weight::from_parts(290_000_000, 13545)
            .saturating_add(ParityDbWeight::get().reads(9_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn commit_vote() -> Weight {
        Weight::from_parts(95_000_000, 6200)
            .saturating_add(ParityDbWeight::get().reads(2_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn reveal_vote() -> Weight {
        Weight::from_parts(110_000_000, 6200)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(1_u64))
    }
    fn appeal() -> Weight {
        Weight::from_parts(265_000_000, 13545)
            .saturating_add(ParityDbWeight::get().reads(8_u64))
            .saturating_add(ParityDbWeight::get().writes(6_u64))
    }
    fn arbitrate() -> Weight {
        Weight::from_parts(1_450_000_000, 90000)
            .saturating_add(ParityDbWeight::get().reads(40_u64))
            .saturating_add(ParityDbWeight::get().writes(40_u64))
    }
    fn advance_claims() -> Weight {
        Weight::from_parts(145_000_000, 7950)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(5_u64))
    }
    fn advance_drawing() -> Weight {
        Weight::from_parts(1_200_000_000, 90000)
            .saturating_add(ParityDbWeight::get().reads(330_u64))
            .saturating_add(ParityDbWeight::get().writes(22_u64))
    }
    fn advance_voting() -> Weight {
        Weight::from_parts(175_000_000, 7950)
            .saturating_add(ParityDbWeight::get().reads(3_u64))
            .saturating_add(ParityDbWeight::get().writes(3_u64))
    }
    fn advance_revealing() -> Weight {
        Weight::from_parts(2_400_000_000, 130000)
            .saturating_add(ParityDbWeight::get().reads(75_u64))
            .saturating_add(ParityDbWeight::get().writes(90_u64))
    }
    fn advance_final() -> Weight {
        Weight::from_parts(1_450_000_000, 90000)
            .saturating_add(ParityDbWeight::get().reads(40_u64))
            .saturating_add(ParityDbWeight::get().writes(40_u64))
    }
    fn queue_base() -> Weight {
        Weight::from_parts(59_000_000, 6200).saturating_add(ParityDbWeight::get().reads(4_u64))
    }
}
