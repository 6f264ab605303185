// SPDX-License-Identifier: Apache-2.0

//! What other pallets see of this one.

use crate::{aggregate::aggregate, Config, Pallet, Rounds};
use dsla_primitives::{
    terms::Terms,
    traits::{Collected, IndicatorSource, RewardReporters},
    Balance, Moment, RoundId,
};
use sp_runtime::DispatchError;

impl<T: Config> IndicatorSource<T::AccountId> for Pallet<T> {
    fn collect(round: RoundId, terms: &Terms<T::AccountId>, ended: Moment, now: Moment) -> Collected {
        let reported = Rounds::<T>::get(round);
        match reported.open_until(ended, &terms.oracle, now) {
            Some(until) => Collected::Open { until },
            None => Collected::Closed(aggregate(&reported.reports, terms.objectives.len(), terms.oracle.quorum)),
        }
    }
}

impl<T: Config> RewardReporters<T::AccountId> for Pallet<T> {
    fn reward(round: RoundId, payer: &T::AccountId, amount: Balance) -> Result<Balance, DispatchError> {
        Self::do_reward(round, payer, amount)
    }
}
