// SPDX-License-Identifier: Apache-2.0

//! Cover of others: in at one price for a period, out at another.

use super::*;

impl Model {
    pub(crate) fn back(&mut self, who: &AccountId, id: AgreementId, amount: Balance, version: u32) -> Outcome {
        let mut pool = self.running_pool(id)?;
        let agreement = &self.agreements[id.0 as usize];
        let newest = agreement.version() + u32::from(self.waiting(id).is_some());
        let period = self.running_period(id, &pool);
        let total =
            pool.cover().checked_add(pool.pending()).and_then(|sum| sum.checked_add(amount)).ok_or("too much")?;
        if !agreement.runs()
            || version != newest
            || amount == 0
            || amount < self.params.min_backing
            || period + 1 >= agreement.periods
            || pool.is_slashed()
            || pool.junior < part_up(total, self.params.min_junior_share)
        {
            return Err("no deposit possible");
        }
        pool.touch(who);
        enter(&mut pool.ledger(who).deposits, period, amount)?;
        pool.waiters.entry(period).or_default().joiners.insert(who.clone());
        self.pay_in(id, who, amount)?;
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn cancel_backing(&mut self, who: &AccountId, id: AgreementId, period: PeriodIndex) -> Outcome {
        let mut pool = self.running_pool(id)?;
        pool.touch(who);
        let running = self.running_period(id, &pool);
        let deposits = &mut pool.ledger(who).deposits;
        let at = deposits.iter().position(|(of, _)| *of == period).filter(|_| period == running).ok_or("no deposit")?;
        let (_, amount) = deposits.remove(at);
        if let Some(waiters) = pool.waiters.get_mut(&period) {
            waiters.joiners.remove(who);
        }
        pool.waiters.retain(|_, waiters| !waiters.is_empty());
        self.pay_out(id, who, amount)?;
        self.see("backing canceled");
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn give_backing_notice(&mut self, who: &AccountId, id: AgreementId, shares: Balance) -> Outcome {
        let mut pool = self.running_pool(id)?;
        pool.touch(who);
        let ledger = pool.ledger(who);
        let notice = ledger.notice.checked_add(shares).filter(|notice| *notice <= ledger.shares && shares > 0);
        ledger.notice = notice.ok_or("not that many shares")?;
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn withdraw_notice(&mut self, who: &AccountId, id: AgreementId, shares: Balance) -> Outcome {
        let mut pool = self.running_pool(id)?;
        pool.touch(who);
        let ledger = pool.ledger(who);
        ledger.notice = ledger.notice.checked_sub(shares).filter(|_| shares > 0).ok_or("not under notice")?;
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn exit(&mut self, who: &AccountId, id: AgreementId, shares: Balance) -> Outcome {
        let mut pool = self.running_pool(id)?;
        let period = self.running_period(id, &pool);
        pool.touch(who);
        let ledger = pool.ledger(who);
        let notice = ledger.notice.checked_sub(shares).filter(|_| shares > 0).ok_or("not under notice")?;
        let rest = ledger.shares - shares;
        if rest > 0 && pool.worth(rest) < self.params.min_backing {
            return Err("too little would stay");
        }
        let until = pool.prepaid_until.min(self.agreements[id.0 as usize].periods);
        if until > period + 1 {
            if until - (period + 1) > MAX_CHECKED {
                return Err("settlement is behind");
            }
            let stays = pool.cover() - pool.leaving(pool.exiting() + shares);
            if pool.required(period + 1..until, self.waiting(id)) > stays {
                return Err("cover is needed");
            }
        }
        let ledger = pool.ledger(who);
        (ledger.shares, ledger.notice) = (rest, notice);
        enter(&mut ledger.exits, period, shares)?;
        let waiters = pool.waiters.entry(period).or_default();
        waiters.forget_void();
        waiters.leavers.insert(who.clone());
        self.put(id, who, pool);
        Ok(())
    }

    /// Whether `who` backs the pool.
    pub(crate) fn is_backer(&self, id: AgreementId, who: &AccountId) -> bool {
        let ledger = self.pools.get(id.0 as usize).filter(|pool| !pool.closed).and_then(|pool| pool.ledgers.get(who));
        ledger.is_some_and(|l| l.shares > 0 || !l.deposits.is_empty() || !l.exits.is_empty())
    }
}
