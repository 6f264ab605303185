// SPDX-License-Identifier: Apache-2.0

//! Subscriptions: selling units to a customer, or to the provider for somebody else; more periods; fewer periods.

use crate::{
    capacity::{cover_of, Needs},
    types::{add, Version, MAX_SPONSORED},
    AcceptedUnits, Accounts, Config, Error, Event, Ledger, Pallet, PeriodUnits, Pool, Pools, Position, Versions,
};
use alloc::vec::Vec;
use core::ops::Range;
use dsla_primitives::{
    traits::{AgreementInfo, AgreementInspect, AgreementStatus},
    AgreementId, Balance, PeriodIndex, TermsVersion, Units,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchResult};

/// An agreement that takes customers now.
struct Market<T: Config> {
    pool: Pool<T::AccountId>,
    info: AgreementInfo<T::AccountId>,
    /// The first period that can be sold.
    next: PeriodIndex,
    /// The prices of the terms in force.
    version: Version,
    needs: Needs,
}

/// What is asked for.
pub(crate) struct Order {
    /// How many units.
    pub units: Units,
    /// For how many periods.
    pub periods: PeriodIndex,
    /// The most that may be paid.
    pub max_payment: Balance,
}

impl<T: Config> Pallet<T> {
    fn market(agreement: AgreementId, version: TermsVersion) -> Result<Market<T>, Error<T>> {
        let pool = Self::pool(agreement)?;
        let info = Self::info(agreement)?;
        let takes_customers = matches!(info.status, AgreementStatus::Open | AgreementStatus::Active);
        ensure!(takes_customers && !pool.ended, Error::WrongState);
        ensure!(version == info.version, Error::TermsChanged);
        let next = Self::next_period(agreement, &info, &pool)?;
        let waiting = T::Agreements::amendment(agreement);
        // What is sold now must not be priced by terms that have had their time.
        let in_time = waiting.as_ref().is_none_or(|amendment| next <= amendment.from);
        ensure!(in_time && pool.version == info.version, Error::AmendmentDue);
        let needs = Self::needs(agreement, &pool, waiting.as_ref())?;
        Ok(Market { version: Self::current_version(agreement, &pool)?, pool, info, next, needs })
    }

    pub(crate) fn do_subscribe(
        agreement: AgreementId,
        who: &T::AccountId,
        version: TermsVersion,
        order: Order,
    ) -> DispatchResult {
        let (mut pool, position, payment) = Self::sell(agreement, who, version, &order, false)?;
        pool.buckets.escrow = pool.buckets.escrow.checked_add(payment).ok_or(ArithmeticError::Overflow)?;
        Self::pay_in(agreement, who, payment)?;
        Pools::<T>::insert(agreement, pool);
        let Position { from, until, .. } = position;
        Self::deposit_event(Event::Subscribed {
            agreement,
            who: who.clone(),
            units: order.units,
            from,
            until,
            payment,
        });
        Ok(())
    }

    pub(crate) fn do_sponsor(
        agreement: AgreementId,
        provider: &T::AccountId,
        who: &T::AccountId,
        order: Order,
    ) -> DispatchResult {
        Self::provider_pool(agreement, provider)?;
        // The provider knows the terms it has proposed itself.
        let version = Self::info(agreement)?.version;
        let (mut pool, position, payment) = Self::sell(agreement, who, version, &order, true)?;
        pool.buckets.escrow = pool.buckets.escrow.checked_add(payment).ok_or(ArithmeticError::Overflow)?;
        Self::pay_in(agreement, provider, payment)?;
        Pools::<T>::insert(agreement, pool);
        let Position { from, until, .. } = position;
        Self::deposit_event(Event::Sponsored { agreement, who: who.clone(), units: order.units, from, until, payment });
        Ok(())
    }

    /// Enters a subscription into the books, except for the payment. Returns the pool, not stored yet, and what is due.
    fn sell(
        agreement: AgreementId,
        who: &T::AccountId,
        version: TermsVersion,
        order: &Order,
        sponsored: bool,
    ) -> Result<(Pool<T::AccountId>, Position, Balance), sp_runtime::DispatchError> {
        let Order { units, periods, max_payment } = *order;
        ensure!(units > 0, Error::<T>::ZeroUnits);
        ensure!(periods > 0, Error::<T>::ZeroPeriods);
        ensure!(periods <= T::MaxPrepaidPeriods::get(), Error::<T>::MaxPrepaidPeriodsExceeded);
        let Market { mut pool, info, next: from, version, needs } = Self::market(agreement, version)?;
        ensure!(T::Agreements::may_subscribe(agreement, who), Error::<T>::NotAllowed);
        let until = from.checked_add(periods).ok_or(Error::<T>::NotEnoughPeriodsLeft)?;
        ensure!(until <= info.periods, Error::<T>::NotEnoughPeriodsLeft);
        let payment = price(&version, units, periods).ok_or(Error::<T>::AmountTooLarge)?;
        ensure!(payment <= max_payment, Error::<T>::PaymentTooHigh);
        let totals = Self::reserve(agreement, &pool, &needs, from..until, units)?;

        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let position = Position { version: pool.version, sponsored, ..Position::new(units, from, until) };
        ledger.enter(position).ok_or(Error::<T>::MaxPositionsExceeded)?;
        let foreign = ledger.subscriptions.iter().filter(|position| position.sponsored).count();
        ensure!(!sponsored || foreign <= MAX_SPONSORED, Error::<T>::MaxPositionsExceeded);
        pool.prepaid_until = pool.prepaid_until.max(until);
        Self::store_units(agreement, totals);
        if !Versions::<T>::contains_key(agreement, pool.version) {
            Versions::<T>::insert(agreement, pool.version, version);
        }
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Ok((pool, position, payment))
    }

    /// The units of each period with `units` more, if the cover suffices for all of them.
    fn reserve(
        agreement: AgreementId,
        pool: &Pool<T::AccountId>,
        needs: &Needs,
        periods: Range<PeriodIndex>,
        units: Units,
    ) -> Result<Vec<(PeriodIndex, Units)>, Error<T>> {
        let capacity = pool.capacity().ok_or(Error::AmountTooLarge)?;
        periods
            .map(|period| {
                let total = PeriodUnits::<T>::get(agreement, period).checked_add(units).ok_or(Error::AmountTooLarge)?;
                if let Some(per_unit) = needs.per_unit(period) {
                    ensure!(cover_of::<T>(total, per_unit)? <= capacity, Error::CoverTooSmall);
                }
                Ok((period, total))
            })
            .collect()
    }

    fn store_units(agreement: AgreementId, totals: Vec<(PeriodIndex, Units)>) {
        for (period, total) in totals {
            PeriodUnits::<T>::insert(agreement, period, total);
        }
    }

    pub(crate) fn do_extend(
        agreement: AgreementId,
        who: &T::AccountId,
        id: u32,
        version: TermsVersion,
        periods: PeriodIndex,
        max_payment: Balance,
    ) -> DispatchResult {
        ensure!(periods > 0, Error::<T>::ZeroPeriods);
        ensure!(periods <= T::MaxPrepaidPeriods::get(), Error::<T>::MaxPrepaidPeriodsExceeded);
        let Market { mut pool, info, next, version, needs } = Self::market(agreement, version)?;
        ensure!(T::Agreements::may_subscribe(agreement, who), Error::<T>::NotAllowed);
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let position = find(&mut ledger, id).ok_or(Error::<T>::PositionNotFound)?;
        ensure!(!position.sponsored, Error::<T>::PositionSponsored);
        ensure!(position.version == pool.version, Error::<T>::TermsChanged);
        // A gap cannot be bridged: periods that have begun are not for sale.
        ensure!(position.until >= next, Error::<T>::PositionNotFound);
        let (from, units) = (position.until, position.share);
        let until = from.checked_add(periods).ok_or(Error::<T>::NotEnoughPeriodsLeft)?;
        ensure!(until <= info.periods, Error::<T>::NotEnoughPeriodsLeft);
        let horizon = next.checked_add(T::MaxPrepaidPeriods::get()).ok_or(Error::<T>::NotEnoughPeriodsLeft)?;
        ensure!(until <= horizon, Error::<T>::MaxPrepaidPeriodsExceeded);
        let payment = price(&version, units, periods).ok_or(Error::<T>::AmountTooLarge)?;
        ensure!(payment <= max_payment, Error::<T>::PaymentTooHigh);
        let totals = Self::reserve(agreement, &pool, &needs, from..until, units)?;

        position.until = until;
        pool.prepaid_until = pool.prepaid_until.max(until);
        pool.buckets.escrow = pool.buckets.escrow.checked_add(payment).ok_or(ArithmeticError::Overflow)?;
        Self::pay_in(agreement, who, payment)?;
        Self::store_units(agreement, totals);
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::SubscriptionExtended { agreement, who: who.clone(), id, until, payment });
        Ok(())
    }

    /// Returns how many periods were given back.
    pub(crate) fn do_cancel_subscription(
        agreement: AgreementId,
        who: &T::AccountId,
        id: u32,
    ) -> Result<u32, sp_runtime::DispatchError> {
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        ensure!(Accounts::<T>::contains_key(agreement, who), Error::<T>::PositionNotFound);
        let next = Self::next_period(agreement, &Self::info(agreement)?, &pool)?;
        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let position = find(&mut ledger, id).ok_or(Error::<T>::PositionNotFound)?;
        let (from, until) = (next.max(position.from), position.until);
        let periods = until.checked_sub(from).filter(|periods| *periods > 0).ok_or(Error::<T>::NothingToCancel)?;

        // All of these periods lie ahead, so all are prepaid at the price of the newest version.
        let version = Versions::<T>::get(agreement, position.version).ok_or(ArithmeticError::Underflow)?;
        let refund = price(&version, position.share, periods).ok_or(ArithmeticError::Overflow)?;
        let Position { share, sponsored, version, .. } = *position;
        position.until = from;
        let accepted = version > pool.version;
        for period in from..until {
            Self::leave_units(agreement, period, share, accepted)?;
        }
        ledger.drop_finished();
        pool.buckets.escrow = pool.buckets.escrow.checked_sub(refund).ok_or(ArithmeticError::Underflow)?;
        add(&mut pool.buckets.owed, refund)?;
        add(if sponsored { &mut pool.provider_owed } else { &mut ledger.credit.refund }, refund)?;
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::SubscriptionCanceled { agreement, who: who.clone(), id, from, refund });
        Ok(periods)
    }

    fn leave_units(agreement: AgreementId, period: PeriodIndex, units: Units, accepted: bool) -> DispatchResult {
        let leave = |total: &mut Option<Units>| -> DispatchResult {
            let left = total.unwrap_or_default().checked_sub(units).ok_or(ArithmeticError::Underflow)?;
            *total = Some(left).filter(|left| *left > 0);
            Ok(())
        };
        if accepted {
            AcceptedUnits::<T>::try_mutate_exists(agreement, period, leave)
        } else {
            PeriodUnits::<T>::try_mutate_exists(agreement, period, leave)
        }
    }
}

/// What `units` prepay for `periods`.
pub(crate) fn price(version: &Version, units: Units, periods: PeriodIndex) -> Option<Balance> {
    version.prepayment.checked_mul(units.into())?.checked_mul(periods.into())
}

fn find(ledger: &mut Ledger, id: u32) -> Option<&mut Position> {
    ledger.subscriptions.iter_mut().find(|position| position.id == id)
}
