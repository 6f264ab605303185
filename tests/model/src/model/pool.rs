// SPDX-License-Identifier: Apache-2.0

//! The money of an agreement: cover, customers, backers, team, payout.
//!
//! What anybody earns is written down for everybody at once. What the model keeps back, because it can be seen that the
//! runtime does: refunds of sponsored units ([`Ledger::for_provider`]) and what rounding leaves of backers' prices
//! ([`Crumb`]) are the provider's only when the accounts concerned are next *touched*; and who was a customer is
//! remembered from then on.

use super::{
    agreements::{Line, Waiting},
    terms::{good_for_backers, passed, Terms},
    verdict::{compensation_of_unit, max_compensation, mul_div, mul_div_up, part, part_up, pay_of_unit, prepayment},
    AccountId, Model, Outcome,
};
use dsla_primitives::{
    api::Claimable, settlement::Buckets, terms::Pricing, traits::PaymentSource, verdict::Outcome as PeriodOutcome,
    AgreementId, Balance, Moment, PeriodIndex, RoundId,
};
use std::collections::{BTreeMap, BTreeSet};

/// Shares that belong to nobody.
const VIRTUAL: u128 = 1_000_000;
/// The most subscriptions, memberships, and spans remembered, of an account.
const MAX_POSITIONS: usize = 8;
/// The most subscriptions that the provider pays for.
const MAX_SPONSORED: usize = 4;
/// The most periods with deposits, or exits, of an account.
const MAX_WAITING: usize = 8;
/// For how long former customers are remembered.
const MEMORY: PeriodIndex = 16;
/// The most periods prepaid at once.
pub const MAX_PREPAID: PeriodIndex = 36;
/// The most periods looked at.
const MAX_CHECKED: PeriodIndex = 2 * MAX_PREPAID;
/// The most accounts the automatic payout handles in a block.
const MAX_PAYOUTS: u32 = 100;

/// Units of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub id: u32,
    /// How many.
    pub units: u64,
    /// First period.
    pub from: PeriodIndex,
    /// First period that counts no more.
    pub until: PeriodIndex,
    /// Under which version of the terms.
    pub version: u32,
    /// Whether the provider has paid.
    pub sponsored: bool,
}

impl Span {
    fn covers(&self, period: PeriodIndex) -> bool {
        self.from <= period && period < self.until
    }

    fn is_over(&self, settled: PeriodIndex) -> bool {
        self.until <= self.from.max(settled)
    }
}

/// A member of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its weight.
    pub weight: u64,
    /// First period.
    pub from: PeriodIndex,
    /// First period that counts no more, if that is known.
    pub until: Option<PeriodIndex>,
}

impl Member {
    fn covers(&self, period: PeriodIndex) -> bool {
        self.from <= period && self.until.is_none_or(|until| period < until)
    }
}

/// What an account has under an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Subscriptions.
    pub spans: Vec<Span>,
    /// Memberships.
    pub team: Vec<Member>,
    /// What can be claimed.
    pub credit: Claimable,
    /// Refunds that will be the provider's.
    pub for_provider: Balance,
    /// Shares of the vault, without those that wait for their exit.
    pub shares: Balance,
    /// Those of them under notice.
    pub notice: Balance,
    /// Deposits that wait: period and amount.
    pub deposits: Vec<(PeriodIndex, Balance)>,
    /// Exits that wait: period and shares.
    pub exits: Vec<(PeriodIndex, Balance)>,
    /// Shares that were priced at the end of the agreement and are not written off.
    pub last_shares: Balance,
    /// When the account was a customer.
    pub history: Vec<(PeriodIndex, PeriodIndex)>,
    /// The name of the next subscription.
    pub next_id: u32,
}

impl Ledger {
    fn is_empty(&self) -> bool {
        self.spans.is_empty()
            && self.team.is_empty()
            && self.credit == Claimable::default()
            && self.shares == 0
            && self.deposits.is_empty()
            && self.exits.is_empty()
            && self.history.is_empty()
    }

    fn forget_finished(&mut self, settled: PeriodIndex, ended: bool) {
        let over = |span: &Span| ended || span.is_over(settled);
        for span in self.spans.iter().copied().filter(|span| over(span)).collect::<Vec<_>>() {
            self.remember(span.from, span.until);
        }
        self.spans.retain(|span| !over(span));
    }

    fn remember(&mut self, mut from: PeriodIndex, mut until: PeriodIndex) {
        if from >= until {
            return;
        }
        let touches = |(a, b): &(PeriodIndex, PeriodIndex), from, until| *a <= until && from <= *b;
        let (mut rest, mut changed) = (Vec::new(), (from, until));
        for known in &self.history {
            if touches(known, changed.0, changed.1) {
                changed = (changed.0.min(known.0), changed.1.max(known.1));
            } else {
                rest.push(*known);
            }
        }
        (from, until) = changed;
        if rest.len() >= MAX_POSITIONS {
            let oldest = (0..rest.len()).min_by_key(|at| rest[*at].1).expect("it is full");
            rest.remove(oldest);
        }
        rest.push((from, until));
        self.history = rest;
    }

    fn enter(&mut self, new: Span) -> Outcome {
        let same = |span: &&mut Span| {
            (span.from, span.until, span.version, span.sponsored) == (new.from, new.until, new.version, new.sponsored)
        };
        if let Some(span) = self.spans.iter_mut().find(same) {
            span.units = span.units.checked_add(new.units).ok_or("too many units")?;
            return Ok(());
        }
        if self.spans.len() >= MAX_POSITIONS {
            return Err("too many subscriptions");
        }
        self.spans.push(Span { id: self.next_id, ..new });
        self.next_id += 1;
        Ok(())
    }
}

/// What rounding has left of the deposits or the exits of a period, until everybody concerned is touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Who is concerned and was not touched.
    people: BTreeSet<AccountId>,
    /// Shares nobody gets.
    shares: Balance,
    /// Plancks for the provider.
    assets: Balance,
}

/// Whose deposits and exits of a period are not written down yet. When there are none, there is no row to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiters {
    /// Who made deposits.
    joiners: BTreeSet<AccountId>,
    /// Who asked for exits.
    leavers: BTreeSet<AccountId>,
    /// Whether the shares of these are worth nothing any more.
    void: bool,
    /// Whether they have their price.
    priced: bool,
}

impl Waiters {
    fn is_empty(&self) -> bool {
        self.joiners.is_empty() && self.leavers.is_empty()
    }

    /// Shares that are worth nothing make room for others.
    fn forget_void(&mut self) {
        if std::mem::take(&mut self.void) {
            self.leavers.clear();
        }
    }
}

/// What a unit costs and what it may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// From which period on.
    pub from: PeriodIndex,
    /// What it prepays.
    pub prepayment: Balance,
    /// The most it is compensated.
    pub most: Balance,
}

impl Prices {
    fn new(from: PeriodIndex, pricing: &Pricing) -> Self {
        Self { from, prepayment: prepayment(pricing), most: max_compensation(pricing) }
    }
}

/// A shortage of cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// With which period it began.
    pub since: PeriodIndex,
    /// What is missing.
    pub missing: Balance,
}

/// A pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    /// Whose it is.
    pub provider: AccountId,
    /// The provider's stake.
    pub junior: Balance,
    /// The backers' stake.
    pub senior: Balance,
    /// The budget of the team.
    pub rewards: Balance,
    /// Redemptions.
    pub held_back: Balance,
    /// The provider's income.
    pub provider_owed: Balance,
    /// All shares of the backers.
    pub shares: Balance,
    /// What is left of what the backers had at the end.
    pub left: Balance,
    /// Whether the backers' stake was priced for the last time.
    pub vault_ended: bool,
    /// Rounding.
    pub crumbs: Vec<Crumb>,
    /// Periods whose deposits and exits somebody still has to be told of.
    pub waiters: BTreeMap<PeriodIndex, Waiters>,
    /// Prices that have come into force.
    pub versions: Vec<Prices>,
    /// Those of an amendment that somebody has signed.
    pub signed: Option<Prices>,
    /// How many periods are settled.
    pub settled: PeriodIndex,
    /// Up to where anybody has ever prepaid.
    pub prepaid_until: PeriodIndex,
    /// A shortage.
    pub short: Option<Short>,
    /// Whether the agreement is over.
    pub ended: bool,
    /// Whether everything was paid out.
    pub closed: bool,
    /// Whether it waits for the automatic payout.
    pub queued: bool,
    /// Rows about periods that were never settled, which somebody has to remove.
    pub stale_rows: usize,
    /// Accounts.
    pub ledgers: BTreeMap<AccountId, Ledger>,
    /// What moved in the last settlement: units, income, premium, refunds, compensation, losses, reward, fee, burned.
    pub last: [Balance; 10],
}

/// A place in the queue of the automatic payout.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// Which pool.
    pub pool: usize,
    /// From when on.
    pub from: Moment,
    /// Whether it has begun, and whom it visited last.
    pub begun: Option<Option<AccountId>>,
}

impl Pool {
    /// An empty pool.
    pub fn new(provider: AccountId, pricing: &Pricing) -> Self {
        Self {
            provider,
            junior: 0,
            senior: 0,
            rewards: 0,
            held_back: 0,
            provider_owed: 0,
            shares: 0,
            left: 0,
            vault_ended: false,
            crumbs: Vec::new(),
            waiters: BTreeMap::new(),
            versions: vec![Prices::new(0, pricing)],
            signed: None,
            settled: 0,
            prepaid_until: 0,
            short: None,
            ended: false,
            closed: false,
            queued: false,
            stale_rows: 0,
            ledgers: BTreeMap::new(),
            last: [0; 10],
        }
    }

    fn version(&self) -> u32 {
        self.versions.len() as u32 - 1
    }

    /// What a unit of `span` has prepaid for `period`.
    pub fn prepaid(&self, span: &Span, period: PeriodIndex) -> Balance {
        if span.version > self.version() {
            return self.signed.expect("somebody signed").prepayment;
        }
        self.versions.iter().rev().find(|prices| prices.from <= period).expect("the first begins at 0").prepayment
    }

    /// Units of `period`: without, or of, the amendment that waits.
    pub fn units(&self, period: PeriodIndex, signed: bool) -> u128 {
        let spans = self.ledgers.values().flat_map(|ledger| &ledger.spans);
        let counts = |span: &&Span| span.covers(period) && (span.version > self.version()) == signed;
        spans.filter(counts).map(|span| u128::from(span.units)).sum()
    }

    fn weight(&self, period: PeriodIndex) -> u128 {
        let members = self.ledgers.values().flat_map(|ledger| &ledger.team);
        members.filter(|member| member.covers(period)).map(|member| u128::from(member.weight)).sum()
    }

    /// What pays compensation.
    pub fn cover(&self) -> Balance {
        self.junior + self.senior
    }

    /// Shares under notice.
    pub fn notice(&self) -> Balance {
        self.ledgers.values().map(|ledger| ledger.notice).sum()
    }

    /// Shares that wait for their exit.
    pub fn exiting(&self) -> Balance {
        self.ledgers.values().flat_map(|ledger| &ledger.exits).map(|(_, shares)| shares).sum()
    }

    /// What backers have paid in and waits.
    pub fn pending(&self) -> Balance {
        self.ledgers.values().flat_map(|ledger| &ledger.deposits).map(|(_, amount)| amount).sum()
    }

    /// What shares are worth, rounded down.
    pub fn worth(&self, shares: Balance) -> Balance {
        mul_div(shares, self.senior + 1, self.shares + VIRTUAL)
    }

    /// What the leaving of shares may cost, rounded up.
    fn leaving(&self, shares: Balance) -> Balance {
        mul_div_up(shares, self.senior + 1, self.shares + VIRTUAL).min(self.senior)
    }

    /// The cover that new units can count on.
    pub fn capacity(&self) -> Balance {
        self.cover() - self.leaving(self.notice() + self.exiting())
    }

    fn is_slashed(&self) -> bool {
        (self.senior + 1) * VIRTUAL * 10 < self.shares + VIRTUAL
    }

    /// The sums of everything.
    pub fn buckets(&self) -> Buckets {
        let mut escrow = 0;
        let (mut owed, mut exits) = (self.provider_owed, self.left);
        for ledger in self.ledgers.values() {
            for span in ledger.spans.iter().filter(|_| !self.ended) {
                let periods = span.from.max(self.settled)..span.until;
                escrow += periods.map(|period| self.prepaid(span, period)).sum::<Balance>() * u128::from(span.units);
            }
            let Claimable { refund, compensation, reward, income, exit } = ledger.credit;
            owed += refund + compensation + reward + income + ledger.for_provider;
            exits += exit;
        }
        exits += self.crumbs.iter().map(|crumb| crumb.assets).sum::<Balance>();
        Buckets {
            junior: self.junior,
            senior: self.senior,
            pending: self.pending(),
            exits,
            escrow,
            rewards: self.rewards,
            held_back: self.held_back,
            owed,
        }
    }

    fn is_empty(&self) -> bool {
        self.buckets().total() == Some(0)
    }

    /// `who` is written: what waited for that happens.
    pub fn touch(&mut self, who: &AccountId) {
        let (settled, ended) = (self.settled, self.ended);
        let ledger = self.ledgers.entry(who.clone()).or_default();
        self.provider_owed += std::mem::take(&mut ledger.for_provider);
        ledger.forget_finished(settled, ended);
        ledger.team.retain(|member| !ended && member.until.is_none_or(|until| until > member.from.max(settled)));
        ledger.history.retain(|(_, until)| !ended && until + MEMORY > settled);
        self.shares -= std::mem::take(&mut ledger.last_shares);
        for crumb in &mut self.crumbs {
            if crumb.people.remove(who) && crumb.people.is_empty() {
                self.shares -= crumb.shares;
                self.provider_owed += crumb.assets;
            }
        }
        self.crumbs.retain(|crumb| !crumb.people.is_empty());
        for waiters in self.waiters.values_mut() {
            if waiters.priced || ended {
                waiters.joiners.remove(who);
            }
            if waiters.priced || ended || waiters.void {
                waiters.leavers.remove(who);
            }
        }
        self.waiters.retain(|_, waiters| !waiters.is_empty());
        if self.vault_ended && self.shares == 0 {
            self.provider_owed += std::mem::take(&mut self.left);
        }
    }

    /// The ledger of `who` is stored: it is dropped when there is nothing in it.
    fn store(&mut self, who: &AccountId) {
        if self.ledgers.get(who).is_some_and(Ledger::is_empty) {
            self.ledgers.remove(who);
        }
    }

    fn ledger(&mut self, who: &AccountId) -> &mut Ledger {
        self.ledgers.entry(who.clone()).or_default()
    }

    /// What `who` can claim.
    pub fn claimable(&self, who: &AccountId) -> Claimable {
        if self.closed {
            return Claimable::default();
        }
        if *who == self.provider {
            let mut pool = self.clone();
            pool.touch(who);
            let mut credit = pool.ledgers[who].credit;
            credit.income += pool.provider_owed;
            return credit;
        }
        self.ledgers.get(who).map(|ledger| ledger.credit).unwrap_or_default()
    }

    /// What a unit of `period` may cost the cover: one nobody signed for, and one somebody did.
    fn needs(&self, period: PeriodIndex, waiting: Option<&Waiting>) -> (Option<Balance>, Option<Balance>) {
        if let Some(waiting) = waiting.filter(|waiting| waiting.from <= period) {
            let most = max_compensation(&waiting.terms.pricing);
            return if waiting.carried_over { (Some(most), None) } else { (None, Some(most)) };
        }
        (self.versions.iter().rev().find(|prices| prices.from <= period).map(|prices| prices.most), None)
    }

    /// The cover that the prepaid units of `periods` need.
    fn required(&self, periods: std::ops::Range<PeriodIndex>, waiting: Option<&Waiting>) -> Balance {
        let mut most = 0;
        for period in periods {
            let (plain, signed) = self.needs(period, waiting);
            most = most.max(plain.map_or(0, |per_unit| per_unit * self.units(period, false)));
            most = most.max(signed.map_or(0, |per_unit| per_unit * self.units(period, true)));
        }
        most
    }

    fn top_up(&mut self, amount: Balance) {
        self.junior += amount;
        if let Some(short) = &mut self.short {
            short.missing = short.missing.saturating_sub(amount);
            if short.missing == 0 {
                self.short = None;
            }
        }
    }

    /// Deposits and exits of `period` get their price.
    fn price_backers(&mut self, period: PeriodIndex) {
        if self.senior == 0 && self.shares > 0 {
            for ledger in self.ledgers.values_mut() {
                (ledger.shares, ledger.notice) = (0, 0);
                ledger.exits.clear();
            }
            self.crumbs.iter_mut().for_each(|crumb| crumb.shares = 0);
            self.shares = 0;
            self.waiters.values_mut().filter(|waiters| !waiters.priced).for_each(|waiters| waiters.void = true);
        }
        if let Some(waiters) = self.waiters.get_mut(&period) {
            waiters.forget_void();
            waiters.priced = true;
        }
        self.waiters.retain(|_, waiters| !waiters.is_empty());
        let (assets, shares) = (self.senior + 1, self.shares + VIRTUAL);
        let returned = self.is_slashed();
        let (mut leavers, mut joiners) = (BTreeSet::new(), BTreeSet::new());
        let (mut all_exits, mut given, mut all_deposits, mut made) = (0, 0, 0, 0);
        for (who, ledger) in &mut self.ledgers {
            for (_, leaving) in ledger.exits.extract_if(.., |(of, _)| *of == period) {
                let worth = mul_div(leaving, assets, shares);
                ledger.credit.exit += worth;
                (all_exits, given) = (all_exits + leaving, given + worth);
                leavers.insert(who.clone());
            }
            for (_, amount) in ledger.deposits.extract_if(.., |(of, _)| *of == period) {
                if returned {
                    ledger.credit.exit += amount;
                } else {
                    let bought = mul_div(amount, shares, assets);
                    ledger.shares += bought;
                    (all_deposits, made) = (all_deposits + amount, made + bought);
                    joiners.insert(who.clone());
                }
            }
        }
        let paid = mul_div(all_exits, assets, shares);
        let minted = mul_div(all_deposits, shares, assets);
        self.senior = self.senior - paid + all_deposits;
        self.shares = self.shares - all_exits + minted;
        if !leavers.is_empty() {
            self.crumbs.push(Crumb { people: leavers, shares: 0, assets: paid - given });
        }
        if !joiners.is_empty() {
            self.crumbs.push(Crumb { people: joiners, shares: minted - made, assets: 0 });
        }
        if self.shares == 0 {
            self.junior += std::mem::take(&mut self.senior);
        }
    }

    /// Compares the cover with what is prepaid. Returns whether it was too small for too long.
    fn watch(&mut self, period: PeriodIndex, waiting: Option<&Waiting>, grace: u32) -> bool {
        let end = self.prepaid_until.min(self.settled + MAX_CHECKED);
        let missing = self.required(self.settled..end, waiting).saturating_sub(self.cover());
        if missing == 0 {
            self.short = None;
            return false;
        }
        let since = self.short.map_or(period, |short| short.since);
        self.short = Some(Short { since, missing });
        period - since >= grace
    }
}

impl Model {
    fn account_of(&self, id: AgreementId) -> AccountId {
        (self.facts.pool_account)(id.0)
    }

    /// A copy of the pool of `id`, which takes its place when everything has worked.
    pub(crate) fn pool(&self, id: AgreementId) -> Outcome<Pool> {
        self.pools.get(id.0 as usize).filter(|pool| !pool.closed).cloned().ok_or("no pool")
    }

    fn running_pool(&self, id: AgreementId) -> Outcome<Pool> {
        self.pool(id).and_then(|pool| if pool.ended { Err("the agreement is over") } else { Ok(pool) })
    }

    fn provided_pool(&self, id: AgreementId, who: &AccountId) -> Outcome<Pool> {
        self.pool(id).and_then(|pool| if pool.provider == *who { Ok(pool) } else { Err("not the provider") })
    }

    /// The first period that has not begun.
    fn next_period(&self, id: AgreementId, pool: &Pool) -> PeriodIndex {
        let agreement = &self.agreements[id.0 as usize];
        passed(&agreement.terms().schedule, self.now()).min(agreement.periods).max(pool.settled)
    }

    fn running_period(&self, id: AgreementId, pool: &Pool) -> PeriodIndex {
        self.next_period(id, pool).saturating_sub(1).max(pool.settled)
    }

    fn waiting(&self, id: AgreementId) -> Option<&Waiting> {
        self.agreements[id.0 as usize].amendment()
    }

    fn pay_in(&mut self, id: AgreementId, who: &AccountId, amount: Balance) -> Outcome {
        let account = self.account_of(id);
        if amount == 0 {
            Ok(())
        } else {
            self.accounts.pay(who, &account, amount)
        }
    }

    fn pay_out(&mut self, id: AgreementId, who: &AccountId, amount: Balance) -> Outcome {
        let account = self.account_of(id);
        self.accounts.pay(&account, who, amount)
    }

    fn put(&mut self, id: AgreementId, who: &AccountId, mut pool: Pool) {
        pool.store(who);
        self.pools[id.0 as usize] = pool;
    }

    /// Puts a pool back from which something was paid; it closes when that was the last.
    fn put_or_close(&mut self, id: AgreementId, mut pool: Pool) {
        if pool.ended && pool.is_empty() {
            pool.closed = true;
            let (account, provider) = (self.account_of(id), pool.provider.clone());
            self.accounts.pay_all(&account, &provider);
            self.see("pool closed");
        }
        self.pools[id.0 as usize] = pool;
    }

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
            if pool.prepaid_until.saturating_sub(pool.settled) > MAX_CHECKED {
                return Err("settlement is behind");
            }
            // All periods that are over may have been missed; of the others, one.
            let agreement = &self.agreements[id.0 as usize];
            let over = passed(&agreement.terms().schedule, self.now()).saturating_sub(1).min(agreement.periods);
            let over = over.clamp(pool.settled, pool.prepaid_until.max(pool.settled));
            let waiting = self.waiting(id);
            let known: Balance = (pool.settled..over).map(|period| pool.required(period..period + 1, waiting)).sum();
            if pool.capacity() < known + pool.required(over..pool.prepaid_until, waiting) {
                return Err("cover is needed");
            }
            // The first loss of what has begun is the provider's own.
            let begun = passed(&agreement.terms().schedule, self.now()).min(agreement.periods);
            if pool.junior < known + pool.required(over..begun.clamp(over, pool.prepaid_until.max(over)), waiting) {
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
        if pool.prepaid_until > period + 1 {
            if pool.prepaid_until - (period + 1) > MAX_CHECKED {
                return Err("settlement is behind");
            }
            let stays = pool.cover() - pool.leaving(pool.exiting() + shares);
            if pool.required(period + 1..pool.prepaid_until, self.waiting(id)) > stays {
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
        // What the cover has for each unit; nothing without units.
        if let Some(affordable) = pool.cover().checked_div(units) {
            let pay = pay_of_unit(pricing, verdict);
            let refund = prepayment(pricing) - pay;
            let full = compensation_of_unit(pricing, verdict);
            let paid = full.min(affordable);
            if paid < full {
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
        let uncovered = (pool.cover() < before || pool.short.is_some())
            && pool.watch(period, self.waiting(id), self.params.grace_periods);
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
            let from = self.now() + self.params.sweep_delay;
            self.sweep.push_back(Sweep { pool: id.0 as usize, from, begun: None });
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

    /// Whether `who` was a customer in the period of `round`, as far as anybody remembers.
    pub(crate) fn is_customer(&self, round: RoundId, who: &AccountId) -> bool {
        let Ok(mut pool) = self.pool(round.agreement) else { return false };
        pool.touch(who);
        let ledger = pool.ledger(who);
        let spans = ledger.spans.iter().map(|span| (span.from, span.until)).chain(ledger.history.iter().copied());
        spans.into_iter().any(|(from, until)| from <= round.period && round.period < until)
    }

    /// Whether `who` backs the pool.
    pub(crate) fn is_backer(&self, id: AgreementId, who: &AccountId) -> bool {
        let ledger = self.pools.get(id.0 as usize).filter(|pool| !pool.closed).and_then(|pool| pool.ledgers.get(who));
        ledger.is_some_and(|l| l.shares > 0 || !l.deposits.is_empty() || !l.exits.is_empty())
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
            let Some(head) = self.sweep.front().cloned().filter(|head| head.from <= self.now()) else { return };
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

fn enter(list: &mut Vec<(PeriodIndex, Balance)>, period: PeriodIndex, amount: Balance) -> Outcome {
    if let Some((_, sum)) = list.iter_mut().find(|(of, _)| *of == period) {
        *sum += amount;
        return Ok(());
    }
    if list.len() >= MAX_WAITING {
        return Err("too many periods");
    }
    list.push((period, amount));
    Ok(())
}
