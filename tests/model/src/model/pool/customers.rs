// SPDX-License-Identifier: Apache-2.0

//! Units: bought, sponsored, extended, cancelled; and what new terms mean for them.

use super::*;

impl Model {
    /// What a purchase of units from `from` to `until` costs, if it is possible.
    fn quote(
        &self,
        id: AgreementId,
        pool: &Pool,
        version: u32,
        units: u64,
        periods: std::ops::Range<PeriodIndex>,
        max_payment: Balance,
    ) -> Outcome<Balance> {
        let agreement = &self.agreements[id.0 as usize];
        if !agreement.runs() || version != agreement.version() || periods.end > agreement.periods {
            return Err("not for sale");
        }
        let waiting = self.waiting(id);
        if waiting.is_some_and(|waiting| self.next_period(id, pool) > waiting.from) {
            return Err("an amendment is due");
        }
        let price = pool.versions.last().expect("there is a first one").prepayment;
        let count = u128::from(periods.end - periods.start);
        let payment = price.checked_mul(units.into()).and_then(|sum| sum.checked_mul(count)).ok_or("too much")?;
        if payment > max_payment {
            return Err("too dear");
        }
        let capacity = pool.capacity();
        for period in periods {
            let total = pool.units(period, false) + u128::from(units);
            let need = pool.needs(period, waiting).0.unwrap_or(0).checked_mul(total).ok_or("too much")?;
            if need > capacity || total > u64::MAX.into() {
                return Err("too little cover");
            }
        }
        Ok(payment)
    }

    #[allow(clippy::too_many_arguments, reason = "a purchase has that many terms")]
    fn sell(
        &mut self,
        payer: &AccountId,
        id: AgreementId,
        who: &AccountId,
        units: u64,
        periods: PeriodIndex,
        version: u32,
        max_payment: Balance,
        sponsored: bool,
    ) -> Outcome {
        let mut pool = self.running_pool(id)?;
        if units == 0 || periods == 0 || periods > MAX_PREPAID || !self.may_subscribe(id, who) {
            return Err("nothing, too long, or not allowed");
        }
        let from = self.next_period(id, &pool);
        let payment = self.quote(id, &pool, version, units, from..from + periods, max_payment)?;
        pool.touch(who);
        let span = Span { id: 0, units, from, until: from + periods, version, sponsored };
        let ledger = pool.ledger(who);
        ledger.enter(span)?;
        if sponsored && ledger.spans.iter().filter(|span| span.sponsored).count() > MAX_SPONSORED {
            return Err("too many are sponsored");
        }
        pool.prepaid_until = pool.prepaid_until.max(span.until);
        self.pay_in(id, payer, payment)?;
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn subscribe(
        &mut self,
        who: &AccountId,
        id: AgreementId,
        units: u64,
        periods: PeriodIndex,
        version: u32,
        max_payment: Balance,
    ) -> Outcome {
        self.sell(who, id, who, units, periods, version, max_payment, false)
    }

    pub(crate) fn sponsor(
        &mut self,
        provider: &AccountId,
        id: AgreementId,
        who: &AccountId,
        units: u64,
        periods: PeriodIndex,
        max_payment: Balance,
    ) -> Outcome {
        self.provided_pool(id, provider)?;
        let version = self.agreements[id.0 as usize].version();
        self.sell(provider, id, who, units, periods, version, max_payment, true)
    }

    pub(crate) fn extend_subscription(
        &mut self,
        who: &AccountId,
        id: AgreementId,
        span: u32,
        periods: PeriodIndex,
        version: u32,
        max_payment: Balance,
    ) -> Outcome {
        let mut pool = self.running_pool(id)?;
        if periods == 0 || periods > MAX_PREPAID || !self.may_subscribe(id, who) {
            return Err("nothing, too long, or not allowed");
        }
        let next = self.next_period(id, &pool);
        pool.touch(who);
        let current = pool.version();
        let found = pool.ledger(who).spans.iter().find(|known| known.id == span).copied();
        let found = found.filter(|span| !span.sponsored && span.version == current && span.until >= next);
        let Span { until, units, .. } = found.ok_or("no such subscription")?;
        if until + periods > next + MAX_PREPAID {
            return Err("too far ahead");
        }
        let payment = self.quote(id, &pool, version, units, until..until + periods, max_payment)?;
        self.pay_in(id, who, payment)?;
        let ledger = pool.ledger(who);
        ledger.spans.iter_mut().find(|known| known.id == span).expect("it was found").until += periods;
        pool.prepaid_until = pool.prepaid_until.max(until + periods);
        self.put(id, who, pool);
        Ok(())
    }

    pub(crate) fn cancel_subscription(&mut self, who: &AccountId, id: AgreementId, span: u32) -> Outcome {
        let mut pool = self.running_pool(id)?;
        let next = self.next_period(id, &pool);
        pool.touch(who);
        let found = pool.ledger(who).spans.iter().find(|known| known.id == span).copied().ok_or("no subscription")?;
        let from = next.max(found.from);
        if from >= found.until {
            return Err("nothing to cancel");
        }
        let back: Balance =
            (from..found.until).map(|period| pool.prepaid(&found, period)).sum::<Balance>() * u128::from(found.units);
        let settled = pool.settled;
        let ledger = pool.ledger(who);
        ledger.spans.iter_mut().find(|known| known.id == span).expect("it was found").until = from;
        ledger.forget_finished(settled, false);
        if found.sponsored {
            pool.provider_owed += back;
        } else {
            ledger.credit.refund += back;
        }
        self.see("subscription canceled");
        self.put(id, who, pool);
        Ok(())
    }

    /// Whether new terms can be proposed, as far as the money is concerned.
    pub(crate) fn may_amend(&self, id: AgreementId, waiting: &Waiting, old: &Terms) -> Outcome {
        let pool = self.running_pool(id)?;
        if pool.senior + pool.pending() > 0 && !good_for_backers(&waiting.terms, old) {
            return Err("there are backers");
        }
        let from = waiting.from.max(pool.settled);
        if waiting.carried_over && pool.prepaid_until > waiting.from {
            if pool.prepaid_until.saturating_sub(from) > MAX_CHECKED {
                return Err("settlement is behind");
            }
            if pool.required(from..pool.prepaid_until, Some(waiting)) > pool.capacity() {
                return Err("too little cover");
            }
        }
        Ok(())
    }

    pub(crate) fn accept_amendment(
        &mut self,
        who: &AccountId,
        id: AgreementId,
        version: u32,
        max_payment: Balance,
    ) -> Outcome {
        let mut pool = self.running_pool(id)?;
        let waiting = self.waiting(id).ok_or("no amendment")?;
        let next = self.next_period(id, &pool);
        if version != pool.version() + 1 || waiting.carried_over || next > waiting.from {
            return Err("nothing to sign");
        }
        let after = Prices::new(waiting.from, &waiting.terms.pricing);
        let before = *pool.versions.last().expect("there is a first one");
        let dearer = after.prepayment > before.prepayment;
        let current = pool.version();
        pool.touch(who);
        let moves = |span: &Span| span.version == current && span.until > after.from && !(span.sponsored && dearer);
        let settled = pool.settled;
        let ledger = pool.ledger(who);
        let moving: Vec<Span> = ledger.spans.iter().copied().filter(moves).collect();
        if moving.is_empty() {
            return Err("nothing to sign");
        }
        for span in ledger.spans.iter_mut().filter(|span| moves(span)) {
            span.until = after.from.max(span.from);
        }
        ledger.forget_finished(settled, false);
        let (mut own, mut provider) = ((0u128, 0u128), (0u128, 0u128));
        for span in &moving {
            let from = after.from.max(span.from);
            let amount = u128::from(span.units) * u128::from(span.until - from);
            let side = if span.sponsored { &mut provider } else { &mut own };
            side.0 += amount * before.prepayment;
            side.1 += amount.checked_mul(after.prepayment).ok_or("too much")?;
            ledger.enter(Span { from, version, ..*span })?;
        }
        pool.signed = Some(after);
        let capacity = pool.capacity();
        for span in &moving {
            for period in after.from.max(span.from)..span.until {
                if after.most.checked_mul(pool.units(period, true)).is_none_or(|need| need > capacity) {
                    return Err("too little cover");
                }
            }
        }
        let payment = own.1.saturating_sub(own.0);
        if payment > max_payment {
            return Err("too dear");
        }
        self.pay_in(id, who, payment)?;
        pool.ledger(who).credit.refund += own.0.saturating_sub(own.1);
        pool.provider_owed += provider.0 - provider.1;
        self.see("amendment accepted");
        self.put(id, who, pool);
        Ok(())
    }

    /// New terms have come into force.
    pub(crate) fn amend_pool(&mut self, id: AgreementId, waiting: &Waiting) {
        let mut seen = None;
        let pool = &mut self.pools[id.0 as usize];
        let (current, after) = (pool.version(), Prices::new(waiting.from, &waiting.terms.pricing));
        let before = *pool.versions.last().expect("there is a first one");
        for ledger in pool.ledgers.values_mut() {
            for span in ledger.spans.iter_mut().filter(|span| span.version <= current) {
                let first = after.from.max(span.from);
                let rest = u128::from(span.until.saturating_sub(first)) * u128::from(span.units);
                let back = if waiting.carried_over {
                    seen = seen.or((rest > 0).then_some("amendment carried over"));
                    rest * (before.prepayment - after.prepayment)
                } else {
                    seen = seen.or((rest > 0).then_some("amendment left"));
                    span.until = span.until.min(first);
                    rest * before.prepayment
                };
                if span.sponsored {
                    ledger.for_provider += back;
                } else {
                    ledger.credit.refund += back;
                }
                span.version = current + 1;
            }
        }
        pool.versions.push(after);
        pool.signed = None;
        if let Some(what) = seen {
            self.see(what);
        }
    }

    /// Whether `who` was a customer in the period of `round`, as far as anybody remembers.
    pub(crate) fn is_customer(&self, round: RoundId, who: &AccountId) -> bool {
        let Ok(mut pool) = self.pool(round.agreement) else { return false };
        pool.touch(who);
        let ledger = pool.ledger(who);
        let spans = ledger.spans.iter().map(|span| (span.from, span.until)).chain(ledger.history.iter().copied());
        spans.into_iter().any(|(from, until)| from <= round.period && round.period < until)
    }
}
