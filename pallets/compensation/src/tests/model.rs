// SPDX-License-Identifier: Apache-2.0

//! Random histories of two agreements, against a model that does everything at once and for everybody in turn: no
//! indices, no laziness, no rows about versions. After every step each account's claim, shares and wallet, and each
//! bucket, is compared to the planck.
//!
//! One thing is lazy in the model too, because it can be seen: what rounding leaves of the exits of a period, and what
//! sponsored units get back, becomes the provider's when the last ledger concerned is written.
//!
//! `DSLA_OPS=1000000` makes it about that many steps.

mod apply;
mod ops;
mod pool;
mod seen;

use super::*;
use crate::{
    vault::VIRTUAL_SHARES, Accounts, ClaimFee, Pools, Short, SweepCursor, SweepHead, SweepQueue, MAX_POSITIONS,
    OPEN_END,
};
use apply::apply;
use dsla_primitives::{
    terms::Pricing,
    traits::{Parties, Standing},
    verdict::{Outcome, Verdict},
    Moment, RoundId, Units,
};
use ops::{any_op, any_pricing, Op};
use pool::{billion, ModelPool, Waiting, ONE};
use proptest::{prelude::*, test_runner::TestRunner};
use seen::Seen;
use sp_runtime::Perbill;
use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

/// Accounts that take part; the last two have no wallet at first.
const PEOPLE: [AccountId; 7] = [PROVIDER, ALICE, BOB, CAROL, SETTLER, NOBODY, NOBODY + 1];
const AGREEMENTS: [AgreementId; 2] = [SLA, OTHER];

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
