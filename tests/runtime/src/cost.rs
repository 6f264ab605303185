// SPDX-License-Identifier: Apache-2.0

//! What it costs to judge and to settle a missed period, by how many people are in the pool.

use crate::{
    people::{self, milli, HOUR},
    Env, Person, StorageCost,
};
use dsla_primitives::{
    api::Phase,
    schedule::Period,
    terms::{Credit, Tier},
    verdict::Outcome,
    AgreementId, Balance,
};
use dsla_runtime::{
    configs::money::TreasuryAccount,
    constants::currency::{DSLA, EXISTENTIAL_DEPOSIT},
    AccountId, Balances, Compensation, Runtime, RuntimeOrigin, Sla,
};
use frame_support::{
    dispatch::GetDispatchInfo,
    storage::{with_transaction, TransactionOutcome},
    traits::{fungible::Mutate, tokens::Preservation},
    weights::Weight,
    BoundedVec,
};
use sp_runtime::{DispatchError, Perbill};
use std::time::{Duration, Instant};

const AGREEMENT: AgreementId = AgreementId(0);
/// What the provider stakes, and the same again comes from all backers together. Customers buy as much as that covers.
const COVER: Balance = 1_000_000 * DSLA;
/// The period that is missed; the ones before let the backers in.
const MISSED: u32 = 2;
/// How often a step is timed.
const REPEATS: usize = 31;

/// What one step took.
#[derive(Clone, Debug)]
pub struct Step {
    /// Keys of the database.
    pub storage: StorageCost,
    /// The weight it declares.
    pub declared: Weight,
    /// The weight that is paid for in the end.
    pub paid: Option<Weight>,
    /// The median of several runs, each undone again, with the state in memory.
    pub time: Duration,
}

impl Step {
    /// What does not depend on the machine.
    pub fn counted(&self) -> (StorageCost, Weight, Option<Weight>) {
        (self.storage, self.declared, self.paid)
    }
}

/// The costs of judging a missed period and of settling it, with `people` customers and as many backers (one at the
/// least, 100,000 at the most). The loss takes all of the provider's cover and half of the backers'.
pub fn of_a_missed_period(people: u32) -> [Step; 2] {
    let mut env = Env::new();
    let each = COVER / Balance::from(people);
    let stage = env.stage(|start, committee| {
        let mut terms = people::terms(start, Period::Custom(24 * HOUR), 4, committee);
        let all = Tier { threshold: milli(99_900), credit: Perbill::from_percent(75) };
        terms.objectives[0].credit = Credit::Tiers(BoundedVec::truncate_from(vec![all]));
        terms.pricing.cover_per_unit = each;
        terms.pricing.unit_price = each / 2;
        terms.pricing.premium_share = Perbill::from_percent(20);
        terms
    });
    env.read(|| {
        pay(&stage.provider.id(), COVER);
        Compensation::stake_cover(RuntimeOrigin::signed(stage.provider.id()), AGREEMENT, COVER).unwrap();
        for person in 0..people {
            subscribe(&account(0xAA, person), 3, each);
            let backer = account(0xBB, person);
            pay(&backer, each + EXISTENTIAL_DEPOSIT);
            Compensation::back(RuntimeOrigin::signed(backer), AGREEMENT, each, 0).unwrap();
        }
    });
    env.play_period(&stage, 0, [Some(99_990); 3]);
    // The backers' cover counts from now on.
    env.read(|| (0..people).for_each(|person| subscribe(&account(0xAA, person), 1, each)));
    env.play_period(&stage, 1, [Some(99_990); 3]);
    env.pass_to(stage.terms.schedule.boundary(MISSED + 1).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, MISSED, milli(97_000)).unwrap();
    }

    let settler = Person::new("Alice").id();
    let mut step = |after: u64| {
        let now = env.now() + after;
        env.read(|| pallet_timestamp::Now::<Runtime>::put(now));
        env.commit();
        let declared = pallet_sla::Call::<Runtime>::settle { agreement: AGREEMENT }.get_dispatch_info().call_weight;
        let settle = || Sla::settle(RuntimeOrigin::signed(settler.clone()), AGREEMENT);
        let mut times: Vec<_> = (0..REPEATS)
            .map(|_| {
                env.read(|| {
                    with_transaction(|| {
                        let begin = Instant::now();
                        settle().unwrap();
                        TransactionOutcome::Rollback(Ok::<_, DispatchError>(begin.elapsed()))
                    })
                    .unwrap()
                })
            })
            .collect();
        times.sort();
        let (done, storage) = env.measured(settle);
        Step { storage, declared, paid: done.unwrap().actual_weight, time: times[REPEATS / 2] }
    };
    let judging = step(HOUR);
    let settling = step(2 * HOUR + 1);
    env.read(|| {
        let record = pallet_sla::Periods::<Runtime>::get(AGREEMENT, MISSED).unwrap();
        assert!(matches!(record.phase, Phase::Final { .. }));
        assert_eq!(record.verdict.outcome, Outcome::Missed);
        // Three quarters of the cover of two units.
        let owed = Compensation::claimable(AGREEMENT, &account(0xAA, people - 1)).compensation;
        assert_eq!(owed, each / 4 * 6);
        let senior = pallet_compensation::Pools::<Runtime>::get(AGREEMENT).unwrap().buckets.senior;
        assert!(senior > 0 && senior < COVER, "the backers bear a part of it: {senior}");
    });
    [judging, settling]
}

fn subscribe(who: &AccountId, periods: u32, price: Balance) {
    pay(who, price * Balance::from(periods) + EXISTENTIAL_DEPOSIT);
    Compensation::subscribe(RuntimeOrigin::signed(who.clone()), AGREEMENT, 1, periods, 0, Balance::MAX).unwrap();
}

/// Takes it from the treasury, which has enough for everybody.
fn pay(who: &AccountId, amount: Balance) {
    <Balances as Mutate<_>>::transfer(&TreasuryAccount::get(), who, amount, Preservation::Preserve).unwrap();
}

fn account(kind: u8, number: u32) -> AccountId {
    let mut bytes = [kind; 32];
    bytes[..4].copy_from_slice(&number.to_le_bytes());
    bytes.into()
}
