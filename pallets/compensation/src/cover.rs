// SPDX-License-Identifier: Apache-2.0

//! The provider's money: cover and the budget of the team. And the plumbing every feature uses: loading a pool, moving
//! DSLA in and out, closing.

use crate::{Config, Error, Event, Pallet, PeriodUnits, Pool, Pools};
use dsla_primitives::{terms::Terms, traits::AgreementInspect, AgreementId, Balance, PeriodIndex, RoundId, Units};
use frame_support::{
    ensure,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{DepositConsequence, Fortitude, Preservation, Provenance},
        Get,
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

    pub(crate) fn terms(agreement: AgreementId, period: PeriodIndex) -> Result<Terms<T::AccountId>, Error<T>> {
        T::Agreements::terms(RoundId::new(agreement, period)).ok_or(Error::AgreementNotFound)
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
        pool.buckets.junior = pool.buckets.junior.checked_add(amount).ok_or(Error::<T>::AmountTooLarge)?;
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
        let (required, checked) = Self::required_of(agreement, &pool)?;
        ensure!(pool.buckets.cover().ok_or(ArithmeticError::Overflow)? >= required, Error::<T>::CoverNeeded);
        Self::pay_out(agreement, who, amount)?;
        Self::deposit_event(Event::CoverWithdrawn { agreement, amount });
        Self::store_pool(agreement, pool)?;
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
        Self::store_pool(agreement, pool)
    }

    /// The most periods whose units are looked at to find the cover required: as many may wait for settlement as can
    /// be prepaid ahead.
    pub(crate) fn max_checked_periods() -> u32 {
        T::MaxPrepaidPeriods::get().saturating_mul(2)
    }

    /// The cover that prepaid periods need, and how many periods were looked at to find it. A loss in one of them comes
    /// out of the same cover as a loss in another, so what counts is the fullest one.
    pub(crate) fn required_of(
        agreement: AgreementId,
        pool: &Pool<T::AccountId>,
    ) -> Result<(Balance, u32), DispatchError> {
        let prepaid = pool.prepaid_until.saturating_sub(pool.settled);
        if pool.ended || prepaid == 0 {
            return Ok((0, 0));
        }
        ensure!(prepaid <= Self::max_checked_periods(), Error::<T>::SettlementBehind);
        let most = (pool.settled..pool.prepaid_until)
            .map(|period| PeriodUnits::<T>::get(agreement, period))
            .max()
            .unwrap_or(0);
        let per_unit = Self::terms(agreement, pool.settled)?.pricing.max_compensation();
        Ok((cover_of::<T>(most, per_unit)?, prepaid))
    }
}

/// The cover that `units` need in a period.
pub(crate) fn cover_of<T: Config>(units: Units, per_unit: Balance) -> Result<Balance, Error<T>> {
    per_unit.checked_mul(units.into()).ok_or(Error::AmountTooLarge)
}
