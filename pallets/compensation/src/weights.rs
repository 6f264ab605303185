// SPDX-License-Identifier: Apache-2.0

//! Weights of `pallet-compensation`: what the runtime must provide, and stand-ins for tests.

use frame_support::weights::Weight;

/// The weights the pallet needs.
pub trait WeightInfo {
    /// `stake_cover`.
    fn stake_cover() -> Weight;
    /// `withdraw_cover` with `n` prepaid periods that are not settled.
    fn withdraw_cover(n: u32) -> Weight;
    /// `fund_rewards`.
    fn fund_rewards() -> Weight;
    /// `withdraw_rewards`.
    fn withdraw_rewards() -> Weight;
    /// `set_member`.
    fn set_member() -> Weight;
    /// `subscribe` for `n` periods.
    fn subscribe(n: u32) -> Weight;
    /// `claim`.
    fn claim() -> Weight;
    /// `claim_for`.
    fn claim_for() -> Weight;
    /// The automatic payout looking at its queue.
    fn sweep_base() -> Weight;
    /// The automatic payout paying an account.
    fn sweep_account() -> Weight;
    /// The automatic payout paying the provider and leaving an agreement.
    fn sweep_finish() -> Weight;
}

// For tests only: every item has some weight.
impl WeightInfo for () {
    fn stake_cover() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn withdraw_cover(n: u32) -> Weight {
        Weight::from_parts(1_000, 0).saturating_add(Weight::from_parts(10, 0).saturating_mul(n.into()))
    }
    fn fund_rewards() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn withdraw_rewards() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn set_member() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn subscribe(n: u32) -> Weight {
        Weight::from_parts(1_000, 0).saturating_add(Weight::from_parts(10, 0).saturating_mul(n.into()))
    }
    fn claim() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn claim_for() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn sweep_base() -> Weight {
        Weight::from_parts(100, 0)
    }
    fn sweep_account() -> Weight {
        Weight::from_parts(1_000, 0)
    }
    fn sweep_finish() -> Weight {
        Weight::from_parts(1_000, 0)
    }
}
