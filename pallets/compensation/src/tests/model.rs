// SPDX-License-Identifier: Apache-2.0

//! Random histories of two agreements, against a model that does everything at once and for everybody in turn: no
//! indices, no shares, no laziness. After every step each account's claim, each wallet and each bucket is compared to
//! the planck.

use super::*;
use crate::{Accounts, Pools, MAX_POSITIONS, OPEN_END};
use dsla_primitives::{
    terms::Pricing,
    verdict::{Outcome, Verdict},
    Moment, Units,
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
    SetMember(usize, usize, u64),
    Claim(usize, usize),
    HoldWallet(usize, usize, Balance),
    /// This many percent of what can be claimed.
    HoldClaimable(usize, usize, usize, Balance),
    Release(usize, Balance),
    Refund(usize, usize, Balance),
    Settle(usize, u8, u32, Option<usize>),
    Reporters(u8),
    Fee(Balance),
    Sweep(u32),
    Wait(Moment),
    End(usize),
    WithdrawRewards(usize, Balance),
}

fn any_op() -> impl Strategy<Value = Op> {
    let sla = 0..AGREEMENTS.len();
    let who = 0..PEOPLE.len();
    let amount = || prop_oneof![0..200u128, 0..40_000u128];
    prop_oneof![
        2 => (sla.clone(), amount()).prop_map(|(a, x)| Op::Stake(a, x)),
        2 => (sla.clone(), 0..10_000u128).prop_map(|(a, x)| Op::Withdraw(a, x)),
        2 => (sla.clone(), 0..500u128).prop_map(|(a, x)| Op::Fund(a, x)),
        14 => (sla.clone(), who.clone(), 0..4u64, 0..8u32).prop_map(|(a, w, u, p)| Op::Subscribe(a, w, u, p)),
        6 => (sla.clone(), who.clone(), 0..6u64).prop_map(|(a, w, x)| Op::SetMember(a, w, x)),
        5 => (sla.clone(), who.clone()).prop_map(|(a, w)| Op::Claim(a, w)),
        1 => (sla.clone(), who.clone(), amount()).prop_map(|(a, w, x)| Op::HoldWallet(a, w, x)),
        5 => (sla.clone(), sla.clone(), who.clone(), 0..110u128).prop_map(|(a, b, w, x)| Op::HoldClaimable(a, b, w, x)),
        2 => (sla.clone(), 0..2_000u128).prop_map(|(a, x)| Op::Release(a, x)),
        2 => (sla.clone(), who.clone(), 0..2_000u128).prop_map(|(a, w, x)| Op::Refund(a, w, x)),
        20 => (sla.clone(), 0..8u8, 0u32..=1_000_000_000, prop::option::of(who.clone()))
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
    let share = || 0u32..=1_000_000_000;
    (0..1_500u128, 0..4_000u128, prop::array::uniform4(share()), 0..200u128).prop_map(
        |(unit_price, cover_per_unit, shares, team_reward)| {
            let [credit_cap, at_risk, max_bonus, no_data_pay] = shares.map(Perbill::from_parts);
            let premium_share = Perbill::from_percent(20);
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
    share: u64,
    from: PeriodIndex,
    until: PeriodIndex,
}

impl Span {
    fn covers(&self, period: PeriodIndex) -> bool {
        (self.from..self.until).contains(&period)
    }
}

#[derive(Default)]
struct ModelPool {
    pricing: Option<Pricing>,
    junior: Balance,
    escrow: Balance,
    rewards: Balance,
    held_back: Balance,
    settled: PeriodIndex,
    ended: bool,
    closed: bool,
    subscriptions: Vec<Span>,
    team: Vec<Span>,
    /// Periods in which the cover did not suffice.
    short: usize,
    earned: BTreeMap<AccountId, Claimable>,
}

fn billion(share: Perbill) -> u128 {
    share.deconstruct().into()
}

const ONE: u128 = 1_000_000_000;

impl ModelPool {
    fn pricing(&self) -> Pricing {
        self.pricing.unwrap()
    }

    fn prepayment(&self) -> Balance {
        let pricing = self.pricing();
        pricing.unit_price + (pricing.unit_price * billion(pricing.max_bonus)).div_ceil(ONE)
    }

    fn max_compensation(&self) -> Balance {
        self.pricing().cover_per_unit * billion(self.pricing().credit_cap) / ONE
    }

    fn units(&self, period: PeriodIndex) -> u64 {
        self.subscriptions.iter().filter(|span| span.covers(period)).map(|span| span.share).sum()
    }

    fn required(&self) -> Balance {
        let last = self.subscriptions.iter().map(|span| span.until).max().unwrap_or(0);
        let most = (self.settled..last).map(|period| self.units(period)).max().unwrap_or(0);
        if self.ended {
            0
        } else {
            Balance::from(most) * self.max_compensation()
        }
    }

    fn next(&self, now: Moment) -> PeriodIndex {
        (0..PERIODS).find(|period| START + PERIOD * Moment::from(*period) > now).unwrap_or(PERIODS)
    }

    fn earned(&mut self, who: AccountId) -> &mut Claimable {
        self.earned.entry(who).or_default()
    }

    fn total(&self, who: AccountId) -> Balance {
        self.earned.get(&who).and_then(|earned| earned.total()).unwrap_or(0)
    }

    fn owed(&self) -> Balance {
        self.earned.values().map(|earned| earned.total().unwrap()).sum()
    }

    fn buckets(&self) -> Buckets {
        Buckets {
            junior: self.junior,
            escrow: self.escrow,
            rewards: self.rewards,
            held_back: self.held_back,
            owed: self.owed(),
            ..Default::default()
        }
    }

    /// Live spans of `who` as the chain counts them.
    fn live(&self, spans: &[Span], who: AccountId) -> usize {
        let live = spans.iter().filter(|span| span.who == who && span.until > self.settled);
        live.map(|span| (span.from, span.until)).collect::<BTreeSet<_>>().len()
    }

    fn subscribe(&mut self, who: AccountId, units: Units, periods: PeriodIndex, now: Moment) -> Option<Balance> {
        let from = self.next(now);
        let until = from + periods;
        if self.ended || units == 0 || periods == 0 || periods > MAX_PREPAID || until > PERIODS {
            return None;
        }
        let fits = |period| Balance::from(self.units(period) + units) * self.max_compensation() <= self.junior;
        if !(from..until).all(fits) {
            return None;
        }
        let span = Span { who, share: units, from, until };
        let known = self.subscriptions.iter().any(|other| (other.who, other.from, other.until) == (who, from, until));
        if !known && self.live(&self.subscriptions, who) >= MAX_POSITIONS as usize {
            return None;
        }
        let payment = self.prepayment() * Balance::from(units) * Balance::from(periods);
        self.subscriptions.push(span);
        self.escrow += payment;
        Some(payment)
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
            team.push(Span { who, share: weight, from, until: OPEN_END });
        }
        let mine = team.iter().filter(|span| span.who == who && span.until > self.settled).count();
        if mine > MAX_POSITIONS as usize {
            return false;
        }
        self.team = team;
        true
    }

    /// Settles the next period for every subscriber and member in turn. Returns what the reporters, the treasury and
    /// nobody get.
    fn settle(
        &mut self,
        verdict: &Verdict,
        settler: Option<AccountId>,
        fee: Balance,
        reporters_take: impl Fn(Balance) -> Balance,
    ) -> (Balance, Balance, Balance) {
        let (pricing, period) = (self.pricing(), self.settled);
        let (price, credit, bonus) = (pricing.unit_price, billion(verdict.credit), billion(verdict.bonus));
        let (pay, wanted) = match verdict.outcome {
            Outcome::NoData => (price * billion(pricing.no_data_pay) / ONE, 0),
            _ => {
                let malus = price * credit / ONE * billion(pricing.at_risk) / ONE;
                (price - malus + price * bonus / ONE, pricing.cover_per_unit * credit / ONE)
            }
        };
        let units = Balance::from(self.units(period));
        let compensation = wanted.min(self.junior.checked_div(units).unwrap_or(0));
        self.short += usize::from(units > 0 && compensation < wanted);
        let mut income = 0;
        let covering = |spans: &[Span]| spans.iter().filter(|span| span.covers(period)).cloned().collect::<Vec<_>>();
        for Span { who, share, .. } in covering(&self.subscriptions) {
            for _ in 0..share {
                let refund = self.prepayment() - pay;
                self.escrow -= pay + refund;
                self.junior -= compensation;
                income += pay;
                self.earned(who).refund += refund;
                self.earned(who).compensation += compensation;
            }
        }
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
        self.settled += 1;
        (reporters, treasury, fee - reporters - settled_by - treasury)
    }

    fn end(&mut self) {
        self.ended = true;
        let prepayment = self.prepayment();
        for Span { who, share, from, until } in std::mem::take(&mut self.subscriptions) {
            let left = Balance::from(until.saturating_sub(from.max(self.settled)));
            let back = prepayment * Balance::from(share) * left;
            self.escrow -= back;
            self.earned(who).refund += back;
        }
        self.team.clear();
    }

    /// Compensation first, then refunds, rewards and income.
    fn spend(&mut self, who: AccountId, mut amount: Balance) -> bool {
        if amount > self.total(who) {
            return false;
        }
        let earned = self.earned(who);
        for part in [&mut earned.compensation, &mut earned.refund, &mut earned.reward, &mut earned.income] {
            let taken = amount.min(*part);
            *part -= taken;
            amount -= taken;
        }
        true
    }
}

struct Model {
    pools: Vec<ModelPool>,
    wallets: BTreeMap<AccountId, Balance>,
}

impl Model {
    fn new(pricings: &[Pricing]) -> Self {
        let pools =
            pricings.iter().map(|pricing| ModelPool { pricing: Some(*pricing), ..Default::default() }).collect();
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

    fn claim(&mut self, index: usize, who: AccountId) -> bool {
        let amount = self.pools[index].total(who);
        if self.pools[index].closed || amount == 0 || !self.can_get(who, amount) {
            return false;
        }
        self.pools[index].earned.remove(&who);
        *self.wallet(who) += amount;
        true
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
                model.pools[a].junior += amount;
                *model.wallet(PROVIDER) -= amount;
            }
            (chain, possible)
        }
        Op::Withdraw(a, amount) => {
            let chain = Compensation::withdraw_cover(provider(), AGREEMENTS[a], amount);
            let pool = &mut model.pools[a];
            let rest = pool.junior.checked_sub(amount);
            let possible = amount > 0 && !pool.closed && rest.is_some_and(|rest| rest >= pool.required());
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
            let who = PEOPLE[w];
            let chain =
                all_or_nothing(|| Compensation::subscribe(signed(who), AGREEMENTS[a], units, periods, 0, Balance::MAX));
            let price = model.pools[a].prepayment() * Balance::from(units) * Balance::from(periods);
            let payment =
                if model.can_pay(who, price) { model.pools[a].subscribe(who, units, periods, now) } else { None };
            *model.wallet(who) -= payment.unwrap_or(0);
            (chain, payment.is_some())
        }
        Op::SetMember(a, w, weight) => {
            let chain = all_or_nothing(|| Compensation::set_member(provider(), AGREEMENTS[a], PEOPLE[w], weight));
            (chain, model.pools[a].set_member(PEOPLE[w], weight, now))
        }
        Op::Claim(a, w) => {
            let chain = Compensation::claim_for(signed(TREASURY), AGREEMENTS[a], PEOPLE[w]);
            (chain.map(|_| ()).map_err(|error| error.error), model.claim(a, PEOPLE[w]))
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
            let amount = model.pools[from].total(PEOPLE[w]) * percent / 100;
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
                pool.junior += amount;
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
            let pool = &mut model.pools[a];
            let over = START + PERIOD * Moment::from(pool.settled + 1) <= now;
            if pool.ended || pool.settled == PERIODS || !over {
                return;
            }
            let mut verdict = no_data();
            let share = Perbill::from_parts(share);
            match outcome {
                0 => {}
                1 | 2 => (verdict.outcome, verdict.bonus) = (Outcome::Met, share.min(pool.pricing().max_bonus)),
                _ => (verdict.outcome, verdict.credit) = (Outcome::Missed, share.min(pool.pricing().credit_cap)),
            }
            let settler = w.map(|w| PEOPLE[w]);
            settle_now(AGREEMENTS[a], &verdict, settler);
            let (reporters, treasury, burned) = pool.settle(&verdict, settler, VerificationFee::get(), reporters_take);
            let recorded = Compensation::settlement(AGREEMENTS[a], pool.settled - 1).unwrap().amounts;
            assert_eq!(recorded.burned, burned);
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
        Op::Wait(time) => {
            Now::mutate(|now| *now += time);
            return;
        }
        Op::Sweep(payouts) => {
            MaxPayouts::set(payouts);
            let before = System::events().len();
            Compensation::on_idle(1, Weight::MAX);
            // Whom the sweep reaches is its own affair; but who is paid is paid in full, and must be payable right then.
            for record in System::events().split_off(before) {
                if let RuntimeEvent::Compensation(crate::Event::Claimed { agreement, who, amount, by }) = record.event {
                    let index = AGREEMENTS.iter().position(|known| *known == agreement).unwrap();
                    assert_eq!((amount, by), (model.pools[index].total(who), None));
                    assert!(model.claim(index, who), "{who} was paid what cannot be paid");
                }
            }
            return;
        }
    };
    assert_eq!(chain.is_ok(), expected, "{op:?}: {chain:?}");
}

fn compare(model: &mut Model) {
    model.close();
    for (index, agreement) in AGREEMENTS.iter().enumerate() {
        let pool = &model.pools[index];
        assert_eq!(Pools::<Test>::contains_key(agreement), !pool.closed);
        assert_eq!(Compensation::buckets(*agreement), pool.buckets());
        for who in PEOPLE {
            let expected = pool.earned.get(&who).copied().unwrap_or_default();
            assert_eq!(Compensation::claimable(*agreement, &who), expected, "{who}");
        }
        if !pool.closed {
            assert_eq!(Compensation::cover_required(*agreement), Ok(pool.required()));
            assert_eq!(Compensation::surplus(*agreement), Ok(0));
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
        for w in 0..PEOPLE.len() {
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
        // Only claims too small for a wallet can be left.
        assert!(Compensation::buckets(agreement).total().unwrap() < 2 * ED);
    }
    MaxPayouts::set(1_000);
    apply(model, &Op::Sweep(1_000));
    compare(model);
    let left = AGREEMENTS.iter().filter(|agreement| Pools::<Test>::contains_key(agreement)).count();
    assert!(left > 0 || Accounts::<Test>::iter().count() == 0);
}

/// What the histories contained, so that a test that hardly does anything is noticed.
#[derive(Default)]
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
}

impl Seen {
    fn note(&mut self, model: &Model) {
        self.short += model.pools.iter().map(|pool| pool.short).sum::<usize>();
        for settlement in crate::Settlements::<Test>::iter_values() {
            let Settlement { units, income, team_reward, fee, .. } = settlement.amounts;
            self.settled += usize::from(units > 0);
            self.rewarded += usize::from(team_reward > 0);
            self.fees_from_stake += usize::from(fee > income && units > 0);
        }
        for record in System::events() {
            match record.event {
                RuntimeEvent::Compensation(crate::Event::HeldBack { source: PaymentSource::Claimable(_), .. }) => {
                    self.spent += 1
                }
                RuntimeEvent::Compensation(crate::Event::PoolEnded { unspent, .. }) if unspent > 0 => self.unspent += 1,
                _ => {}
            }
        }
    }
}

#[test]
fn pools_should_agree_with_the_model_to_the_planck() {
    let config = ProptestConfig { cases: 100, source_file: Some(file!()), ..Default::default() };
    let histories = (prop::array::uniform2(any_pricing()), prop::collection::vec(any_op(), 60..140));
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
    let Seen { steps, settled, short, rewarded, fees_from_stake, spent, unspent } = seen.into_inner();
    let enough = steps >= 6_000 && settled >= 200 && rewarded >= 30 && spent >= 30 && unspent >= 20;
    assert!(
        enough && short >= 3 && fees_from_stake >= 5,
        "{steps} {settled} {short} {rewarded} {fees_from_stake} {spent} {unspent}"
    );
}
