// SPDX-License-Identifier: Apache-2.0

//! The steps of an agreement's life that the calendar decides.

use crate::{
    AgreementAction, AgreementOf, Config, Ending, Event, Feat, Lifecycle, Pallet, PeriodRecord, Periods, Step, Timers,
    VerdictAction, WrongState,
};
use dsla_primitives::{
    api::Phase,
    terms::{Oracle, Terms},
    traits::{Collected, FinalPeriod, IndicatorSource, OnAgreement, OnVerdict, Standing},
    verdict::{Indicators, Verdict},
    AgreementId, Moment, PeriodIndex, RoundId,
};
use sp_runtime::DispatchError;

/// Why a step was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The storage contradicts itself: trying again cannot help.
    Corrupted,
    /// Somebody refused: trying again may help.
    Refused(DispatchError),
}

impl From<DispatchError> for Failure {
    fn from(error: DispatchError) -> Self {
        Self::Refused(error)
    }
}

impl From<WrongState> for Failure {
    fn from(_: WrongState) -> Self {
        Self::Corrupted
    }
}

impl<T: Config> Pallet<T> {
    /// Does `step`, and returns when the agreement is due next. The caller rolls back on failure.
    pub(crate) fn do_step(
        id: AgreementId,
        agreement: AgreementOf<T>,
        step: Step,
        now: Moment,
        settler: Option<&T::AccountId>,
    ) -> Result<Option<Moment>, Failure> {
        let terms = |period| Self::terms_in(id, &agreement, period).ok_or(Failure::Corrupted);
        match step {
            Step::Activate => {
                let terms = terms(0)?;
                Self::activate(id, agreement, &terms)
            }
            Step::Propose(period) => {
                let terms = terms(period)?;
                Self::ask(RoundId::new(id, period), agreement, &terms, now)
            }
            Step::Finalize(period) => {
                let terms = terms(period)?;
                Self::finalize(RoundId::new(id, period), agreement, &terms, now, settler)
            }
            Step::Amend => Self::amend(id, agreement),
            Step::Drop => Self::drop_amendment(id, agreement),
            Step::End => Self::end(id, agreement),
        }
    }

    fn activate(
        id: AgreementId,
        mut agreement: AgreementOf<T>,
        terms: &Terms<T::AccountId>,
    ) -> Result<Option<Moment>, Failure> {
        let before = agreement.timers.due();
        agreement.status = agreement.status.next(AgreementAction::Activate)?;
        agreement.timers.propose = Some(judged_at(terms, 0).ok_or(Failure::Corrupted)?);
        let due = Self::save(id, agreement, before);
        Self::deposit_event(Event::AgreementActivated { agreement: id });
        Ok(due)
    }

    /// Asks for the indicators of a period that has ended.
    fn ask(
        round: RoundId,
        mut agreement: AgreementOf<T>,
        terms: &Terms<T::AccountId>,
        now: Moment,
    ) -> Result<Option<Moment>, Failure> {
        let end = round.period.checked_add(1).and_then(|next| terms.schedule.boundary(next));
        match T::Indicators::collect(round, terms, end.ok_or(Failure::Corrupted)?, now) {
            Collected::Closed(indicators) => Self::propose(round, agreement, terms, indicators, now),
            Collected::Open { until } => {
                // Always later than now, so that no source can make the chain ask for ever within a block.
                let until = until.max(now.checked_add(1).ok_or(Failure::Corrupted)?);
                let before = agreement.timers.due();
                agreement.timers.propose = Some(until);
                let due = Self::save(round.agreement, agreement, before);
                Self::deposit_event(Event::PeriodExtended { agreement: round.agreement, period: round.period, until });
                Ok(due)
            }
        }
    }

    fn propose(
        round: RoundId,
        mut agreement: AgreementOf<T>,
        terms: &Terms<T::AccountId>,
        indicators: Indicators,
        now: Moment,
    ) -> Result<Option<Moment>, Failure> {
        let RoundId { agreement: id, period } = round;
        let until = now.checked_add(terms.oracle.challenge_window).ok_or(Failure::Corrupted)?;
        let verdict = Verdict::assess(&terms.objectives, &terms.pricing, &indicators);
        let before = agreement.timers.due();
        agreement.proposed = period.checked_add(1).ok_or(Failure::Corrupted)?;
        // A period with new terms is not judged before they are in force; that step sets the timer.
        let next = agreement.proposed;
        agreement.timers.propose = if next == agreement.periods || agreement.awaits_terms() {
            None
        } else if agreement.version_in(next) == agreement.version_in(period) {
            Some(judged_at(terms, next).ok_or(Failure::Corrupted)?)
        } else {
            let terms = Self::terms_in(id, &agreement, next).ok_or(Failure::Corrupted)?;
            Some(judged_at(&terms, next).ok_or(Failure::Corrupted)?)
        };
        // Periods become final in order: while an older one is not, its timer stands.
        if agreement.finalized == period {
            agreement.timers.finalize = Some(until);
        }
        let record = PeriodRecord { phase: Phase::Proposed { until }, indicators, verdict };
        Periods::<T>::insert(id, period, &record);
        let due = Self::save(id, agreement, before);
        Self::deposit_event(Event::PeriodProposed { agreement: id, period, verdict: record.verdict, until });
        Ok(due)
    }

    fn finalize(
        round: RoundId,
        mut agreement: AgreementOf<T>,
        terms: &Terms<T::AccountId>,
        now: Moment,
        settler: Option<&T::AccountId>,
    ) -> Result<Option<Moment>, Failure> {
        let RoundId { agreement: id, period } = round;
        let mut record = Periods::<T>::get(id, period).ok_or(Failure::Corrupted)?;
        let before = agreement.timers.due();
        record.phase = record.phase.next(VerdictAction::Finalize(now))?;
        agreement.finalized = period.checked_add(1).ok_or(Failure::Corrupted)?;
        agreement.timers.retry = 0;
        agreement.timers.finalize = Self::settled_at(id, &agreement, now)?;
        Periods::<T>::insert(id, period, &record);
        Self::record(&agreement, Feat::Finalized(&record.verdict)).map_err(|_| Failure::Corrupted)?;
        let provider = agreement.provider.clone();
        let due = Self::save(id, agreement, before);
        // Last, after everything of our own is stored: whoever looks at us from in there sees the period as final.
        let standing = T::OnVerdict::on_verdict(&FinalPeriod {
            round,
            provider: &provider,
            terms,
            indicators: &record.indicators,
            verdict: &record.verdict,
            settler,
        })?;
        Self::deposit_event(Event::PeriodFinalized { agreement: id, period, verdict: record.verdict });
        match standing {
            Standing::Sound => Ok(due),
            Standing::Uncovered => Self::end_uncovered(id, &terms.schedule, now),
        }
    }

    /// Ends an agreement after its last period. Its deposit stays: it is the rent of the terms and the log, which stay,
    /// too.
    fn end(id: AgreementId, mut agreement: AgreementOf<T>) -> Result<Option<Moment>, Failure> {
        let before = agreement.timers.due();
        let (action, feat, event) = match agreement.ending {
            None => (AgreementAction::Complete, Feat::Completed, Event::AgreementCompleted { agreement: id }),
            Some(Ending { reason, .. }) => {
                let event = Event::AgreementTerminated { agreement: id, reason };
                (AgreementAction::Terminate, Feat::Terminated, event)
            }
        };
        agreement.status = agreement.status.next(action)?;
        // An amendment that was not dropped yet still is.
        let Timers { amend, amend_retry, .. } = agreement.timers;
        agreement.timers = Timers { amend, amend_retry, ..Timers::default() };
        Self::record(&agreement, feat).map_err(|_| Failure::Corrupted)?;
        Self::release_service(agreement.service).map_err(|_| Failure::Corrupted)?;
        let due = Self::save(id, agreement, before);
        T::OnAgreement::on_ended(id)?;
        Self::deposit_event(event);
        Ok(due)
    }

    /// When the next period becomes final, or when the agreement ends: at once after its last one. `None` while the
    /// verdict is challenged.
    fn settled_at(id: AgreementId, agreement: &AgreementOf<T>, now: Moment) -> Result<Option<Moment>, Failure> {
        if agreement.finalized < agreement.proposed {
            return match Periods::<T>::get(id, agreement.finalized).map(|record| record.phase) {
                Some(Phase::Proposed { until }) => Ok(Some(until)),
                Some(Phase::Challenged { .. }) => Ok(None),
                Some(Phase::Final { .. }) | None => Err(Failure::Corrupted),
            };
        }
        Ok((agreement.finalized == agreement.periods).then_some(now))
    }
}

/// When `period` is judged: after its end, once the reports had their time. Sealed ones are opened after that.
pub(crate) fn judged_at<AccountId>(terms: &Terms<AccountId>, period: PeriodIndex) -> Option<Moment> {
    let Oracle { report_window, reveal_window, .. } = terms.oracle;
    let end = terms.schedule.boundary(period.checked_add(1)?)?;
    end.checked_add(report_window)?.checked_add(reveal_window.unwrap_or(0))
}
