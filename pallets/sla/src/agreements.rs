// SPDX-License-Identifier: Apache-2.0

//! What providers do with agreements. What the chain does with them is in `steps`.

use crate::{
    footprint, Agreement, AgreementAction, AgreementOf, AgreementTerms, Agreements, Config, Error, Event, Feat,
    Lifecycle, NextAgreementId, Pallet, Services, Timers, WrongState,
};
use dsla_primitives::{
    schedule::Schedule,
    terms::{Oracle, Terms, TermsError},
    traits::{AgreementStatus, OnAgreement, OnVerdict},
    AgreementId, Moment, PeriodIndex, ServiceId,
};
use frame_support::{
    ensure,
    traits::{Consideration, Time},
};
use sp_runtime::{ArithmeticError, DispatchResult};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_register_agreement(
        who: T::AccountId,
        service_id: ServiceId,
        terms: Terms<T::AccountId>,
    ) -> DispatchResult {
        let mut service = Self::service_of(&who, service_id)?;
        check::<T>(&terms, T::Time::now())?;
        let id = NextAgreementId::<T>::get();
        let next = id.next().ok_or(Error::<T>::IdsExhausted)?;
        service.agreements = service.agreements.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let footprint = footprint(&terms, T::OnVerdict::kept).ok_or(ArithmeticError::Overflow)?;
        let ticket = T::AgreementDeposit::new(&who, footprint)?;
        let agreement = Agreement {
            service: service_id,
            provider: who.clone(),
            status: AgreementStatus::Draft,
            version: 0,
            starts: Default::default(),
            waiting: None,
            periods: terms.schedule.periods,
            ending: None,
            proposed: 0,
            finalized: 0,
            timers: Timers::default(),
            ticket: Some(ticket),
        };
        NextAgreementId::<T>::put(next);
        Services::<T>::insert(service_id, service);
        AgreementTerms::<T>::insert(id, agreement.version, terms);
        Agreements::<T>::insert(id, agreement);
        // Last, so that whoever is told can look the agreement up.
        T::OnAgreement::on_registered(id, &who)?;
        Self::deposit_event(Event::AgreementRegistered { agreement: id, service: service_id, provider: who });
        Ok(())
    }

    pub(crate) fn do_discard_agreement(who: T::AccountId, id: AgreementId) -> DispatchResult {
        let mut agreement = Self::agreement_of(&who, id)?;
        agreement.status = agreement.status.next(AgreementAction::Discard).map_err(Error::<T>::from)?;
        if let Some(ticket) = agreement.ticket.take() {
            ticket.drop(&who)?;
        }
        Self::release_service(agreement.service)?;
        AgreementTerms::<T>::remove(id, agreement.version);
        // The agreement itself stays, as `Terminated`, so that what others keep under its id, a pool above all, can
        // still be wound up.
        Agreements::<T>::insert(id, agreement);
        T::OnAgreement::on_ended(id)?;
        Self::deposit_event(Event::AgreementDiscarded { agreement: id });
        Ok(())
    }

    pub(crate) fn do_open_agreement(who: T::AccountId, id: AgreementId) -> DispatchResult {
        let mut agreement = Self::agreement_of(&who, id)?;
        agreement.status = agreement.status.next(AgreementAction::Open).map_err(Error::<T>::from)?;
        let terms = AgreementTerms::<T>::get(id, agreement.version).ok_or(Error::<T>::Corrupted)?;
        let start = terms.schedule.start;
        ensure!(T::Time::now() < start, Error::<T>::TooLate);
        let before = agreement.timers.due();
        agreement.timers.propose = Some(start);
        Self::record(&agreement, Feat::Opened)?;
        Self::save(id, agreement, before);
        Self::deposit_event(Event::AgreementOpened { agreement: id, start });
        Ok(())
    }

    /// Notes that an agreement about `service` has ended.
    pub(crate) fn release_service(id: ServiceId) -> DispatchResult {
        let mut service = Services::<T>::get(id).ok_or(Error::<T>::Corrupted)?;
        service.agreements = service.agreements.checked_sub(1).ok_or(Error::<T>::Corrupted)?;
        Services::<T>::insert(id, service);
        Ok(())
    }

    /// The agreement `id`, provided that it belongs to `who`.
    pub(crate) fn agreement_of(who: &T::AccountId, id: AgreementId) -> Result<AgreementOf<T>, Error<T>> {
        let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(agreement.provider == *who, Error::<T>::NotAuthorized);
        Ok(agreement)
    }

    /// The terms in force in `period` of an agreement.
    pub(crate) fn terms_in(
        id: AgreementId,
        agreement: &AgreementOf<T>,
        period: PeriodIndex,
    ) -> Option<Terms<T::AccountId>> {
        AgreementTerms::<T>::get(id, agreement.version_in(period))
    }
}

/// The first boundary after `now`, whether the agreement lives to see it or not; `None` beyond the calendar.
pub(crate) fn next_boundary(schedule: &Schedule, now: Moment) -> Option<PeriodIndex> {
    Schedule { periods: PeriodIndex::MAX, ..*schedule }.next_boundary(now)
}

/// Checks terms that would be registered at `now`.
pub(crate) fn check<T: Config>(terms: &Terms<T::AccountId>, now: Moment) -> Result<(), Error<T>> {
    terms.validate(now)?;
    // The last verdict must lie within time, too: reports have at most twice their window.
    let Oracle { report_window, reveal_window, challenge_window, .. } = terms.oracle;
    let windows = [report_window, report_window, reveal_window.unwrap_or(0), challenge_window];
    let end = terms.schedule.end().ok_or(Error::<T>::ScheduleInvalid)?;
    windows.into_iter().try_fold(end, Moment::checked_add).map(|_| ()).ok_or(Error::<T>::ScheduleInvalid)
}

impl<T: Config> From<TermsError> for Error<T> {
    fn from(error: TermsError) -> Self {
        match error {
            TermsError::StartInPast => Self::StartInPast,
            TermsError::ScheduleInvalid => Self::ScheduleInvalid,
            TermsError::NoObjectives => Self::NoObjectives,
            TermsError::WeightsNotWhole => Self::WeightsNotWhole,
            TermsError::ImplausibleBounds => Self::ImplausibleBounds,
            TermsError::TiersNotMonotonic => Self::TiersNotMonotonic,
            TermsError::BonusesNotMonotonic => Self::BonusesNotMonotonic,
            TermsError::CommitteeInvalid => Self::CommitteeInvalid,
            TermsError::WindowInvalid => Self::WindowInvalid,
            TermsError::MaintenanceInvalid => Self::MaintenanceInvalid,
            TermsError::AmountTooLarge => Self::AmountTooLarge,
        }
    }
}

impl<T: Config> From<WrongState> for Error<T> {
    fn from(_: WrongState) -> Self {
        Self::WrongState
    }
}
