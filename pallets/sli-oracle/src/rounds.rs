// SPDX-License-Identifier: Apache-2.0

//! Taking reports, and telling reporters what they still owe.

use crate::{
    types::{self, Commitment, MeasurementError, MAX_BATCH, MAX_SCANNED},
    window::{self, Phase},
    Config, Error, Event, Pallet, Report, Reporter, Reporters, Reveal, Round, Rounds, SubmittedReport,
};
use alloc::vec::Vec;
use dsla_primitives::{
    api::{DueReport, Duty, MAX_PAGE},
    schedule::Schedule,
    terms::Terms,
    traits::{AgreementInfo, AgreementInspect, AgreementStatus},
    AgreementId, Moment, RoundId,
};
use frame_support::{
    dispatch::DispatchResult,
    ensure,
    traits::{ConstU32, Time},
    BoundedVec,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::{
    traits::{EnsureAdd, Zero},
    DispatchError,
};

type Batch<Item> = BoundedVec<Item, ConstU32<MAX_BATCH>>;

/// A round of a period that has ended, as a member of its committee finds it.
struct Ended<AccountId> {
    agreement: AgreementInfo<AccountId>,
    terms: Terms<AccountId>,
    at: Moment,
    round: Round<AccountId>,
    phase: Phase,
}

// The calls are transactions: the first item of a batch that is refused takes the others back.
impl<T: Config> Pallet<T> {
    pub(crate) fn do_submit(who: T::AccountId, batch: Batch<SubmittedReport>) -> DispatchResult {
        ensure!(!batch.is_empty(), Error::<T>::EmptyBatch);
        let reporter = Self::able_reporter(&who)?;
        let now = T::Time::now();
        let rounds = take_all(batch, |report| {
            let id = report.round;
            Self::take_report(&who, report, now)?;
            Ok(id)
        })?;
        Self::count_reports(&who, reporter, &rounds)?;
        Self::deposit_event(Event::ReportsSubmitted { reporter: who, rounds });
        Ok(())
    }

    fn take_report(who: &T::AccountId, submitted: SubmittedReport, now: Moment) -> DispatchResult {
        let id = submitted.round;
        let Ended { agreement, terms, mut round, phase, .. } = Self::ended_round(who, id, now)?;
        ensure!(terms.oracle.reveal_window.is_none(), Error::<T>::RoundSealed);
        ensure!(!round.has_report_of(who), Error::<T>::AlreadyReported);
        ensure!(matches!(phase, Phase::Reporting { .. }), Error::<T>::TooLate);
        push_report::<T>(&mut round, who, submitted, &terms)?;
        Rounds::<T>::insert(id, round);
        Self::take_seat(who, id.agreement, &agreement, &terms.schedule, now);
        Ok(())
    }

    pub(crate) fn do_commit(who: T::AccountId, batch: Batch<(RoundId, H256)>) -> DispatchResult {
        ensure!(!batch.is_empty(), Error::<T>::EmptyBatch);
        Self::able_reporter(&who)?;
        let now = T::Time::now();
        let rounds = take_all(batch, |(id, hash)| {
            Self::take_commitment(&who, id, hash, now)?;
            Ok(id)
        })?;
        Self::deposit_event(Event::ReportsCommitted { reporter: who, rounds });
        Ok(())
    }

    fn take_commitment(who: &T::AccountId, id: RoundId, hash: H256, now: Moment) -> DispatchResult {
        let Ended { agreement, terms, at, mut round, phase } = Self::ended_round(who, id, now)?;
        ensure!(terms.oracle.reveal_window.is_some(), Error::<T>::RoundOpen);
        ensure!(round.commitment_of(who).is_none(), Error::<T>::AlreadyCommitted);
        ensure!(matches!(phase, Phase::Committing { .. }), Error::<T>::TooLate);
        round.extended |= window::is_extension(at, terms.oracle.report_window, now);
        let commitment = Commitment { reporter: who.clone(), hash };
        // A round has room for every member of a committee, so a full one would hold one of this member too.
        round.commitments.try_push(commitment).map_err(|_| Error::<T>::AlreadyCommitted)?;
        Rounds::<T>::insert(id, round);
        Self::take_seat(who, id.agreement, &agreement, &terms.schedule, now);
        Ok(())
    }

    /// Does not ask whether the reporter may still report: who has committed must reveal, whatever has happened since.
    pub(crate) fn do_reveal(who: T::AccountId, batch: Batch<Reveal>) -> DispatchResult {
        ensure!(!batch.is_empty(), Error::<T>::EmptyBatch);
        let reporter = Reporters::<T>::get(&who).ok_or(Error::<T>::ReporterNotFound)?;
        let now = T::Time::now();
        // The system pallet never prunes this one.
        let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
        let rounds = take_all(batch, |reveal| {
            let id = reveal.report.round;
            Self::take_reveal(&who, reveal, &genesis, now)?;
            Ok(id)
        })?;
        Self::count_reports(&who, reporter, &rounds)?;
        Self::deposit_event(Event::ReportsRevealed { reporter: who, rounds });
        Ok(())
    }

    fn take_reveal(who: &T::AccountId, reveal: Reveal, genesis: &T::Hash, now: Moment) -> DispatchResult {
        let Reveal { report, salt } = reveal;
        let id = report.round;
        let Ended { terms, mut round, phase, .. } = Self::ended_round(who, id, now)?;
        match phase {
            Phase::Revealing { .. } => {}
            Phase::Committing { .. } => return Err(Error::<T>::TooEarly.into()),
            Phase::Closed if terms.oracle.reveal_window.is_some() => return Err(Error::<T>::TooLate.into()),
            Phase::Reporting { .. } | Phase::Closed => return Err(Error::<T>::RoundOpen.into()),
        }
        ensure!(!round.has_report_of(who), Error::<T>::AlreadyReported);
        let committed = round.commitment_of(who).ok_or(Error::<T>::NotCommitted)?;
        ensure!(committed == types::commitment(genesis, who, &report, &salt), Error::<T>::CommitmentMismatch);
        push_report::<T>(&mut round, who, report, &terms)?;
        Rounds::<T>::insert(id, round);
        Ok(())
    }

    /// The round `id`, if its period has ended and `who` sits in its committee.
    fn ended_round(who: &T::AccountId, id: RoundId, now: Moment) -> Result<Ended<T::AccountId>, DispatchError> {
        let agreement = T::Agreements::agreement(id.agreement).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(agreement.status == AgreementStatus::Active, Error::<T>::WrongState);
        // An agreement may run fewer periods than its terms say.
        ensure!(id.period < agreement.periods, Error::<T>::PeriodNotFound);
        let terms = T::Agreements::terms(id).ok_or(Error::<T>::PeriodNotFound)?;
        let at = types::period_end(&terms.schedule, id.period).ok_or(Error::<T>::PeriodNotFound)?;
        ensure!(terms.oracle.committee.contains(who), Error::<T>::NotInCommittee);
        ensure!(at <= now, Error::<T>::TooEarly);
        let round = Rounds::<T>::get(id);
        let phase = round.phase(at, &terms.oracle, now);
        Ok(Ended { agreement, terms, at, round, phase })
    }

    fn count_reports(who: &T::AccountId, reporter: Reporter, rounds: &[RoundId]) -> DispatchResult {
        let count = u64::try_from(rounds.len()).unwrap_or(u64::MAX);
        let reports = reporter.reports.ensure_add(count)?;
        Reporters::<T>::insert(who, Reporter { reports, ..reporter });
        Ok(())
    }

    /// What `reporter` can do now for the periods of `agreement`, as a member of their committees, oldest first;
    /// at most `limit`, at most [`MAX_PAGE`]. One that has not taken its seat, or has given it up, owes nothing of it.
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
        // All versions of the terms have the same boundaries; how many there are, the agreement says.
        let to = T::Agreements::terms(RoundId::new(agreement, info.finalized))
            .and_then(|terms| Schedule { periods: info.periods, ..terms.schedule }.next_boundary(now))
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
        let committed = reports.commitment_of(reporter).is_some();
        let (duty, until) = match reports.phase(end, &terms.oracle, now) {
            _ if reports.has_report_of(reporter) => return None,
            Phase::Reporting { until } => (Duty::Report, until),
            Phase::Committing { until } if !committed => (Duty::Commit, until),
            Phase::Revealing { until } if committed => (Duty::Reveal, until),
            Phase::Committing { .. } | Phase::Revealing { .. } | Phase::Closed => return None,
        };
        Some(DueReport { round, start, end, until, duty })
    }
}

/// Takes every item of a batch and returns their rounds.
fn take_all<Item>(
    batch: Batch<Item>,
    take: impl FnMut(Item) -> Result<RoundId, DispatchError>,
) -> Result<Batch<RoundId>, DispatchError> {
    // No longer than the batch was.
    batch.into_iter().map(take).collect::<Result<Vec<_>, _>>().map(BoundedVec::truncate_from)
}

fn push_report<T: Config>(
    round: &mut Round<T::AccountId>,
    who: &T::AccountId,
    submitted: SubmittedReport,
    terms: &Terms<T::AccountId>,
) -> DispatchResult {
    let indicators = types::indicators(&submitted.measurements, &terms.objectives).map_err(Error::<T>::from)?;
    let report = Report { reporter: who.clone(), indicators, evidence: submitted.evidence };
    // A round has room for every member of a committee, so a full one would hold a report of this member too.
    round.reports.try_push(report).map_err(|_| Error::<T>::AlreadyReported)?;
    Ok(())
}

impl<T> From<MeasurementError> for Error<T> {
    fn from(error: MeasurementError) -> Self {
        match error {
            MeasurementError::WrongCount => Self::WrongMeasurementCount,
            MeasurementError::Implausible => Self::ImplausibleValue,
            MeasurementError::InvalidRatio => Self::InvalidRatio,
        }
    }
}
