// SPDX-License-Identifier: Apache-2.0

//! Customers, backers, and payouts.

use super::Plan;
use crate::{
    model::{
        agreements::Agreement,
        pool::{Ledger, MAX_PREPAID},
        terms::passed,
        AccountId, Model,
    },
    ops::{By, Call, Op, Who},
};
use dsla_primitives::{AgreementId, Balance};

impl Plan {
    fn someone_with(
        &mut self,
        model: &Model,
        people: &[AccountId],
        wanted: impl Fn(&Ledger) -> bool,
    ) -> Option<(AgreementId, Who, Ledger)> {
        let found: Vec<(usize, &AccountId, &Ledger)> = model
            .pools
            .iter()
            .enumerate()
            .filter(|(_, pool)| !pool.closed)
            .flat_map(|(id, pool)| pool.ledgers.iter().map(move |(who, ledger)| (id, who, ledger)))
            .filter(|(_, _, ledger)| wanted(ledger))
            .collect();
        let (id, who, ledger) = *self.dice.pick(&found)?;
        Some((AgreementId(id as u64), self.number_of(people, who)?, ledger.clone()))
    }

    fn running<'a>(&mut self, model: &'a Model) -> Option<(AgreementId, &'a Agreement)> {
        // One that has nothing left to sell is of no use, mostly.
        let any = self.dice.chance(5);
        self.agreement(model, |agreement| {
            let next = || passed(&agreement.terms().schedule, model.now());
            agreement.runs() && (any || next() + 1 < agreement.periods)
        })
    }

    fn max_payment(&mut self) -> Balance {
        if self.dice.chance(97) {
            u128::MAX
        } else {
            self.dice.upto(super::DSLA)
        }
    }

    /// Units that probably fit.
    fn units(&mut self, model: &Model, id: AgreementId, agreement: &Agreement) -> u64 {
        let pool = &model.pools[id.0 as usize];
        let most = crate::model::verdict::max_compensation(&agreement.terms().pricing);
        let room = if pool.ended { 0 } else { pool.capacity().checked_div(most).unwrap_or(50).min(1_000) as u64 };
        let next = passed(&agreement.terms().schedule, model.now());
        let taken = pool.units(next, false).min(1_000) as u64;
        let free = room.saturating_sub(taken);
        // Often all there is, so that a loss leaves too little for the next period.
        match self.dice.below(10) {
            _ if self.tight() && pool.senior > 0 => free.max(1),
            0..4 => free.max(1),
            4 => free + 1,
            _ => 1 + self.dice.below(free.max(1)),
        }
    }

    pub(super) fn customer(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let who = self.somebody();
        let max_payment = self.max_payment();
        match self.dice.below(100) {
            0..45 => {
                let (id, agreement) = self.running(model)?;
                let next = passed(&agreement.terms().schedule, model.now());
                let left = agreement.periods.saturating_sub(next).min(MAX_PREPAID);
                let periods = 1 + self.dice.below(left.max(1).into()) as u32;
                let version = agreement.version();
                let units = self.units(model, id, agreement);
                let allowed: Vec<&AccountId> = agreement.allowed.keys().collect();
                let who = match self.dice.pick(&allowed) {
                    Some(allowed) if self.dice.chance(60) => self.number_of(people, allowed)?,
                    _ => who,
                };
                Some(Op {
                    by: By::Signed(who),
                    call: Call::Subscribe { agreement: id, units, periods, version, max_payment },
                })
            }
            45..55 => {
                let (id, agreement) = self.running(model)?;
                let provider = self.number_of(people, &agreement.provider)?;
                let periods = 1 + self.dice.below(5) as u32;
                let units = 1 + self.dice.below(3);
                // One of them is sponsored more than others, for different times.
                let who = if self.dice.chance(5) {
                    provider
                } else if self.dice.chance(40) {
                    5
                } else {
                    who
                };
                Some(Op {
                    by: By::Signed(provider),
                    call: Call::Sponsor { agreement: id, who, units, periods, max_payment },
                })
            }
            55..67 => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| !ledger.spans.is_empty())?;
                let span = self.dice.pick(&ledger.spans)?.id;
                Some(Op { by: By::Signed(who), call: Call::CancelSubscription(id, span) })
            }
            67..80 => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| !ledger.spans.is_empty())?;
                let span = self.dice.pick(&ledger.spans)?.id;
                let version = model.agreements[id.0 as usize].version();
                let periods = 1 + self.dice.below(4) as u32;
                let call = Call::ExtendSubscription { agreement: id, id: span, periods, version, max_payment };
                Some(Op { by: By::Signed(who), call })
            }
            _ => {
                let waits = |agreement: &Agreement| agreement.amendment().is_some_and(|waiting| !waiting.carried_over);
                let (id, agreement) = self.agreement(model, waits)?;
                let customers: Vec<&AccountId> = model.pools[id.0 as usize]
                    .ledgers
                    .iter()
                    .filter(|(_, ledger)| !ledger.spans.is_empty())
                    .map(|(who, _)| who)
                    .collect();
                let customer = *self.dice.pick(&customers)?;
                let who = self.number_of(people, customer)?;
                Some(Op { by: By::Signed(who), call: Call::AcceptAmendment(id, agreement.version() + 1, max_payment) })
            }
        }
    }

    pub(super) fn backer(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let part = |dice: &mut super::Dice, whole: Balance| {
            if dice.chance(50) {
                whole
            } else {
                dice.upto(whole.saturating_add(1))
            }
        };
        let (id, who, call) = match self.dice.below(100) {
            0..46 => {
                let (id, agreement) = self.running(model)?;
                let pool = &model.pools[id.0 as usize];
                let least = model.params.min_backing;
                let most = crate::model::verdict::max_compensation(&agreement.terms().pricing);
                let amount = if self.tight() && most > 0 {
                    // Up to a whole number of units: when all are sold, one miss takes everything to the last planck.
                    let fill = most - pool.cover() % most;
                    fill + most * least.saturating_sub(fill).div_ceil(most)
                } else {
                    least + self.dice.upto(pool.junior.saturating_mul(2).min(5_000 * super::DSLA))
                };
                let version = agreement.version() + u32::from(agreement.amendment().is_some());
                (id, self.somebody(), Call::Back(id, amount, version))
            }
            46..50 => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| !ledger.deposits.is_empty())?;
                let (period, _) = *self.dice.pick(&ledger.deposits)?;
                (id, who, Call::CancelBacking(id, period))
            }
            50..67 => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| ledger.shares > ledger.notice)?;
                let shares = part(&mut self.dice, ledger.shares - ledger.notice);
                (id, who, Call::GiveBackingNotice(id, shares))
            }
            67..72 => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| ledger.notice > 0)?;
                let shares = part(&mut self.dice, ledger.notice);
                (id, who, Call::WithdrawNotice(id, shares))
            }
            _ => {
                let (id, who, ledger) = self.someone_with(model, people, |ledger| ledger.notice > 0)?;
                let shares = part(&mut self.dice, ledger.notice);
                (id, who, Call::Exit(id, shares))
            }
        };
        let _ = id;
        Some(Op { by: By::Signed(who), call })
    }

    pub(super) fn payout(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let over: Vec<usize> =
            (0..model.pools.len()).filter(|id| model.pools[*id].ended && !model.pools[*id].closed).collect();
        if let Some(id) = self.dice.pick(&over).filter(|_| true).copied() {
            if self.dice.chance(40) {
                let pool = &model.pools[id];
                let provider = self.number_of(people, &pool.provider)?;
                let id = AgreementId(id as u64);
                let call = match self.dice.below(3) {
                    0 => Call::WithdrawRewards(id, pool.rewards),
                    1 => Call::Claim(id),
                    _ => Call::WithdrawCover(
                        id,
                        if self.dice.chance(80) { pool.junior } else { self.dice.upto(pool.junior) },
                    ),
                };
                return Some(Op { by: By::Signed(provider), call });
            }
        }
        let has = |ledger: &Ledger| ledger.credit != Default::default();
        let (id, who, _) = self.someone_with(model, people, has)?;
        let (by, call) = match self.dice.below(10) {
            0..4 => (who, Call::Claim(id)),
            4..8 => (self.anybody(), Call::ClaimFor(id, who)),
            8 => {
                let ids = (0..1 + self.dice.below(5)).map(|_| self.some_agreement(model)).chain([id]).collect();
                (who, Call::ClaimMany(ids))
            }
            _ => (self.anybody(), Call::Settle(self.some_agreement(model))),
        };
        Some(Op { by: By::Signed(by), call })
    }
}
