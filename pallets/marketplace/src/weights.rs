// SPDX-License-Identifier: Apache-2.0

//! Weights of the calls. Replaced by the output of `benchmark pallet`.

#![allow(missing_docs)]

use frame_support::weights::Weight;

/// Weights of the calls of this pallet.
pub trait WeightInfo {
    fn list_offer() -> Weight;
    fn restock() -> Weight;
    fn withdraw_offer() -> Weight;
    fn redeem() -> Weight;
    fn fulfil() -> Weight;
    fn refund() -> Weight;
    fn cancel_voucher() -> Weight;
    fn clear_counters(n: u32) -> Weight;
}

/// For tests.
impl WeightInfo for () {
    fn list_offer() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn restock() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn withdraw_offer() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn redeem() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn fulfil() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn refund() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn cancel_voucher() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn clear_counters(n: u32) -> Weight {
        Weight::from_parts(1_000, 0).saturating_mul(n.into())
    }
}
