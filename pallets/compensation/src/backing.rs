// SPDX-License-Identifier: Apache-2.0

//! Backers: deposits, notice and exits. The arithmetic is in `vault`.

use crate::{vault, Accounts, Config, Epochs, Error, Event, Pallet, Pool, Pools};
use dsla_primitives::{
    traits::{AgreementInfo, AgreementInspect, AgreementStatus},
    AgreementId, Balance, PeriodIndex, TermsVersion,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

/// A pool and its agreement.
type Backed<T> = (Pool<<T as frame_system::Config>::AccountId>, AgreementInfo<<T as frame_system::Config>::AccountId>);

impl<T: Config> Pallet<T> {
    pub(crate) fn do_back(
        agreement: AgreementId,
        who: &T::AccountId,
        amount: Balance,
        version: TermsVersion,
    ) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        let info = Self::info(agreement)?;
        let runs = matches!(info.status, AgreementStatus::Open | AgreementStatus::Active);
        ensure!(runs && !pool.ended, Error::<T>::WrongState);
        // An amendment that nobody could object to may be worse for backers than the terms in force.
        let newest = T::Agreements::amendment(agreement).map_or(info.version, |amendment| amendment.version);
        ensure!(version == newest, Error::<T>::TermsChanged);
        ensure!(amount > 0 && amount >= T::MinBacking::get(), Error::<T>::BackingTooSmall);
        let period = Self::running_period(agreement, &info, &pool)?;
        // It becomes cover after the running period; there must be one it can cover.
        ensure!(period.checked_add(1).is_some_and(|next| next < info.periods), Error::<T>::NotEnoughPeriodsLeft);
        let slashed = pool.vault.is_slashed(pool.buckets.senior).ok_or(ArithmeticError::Overflow)?;
        ensure!(!slashed, Error::<T>::PoolSlashed);
        pool.buckets.pending = pool.buckets.pending.checked_add(amount).ok_or(Error::<T>::AmountTooLarge)?;
        let cover = pool.buckets.cover().and_then(|cover| cover.checked_add(pool.buckets.pending));
        let least = Self::junior_needed(cover.ok_or(Error::<T>::AmountTooLarge)?);
        ensure!(pool.buckets.junior >= least, Error::<T>::JuniorTooSmall);

        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        vault::enter(&mut ledger.backing.deposits, period, amount).ok_or(Error::<T>::MaxBackingsExceeded)?;
        rows.store();
        Epochs::<T>::try_mutate(agreement, period, |epoch| -> DispatchResult {
            let epoch = epoch.get_or_insert_default();
            epoch.deposits = epoch.deposits.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
            Ok(())
        })?;
        Self::pay_in(agreement, who, amount)?;
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::Backed { agreement, who: who.clone(), amount, period });
        Ok(())
    }

    pub(crate) fn do_cancel_backing(agreement: AgreementId, who: &T::AccountId, period: PeriodIndex) -> DispatchResult {
        let (mut pool, info) = Self::backed(agreement, who)?;
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let deposits = &mut ledger.backing.deposits;
        let at = deposits.iter().position(|(of, _)| *of == period).ok_or(Error::<T>::BackingNotFound)?;
        // Once the period is over, what it was like is known, and so is more about the price.
        ensure!(period == Self::running_period(agreement, &info, &pool)?, Error::<T>::TooLate);
        let (_, amount) = deposits.remove(at);
        rows.store();
        Epochs::<T>::try_mutate_exists(agreement, period, |epoch| -> DispatchResult {
            let row = epoch.as_mut().ok_or(DispatchError::Corruption)?;
            row.deposits = row.deposits.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
            *epoch = Some(*row).filter(|row| !row.is_empty());
            Ok(())
        })?;
        pool.buckets.pending = pool.buckets.pending.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
        Self::pay_out(agreement, who, amount)?;
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::BackingCanceled { agreement, who: who.clone(), amount, period });
        Ok(())
    }

    pub(crate) fn do_give_notice(agreement: AgreementId, who: &T::AccountId, shares: Balance) -> DispatchResult {
        let (mut pool, _) = Self::backed(agreement, who)?;
        ensure!(shares > 0, Error::<T>::ZeroAmount);
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let backing = &mut ledger.backing;
        let notice = backing.notice.checked_add(shares).filter(|notice| *notice <= backing.shares);
        backing.notice = notice.ok_or(Error::<T>::InsufficientShares)?;
        pool.vault.notice = pool.vault.notice.checked_add(shares).ok_or(ArithmeticError::Overflow)?;
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::BackingNoticeGiven { agreement, who: who.clone(), shares });
        Ok(())
    }

    pub(crate) fn do_withdraw_notice(agreement: AgreementId, who: &T::AccountId, shares: Balance) -> DispatchResult {
        let (mut pool, _) = Self::backed(agreement, who)?;
        ensure!(shares > 0, Error::<T>::ZeroAmount);
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let backing = &mut ledger.backing;
        backing.notice = backing.notice.checked_sub(shares).ok_or(Error::<T>::NoticeNeeded)?;
        pool.vault.notice = pool.vault.notice.checked_sub(shares).ok_or(ArithmeticError::Underflow)?;
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::BackingNoticeWithdrawn { agreement, who: who.clone(), shares });
        Ok(())
    }

    /// Returns how many periods were looked at.
    pub(crate) fn do_exit(agreement: AgreementId, who: &T::AccountId, shares: Balance) -> Result<u32, DispatchError> {
        let (mut pool, info) = Self::backed(agreement, who)?;
        ensure!(shares > 0, Error::<T>::ZeroAmount);
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let backing = &mut ledger.backing;
        backing.notice = backing.notice.checked_sub(shares).ok_or(Error::<T>::NoticeNeeded)?;
        let rest = backing.shares.checked_sub(shares).ok_or(Error::<T>::InsufficientShares)?;
        // A crumb would earn the premium of a whole vault and bear no risk.
        let value = pool.vault.assets_of(pool.buckets.senior, rest).ok_or(ArithmeticError::Overflow)?;
        ensure!(rest == 0 || value >= T::MinBacking::get(), Error::<T>::BackingTooSmall);
        let (missing, checked) = Self::missing_without(agreement, &info, &pool, shares)?;
        ensure!(missing == 0, Error::<T>::CoverNeeded);

        let period = Self::running_period(agreement, &info, &pool)?;
        let generation = pool.vault.generation;
        backing.shares = rest;
        vault::enter(&mut backing.exits, period, shares).ok_or(Error::<T>::MaxBackingsExceeded)?;
        pool.vault.notice = pool.vault.notice.checked_sub(shares).ok_or(ArithmeticError::Underflow)?;
        pool.vault.exiting = pool.vault.exiting.checked_add(shares).ok_or(ArithmeticError::Overflow)?;
        rows.store();
        Epochs::<T>::try_mutate(agreement, period, |epoch| {
            epoch.get_or_insert_default().add_exit(shares, generation).ok_or(ArithmeticError::Overflow)
        })?;
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::ExitRequested { agreement, who: who.clone(), shares, period });
        Ok(checked)
    }

    /// How much cover would be missing for the periods prepaid after the running one if `shares` left with those that
    /// wait for their exit, and how many periods were looked at.
    pub(crate) fn missing_without(
        agreement: AgreementId,
        info: &AgreementInfo<T::AccountId>,
        pool: &Pool<T::AccountId>,
        shares: Balance,
    ) -> Result<(Balance, u32), DispatchError> {
        // What leaves is priced after the running period and bears its loss and those of earlier ones.
        let from = Self::running_period(agreement, info, pool)?.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let until = Self::sold_until(info, pool);
        // Saturating: nothing may be prepaid that far.
        let checked = until.saturating_sub(from);
        if pool.ended || checked == 0 {
            return Ok((0, 0));
        }
        ensure!(checked <= Self::max_checked_periods(), Error::<T>::SettlementBehind);
        let needs = Self::needs(agreement, pool, T::Agreements::amendment(agreement).as_ref())?;
        let required = Self::required(agreement, &needs, from..until)?;
        let leaving = pool.vault.exiting.checked_add(shares).ok_or(ArithmeticError::Overflow)?;
        let leaving = pool.vault.leaving_of(pool.buckets.senior, leaving).ok_or(ArithmeticError::Overflow)?;
        let rest = pool.buckets.cover().and_then(|cover| cover.checked_sub(leaving));
        Ok((required.saturating_sub(rest.ok_or(ArithmeticError::Underflow)?), checked))
    }

    /// The pool of an agreement that has not ended, if `who` can have something in its vault.
    fn backed(agreement: AgreementId, who: &T::AccountId) -> Result<Backed<T>, Error<T>> {
        let pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::WrongState);
        ensure!(Accounts::<T>::contains_key(agreement, who), Error::BackingNotFound);
        Ok((pool, Self::info(agreement)?))
    }
}
