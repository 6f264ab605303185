// SPDX-License-Identifier: Apache-2.0

//! The money of an agreement: cover, customers, backers, team, payout.
//!
//! What anybody earns is written down for everybody at once. What the model keeps back, because it can be seen that the
//! runtime does: refunds of sponsored units ([`Ledger::for_provider`]) and what rounding leaves of backers' prices
//! ([`Crumb`]) are the provider's only when the accounts concerned are next *touched*; and who was a customer is
//! remembered from then on.

mod backers;
mod cover;
mod customers;
mod payout;
mod records;
mod settle;

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

pub use records::{Crumb, Ledger, Member, Prices, Span, Waiters};

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

/// A shortage of cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    /// How many periods had ended when it was first seen.
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
    /// Since when.
    pub since: Moment,
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

    /// Compares the cover with what is prepaid of the `periods` there will be, `over` of which have ended. Returns whether it was
    /// too small for too long.
    fn watch(&mut self, over: PeriodIndex, periods: PeriodIndex, waiting: Option<&Waiting>, grace: u32) -> bool {
        let end = self.prepaid_until.min(periods).min(self.settled + MAX_CHECKED);
        let missing = self.required(self.settled..end, waiting).saturating_sub(self.cover());
        if missing == 0 {
            self.short = None;
            return false;
        }
        let since = self.short.map_or(over, |short| short.since);
        self.short = Some(Short { since, missing });
        over - since >= grace
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
