// SPDX-License-Identifier: Apache-2.0

//! What the oracle stores and what reporters send. No storage, no `Config`.

use crate::window;
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    schedule::Schedule,
    terms::{Objective, Oracle, MAX_WINDOW},
    verdict::{ratio, Indicator, Indicators},
    Balance, Moment, PeriodIndex, RoundId, Uri, MAX_COMMITTEE, MAX_OBJECTIVES,
};
use frame_support::{traits::ConstU32, BoundedVec, DefaultNoBound};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::FixedU128;

/// The most reports of one batch.
pub const MAX_BATCH: u32 = 64;

/// The most rounds looked at for one answer to "what do I owe".
pub const MAX_SCANNED: u32 = 100;

/// The shortest unbonding. A reporter can report until the moment it leaves, on a period that ended no later; the
/// report window (at its longest, and extended) and the challenge window of that period are over before the bond is
/// free.
pub const MIN_UNBONDING: Moment = 3 * MAX_WINDOW;

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
}

/// Whether a reporter may report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum ReporterState {
    /// It may.
    Active,
    /// It has left; it can take its bond back from `until` on.
    Leaving {
        /// End of the unbonding.
        until: Moment,
    },
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

/// The reports on one period of an agreement, in the order in which they came.
#[derive(Clone, Debug, DefaultNoBound, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Round<AccountId> {
    /// At most one per member of the committee.
    pub reports: BoundedVec<Report<AccountId>, ConstU32<MAX_COMMITTEE>>,
}

impl<AccountId: PartialEq> Round<AccountId> {
    /// How many have reported.
    pub fn count(&self) -> u32 {
        // The bound is a `u32`, so the length always fits.
        u32::try_from(self.reports.len()).unwrap_or(u32::MAX)
    }

    /// Whether `reporter` has reported.
    pub fn has_report_of(&self, reporter: &AccountId) -> bool {
        self.reports.iter().any(|report| report.reporter == *reporter)
    }

    /// Until when this round takes reports as things stand; `None` when it is closed. See [`window::open_until`].
    pub fn open_until(&self, ended: Moment, oracle: &Oracle<AccountId>, now: Moment) -> Option<Moment> {
        window::open_until(ended, oracle.report_window, oracle.quorum, self.count(), now)
    }
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
