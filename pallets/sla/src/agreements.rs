// SPDX-License-Identifier: Apache-2.0

//! What providers do with agreements. What the chain does with them is in `steps`.

use crate::{
    footprint, Agreement, AgreementAction, AgreementOf, AgreementTerms, Agreements, Config, Error, Event, Lifecycle,
    NextAgreementId, Pallet, Providers, Services, Timers, WrongState,
};
use dsla_primitives::{
    terms::{Terms, TermsError},
    traits::{AgreementStatus, OnAgreement},
    AgreementId, Moment, ServiceId,
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
        let footprint = footprint(&terms).ok_or(ArithmeticError::Overflow)?;
        let ticket = T::AgreementDeposit::new(&who, footprint)?;
        let agreement = Agreement {
            service: service_id,
            provider: who.clone(),
            status: AgreementStatus::Draft,
            version: 0,
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
        let mut provider = Providers::<T>::get(&who).ok_or(Error::<T>::ProviderNotFound)?;
        provider.record.agreements = provider.record.agreements.checked_add(1).ok_or(ArithmeticError::Overflow)?;
        let before = agreement.timers.due();
        agreement.timers.propose = Some(start);
        Providers::<T>::insert(&who, provider);
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

    fn agreement_of(who: &T::AccountId, id: AgreementId) -> Result<AgreementOf<T>, Error<T>> {
        let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(agreement.provider == *who, Error::<T>::NotAuthorized);
        Ok(agreement)
    }
}

/// Checks terms that would be registered at `now`.
pub(crate) fn check<T: Config>(terms: &Terms<T::AccountId>, now: Moment) -> Result<(), Error<T>> {
    terms.validate(now)?;
    // The last verdict must lie within time, too: reports have at most twice their window.
    let windows = [terms.oracle.report_window, terms.oracle.report_window, terms.oracle.challenge_window];
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
            TermsError::AmountTooLarge => Self::AmountTooLarge,
        }
    }
}

impl<T: Config> From<WrongState> for Error<T> {
    fn from(_: WrongState) -> Self {
        Self::WrongState
    }
}
