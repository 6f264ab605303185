// SPDX-License-Identifier: Apache-2.0

//! What the provider puts in and takes out: cover, rewards, and who shares them.

use super::*;

impl Model {
    pub(crate) fn stake_cover(&mut self, who: &AccountId, id: AgreementId, amount: Balance) -> Outcome {
        let mut pool = self.provided_pool(id, who)?;
        if pool.ended || amount == 0 {
            return Err("over, or nothing");
        }
        self.pay_in(id, who, amount)?;
        pool.top_up(amount);
        self.pools[id.0 as usize] = pool;
        Ok(())
    }

    pub(crate) fn withdraw_cover(&mut self, who: &AccountId, id: AgreementId, amount: Balance) -> Outcome {
        let mut pool = self.provided_pool(id, who)?;
        if amount == 0 {
            return Err("nothing");
        }
        pool.junior = pool.junior.checked_sub(amount).ok_or("more than there is")?;
        if !pool.ended {
            let agreement = &self.agreements[id.0 as usize];
            let until = pool.prepaid_until.min(agreement.periods);
            if until.saturating_sub(pool.settled) > MAX_CHECKED {
                return Err("settlement is behind");
            }
            // All periods that are over may have been missed; of the others, one.
            let over = passed(&agreement.terms().schedule, self.now()).saturating_sub(1).min(agreement.periods);
            let over = over.clamp(pool.settled, until.max(pool.settled));
            let waiting = self.waiting(id);
            let known: Balance = (pool.settled..over).map(|period| pool.required(period..period + 1, waiting)).sum();
            if pool.capacity() < known + pool.required(over..until, waiting) {
                return Err("cover is needed");
            }
            // The first loss of what has begun is the provider's own.
            let begun = passed(&agreement.terms().schedule, self.now()).min(agreement.periods);
            if pool.junior < known + pool.required(over..begun.clamp(over, until.max(over)), waiting) {
                return Err("the stake is needed");
            }
        }
        let backed = pool.senior + pool.pending();
        if backed > 0 && pool.junior < part_up(pool.junior + backed, self.params.min_junior_share) {
            return Err("too small a share of the cover");
        }
        self.pay_out(id, who, amount)?;
        self.put_or_close(id, pool);
        Ok(())
    }

    pub(crate) fn fund_rewards(&mut self, who: &AccountId, id: AgreementId, amount: Balance) -> Outcome {
        let mut pool = self.provided_pool(id, who)?;
        if pool.ended || amount == 0 {
            return Err("over, or nothing");
        }
        self.pay_in(id, who, amount)?;
        pool.rewards += amount;
        self.pools[id.0 as usize] = pool;
        Ok(())
    }

    pub(crate) fn withdraw_rewards(&mut self, who: &AccountId, id: AgreementId, amount: Balance) -> Outcome {
        let mut pool = self.provided_pool(id, who)?;
        if !pool.ended || amount == 0 {
            return Err("not over, or nothing");
        }
        pool.rewards = pool.rewards.checked_sub(amount).ok_or("more than there is")?;
        self.pay_out(id, who, amount)?;
        self.put_or_close(id, pool);
        Ok(())
    }

    pub(crate) fn set_member(
        &mut self,
        provider: &AccountId,
        id: AgreementId,
        who: &AccountId,
        weight: u64,
    ) -> Outcome {
        let mut pool = self.provided_pool(id, provider)?;
        let from = self.next_period(id, &pool);
        if pool.ended || from >= self.agreements[id.0 as usize].periods {
            return Err("nothing left");
        }
        pool.touch(who);
        let settled = pool.settled;
        let ledger = pool.ledger(who);
        let current = ledger.team.iter().position(|member| member.until.is_none());
        let before = current.map_or(0, |at| ledger.team[at].weight);
        if weight == before {
            return Err("nothing changes");
        }
        let open = pool.ledgers.values().flat_map(|ledger| &ledger.team).filter(|member| member.until.is_none());
        let sum: u128 = open.map(|member| u128::from(member.weight)).sum();
        if sum - u128::from(before) + u128::from(weight) > u64::MAX.into() {
            return Err("too heavy a team");
        }
        let ledger = pool.ledger(who);
        if let Some(at) = current {
            ledger.team[at].until = Some(from);
            if from <= ledger.team[at].from.max(settled) {
                ledger.team.remove(at);
            }
        }
        if weight > 0 {
            if ledger.team.len() >= MAX_POSITIONS {
                return Err("too many memberships");
            }
            ledger.team.push(Member { weight, from, until: None });
        }
        self.put(id, who, pool);
        Ok(())
    }
}
