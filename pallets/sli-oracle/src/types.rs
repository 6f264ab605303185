// SPDX-License-Identifier: Apache-2.0

//! What the oracle stores and what reporters send. No storage, no `Config`.

use crate::window::{self, Phase};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    schedule::Schedule,
    terms::{Objective, Oracle, Terms, MAX_WINDOW},
    verdict::{ratio, Indicator, Indicators},
    Balance, Moment, PeriodIndex, RoundId, Uri, MAX_CHALLENGE_DELAY, MAX_COMMITTEE, MAX_OBJECTIVES,
};
use frame_support::{traits::ConstU32, BoundedVec, DefaultNoBound};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, Hash},
    FixedU128,
};

/// The most reports of one batch.
pub const MAX_BATCH: u32 = 64;

/// The most rounds looked at for one answer to "what do I owe".
pub const MAX_SCANNED: u32 = 100;

/// The most reporters drawn for one panel.
pub const MAX_DRAWN: u32 = 64;

/// What a commitment begins with, so that no other hash can pass for one.
pub const COMMITMENT_DOMAIN: [u8; 14] = *b"dsla/report/v1";

/// How long after the last possible moment of its finality a period is certainly settled, even on a busy chain: a day.
const SETTLEMENT_DELAY: Moment = 86_400_000;

/// The shortest unbonding. A reporter answers for periods that ended before it left. Such a period is reported on (in a
/// window at its longest, and extended), revealed, open to challenge, challenged and settled before the bond is free.
pub const MIN_UNBONDING: Moment = 2 * MAX_WINDOW + MAX_WINDOW + MAX_WINDOW + MAX_CHALLENGE_DELAY + SETTLEMENT_DELAY;

/// How long after a strike was forgiven the next one can be: a week. So many short periods make up for no more than a long
/// one, and who measures only now and then cannot make up for its guesses: of the reports of daily periods one in seven may
/// be wrong for good, and every further one leads to a slash.
pub const FORGIVENESS_INTERVAL: Moment = 7 * 86_400_000;

/// The longest unbonding: a year.
pub const MAX_UNBONDING: Moment = 31_536_000_000;

/// A registered reporter.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reporter {
    /// Where people learn who this is and how it measures.
    pub uri: Uri,
    /// What it has put up; held on its account, in plancks.
    pub bond: Balance,
    /// Whether it may report.
    pub state: ReporterState,
    /// How many of its reports were accepted.
    pub reports: u64,
    /// How many strikes count against it.
    pub strikes: u32,
    /// When it registered. It owes no reports on periods that ended before.
    pub since: Moment,
    /// Its last absence that it came back from. It owes no reports on periods that ended meanwhile.
    pub away: Option<Absence>,
    /// When a strike was last forgiven; 0 when none ever was.
    pub forgiven_at: Moment,
}

/// When a reporter had left, half open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Absence {
    /// When it left.
    pub from: Moment,
    /// When it came back.
    pub to: Moment,
}

impl Reporter {
    /// Whether it owes a report on a period that ended at `ended`, if it sits in the committee. One whose bond is too
    /// small owes it as well: it can bond more, or leave.
    pub fn was_on_duty(&self, ended: Moment) -> bool {
        let away = self.away.is_some_and(|away| away.from <= ended && ended < away.to);
        let gone = matches!(self.state, ReporterState::Leaving { since, .. } if since <= ended);
        self.since <= ended && !away && !gone
    }
}

/// Whether a reporter may report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum ReporterState {
    /// It may, if its bond is not below the minimum.
    #[codec(index = 0)]
    Active,
    /// It has left; it can take its bond back from `until` on.
    #[codec(index = 1)]
    Leaving {
        /// When it left.
        since: Moment,
        /// End of the unbonding.
        until: Moment,
    },
    /// A slash has left its bond below the minimum; it may report again once it has bonded enough.
    #[codec(index = 2)]
    Suspended,
}

/// A place in the committee of an agreement that a reporter has taken by reporting.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Seat<AccountId> {
    /// Who has taken it.
    pub reporter: AccountId,
    /// When it took it. It owes no reports on periods that ended before.
    pub since: Moment,
    /// When it gave it up. It owes no reports on periods that end from then on.
    pub until: Option<Moment>,
}

impl<AccountId> Seat<AccountId> {
    /// Whether it was taken when a period ended at `ended`.
    pub fn was_held(&self, ended: Moment) -> bool {
        self.since <= ended && self.until.is_none_or(|until| ended < until)
    }

    /// Whether a report takes the seat anew: it was given up, and nothing is owed from it any more. `open` is the end
    /// of the oldest period that is not final.
    pub fn may_be_replaced(&self, open: Moment) -> bool {
        self.until.is_some_and(|until| until <= open)
    }
}

/// One reporter's account of one period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Report<AccountId> {
    /// Who says so.
    pub reporter: AccountId,
    /// What it measured, in the order of the objectives.
    pub indicators: Indicators,
    /// Hash of the raw measurements, which the reporter keeps to answer for them.
    pub evidence: H256,
}

/// The hash of a sealed report.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Commitment<AccountId> {
    /// Who has committed to it.
    pub reporter: AccountId,
    /// See [`commitment`].
    pub hash: H256,
}

/// The reports on one period of an agreement, in the order in which they came.
#[derive(Clone, Debug, DefaultNoBound, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Round<AccountId> {
    /// At most one per member of the committee. In a sealed round, those that were revealed.
    pub reports: BoundedVec<Report<AccountId>, ConstU32<MAX_COMMITTEE>>,
    /// The hashes of a sealed round, at most one per member of the committee. They stay when they are revealed.
    pub commitments: BoundedVec<Commitment<AccountId>, ConstU32<MAX_COMMITTEE>>,
    /// Whether a commitment came after the regular end of the report window.
    pub extended: bool,
}

impl<AccountId: MaxEncodedLen> Round<AccountId> {
    /// The bytes of a round under `terms` to which everybody has contributed. Saturating: the terms are bounded.
    pub fn largest(terms: &Terms<AccountId>) -> usize {
        let account = AccountId::max_encoded_len();
        let hash = H256::max_encoded_len();
        let indicators = Indicator::max_encoded_len().saturating_mul(terms.objectives.len());
        // One byte for each length, which is at most 16.
        let report = account.saturating_add(1).saturating_add(indicators).saturating_add(hash);
        let commitment = if terms.oracle.reveal_window.is_some() { account.saturating_add(hash) } else { 0 };
        let of_all = report.saturating_add(commitment).saturating_mul(terms.oracle.committee.len());
        of_all.saturating_add(3)
    }
}

impl<AccountId: PartialEq> Round<AccountId> {
    /// How many have reported.
    pub fn count(&self) -> u32 {
        // The bound is a `u32`, so the length always fits.
        u32::try_from(self.reports.len()).unwrap_or(u32::MAX)
    }

    /// How many have committed to a report.
    pub fn committed(&self) -> u32 {
        u32::try_from(self.commitments.len()).unwrap_or(u32::MAX)
    }

    /// The report of `reporter`.
    pub fn report_of(&self, reporter: &AccountId) -> Option<&Report<AccountId>> {
        self.reports.iter().find(|report| report.reporter == *reporter)
    }

    /// Whether `reporter` has reported.
    pub fn has_report_of(&self, reporter: &AccountId) -> bool {
        self.report_of(reporter).is_some()
    }

    /// The hash `reporter` has committed to.
    pub fn commitment_of(&self, reporter: &AccountId) -> Option<H256> {
        self.commitments.iter().find(|commitment| commitment.reporter == *reporter).map(|commitment| commitment.hash)
    }

    /// What this round takes at `now` as things stand. See [`window`].
    pub fn phase(&self, ended: Moment, oracle: &Oracle<AccountId>, now: Moment) -> Phase {
        let (window, quorum) = (oracle.report_window, oracle.quorum);
        match oracle.reveal_window {
            None => window::open_phase(ended, window, quorum, self.count(), now),
            Some(reveal_window) => {
                let committed = window::Committed { count: self.committed(), extended: self.extended };
                window::sealed_phase(ended, window, reveal_window, quorum, committed, now)
            }
        }
    }
}

/// The hash with which `reporter` commits to a report on `round`: BLAKE2b-256 of the SCALE encoding of the tuple
/// `(COMMITMENT_DOMAIN, genesis, round, reporter, measurements, evidence, salt)`.
///
/// `genesis` is the hash of block 0, so that a commitment is worth nothing on another chain. `salt` must be random and
/// secret until the reveal: there are few plausible measurements, and all of them can be tried.
pub fn commitment<Genesis: Encode, AccountId: Encode>(
    genesis: &Genesis,
    reporter: &AccountId,
    report: &SubmittedReport,
    salt: &[u8; 32],
) -> H256 {
    let SubmittedReport { round, measurements, evidence } = report;
    BlakeTwo256::hash_of(&(COMMITMENT_DOMAIN, genesis, round, reporter, measurements, evidence, salt))
}

/// The end of `period`; `None` when the schedule has no such period.
pub fn period_end(schedule: &Schedule, period: PeriodIndex) -> Option<Moment> {
    let next = period.checked_add(1).filter(|next| *next <= schedule.periods)?;
    schedule.boundary(next)
}

/// A report as a reporter sends it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SubmittedReport {
    /// Which period of which agreement.
    pub round: RoundId,
    /// One measurement for each objective, in the order of the terms.
    pub measurements: BoundedVec<Measurement, ConstU32<MAX_OBJECTIVES>>,
    /// Hash of the raw measurements.
    pub evidence: H256,
}

/// A sealed report as a reporter opens it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Reveal {
    /// The report.
    pub report: SubmittedReport,
    /// What it was hashed with.
    pub salt: [u8; 32],
}

/// What a reporter measured for one objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Measurement {
    /// The indicator itself, in the unit of the objective.
    Value(FixedU128),
    /// Good events of all events. The indicator is `good / total`, between 0 and 1, rounded down; no data when there
    /// were no events.
    Ratio {
        /// How many were good.
        good: u64,
        /// How many there were.
        total: u64,
    },
    /// The reporter could not measure.
    NoData,
}

/// Why measurements are refused. The pallet turns each into an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasurementError {
    /// Not one measurement for each objective.
    WrongCount,
    /// More good events than events.
    InvalidRatio,
    /// Outside the bounds of the objective.
    Implausible,
}

impl Measurement {
    /// The indicator this stands for, if it is plausible for `objective`.
    pub fn indicator(self, objective: &Objective) -> Result<Indicator, MeasurementError> {
        let indicator = match self {
            Self::Value(value) => Indicator::Value(value),
            Self::Ratio { good, total } if good <= total => ratio(good, total),
            Self::Ratio { .. } => return Err(MeasurementError::InvalidRatio),
            Self::NoData => Indicator::NoData,
        };
        match indicator {
            Indicator::Value(value) if !objective.bounds.contains(value) => Err(MeasurementError::Implausible),
            plausible => Ok(plausible),
        }
    }
}

/// The indicators `measurements` stand for, one for each of `objectives`.
pub fn indicators(measurements: &[Measurement], objectives: &[Objective]) -> Result<Indicators, MeasurementError> {
    if measurements.len() != objectives.len() {
        return Err(MeasurementError::WrongCount);
    }
    let indicators = measurements
        .iter()
        .zip(objectives)
        .map(|(measurement, objective)| measurement.indicator(objective))
        .collect::<Result<Vec<_>, _>>()?;
    Indicators::try_from(indicators).map_err(|_| MeasurementError::WrongCount)
}
