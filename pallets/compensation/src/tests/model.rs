// SPDX-License-Identifier: Apache-2.0

//! Random histories of two agreements, against a model that does everything at once and for everybody in turn: no
//! indices, no laziness, no rows about versions. After every step each account's claim, shares and wallet, and each
//! bucket, is compared to the planck.
//!
//! One thing is lazy in the model too, because it can be seen: what rounding leaves of the exits of a period, and what
//! sponsored units get back, becomes the provider's when the last ledger concerned is written.
//!
//! `DSLA_OPS=1000000` makes it about that many steps.

use super::*;
use crate::{
    vault::VIRTUAL_SHARES, Accounts, ClaimFee, Pools, Short, SweepCursor, SweepHead, SweepQueue, MAX_POSITIONS,
    OPEN_END,
};
use dsla_primitives::{
    terms::Pricing,
    traits::{Parties, Standing},
    verdict::{Outcome, Verdict},
    Moment, RoundId, Units,
};
use proptest::{prelude::*, test_runner::TestRunner};
use sp_runtime::Perbill;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Accounts that take part; the last two have no wallet at first.
const PEOPLE: [AccountId; 7] = [PROVIDER, ALICE, BOB, CAROL, SETTLER, NOBODY, NOBODY + 1];
const AGREEMENTS: [AgreementId; 2] = [SLA, OTHER];

#[derive(Clone, Debug)]
enum Op {
    Stake(usize, Balance),
    Withdraw(usize, Balance),
    Fund(usize, Balance),
    Subscribe(usize, usize, Units, PeriodIndex),
    Sponsor(usize, usize, Units, PeriodIndex),
    /// The n-th subscription.
    Cancel(usize, usize, usize),
    Extend(usize, usize, usize, PeriodIndex),
    /// Other prices, worse for some; from so many periods after the next one.
    Propose(usize, Pricing, PeriodIndex),
    /// No worse for customers.
    Improve(usize, Perbill, PeriodIndex),
    /// No worse for backers.
    RaisePrice(usize, Balance, PeriodIndex),
    Accept(usize, usize),
    Amend(usize),
    SetMember(usize, usize, u64),
    Back(usize, usize, Balance),
    CancelBacking(usize, usize),
    /// This many percent of the shares that are not under notice, and so on.
    Notice(usize, usize, Balance),
    WithdrawNotice(usize, usize, Balance),
    Exit(usize, usize, Balance),
    Claim(usize, usize),
    HoldWallet(usize, usize, Balance),
    /// This many percent of what can be claimed.
    HoldClaimable(usize, usize, usize, Balance),
    Release(usize, Balance),
    Refund(usize, usize, Balance),
    Settle(usize, u8, u32, Option<usize>),
    Reporters(u8),
    Fee(Balance),
    ClaimFee(u32, u32),
    Sweep(u32),
    Wait(Moment),
    End(usize),
    WithdrawRewards(usize, Balance),
}

fn any_op() -> impl Strategy<Value = Op> {
    let sla = 0..AGREEMENTS.len();
    let who = 0..PEOPLE.len();
    let amount = || prop_oneof![0..200u128, 0..40_000u128];
    let units = || prop_oneof![0..4u64, 0..30u64];
    let backer = || 1..4usize;
    let credit = || prop_oneof![Just(1_000_000_000u32), 0u32..=1_000_000_000];
    let percent = || prop_oneof![Just(100u128), 0..110u128];
    prop_oneof![
        2 => (sla.clone(), amount()).prop_map(|(a, x)| Op::Stake(a, x)),
        4 => (sla.clone(), 0..10_000u128).prop_map(|(a, x)| Op::Withdraw(a, x)),
        2 => (sla.clone(), 0..500u128).prop_map(|(a, x)| Op::Fund(a, x)),
        14 => (sla.clone(), who.clone(), units(), 0..8u32).prop_map(|(a, w, u, p)| Op::Subscribe(a, w, u, p)),
        4 => (sla.clone(), who.clone(), 0..4u64, 0..8u32).prop_map(|(a, w, u, p)| Op::Sponsor(a, w, u, p)),
        5 => (sla.clone(), who.clone(), 0..2usize).prop_map(|(a, w, n)| Op::Cancel(a, w, n)),
        6 => (sla.clone(), who.clone(), 0..2usize, 0..4u32).prop_map(|(a, w, n, p)| Op::Extend(a, w, n, p)),
        2 => (sla.clone(), any_pricing(), 0..3u32).prop_map(|(a, p, n)| Op::Propose(a, p, n)),
        1 => (sla.clone(), 500_000_000u32..=1_000_000_000, 0..3u32)
            .prop_map(|(a, s, n)| Op::Improve(a, Perbill::from_parts(s), n)),
        1 => (sla.clone(), 0..300u128, 0..3u32).prop_map(|(a, x, n)| Op::RaisePrice(a, x, n)),
        12 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::Accept(a, w)),
        4 => sla.clone().prop_map(Op::Amend),
        12 => (sla.clone(), backer(), prop_oneof![50..300u128, 0..40_000u128])
            .prop_map(|(a, w, x)| Op::Back(a, w, x)),
        2 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::CancelBacking(a, w)),
        10 => (sla.clone(), backer(), percent()).prop_map(|(a, w, x)| Op::Notice(a, w, x)),
        2 => (sla.clone(), who.clone(), percent()).prop_map(|(a, w, x)| Op::WithdrawNotice(a, w, x)),
        12 => (sla.clone(), backer(), percent()).prop_map(|(a, w, x)| Op::Exit(a, w, x)),
        1 => (0..12u32, 0..12u32).prop_map(|(p, t)| Op::ClaimFee(p, t)),
        6 => (sla.clone(), who.clone(), 0..6u64).prop_map(|(a, w, x)| Op::SetMember(a, w, x)),
        5 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::Claim(a, w)),
        1 => (sla.clone(), who.clone(), amount()).prop_map(|(a, w, x)| Op::HoldWallet(a, w, x)),
        5 => (sla.clone(), sla.clone(), who.clone(), 0..110u128).prop_map(|(a, b, w, x)| Op::HoldClaimable(a, b, w, x)),
        2 => (sla.clone(), 0..2_000u128).prop_map(|(a, x)| Op::Release(a, x)),
        2 => (sla.clone(), who.clone(), 0..2_000u128).prop_map(|(a, w, x)| Op::Refund(a, w, x)),
        20 => (sla.clone(), 0..8u8, credit(), prop::option::of(who.clone()))
            .prop_map(|(a, o, s, w)| Op::Settle(a, o, s, w)),
        1 => (0..4u8).prop_map(Op::Reporters),
        1 => (0..300u128).prop_map(Op::Fee),
        3 => (0..12u32).prop_map(Op::Sweep),
        14 => (0..PERIOD * 3 / 2).prop_map(Op::Wait),
        1 => (sla.clone(), 0..3u8).prop_map(|(a, n)| if n == 0 { Op::End(a) } else { Op::Wait(PERIOD) }),
        1 => (sla, 0..500u128).prop_map(|(a, x)| Op::WithdrawRewards(a, x)),
    ]
}

/// Terms with numbers that do not divide.
fn any_pricing() -> impl Strategy<Value = Pricing> {
    let share = || prop_oneof![1 => Just(1_000_000_000u32), 2 => 0u32..=1_000_000_000];
    let price = prop_oneof![Just(0u128), 0..1_500u128, 0..1_500u128];
    let premium = prop_oneof![Just(0u32), Just(200_000_000u32), share()];
    (price, 0..4_000u128, prop::array::uniform4(share()), 0..200u128, premium).prop_map(
        |(unit_price, cover_per_unit, shares, team_reward, premium)| {
            let [credit_cap, at_risk, max_bonus, no_data_pay] = shares.map(Perbill::from_parts);
            let premium_share = Perbill::from_parts(premium);
            Pricing {
                unit_price,
                cover_per_unit,
                credit_cap,
                at_risk,
                max_bonus,
                premium_share,
                team_reward,
                no_data_pay,
            }
        },
    )
}

/// A span of one account: units, or weight.
#[derive(Clone, Debug, PartialEq)]
struct Span {
    who: AccountId,
    id: u32,
    share: u64,
    from: PeriodIndex,
    until: PeriodIndex,
    version: usize,
    sponsored: bool,
}

impl Span {
    fn covers(&self, period: PeriodIndex) -> bool {
        (self.from..self.until).contains(&period)
    }
}

/// What somebody has in the vault.
#[derive(Clone, Debug, Default, PartialEq)]
struct Stake {
    shares: Balance,
    notice: Balance,
    deposits: Vec<(PeriodIndex, Balance)>,
    exits: Vec<(PeriodIndex, Balance)>,
}

/// What rounding has left of the deposits or exits of a period, until everybody concerned has been written down.
#[derive(Clone, Debug)]
struct Crumbs {
    people: BTreeSet<AccountId>,
    /// Shares nobody gets.
    shares: Balance,
    /// Plancks that will be the provider's.
    plancks: Balance,
}

#[derive(Clone, Debug)]
struct Waiting {
    from: PeriodIndex,
    pricing: Pricing,
    carried_over: bool,
}

#[derive(Clone, Default)]
struct ModelPool {
    /// Prices, and from when on.
    versions: Vec<(PeriodIndex, Pricing)>,
    waiting: Option<Waiting>,
    junior: Balance,
    senior: Balance,
    shares: Balance,
    escrow: Balance,
    rewards: Balance,
    held_back: Balance,
    settled: PeriodIndex,
    ended: bool,
    closed: bool,
    subscriptions: Vec<Span>,
    team: Vec<Span>,
    stakes: BTreeMap<AccountId, Stake>,
    crumbs: Vec<Crumbs>,
    /// Refunds of sponsored units, by the customer whose ledger they are in.
    sponsored: BTreeMap<AccountId, Balance>,
    customers: BTreeSet<(AccountId, PeriodIndex)>,
    short: Option<Short>,
    /// How often this and that happened.
    seen: Seen,
    earned: BTreeMap<AccountId, Claimable>,
}

fn billion(share: Perbill) -> u128 {
    share.deconstruct().into()
}

const ONE: u128 = 1_000_000_000;

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

impl ModelPool {
    fn version(&self) -> usize {
        self.versions.len() - 1
    }

    /// The prices in force in a period, as far as they are decided by boundaries that have come.
    fn pricing(&self, period: PeriodIndex) -> Pricing {
        self.versions.iter().rev().find(|(from, _)| *from <= period).unwrap().1
    }

    /// What a unit of the span has prepaid for a period.
    fn prepaid(&self, span: &Span, period: PeriodIndex) -> Balance {
        match &self.waiting {
            Some(waiting) if span.version > self.version() => prepayment(&waiting.pricing),
            _ => prepayment(&self.pricing(period)),
        }
    }

    fn units(&self, period: PeriodIndex) -> u64 {
        self.subscriptions.iter().filter(|span| span.covers(period)).map(|span| span.share).sum()
    }

    fn units_of(&self, period: PeriodIndex, accepted: bool) -> Balance {
        let of = self.subscriptions.iter().filter(|span| (span.version > self.version()) == accepted);
        of.filter(|span| span.covers(period)).map(|span| Balance::from(span.share)).sum()
    }

    /// The most that can be due in a period.
    fn needed(&self, period: PeriodIndex, more: Units) -> Balance {
        let units = self.units_of(period, false) + Balance::from(more);
        match &self.waiting {
            Some(waiting) if period >= waiting.from => {
                let counted = if waiting.carried_over { units } else { self.units_of(period, true) };
                counted * max_compensation(&waiting.pricing)
            }
            _ => units * max_compensation(&self.pricing(period)),
        }
    }

    fn required_from(&self, first: PeriodIndex) -> Balance {
        let needed = (first..PERIODS).map(|period| self.needed(period, 0)).max().unwrap_or(0);
        if self.ended {
            0
        } else {
            needed
        }
    }

    fn required(&self) -> Balance {
        self.required_from(self.settled)
    }

    /// What must stay at `now`: as much as all periods need that are over, and the fullest of the others.
    fn required_to_stay(&self, now: Moment) -> Balance {
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
    fn stake_to_stay(&self, now: Moment) -> Balance {
        let begun = |period: &PeriodIndex| START + PERIOD * Moment::from(*period) <= now;
        let needed = (self.settled..PERIODS).filter(begun).map(|period| self.needed(period, 0)).sum();
        if self.ended {
            0
        } else {
            needed
        }
    }

    fn next(&self, now: Moment) -> PeriodIndex {
        (0..PERIODS).find(|period| START + PERIOD * Moment::from(*period) > now).unwrap_or(PERIODS)
    }

    fn running(&self, now: Moment) -> PeriodIndex {
        self.next(now).saturating_sub(1).max(self.settled)
    }

    fn overdue(&self, now: Moment) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| self.next(now) > waiting.from)
    }

    fn earned(&mut self, who: AccountId) -> &mut Claimable {
        self.earned.entry(who).or_default()
    }

    fn total(&self, who: AccountId) -> Balance {
        self.earned.get(&who).and_then(|earned| earned.total()).unwrap_or(0)
    }

    fn pending(&self) -> Balance {
        self.stakes.values().flat_map(|stake| &stake.deposits).map(|(_, amount)| amount).sum()
    }

    fn exiting(&self) -> Balance {
        self.stakes.values().flat_map(|stake| &stake.exits).map(|(_, shares)| shares).sum()
    }

    fn buckets(&self) -> Buckets {
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
    fn touch(&mut self, who: AccountId) {
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

    fn refund(&mut self, span: &Span, amount: Balance) {
        if span.sponsored {
            *self.sponsored.entry(span.who).or_default() += amount;
        } else {
            self.earned(span.who).refund += amount;
        }
    }

    /// Assets that leave with these shares, rounded up.
    fn leaving(&self, shares: Balance) -> Balance {
        (shares * (self.senior + 1)).div_ceil(self.shares + VIRTUAL_SHARES).min(self.senior)
    }

    fn capacity(&self) -> Balance {
        let notice = self.stakes.values().map(|stake| stake.notice).sum::<Balance>();
        self.junior + self.senior - self.leaving(notice + self.exiting())
    }

    /// A tenth, rounded up.
    fn enough_junior(&self, junior: Balance) -> bool {
        10 * junior >= junior + self.senior + self.pending()
    }

    fn slashed(&self) -> bool {
        10 * VIRTUAL_SHARES * (self.senior + 1) < self.shares + VIRTUAL_SHARES
    }

    fn top_up(&mut self, amount: Balance) {
        self.junior += amount;
        self.short = self
            .short
            .filter(|short| short.missing > amount)
            .map(|short| Short { missing: short.missing - amount, ..short });
    }

    /// Adds units to what is subscribed; fails when there are too many different spans.
    fn enter(&mut self, new: Span) -> bool {
        let kind = |span: &Span| Span { share: 0, id: 0, ..span.clone() };
        match self.subscriptions.iter_mut().find(|span| kind(span) == kind(&new)) {
            Some(span) => span.share += new.share,
            None => self.subscriptions.push(new.clone()),
        }
        let mine = self.subscriptions.iter().filter(|span| span.who == new.who);
        mine.clone().count() <= MAX_POSITIONS as usize
            && (!new.sponsored || mine.filter(|span| span.sponsored).count() <= 4)
    }

    fn can_sell(&self, from: PeriodIndex, until: PeriodIndex, units: Units) -> bool {
        let left = |period| self.waiting.as_ref().is_some_and(|next| !next.carried_over && period >= next.from);
        (from..until).all(|period| left(period) || self.needed(period, units) <= self.capacity())
    }

    fn subscribe(
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

    fn cancel(&mut self, who: AccountId, id: u32, now: Moment) -> bool {
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

    fn extend(&mut self, who: AccountId, id: u32, periods: PeriodIndex, now: Moment) -> Option<Balance> {
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

    fn can_propose(&self, pricing: &Pricing, from: PeriodIndex, carried_over: bool) -> bool {
        let backed = self.senior + self.pending() > 0;
        let future = Self { waiting: Some(Waiting { from, pricing: *pricing, carried_over }), ..self.clone() };
        (!backed || no_worse_for_backers(pricing, &self.versions[self.version()].1))
            && (!carried_over || future.required_from(from) <= self.capacity())
    }

    /// Returns what has to be paid; the names of new spans count from `id` on.
    fn accept(&mut self, who: AccountId, mut id: u32, now: Moment) -> Option<Balance> {
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

    fn amend(&mut self) {
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

    fn set_member(&mut self, who: AccountId, weight: u64, now: Moment) -> bool {
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

    fn back(&mut self, who: AccountId, amount: Balance, now: Moment) -> bool {
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

    fn cancel_backing(&mut self, who: AccountId, now: Moment) -> Option<Balance> {
        let period = self.running(now);
        let deposits = &mut self.stakes.get_mut(&who)?.deposits;
        let at = deposits.iter().position(|(of, _)| *of == period).filter(|_| !self.ended)?;
        Some(deposits.remove(at).1)
    }

    /// By how much the cover would be too small without these shares.
    fn missing_without(&self, shares: Balance, now: Moment) -> Balance {
        let rest = self.junior + self.senior - self.leaving(self.exiting() + shares);
        self.required_from(self.running(now) + 1).saturating_sub(rest)
    }

    fn exit(&mut self, who: AccountId, shares: Balance, now: Moment) -> bool {
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
    fn settle(
        &mut self,
        verdict: &Verdict,
        settler: Option<AccountId>,
        fee: Balance,
        reporters_take: impl Fn(Balance) -> Balance,
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
        let since = self.short.map_or(period, |short| short.since);
        self.short = (missing > 0).then_some(Short { since, missing });
        (reporters, treasury, fee - reporters - settled_by - treasury)
    }

    fn settle_backers(&mut self, period: PeriodIndex) {
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

    fn end(&mut self) {
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
    fn spend(&mut self, who: AccountId, mut amount: Balance) -> bool {
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

#[derive(Clone)]
struct Model {
    pools: Vec<ModelPool>,
    wallets: BTreeMap<AccountId, Balance>,
}

impl Model {
    fn new(pricings: &[Pricing]) -> Self {
        let pools =
            pricings.iter().map(|pricing| ModelPool { versions: vec![(0, *pricing)], ..Default::default() }).collect();
        let mut wallets = (PROVIDER..=TREASURY).map(|who| (who, RICH)).collect::<BTreeMap<_, _>>();
        *wallets.get_mut(&PROVIDER).unwrap() -= 2 * ED;
        Self { pools, wallets }
    }

    fn wallet(&mut self, who: AccountId) -> &mut Balance {
        self.wallets.entry(who).or_default()
    }

    fn can_pay(&mut self, who: AccountId, amount: Balance) -> bool {
        amount == 0 || self.wallet(who).checked_sub(amount).is_some_and(|rest| rest >= ED)
    }

    fn can_get(&mut self, who: AccountId, amount: Balance) -> bool {
        *self.wallet(who) > 0 || amount >= ED
    }

    /// Closes pools that are done with.
    fn close(&mut self) {
        for index in 0..self.pools.len() {
            let pool = &mut self.pools[index];
            if pool.ended && !pool.closed && pool.buckets().total() == Some(0) {
                pool.closed = true;
                *self.wallet(PROVIDER) += ED;
            }
        }
    }

    fn claim(&mut self, index: usize, who: AccountId) -> Option<Balance> {
        let before = self.clone();
        let pool = &mut self.pools[index];
        pool.touch(who);
        let claimed = pool.earned.remove(&who).unwrap_or_default();
        let amount = claimed.total().unwrap();
        let fee = Fee::get();
        let (most, mine) = (ONE / 10, billion(fee.provider));
        let to_provider = claimed.compensation * mine.min(most) / ONE;
        let to_treasury = claimed.compensation * billion(fee.treasury).min(most - mine.min(most)) / ONE;
        let closed = pool.closed;
        if to_provider > 0 {
            pool.earned(PROVIDER).income += to_provider;
        }
        *self.wallet(TREASURY) += to_treasury;
        let net = amount - to_provider - to_treasury;
        if closed || amount == 0 || !self.can_get(who, net) {
            *self = before;
            return None;
        }
        *self.wallet(who) += net;
        Some(net)
    }
}

fn reporters_take(amount: Balance) -> Balance {
    match Reporting::get() {
        Paying::Everything => amount,
        Paying::Half => amount / 2,
        _ => 0,
    }
}

fn all_or_nothing(act: impl FnOnce() -> Result<(), DispatchError>) -> Result<(), DispatchError> {
    frame_support::storage::with_storage_layer(act)
}

/// Does `op` on the chain and on the model; both must agree on whether it is possible.
fn apply(model: &mut Model, op: &Op) {
    let provider = || signed(PROVIDER);
    let now = Now::get();
    let (chain, expected) = match *op {
        Op::Stake(a, amount) => {
            let chain = Compensation::stake_cover(provider(), AGREEMENTS[a], amount);
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(PROVIDER, amount);
            if possible {
                model.pools[a].top_up(amount);
                *model.wallet(PROVIDER) -= amount;
            }
            (chain, possible)
        }
        Op::Withdraw(a, amount) => {
            let chain = Compensation::withdraw_cover(provider(), AGREEMENTS[a], amount);
            let pool = &mut model.pools[a];
            let possible = amount > 0 && !pool.closed && amount <= pool.junior && {
                let after = ModelPool { junior: pool.junior - amount, ..pool.clone() };
                let backed = pool.senior + pool.pending() > 0;
                let stays = after.required_to_stay(Now::get()) <= after.capacity();
                let first_loss = after.stake_to_stay(Now::get()) <= after.junior;
                stays && first_loss && (!backed || after.enough_junior(after.junior))
            };
            if possible {
                pool.junior -= amount;
                *model.wallet(PROVIDER) += amount;
            }
            (chain.map(|_| ()).map_err(|error| error.error), possible)
        }
        Op::Fund(a, amount) => {
            let chain = Compensation::fund_rewards(provider(), AGREEMENTS[a], amount);
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(PROVIDER, amount);
            if possible {
                model.pools[a].rewards += amount;
                *model.wallet(PROVIDER) -= amount;
            }
            (chain, possible)
        }
        Op::WithdrawRewards(a, amount) => {
            let chain = Compensation::withdraw_rewards(provider(), AGREEMENTS[a], amount);
            let pool = &mut model.pools[a];
            let possible = amount > 0 && pool.ended && amount <= pool.rewards;
            if possible {
                pool.rewards -= amount;
                *model.wallet(PROVIDER) += amount;
            }
            (chain, possible)
        }
        Op::Subscribe(a, w, units, periods) => {
            let (who, id, version) = (PEOPLE[w], next_id(a, w), model.pools[a].version() as u32);
            let chain = all_or_nothing(|| {
                Compensation::subscribe(signed(who), AGREEMENTS[a], units, periods, version, Balance::MAX)
            });
            let before = model.clone();
            let payment = model.pools[a].subscribe((who, id, false), units, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Sponsor(a, w, units, periods) => {
            let (who, id) = (PEOPLE[w], next_id(a, w));
            let chain =
                all_or_nothing(|| Compensation::sponsor(provider(), AGREEMENTS[a], who, units, periods, Balance::MAX));
            let before = model.clone();
            let payment = model.pools[a].subscribe((who, id, true), units, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(PROVIDER, payment));
            if possible {
                *model.wallet(PROVIDER) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Cancel(a, w, n) => {
            let (who, id) = (PEOPLE[w], nth_id(model, a, w, n));
            let chain = Compensation::cancel_subscription(signed(who), AGREEMENTS[a], id);
            let possible = model.pools[a].cancel(who, id, now);
            if possible {
                model.pools[a].touch(who);
            }
            (chain.map(|_| ()).map_err(|error| error.error), possible)
        }
        Op::Extend(a, w, n, periods) => {
            let (who, id, version) = (PEOPLE[w], nth_id(model, a, w, n), model.pools[a].version() as u32);
            let chain = all_or_nothing(|| {
                Compensation::extend_subscription(signed(who), AGREEMENTS[a], id, periods, version, Balance::MAX)
            });
            let before = model.clone();
            let payment = model.pools[a].extend(who, id, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Propose(a, pricing, notice) => return propose_both(model, a, pricing, notice, false),
        Op::Improve(a, factor, notice) => {
            let pool = &model.pools[a];
            let mut pricing = pool.versions[pool.version()].1;
            pricing.unit_price = factor.mul_floor(pricing.unit_price);
            pricing.cover_per_unit += pricing.cover_per_unit / 8;
            return propose_both(model, a, pricing, notice, true);
        }
        Op::RaisePrice(a, more, notice) => {
            let pool = &model.pools[a];
            let mut pricing = pool.versions[pool.version()].1;
            pricing.unit_price += more;
            return propose_both(model, a, pricing, notice, false);
        }
        Op::Accept(a, w) => {
            let (who, id, version) = (PEOPLE[w], next_id(a, w), model.pools[a].version() as u32 + 1);
            let chain = all_or_nothing(|| {
                let call = Compensation::accept_amendment(signed(who), AGREEMENTS[a], version, Balance::MAX);
                call.map(|_| ()).map_err(|error| error.error)
            });
            let before = model.clone();
            let payment = model.pools[a].accept(who, id, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Amend(a) => return amend_both(model, a, now),
        Op::Back(a, w, amount) => {
            let who = PEOPLE[w];
            let pool = &model.pools[a];
            let version = pool.version() + usize::from(pool.waiting.is_some());
            let chain = all_or_nothing(|| Compensation::back(signed(who), AGREEMENTS[a], amount, version as u32));
            let possible = model.can_pay(who, amount) && model.pools[a].back(who, amount, now);
            if possible {
                *model.wallet(who) -= amount;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::CancelBacking(a, w) => {
            let who = PEOPLE[w];
            let period = model.pools[a].running(now);
            let chain = all_or_nothing(|| Compensation::cancel_backing(signed(who), AGREEMENTS[a], period));
            let before = model.clone();
            let amount = model.pools[a].cancel_backing(who, now);
            let possible = amount.is_some_and(|amount| model.can_get(who, amount));
            if possible {
                *model.wallet(who) += amount.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Notice(a, w, percent) => {
            let who = PEOPLE[w];
            let stake = model.pools[a].stakes.get(&who).cloned().unwrap_or_default();
            let shares = (stake.shares - stake.notice) * percent / 100;
            let chain = all_or_nothing(|| Compensation::give_backing_notice(signed(who), AGREEMENTS[a], shares));
            let possible = !model.pools[a].ended && shares > 0 && percent <= 100;
            if possible {
                model.pools[a].stakes.get_mut(&who).unwrap().notice += shares;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::WithdrawNotice(a, w, percent) => {
            let who = PEOPLE[w];
            let shares = model.pools[a].stakes.get(&who).map_or(0, |stake| stake.notice) * percent / 100;
            let chain = all_or_nothing(|| Compensation::withdraw_notice(signed(who), AGREEMENTS[a], shares));
            let possible = !model.pools[a].ended && shares > 0 && percent <= 100;
            if possible {
                model.pools[a].stakes.get_mut(&who).unwrap().notice -= shares;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::Exit(a, w, percent) => {
            let who = PEOPLE[w];
            let shares = model.pools[a].stakes.get(&who).map_or(0, |stake| stake.notice) * percent / 100;
            let chain = all_or_nothing(|| {
                let call = Compensation::exit(signed(who), AGREEMENTS[a], shares);
                call.map(|_| ()).map_err(|error| error.error)
            });
            let possible = model.pools[a].exit(who, shares, now);
            if possible {
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::SetMember(a, w, weight) => {
            let chain = all_or_nothing(|| Compensation::set_member(provider(), AGREEMENTS[a], PEOPLE[w], weight));
            let possible = model.pools[a].set_member(PEOPLE[w], weight, now);
            if possible {
                model.pools[a].touch(PEOPLE[w]);
            }
            (chain, possible)
        }
        Op::Claim(a, w) => {
            let chain = Compensation::claim_for(signed(TREASURY), AGREEMENTS[a], PEOPLE[w]);
            (chain.map(|_| ()).map_err(|error| error.error), model.claim(a, PEOPLE[w]).is_some())
        }
        Op::HoldWallet(a, w, amount) => {
            let who = PEOPLE[w];
            let chain = all_or_nothing(|| Compensation::hold_back(AGREEMENTS[a], &who, PaymentSource::Wallet, amount));
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(who, amount);
            if possible {
                *model.wallet(who) -= amount;
                model.pools[a].held_back += amount;
            }
            (chain, possible)
        }
        Op::HoldClaimable(to, from, w, percent) => {
            let mut written = model.pools[from].clone();
            written.touch(PEOPLE[w]);
            let amount = written.total(PEOPLE[w]) * percent / 100;
            let (who, source) = (PEOPLE[w], PaymentSource::Claimable(AGREEMENTS[from]));
            let chain = all_or_nothing(|| Compensation::hold_back(AGREEMENTS[to], &who, source, amount));
            let possible = amount > 0 && !model.pools[to].ended && model.pools[from].spend(who, amount);
            if possible {
                model.pools[to].held_back += amount;
            }
            (chain, possible)
        }
        Op::Release(a, amount) => {
            let chain = all_or_nothing(|| Compensation::release(AGREEMENTS[a], amount));
            let pool = &mut model.pools[a];
            let possible = amount > 0 && amount <= pool.held_back;
            if possible {
                pool.held_back -= amount;
                pool.top_up(amount);
            }
            (chain, possible)
        }
        Op::Refund(a, w, amount) => {
            let who = PEOPLE[w];
            let chain = all_or_nothing(|| Compensation::refund(AGREEMENTS[a], &who, amount));
            let possible = amount > 0 && amount <= model.pools[a].held_back && model.can_get(who, amount);
            if possible {
                model.pools[a].held_back -= amount;
                *model.wallet(who) += amount;
            }
            (chain, possible)
        }
        Op::Settle(a, outcome, share, w) => {
            if model.pools[a].waiting.as_ref().is_some_and(|waiting| waiting.from == model.pools[a].settled) {
                amend_both(model, a, now);
            }
            let pool = &mut model.pools[a];
            let over = START + PERIOD * Moment::from(pool.settled + 1) <= now;
            if pool.ended || pool.settled == PERIODS || !over {
                return;
            }
            let mut verdict = no_data();
            let share = Perbill::from_parts(share);
            let pricing = pool.pricing(pool.settled);
            match outcome {
                0 => {}
                1 | 2 => (verdict.outcome, verdict.bonus) = (Outcome::Met, share.min(pricing.max_bonus)),
                _ => (verdict.outcome, verdict.credit) = (Outcome::Missed, share.min(pricing.credit_cap)),
            }
            let settler = w.map(|w| PEOPLE[w]);
            let standing = on_verdict(AGREEMENTS[a], pool.settled, &verdict, settler).unwrap();
            let (reporters, treasury, burned) = pool.settle(&verdict, settler, VerificationFee::get(), reporters_take);
            let recorded = Compensation::settlement(AGREEMENTS[a], pool.settled - 1).unwrap().amounts;
            assert_eq!(recorded.burned, burned);
            let uncovered = pool.short.is_some_and(|short| pool.settled - 1 - short.since >= GracePeriods::get());
            assert_eq!(standing, if uncovered { Standing::Uncovered } else { Standing::Sound });
            pool.seen.uncovered += usize::from(uncovered);
            *model.wallet(REPORTER) += reporters;
            *model.wallet(TREASURY) += treasury;
            return;
        }
        Op::End(a) => {
            if model.pools[a].ended {
                return;
            }
            end(AGREEMENTS[a], AgreementStatus::Terminated);
            model.pools[a].end();
            return;
        }
        Op::Reporters(n) => {
            Reporting::set([Paying::Everything, Paying::Half, Paying::Nothing, Paying::TakesAndFails][usize::from(n)]);
            return;
        }
        Op::Fee(fee) => {
            VerificationFee::set(fee);
            return;
        }
        Op::ClaimFee(provider, treasury) => {
            let (provider, treasury) = (Perbill::from_percent(provider), Perbill::from_percent(treasury));
            Fee::set(ClaimFee { provider, treasury });
            return;
        }
        Op::Wait(time) => {
            Now::mutate(|now| *now += time);
            return;
        }
        Op::Sweep(payouts) => {
            // One account at a time: whom the sweep reaches is its own affair; but who is paid is paid in full, and
            // must be payable right then.
            MaxPayouts::set(1);
            for _ in 0..payouts {
                let (before, last) = (System::events().len(), SweepCursor::<Test>::get());
                let head = SweepQueue::<Test>::get(SweepHead::<Test>::get()).map(|(agreement, _)| agreement);
                Compensation::on_idle(1, Weight::MAX);
                let cursor = SweepCursor::<Test>::get().filter(|cursor| last.as_ref() != Some(cursor));
                let visited = cursor.and_then(|cursor| cursor.last);
                let mut paid = None;
                for record in System::events().split_off(before) {
                    if let RuntimeEvent::Compensation(crate::Event::Claimed { agreement, who, amount, by }) =
                        record.event
                    {
                        let index = AGREEMENTS.iter().position(|known| *known == agreement).unwrap();
                        assert_eq!((model.claim(index, who), by), (Some(amount), None));
                        paid = Some(who);
                    }
                }
                // Whoever was visited and not paid was written down.
                let index = AGREEMENTS.iter().position(|known| Some(*known) == head);
                if let (Some(index), Some(who)) = (index, visited.filter(|who| paid != Some(*who))) {
                    if !model.pools[index].closed {
                        model.pools[index].touch(who);
                    }
                }
                model.close();
            }
            return;
        }
    };
    assert_eq!(chain.is_ok(), expected, "{op:?}: {chain:?}");
}

/// The name of the next subscription.
fn next_id(a: usize, w: usize) -> u32 {
    Accounts::<Test>::get(AGREEMENTS[a], PEOPLE[w]).next_id
}

/// The name of the n-th subscription, or one that does not exist.
fn nth_id(model: &Model, a: usize, w: usize, n: usize) -> u32 {
    model.pools[a].subscriptions.iter().filter(|span| span.who == PEOPLE[w]).nth(n).map_or(u32::MAX, |span| span.id)
}

/// New terms from `notice` periods after the next one on, if `pallet-sla` would pass them on.
fn propose_both(model: &mut Model, a: usize, pricing: Pricing, notice: PeriodIndex, carried_over: bool) {
    let pool = &mut model.pools[a];
    let from = pool.next(Now::get()) + 1 + notice;
    if pool.ended || pool.waiting.is_some() || from >= PERIODS || pool.version() == 15 {
        return;
    }
    let possible = pool.can_propose(&pricing, from, carried_over);
    let chain = propose(AGREEMENTS[a], pricing, from, carried_over);
    assert_eq!(chain.is_ok(), possible, "{pricing:?} from {from}: {chain:?}");
    if possible {
        pool.waiting = Some(Waiting { from, pricing, carried_over });
    }
}

/// Brings new terms into force when their time has come.
fn amend_both(model: &mut Model, a: usize, now: Moment) {
    let pool = &mut model.pools[a];
    let due = pool.waiting.as_ref().is_some_and(|waiting| START + PERIOD * Moment::from(waiting.from) <= now);
    if due && !pool.ended {
        amend(AGREEMENTS[a]);
        pool.amend();
    }
}

fn compare(model: &mut Model) {
    model.close();
    for (index, agreement) in AGREEMENTS.iter().enumerate() {
        let pool = &model.pools[index];
        let chain = Pools::<Test>::get(agreement);
        assert_eq!(chain.is_some(), !pool.closed);
        assert_eq!(Compensation::buckets(*agreement), pool.buckets());
        for who in PEOPLE {
            let mut written = pool.clone();
            written.touch(who);
            let expected = written.earned.get(&who).copied().unwrap_or_default();
            assert_eq!(Compensation::claimable(*agreement, &who), expected, "{who}");
            let backing = Compensation::backing(*agreement, &who);
            let stake = pool.stakes.get(&who).cloned().unwrap_or_default();
            assert_eq!((backing.shares, backing.notice), (stake.shares, stake.notice), "{who}");
            assert_eq!((backing.deposits.to_vec(), backing.exits.to_vec()), (stake.deposits, stake.exits), "{who}");
        }
        let Some(chain) = chain.filter(|_| !pool.ended) else { continue };
        assert_eq!(Compensation::cover_required(*agreement), Ok(pool.required_to_stay(Now::get())));
        assert_eq!(Compensation::stake_required(*agreement), Ok(pool.stake_to_stay(Now::get())));
        assert_eq!(Compensation::capacity(*agreement), Ok(pool.capacity()));
        assert_eq!((chain.vault.shares, chain.short), (pool.shares, pool.short));
        assert_eq!(Compensation::surplus(*agreement), Ok(0));
        for (who, period) in [ALICE, BOB].into_iter().flat_map(|who| (0..PERIODS).map(move |period| (who, period))) {
            let ahead = pool.subscriptions.iter().any(|span| span.who == who && span.covers(period));
            let expected = pool.customers.contains(&(who, period)) || (period >= pool.settled && ahead);
            assert_eq!(Compensation::is_customer(RoundId::new(*agreement, period), &who), expected);
        }
    }
    for who in PEOPLE.into_iter().chain([REPORTER, TREASURY]) {
        assert_eq!(wallet(who), *model.wallet(who), "wallet of {who}");
    }
    check_books();
}

/// Whatever happened: everybody can be paid, and in the end nothing is left.
fn wind_up(model: &mut Model) {
    for (index, agreement) in AGREEMENTS.into_iter().enumerate() {
        apply(model, &Op::End(index));
        // The provider comes last: what others leave is for it.
        for w in (0..PEOPLE.len()).rev() {
            apply(model, &Op::Claim(index, w));
        }
        let buckets = Compensation::buckets(agreement);
        for op in [
            Op::Release(index, buckets.held_back),
            Op::Withdraw(index, buckets.held_back + buckets.junior),
            Op::WithdrawRewards(index, buckets.rewards),
        ] {
            apply(model, &op);
            compare(model);
        }
    }
    for _ in 0..2 {
        apply(model, &Op::Sweep(100));
        compare(model);
    }
    for agreement in AGREEMENTS {
        // Only the claims of two accounts without a wallet can be left, each too small to create one after the fee.
        assert!(Compensation::buckets(agreement).total().unwrap() < 2 * (ED + 2));
    }
    let left = AGREEMENTS.iter().filter(|agreement| Pools::<Test>::contains_key(agreement)).count();
    assert!(left > 0 || Accounts::<Test>::iter().count() == 0);
}

/// What the histories contained, so that a test that hardly does anything is noticed.
#[derive(Clone, Debug, Default)]
struct Seen {
    steps: usize,
    /// Settled periods with subscribers.
    settled: usize,
    /// Of these, with less cover than compensation due.
    short: usize,
    /// Periods for which a team was rewarded.
    rewarded: usize,
    /// Verification fees with a part from the stake.
    fees_from_stake: usize,
    /// Payments out of what could be claimed.
    spent: usize,
    /// Prepayment given back because of an early end.
    unspent: usize,
    /// Premiums, units compensated by backers, exits, deposits that went back, and vaults emptied by losses.
    premiums: usize,
    senior_losses: usize,
    exits: usize,
    returned: usize,
    wiped_out: usize,
    /// Periods after which the cover had been too small for too long.
    uncovered: usize,
    /// Subscriptions that new terms carried over, that signed them, and that did not.
    carried: usize,
    accepted: usize,
    left: usize,
    sponsored: usize,
    canceled: usize,
    extended: usize,
}

impl Seen {
    fn note(&mut self, model: &Model) {
        for Seen {
            short,
            premiums,
            senior_losses,
            exits,
            returned,
            wiped_out,
            uncovered,
            carried,
            accepted,
            left,
            ..
        } in model.pools.iter().map(|pool| &pool.seen)
        {
            self.short += short;
            self.premiums += premiums;
            self.senior_losses += senior_losses;
            self.exits += exits;
            self.returned += returned;
            self.wiped_out += wiped_out;
            self.uncovered += uncovered;
            self.carried += carried;
            self.accepted += accepted;
            self.left += left;
        }
        for settlement in crate::Settlements::<Test>::iter_values() {
            let Settlement { units, income, team_reward, fee, .. } = settlement.amounts;
            self.settled += usize::from(units > 0);
            self.rewarded += usize::from(team_reward > 0);
            self.fees_from_stake += usize::from(fee > income && units > 0);
        }
        for record in System::events() {
            let RuntimeEvent::Compensation(event) = record.event else { continue };
            match event {
                crate::Event::HeldBack { source: PaymentSource::Claimable(_), .. } => self.spent += 1,
                crate::Event::PoolEnded { unspent, .. } if unspent > 0 => self.unspent += 1,
                crate::Event::Sponsored { .. } => self.sponsored += 1,
                crate::Event::SubscriptionCanceled { .. } => self.canceled += 1,
                crate::Event::SubscriptionExtended { .. } => self.extended += 1,
                _ => {}
            }
        }
    }

    /// How often each thing happened that must happen.
    fn counts(&self) -> [usize; 16] {
        let Seen { settled, short, rewarded, fees_from_stake, spent, unspent, premiums, senior_losses, .. } = self;
        let Seen { exits, uncovered, carried, accepted, left, .. } = self;
        let Seen { sponsored, canceled, extended, .. } = self;
        [
            settled,
            short,
            rewarded,
            fees_from_stake,
            spent,
            unspent,
            premiums,
            senior_losses,
            exits,
            uncovered,
            carried,
            accepted,
            left,
            sponsored,
            canceled,
            extended,
        ]
        .map(|count| *count)
    }
}

/// How many steps to take: 20,000, or as many as `DSLA_OPS` says.
fn wanted() -> u32 {
    std::env::var("DSLA_OPS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

#[test]
fn pools_should_agree_with_the_model_to_the_planck() {
    // A history takes 160 steps on average.
    let cases = wanted().div_ceil(150);
    let config = ProptestConfig { cases, source_file: Some(file!()), ..Default::default() };
    let histories = (prop::array::uniform2(any_pricing()), prop::collection::vec(any_op(), 120..200));
    let seen = RefCell::new(Seen::default());
    let outcome = TestRunner::new(config).run(&histories, |(pricings, ops)| {
        ExtBuilder::pricing(pricings[0]).build_and_execute(|| {
            register(OTHER, pricings[1]);
            VerificationFee::set(103);
            Now::set(START - PERIOD);
            let mut model = Model::new(&pricings);
            apply(&mut model, &Op::Stake(0, 10_000));
            apply(&mut model, &Op::Stake(1, 30_000));
            compare(&mut model);
            for op in ops {
                apply(&mut model, &op);
                compare(&mut model);
                seen.borrow_mut().steps += 1;
            }
            wind_up(&mut model);
            seen.borrow_mut().note(&model);
        });
        Ok(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    let seen = seen.into_inner();
    // Rare, so that only a long run can be sure of them.
    let rare = wanted() < 500_000 || (seen.returned > 0 && seen.wiped_out > 0);
    assert!(rare && seen.steps >= wanted() as usize && seen.counts().iter().all(|count| *count > 0), "{seen:?}");
}
