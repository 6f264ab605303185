// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_babe` and `pallet_grandpa`, which publish none that fit a chosen database.
//!
//! Their benchmarks measure a part of a call only, so these are bounds by hand: the published times rounded up, and
//! the published counts of database accesses with this runtime's prices. Not a generated file.

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::WEIGHT_REF_TIME_PER_MICROS, Weight},
};

/// Weights of both pallets, with the database of `T`.
pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo<T> {
    /// Checks a proof of membership and one of equivocation, and slashes a validator with all its nominators.
    fn report_equivocation(validators: u32, nominators: u32) -> Weight {
        let nominators = u64::from(nominators);
        micros(300)
            // A proof grows with the logarithm of the set; linear is safe. A small set is counted as one of a hundred.
            .saturating_add(micros(1).saturating_mul(u64::from(validators.max(100))).saturating_div(4))
            .saturating_add(micros(25).saturating_mul(nominators))
            .saturating_add(T::DbWeight::get().reads_writes(
                nominators.saturating_mul(3).saturating_add(21),
                nominators.saturating_mul(3).saturating_add(10),
            ))
    }
}

fn micros(count: u64) -> Weight {
    Weight::from_parts(WEIGHT_REF_TIME_PER_MICROS.saturating_mul(count), 0)
}

impl<T: frame_system::Config> pallet_babe::WeightInfo for WeightInfo<T> {
    fn plan_config_change() -> Weight {
        micros(10).saturating_add(T::DbWeight::get().writes(1))
    }

    fn report_equivocation(validators: u32, nominators: u32) -> Weight {
        Self::report_equivocation(validators, nominators)
    }
}

impl<T: frame_system::Config> pallet_grandpa::WeightInfo for WeightInfo<T> {
    fn report_equivocation(validators: u32, nominators: u32) -> Weight {
        Self::report_equivocation(validators, nominators)
    }

    fn note_stalled() -> Weight {
        micros(10).saturating_add(T::DbWeight::get().writes(1))
    }
}
