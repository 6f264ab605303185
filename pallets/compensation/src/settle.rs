// SPDX-License-Identifier: Apache-2.0

//! The settlement of one period as a pure function of the buckets, the verdict and the terms.

use crate::types::Index;
use dsla_primitives::{
    settlement::{Buckets, Settlement, UnitAmounts},
    terms::Pricing,
    verdict::{Outcome, Verdict},
    Balance, Units,
};

/// What a settlement depends on besides the buckets.
#[derive(Clone, Copy, Debug)]
pub struct Period<'a> {
    /// Units subscribed in the period.
    pub units: Units,
    /// The team's total weight in the period.
    pub team_weight: u64,
    /// The prices in force.
    pub pricing: &'a Pricing,
    /// The verdict.
    pub verdict: &'a Verdict,
    /// The verification fee wanted.
    pub fee: Balance,
}

/// What a settlement comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The buckets afterwards. Their sum is less by exactly `amounts.fee`, which has no owner yet.
    pub buckets: Buckets,
    /// The part of the addition to `owed` that is the provider's income.
    pub provider_income: Balance,
    /// What moved. `burned` is 0: it is known only when the fee has been paid.
    pub amounts: Settlement,
    /// What one share earned.
    pub step: Index,
}

/// Settles a period. `None` on overflow or when `escrow` is less than what the units prepaid, neither of which a pool
/// can reach: every amount here is a part of what lies in its buckets.
pub fn settle(mut buckets: Buckets, period: Period) -> Option<Settled> {
    let Period { units, team_weight, pricing, verdict, fee } = period;
    let (mut amounts, mut step) = (Settlement { units, ..Default::default() }, Index::default());

    // The customers: they pay out of what they prepaid, get the rest back, and are compensated as far as the cover
    // goes, each unit the same.
    let shares = Balance::from(units);
    let had_senior = buckets.senior > 0;
    let mut short = false;
    if units > 0 {
        let unit = UnitAmounts::of(pricing, verdict)?;
        step.refund = unit.refund;
        step.compensation = unit.compensation.min(buckets.cover()?.checked_div(shares)?);
        short = step.compensation < unit.compensation;
        amounts.income = unit.pay.checked_mul(shares)?;
        amounts.refunds = step.refund.checked_mul(shares)?;
        amounts.compensation = step.compensation.checked_mul(shares)?;
        buckets.escrow = buckets.escrow.checked_sub(amounts.income)?.checked_sub(amounts.refunds)?;
    }
    amounts.junior_loss = amounts.compensation.min(buckets.junior);
    amounts.senior_loss = amounts.compensation.checked_sub(amounts.junior_loss)?;
    buckets.junior = buckets.junior.checked_sub(amounts.junior_loss)?;
    buckets.senior = buckets.senior.checked_sub(amounts.senior_loss)?;
    if short {
        // Nothing is left but what does not divide by the units: too little to keep the shares of the backers alive.
        buckets.junior = buckets.junior.checked_add(core::mem::take(&mut buckets.senior))?;
    }

    // The backers: those who bore the risk of the period are paid for it.
    if had_senior {
        amounts.premium = pricing.premium_share.mul_floor(amounts.income);
        buckets.senior = buckets.senior.checked_add(amounts.premium)?;
    }

    // The verification: from the provider's income, else from its stake; never more than there is. It comes after the
    // customers' compensation.
    let net = amounts.income.checked_sub(amounts.premium)?;
    let fee_from_income = fee.min(net);
    let fee_from_junior = fee.checked_sub(fee_from_income)?.min(buckets.junior);
    amounts.fee = fee_from_income.checked_add(fee_from_junior)?;
    buckets.junior = buckets.junior.checked_sub(fee_from_junior)?;
    let provider_income = net.checked_sub(fee_from_income)?;

    // The team: the same for each unit of weight; what does not divide stays in the budget.
    if verdict.outcome == Outcome::Met && team_weight > 0 {
        let weight = Balance::from(team_weight);
        step.reward = pricing.team_reward.min(buckets.rewards).checked_div(weight)?;
        amounts.team_reward = step.reward.checked_mul(weight)?;
        buckets.rewards = buckets.rewards.checked_sub(amounts.team_reward)?;
    }

    buckets.owed = buckets
        .owed
        .checked_add(amounts.refunds)?
        .checked_add(amounts.compensation)?
        .checked_add(provider_income)?
        .checked_add(amounts.team_reward)?;
    Some(Settled { buckets, provider_income, amounts, step })
}

#[cfg(test)]
mod tests;
