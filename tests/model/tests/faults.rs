// SPDX-License-Identifier: Apache-2.0

//! Known faults of the systems that came before, each of which must be impossible here. On the real runtime; the names say
//! what holds instead.

use dsla_primitives::{
    api::Phase,
    schedule::Period,
    terms::{Comparator, Credit, Terms, Tier},
    traits::AgreementStatus,
    verdict::{Indicator, Indicators, Outcome},
    AgreementId, Balance, RoundId, ServiceId,
};
use dsla_runtime::{
    constants::currency::{DSLA, MILLI_DSLA},
    AccountId, Compensation, Executive, Runtime, RuntimeCall, RuntimeOrigin, Sla,
};
use dsla_runtime_tests::{
    people::{self, milli, Stage, DAY, HOUR},
    Env, Person,
};
use frame_support::BoundedVec;
use pallet_challenge::Call as Disputes;
use pallet_compensation::Call as Pool;
use pallet_sla::{Call as Agreements, Error, Periods};
use pallet_sli_oracle::{Call as Oracle, Measurement, SubmittedReport};
use sp_core::H256;
use sp_runtime::{traits::Dispatchable, DispatchError, FixedU128, Perbill};

const AGREEMENT: AgreementId = AgreementId(0);
const FEE: Balance = 400 * MILLI_DSLA;

fn subscribe(units: u64, periods: u32) -> Pool<Runtime> {
    Pool::subscribe { agreement: AGREEMENT, units, periods, terms_version: 0, max_payment: 100_000 * DSLA }
}

fn verdict(env: &mut Env, period: u32) -> (Outcome, Perbill) {
    let verdict = env.read(|| Periods::<Runtime>::get(AGREEMENT, period)).expect("it is judged").verdict;
    (verdict.outcome, verdict.credit)
}

fn compensation(env: &mut Env, who: &Person) -> Balance {
    env.read(|| Compensation::claimable(AGREEMENT, &who.id()).compensation)
}

/// Terms about a number that should be small: below or at most `target`, in thousandths, by deviation.
fn small(stage: Terms<AccountId>, comparator: Comparator, target: u128) -> Terms<AccountId> {
    let mut terms = stage;
    let objective = &mut terms.objectives[0];
    objective.comparator = comparator;
    objective.target = milli(target);
    objective.credit = Credit::Deviation { cap: Perbill::one() };
    objective.bounds.max = milli(10_000_000);
    objective.tolerance = FixedU128::from_u32(1_000);
    terms
}

fn status(env: &mut Env) -> AgreementStatus {
    env.read(|| pallet_sla::Agreements::<Runtime>::get(AGREEMENT)).expect("it is there").status
}

/// "A met 'smaller than' objective reverts, the period can never be verified."
#[test]
fn a_met_smaller_than_objective_should_be_settled_like_any_other() {
    let mut env = Env::new();
    let stage = env
        .stage(|start, committee| small(people::terms(start, Period::Weekly, 3, committee), Comparator::Less, 200_000));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 3)).unwrap();
    env.play_period(&stage, 0, [Some(50_000); 3]);
    assert_eq!(verdict(&mut env, 0), (Outcome::Met, Perbill::zero()));
    // 400 ms instead of 200 ms: by 200 of 300 on the mean.
    env.play_period(&stage, 1, [Some(400_000); 3]);
    assert_eq!(verdict(&mut env, 1), (Outcome::Missed, Perbill::from_parts(666_666_666)));
    env.play_period(&stage, 2, [Some(0); 3]);
    assert_eq!(verdict(&mut env, 2), (Outcome::Met, Perbill::zero()));
    assert_eq!(status(&mut env), AgreementStatus::Completed);
}

/// "An indicator and a target of zero divide by zero."
#[test]
fn an_indicator_and_a_target_of_zero_should_have_a_defined_result() {
    for (comparator, outcome) in [(Comparator::LessOrEqual, Outcome::Met), (Comparator::Less, Outcome::Missed)] {
        let mut env = Env::new();
        let stage =
            env.stage(|start, committee| small(people::terms(start, Period::Weekly, 2, committee), comparator, 0));
        let customer = env.person("customer");
        env.submit(&customer, subscribe(1, 2)).unwrap();
        env.play_period(&stage, 0, [Some(0); 3]);
        assert_eq!(verdict(&mut env, 0), (outcome, Perbill::zero()));
        assert_eq!(compensation(&mut env, &customer), 0);
        env.play_period(&stage, 1, [Some(1); 3]);
        assert_eq!(verdict(&mut env, 1), (Outcome::Missed, Perbill::one()));
    }
}

/// "Values better than the target can select a higher penalty."
#[test]
fn a_better_value_should_never_cost_more() {
    let mut env = Env::new();
    let values = [0, 94_999, 95_000, 98_999, 99_000, 99_899, 99_900, 100_000];
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 8, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 8)).unwrap();
    let (mut before, mut worst) = (0, Balance::MAX);
    for (period, value) in values.into_iter().enumerate() {
        env.play_period(&stage, period as u32, [Some(value); 3]);
        let settled = env.read(|| Compensation::settlement(AGREEMENT, period as u32)).expect("settled").amounts;
        assert!(settled.compensation <= worst, "{value} costs more than something worse");
        (worst, before) = (settled.compensation, before + settled.compensation);
    }
    assert_eq!((worst, before > 0), (0, true));

    // Arrays that were swapped, or do not fit together, are no terms.
    let row = |value, percent| Tier { threshold: milli(value), credit: Perbill::from_percent(percent) };
    for rows in [
        vec![row(99_900, 30), row(99_000, 10)],
        vec![row(99_900, 10), row(99_950, 30)],
        vec![row(99_000, 10), row(95_000, 30)],
        vec![],
    ] {
        let mut terms = stage.terms.clone();
        terms.schedule.start = env.now() + DAY;
        terms.objectives[0].credit = Credit::Tiers(BoundedVec::truncate_from(rows));
        let register = Agreements::<Runtime>::register_agreement { service: ServiceId(0), terms };
        let refused = env.submit(&stage.provider, register);
        assert_eq!(refused, Err(Error::<Runtime>::TiersNotMonotonic.into()));
    }
}

/// "One breach ends the whole agreement."
#[test]
fn a_breach_should_not_end_the_agreement() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 4, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 4)).unwrap();
    for period in 0..4 {
        assert_eq!(status(&mut env), if period == 0 { AgreementStatus::Open } else { AgreementStatus::Active });
        env.play_period(&stage, period, [Some(0); 3]);
        let paid = env.read(|| Compensation::settlement(AGREEMENT, period)).expect("settled").amounts;
        assert_eq!(paid.compensation, 20 * DSLA);
    }
    assert_eq!(status(&mut env), AgreementStatus::Completed);
}

/// "Bots join after the outcome is known and leave before the loss."
#[test]
fn who_joins_late_should_get_nothing_and_who_leaves_should_bear_the_running_loss() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 5, committee));
    let (customer, bot, backer) = (env.person("customer"), env.person("bot"), env.person("backer"));
    env.submit(&backer, Pool::back { agreement: AGREEMENT, amount: 1_000 * DSLA, terms_version: 0 }).unwrap();
    env.submit(&customer, subscribe(50, 4)).unwrap();
    env.play_period(&stage, 0, [Some(100_000); 3]);
    let shares = env.read(|| Compensation::backing(AGREEMENT, &backer.id()).shares);
    assert!(shares > 0);

    // Period 1 runs and everybody knows how bad it is.
    env.pass_to(stage.terms.schedule.boundary(1).unwrap() + 6 * DAY);
    env.blocks(1);
    env.submit(&bot, subscribe(1, 1)).unwrap();
    env.submit(&backer, Pool::give_backing_notice { agreement: AGREEMENT, shares }).unwrap();
    let late = Pool::back { agreement: AGREEMENT, amount: 100 * DSLA, terms_version: 0 };
    env.submit(&bot, late).unwrap();
    // 50 units could cost 1,000 in each of the periods to come, which the provider alone must cover.
    env.submit(&backer, Pool::exit { agreement: AGREEMENT, shares }).unwrap_err();
    env.submit(&stage.provider, Pool::stake_cover { agreement: AGREEMENT, amount: 100 * DSLA }).unwrap();
    env.submit(&backer, Pool::exit { agreement: AGREEMENT, shares }).unwrap();
    env.play_period(&stage, 1, [Some(0); 3]);
    assert_eq!(compensation(&mut env, &bot), 0, "its unit counts from period 2 on");
    // Junior bears 1,000 first; what is left of both covers period 2, in which the backer is gone.
    let exit = env.read(|| Compensation::claimable(AGREEMENT, &backer.id()).exit);
    assert!(exit <= 1_000 * DSLA, "{exit}");
    let deposit = env.read(|| Compensation::backing(AGREEMENT, &bot.id()).shares);
    assert!(deposit > 0, "the late deposit bears nothing of period 1");
}

/// "Who asks for an exit while a period runs escapes its loss."
#[test]
fn an_exit_should_be_priced_after_the_loss_of_the_running_period() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 4, committee));
    let (customer, backer) = (env.person("customer"), env.person("backer"));
    env.submit(&backer, Pool::back { agreement: AGREEMENT, amount: 1_000 * DSLA, terms_version: 0 }).unwrap();
    env.play_period(&stage, 0, [Some(100_000); 3]);
    // 75 units for period 2 alone: 1,500 of cover, of which the backer bears 500.
    env.pass_to(stage.terms.schedule.boundary(1).unwrap() + DAY);
    env.blocks(1);
    env.submit(&customer, subscribe(75, 1)).unwrap();
    env.pass_to(stage.terms.schedule.boundary(2).unwrap() + DAY);
    env.blocks(1);
    let shares = env.read(|| Compensation::backing(AGREEMENT, &backer.id()).shares);
    env.submit(&backer, Pool::give_backing_notice { agreement: AGREEMENT, shares }).unwrap();
    env.submit(&backer, Pool::exit { agreement: AGREEMENT, shares }).unwrap();
    env.play_period(&stage, 2, [Some(0); 3]);
    let exit = env.read(|| Compensation::claimable(AGREEMENT, &backer.id()).exit);
    // The fees of two periods without income came out of the provider's stake before.
    let lost = 1_000 * DSLA - exit;
    assert!((500 * DSLA..=502 * DSLA).contains(&lost), "{lost}");
}

/// "Verification is a race for a fee."
#[test]
fn verification_should_need_nobody_and_the_call_should_be_a_fallback() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 3, committee));
    let (customer, settler) = (env.person("customer"), env.person("settler"));
    env.submit(&customer, subscribe(1, 3)).unwrap();
    env.play_period(&stage, 0, [Some(100_000); 3]);
    assert!(matches!(env.read(|| Periods::<Runtime>::get(AGREEMENT, 0)).unwrap().phase, Phase::Final { .. }));
    // There is nothing to race for.
    let refused = env.submit(&settler, Agreements::<Runtime>::settle { agreement: AGREEMENT });
    assert_eq!(refused, Err(Error::<Runtime>::NothingDue.into()));

    // In a block that has no room for what the chain does by itself, anybody can do it.
    env.pass_to(stage.terms.schedule.boundary(2).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, 1, milli(100_000)).unwrap();
    }
    env.pass_to(env.now() + HOUR);
    env.blocks(1);
    env.jump_to(env.now() + 3 * HOUR);
    let id = settler.id();
    let settled = env.block_with(|| {
        Executive::inherents_applied();
        let call: RuntimeCall = Agreements::<Runtime>::settle { agreement: AGREEMENT }.into();
        call.dispatch(RuntimeOrigin::signed(id)).is_ok()
    });
    assert!(settled, "an epoch ends in that block");
    assert_eq!(env.read(|| Compensation::claimable(AGREEMENT, &settler.id()).income), FEE / 4);
}

/// "An oracle failure freezes claims."
#[test]
fn a_silent_oracle_should_freeze_no_claim() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 3, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 3)).unwrap();
    env.play_period(&stage, 0, [Some(0); 3]);
    env.pass_to(stage.terms.schedule.boundary(2).unwrap() + HOUR / 2);
    env.blocks(1);
    // Nobody reports on period 1; what period 0 owes was paid out meanwhile.
    assert_eq!(compensation(&mut env, &customer), 0);
    assert!(env.owned(&customer.id()) > 100_000 * DSLA - 30 * DSLA + 20 * DSLA);
    env.play_period(&stage, 1, [None; 3]);
    assert_eq!(verdict(&mut env, 1), (Outcome::NoData, Perbill::zero()));
    env.submit(&customer, Pool::claim { agreement: AGREEMENT }).unwrap();
    env.play_period(&stage, 2, [Some(100_000); 3]);
    assert_eq!(status(&mut env), AgreementStatus::Completed);
}

/// "A wrong report paid ten times too much and was corrected by hand."
#[test]
fn a_wrong_report_should_be_refused_outvoted_or_overruled_before_money_moves() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 3, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 3)).unwrap();
    // Refused.
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    env.blocks(1);
    let implausible = env.report(&stage.reporters[0], AGREEMENT, 0, milli(999_500));
    assert_eq!(implausible, Err(pallet_sli_oracle::Error::<Runtime>::ImplausibleValue.into()));
    // Outvoted.
    env.play_period(&stage, 0, [Some(0), Some(99_950), Some(99_950)]);
    assert_eq!(verdict(&mut env, 0), (Outcome::Met, Perbill::zero()));
    // Overruled: all three are wrong, and no money has moved when the provider objects.
    env.pass_to(stage.terms.schedule.boundary(2).unwrap());
    for reporter in &stage.reporters {
        env.report(reporter, AGREEMENT, 1, milli(0)).unwrap();
    }
    env.pass_to(env.now() + HOUR);
    env.blocks(1);
    assert_eq!(verdict(&mut env, 1), (Outcome::Missed, Perbill::one()));
    assert_eq!(compensation(&mut env, &customer), 0);
    let (round, truth) =
        (RoundId::new(AGREEMENT, 1), Indicators::truncate_from(vec![Indicator::Value(milli(100_000))]));
    env.submit(&stage.provider, Disputes::<Runtime>::challenge { round, indicators: truth }).unwrap();
    // There are no reporters beside the committee, so the arbiter is asked.
    for _ in 0..4 {
        env.pass_to(env.now() + HOUR);
        env.blocks(2);
    }
    let ruled: Result<(), DispatchError> = env.block_with(|| {
        let call: RuntimeCall = Disputes::<Runtime>::arbitrate { round, choice: 1 }.into();
        call.dispatch(RuntimeOrigin::root()).map(|_| ()).map_err(|failed| failed.error)
    });
    assert_eq!(ruled, Ok(()));
    env.blocks(2);
    assert_eq!(verdict(&mut env, 1), (Outcome::Met, Perbill::zero()));
    assert_eq!(compensation(&mut env, &customer), 0);
}

/// "A deposit for the verification of every period up front was a deal breaker."
#[test]
fn verification_should_be_paid_as_periods_settle() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 12, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 12)).unwrap();
    let buckets = env.read(|| Compensation::buckets(AGREEMENT));
    assert_eq!((buckets.junior, buckets.owed), (1_000 * DSLA, 0), "all that was staked is cover");
    for period in 0..2 {
        env.play_period(&stage, period, [Some(100_000); 3]);
        let paid = env.read(|| Compensation::settlement(AGREEMENT, period)).unwrap().amounts;
        assert_eq!((paid.income, paid.fee), (10 * DSLA, FEE), "from what the customer paid for the period");
    }
    assert_eq!(env.read(|| Compensation::buckets(AGREEMENT)).junior, 1_000 * DSLA);
}

/// "Share price inverted; a donation inflates it."
#[test]
fn a_donation_should_move_no_price() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 6, committee));
    let (first, second) = (env.person("first"), env.person("second"));
    let back = |amount| Pool::<Runtime>::back { agreement: AGREEMENT, amount, terms_version: 0 };
    env.submit(&first, back(10 * DSLA)).unwrap();
    env.play_period(&stage, 0, [Some(100_000); 3]);
    // The classic attack: a gift that is to make every share so dear that the next deposit buys none.
    let account = env.read(|| Compensation::pool_account(AGREEMENT));
    let gift = pallet_balances::Call::<Runtime>::transfer_keep_alive { dest: account.into(), value: 50_000 * DSLA };
    env.submit(&first, gift).unwrap();
    env.submit(&second, back(10 * DSLA)).unwrap();
    env.play_period(&stage, 1, [Some(100_000); 3]);
    let worth = |env: &mut Env, who: &Person| {
        let who = who.id();
        env.read(|| {
            let shares = Compensation::backing(AGREEMENT, &who).shares;
            Compensation::value_of_shares(AGREEMENT, shares).expect("there is a pool")
        })
    };
    let values = (worth(&mut env, &first), worth(&mut env, &second));
    assert!(values.0 <= 10 * DSLA && values.1 <= 10 * DSLA, "{values:?}");
    assert!(values.0 + 1 >= 10 * DSLA && values.1 + 1 >= 10 * DSLA, "a planck of rounding at most: {values:?}");
}

/// "Months and years unimplemented, or arrays of timestamps."
#[test]
fn periods_should_be_civil_months_and_years_with_leap_days() {
    // 31 January 2028, 12:00 UTC, a leap year; the chain begins in 2027.
    let start = 1_832_932_800_000;
    let cases = [
        (Period::Monthly, [1_835_438_400_000, 1_838_116_800_000]), // 29 February and 31 March, 12:00
        (Period::Yearly, [1_864_555_200_000, 1_896_091_200_000]),  // 31 January 2029 and 2030, 12:00
    ];
    for (period, ends) in cases {
        let mut env = Env::new();
        let stage = env.stage(|_, committee| people::terms(start, period, 2, committee));
        for (number, end) in (0..2).zip(ends) {
            assert_eq!(stage.terms.schedule.boundary(number + 1), Some(end));
            env.pass_to(end - 12_000);
            let early = env.report(&stage.reporters[0], AGREEMENT, number, milli(100_000));
            assert_eq!(early, Err(pallet_sli_oracle::Error::<Runtime>::TooEarly.into()));
            env.play_period(&stage, number, [Some(100_000); 3]);
            assert_eq!(verdict(&mut env, number), (Outcome::Met, Perbill::zero()));
        }
        env.blocks(2);
        assert_eq!(status(&mut env), AgreementStatus::Completed);
    }
}

/// "Lists without pages; own positions not found."
#[test]
fn lists_should_have_pages_and_own_positions_be_found_by_account() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 3, committee));
    let customer = env.person("customer");
    env.submit(&customer, subscribe(1, 1)).unwrap();
    for id in 1..5 {
        let agreement = AgreementId(id);
        open(&mut env, &stage, agreement);
        if id % 2 == 0 {
            let call = Pool::<Runtime>::sponsor {
                agreement,
                who: customer.id(),
                units: 1,
                periods: 1,
                max_payment: 99 * DSLA,
            };
            env.submit(&stage.provider, call).unwrap();
        }
    }
    let who = customer.id();
    let (mut found, mut from) = (Vec::new(), None);
    loop {
        let (page, next) = env.read(|| Compensation::claimables(&who, from, 2));
        assert!(page.len() <= 2);
        found.extend(page.into_iter().map(|(agreement, _)| agreement.0));
        from = next;
        if from.is_none() {
            break;
        }
    }
    found.sort_unstable();
    assert_eq!(found, [0, 2, 4]);
    let ids = |env: &mut Env, from, limit| env.read(|| Sla::ids(AgreementId(from), limit));
    assert_eq!(ids(&mut env, 0, 3), [0, 1, 2].map(AgreementId));
    assert_eq!(ids(&mut env, 3, 100), [3, 4].map(AgreementId));
    env.play_period(&stage, 0, [Some(100_000); 3]);
    env.play_period(&stage, 1, [Some(100_000); 3]);
    assert_eq!(env.read(|| Sla::log(AGREEMENT, 1, 1)).len(), 1);
}

/// Another agreement on the same terms, with cover.
fn open(env: &mut Env, stage: &Stage, agreement: AgreementId) {
    let mut terms = stage.terms.clone();
    terms.schedule.start = env.now() + HOUR;
    let calls: [RuntimeCall; 3] = [
        Agreements::register_agreement { service: ServiceId(0), terms }.into(),
        Pool::stake_cover { agreement, amount: 100 * DSLA }.into(),
        Agreements::open_agreement { agreement }.into(),
    ];
    for call in calls {
        env.submit(&stage.provider, call).unwrap();
    }
}

/// A batch with one report that is refused changes nothing: a wrong line does not slip in behind a right one.
#[test]
fn a_batch_should_be_taken_as_a_whole_or_not_at_all() {
    let mut env = Env::new();
    let stage = env.stage(|start, committee| people::terms(start, Period::Weekly, 2, committee));
    env.pass_to(stage.terms.schedule.boundary(1).unwrap());
    env.blocks(1);
    let report = |period, value| SubmittedReport {
        round: RoundId::new(AGREEMENT, period),
        measurements: BoundedVec::truncate_from(vec![Measurement::Value(milli(value))]),
        evidence: H256::repeat_byte(1),
    };
    let reports = BoundedVec::truncate_from(vec![report(0, 100_000), report(1, 100_000)]);
    env.submit(&stage.reporters[0], Oracle::<Runtime>::submit { reports }).unwrap_err();
    let round = env.read(|| pallet_sli_oracle::Rounds::<Runtime>::get(RoundId::new(AGREEMENT, 0)));
    assert_eq!(round.count(), 0);
}
