// SPDX-License-Identifier: Apache-2.0

//! What goes over the border of this crate: plain data, without generated code.
//!
//! Time is Unix milliseconds, amounts are plancks, indicator values are the inner integer of a `FixedU128` (10¹⁸ is
//! 1.0).

use std::fmt;

/// An account: 32 bytes.
pub type Account = [u8; 32];

/// One period of one agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Round {
    /// The id of the agreement.
    pub agreement: u64,
    /// The period of that agreement, from 0.
    pub period: u32,
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "agreement {} period {}", self.agreement, self.period)
    }
}

/// What was measured for one objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measurement {
    /// The indicator itself, in units of 10⁻¹⁸.
    Value(u128),
    /// The indicator as `good` of `total`.
    Ratio {
        /// How many were good.
        good: u64,
        /// How many there were.
        total: u64,
    },
    /// Nothing could be measured. A defined outcome, not an error.
    NoData,
}

/// A report of one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which period of which agreement.
    pub round: Round,
    /// One measurement per objective, in the order of the terms.
    pub measurements: Vec<Measurement>,
    /// BLAKE2b-256 of the evidence.
    pub evidence: [u8; 32],
}

/// A period for which a reporter has not reported yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueReport {
    /// Which period of which agreement.
    pub round: Round,
    /// Begin of the period.
    pub start: u64,
    /// End of the period; the period is half open, `[start, end)`.
    pub end: u64,
    /// Until when reports are taken as things stand.
    pub until: u64,
}

/// Where an agreement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Registered; customers cannot subscribe yet.
    Draft,
    /// Customers may subscribe; the first period has not begun.
    Open,
    /// Periods run.
    Active,
    /// Every period is final.
    Completed,
    /// Ended early.
    Terminated,
}

impl Status {
    /// Whether nothing will be measured or settled any more.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Completed | Self::Terminated)
    }
}

/// What a reporter has to know of an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// The unit of the indicator, for people: "percent", "ms" ...
    pub unit: String,
    /// Smallest value the chain takes, in units of 10⁻¹⁸.
    pub min: u128,
    /// Largest value the chain takes, in units of 10⁻¹⁸.
    pub max: u128,
}

/// What a reporter has to know of an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: u64,
    /// Where it stands.
    pub status: Status,
    /// The objectives of the terms in force, in order.
    pub objectives: Vec<Objective>,
    /// The accounts that may report.
    pub committee: Vec<Account>,
    /// Whether reports are sealed: committed to first, and revealed later.
    pub sealed: bool,
    /// When the chain acts on the agreement next; `None` when it never will again.
    pub next_due: Option<u64>,
}

/// What an account can claim under an agreement, in plancks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Claimable {
    /// Prepayment that was not used up.
    pub refund: u128,
    /// Compensation for missed periods.
    pub compensation: u128,
    /// Team rewards.
    pub reward: u128,
    /// Income of the provider, and fees earned by settling.
    pub income: u128,
    /// What a backer took out of the pool.
    pub exit: u128,
}

/// A transaction that is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Submitted {
    /// The hash of the block.
    pub block_hash: [u8; 32],
    /// The hash of the transaction.
    pub transaction_hash: [u8; 32],
    /// What the signer paid; 0 for a report the chain takes for free.
    pub fee_paid: u128,
}
