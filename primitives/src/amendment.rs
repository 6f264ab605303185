// SPDX-License-Identifier: Apache-2.0

//! When new terms are no worse than old ones, and for whom.
//!
//! Nobody is moved to worse terms without signing. What is no worse for the customers in any respect carries over to
//! them by itself; what is worse for the backers is refused while there are any. The rules are strict rather than
//! clever: whoever wants a change that they do not see as an improvement asks for consent.

use crate::terms::{Access, Bonuses, Credit, Objective, Terms};
use sp_runtime::Perbill;

impl<AccountId: PartialEq> Terms<AccountId> {
    /// Whether these terms can follow `old`: periods have the same boundaries and do not become fewer.
    pub fn continues(&self, old: &Self) -> bool {
        self.schedule.start == old.schedule.start
            && self.schedule.period == old.schedule.period
            && self.schedule.periods >= old.schedule.periods
    }

    /// Whether no customer is worse off in any respect than under `old`, whatever is measured. The document must be the
    /// same: what it says cannot be judged here.
    pub fn no_worse_for_customers(&self, old: &Self) -> bool {
        let (new_price, old_price) = (&self.pricing, &old.pricing);
        self.continues(old)
            && self.same_measure(old)
            && self.pairs(old).all(|(new, old)| {
                credit_at_least(&new.credit, &old.credit) && (new.bonuses == old.bonuses || new.bonuses.is_empty())
            })
            && new_price.unit_price <= old_price.unit_price
            && new_price.cover_per_unit >= old_price.cover_per_unit
            && new_price.credit_cap >= old_price.credit_cap
            && new_price.at_risk >= old_price.at_risk
            && new_price.max_bonus <= old_price.max_bonus
            && new_price.no_data_pay <= old_price.no_data_pay
            && (self.access == old.access || self.access == Access::Open)
            && self.maintenance.quota <= old.maintenance.quota
            && self.maintenance.notice >= old.maintenance.notice
            && longer_notice(self.notice_periods, old.notice_periods)
            && self.document == old.document
    }

    /// Whether no backer is worse off in any respect than under `old`, whatever is measured: no higher losses, no lower
    /// premium.
    pub fn no_worse_for_backers(&self, old: &Self) -> bool {
        let (new_price, old_price) = (&self.pricing, &old.pricing);
        self.continues(old)
            && self.same_measure(old)
            && self.pairs(old).all(|(new, old)| {
                credit_at_least(&old.credit, &new.credit) && bonuses_at_least(&new.bonuses, &old.bonuses)
            })
            && new_price.cover_per_unit <= old_price.cover_per_unit
            && new_price.credit_cap <= old_price.credit_cap
            && new_price.unit_price >= old_price.unit_price
            && new_price.at_risk <= old_price.at_risk
            && new_price.max_bonus >= old_price.max_bonus
            && new_price.no_data_pay >= old_price.no_data_pay
            && new_price.premium_share >= old_price.premium_share
            && self.maintenance.quota >= old.maintenance.quota
            && self.maintenance.notice <= old.maintenance.notice
    }

    /// Whether the same is measured by the same people and compared with the same targets.
    fn same_measure(&self, old: &Self) -> bool {
        self.oracle == old.oracle
            && self.objectives.len() == old.objectives.len()
            && self.pairs(old).all(|(new, old)| {
                new.source == old.source
                    && new.comparator == old.comparator
                    && new.target == old.target
                    && new.weight == old.weight
                    && new.bounds == old.bounds
                    && new.tolerance == old.tolerance
            })
    }

    fn pairs<'a>(&'a self, old: &'a Self) -> impl Iterator<Item = (&'a Objective, &'a Objective)> {
        self.objectives.iter().zip(old.objectives.iter())
    }
}

/// Whether `credit` owes at least as much as `other` for every indicator: the same thresholds, no lower credits.
fn credit_at_least(credit: &Credit, other: &Credit) -> bool {
    match (credit, other) {
        (Credit::Tiers(rows), Credit::Tiers(others)) => {
            rows.len() == others.len()
                && rows
                    .iter()
                    .zip(others)
                    .all(|(row, other)| row.threshold == other.threshold && row.credit >= other.credit)
        }
        (Credit::Deviation { cap }, Credit::Deviation { cap: other }) => cap >= other,
        _ => false,
    }
}

/// Whether `bonuses` earn at least as much as `others` for every indicator.
fn bonuses_at_least(bonuses: &Bonuses, others: &Bonuses) -> bool {
    others.iter().all(|other| {
        let same = bonuses.iter().find(|row| row.threshold == other.threshold);
        same.map_or(Perbill::zero(), |row| row.bonus) >= other.bonus
    })
}

/// Whether customers have at least as long to prepare for an early end.
fn longer_notice(new: Option<u32>, old: Option<u32>) -> bool {
    match (new, old) {
        (None, _) => true,
        (Some(new), Some(old)) => new >= old,
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests;
