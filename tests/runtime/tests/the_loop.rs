// SPDX-License-Identifier: Apache-2.0

//! The loop of the product: met, missed, claimed, redeemed, refilled.

use dsla_primitives::{
    api::Phase,
    schedule::Period,
    terms::Document,
    traits::{AgreementStatus, PaymentSource},
    verdict::{Indicator, Outcome},
    AgreementId, OfferId,
};
use dsla_runtime::{constants::currency::DSLA, Compensation, Runtime};
use dsla_runtime_tests::{
    people::{self, milli, DAY},
    Env,
};
use frame_support::BoundedVec;
use pallet_compensation::Call as Pool;
use pallet_marketplace::{types::OfferKind, Call as Market};
use sp_runtime::Perbill;

const AGREEMENT: AgreementId = AgreementId(0);

fn claim(agreement: AgreementId) -> Pool<Runtime> {
    Pool::claim { agreement }
}

fn subscribe(units: u64, periods: u32) -> Pool<Runtime> {
    Pool::subscribe { agreement: AGREEMENT, units, periods, terms_version: 0, max_payment: 100_000 * DSLA }
}

#[test]
fn the_worked_example_of_the_documentation_should_hold() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 12, committee));
    let (a, b) = (env.person("a"), env.person("b"));
    let staff = dsla_runtime_tests::Person::new("staff");
    env.submit(&stage.provider, Pool::set_member { agreement: AGREEMENT, who: staff.id(), weight: 1 }).unwrap();
    env.submit(&a, subscribe(1, 2)).unwrap();
    env.submit(&b, subscribe(3, 2)).unwrap();
    assert_eq!(env.read(|| Compensation::buckets(AGREEMENT).escrow), 80 * DSLA);

    env.play_period(&stage, 0, [Some(99_950), Some(99_950), Some(99_950)]);
    let buckets = env.read(|| Compensation::buckets(AGREEMENT));
    assert_eq!((buckets.escrow, buckets.junior, buckets.rewards), (40 * DSLA, 1_000 * DSLA, 95 * DSLA));
    assert_eq!(env.read(|| Compensation::claimable(AGREEMENT, &staff.id()).reward), 5 * DSLA);

    env.play_period(&stage, 1, [Some(97_000), Some(96_500), Some(100_000)]);
    let indicators = env.indicators(AGREEMENT, 1).unwrap();
    assert_eq!(indicators.to_vec(), vec![Indicator::Value(milli(97_000))]);
    let buckets = env.read(|| Compensation::buckets(AGREEMENT));
    assert_eq!((buckets.escrow, buckets.junior), (0, 976 * DSLA));
    let of_a = env.read(|| Compensation::claimable(AGREEMENT, &a.id()));
    let of_b = env.read(|| Compensation::claimable(AGREEMENT, &b.id()));
    assert_eq!((of_a.refund, of_a.compensation), (15 * DSLA / 10, 6 * DSLA));
    assert_eq!((of_b.refund, of_b.compensation), (45 * DSLA / 10, 18 * DSLA));

    // A claims; B redeems 18 without a detour over the wallet, and the tokens are back in the pool as cover.
    env.submit(&a, claim(AGREEMENT)).unwrap();
    assert_eq!(env.read(|| Compensation::claimable(AGREEMENT, &a.id()).total()), Some(0));
    let document = people::document();
    let list = Market::<Runtime>::list_offer {
        agreement: AGREEMENT,
        kind: OfferKind::Promotion,
        name: BoundedVec::truncate_from(b"backups".to_vec()),
        price: 18 * DSLA,
        stock: 1,
        limit: 1,
        expiry: env.now() + DAY,
        document: document.clone(),
        fulfil_within: DAY,
        seller_share: Perbill::zero(),
    };
    env.submit(&stage.provider, list).unwrap();
    let Document { hash: terms_hash, .. } = document;
    let redeem = Market::<Runtime>::redeem {
        offer: OfferId(0),
        quantity: 1,
        max_price: 18 * DSLA,
        source: PaymentSource::Claimable(AGREEMENT),
        terms_hash,
    };
    env.submit(&b, redeem).unwrap();
    assert_eq!(env.read(|| Compensation::buckets(AGREEMENT).held_back), 18 * DSLA);
    env.submit(&stage.provider, Market::<Runtime>::fulfil { voucher: 0 }).unwrap();
    let buckets = env.read(|| Compensation::buckets(AGREEMENT));
    assert_eq!((buckets.held_back, buckets.junior), (0, 994 * DSLA));
}

#[test]
fn one_missed_period_should_not_end_the_agreement_and_the_last_one_should() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 3, committee));
    for period in 0..3 {
        assert_ne!(status(&mut env), AgreementStatus::Completed, "period {period}");
        env.play_period(&stage, period, [Some(0), Some(0), Some(0)]);
    }
    assert_eq!(status(&mut env), AgreementStatus::Completed);
    let record = env.read(|| pallet_sla::Providers::<Runtime>::get(stage.provider.id()).unwrap().record);
    assert_eq!(record.periods_missed, 3);
}

#[test]
fn a_period_nobody_reports_on_should_be_no_data_and_freeze_nothing() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Custom(4 * people::HOUR), 3, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 3)).unwrap();
    env.play_period(&stage, 0, [None, None, None]);
    env.play_period(&stage, 1, [Some(100_000), Some(100_000), Some(100_000)]);
    let outcomes: Vec<_> = env.read(|| {
        (0..2).filter_map(|p| pallet_sla::Periods::<Runtime>::get(AGREEMENT, p)).map(|r| r.verdict.outcome).collect()
    });
    assert_eq!(outcomes, [Outcome::NoData, Outcome::Met]);
    // Half the price was paid for the period without data, as the terms say; no compensation.
    let claimable = env.read(|| Compensation::claimable(AGREEMENT, &customer.id()));
    assert_eq!((claimable.refund, claimable.compensation), (5 * DSLA, 0));
    env.submit(&customer, claim(AGREEMENT)).unwrap();
}

#[test]
fn bonus_and_several_objectives_should_move_exactly_what_the_formula_says() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| {
        let mut terms = people::terms(start, Period::Daily, 2, committee);
        terms.pricing.max_bonus = Perbill::from_percent(10);
        let mut objective = people::availability(Perbill::one());
        objective.bonuses = BoundedVec::truncate_from(vec![people::bonus(99_990, 8)]);
        terms.objectives = BoundedVec::truncate_from(vec![objective]);
        terms
    });
    let customer = env.person("customer");
    env.submit(&customer, subscribe(2, 1)).unwrap();
    // 10 % more than the price is prepaid: 2 · 11.
    assert_eq!(env.read(|| Compensation::buckets(AGREEMENT).escrow), 22 * DSLA);
    env.play_period(&stage, 0, [Some(99_995), Some(99_995), Some(100_000)]);
    let settled = env.read(|| Compensation::settlement(AGREEMENT, 0).unwrap().amounts);
    // 8 % of the price is earned as a bonus, the other 2 % come back.
    assert_eq!(settled.income, 2 * 108 * DSLA / 10);
    assert_eq!(settled.refunds, 2 * 2 * DSLA / 10);
}

#[test]
fn an_agreement_should_follow_the_calendar_over_a_leap_day() {
    let mut env = Env::new();
    // 31 January 2028, 12:00 UTC; the chain of the test begins in 2027.
    let start = 1_832_932_800_000;
    let stage = env.stage(|_, committee| people::terms(start, Period::Monthly, 2, committee));
    let leap_day = 1_835_438_400_000; // 29 February 2028, 12:00 UTC
    assert_eq!(stage.terms.schedule.boundary(1), Some(leap_day));
    env.pass_to(leap_day - 12_000);
    let early = env.report(&stage.reporters[0], AGREEMENT, 0, milli(100_000)).unwrap_err();
    assert_eq!(early, pallet_sli_oracle::Error::<Runtime>::TooEarly.into());
    env.play_period(&stage, 0, [Some(100_000), Some(100_000), Some(100_000)]);
    let record = env.read(|| pallet_sla::Periods::<Runtime>::get(AGREEMENT, 0).unwrap());
    assert!(matches!(record.phase, Phase::Final { .. }));
}

#[test]
fn a_pool_that_cannot_pay_everything_should_pay_pro_rata_whoever_claims_first() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Custom(4 * people::HOUR), 3, committee));
    let customers: Vec<_> = (0..2).map(|i| env.person(&format!("customer{i}"))).collect();
    // 25 units each: 50 units · 20 = 1,000 is exactly the cover.
    for customer in &customers {
        env.submit(customer, subscribe(25, 3)).unwrap();
    }
    env.submit(&customers[0], subscribe(1, 1)).unwrap_err();
    env.play_period(&stage, 0, [Some(98_000), Some(98_000), Some(98_000)]);
    env.play_period(&stage, 1, [Some(0), Some(0), Some(0)]);
    // 30 % of 1,000 first, less the verification fees that found no other payer; then all that is left, in equal parts.
    let parts: Vec<_> = customers.iter().map(|c| env.read(|| Compensation::claimable(AGREEMENT, &c.id()))).collect();
    assert_eq!(parts[0], parts[1]);
    let paid = parts[0].compensation + parts[1].compensation;
    let junior = env.read(|| Compensation::buckets(AGREEMENT).junior);
    assert!(junior < 50, "less than a planck a unit may stay: {junior}");
    assert!(paid <= 1_000 * DSLA && paid > 999 * DSLA, "{paid}");
    for customer in customers.iter().rev() {
        env.submit(customer, claim(AGREEMENT)).unwrap();
    }
}

#[test]
fn the_chain_should_pay_out_by_itself_when_blocks_have_room() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Daily, 2, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 1)).unwrap();
    env.play_period(&stage, 0, [Some(0), Some(0), Some(0)]);
    let before = env.owned(&customer.id());
    let due = env.read(|| Compensation::claimable(AGREEMENT, &customer.id()).total().unwrap());
    assert_eq!(due, 25 * DSLA, "20 of compensation and half the price");
    // It waits a day, so that whoever wants to redeem without a detour over the wallet can.
    env.blocks(2);
    assert_eq!(env.owned(&customer.id()), before);
    env.pass_to(env.now() + DAY);
    env.blocks(3);
    assert_eq!(env.owned(&customer.id()), before + due);
}

fn status(env: &mut Env) -> AgreementStatus {
    env.read(|| pallet_sla::Agreements::<Runtime>::get(AGREEMENT).unwrap().status)
}
