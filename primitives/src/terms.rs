// SPDX-License-Identifier: Apache-2.0

//! What the parties of an agreement sign.

use crate::{
    schedule::{Period, Schedule, MIN_PERIOD},
    Balance, Moment, Name, PeriodIndex, Uri, MAX_COMMITTEE, MAX_OBJECTIVES, MAX_ROWS,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_core::H256;
use sp_runtime::{FixedU128, Perbill};

/// The shortest report or challenge window: three blocks, so that one author alone cannot keep others out.
pub const MIN_WINDOW: Moment = 18_000;
/// The longest report or challenge window: 14 days.
pub const MAX_WINDOW: Moment = 1_209_600_000;
/// The largest indicator value that counts as plausible: 10¹⁸.
pub const MAX_INDICATOR: FixedU128 = FixedU128::from_inner(1_000_000_000_000_000_000_000_000_000_000_000_000);

/// The terms of an agreement. A version of the terms never changes once it is on chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Terms<AccountId> {
    /// When the periods begin and end.
    pub schedule: Schedule,
    /// The service level objectives, 1 to 8; their weights sum to 100 %.
    pub objectives: BoundedVec<Objective, ConstU32<MAX_OBJECTIVES>>,
    /// What moves on good and on bad service.
    pub pricing: Pricing,
    /// Who measures, and how long reports and challenges have.
    pub oracle: Oracle<AccountId>,
    /// Who may subscribe.
    pub access: Access,
    /// Announced work on the service that is not measured.
    pub maintenance: Maintenance,
    /// How many full periods the agreement still runs after the provider has given notice; `None` when the provider
    /// cannot end it early.
    pub notice_periods: Option<PeriodIndex>,
    /// The document a person reads.
    pub document: Document,
}

/// Who may subscribe to an agreement.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Access {
    /// Everybody.
    Open,
    /// The accounts that the provider has put on the list of the agreement.
    AllowList,
}

/// Announced work on the service. Reporters leave it out of what they measure.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Maintenance {
    /// The most maintenance in a period, all windows together; 0 for none. At most half of the shortest period.
    pub quota: Moment,
    /// How long before its begin a window must be announced.
    pub notice: Moment,
}

/// A document outside the chain and the hash that fixes its content.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Document {
    /// BLAKE2b-256 of the document's bytes.
    pub hash: H256,
    /// Where the document is.
    pub uri: Uri,
}

/// A service level objective: a target for one indicator.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Objective {
    /// Where the indicator comes from.
    pub source: Source,
    /// How the indicator is compared with the target.
    pub comparator: Comparator,
    /// The target, in the unit of the source.
    pub target: FixedU128,
    /// Share of this objective in the verdict.
    pub weight: Perbill,
    /// What a miss costs.
    pub credit: Credit,
    /// What exceeding the target earns; may be empty.
    pub bonuses: Bonuses,
    /// Reports outside are refused as implausible.
    pub bounds: Bounds,
    /// A report farther than this from the final indicator, in the unit of the source, is a strike for its reporter.
    pub tolerance: FixedU128,
}

/// Where the indicator of an objective comes from.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub enum Source {
    /// Measured and reported by the committee.
    Reported {
        /// The unit of the indicator, for people: "percent", "ms" ...
        unit: Name,
    },
}

/// How an indicator is compared with its target: `sli comparator target` holds when the objective is met.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub enum Comparator {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What a missed objective costs.
#[derive(
    Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub enum Credit {
    /// A table. The first threshold is the target; each further row is worse and costs more. The credit of a miss is
    /// that of the worst row missed.
    Tiers(BoundedVec<Tier, ConstU32<MAX_ROWS>>),
    /// The deviation `|sli − target| / ((sli + target) / 2)`, at most `cap`.
    Deviation {
        /// The highest credit.
        cap: Perbill,
    },
}

/// A row of a credit table.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Tier {
    /// The row applies to indicators that miss this threshold.
    pub threshold: FixedU128,
    /// The credit owed then.
    pub credit: Perbill,
}

/// Bonus rows; each is strictly better than the one before and than the target, and earns more.
pub type Bonuses = BoundedVec<BonusRow, ConstU32<MAX_ROWS>>;

/// A row of a bonus table.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct BonusRow {
    /// The row applies to indicators that reach this threshold.
    pub threshold: FixedU128,
    /// The bonus earned then.
    pub bonus: Perbill,
}

/// Plausible values of an indicator, both ends included.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Bounds {
    /// Smallest plausible value.
    pub min: FixedU128,
    /// Largest plausible value.
    pub max: FixedU128,
}

impl Bounds {
    /// Whether `value` is plausible.
    pub fn contains(&self, value: FixedU128) -> bool {
        self.min <= value && value <= self.max
    }
}

/// What moves on good and on bad service. Amounts in plancks, per unit and period unless said otherwise.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct Pricing {
    /// Price of one unit for one period; may be 0.
    pub unit_price: Balance,
    /// The most compensation of one unit in one period, reached at a credit of 100 %; may be 0.
    pub cover_per_unit: Balance,
    /// The highest credit of a period.
    pub credit_cap: Perbill,
    /// Share of the price that the credit cuts: at credit `c` the customer pays `1 − at_risk·c` of the price.
    pub at_risk: Perbill,
    /// The highest bonus of a period; customers prepay it and get back what is not earned.
    pub max_bonus: Perbill,
    /// Share of the income that goes to the backers of the pool; the provider keeps it while there are none.
    pub premium_share: Perbill,
    /// What the team earns, in total, for a period that is met.
    pub team_reward: Balance,
    /// Share of the price that is paid for a period without data.
    pub no_data_pay: Perbill,
}

/// Who measures, and how long reports and challenges have.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Oracle<AccountId> {
    /// The reporters of this agreement, sorted, without duplicates.
    pub committee: BoundedVec<AccountId, ConstU32<MAX_COMMITTEE>>,
    /// Reports needed for a result: more than two thirds of the faults the committee can bear, `2f + 1` for
    /// `n ≥ 3f + 1`.
    pub quorum: u32,
    /// How long after the end of a period reports are taken; extended once by the same length without a quorum.
    pub report_window: Moment,
    /// `None`: reports are open. Otherwise they are sealed: in the report window each member commits to a hash, and
    /// for this long afterwards it can reveal what it committed to.
    pub reveal_window: Option<Moment>,
    /// How long a proposed verdict can be challenged before money moves.
    pub challenge_window: Moment,
}

/// Why terms are refused. The pallet that registers them turns each into an error of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsError {
    /// The start lies in the past.
    StartInPast,
    /// No periods, a custom period below the minimum, or an end beyond the calendar.
    ScheduleInvalid,
    /// There is no objective.
    NoObjectives,
    /// The weights do not sum to exactly 100 %, or one is zero.
    WeightsNotWhole,
    /// A target or threshold lies outside the bounds, or the bounds are empty or too wide.
    ImplausibleBounds,
    /// A credit table is empty, does not begin at the target, or is not monotonic in badness; or the deviation rule
    /// is used with `!=`.
    TiersNotMonotonic,
    /// A bonus table is not monotonic, not better than the target, above the maximum bonus, or used with `==` or `!=`.
    BonusesNotMonotonic,
    /// The committee is empty, unsorted or has duplicates, or the quorum is too small or larger than the committee.
    CommitteeInvalid,
    /// A window is shorter than [`MIN_WINDOW`] or longer than [`MAX_WINDOW`].
    WindowInvalid,
    /// The maintenance quota is more than half of the shortest period, or the notice longer than [`MAX_WINDOW`].
    MaintenanceInvalid,
    /// Amounts so large that the value of a unit overflows.
    AmountTooLarge,
}

impl<AccountId: Ord> Terms<AccountId> {
    /// Checks everything that can be checked without looking at the chain's state.
    pub fn validate(&self, now: Moment) -> Result<(), TermsError> {
        validate_schedule(&self.schedule, now)?;
        validate_objectives(&self.objectives, self.pricing.max_bonus)?;
        self.pricing.prepayment().ok_or(TermsError::AmountTooLarge)?;
        let shortest = self.schedule.period.shortest();
        let half = shortest.checked_div(2).unwrap_or(0);
        if self.maintenance.quota > half || self.maintenance.notice > MAX_WINDOW {
            return Err(TermsError::MaintenanceInvalid);
        }
        self.oracle.validate()
    }
}

fn validate_schedule(schedule: &Schedule, now: Moment) -> Result<(), TermsError> {
    if schedule.start < now {
        return Err(TermsError::StartInPast);
    }
    if let Period::Custom(length) = schedule.period {
        if length < MIN_PERIOD {
            return Err(TermsError::ScheduleInvalid);
        }
    }
    if schedule.periods == 0 {
        return Err(TermsError::ScheduleInvalid);
    }
    schedule.end().map(|_| ()).ok_or(TermsError::ScheduleInvalid)
}

fn validate_objectives(objectives: &[Objective], max_bonus: Perbill) -> Result<(), TermsError> {
    if objectives.is_empty() {
        return Err(TermsError::NoObjectives);
    }
    // At most eight weights of at most 10⁹ parts: the sum fits u64 by far.
    let whole: u64 = objectives.iter().map(|o| u64::from(o.weight.deconstruct())).sum();
    if whole != u64::from(Perbill::one().deconstruct()) || objectives.iter().any(|o| o.weight.is_zero()) {
        return Err(TermsError::WeightsNotWhole);
    }
    objectives.iter().try_for_each(|objective| {
        objective.validate_bounds()?;
        objective.validate_credit()?;
        objective.validate_bonuses(max_bonus)
    })
}

impl Objective {
    fn validate_bounds(&self) -> Result<(), TermsError> {
        let sane = self.bounds.min <= self.bounds.max && self.bounds.max <= MAX_INDICATOR;
        let tiers: &[Tier] = match &self.credit {
            Credit::Tiers(rows) => rows,
            Credit::Deviation { .. } => &[],
        };
        let inside = core::iter::once(self.target)
            .chain(tiers.iter().map(|row| row.threshold))
            .chain(self.bonuses.iter().map(|row| row.threshold))
            .all(|value| self.bounds.contains(value));
        (sane && inside).then_some(()).ok_or(TermsError::ImplausibleBounds)
    }

    fn validate_credit(&self) -> Result<(), TermsError> {
        let valid = match &self.credit {
            // A missed `!=` deviates by nothing, so the rule would never pay.
            Credit::Deviation { .. } => self.comparator != Comparator::NotEqual,
            Credit::Tiers(rows) => {
                rows.first().is_some_and(|row| row.threshold == self.target && !row.credit.is_zero())
                    && rows.iter().zip(rows.iter().skip(1)).all(|(row, worse)| {
                        self.comparator.is_worse(worse.threshold, row.threshold) && worse.credit > row.credit
                    })
            }
        };
        valid.then_some(()).ok_or(TermsError::TiersNotMonotonic)
    }

    fn validate_bonuses(&self, max_bonus: Perbill) -> Result<(), TermsError> {
        let (mut threshold, mut bonus) = (self.target, Perbill::zero());
        for row in &self.bonuses {
            let better = self.comparator.is_worse(threshold, row.threshold);
            if !better || row.bonus <= bonus || row.bonus > max_bonus {
                return Err(TermsError::BonusesNotMonotonic);
            }
            (threshold, bonus) = (row.threshold, row.bonus);
        }
        Ok(())
    }
}

impl<AccountId: Ord> Oracle<AccountId> {
    fn validate(&self) -> Result<(), TermsError> {
        let members = u32::try_from(self.committee.len()).map_err(|_| TermsError::CommitteeInvalid)?;
        let sorted = self.committee.iter().zip(self.committee.iter().skip(1)).all(|(a, b)| a < b);
        if members == 0 || !sorted || self.quorum < min_quorum(members) || self.quorum > members {
            return Err(TermsError::CommitteeInvalid);
        }
        let windows = [Some(self.report_window), self.reveal_window, Some(self.challenge_window)];
        let valid = windows.into_iter().flatten().all(|window| (MIN_WINDOW..=MAX_WINDOW).contains(&window));
        valid.then_some(()).ok_or(TermsError::WindowInvalid)
    }
}

/// The smallest quorum of a committee of `members`: `2f + 1`, where `f = ⌊(members − 1) / 3⌋` liars are borne. With
/// that many reports the lower median lies between honest ones (at most `f` liars on either side).
pub fn min_quorum(members: u32) -> u32 {
    let faults = members.saturating_sub(1).checked_div(3).unwrap_or(0);
    faults.saturating_mul(2).saturating_add(1)
}

impl Pricing {
    /// What a customer prepays per unit and period: the price and the highest bonus, the bonus rounded up. `None`
    /// when it overflows.
    pub fn prepayment(&self) -> Option<Balance> {
        self.unit_price.checked_add(self.max_bonus.mul_ceil(self.unit_price))
    }

    /// The most a unit can be compensated in one period, rounded down.
    pub fn max_compensation(&self) -> Balance {
        self.credit_cap.mul_floor(self.cover_per_unit)
    }
}

#[cfg(test)]
pub(crate) mod tests;
