// SPDX-License-Identifier: Apache-2.0

//! A pool as plainly as possible.

use super::*;

/// A span of one account: units, or weight.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) who: AccountId,
    pub(super) id: u32,
    pub(super) share: u64,
    pub(super) from: PeriodIndex,
    pub(super) until: PeriodIndex,
    pub(super) version: usize,
    pub(super) sponsored: bool,
}

impl Span {
    pub(super) fn covers(&self, period: PeriodIndex) -> bool {
        (self.from..self.until).contains(&period)
    }
}

/// What somebody has in the vault.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stake {
    pub(super) shares: Balance,
    pub(super) notice: Balance,
    pub(super) deposits: Vec<(PeriodIndex, Balance)>,
    pub(super) exits: Vec<(PeriodIndex, Balance)>,
}

/// What rounding has left of the deposits or exits of a period, until everybody concerned has been written down.
#[derive(Clone, Debug)]
pub(super) struct Crumbs {
    pub(super) people: BTreeSet<AccountId>,
    /// Shares nobody gets.
    pub(super) shares: Balance,
    /// Plancks that will be the provider's.
    pub(super) plancks: Balance,
}

#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) from: PeriodIndex,
    pub(super) pricing: Pricing,
    pub(super) carried_over: bool,
}

#[derive(Clone, Default)]
pub(super) struct ModelPool {
    /// Prices, and from when on.
    pub(super) versions: Vec<(PeriodIndex, Pricing)>,
    pub(super) waiting: Option<Waiting>,
    pub(super) junior: Balance,
    pub(super) senior: Balance,
    pub(super) shares: Balance,
    pub(super) escrow: Balance,
    pub(super) rewards: Balance,
    pub(super) held_back: Balance,
    pub(super) settled: PeriodIndex,
    pub(super) ended: bool,
    pub(super) closed: bool,
    pub(super) subscriptions: Vec<Span>,
    pub(super) team: Vec<Span>,
    pub(super) stakes: BTreeMap<AccountId, Stake>,
    pub(super) crumbs: Vec<Crumbs>,
    /// Refunds of sponsored units, by the customer whose ledger they are in.
    pub(super) sponsored: BTreeMap<AccountId, Balance>,
    pub(super) customers: BTreeSet<(AccountId, PeriodIndex)>,
    pub(super) short: Option<Short>,
    /// How often this and that happened.
    pub(super) seen: Seen,
    pub(super) earned: BTreeMap<AccountId, Claimable>,
}

pub(super) fn billion(share: Perbill) -> u128 {
    share.deconstruct().into()
}

pub(super) const ONE: u128 = 1_000_000_000;

fn prepayment(pricing: &Pricing) -> Balance {
    pricing.unit_price + (pricing.unit_price * billion(pricing.max_bonus)).div_ceil(ONE)
}

fn max_compensation(pricing: &Pricing) -> Balance {
    pricing.cover_per_unit * billion(pricing.credit_cap) / ONE
}

fn no_worse_for_backers(new: &Pricing, old: &Pricing) -> bool {
    new.cover_per_unit <= old.cover_per_unit
        && new.credit_cap <= old.credit_cap
        && new.unit_price >= old.unit_price
        && new.at_risk <= old.at_risk
        && new.max_bonus >= old.max_bonus
        && new.no_data_pay >= old.no_data_pay
        && new.premium_share >= old.premium_share
}

/// How many periods are over.
pub(super) fn ended_by(now: Moment) -> PeriodIndex {
    (0..PERIODS).find(|period| START + PERIOD * Moment::from(period + 1) > now).unwrap_or(PERIODS)
}

impl ModelPool {
    pub(super) fn version(&self) -> usize {
        self.versions.len() - 1
    }

    /// The prices in force in a period, as far as they are decided by boundaries that have come.
    pub(super) fn pricing(&self, period: PeriodIndex) -> Pricing {
        self.versions.iter().rev().find(|(from, _)| *from <= period).unwrap().1
    }

    /// What a unit of the span has prepaid for a period.
    pub(super) fn prepaid(&self, span: &Span, period: PeriodIndex) -> Balance {
        match &self.waiting {
            Some(waiting) if span.version > self.version() => prepayment(&waiting.pricing),
            _ => prepayment(&self.pricing(period)),
        }
    }

    pub(super) fn units(&self, period: PeriodIndex) -> u64 {
        self.subscriptions.iter().filter(|span| span.covers(period)).map(|span| span.share).sum()
    }

    pub(super) fn units_of(&self, period: PeriodIndex, accepted: bool) -> Balance {
        let of = self.subscriptions.iter().filter(|span| (span.version > self.version()) == accepted);
        of.filter(|span| span.covers(period)).map(|span| Balance::from(span.share)).sum()
    }

    /// The most that can be due in a period.
    pub(super) fn needed(&self, period: PeriodIndex, more: Units) -> Balance {
        let units = self.units_of(period, false) + Balance::from(more);
        match &self.waiting {
            Some(waiting) if period >= waiting.from => {
                let counted = if waiting.carried_over { units } else { self.units_of(period, true) };
                counted * max_compensation(&waiting.pricing)
            }
            _ => units * max_compensation(&self.pricing(period)),
        }
    }

    pub(super) fn required_from(&self, first: PeriodIndex) -> Balance {
        let needed = (first..PERIODS).map(|period| self.needed(period, 0)).max().unwrap_or(0);
        if self.ended {
            0
        } else {
            needed
        }
    }

    pub(super) fn required(&self) -> Balance {
        self.required_from(self.settled)
    }

    /// What must stay at `now`: as much as all periods need that are over, and the fullest of the others.
    pub(super) fn required_to_stay(&self, now: Moment) -> Balance {
        let over = |period: &PeriodIndex| START + PERIOD * Moment::from(period + 1) <= now;
        let known: Balance = (self.settled..PERIODS).filter(over).map(|period| self.needed(period, 0)).sum();
        let first = (self.settled..PERIODS).find(|period| !over(period)).unwrap_or(PERIODS);
        if self.ended {
            0
        } else {
            known + self.required_from(first)
        }
    }

    /// How much of it of the provider's stake: what all periods need that have begun.
    pub(super) fn stake_to_stay(&self, now: Moment) -> Balance {
        let begun = |period: &PeriodIndex| START + PERIOD * Moment::from(*period) <= now;
        let needed = (self.settled..PERIODS).filter(begun).map(|period| self.needed(period, 0)).sum();
        if self.ended {
            0
        } else {
            needed
        }
    }

    pub(super) fn next(&self, now: Moment) -> PeriodIndex {
        (0..PERIODS).find(|period| START + PERIOD * Moment::from(*period) > now).unwrap_or(PERIODS)
    }

    pub(super) fn running(&self, now: Moment) -> PeriodIndex {
        self.next(now).saturating_sub(1).max(self.settled)
    }

    pub(super) fn overdue(&self, now: Moment) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| self.next(now) > waiting.from)
    }

    pub(super) fn earned(&mut self, who: AccountId) -> &mut Claimable {
        self.earned.entry(who).or_default()
    }

    pub(super) fn total(&self, who: AccountId) -> Balance {
        self.earned.get(&who).and_then(|earned| earned.total()).unwrap_or(0)
    }

    pub(super) fn pending(&self) -> Balance {
        self.stakes.values().flat_map(|stake| &stake.deposits).map(|(_, amount)| amount).sum()
    }

    pub(super) fn exiting(&self) -> Balance {
        self.stakes.values().flat_map(|stake| &stake.exits).map(|(_, shares)| shares).sum()
    }

    pub(super) fn buckets(&self) -> Buckets {
        let exits = self.earned.values().map(|earned| earned.exit).sum::<Balance>();
        let claims = self.earned.values().map(|earned| earned.total().unwrap()).sum::<Balance>();
        Buckets {
            junior: self.junior,
            senior: self.senior,
            pending: self.pending(),
            exits: exits + self.crumbs.iter().map(|crumbs| crumbs.plancks).sum::<Balance>(),
            escrow: self.escrow,
            rewards: self.rewards,
            held_back: self.held_back,
            owed: claims - exits + self.sponsored.values().sum::<Balance>(),
        }
    }

    /// `who`'s ledger is written.
    pub(super) fn touch(&mut self, who: AccountId) {
        let refund = self.sponsored.remove(&who).unwrap_or(0);
        self.earned(PROVIDER).income += refund;
        for crumbs in &mut self.crumbs {
            crumbs.people.remove(&who);
        }
        let (done, left) = std::mem::take(&mut self.crumbs).into_iter().partition(|crumbs| crumbs.people.is_empty());
        self.crumbs = left;
        for Crumbs { shares, plancks, .. } in done {
            self.shares -= shares;
            self.earned(PROVIDER).income += plancks;
        }
        if self.earned.get(&PROVIDER) == Some(&Claimable::default()) {
            self.earned.remove(&PROVIDER);
        }
    }

    pub(super) fn refund(&mut self, span: &Span, amount: Balance) {
        if span.sponsored {
            *self.sponsored.entry(span.who).or_default() += amount;
        } else {
            self.earned(span.who).refund += amount;
        }
    }

    /// Assets that leave with these shares, rounded up.
    pub(super) fn leaving(&self, shares: Balance) -> Balance {
        (shares * (self.senior + 1)).div_ceil(self.shares + VIRTUAL_SHARES).min(self.senior)
    }

    pub(super) fn capacity(&self) -> Balance {
        let notice = self.stakes.values().map(|stake| stake.notice).sum::<Balance>();
        self.junior + self.senior - self.leaving(notice + self.exiting())
    }

    /// A tenth, rounded up.
    pub(super) fn enough_junior(&self, junior: Balance) -> bool {
        10 * junior >= junior + self.senior + self.pending()
    }

    pub(super) fn slashed(&self) -> bool {
        10 * VIRTUAL_SHARES * (self.senior + 1) < self.shares + VIRTUAL_SHARES
    }

    pub(super) fn top_up(&mut self, amount: Balance) {
        self.junior += amount;
        self.short = self
            .short
            .filter(|short| short.missing > amount)
            .map(|short| Short { missing: short.missing - amount, ..short });
    }

    /// Adds units to what is subscribed; fails when there are too many different spans.
    pub(super) fn enter(&mut self, new: Span) -> bool {
        let kind = |span: &Span| Span { share: 0, id: 0, ..span.clone() };
        match self.subscriptions.iter_mut().find(|span| kind(span) == kind(&new)) {
            Some(span) => span.share += new.share,
            None => self.subscriptions.push(new.clone()),
        }
        let mine = self.subscriptions.iter().filter(|span| span.who == new.who);
        mine.clone().count() <= MAX_POSITIONS as usize
            && (!new.sponsored || mine.filter(|span| span.sponsored).count() <= 4)
    }

    pub(super) fn can_sell(&self, from: PeriodIndex, until: PeriodIndex, units: Units) -> bool {
        let left = |period| self.waiting.as_ref().is_some_and(|next| !next.carried_over && period >= next.from);
        (from..until).all(|period| left(period) || self.needed(period, units) <= self.capacity())
    }

    pub(super) fn subscribe(
        &mut self,
        (who, id, sponsored): (AccountId, u32, bool),
        units: Units,
        periods: PeriodIndex,
        now: Moment,
    ) -> Option<Balance> {
        let from = self.next(now);
        let until = from + periods;
        if self.ended || units == 0 || periods == 0 || periods > MAX_PREPAID || until > PERIODS || self.overdue(now) {
            return None;
        }
        if !self.can_sell(from, until, units) {
            return None;
        }
        let before = self.subscriptions.clone();
        if !self.enter(Span { who, id, share: units, from, until, version: self.version(), sponsored }) {
            self.subscriptions = before;
            return None;
        }
        let payment = prepayment(&self.versions[self.version()].1) * Balance::from(units) * Balance::from(periods);
        self.escrow += payment;
        Some(payment)
    }

    pub(super) fn cancel(&mut self, who: AccountId, id: u32, now: Moment) -> bool {
        let next = self.next(now);
        let Some(at) = self.subscriptions.iter().position(|span| (span.who, span.id) == (who, id)) else {
            return false;
        };
        let span = self.subscriptions[at].clone();
        let from = next.max(span.from);
        if self.ended || span.until <= from {
            return false;
        }
        let back =
            (from..span.until).map(|_| self.prepaid(&span, PERIODS)).sum::<Balance>() * Balance::from(span.share);
        self.escrow -= back;
        self.refund(&span, back);
        self.subscriptions[at].until = from;
        self.subscriptions.retain(|span| span.from < span.until);
        true
    }

    pub(super) fn extend(&mut self, who: AccountId, id: u32, periods: PeriodIndex, now: Moment) -> Option<Balance> {
        let next = self.next(now);
        let at = self.subscriptions.iter().position(|span| (span.who, span.id) == (who, id))?;
        let span = self.subscriptions[at].clone();
        let until = span.until + periods;
        let sane = !self.ended && periods > 0 && until <= PERIODS && until <= next + MAX_PREPAID && !self.overdue(now);
        if !sane || span.sponsored || span.version != self.version() || span.until < next {
            return None;
        }
        if !self.can_sell(span.until, until, span.share) {
            return None;
        }
        let payment = prepayment(&self.versions[self.version()].1) * Balance::from(span.share) * Balance::from(periods);
        self.subscriptions[at].until = until;
        self.escrow += payment;
        Some(payment)
    }

    pub(super) fn can_propose(&self, pricing: &Pricing, from: PeriodIndex, carried_over: bool) -> bool {
        let backed = self.senior + self.pending() > 0;
        let future = Self { waiting: Some(Waiting { from, pricing: *pricing, carried_over }), ..self.clone() };
        (!backed || no_worse_for_backers(pricing, &self.versions[self.version()].1))
            && (!carried_over || future.required_from(from) <= self.capacity())
    }

    /// Returns what has to be paid; the names of new spans count from `id` on.
    pub(super) fn accept(&mut self, who: AccountId, mut id: u32, now: Moment) -> Option<Balance> {
        let before = self.clone();
        let Waiting { from, pricing, carried_over } = self.waiting.clone()?;
        let version = self.version();
        let old = prepayment(&self.versions[version].1);
        let new = prepayment(&pricing);
        let moving = |span: &Span| {
            span.who == who && span.version == version && span.until > from && !(span.sponsored && new > old)
        };
        let spans = self.subscriptions.iter().filter(|span| moving(span)).cloned().collect::<Vec<_>>();
        if self.ended || carried_over || self.overdue(now) || spans.is_empty() {
            return None;
        }
        for span in self.subscriptions.iter_mut().filter(|span| moving(span)) {
            span.until = from.max(span.from);
        }
        self.subscriptions.retain(|span| span.from < span.until);
        let mut payment = 0;
        for span in spans {
            let part = Span { id, from: from.max(span.from), version: version + 1, ..span };
            id += 1;
            let units = Balance::from(part.share) * Balance::from(part.until - part.from);
            self.escrow = self.escrow - units * old + units * new;
            if new > old {
                payment += units * (new - old);
            } else {
                self.refund(&part, units * (old - new));
            }
            // The limit of sponsored spans is one of selling.
            self.enter(part);
        }
        let fits = (from..PERIODS).all(|period| self.needed(period, 0) <= self.capacity());
        let mine = self.subscriptions.iter().filter(|span| span.who == who).count();
        if mine > MAX_POSITIONS as usize || !fits {
            *self = before;
            return None;
        }
        Some(payment)
    }

    pub(super) fn amend(&mut self) {
        let Waiting { from, pricing, carried_over } = self.waiting.take().unwrap();
        let old = prepayment(&self.versions[self.version()].1);
        let version = self.version();
        for span in self.subscriptions.clone().into_iter().filter(|span| span.version == version) {
            let periods = Balance::from(span.until.saturating_sub(span.from.max(from)));
            let each = if carried_over { old - prepayment(&pricing) } else { old };
            let back = each * periods * Balance::from(span.share);
            self.escrow -= back;
            self.refund(&span, back);
            self.seen.carried += usize::from(carried_over && periods > 0);
            self.seen.left += usize::from(!carried_over && periods > 0);
        }
        self.seen.accepted += self.subscriptions.iter().filter(|span| span.version > version).count();
        for span in self.subscriptions.iter_mut().filter(|span| span.version == version) {
            span.version = version + 1;
            if !carried_over {
                span.until = span.until.min(from.max(span.from));
            }
        }
        self.subscriptions.retain(|span| span.from < span.until);
        self.versions.push((from, pricing));
    }

    pub(super) fn set_member(&mut self, who: AccountId, weight: u64, now: Moment) -> bool {
        let from = self.next(now);
        let mut team = self.team.clone();
        let current = team.iter().position(|span| span.who == who && span.until == OPEN_END);
        let before = current.map_or(0, |at| team[at].share);
        if self.ended || from >= PERIODS || before == weight {
            return false;
        }
        if let Some(at) = current {
            team[at].until = from;
            if team[at].from == from {
                team.remove(at);
            }
        }
        if weight > 0 {
            team.push(Span { who, id: 0, share: weight, from, until: OPEN_END, version: 0, sponsored: false });
        }
        let mine = team.iter().filter(|span| span.who == who && span.until > self.settled).count();
        if mine > MAX_POSITIONS as usize {
            return false;
        }
        self.team = team;
        true
    }

    pub(super) fn back(&mut self, who: AccountId, amount: Balance, now: Moment) -> bool {
        let before = self.clone();
        let period = self.running(now);
        let stake = self.stakes.entry(who).or_default();
        match stake.deposits.iter_mut().find(|(of, _)| *of == period) {
            Some((_, sum)) => *sum += amount,
            None => stake.deposits.push((period, amount)),
        }
        let room = stake.deposits.len() <= 8;
        let fine = !self.ended && amount >= 100 && period + 1 < PERIODS && !self.slashed() && room;
        if !fine || !self.enough_junior(self.junior) {
            *self = before;
            return false;
        }
        true
    }

    pub(super) fn cancel_backing(&mut self, who: AccountId, now: Moment) -> Option<Balance> {
        let period = self.running(now);
        let deposits = &mut self.stakes.get_mut(&who)?.deposits;
        let at = deposits.iter().position(|(of, _)| *of == period).filter(|_| !self.ended)?;
        Some(deposits.remove(at).1)
    }

    /// By how much the cover would be too small without these shares.
    pub(super) fn missing_without(&self, shares: Balance, now: Moment) -> Balance {
        let rest = self.junior + self.senior - self.leaving(self.exiting() + shares);
        self.required_from(self.running(now) + 1).saturating_sub(rest)
    }

    pub(super) fn exit(&mut self, who: AccountId, shares: Balance, now: Moment) -> bool {
        let missing = self.missing_without(shares, now);
        let period = self.running(now);
        let (senior, all) = (self.senior, self.shares);
        let Some(stake) = self.stakes.get_mut(&who).filter(|stake| shares > 0 && shares <= stake.notice) else {
            return false;
        };
        let rest = stake.shares - shares;
        let crumb = rest > 0 && rest * (senior + 1) / (all + VIRTUAL_SHARES) < 100;
        let room = stake.exits.len() < 8 || stake.exits.iter().any(|(of, _)| *of == period);
        if self.ended || missing > 0 || crumb || !room {
            return false;
        }
        stake.shares = rest;
        stake.notice -= shares;
        match stake.exits.iter_mut().find(|(of, _)| *of == period) {
            Some((_, sum)) => *sum += shares,
            None => stake.exits.push((period, shares)),
        }
        true
    }

    /// Settles the next period for every subscriber, backer and member in turn. Returns what the reporters, the
    /// treasury and nobody get.
    pub(super) fn settle(
        &mut self,
        verdict: &Verdict,
        settler: Option<AccountId>,
        fee: Balance,
        reporters_take: impl Fn(Balance) -> Balance,
        now: Moment,
    ) -> (Balance, Balance, Balance) {
        let period = self.settled;
        let pricing = self.pricing(period);
        let (price, credit, bonus) = (pricing.unit_price, billion(verdict.credit), billion(verdict.bonus));
        let (pay, wanted) = match verdict.outcome {
            Outcome::NoData => (price * billion(pricing.no_data_pay) / ONE, 0),
            _ => {
                let malus = price * credit / ONE * billion(pricing.at_risk) / ONE;
                (price - malus + price * bonus / ONE, pricing.cover_per_unit * credit / ONE)
            }
        };
        let units = Balance::from(self.units(period));
        let compensation = wanted.min((self.junior + self.senior).checked_div(units).unwrap_or(0));
        self.seen.short += usize::from(units > 0 && compensation < wanted);
        let had_senior = self.senior > 0;
        let mut income = 0;
        let covering = |spans: &[Span]| spans.iter().filter(|span| span.covers(period)).cloned().collect::<Vec<_>>();
        for span in covering(&self.subscriptions) {
            self.customers.insert((span.who, period));
            for _ in 0..span.share {
                let refund = prepayment(&pricing) - pay;
                self.escrow -= pay + refund;
                let from_junior = compensation.min(self.junior);
                self.junior -= from_junior;
                self.senior -= compensation - from_junior;
                self.seen.senior_losses += usize::from(compensation > from_junior);
                income += pay;
                self.refund(&span, refund);
                self.earned(span.who).compensation += compensation;
            }
        }
        if units > 0 && compensation < wanted {
            self.junior += std::mem::take(&mut self.senior);
        }
        let premium = if had_senior { income * billion(pricing.premium_share) / ONE } else { 0 };
        self.senior += premium;
        self.seen.premiums += usize::from(premium > 0);
        let income = income - premium;
        let from_income = fee.min(income);
        let from_junior = (fee - from_income).min(self.junior);
        self.junior -= from_junior;
        self.earned(PROVIDER).income += income - from_income;
        let fee = from_income + from_junior;
        let quarter = fee / 4;
        let reporters = reporters_take(quarter);
        let (settled_by, treasury) = match settler {
            Some(settler) => {
                self.earned(settler).income += quarter;
                (quarter, quarter)
            }
            None => (0, 2 * quarter),
        };
        let team = covering(&self.team);
        let weight = team.iter().map(|span| Balance::from(span.share)).sum::<Balance>();
        if verdict.outcome == Outcome::Met && weight > 0 {
            let each = pricing.team_reward.min(self.rewards) / weight;
            for Span { who, share, .. } in team {
                self.rewards -= each * Balance::from(share);
                self.earned(who).reward += each * Balance::from(share);
            }
        }
        self.settle_backers(period);
        self.settled += 1;
        self.subscriptions.retain(|span| span.until > period + 1);
        let missing = self.required().saturating_sub(self.junior + self.senior);
        let since = self.short.map_or(ended_by(now), |short| short.since);
        self.short = (missing > 0).then_some(Short { since, missing });
        (reporters, treasury, fee - reporters - settled_by - treasury)
    }

    pub(super) fn settle_backers(&mut self, period: PeriodIndex) {
        if self.senior == 0 && self.shares > 0 {
            self.seen.wiped_out += 1;
            self.shares = 0;
            for stake in self.stakes.values_mut() {
                (stake.shares, stake.notice) = (0, 0);
                stake.exits.clear();
            }
            for crumbs in &mut self.crumbs {
                crumbs.shares = 0;
            }
        }
        let (assets, shares, slashed) = (self.senior + 1, self.shares + VIRTUAL_SHARES, self.slashed());
        let of = |list: &mut Vec<(PeriodIndex, Balance)>| {
            let at = list.iter().position(|(of, _)| *of == period);
            at.map_or(0, |at| list.remove(at).1)
        };
        let (mut deposits, mut exits) = (BTreeMap::new(), BTreeMap::new());
        for (who, stake) in &mut self.stakes {
            deposits.insert(*who, of(&mut stake.deposits));
            exits.insert(*who, of(&mut stake.exits));
        }
        deposits.retain(|_, amount| *amount > 0);
        exits.retain(|_, shares| *shares > 0);

        let leaving = exits.values().sum::<Balance>();
        let paid = leaving * assets / shares;
        let mut crumbs = Crumbs { people: exits.keys().copied().collect(), shares: 0, plancks: paid };
        for (who, exit) in exits {
            self.earned(who).exit += exit * assets / shares;
            crumbs.plancks -= exit * assets / shares;
            self.seen.exits += 1;
        }
        self.senior -= paid;
        self.shares -= leaving;
        self.crumbs.push(crumbs);

        if slashed {
            self.seen.returned += deposits.len();
            for (who, amount) in deposits {
                self.earned(who).exit += amount;
            }
        } else {
            let total = deposits.values().sum::<Balance>();
            let minted = total * shares / assets;
            let mut crumbs = Crumbs { people: deposits.keys().copied().collect(), shares: minted, plancks: 0 };
            for (who, amount) in deposits {
                self.stakes.entry(who).or_default().shares += amount * shares / assets;
                crumbs.shares -= amount * shares / assets;
            }
            self.senior += total;
            self.shares += minted;
            self.crumbs.push(crumbs);
        }
        self.crumbs.retain(|crumbs| !crumbs.people.is_empty());
        if self.shares == 0 {
            self.junior += std::mem::take(&mut self.senior);
        }
    }

    pub(super) fn end(&mut self) {
        self.ended = true;
        self.short = None;
        for span in std::mem::take(&mut self.subscriptions) {
            let left = span.from.max(self.settled)..span.until;
            let back = left.map(|period| self.prepaid(&span, period)).sum::<Balance>() * Balance::from(span.share);
            self.escrow -= back;
            self.refund(&span, back);
        }
        self.waiting = None;
        self.team.clear();
        let mut crumbs = Crumbs { people: BTreeSet::new(), shares: 0, plancks: std::mem::take(&mut self.senior) };
        let assets = crumbs.plancks;
        for (who, stake) in std::mem::take(&mut self.stakes) {
            self.earned(who).exit += stake.deposits.iter().map(|(_, amount)| amount).sum::<Balance>();
            let shares = stake.shares + stake.exits.iter().map(|(_, shares)| shares).sum::<Balance>();
            if shares > 0 {
                self.earned(who).exit += shares * assets / self.shares;
                crumbs.plancks -= shares * assets / self.shares;
                crumbs.people.insert(who);
            }
        }
        let holders = self.crumbs.iter().filter(|crumbs| crumbs.shares > 0).flat_map(|crumbs| &crumbs.people);
        crumbs.people.extend(holders);
        if !crumbs.people.is_empty() {
            self.crumbs.push(crumbs);
        }
    }

    /// Compensation first, then refunds, rewards, income and exits.
    pub(super) fn spend(&mut self, who: AccountId, mut amount: Balance) -> bool {
        let mut after = self.clone();
        after.touch(who);
        if amount > after.total(who) {
            return false;
        }
        *self = after;
        let Claimable { compensation, refund, reward, income, exit } = self.earned(who);
        for part in [compensation, refund, reward, income, exit] {
            let taken = amount.min(*part);
            *part -= taken;
            amount -= taken;
        }
        true
    }
}
