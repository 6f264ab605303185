// SPDX-License-Identifier: Apache-2.0

//! From indicators to a verdict, and from a verdict to what a unit pays. All in whole numbers: shares are parts of a
//! billion, indicators have 18 decimals.

use dsla_primitives::{
    terms::{Comparator, Credit, Objective, Pricing},
    verdict::{Indicator, Outcome},
    Balance,
};
use sp_core::U256;
use sp_runtime::{FixedU128, Perbill};

/// All of it, in parts.
pub const WHOLE: u128 = 1_000_000_000;

/// `amount · share`, rounded down.
pub fn part(amount: Balance, share: Perbill) -> Balance {
    mul_div(amount, parts(share), WHOLE)
}

/// `amount · share`, rounded up.
pub fn part_up(amount: Balance, share: Perbill) -> Balance {
    mul_div_up(amount, parts(share), WHOLE)
}

/// `a · b / c`, rounded down.
pub fn mul_div(a: u128, b: u128, c: u128) -> u128 {
    let result = U256::from(a) * U256::from(b) / U256::from(c);
    result.try_into().expect("amounts are small")
}

/// `a · b / c`, rounded up.
pub fn mul_div_up(a: u128, b: u128, c: u128) -> u128 {
    let result = (U256::from(a) * U256::from(b) + U256::from(c) - U256::one()) / U256::from(c);
    result.try_into().expect("amounts are small")
}

fn parts(share: Perbill) -> u128 {
    share.deconstruct().into()
}

/// What was decided about an objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// Met, with this bonus in parts.
    Met(u128),
    /// Missed, with this credit in parts.
    Missed(u128),
    /// Nobody knows.
    NoData,
}

/// What was decided about a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// How it came out.
    pub outcome: Outcome,
    /// The credit in parts.
    pub credit: u128,
    /// The bonus in parts.
    pub bonus: u128,
    /// Each objective.
    pub objectives: Vec<Judged>,
}

/// Judges a period.
pub fn judge(objectives: &[Objective], pricing: &Pricing, indicators: &[Indicator]) -> Verdict {
    let judged: Vec<Judged> = objectives.iter().zip(indicators).map(|(o, i)| judge_one(o, *i)).collect();
    let (mut weights, mut credits, mut bonuses, mut missed) = (0, 0, 0, false);
    for (objective, judged) in objectives.iter().zip(&judged) {
        let weight = parts(objective.weight);
        match judged {
            Judged::NoData => continue,
            Judged::Met(bonus) => bonuses += weight * bonus,
            Judged::Missed(credit) => {
                credits += weight * credit;
                missed = true;
            }
        }
        weights += weight;
    }
    let (outcome, credit, bonus) = if weights == 0 {
        (Outcome::NoData, 0, 0)
    } else if missed {
        (Outcome::Missed, (credits / weights).min(parts(pricing.credit_cap)), 0)
    } else {
        (Outcome::Met, 0, (bonuses / weights).min(parts(pricing.max_bonus)))
    };
    Verdict { outcome, credit, bonus, objectives: judged }
}

fn judge_one(objective: &Objective, indicator: Indicator) -> Judged {
    let Indicator::Value(value) = indicator else { return Judged::NoData };
    let reaches = |threshold: FixedU128| {
        let (value, threshold) = (value.into_inner(), threshold.into_inner());
        match objective.comparator {
            Comparator::Equal => value == threshold,
            Comparator::NotEqual => value != threshold,
            Comparator::Less => value < threshold,
            Comparator::LessOrEqual => value <= threshold,
            Comparator::Greater => value > threshold,
            Comparator::GreaterOrEqual => value >= threshold,
        }
    };
    if reaches(objective.target) {
        let rows = objective.bonuses.iter().filter(|row| reaches(row.threshold));
        return Judged::Met(rows.map(|row| parts(row.bonus)).max().unwrap_or(0));
    }
    Judged::Missed(match &objective.credit {
        Credit::Tiers(rows) => {
            rows.iter().filter(|row| !reaches(row.threshold)).map(|row| parts(row.credit)).max().unwrap_or(0)
        }
        Credit::Deviation { cap } => {
            let (a, b) = (value.into_inner(), objective.target.into_inner());
            // Halves are rounded down before they are added.
            let (distance, half_sum) = (a.abs_diff(b), a / 2 + b / 2);
            let deviation = if distance == 0 {
                0
            } else if distance > half_sum {
                WHOLE
            } else {
                mul_div(distance, WHOLE, half_sum)
            };
            deviation.min(parts(*cap))
        }
    })
}

/// What a unit prepays for a period: the price and the highest bonus.
pub fn prepayment(pricing: &Pricing) -> Balance {
    pricing.unit_price + part_up(pricing.unit_price, pricing.max_bonus)
}

/// The most a unit is compensated in a period.
pub fn max_compensation(pricing: &Pricing) -> Balance {
    part(pricing.cover_per_unit, pricing.credit_cap)
}

/// What a unit pays in the end.
pub fn pay_of_unit(pricing: &Pricing, verdict: &Verdict) -> Balance {
    let price = pricing.unit_price;
    match verdict.outcome {
        Outcome::NoData => part(price, pricing.no_data_pay),
        Outcome::Met | Outcome::Missed => {
            let malus = part(mul_div(price, verdict.credit, WHOLE), pricing.at_risk);
            price - malus + mul_div(price, verdict.bonus, WHOLE)
        }
    }
}

/// What a unit is compensated if the cover suffices.
pub fn compensation_of_unit(pricing: &Pricing, verdict: &Verdict) -> Balance {
    if verdict.outcome == Outcome::NoData {
        0
    } else {
        mul_div(pricing.cover_per_unit, verdict.credit, WHOLE)
    }
}

/// The lower median of `values`; `None` without enough of them.
pub fn lower_median(mut values: Vec<FixedU128>, quorum: u32) -> Indicator {
    if values.is_empty() || values.len() < quorum as usize {
        return Indicator::NoData;
    }
    values.sort();
    Indicator::Value(values[(values.len() - 1) / 2])
}
