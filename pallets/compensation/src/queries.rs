// SPDX-License-Identifier: Apache-2.0

//! Reads for the runtime API and for other parts of the runtime.

use crate::{
    types::add, vault::Backing, Config, Error, Ledger, Pallet, PeriodSettlement, PeriodUnits, Pool, Pools, Portfolio,
    Settlements,
};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{Claimable, MAX_PAGE},
    settlement::Buckets,
    AgreementId, Balance, PeriodIndex, Units,
};
use frame_support::traits::fungible::Inspect;
use sp_runtime::{ArithmeticError, DispatchError};

/// A page of what an account can claim, and the cursor of the next page.
pub type ClaimablePage = (Vec<(AgreementId, Claimable)>, Option<AgreementId>);

impl<T: Config> Pallet<T> {
    /// What `who` can claim under `agreement` now. Nothing when there is no pool.
    pub fn claimable(agreement: AgreementId, who: &T::AccountId) -> Claimable {
        Self::try_claimable(agreement, who).unwrap_or_default()
    }

    pub(crate) fn try_claimable(agreement: AgreementId, who: &T::AccountId) -> Result<Claimable, DispatchError> {
        let (pool, mut ledger) = Self::up_to_date(agreement, who)?;
        if pool.provider == *who {
            add(&mut ledger.credit.income, pool.provider_owed)?;
        }
        Ok(ledger.credit)
    }

    /// The pool, and the ledger of `who` in it, as they will be when the ledger is written next.
    pub(crate) fn up_to_date(
        agreement: AgreementId,
        who: &T::AccountId,
    ) -> Result<(Pool<T::AccountId>, Ledger), DispatchError> {
        let mut pool = Self::pool(agreement)?;
        let (ledger, _) = Self::account(agreement, &mut pool, who)?;
        Ok((pool, ledger))
    }

    /// Everything `who` has under `agreement`, up to the period settled last; `None` when there is no pool.
    pub fn ledger(agreement: AgreementId, who: &T::AccountId) -> Option<Ledger> {
        Self::up_to_date(agreement, who).map(|(_, ledger)| ledger).ok()
    }

    /// What `who` has in the backers' vault; nothing when there is no pool.
    pub fn backing(agreement: AgreementId, who: &T::AccountId) -> Backing {
        Self::up_to_date(agreement, who).map(|(_, ledger)| ledger.backing).unwrap_or_default()
    }

    /// What `shares` of the vault are worth now, rounded down. What they will be paid is known when the running period
    /// has been settled.
    pub fn value_of_shares(agreement: AgreementId, shares: Balance) -> Result<Balance, DispatchError> {
        let pool = Self::pool(agreement)?;
        pool.vault.assets_of(pool.buckets.senior, shares).ok_or_else(|| ArithmeticError::Overflow.into())
    }

    /// The cover that new subscriptions can count on: for a period, what its units need must not exceed it.
    pub fn capacity(agreement: AgreementId) -> Result<Balance, DispatchError> {
        Self::pool(agreement)?.capacity().ok_or_else(|| ArithmeticError::Overflow.into())
    }

    /// How much cover would be missing for periods prepaid after the running one if `shares` left now. 0: they can.
    pub fn cover_missing(agreement: AgreementId, shares: Balance) -> Result<Balance, DispatchError> {
        let pool = Self::pool(agreement)?;
        let info = Self::info(agreement)?;
        Self::missing_without(agreement, &info, &pool, shares).map(|(missing, _)| missing)
    }

    /// What `who` can claim under each of its agreements, after the one named `from`; at most `limit`, at most
    /// [`MAX_PAGE`]. The second value is the `from` of the next page; `None` when there is none.
    pub fn claimables(who: &T::AccountId, from: Option<AgreementId>, limit: u32) -> ClaimablePage {
        let mut keys = match from {
            Some(last) => Portfolio::<T>::iter_key_prefix_from(who, Portfolio::<T>::hashed_key_for(who, last)),
            None => Portfolio::<T>::iter_key_prefix(who),
        };
        let mut page = Vec::new();
        for _ in 0..limit.min(MAX_PAGE) {
            let Some(agreement) = keys.next() else {
                return (page, None);
            };
            page.push((agreement, Self::claimable(agreement, who)));
        }
        let next = page.last().map(|(agreement, _)| *agreement).filter(|_| keys.next().is_some());
        (page, next)
    }

    /// What is in the pool; nothing when there is none.
    pub fn buckets(agreement: AgreementId) -> Buckets {
        Pools::<T>::get(agreement).map(|pool| pool.buckets).unwrap_or_default()
    }

    /// Units subscribed in a period, settled or not.
    pub fn units(agreement: AgreementId, period: PeriodIndex) -> Units {
        match Settlements::<T>::get(agreement, period) {
            Some(settled) => settled.amounts.units,
            None => PeriodUnits::<T>::get(agreement, period),
        }
    }

    /// What moved when a period was settled; `None` before.
    pub fn settlement(agreement: AgreementId, period: PeriodIndex) -> Option<PeriodSettlement> {
        Settlements::<T>::get(agreement, period)
    }

    /// The cover that has to stay in the pool for prepaid periods.
    pub fn cover_required(agreement: AgreementId) -> Result<Balance, DispatchError> {
        let pool = Self::pool(agreement)?;
        Self::required_to_stay(agreement, &pool).map(|stay| stay.cover)
    }

    /// How much of that has to be the provider's own stake: what the periods need that have begun and are not settled.
    pub fn stake_required(agreement: AgreementId) -> Result<Balance, DispatchError> {
        let pool = Self::pool(agreement)?;
        Self::required_to_stay(agreement, &pool).map(|stay| stay.stake)
    }

    /// What strangers have sent to the account of the pool. It counts for nothing and goes to the provider when the
    /// pool closes. An error when the account holds less than it must, which never happens.
    pub fn surplus(agreement: AgreementId) -> Result<Balance, DispatchError> {
        let pool = Pools::<T>::get(agreement).ok_or(Error::<T>::PoolNotFound)?;
        let accounted = pool
            .buckets
            .total()
            .and_then(|total| total.checked_add(T::Currency::minimum_balance()))
            .ok_or(ArithmeticError::Overflow)?;
        T::Currency::total_balance(&Self::pool_account(agreement))
            .checked_sub(accounted)
            .ok_or(DispatchError::Corruption)
    }
}
