// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet_parameters`, which does not publish its own.
//!
//! A bound by hand, about eight times what the pallet's authors measured. `benchmark pallet` writes over this file.

#![allow(missing_docs)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

pub struct WeightInfo<T>(PhantomData<T>);

impl<T: frame_system::Config> pallet_parameters::WeightInfo for WeightInfo<T> {
    fn set_parameter() -> Weight {
        Weight::from_parts(50_000_000, 14_787).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
}
