// SPDX-License-Identifier: Apache-2.0

//! Challenges, amendments, backers and sealed reports on the real runtime.

use codec::Encode;
use dsla_primitives::{
    api::{Action, Phase},
    schedule::Period,
    traits::{AgreementInspect, AgreementStatus},
    verdict::{Indicator, Indicators, Outcome},
    AgreementId, RoundId,
};
use dsla_runtime::{
    constants::currency::{DSLA, MILLI_DSLA},
    reads, Balances, Challenge, Compensation, Runtime, Sla, SliOracle,
};
use dsla_runtime_tests::{
    people::{self, milli, DAY, HOUR},
    Env, Person,
};
use frame_support::{traits::fungible::InspectHold, BoundedVec};
use pallet_challenge::{types::Duty, Call as Dispute};
use pallet_compensation::Call as Pool;
use pallet_sla::{Call as Agreements, Periods};
use pallet_sli_oracle::{commitment, Call as Oracle, Measurement, Reveal, SubmittedReport};
use sp_core::H256;

const AGREEMENT: AgreementId = AgreementId(0);
const ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 0 };

fn subscribe(units: u64, periods: u32) -> Pool<Runtime> {
    Pool::subscribe { agreement: AGREEMENT, units, periods, terms_version: 0, max_payment: 100_000 * DSLA }
}

fn actions(env: &mut Env, who: &Person) -> Vec<Action> {
    let who = who.id();
    env.read(|| reads::actions(AGREEMENT, &who))
}

#[test]
fn a_customer_should_win_a_challenge_of_a_wrong_verdict() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 3, committee));
    let customer = env.person("customer");
    let panel: Vec<_> = (0..5).map(|i| env.person(&format!("panelist{i}"))).collect();
    for member in &panel {
        env.submit(member, Oracle::<Runtime>::register_reporter { bond: 10_000 * DSLA, uri: Default::default() })
            .unwrap();
    }
    env.submit(&customer, subscribe(1, 2)).unwrap();
    // The reporters have been bought: they say the service was fine.
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, 0, milli(100_000)).unwrap();
    }
    env.pass_to(env.now() + HOUR);
    env.blocks(1);
    assert!(actions(&mut env, &customer).contains(&Action::Challenge));
    let truth: Indicators = BoundedVec::truncate_from(vec![Indicator::Value(milli(97_000))]);
    let bond = |env: &mut Env| env.read(|| Challenge::claim_bond(ROUND));
    assert_eq!(bond(&mut env), Some(500 * DSLA));
    env.submit(&customer, Dispute::challenge { round: ROUND, indicators: truth.clone() }).unwrap();
    assert_eq!(bond(&mut env), Some(1_000 * DSLA), "the next claim costs twice as much");
    let phase = |env: &mut Env| env.read(|| Periods::<Runtime>::get(AGREEMENT, 0).unwrap().phase);
    assert!(matches!(phase(&mut env), Phase::Challenged { .. }));

    // Randomness that nobody knew when the claims were closed comes with a later epoch.
    for _ in 0..4 {
        env.pass_to(env.now() + HOUR);
        env.blocks(2);
    }
    let genesis = env.read(Challenge::genesis_hash);
    let salt = [7; 32];
    for member in &panel {
        let id = member.id();
        let duties = env.read(|| Challenge::duties(&id));
        let [(ROUND, Duty::Commit { instance, .. })] = duties[..] else { panic!("{duties:?}") };
        let hash = pallet_challenge::types::commitment(&genesis, ROUND, instance, &id, 1, &salt);
        env.submit(member, Dispute::commit_vote { round: ROUND, hash }).unwrap();
    }
    env.pass_to(env.now() + DAY);
    env.blocks(1);
    for member in &panel {
        env.submit(member, Dispute::reveal_vote { round: ROUND, choice: 1, salt }).unwrap();
    }
    // Reveals, then the time to appeal.
    for _ in 0..4 {
        env.pass_to(env.now() + DAY);
        env.blocks(1);
    }
    env.blocks(2);
    assert!(matches!(phase(&mut env), Phase::Final { .. }), "{:?}", phase(&mut env));
    let record = env.read(|| Periods::<Runtime>::get(AGREEMENT, 0).unwrap());
    assert_eq!((record.verdict.outcome, record.indicators), (Outcome::Missed, truth));
    let owed = env.read(|| Compensation::claimable(AGREEMENT, &customer.id()));
    assert_eq!(owed.compensation, 6 * DSLA);
    // The reporters were far off what was ruled.
    for reporter in &stage.reporters {
        let id = reporter.id();
        assert_eq!(env.read(|| pallet_sli_oracle::Reporters::<Runtime>::get(&id)).unwrap().strikes, 1);
        assert_eq!(env.read(|| SliOracle::claimable(AGREEMENT, &id)), Ok(0), "a wrong report is not paid");
    }
    assert_eq!(env.read(|| reads::reliability(&stage.provider.id())).unwrap().periods_overturned, 1);
}

#[test]
fn a_dearer_amendment_should_keep_those_who_sign_and_refund_the_others() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 6, committee));
    let (loyal, leaver) = (env.person("loyal"), env.person("leaver"));
    for customer in [&loyal, &leaver] {
        env.submit(customer, subscribe(1, 4)).unwrap();
    }
    env.pass_to(stage.terms.schedule.boundary(0).unwrap());
    env.blocks(2);
    let mut dearer = stage.terms.clone();
    dearer.pricing.unit_price = 12 * DSLA;
    let propose = Agreements::propose_amendment { agreement: AGREEMENT, terms: dearer, from: 2 };
    env.submit(&stage.provider, propose).unwrap();
    let amendment = env.read(|| <Sla as AgreementInspect<_>>::amendment(AGREEMENT)).unwrap();
    assert!(!amendment.carried_over && amendment.from == 2);
    assert!(actions(&mut env, &loyal).contains(&Action::AcceptAmendment));
    let before = env.owned(&loyal.id());
    env.submit(&loyal, Pool::accept_amendment { agreement: AGREEMENT, version: 1, max_payment: 4 * DSLA }).unwrap();
    // Two periods at 12 instead of 10, and the fee.
    let paid = before - env.owned(&loyal.id());
    assert!((4 * DSLA..5 * DSLA).contains(&paid), "{paid}");

    env.play_period(&stage, 0, [Some(100_000); 3]);
    let before = [&loyal, &leaver].map(|who| env.owned(&who.id()));
    env.pass_to(stage.terms.schedule.boundary(2).unwrap());
    env.blocks(2);
    assert_eq!(env.read(|| <Sla as AgreementInspect<_>>::agreement(AGREEMENT)).unwrap().version, 1);
    // The chain has paid it out already.
    let gained = [&loyal, &leaver].map(|who| env.owned(&who.id()));
    assert_eq!([gained[0] - before[0], gained[1] - before[1]], [0, 20 * DSLA]);
    assert_eq!(env.read(|| Compensation::units(AGREEMENT, 1)), 2);
    assert_eq!(env.read(|| Compensation::units(AGREEMENT, 2)), 1);
}

#[test]
fn backers_should_earn_the_premium_bear_the_second_loss_and_leave_at_the_price() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| {
        let mut terms = people::terms(start, Period::Monthly, 6, committee);
        terms.pricing.premium_share = sp_runtime::Perbill::from_percent(10);
        terms
    });
    let (customer, backer) = (env.person("customer"), env.person("backer"));
    env.submit(&backer, Pool::back { agreement: AGREEMENT, amount: 1_000 * DSLA, terms_version: 0 }).unwrap();
    // More than the provider's 1,000 could cover alone needs the backer's, who counts once period 0 is settled.
    env.submit(&customer, subscribe(50, 4)).unwrap();
    env.play_period(&stage, 0, [Some(100_000); 3]);
    let buckets = |env: &mut Env| env.read(|| Compensation::buckets(AGREEMENT));
    assert_eq!((buckets(&mut env).pending, buckets(&mut env).senior), (0, 1_000 * DSLA));
    env.submit(&customer, subscribe(50, 2)).unwrap();
    // 100 units miss by everything: 2,000 of cover, all there is.
    env.play_period(&stage, 1, [Some(100_000); 3]);
    let senior = buckets(&mut env).senior;
    assert_eq!(senior, 1_000 * DSLA + 50 * DSLA, "10 % of the 500 that 50 units paid");
    env.play_period(&stage, 2, [Some(90_000); 3]);
    let after = buckets(&mut env);
    // The loss takes the provider's 1,000 and the backers' 1,000; two premiums of 50 remain.
    assert_eq!((after.junior, after.senior), (0, 2 * 50 * DSLA));
    let owed = env.read(|| Compensation::claimable(AGREEMENT, &customer.id())).compensation;
    assert_eq!(owed, 2_000 * DSLA);
}

#[test]
fn sealed_reports_should_be_committed_revealed_and_counted() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| {
        let mut terms = people::terms(start, Period::Monthly, 2, committee);
        terms.oracle.reveal_window = Some(HOUR);
        terms
    });
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    env.blocks(1);
    assert!(actions(&mut env, &stage.reporters[0]).contains(&Action::CommitReport));
    let genesis = env.read(|| frame_system::Pallet::<Runtime>::block_hash(0));
    let report = SubmittedReport {
        round: ROUND,
        measurements: BoundedVec::truncate_from(vec![Measurement::Value(milli(99_990))]),
        evidence: H256::repeat_byte(1),
    };
    for (i, reporter) in stage.reporters.iter().enumerate() {
        let hash = commitment(&genesis, &reporter.id(), &report, &[i as u8; 32]);
        let commitments = BoundedVec::truncate_from(vec![(ROUND, hash)]);
        env.submit(reporter, Oracle::<Runtime>::commit { commitments }).unwrap();
    }
    assert!(env.report(&stage.reporters[0], AGREEMENT, 0, milli(99_990)).is_err(), "the round is sealed");
    env.pass_to(env.now() + HOUR);
    assert!(actions(&mut env, &stage.reporters[0]).contains(&Action::RevealReport));
    for (i, reporter) in stage.reporters.iter().enumerate() {
        let reveals = BoundedVec::truncate_from(vec![Reveal { report: report.clone(), salt: [i as u8; 32] }]);
        env.submit(reporter, Oracle::<Runtime>::reveal { reveals }).unwrap();
    }
    env.pass_to(env.now() + 2 * HOUR);
    env.pass_to(env.now() + HOUR);
    env.blocks(2);
    let record = env.read(|| Periods::<Runtime>::get(AGREEMENT, 0).unwrap());
    assert_eq!(record.indicators[0], Indicator::Value(milli(99_990)));
    assert!(
        !report.encode().is_empty()
            && env.read(|| SliOracle::due_reports(AGREEMENT, &stage.reporters[0].id(), 1)).is_empty()
    );
}

#[test]
fn an_agreement_should_end_early_by_notice_and_give_prepayment_back() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| {
        let mut terms = people::terms(start, Period::Monthly, 12, committee);
        terms.notice_periods = Some(1);
        terms
    });
    let customer = env.person("customer");
    env.submit(&customer, subscribe(2, 12)).unwrap();
    env.pass_to(stage.terms.schedule.boundary(0).unwrap());
    env.blocks(2);
    env.submit(&stage.provider, Agreements::give_notice { agreement: AGREEMENT }).unwrap();
    assert_eq!(env.read(|| <Sla as AgreementInspect<_>>::agreement(AGREEMENT)).unwrap().periods, 2);
    for period in 0..2 {
        env.play_period(&stage, period, [Some(100_000); 3]);
    }
    env.blocks(2);
    let info = env.read(|| <Sla as AgreementInspect<_>>::agreement(AGREEMENT)).unwrap();
    assert_eq!(info.status, AgreementStatus::Terminated);
    // Ten periods of two units at 10 did not come.
    assert_eq!(env.read(|| Compensation::claimable(AGREEMENT, &customer.id())).refund, 200 * DSLA);
}

#[test]
fn a_preview_should_show_the_deposit_that_is_held() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Monthly, 3, committee));
    let reason = pallet_sla::HoldReason::Agreement.into();
    let held = env.read(|| Balances::balance_on_hold(&reason, &stage.provider.id()));
    let preview = env.read(|| reads::preview(&stage.terms, &[Indicator::NoData]));
    assert_eq!(preview.deposit, held);
    // The log, three reports and the settlement of each period.
    let bytes = stage.terms.encoded_size() as u128 + 3 * (54 + 261 + 212);
    assert_eq!(held, (100 + bytes) * MILLI_DSLA);
}
