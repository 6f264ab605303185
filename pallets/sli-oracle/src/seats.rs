// SPDX-License-Identifier: Apache-2.0

//! The seats of a committee: terms offer them, a first report takes them, and a member may give its own up.

use crate::{
    types::{self, Seat},
    Config, Error, Event, Pallet, Seats,
};
use alloc::vec::Vec;
use dsla_primitives::{
    schedule::Schedule,
    traits::{AgreementInfo, AgreementInspect},
    AgreementId, Moment, RoundId,
};
use frame_support::{dispatch::DispatchResult, traits::Time};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_give_up_seat(who: T::AccountId, agreement: AgreementId) -> DispatchResult {
        let mut seats = Seats::<T>::get(agreement);
        let held = seats.iter_mut().find(|seat| seat.reporter == who && seat.until.is_none());
        held.ok_or(Error::<T>::SeatNotFound)?.until = Some(T::Time::now());
        Seats::<T>::insert(agreement, seats);
        Self::deposit_event(Event::SeatGivenUp { agreement, reporter: who });
        Ok(())
    }

    /// Seats `who`, which has reported at `now`, if it has no seat. All terms of an agreement have the same boundaries,
    /// so it does not matter whose `schedule` it is.
    pub(crate) fn take_seat(
        who: &T::AccountId,
        id: AgreementId,
        agreement: &AgreementInfo<T::AccountId>,
        schedule: &Schedule,
        now: Moment,
    ) {
        let mut seats = Seats::<T>::get(id);
        let seat = Seat { reporter: who.clone(), since: now, until: None };
        if let Some(former) = seats.iter_mut().find(|seat| seat.reporter == *who) {
            // Only one seat is remembered, so it stands until nothing is owed from it. The report is on a period that
            // is not final, so there is an oldest one.
            let open = types::period_end(schedule, agreement.finalized);
            if !open.is_some_and(|open| former.may_be_replaced(open)) {
                return;
            }
            *former = seat;
        } else {
            if seats.is_full() {
                let committee = Self::committee_at(id, agreement, schedule, now);
                seats.retain(|seat| committee.contains(&seat.reporter));
            }
            // No room is left only for a report on a period of an earlier committee: that member has no duty ahead.
            if seats.try_push(seat).is_err() {
                return;
            }
        }
        Seats::<T>::insert(id, seats);
        Self::deposit_event(Event::SeatTaken { agreement: id, reporter: who.clone() });
    }

    /// Forgets the seats when the last period of the agreement is judged. Those of an agreement that ends with nothing
    /// left to judge stay.
    pub(crate) fn clear_seats(last: RoundId) {
        // Saturating changes nothing: no agreement has that many periods.
        let next = last.period.saturating_add(1);
        if T::Agreements::agreement(last.agreement).is_some_and(|agreement| agreement.periods <= next) {
            Seats::<T>::remove(last.agreement);
        }
    }

    /// The committee of the period that runs at `now`; after the last one, of that.
    fn committee_at(
        id: AgreementId,
        agreement: &AgreementInfo<T::AccountId>,
        schedule: &Schedule,
        now: Moment,
    ) -> Vec<T::AccountId> {
        let running = Schedule { periods: agreement.periods, ..*schedule }.period_at(now);
        // Whoever reports does so on a period that has ended: there is a last one.
        let period = running.unwrap_or(agreement.periods.saturating_sub(1));
        let terms = T::Agreements::terms(RoundId::new(id, period));
        terms.map(|terms| terms.oracle.committee.into_inner()).unwrap_or_default()
    }
}
