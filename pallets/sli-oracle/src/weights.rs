// SPDX-License-Identifier: Apache-2.0

//! What the calls cost.

use frame_support::weights::Weight;

/// The weight of each call.
pub trait WeightInfo {
    /// `register_reporter`.
    fn register_reporter() -> Weight;
    /// `bond_extra`.
    fn bond_extra() -> Weight;
    /// `update_reporter`.
    fn update_reporter() -> Weight;
    /// `leave`.
    fn leave() -> Weight;
    /// `withdraw_bond`.
    fn withdraw_bond() -> Weight;
    /// `submit` with `n` reports.
    fn submit(n: u32) -> Weight;
    /// `claim_rewards`.
    fn claim_rewards() -> Weight;
    /// `claim_rewards_for`.
    fn claim_rewards_for() -> Weight;
}

/// For tests only.
impl WeightInfo for () {
    fn register_reporter() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn bond_extra() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn update_reporter() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn leave() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn withdraw_bond() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn submit(n: u32) -> Weight {
        Weight::from_parts(1_000, 0).saturating_add(Weight::from_parts(500, 0).saturating_mul(n.into()))
    }
    fn claim_rewards() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn claim_rewards_for() -> Weight {
        Weight::from_parts(1_000, 0)
    }
}
