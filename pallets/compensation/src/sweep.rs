// SPDX-License-Identifier: Apache-2.0

//! The automatic payout in spare room of blocks.
//!
//! Every settlement puts its agreement at the end of a queue, where it waits for `SweepDelay`. The accounts of the
//! agreement at the head are visited one by one; then the provider is paid and the agreement leaves the queue. A
//! settlement meanwhile puts it at the end once more, so a busy agreement cannot keep others waiting, and an account
//! that cannot be paid is tried again only after the next settlement.

use crate::{
    claim::nothing, types::Cursor, AcceptedUnits, Accounts, Config, Epochs, Event, Pallet, PeriodUnits, Pools,
    Portfolio, SweepCursor, SweepHead, SweepQueue, TeamChanges, WeightInfo,
};
use dsla_primitives::AgreementId;
use frame_support::{
    storage::with_storage_layer,
    traits::{Get, Time},
    weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
    /// Pays as many accounts as `remaining` and the limit per block allow. Returns the weight used.
    pub(crate) fn sweep(remaining: Weight) -> Weight {
        let mut meter = WeightMeter::with_limit(remaining);
        if meter.try_consume(T::WeightInfo::sweep_base()).is_err() {
            return meter.consumed();
        }
        let (now, delay) = (T::Time::now(), T::SweepDelay::get());
        let step = T::WeightInfo::sweep_account().max(T::WeightInfo::sweep_finish());
        for _ in 0..T::MaxPayoutsPerBlock::get() {
            // Places are given in the order of settlements, so nobody behind the first is due before it.
            let head = SweepQueue::<T>::get(SweepHead::<T>::get());
            let Some((agreement, _)) = head.filter(|(_, since)| since.saturating_add(delay) <= now) else {
                break;
            };
            if meter.try_consume(step).is_err() {
                break;
            }
            Self::sweep_step(agreement);
        }
        meter.consumed()
    }

    /// One step for the agreement at the head of the queue: an account, a left-over row, or the end.
    pub(crate) fn sweep_step(agreement: AgreementId) {
        let last = match SweepCursor::<T>::get() {
            Some(cursor) => cursor.last,
            None => {
                // From here on a settlement asks for another payout: accounts already visited would miss it.
                Pools::<T>::mutate_extant(agreement, |pool| pool.queued = false);
                None
            }
        };
        let next = match &last {
            Some(who) => {
                Accounts::<T>::iter_key_prefix_from(agreement, Accounts::<T>::hashed_key_for(agreement, who)).next()
            }
            None => Accounts::<T>::iter_key_prefix(agreement).next(),
        };
        if let Some(who) = next {
            Self::sweep_account(agreement, &who);
            SweepCursor::<T>::put(Cursor { last: Some(who) });
        } else if Self::sweep_row(agreement) {
            SweepCursor::<T>::put(Cursor { last });
        } else {
            Self::sweep_finish(agreement);
        }
    }

    /// Pays an account. If that is not possible its ledger is written down all the same, because others wait for what
    /// is in it; and it is removed if it has become useless.
    fn sweep_account(agreement: AgreementId, who: &T::AccountId) {
        let Some(mut pool) = Pools::<T>::get(agreement) else {
            // The pool closed because nobody had anything to claim.
            Accounts::<T>::remove(agreement, who);
            Portfolio::<T>::remove(who, agreement);
            return;
        };
        if Self::try_pay(agreement, who) {
            return;
        }
        if let Ok((ledger, rows)) = Self::account(agreement, &mut pool, who) {
            if ledger != Accounts::<T>::get(agreement, who) {
                rows.store();
                Self::store_ledger(agreement, &pool, who, ledger);
                Pools::<T>::insert(agreement, pool);
            }
        }
    }

    /// Pays an account if it can be paid. Returns whether it was.
    fn try_pay(agreement: AgreementId, who: &T::AccountId) -> bool {
        match with_storage_layer(|| Self::do_claim(agreement, who, None)) {
            Err(error) => {
                if !nothing::<T>(&error) {
                    Self::deposit_event(Event::PayoutFailed { agreement, who: who.clone(), error });
                }
                false
            }
            Ok(()) => true,
        }
    }

    /// Removes one row about a period that an ended agreement did not reach. Returns whether there was one.
    fn sweep_row(agreement: AgreementId) -> bool {
        if Pools::<T>::get(agreement).is_some_and(|pool| !pool.ended) {
            return false;
        }
        if let Some(period) = PeriodUnits::<T>::iter_key_prefix(agreement).next() {
            PeriodUnits::<T>::remove(agreement, period);
            return true;
        }
        if let Some(period) = AcceptedUnits::<T>::iter_key_prefix(agreement).next() {
            AcceptedUnits::<T>::remove(agreement, period);
            return true;
        }
        if let Some(period) = TeamChanges::<T>::iter_key_prefix(agreement).next() {
            TeamChanges::<T>::remove(agreement, period);
            return true;
        }
        if Pools::<T>::contains_key(agreement) {
            // Deposits and exits are dropped with the last ledger they concern.
            return false;
        }
        if let Some(period) = Epochs::<T>::iter_key_prefix(agreement).next() {
            Epochs::<T>::remove(agreement, period);
            return true;
        }
        false
    }

    /// Pays the provider and takes the agreement off the queue.
    fn sweep_finish(agreement: AgreementId) {
        if let Some(pool) = Pools::<T>::get(agreement) {
            if pool.provider_owed > 0 {
                Self::try_pay(agreement, &pool.provider);
            }
        }
        let head = SweepHead::<T>::get();
        SweepQueue::<T>::remove(head);
        SweepHead::<T>::put(head.wrapping_add(1));
        SweepCursor::<T>::kill();
    }
}
