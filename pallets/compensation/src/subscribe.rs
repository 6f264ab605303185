// SPDX-License-Identifier: Apache-2.0

//! Subscriptions of customers.

use crate::{cover::cover_of, Accounts, Config, Error, Event, Ledger, Pallet, PeriodUnits, Pool, Pools, Position};
use alloc::vec::Vec;
use dsla_primitives::{
    schedule::Schedule,
    traits::{AgreementInspect, AgreementStatus},
    AgreementId, Balance, PeriodIndex, TermsVersion, Units,
};
use frame_support::{
    ensure,
    traits::{Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_subscribe(
        agreement: AgreementId,
        who: &T::AccountId,
        units: Units,
        periods: PeriodIndex,
        version: TermsVersion,
        max_payment: Balance,
    ) -> DispatchResult {
        ensure!(units > 0, Error::<T>::ZeroUnits);
        ensure!(periods > 0, Error::<T>::ZeroPeriods);
        ensure!(periods <= T::MaxPrepaidPeriods::get(), Error::<T>::MaxPrepaidPeriodsExceeded);
        let mut pool = Self::pool(agreement)?;
        let info = T::Agreements::agreement(agreement).ok_or(Error::<T>::AgreementNotFound)?;
        let takes_customers = matches!(info.status, AgreementStatus::Open | AgreementStatus::Active);
        ensure!(takes_customers && !pool.ended, Error::<T>::WrongState);
        ensure!(version == info.version, Error::<T>::TermsChanged);
        let terms = Self::terms(agreement, pool.settled)?;

        let from = Self::next_period(&pool, &terms.schedule)?;
        let until = from.checked_add(periods).ok_or(Error::<T>::NotEnoughPeriodsLeft)?;
        ensure!(until <= terms.schedule.periods, Error::<T>::NotEnoughPeriodsLeft);
        let payment = terms
            .pricing
            .prepayment()
            .and_then(|per_unit| per_unit.checked_mul(units.into())?.checked_mul(periods.into()))
            .ok_or(Error::<T>::AmountTooLarge)?;
        ensure!(payment <= max_payment, Error::<T>::PaymentTooHigh);

        let cover = pool.buckets.cover().ok_or(ArithmeticError::Overflow)?;
        let totals = (from..until)
            .map(|period| {
                let total =
                    PeriodUnits::<T>::get(agreement, period).checked_add(units).ok_or(Error::<T>::AmountTooLarge)?;
                let needed = cover_of::<T>(total, terms.pricing.max_compensation())?;
                ensure!(needed <= cover, Error::<T>::CoverTooSmall);
                Ok((period, total))
            })
            .collect::<Result<Vec<_>, Error<T>>>()?;

        let mut ledger = Accounts::<T>::get(agreement, who);
        Self::collect(agreement, &pool, &mut ledger)?;
        enter::<T>(&mut ledger, Position::new(units, from, until))?;
        pool.buckets.escrow = pool.buckets.escrow.checked_add(payment).ok_or(ArithmeticError::Overflow)?;
        pool.prepaid_until = pool.prepaid_until.max(until);

        Self::pay_in(agreement, who, payment)?;
        for (period, total) in totals {
            PeriodUnits::<T>::insert(agreement, period, total);
        }
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::Subscribed { agreement, who: who.clone(), units, from, until, payment });
        Ok(())
    }

    /// The first period that has not begun: what is agreed now counts from it.
    pub(crate) fn next_period(pool: &Pool<T::AccountId>, schedule: &Schedule) -> Result<PeriodIndex, Error<T>> {
        // A period is settled after its end, so this maximum changes nothing unless the clock went wrong. A settled
        // period must not take part in anything new.
        schedule.next_boundary(T::Time::now()).map(|next| next.max(pool.settled)).ok_or(Error::NotEnoughPeriodsLeft)
    }
}

/// Adds a subscription, to an existing one if that has the same span and has earned nothing yet.
fn enter<T: Config>(ledger: &mut Ledger, new: Position) -> Result<(), Error<T>> {
    let span = |position: &Position| (position.from, position.until, position.claimed);
    match ledger.subscriptions.iter_mut().find(|position| span(position) == span(&new)) {
        Some(position) => {
            position.share = position.share.checked_add(new.share).ok_or(Error::AmountTooLarge)?;
            Ok(())
        }
        None => ledger.subscriptions.try_push(new).map_err(|_| Error::MaxPositionsExceeded),
    }
}
