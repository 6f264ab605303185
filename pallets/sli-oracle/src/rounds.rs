// SPDX-License-Identifier: Apache-2.0

//! Taking reports, and telling reporters what they still owe.

use crate::{
    types::{self, MAX_BATCH, MAX_SCANNED},
    Config, Error, Event, Pallet, Report, Reporter, Reporters, Rounds, SubmittedReport,
};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{DueReport, MAX_PAGE},
    traits::{AgreementInspect, AgreementStatus},
    AgreementId, Moment, RoundId,
};
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{ConstU32, Get, Time},
    BoundedVec,
};
use sp_runtime::traits::EnsureAdd;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_submit(
        who: T::AccountId,
        batch: BoundedVec<SubmittedReport, ConstU32<MAX_BATCH>>,
    ) -> DispatchResult {
        ensure!(!batch.is_empty(), Error::<T>::EmptyBatch);
        let reporter = Self::active_reporter(&who)?;
        ensure!(reporter.bond >= T::MinBond::get(), Error::<T>::BondTooSmall);
        let (now, mut reports) = (T::Time::now(), reporter.reports);
        // The call is a transaction: the first report that is refused takes the others back.
        for report in &batch {
            Self::take_report(&who, report, now)?;
            reports = reports.ensure_add(1)?;
        }
        Reporters::<T>::insert(&who, Reporter { reports, ..reporter });
        let rounds = BoundedVec::truncate_from(batch.into_iter().map(|report| report.round).collect());
        Self::deposit_event(Event::ReportsSubmitted { reporter: who, rounds });
        Ok(())
    }

    fn take_report(who: &T::AccountId, submitted: &SubmittedReport, now: Moment) -> DispatchResult {
        let id = submitted.round;
        let agreement = T::Agreements::agreement(id.agreement).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(agreement.status == AgreementStatus::Active, Error::<T>::WrongState);
        let terms = T::Agreements::terms(id).ok_or(Error::<T>::PeriodNotFound)?;
        let ended = types::period_end(&terms.schedule, id.period).ok_or(Error::<T>::PeriodNotFound)?;
        ensure!(terms.oracle.committee.contains(who), Error::<T>::NotInCommittee);
        ensure!(ended <= now, Error::<T>::TooEarly);

        let mut round = Rounds::<T>::get(id);
        ensure!(!round.has_report_of(who), Error::<T>::AlreadyReported);
        ensure!(round.open_until(ended, &terms.oracle, now).is_some(), Error::<T>::TooLate);
        let indicators = types::indicators(&submitted.measurements, &terms.objectives).map_err(Error::<T>::from)?;
        let report = Report { reporter: who.clone(), indicators, evidence: submitted.evidence };
        // A round has room for every member of a committee, so a full one would hold a report of this member too.
        round.reports.try_push(report).map_err(|_| Error::<T>::AlreadyReported)?;
        Rounds::<T>::insert(id, round);
        Ok(())
    }

    /// The periods of `agreement` that `reporter` has not reported on but still can, as a member of their committees,
    /// oldest first; at most `limit`, at most [`MAX_PAGE`].
    ///
    /// Looks at the last [`MAX_SCANNED`] periods that have begun and are not final. There are more of these only when
    /// the windows together are that many periods long, and then a reporter that asks after every period misses none.
    pub fn due_reports(agreement: AgreementId, reporter: &T::AccountId, limit: u32) -> Vec<DueReport> {
        let now = T::Time::now();
        let limit = usize::try_from(limit.min(MAX_PAGE)).unwrap_or(0);
        let mut due = Self::unsettled_rounds(agreement, now)
            .into_iter()
            .filter_map(|round| Self::due_report(round, reporter, now))
            .collect::<Vec<_>>();
        due.truncate(limit);
        due
    }

    /// The last [`MAX_SCANNED`] rounds of an active agreement that have begun and are not final, oldest first.
    fn unsettled_rounds(agreement: AgreementId, now: Moment) -> Vec<RoundId> {
        let Some(info) = T::Agreements::agreement(agreement).filter(|info| info.status == AgreementStatus::Active)
        else {
            return Vec::new();
        };
        // The boundary after `now` is the end of the period that runs, so every period that has begun lies before it.
        let to = T::Agreements::terms(RoundId::new(agreement, info.finalized))
            .and_then(|terms| terms.schedule.next_boundary(now))
            .unwrap_or(info.finalized);
        let from = info.finalized.max(to.saturating_sub(MAX_SCANNED));
        (from..to).map(|period| RoundId::new(agreement, period)).collect()
    }

    fn due_report(round: RoundId, reporter: &T::AccountId, now: Moment) -> Option<DueReport> {
        let terms = T::Agreements::terms(round)?;
        let start = terms.schedule.boundary(round.period)?;
        let end = types::period_end(&terms.schedule, round.period).filter(|end| *end <= now)?;
        if !terms.oracle.committee.contains(reporter) {
            return None;
        }
        let reports = Rounds::<T>::get(round);
        let until = reports.open_until(end, &terms.oracle, now).filter(|_| !reports.has_report_of(reporter))?;
        Some(DueReport { round, start, end, until })
    }
}
