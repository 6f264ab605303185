// SPDX-License-Identifier: Apache-2.0

//! New terms: what they must leave alone, who signs them, and what they do to what is prepaid.
//!
//! A subscription is prepaid under a version of the terms. New terms that are no worse for customers carry it over:
//! what the periods from then on cost less is given back. Under other terms it ends at that boundary, unless its owner
//! has signed before. Neither walks through customers: a row about each version says what a unit gets back, and a
//! ledger follows when it is written next.

use crate::{
    capacity::cover_of,
    subscribe::price,
    types::{add, Version},
    AcceptedUnits, Config, Error, Event, Pallet, PeriodUnits, Pools, Position, Versions,
};
use alloc::{collections::BTreeMap, vec::Vec};
use dsla_primitives::{
    terms::Terms,
    traits::{AgreementInspect, Amendment},
    AgreementId, Balance, PeriodIndex, TermsVersion, Units, MAX_VERSIONS,
};
use frame_support::ensure;
use sp_runtime::{ArithmeticError, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Whether `amendment` can be proposed.
    pub(crate) fn check_amendment(
        agreement: AgreementId,
        amendment: &Amendment<T::AccountId>,
        old: &Terms<T::AccountId>,
    ) -> DispatchResult {
        let pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        ensure!(amendment.version < MAX_VERSIONS, Error::<T>::MaxVersionsExceeded);
        let backed = pool.buckets.senior > 0 || pool.buckets.pending > 0;
        ensure!(!backed || amendment.terms.no_worse_for_backers(old), Error::<T>::BackersPresent);
        if amendment.carried_over && pool.prepaid_until > amendment.from {
            let periods = amendment.from.max(pool.settled)..pool.prepaid_until;
            // Not reachable: nobody prepays further than that.
            ensure!(periods.len() <= prepayable::<T>(), Error::<T>::SettlementBehind);
            let needs = Self::needs(agreement, &pool, Some(amendment))?;
            let capacity = pool.capacity().ok_or(ArithmeticError::Overflow)?;
            ensure!(Self::required(agreement, &needs, periods)? <= capacity, Error::<T>::CoverTooSmall);
        }
        Ok(())
    }

    /// Signs the amendment that waits for all subscriptions of `who` that reach beyond it. Returns for how many
    /// periods.
    pub(crate) fn do_accept(
        agreement: AgreementId,
        who: &T::AccountId,
        version: TermsVersion,
        max_payment: Balance,
    ) -> Result<u32, DispatchError> {
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        let amendment = T::Agreements::amendment(agreement).ok_or(Error::<T>::NoAmendment)?;
        ensure!(amendment.version == version, Error::<T>::TermsChanged);
        ensure!(!amendment.carried_over, Error::<T>::NothingToAccept);
        let next = Self::next_period(agreement, &Self::info(agreement)?, &pool)?;
        ensure!(next <= amendment.from, Error::<T>::AmendmentDue);
        let before = Self::current_version(agreement, &pool)?;
        let after = Version::new(amendment.from, &amendment.terms.pricing).ok_or(Error::<T>::AmountTooLarge)?;

        let (mut ledger, rows) = Self::account(agreement, &mut pool, who)?;
        let old_version = pool.version;
        let dearer = after.prepayment > before.prepayment;
        // Nobody else can be bound to pay more, so sponsored units change over only when they do not.
        let changes = |position: &Position| {
            position.version == old_version && position.until > amendment.from && !(position.sponsored && dearer)
        };
        let moving = ledger.subscriptions.iter().filter(|position| changes(position)).copied().collect::<Vec<_>>();
        ensure!(!moving.is_empty(), Error::<T>::NothingToAccept);
        let mut units = BTreeMap::<PeriodIndex, Units>::new();
        let (mut own, mut sponsored) = (Money::default(), Money::default());
        for position in ledger.subscriptions.iter_mut().filter(|position| changes(position)) {
            position.until = amendment.from.max(position.from);
        }
        ledger.drop_finished();
        for position in moving {
            let Position { share, until, .. } = position;
            let from = amendment.from.max(position.from);
            let periods = until.checked_sub(from).ok_or(ArithmeticError::Underflow)?;
            let money = if position.sponsored { &mut sponsored } else { &mut own };
            add(&mut money.back, price(&before, share, periods).ok_or(ArithmeticError::Overflow)?)?;
            add(&mut money.due, price(&after, share, periods).ok_or(Error::<T>::AmountTooLarge)?)?;
            for period in from..until {
                let total = units.entry(period).or_insert(0);
                *total = total.checked_add(share).ok_or(ArithmeticError::Overflow)?;
            }
            let new = Position { from, claimed: from, version, ..position };
            ledger.enter(new).ok_or(Error::<T>::MaxPositionsExceeded)?;
        }

        let capacity = pool.capacity().ok_or(ArithmeticError::Overflow)?;
        let mut totals = Vec::new();
        for (period, moved) in &units {
            let left = PeriodUnits::<T>::get(agreement, period).checked_sub(*moved);
            let total = AcceptedUnits::<T>::get(agreement, period).checked_add(*moved);
            let total = total.ok_or(Error::<T>::AmountTooLarge)?;
            ensure!(cover_of::<T>(total, after.max_compensation)? <= capacity, Error::<T>::CoverTooSmall);
            totals.push((*period, left.ok_or(ArithmeticError::Underflow)?, total));
        }
        let (payment, refund) = own.settle().ok_or(ArithmeticError::Overflow)?;
        let (_, sponsor_refund) = sponsored.settle().ok_or(ArithmeticError::Overflow)?;
        ensure!(payment <= max_payment, Error::<T>::PaymentTooHigh);
        let back = refund.checked_add(sponsor_refund).ok_or(ArithmeticError::Overflow)?;
        add(&mut pool.buckets.escrow, payment)?;
        pool.buckets.escrow = pool.buckets.escrow.checked_sub(back).ok_or(ArithmeticError::Underflow)?;
        add(&mut pool.buckets.owed, back)?;
        add(&mut pool.provider_owed, sponsor_refund)?;
        add(&mut ledger.credit.refund, refund)?;

        Self::pay_in(agreement, who, payment)?;
        let periods = u32::try_from(totals.len()).map_err(|_| ArithmeticError::Overflow)?;
        for (period, left, total) in totals {
            if left > 0 {
                PeriodUnits::<T>::insert(agreement, period, left);
            } else {
                PeriodUnits::<T>::remove(agreement, period);
            }
            AcceptedUnits::<T>::insert(agreement, period, total);
        }
        Versions::<T>::insert(agreement, version, after);
        rows.store();
        Self::store_ledger(agreement, &pool, who, ledger);
        Pools::<T>::insert(agreement, pool);
        let who = who.clone();
        Self::deposit_event(Event::AmendmentAccepted { agreement, who, version, payment, refund, sponsor_refund });
        Ok(periods)
    }

    /// The boundary has come: `amendment` is in force.
    pub(crate) fn do_amend(
        agreement: AgreementId,
        amendment: &Amendment<T::AccountId>,
        old: &Terms<T::AccountId>,
    ) -> DispatchResult {
        let mut pool = Self::pool(agreement)?;
        ensure!(!pool.ended, Error::<T>::WrongState);
        let follows = pool.version.checked_add(1) == Some(amendment.version) && amendment.version < MAX_VERSIONS;
        ensure!(follows && pool.settled <= amendment.from, Error::<T>::OutOfOrder);
        let before = match Versions::<T>::get(agreement, pool.version) {
            Some(version) => version,
            // Nobody has subscribed yet.
            None => Version::new(0, &old.pricing).ok_or(Error::<T>::AmountTooLarge)?,
        };
        let after = Version::new(amendment.from, &amendment.terms.pricing).ok_or(Error::<T>::AmountTooLarge)?;
        let refund = if amendment.carried_over {
            before.prepayment.checked_sub(after.prepayment).ok_or(ArithmeticError::Underflow)?
        } else {
            before.prepayment
        };

        // At most as many as can be prepaid: nothing is sold once the boundary has passed.
        let mut back: Balance = 0;
        for period in amendment.from..pool.prepaid_until.max(amendment.from) {
            let units = if amendment.carried_over {
                PeriodUnits::<T>::get(agreement, period)
            } else {
                let left = PeriodUnits::<T>::take(agreement, period);
                let accepted = AcceptedUnits::<T>::take(agreement, period);
                if accepted > 0 {
                    PeriodUnits::<T>::insert(agreement, period, accepted);
                }
                left
            };
            add(&mut back, refund.checked_mul(units.into()).ok_or(ArithmeticError::Overflow)?)?;
        }
        pool.buckets.escrow = pool.buckets.escrow.checked_sub(back).ok_or(ArithmeticError::Underflow)?;
        add(&mut pool.buckets.owed, back)?;
        Versions::<T>::insert(agreement, pool.version, before);
        pool.version = amendment.version;
        let version = Version { carried_over: amendment.carried_over, refund, ..after };
        Versions::<T>::insert(agreement, pool.version, version);
        Pools::<T>::insert(agreement, pool);
        Self::deposit_event(Event::PoolAmended {
            agreement,
            version: amendment.version,
            from: amendment.from,
            refunds: back,
        });
        Ok(())
    }
}

/// How many periods anybody can have prepaid.
fn prepayable<T: Config>() -> usize {
    usize::try_from(Pallet::<T>::max_checked_periods()).unwrap_or(usize::MAX)
}

/// What comes back of the old prepayment, and what the new one costs.
#[derive(Default)]
struct Money {
    back: Balance,
    due: Balance,
}

impl Money {
    /// What has to be paid, or what is paid back.
    fn settle(&self) -> Option<(Balance, Balance)> {
        if self.due > self.back {
            Some((self.due.checked_sub(self.back)?, 0))
        } else {
            Some((0, self.back.checked_sub(self.due)?))
        }
    }
}
