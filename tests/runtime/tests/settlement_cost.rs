// SPDX-License-Identifier: Apache-2.0

//! What a settlement costs does not depend on how many customers there are.

use dsla_primitives::{api::Phase, schedule::Period, verdict::Outcome, AgreementId, Balance};
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime, RuntimeOrigin, Sla};
use dsla_runtime_tests::{
    people::{self, milli, HOUR},
    Env, Person, StorageCost,
};
use frame_support::{
    dispatch::GetDispatchInfo,
    traits::fungible::{Inspect, Mutate},
    weights::Weight,
};
use sp_runtime::AccountId32;

const AGREEMENT: AgreementId = AgreementId(0);
/// Enough for the cover of 10,000 units under the terms of [`people::terms`].
const COVER: Balance = 250_000 * DSLA;

/// Storage, declared weight, and the weight that is paid for in the end.
type Cost = (StorageCost, Weight, Option<Weight>);

/// The costs of the two steps of a missed period: judging, and settling.
fn cost_of_a_miss(customers: u32) -> [Cost; 2] {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Custom(24 * HOUR), 2, committee));
    let stake = pallet_compensation::Call::<Runtime>::stake_cover { agreement: AGREEMENT, amount: COVER };
    let alice = Person::new("Alice");
    let transfer =
        pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: stage.provider.id().into(), value: COVER };
    env.submit(&alice, transfer).unwrap();
    env.submit(&stage.provider, stake).unwrap();
    env.read(|| {
        for customer in 0..customers {
            let who = account(customer);
            <dsla_runtime::Balances as Mutate<_>>::transfer(
                &alice.id(),
                &who,
                10 * DSLA + <dsla_runtime::Balances as Inspect<AccountId>>::minimum_balance(),
                frame_support::traits::tokens::Preservation::Preserve,
            )
            .unwrap();
            Compensation::subscribe(RuntimeOrigin::signed(who), AGREEMENT, 1, 1, 0, 10 * DSLA).unwrap();
        }
    });
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, 0, milli(97_000)).unwrap();
    }

    let mut step = |after: u64| {
        let call = pallet_sla::Call::<Runtime>::settle { agreement: AGREEMENT };
        let declared = call.get_dispatch_info().call_weight;
        let now = env.now() + after;
        env.read(|| pallet_timestamp::Now::<Runtime>::put(now));
        let settler = RuntimeOrigin::signed(alice.id());
        let (done, storage) = env.measured(|| Sla::settle(settler, AGREEMENT));
        (storage, declared, done.unwrap().actual_weight)
    };
    let judging = step(HOUR);
    let settling = step(2 * HOUR + 1);
    env.read(|| {
        let record = pallet_sla::Periods::<Runtime>::get(AGREEMENT, 0).unwrap();
        assert!(matches!(record.phase, Phase::Final { .. }));
        assert_eq!(record.verdict.outcome, Outcome::Missed);
        // 30 % of the cover of every unit.
        let owed = Compensation::claimable(AGREEMENT, &account(customers - 1)).compensation;
        assert_eq!(owed, 6 * DSLA);
    });
    [judging, settling]
}

fn account(customer: u32) -> AccountId32 {
    let mut bytes = [0xAA; 32];
    bytes[..4].copy_from_slice(&customer.to_le_bytes());
    bytes.into()
}

#[test]
fn a_settlement_should_cost_the_same_for_1_and_for_10_000_customers() {
    let one = cost_of_a_miss(1);
    let [judging, settling] = one;
    assert!(judging.0.reads > 0 && settling.0.writes > judging.0.writes, "the counting works");
    assert_eq!(cost_of_a_miss(100), one);
    assert_eq!(cost_of_a_miss(10_000), one);
    println!("judging {judging:?}\nsettling {settling:?}");
}
