// SPDX-License-Identifier: Apache-2.0

//! From a verdict to amounts: what a unit pays and gets, what a pool holds, what a settlement moves.

use crate::{
    terms::Pricing,
    verdict::{Outcome, Verdict},
    Balance, Units,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// Price parts of one unit in one period. The one place where the payment formula is written.
///
/// `pay = price − ⌊price · at_risk · c⌋ + ⌊price · b⌋`, `refund = prepayment − pay`; without data
/// `pay = ⌊price · no_data_pay⌋`. All rounding of money is downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitAmounts {
    /// What the customer prepaid.
    pub prepayment: Balance,
    /// What the customer pays.
    pub pay: Balance,
    /// What the customer gets back of the prepayment.
    pub refund: Balance,
    /// The compensation if the cover suffices.
    pub compensation: Balance,
}

impl UnitAmounts {
    /// The amounts of a unit under `verdict`; `None` on overflow.
    pub fn of(pricing: &Pricing, verdict: &Verdict) -> Option<Self> {
        let prepayment = pricing.prepayment()?;
        let price = pricing.unit_price;
        let (pay, compensation) = match verdict.outcome {
            Outcome::NoData => (pricing.no_data_pay.mul_floor(price), 0),
            Outcome::Met | Outcome::Missed => {
                // `c ≤ 1` and `at_risk ≤ 1`, so the malus is at most the price.
                let malus = pricing.at_risk.mul_floor(verdict.credit.mul_floor(price));
                let pay = price.checked_sub(malus)?.checked_add(verdict.bonus.mul_floor(price))?;
                (pay, verdict.credit.mul_floor(pricing.cover_per_unit))
            }
        };
        Some(Self { prepayment, pay, refund: prepayment.checked_sub(pay)?, compensation })
    }
}

/// The buckets of a pool. In plancks; their sum and the existential deposit are the balance of the pool's account.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
pub struct Buckets {
    /// The provider's own stake: the first loss.
    pub junior: Balance,
    /// The backers' stake: the second loss.
    pub senior: Balance,
    /// Deposits of backers that become stake when the period in which they came is settled.
    pub pending: Balance,
    /// What backers who have left, or whose deposit was returned, can claim.
    pub exits: Balance,
    /// Prepayments of customers for periods that are not settled.
    pub escrow: Balance,
    /// The budget of the team.
    pub rewards: Balance,
    /// Redemptions that become cover once they are fulfilled.
    pub held_back: Balance,
    /// What has been earned and not been paid out.
    pub owed: Balance,
}

impl Buckets {
    /// The sum of all buckets; `None` on overflow.
    pub fn total(&self) -> Option<Balance> {
        [self.junior, self.senior, self.pending, self.exits, self.escrow, self.rewards, self.held_back, self.owed]
            .into_iter()
            .try_fold(0, Balance::checked_add)
    }

    /// What can pay compensation: junior and senior; `None` on overflow.
    pub fn cover(&self) -> Option<Balance> {
        self.junior.checked_add(self.senior)
    }
}

/// What moved when a period was settled. In plancks, for the whole pool.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
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
pub struct Settlement {
    /// Units subscribed in the period.
    pub units: Units,
    /// Paid by the customers for the period, before premium and fee.
    pub income: Balance,
    /// Part of the income that went to the backers.
    pub premium: Balance,
    /// Prepayment given back.
    pub refunds: Balance,
    /// Compensation, taken from the cover.
    pub compensation: Balance,
    /// Part of the compensation taken from the provider's stake.
    pub junior_loss: Balance,
    /// Part of the compensation taken from the backers' stake.
    pub senior_loss: Balance,
    /// Paid to the team.
    pub team_reward: Balance,
    /// The verification fee, with what was burned of it.
    pub fee: Balance,
    /// Part of the verification fee that was burned.
    pub burned: Balance,
}
