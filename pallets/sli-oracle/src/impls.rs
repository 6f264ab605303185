// SPDX-License-Identifier: Apache-2.0

//! What other pallets see of this one.

use crate::{aggregate::aggregate, types::Round, Config, Pallet, Rounds};
use alloc::vec::Vec;
use codec::MaxEncodedLen;
use dsla_primitives::{
    terms::Terms,
    traits::{Collected, FinalPeriod, IndicatorSource, OnVerdict, Reporters, RewardReporters, Standing},
    Balance, Moment, RoundId,
};
use sp_core::H256;
use sp_runtime::DispatchError;

impl<T: Config> IndicatorSource<T::AccountId> for Pallet<T> {
    fn collect(round: RoundId, terms: &Terms<T::AccountId>, ended: Moment, now: Moment) -> Collected {
        let reported = Rounds::<T>::get(round);
        match reported.phase(ended, &terms.oracle, now).until() {
            Some(until) => Collected::Open { until },
            None => Collected::Closed(aggregate(&reported.reports, terms.objectives.len(), terms.oracle.quorum)),
        }
    }
}

impl<T: Config> OnVerdict<T::AccountId> for Pallet<T> {
    /// Never fails and never ends an agreement: what becomes of reporters is no matter of the parties.
    fn on_verdict(period: &FinalPeriod<T::AccountId>) -> Result<Standing, DispatchError> {
        Self::judge(period);
        Self::clear_seats(period.round);
        Ok(Standing::Sound)
    }

    fn kept(terms: &Terms<T::AccountId>) -> u64 {
        let bytes = RoundId::max_encoded_len().saturating_add(Round::largest(terms));
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl<T: Config> RewardReporters<T::AccountId> for Pallet<T> {
    fn reward(
        period: &FinalPeriod<T::AccountId>,
        payer: &T::AccountId,
        amount: Balance,
    ) -> Result<Balance, DispatchError> {
        Self::do_reward(period, payer, amount)
    }
}

impl<T: Config> Reporters<T::AccountId> for Pallet<T> {
    fn draw(seed: H256, size: u32, exclude: &[T::AccountId]) -> Vec<T::AccountId> {
        Self::do_draw(seed, size, exclude)
    }

    fn strike(who: &T::AccountId) {
        Self::strike_reporter(who, None);
    }
}
