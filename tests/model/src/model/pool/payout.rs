// SPDX-License-Identifier: Apache-2.0

//! Out of the pool: claims, redemptions, the automatic payout.

use super::*;

impl Model {
    pub(crate) fn claim(&mut self, id: AgreementId, who: &AccountId) -> Outcome {
        let mut pool = self.pool(id)?;
        pool.touch(who);
        let is_provider = pool.provider == *who;
        let income = if is_provider { std::mem::take(&mut pool.provider_owed) } else { 0 };
        let credit = std::mem::take(&mut pool.ledger(who).credit);
        let gross = credit.total().expect("all of it is in the pool") + income;
        if gross == 0 {
            return Err("nothing to claim");
        }
        let most = sp_runtime::Perbill::from_percent(10);
        let [provider, treasury] = self.params.claim_fee;
        let provider = provider.min(most);
        let treasury = treasury.min(most - provider);
        let to_provider = part(credit.compensation, provider);
        let to_treasury = part(credit.compensation, treasury);
        self.pay_out(id, who, gross - to_provider - to_treasury)?;
        pool.provider_owed += to_provider;
        pool.store(who);
        let to = self.facts.treasury.clone();
        self.pay_out(id, &to, to_treasury)?;
        if credit.exit > 0 {
            self.see("exit paid");
        }
        self.put_or_close(id, pool);
        Ok(())
    }

    pub(crate) fn claim_many(&mut self, who: &AccountId, ids: &[AgreementId]) -> Outcome {
        let mut outcome = Err("nothing to claim");
        for id in ids {
            if self.claim(*id, who).is_ok() {
                outcome = Ok(());
            }
        }
        outcome
    }

    /// Whether a redemption for the pool of `id` can be paid like this, and the payment.
    pub(crate) fn hold_back(
        &mut self,
        id: AgreementId,
        who: &AccountId,
        source: PaymentSource,
        amount: Balance,
    ) -> Outcome {
        self.running_pool(id)?;
        if amount == 0 {
            return Err("nothing");
        }
        match source {
            PaymentSource::Wallet => self.pay_in(id, who, amount)?,
            PaymentSource::Claimable(from) => self.spend_claimable(from, id, who, amount)?,
        }
        self.pools[id.0 as usize].held_back += amount;
        Ok(())
    }

    /// Compensation first, then refunds, rewards and income, the provider's own, and exits last.
    fn spend_claimable(&mut self, from: AgreementId, to: AgreementId, who: &AccountId, amount: Balance) -> Outcome {
        let mut pool = self.pool(from)?;
        pool.touch(who);
        let is_provider = pool.provider == *who;
        let mut missing = amount;
        let mut take = |part: &mut Balance| {
            let taken = missing.min(*part);
            *part -= taken;
            missing -= taken;
        };
        let credit = &mut pool.ledger(who).credit;
        take(&mut credit.compensation);
        take(&mut credit.refund);
        take(&mut credit.reward);
        take(&mut credit.income);
        if is_provider {
            take(&mut pool.provider_owed);
        }
        take(&mut pool.ledger(who).credit.exit);
        if missing > 0 {
            return Err("not that much to claim");
        }
        if from != to {
            let accounts = (self.account_of(from), self.account_of(to));
            self.accounts.pay(&accounts.0, &accounts.1, amount)?;
        }
        pool.store(who);
        self.see("redeemed from what can be claimed");
        if from == to {
            // It is held back in the same pool, so nothing closes.
            self.pools[from.0 as usize] = pool;
        } else {
            self.put_or_close(from, pool);
        }
        Ok(())
    }

    /// What was held back becomes cover.
    pub(crate) fn release_held_back(&mut self, id: AgreementId, amount: Balance) -> Outcome {
        let mut pool = self.pool(id)?;
        pool.held_back = pool.held_back.checked_sub(amount).filter(|_| amount > 0).ok_or("not held back")?;
        pool.top_up(amount);
        self.pools[id.0 as usize] = pool;
        Ok(())
    }

    /// What was held back is paid to a wallet.
    pub(crate) fn refund_held_back(&mut self, id: AgreementId, to: &AccountId, amount: Balance) -> Outcome {
        let mut pool = self.pool(id)?;
        pool.held_back = pool.held_back.checked_sub(amount).filter(|_| amount > 0).ok_or("not held back")?;
        self.pay_out(id, to, amount)?;
        self.put_or_close(id, pool);
        Ok(())
    }

    /// The automatic payout of a block.
    pub(crate) fn pay_out_automatically(&mut self) {
        for _ in 0..MAX_PAYOUTS {
            let due = |head: &Sweep| head.since + self.params.sweep_delay <= self.now();
            let Some(head) = self.sweep.front().cloned().filter(due) else { return };
            let (at, id) = (head.pool, AgreementId(head.pool as u64));
            let last = head.begun.unwrap_or_else(|| {
                self.pools[at].queued = false;
                None
            });
            let visit = self.facts.visit;
            let after = last.as_ref().map(visit);
            let accounts = self.pools[at].ledgers.keys().map(|who| (visit(who), who.clone()));
            let next = accounts.filter(|(place, _)| after.as_ref().is_none_or(|after| place > after)).min();
            if let Some((_, who)) = next {
                self.visit(id, &who);
                self.sweep[0].begun = Some(Some(who));
            } else if (self.pools[at].ended || self.pools[at].closed) && self.pools[at].stale_rows > 0 {
                self.pools[at].stale_rows -= 1;
                self.sweep[0].begun = Some(last);
            } else if self.pools[at].closed && self.pools[at].waiters.pop_first().is_some() {
                self.sweep[0].begun = Some(last);
            } else {
                if !self.pools[at].closed && self.pools[at].provider_owed > 0 {
                    let provider = self.pools[at].provider.clone();
                    if self.claim(id, &provider).is_ok() {
                        self.see("automatic payout");
                    }
                }
                self.sweep.pop_front();
            }
        }
    }

    fn visit(&mut self, id: AgreementId, who: &AccountId) {
        let at = id.0 as usize;
        if self.pools[at].closed {
            self.pools[at].ledgers.remove(who);
            return;
        }
        if self.claim(id, who).is_ok() {
            self.see("automatic payout");
            return;
        }
        let mut pool = self.pools[at].clone();
        pool.touch(who);
        self.put(id, who, pool);
    }
}
