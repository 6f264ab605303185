// SPDX-License-Identifier: Apache-2.0

//! What a period means for everybody, and what the end does.

use super::*;

impl Model {
    /// Settles a period. Returns whether the agreement cannot go on.
    pub(crate) fn settle_period(
        &mut self,
        id: AgreementId,
        period: PeriodIndex,
        terms: &Terms,
        line: &Line,
        settler: Option<&AccountId>,
    ) -> bool {
        let (pricing, verdict) = (&terms.pricing, &line.verdict);
        let mut pool = self.pools[id.0 as usize].clone();
        assert!(!pool.ended && pool.settled == period, "periods are settled in order");
        let (units, before, had_senior) = (pool.units(period, false), pool.cover(), pool.senior > 0);

        self.see(match (verdict.outcome, units > 0) {
            (PeriodOutcome::NoData, true) => "settled without data, with customers",
            (_, true) => "settled with customers",
            (_, false) => "settled without customers",
        });

        // Customers.
        let (mut income, mut refunds, mut compensation) = (0, 0, 0);
        let mut short = false;
        // What the cover has for each unit; nothing without units.
        if let Some(affordable) = pool.cover().checked_div(units) {
            let pay = pay_of_unit(pricing, verdict);
            let refund = prepayment(pricing) - pay;
            let full = compensation_of_unit(pricing, verdict);
            let paid = full.min(affordable);
            short = paid < full;
            if short {
                self.see("insolvent settlement");
            }
            if paid > 0 {
                self.see("compensation");
            }
            for ledger in pool.ledgers.values_mut() {
                for span in ledger.spans.iter().filter(|span| span.covers(period)) {
                    let units = u128::from(span.units);
                    if span.sponsored {
                        ledger.for_provider += units * refund;
                    } else {
                        ledger.credit.refund += units * refund;
                    }
                    ledger.credit.compensation += units * paid;
                }
            }
            (income, refunds, compensation) = (pay * units, refund * units, paid * units);
        }
        let junior_loss = compensation.min(pool.junior);
        let senior_loss = compensation - junior_loss;
        pool.junior -= junior_loss;
        pool.senior -= senior_loss;
        if short {
            pool.junior += std::mem::take(&mut pool.senior);
        }
        if senior_loss > 0 {
            self.see("backers bear a loss");
        }

        // Backers, verification, provider.
        let premium = if had_senior { part(income, pricing.premium_share) } else { 0 };
        pool.senior += premium;
        let wanted = self.params.verification_fee;
        let from_income = wanted.min(income - premium);
        let from_junior = (wanted - from_income).min(pool.junior);
        pool.junior -= from_junior;
        pool.provider_owed += income - premium - from_income;
        let fee = from_income + from_junior;

        // Team.
        let weight = pool.weight(period);
        let mut reward = 0;
        if verdict.outcome == PeriodOutcome::Met && weight > 0 {
            let each = pricing.team_reward.min(pool.rewards) / weight;
            for ledger in pool.ledgers.values_mut() {
                let own: u128 = ledger.team.iter().filter(|m| m.covers(period)).map(|m| u128::from(m.weight)).sum();
                ledger.credit.reward += each * own;
            }
            reward = each * weight;
            pool.rewards -= reward;
        }

        let wiped = pool.senior == 0 && pool.shares > 0;
        let waits = |entries: &[(PeriodIndex, Balance)]| entries.iter().any(|(of, _)| *of == period);
        let priced = pool.ledgers.values().any(|ledger| waits(&ledger.exits));
        let joined = pool.ledgers.values().any(|ledger| waits(&ledger.deposits));
        let returned = joined && !wiped && pool.is_slashed();
        pool.price_backers(period);
        for (happened, what) in [
            (wiped, "backers wiped out"),
            (priced && !wiped, "exit priced"),
            (joined, "deposit priced"),
            (returned, "deposit returned"),
        ] {
            if happened {
                self.see(what);
            }
        }
        pool.settled += 1;

        // The fee.
        let [to_reporters, to_settler, to_treasury] = self.params.fee_shares.map(|share| part(fee, share));
        let mut to_treasury = to_treasury;
        let to_burn = fee - to_reporters - to_settler - to_treasury;
        match settler {
            Some(settler) if to_settler > 0 => pool.ledger(settler).credit.income += to_settler,
            Some(_) => {}
            None => to_treasury += to_settler,
        }
        let agreement = &self.agreements[id.0 as usize];
        let over = passed(&agreement.terms().schedule, self.now()).saturating_sub(1).min(agreement.periods);
        let uncovered = (pool.cover() < before || pool.short.is_some())
            && pool.watch(over, agreement.periods, self.waiting(id), self.params.grace_periods);
        if pool.short.is_some() {
            self.see("pool short");
        }
        self.enqueue(id, &mut pool);
        let account = self.account_of(id);
        let taken = self.reward_reporters(RoundId::new(id, period), (terms, &line.indicators), &account, to_reporters);
        let burned = to_burn + (to_reporters - taken);
        let treasury = self.facts.treasury.clone();
        self.accounts.pay(&account, &treasury, to_treasury).expect("the fee is in the pool");
        self.accounts.burn(&account, burned);
        pool.last = [units, income, premium, refunds, compensation, junior_loss, senior_loss, reward, fee, burned];
        self.pools[id.0 as usize] = pool;
        uncovered
    }

    fn enqueue(&mut self, id: AgreementId, pool: &mut Pool) {
        if !pool.queued {
            pool.queued = true;
            self.sweep.push_back(Sweep { pool: id.0 as usize, since: self.now(), begun: None });
        }
    }

    /// The agreement is over: everything that waits goes back.
    pub(crate) fn end_pool(&mut self, id: AgreementId) {
        let mut pool = self.pools[id.0 as usize].clone();
        let settled = pool.settled;
        let changes: BTreeSet<PeriodIndex> = pool
            .ledgers
            .values()
            .flat_map(|ledger| &ledger.team)
            .flat_map(|member| [Some(member.from), member.until])
            .flatten()
            .filter(|at| *at >= settled)
            .collect();
        let rows = |signed| (settled..pool.prepaid_until).filter(|q| pool.units(*q, signed) > 0).count();
        pool.stale_rows = rows(false) + rows(true) + changes.len();

        let old = pool.clone();
        let (assets, shares) = (std::mem::take(&mut pool.senior), pool.shares);
        pool.left = assets;
        for ledger in pool.ledgers.values_mut() {
            for span in &ledger.spans {
                let periods = span.from.max(settled)..span.until;
                let back: Balance = periods.map(|q| old.prepaid(span, q)).sum::<Balance>() * u128::from(span.units);
                if span.sponsored {
                    ledger.for_provider += back;
                } else {
                    ledger.credit.refund += back;
                }
            }
            ledger.credit.exit += ledger.deposits.drain(..).map(|(_, amount)| amount).sum::<Balance>();
            let leaving = ledger.shares + ledger.exits.drain(..).map(|(_, shares)| shares).sum::<Balance>();
            (ledger.shares, ledger.notice, ledger.last_shares) = (0, 0, leaving);
            if leaving > 0 {
                let worth = mul_div(leaving, assets, shares);
                ledger.credit.exit += worth;
                pool.left -= worth;
            }
        }
        pool.vault_ended = true;
        pool.ended = true;
        pool.short = None;
        self.enqueue(id, &mut pool);
        self.put_or_close(id, pool);
    }
}
