// SPDX-License-Identifier: Apache-2.0

//! What reporters earn: taken from the payer of a settled round, kept on the pallet's account, paid on a claim.

use crate::{
    conduct::{judge, Conduct},
    Config, Error, Event, FormerRewards, Pallet, Report, Rewards, RewardsOf, Rounds,
};
use alloc::vec::Vec;
use dsla_primitives::{traits::FinalPeriod, AgreementId, Balance};
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{DepositConsequence, Preservation, Provenance},
        Get,
    },
};
use sp_runtime::{
    traits::{AccountIdConversion, EnsureAdd, EnsureMul},
    ArithmeticError, DispatchError,
};

impl<T: Config> Pallet<T> {
    /// The account that keeps rewards until they are claimed.
    pub fn pot() -> T::AccountId {
        T::PalletId::get().into_account_truncating()
    }

    /// What `reporter` can claim under `agreement`, in plancks. It does not matter whether it still is a reporter.
    pub fn claimable(agreement: AgreementId, reporter: &T::AccountId) -> Result<Balance, ArithmeticError> {
        let current = Rewards::<T>::get(agreement).get(reporter).copied().unwrap_or_default();
        current.ensure_add(FormerRewards::<T>::get(agreement, reporter))
    }

    pub(crate) fn minimum_balance() -> Balance {
        T::Currency::minimum_balance()
    }

    pub(crate) fn balance(who: &T::AccountId) -> Balance {
        T::Currency::balance(who)
    }

    pub(crate) fn do_claim(agreement: AgreementId, reporter: T::AccountId) -> DispatchResult {
        let amount = Self::claimable(agreement, &reporter)?;
        ensure!(amount > 0, Error::<T>::NothingToClaim);
        match T::Currency::can_deposit(&reporter, amount, Provenance::Extant) {
            DepositConsequence::BelowMinimum => return Err(Error::<T>::PayeeBelowMinimum.into()),
            other => other.into_result()?,
        }
        T::Currency::transfer(&Self::pot(), &reporter, amount, Preservation::Preserve)?;
        Rewards::<T>::mutate_exists(agreement, |stored| {
            *stored = stored.take().and_then(|mut rewards| {
                rewards.remove(&reporter);
                (!rewards.is_empty()).then_some(rewards)
            });
        });
        FormerRewards::<T>::remove(agreement, &reporter);
        Self::deposit_event(Event::RewardsClaimed { agreement, reporter, amount });
        Ok(())
    }

    /// Takes at most `amount` from `payer`: the same share for everyone who reported on `period`, rounded down, but nothing
    /// for those who reported wrongly. What they do not get is not shared by the others, so that nobody gains by the
    /// mistakes of others.
    pub(crate) fn do_reward(
        period: &FinalPeriod<T::AccountId>,
        payer: &T::AccountId,
        amount: Balance,
    ) -> Result<Balance, DispatchError> {
        let round = period.round;
        let reported = Rounds::<T>::get(round);
        let share = amount.checked_div(reported.count().into()).unwrap_or(0);
        let right =
            |report: &Report<T::AccountId>| judge(report, &period.terms.objectives, period.indicators) != Conduct::Bad;
        let earners = reported.reports.into_iter().filter(right).map(|report| report.reporter).collect::<Vec<_>>();
        // No more than there are reports, which are few.
        let reporters = u32::try_from(earners.len()).unwrap_or(u32::MAX);
        let total = share.ensure_mul(reporters.into())?;
        // Without its existential deposit the account could not pay the last reward out. A settlement does not wait
        // for that: who pays keeps the reward.
        if total == 0 || Self::balance(&Self::pot()) < Self::minimum_balance() {
            return Ok(0);
        }
        let mut rewards = Rewards::<T>::get(round.agreement);
        let displaced = credit::<T>(&mut rewards, &earners, share)?;

        T::Currency::transfer(payer, &Self::pot(), total, Preservation::Preserve)?;
        Rewards::<T>::insert(round.agreement, rewards);
        for (former, reward) in displaced {
            FormerRewards::<T>::try_mutate(round.agreement, former, |stored| -> DispatchResult {
                *stored = stored.ensure_add(reward)?;
                Ok(())
            })?;
        }
        Self::deposit_event(Event::ReportersRewarded { round, share, reporters });
        Ok(total)
    }
}

/// Adds `share` to what each of `earners` has in `rewards`. Where there is no room for a new one, the entry of somebody
/// who earns nothing now leaves, and is returned. There is always enough room then: a round has no more reports than
/// `rewards` has entries.
fn credit<T: Config>(
    rewards: &mut RewardsOf<T>,
    earners: &[T::AccountId],
    share: Balance,
) -> Result<Vec<(T::AccountId, Balance)>, DispatchError> {
    let mut displaced = Vec::new();
    for earner in earners {
        if rewards.is_full() && !rewards.contains_key(earner) {
            let former = rewards.keys().find(|account| !earners.contains(account)).cloned();
            displaced.extend(former.and_then(|account| rewards.remove_entry(&account)));
        }
        let sum = rewards.get(earner).copied().unwrap_or_default().ensure_add(share)?;
        rewards.try_insert(earner.clone(), sum).map_err(|_| DispatchError::Exhausted)?;
    }
    Ok(displaced)
}
