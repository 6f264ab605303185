// SPDX-License-Identifier: Apache-2.0

//! From the indicators of a period to its verdict. Everything here is a total, pure function.

use crate::{
    terms::{Bonuses, Comparator, Credit, Objective, Pricing},
    MAX_OBJECTIVES,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};
use sp_runtime::{FixedPointNumber, FixedU128, PerThing, Perbill, Rounding};

/// What was measured for one objective in one period.
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
pub enum Indicator {
    /// The service level indicator.
    Value(FixedU128),
    /// Nobody could measure, or too few did. A defined outcome, not an error.
    NoData,
}

/// The indicators of a period, in the order of the objectives of the terms.
pub type Indicators = BoundedVec<Indicator, ConstU32<MAX_OBJECTIVES>>;

/// How one objective came out.
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
pub enum ObjectiveOutcome {
    /// The indicator reaches the target.
    Met {
        /// Bonus earned, as a share of the price; zero without a bonus row.
        bonus: Perbill,
    },
    /// The indicator fails the target.
    Missed {
        /// Credit owed, as a share; may be zero for a miss by a hair under the deviation rule.
        credit: Perbill,
    },
    /// There is no indicator; the weight of this objective is spread over the others.
    NoData,
}

/// The outcome of a whole period.
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
pub enum Outcome {
    /// Every objective with data is met.
    Met,
    /// At least one objective with data is missed.
    Missed,
    /// No objective has data.
    NoData,
}

/// The verdict of a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Verdict {
    /// The outcome of the period.
    pub outcome: Outcome,
    /// The period's credit `c`: weighted mean of the objectives' credits, at most the credit cap, rounded down.
    pub credit: Perbill,
    /// The period's bonus `b`: weighted mean of the objectives' bonuses, at most the maximum, rounded down. Zero when
    /// anything is missed.
    pub bonus: Perbill,
    /// The outcome of each objective, in the order of the terms.
    pub objectives: BoundedVec<ObjectiveOutcome, ConstU32<MAX_OBJECTIVES>>,
}

impl Verdict {
    /// The verdict on a period in which nothing was measured.
    pub fn no_data(objectives: &[Objective]) -> Self {
        Self {
            outcome: Outcome::NoData,
            credit: Perbill::zero(),
            bonus: Perbill::zero(),
            objectives: BoundedVec::truncate_from(objectives.iter().map(|_| ObjectiveOutcome::NoData).collect()),
        }
    }

    /// Judges a period: `indicators` in the order of `objectives`; a missing one counts as [`Indicator::NoData`].
    ///
    /// `c = min(credit_cap, Σ wᵢ·creditᵢ / Σ wᵢ)` over the objectives with data, and the bonus likewise.
    pub fn assess(objectives: &[Objective], pricing: &Pricing, indicators: &[Indicator]) -> Self {
        let outcomes = objectives
            .iter()
            .enumerate()
            .map(|(i, objective)| {
                (objective, objective.assess(indicators.get(i).copied().unwrap_or(Indicator::NoData)))
            })
            .collect::<Vec<_>>();
        let missed = outcomes.iter().any(|(_, outcome)| matches!(outcome, ObjectiveOutcome::Missed { .. }));
        let credit = weighted_mean(outcomes.iter().filter_map(|(objective, outcome)| match outcome {
            ObjectiveOutcome::Met { .. } => Some((objective.weight, Perbill::zero())),
            ObjectiveOutcome::Missed { credit } => Some((objective.weight, *credit)),
            ObjectiveOutcome::NoData => None,
        }));
        let bonus = weighted_mean(outcomes.iter().filter_map(|(objective, outcome)| match outcome {
            ObjectiveOutcome::Met { bonus } => Some((objective.weight, *bonus)),
            ObjectiveOutcome::Missed { .. } => Some((objective.weight, Perbill::zero())),
            ObjectiveOutcome::NoData => None,
        }));
        let (Some(credit), Some(bonus)) = (credit, bonus) else {
            return Self::no_data(objectives);
        };
        Self {
            outcome: if missed { Outcome::Missed } else { Outcome::Met },
            credit: credit.min(pricing.credit_cap),
            bonus: if missed { Perbill::zero() } else { bonus.min(pricing.max_bonus) },
            objectives: BoundedVec::truncate_from(outcomes.into_iter().map(|(_, outcome)| outcome).collect()),
        }
    }
}

/// `Σ w·x / Σ w`, rounded down; `None` without any weight.
fn weighted_mean(items: impl Iterator<Item = (Perbill, Perbill)>) -> Option<Perbill> {
    let (mut sum, mut weights) = (0u128, 0u128);
    for (weight, value) in items {
        let weight = u128::from(weight.deconstruct());
        sum = sum.checked_add(weight.checked_mul(u128::from(value.deconstruct()))?)?;
        weights = weights.checked_add(weight)?;
    }
    u32::try_from(sum.checked_div(weights)?).ok().map(Perbill::from_parts)
}

impl Comparator {
    /// Whether `sli` reaches `target`.
    pub fn is_met(self, sli: FixedU128, target: FixedU128) -> bool {
        match self {
            Self::Equal => sli == target,
            Self::NotEqual => sli != target,
            Self::Less => sli < target,
            Self::LessOrEqual => sli <= target,
            Self::Greater => sli > target,
            Self::GreaterOrEqual => sli >= target,
        }
    }

    /// Whether `a` is strictly worse than `b` for this comparator; never for `==` and `!=`, which know no direction.
    pub fn is_worse(self, a: FixedU128, b: FixedU128) -> bool {
        match self {
            Self::Equal | Self::NotEqual => false,
            Self::Less | Self::LessOrEqual => a > b,
            Self::Greater | Self::GreaterOrEqual => a < b,
        }
    }
}

impl Objective {
    /// Judges one indicator.
    pub fn assess(&self, indicator: Indicator) -> ObjectiveOutcome {
        let Indicator::Value(sli) = indicator else {
            return ObjectiveOutcome::NoData;
        };
        if self.comparator.is_met(sli, self.target) {
            ObjectiveOutcome::Met { bonus: bonus(self.comparator, &self.bonuses, sli) }
        } else {
            ObjectiveOutcome::Missed { credit: self.credit_of_miss(sli) }
        }
    }

    fn credit_of_miss(&self, sli: FixedU128) -> Perbill {
        match &self.credit {
            // A row is a target of its own: it applies when the indicator misses it. So a value that is no worse
            // than another can never select a higher credit.
            Credit::Tiers(rows) => rows
                .iter()
                .filter(|row| !self.comparator.is_met(sli, row.threshold))
                .map(|row| row.credit)
                .max()
                .unwrap_or(Perbill::zero()),
            Credit::Deviation { cap } => deviation(sli, self.target).min(*cap),
        }
    }
}

/// The best bonus whose threshold the indicator reaches.
fn bonus(comparator: Comparator, rows: &Bonuses, sli: FixedU128) -> Perbill {
    rows.iter()
        .filter(|row| comparator.is_met(sli, row.threshold))
        .map(|row| row.bonus)
        .max()
        .unwrap_or(Perbill::zero())
}

/// `|sli − target| / ((sli + target) / 2)`, at most 100 %, rounded down; 0 when both are 0.
pub fn deviation(sli: FixedU128, target: FixedU128) -> Perbill {
    // Halved before adding, so that no pair of values overflows: the lost half unit is 10⁻¹⁸ of an indicator.
    let half_sum = (sli.into_inner() >> 1u32).saturating_add(target.into_inner() >> 1u32);
    let distance = sli.into_inner().abs_diff(target.into_inner());
    if distance == 0 {
        return Perbill::zero();
    }
    Perbill::from_rational_with_rounding(distance, half_sum, Rounding::Down).unwrap_or(Perbill::one())
}

/// `good / total` as an indicator, rounded down; `NoData` when nothing was counted.
pub fn ratio(good: u64, total: u64) -> Indicator {
    FixedU128::checked_from_rational(good, total).map_or(Indicator::NoData, Indicator::Value)
}

#[cfg(test)]
mod tests;
