// SPDX-License-Identifier: Apache-2.0

//! How an agreement ends early: by notice, by governance, or because its cover is too small. Each only brings the last
//! boundary forward; the periods before it are measured and settled as always.

use crate::{
    agreements::next_boundary, steps::Failure, AgreementOf, AgreementTerms, Agreements, Config, EndReason, EndsAnyway,
    Error, Event, Pallet,
};
use dsla_primitives::{schedule::Schedule, terms::Terms, traits::AgreementStatus, AgreementId, Moment, PeriodIndex};
use frame_support::{ensure, traits::Time};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_give_notice(who: T::AccountId, id: AgreementId) -> DispatchResult {
        let agreement = Self::agreement_of(&who, id)?;
        let terms = Self::terms_of_running(id, &agreement)?;
        let notice = terms.notice_periods.ok_or(Error::<T>::NoticeNotAgreed)?;
        let now = T::Time::now();
        let next = next_boundary(&terms.schedule, now).ok_or(Error::<T>::Corrupted)?;
        // Saturating: no agreement lives to see a boundary that late.
        Self::decide_end(id, agreement, next.saturating_add(notice), EndReason::Notice, now)?;
        Ok(())
    }

    pub(crate) fn do_terminate(id: AgreementId, at: Option<PeriodIndex>) -> DispatchResult {
        let agreement = Agreements::<T>::get(id).ok_or(Error::<T>::AgreementNotFound)?;
        let terms = Self::terms_of_running(id, &agreement)?;
        let now = T::Time::now();
        let next = next_boundary(&terms.schedule, now).ok_or(Error::<T>::Corrupted)?;
        let at = at.unwrap_or(next);
        ensure!(at >= next, Error::<T>::TooEarly);
        Self::decide_end(id, agreement, at, EndReason::Governance, now)?;
        Ok(())
    }

    /// Lets an agreement that has just been saved end at the next boundary, unless it does anyway. Returns when it is
    /// due next.
    pub(crate) fn end_uncovered(id: AgreementId, schedule: &Schedule, now: Moment) -> Result<Option<Moment>, Failure> {
        let agreement = Agreements::<T>::get(id).ok_or(Failure::Corrupted)?;
        let due = agreement.timers.due();
        let next = next_boundary(schedule, now).ok_or(Failure::Corrupted)?;
        // No agreement ends later for this: the only error is that it ends by then anyway.
        Ok(Self::decide_end(id, agreement, next, EndReason::Uncovered, now).unwrap_or(due))
    }

    fn decide_end(
        id: AgreementId,
        mut agreement: AgreementOf<T>,
        at: PeriodIndex,
        reason: EndReason,
        now: Moment,
    ) -> Result<Option<Moment>, Error<T>> {
        let before = agreement.timers.due();
        agreement.end_early(at, reason, now)?;
        let due = Self::save(id, agreement, before);
        Self::deposit_event(Event::EndDecided { agreement: id, periods: at, reason });
        Ok(due)
    }

    /// The terms in force of an agreement that customers may have subscribed to and that has not ended.
    fn terms_of_running(id: AgreementId, agreement: &AgreementOf<T>) -> Result<Terms<T::AccountId>, Error<T>> {
        ensure!(matches!(agreement.status, AgreementStatus::Open | AgreementStatus::Active), Error::<T>::WrongState);
        AgreementTerms::<T>::get(id, agreement.version).ok_or(Error::<T>::Corrupted)
    }
}

impl<T: Config> From<EndsAnyway> for Error<T> {
    fn from(_: EndsAnyway) -> Self {
        Self::EndsAnyway
    }
}
