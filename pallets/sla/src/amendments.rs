// SPDX-License-Identifier: Apache-2.0

//! New terms: how they are proposed, come into force, and are dropped when the agreement ends before.

use crate::{
    agreements::{check, next_boundary},
    footprint_of_amendment,
    steps::{judged_at, Failure},
    AgreementOf, AgreementTerms, AmendmentTickets, Config, Error, Event, Pallet, Waiting,
};
use dsla_primitives::{
    terms::Terms,
    traits::{AgreementStatus, Amendment, OnAgreement, OnVerdict},
    AgreementId, Moment, PeriodIndex, MAX_VERSIONS,
};
use frame_support::{
    ensure,
    traits::{Consideration, Get, Time},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_propose_amendment(
        who: T::AccountId,
        id: AgreementId,
        terms: Terms<T::AccountId>,
        from: PeriodIndex,
    ) -> DispatchResult {
        let mut agreement = Self::agreement_of(&who, id)?;
        ensure!(matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active), Error::<T>::WrongState);
        ensure!(agreement.ending.is_none(), Error::<T>::AgreementEnding);
        ensure!(agreement.waiting.is_none(), Error::<T>::AmendmentWaiting);
        let version = agreement.version.checked_add(1).filter(|version| *version < MAX_VERSIONS);
        let version = version.ok_or(Error::<T>::MaxVersionsExceeded)?;
        let old = AgreementTerms::<T>::get(id, agreement.version).ok_or(Error::<T>::Corrupted)?;
        // The start is that of the old terms, which may lie in the past: it is judged as if it were now.
        check::<T>(&terms, terms.schedule.start)?;
        ensure!(terms.continues(&old), Error::<T>::ScheduleChanged);
        let next = next_boundary(&old.schedule, T::Time::now()).ok_or(Error::<T>::Corrupted)?;
        // Saturating: no boundary is that late, so no amendment is possible.
        ensure!(from >= next.saturating_add(T::AmendmentNotice::get().max(1)), Error::<T>::TooEarly);
        ensure!(from < agreement.periods, Error::<T>::BeyondEnd);
        let boundary = old.schedule.boundary(from).ok_or(Error::<T>::Corrupted)?;
        let footprint =
            footprint_of_amendment(&terms, from, &old, T::OnVerdict::kept).ok_or(ArithmeticError::Overflow)?;
        let periods = terms.schedule.periods;
        let amendment = Amendment { version, from, carried_over: terms.no_worse_for_customers(&old), terms };
        // A ticket of its own, so that dropping the amendment only ever gives back.
        let ticket = T::AgreementDeposit::new(&who, footprint)?;
        T::OnAgreement::on_proposed(id, &amendment, &old)?;
        let Amendment { carried_over, terms, .. } = amendment;
        let before = agreement.timers.due();
        agreement.waiting = Some(Waiting { from, periods, carried_over });
        agreement.timers.amend = Some(boundary);
        AgreementTerms::<T>::insert(id, version, terms);
        AmendmentTickets::<T>::insert(id, version, ticket);
        Self::save(id, agreement, before);
        Self::deposit_event(Event::AmendmentProposed { agreement: id, version, from, carried_over });
        Ok(())
    }

    /// Brings the amendment that waits into force.
    pub(crate) fn amend(id: AgreementId, mut agreement: AgreementOf<T>) -> Result<Option<Moment>, Failure> {
        let waiting = agreement.amendment().ok_or(Failure::Corrupted)?;
        let amendment = Self::load_amendment(id, &agreement, waiting).ok_or(Failure::Corrupted)?;
        let old = AgreementTerms::<T>::get(id, agreement.version).ok_or(Failure::Corrupted)?;
        let Amendment { version, from, .. } = amendment;
        let before = agreement.timers.due();
        if agreement.awaits_terms() {
            agreement.timers.propose = Some(judged_at(&amendment.terms, from).ok_or(Failure::Corrupted)?);
        }
        agreement.version = version;
        agreement.starts.try_push(from).map_err(|_| Failure::Corrupted)?;
        agreement.waiting = None;
        agreement.periods = agreement.ending.map_or(waiting.periods, |ending| waiting.periods.min(ending.periods));
        (agreement.timers.amend, agreement.timers.amend_retry) = (None, 0);
        let due = Self::save(id, agreement, before);
        // Last, after everything of our own is stored: whoever looks at us from in there sees the new terms in force.
        T::OnAgreement::on_amended(id, &amendment, &old)?;
        Self::deposit_event(Event::AgreementAmended { agreement: id, version, from });
        Ok(due)
    }

    /// Drops an amendment that will never come into force, and gives its deposit back.
    pub(crate) fn drop_amendment(id: AgreementId, mut agreement: AgreementOf<T>) -> Result<Option<Moment>, Failure> {
        agreement.waiting.take().ok_or(Failure::Corrupted)?;
        let version = agreement.version.checked_add(1).ok_or(Failure::Corrupted)?;
        let ticket = AmendmentTickets::<T>::take(id, version).ok_or(Failure::Corrupted)?;
        let before = agreement.timers.due();
        (agreement.timers.amend, agreement.timers.amend_retry) = (None, 0);
        ticket.drop(&agreement.provider)?;
        AgreementTerms::<T>::remove(id, version);
        let due = Self::save(id, agreement, before);
        Self::deposit_event(Event::AmendmentDropped { agreement: id, version });
        Ok(due)
    }

    /// The amendment that `waiting` stands for.
    pub(crate) fn load_amendment(
        id: AgreementId,
        agreement: &AgreementOf<T>,
        waiting: Waiting,
    ) -> Option<Amendment<T::AccountId>> {
        let version = agreement.version.checked_add(1)?;
        let Waiting { from, carried_over, .. } = waiting;
        Some(Amendment { version, from, carried_over, terms: AgreementTerms::<T>::get(id, version)? })
    }
}
