// SPDX-License-Identifier: Apache-2.0

//! Weights of the list of voters: those published, and for each score of an account the two reads that tell whether it
//! votes at all, see [`crate::configs::staking::VotesOfVoters`]. Not a generated file.

use crate::Runtime;
use frame_support::weights::Weight;
use pallet_bags_list::weights::SubstrateWeight;

type Published = SubstrateWeight<Runtime>;

/// Weights of the list of voters.
pub struct WeightInfo;

impl pallet_bags_list::WeightInfo for WeightInfo {
    fn rebag_non_terminal() -> Weight {
        Published::rebag_non_terminal().saturating_add(scores(1))
    }

    fn rebag_terminal() -> Weight {
        Published::rebag_terminal().saturating_add(scores(1))
    }

    fn put_in_front_of() -> Weight {
        Published::put_in_front_of().saturating_add(scores(2))
    }

    fn on_idle_rebag() -> Weight {
        Published::on_idle_rebag().saturating_add(scores(1))
    }
}

/// What it takes to see of so many accounts whether they vote.
fn scores(accounts: u64) -> Weight {
    <Runtime as frame_system::Config>::DbWeight::get().reads(accounts.saturating_mul(2))
}
