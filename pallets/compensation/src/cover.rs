// SPDX-License-Identifier: Apache-2.0

//! The provider's money: cover and the budget of the team. And the plumbing every feature uses: loading a pool, moving
//! DSLA in and out, closing.

use crate::{capacity::Stay, Config, Error, Event, Pallet, Pool, Pools};
use dsla_primitives::{
    schedule::Schedule,
    traits::{AgreementInfo, AgreementInspect},
    AgreementId, Balance, PeriodIndex, RoundId,
};
use frame_support::{
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{DepositConsequence, Fortitude, Preservation, Provenance},
        Get, Time,
    },
};
use sp_runtime::{traits::AccountIdConversion, ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// The account of the pool of `agreement`.
    pub fn pool_account(agreement: AgreementId) -> T::AccountId {
        T::PalletId::get().into_sub_account_truncating(agreement.0)
    }

    pub(crate) fn pool(agreement: AgreementId) -> Result<Pool<T::AccountId>, Error<T>> {
        Pools::<T>::get(agreement).ok_or(Error::PoolNotFound)
    }

    /// The pool, if `who` is its provider.
    pub(crate) fn provider_pool(agreement: AgreementId, who: &T::AccountId) -> Result<Pool<T::AccountId>, Error<T>> {
        let pool = Self::pool(agreement)?;
        ensure!(pool.provider == *who, Error::NotAuthorized);
        Ok(pool)
    }

    pub(crate) fn info(agreement: AgreementId) -> Result<AgreementInfo<T::AccountId>, Error<T>> {
        T::Agreements::agreement(agreement).ok_or(Error::AgreementNotFound)
    }

    /// When the periods of an agreement begin, as many as it really runs.
    fn schedule(agreement: AgreementId, info: &AgreementInfo<T::AccountId>) -> Result<Schedule, Error<T>> {
        // Every version of the terms has the same boundaries.
        let terms = T::Agreements::terms(RoundId::new(agreement, 0)).ok_or(Error::AgreementNotFound)?;
        Ok(Schedule { periods: info.periods, ..terms.schedule })
    }

    /// The first period that has not begun: what is agreed now counts from it.
    pub(crate) fn next_period(
        agreement: AgreementId,
        info: &AgreementInfo<T::AccountId>,
        pool: &Pool<T::AccountId>,
    ) -> Result<PeriodIndex, Error<T>> {
        // A period is settled after its end, so this maximum changes nothing unless the clock went wrong. A settled
        // period must not take part in anything new.
        let next = Self::schedule(agreement, info)?.next_boundary(T::Time::now());
        next.map(|next| next.max(pool.settled)).ok_or(Error::NotEnoughPeriodsLeft)
    }

    /// The period that runs, 0 before the start, the last one after the end; never a settled one.
    pub(crate) fn running_period(
        agreement: AgreementId,
        info: &AgreementInfo<T::AccountId>,
        pool: &Pool<T::AccountId>,
    ) -> Result<PeriodIndex, Error<T>> {
        // Saturating: before the start no period has begun.
        Ok(Self::next_period(agreement, info, pool)?.saturating_sub(1).max(pool.settled))
    }

    /// How many periods are over.
    pub(crate) fn ended_periods(
        agreement: AgreementId,
        info: &AgreementInfo<T::AccountId>,
    ) -> Result<PeriodIndex, Error<T>> {
        Self::schedule(agreement, info)?.ended(T::Time::now()).ok_or(Error::NotEnoughPeriodsLeft)
    }

    /// Moves `amount` from a wallet into the pool's account.
    pub(crate) fn pay_in(agreement: AgreementId, from: &T::AccountId, amount: Balance) -> DispatchResult {
        let free = T::Currency::reducible_balance(from, Preservation::Preserve, Fortitude::Polite);
        ensure!(amount <= free, Error::<T>::InsufficientFunds);
        if amount > 0 {
            T::Currency::transfer(from, &Self::pool_account(agreement), amount, Preservation::Preserve)?;
        }
        Ok(())
    }

    /// Moves `amount` from the pool's account to a wallet.
    pub(crate) fn pay_out(agreement: AgreementId, to: &T::AccountId, amount: Balance) -> DispatchResult {
        let possible = T::Currency::can_deposit(to, amount, Provenance::Extant);
        ensure!(possible != DepositConsequence::BelowMinimum, Error::<T>::BelowExistentialDeposit);
        T::Currency::transfer(&Self::pool_account(agreement), to, amount, Preservation::Preserve)?;
        Ok(())
    }

    pub(crate) fn do_stake_cover(agreement: AgreementId, who: &T::AccountId, amount: Balance) -> DispatchResult {
        let mut pool = Self::provider_pool(agreement, who)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        Self::top_up(agreement, &mut pool, amount)?;
        Self::pay_in(agreement, who, amount)?;
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::CoverStaked { agreement, amount });
        Ok(())
    }

    /// Returns how many periods had to be looked at.
    pub(crate) fn do_withdraw_cover(
        agreement: AgreementId,
        who: &T::AccountId,
        amount: Balance,
    ) -> Result<u32, DispatchError> {
        let mut pool = Self::provider_pool(agreement, who)?;
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        pool.buckets.junior = pool.buckets.junior.checked_sub(amount).ok_or(Error::<T>::InsufficientCover)?;
        let Stay { cover, stake, checked } = Self::required_to_stay(agreement, &pool)?;
        ensure!(pool.capacity().ok_or(ArithmeticError::Overflow)? >= cover, Error::<T>::CoverNeeded);
        ensure!(pool.buckets.junior >= stake, Error::<T>::CoverNeeded);
        let backed = pool.buckets.senior.checked_add(pool.buckets.pending).ok_or(ArithmeticError::Overflow)?;
        if backed > 0 {
            let total = pool.buckets.junior.checked_add(backed).ok_or(ArithmeticError::Overflow)?;
            ensure!(pool.buckets.junior >= Self::junior_needed(total), Error::<T>::JuniorTooSmall);
        }
        Self::pay_out(agreement, who, amount)?;
        Self::deposit_event(Event::CoverWithdrawn { agreement, amount });
        Self::store_pool(agreement, pool);
        Ok(checked)
    }

    pub(crate) fn do_fund_rewards(agreement: AgreementId, who: &T::AccountId, amount: Balance) -> DispatchResult {
        let mut pool = Self::provider_pool(agreement, who)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        pool.buckets.rewards = pool.buckets.rewards.checked_add(amount).ok_or(Error::<T>::AmountTooLarge)?;
        Self::pay_in(agreement, who, amount)?;
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::RewardsFunded { agreement, amount });
        Ok(())
    }

    pub(crate) fn do_withdraw_rewards(agreement: AgreementId, who: &T::AccountId, amount: Balance) -> DispatchResult {
        let mut pool = Self::provider_pool(agreement, who)?;
        ensure!(pool.ended, Error::<T>::WrongState);
        ensure!(amount > 0, Error::<T>::ZeroAmount);
        pool.buckets.rewards = pool.buckets.rewards.checked_sub(amount).ok_or(Error::<T>::InsufficientRewards)?;
        Self::pay_out(agreement, who, amount)?;
        Self::deposit_event(Event::RewardsWithdrawn { agreement, amount });
        Self::store_pool(agreement, pool);
        Ok(())
    }
}
