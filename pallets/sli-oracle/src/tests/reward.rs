// SPDX-License-Identifier: Apache-2.0

use super::*;
use sp_runtime::{ArithmeticError, TokenError};

#[test]
fn reward_should_share_equally_and_leave_the_rest_with_the_payer() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB, CHARLIE]);
        assert_eq!(reward(ROUND, 101), Ok(99));
        assert_eq!(Balances::balance(&POOL), WALLET - 99);
        assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT + 99);
        assert_eq!([ALICE, BOB, CHARLIE, DAVE].map(claimable), [33, 33, 33, 0]);
        assert_eq!(last_event(), Event::ReportersRewarded { round: ROUND, share: 33, reporters: 3 });
    });
}

#[test]
fn reward_should_take_nothing_when_a_share_would_be_zero() {
    for (reporters, amount) in [(0, 1_000), (3, 0), (3, 2)] {
        build_and_execute(|| {
            round_of(ROUND, &COMMITTEE[..reporters]);
            let events = System::events();
            assert_eq!(reward(ROUND, amount), Ok(0));
            assert_eq!(Balances::balance(&POOL), WALLET);
            assert_eq!(System::events(), events);
        });
    }
}

/// The committee reports these latencies.
fn reported(latencies: [u128; 4]) {
    register(&COMMITTEE);
    for (who, ms) in COMMITTEE.into_iter().zip(latencies) {
        assert_ok!(submit(who, &[latency(ROUND, ms)]));
    }
}

#[test]
fn reward_should_leave_the_share_of_a_wrong_report_with_the_payer() {
    build_and_execute(|| {
        reported([100, 101, 100, 900]);
        // 25 for each of four, also when only three get it.
        assert_eq!(reward(ROUND, 101), Ok(75));
        assert_eq!(COMMITTEE.map(claimable), [25, 25, 25, 0]);
        assert_eq!(Balances::balance(&POOL), WALLET - 75);
        assert_eq!(last_event(), Event::ReportersRewarded { round: ROUND, share: 25, reporters: 3 });
    });
}

#[test]
fn reward_should_follow_the_ruling_and_not_the_median() {
    build_and_execute(|| {
        reported([100, 100, 100, 900]);
        assert_eq!(reward_by(ROUND, &[value(1), value(900)], 100), Ok(25));
        assert_eq!(COMMITTEE.map(claimable), [0, 0, 0, 25]);
    });
}

#[test]
fn reward_should_take_nothing_when_all_reports_are_wrong() {
    build_and_execute(|| {
        reported([100; 4]);
        let events = System::events();
        assert_eq!(reward_by(ROUND, &[value(1), value(900)], 100), Ok(0));
        assert_eq!(Balances::balance(&POOL), WALLET);
        assert_eq!(System::events(), events);
        assert!(!Rewards::<Test>::contains_key(AGREEMENT));
    });
}

#[test]
fn reward_should_pay_who_cannot_be_judged_but_not_who_says_nothing() {
    build_and_execute(|| {
        register(&COMMITTEE);
        assert_ok!(submit(ALICE, &[latency(ROUND, 100)]));
        assert_ok!(submit(BOB, &[report(ROUND, &[Measurement::NoData, Measurement::NoData])]));
        // Without a final value nobody can be wrong.
        frame_support::hypothetically!({
            assert_eq!(reward_by(ROUND, &[Indicator::NoData, Indicator::NoData], 100), Ok(100));
            assert_eq!([ALICE, BOB].map(claimable), [50, 50]);
        });
        assert_eq!(reward_by(ROUND, &[value(1), value(100)], 100), Ok(50));
        assert_eq!([ALICE, BOB].map(claimable), [50, 0]);
    });
}

#[test]
fn reward_should_add_up_over_periods() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        Clock::set(ENDED + PERIOD);
        let next = RoundId::new(AGREEMENT, 1);
        round_of(next, &[BOB, CHARLIE]);
        assert_eq!(reward(ROUND, 10), Ok(10));
        assert_eq!(reward(next, 20), Ok(20));
        assert_eq!([ALICE, BOB, CHARLIE].map(claimable), [5, 15, 10]);
    });
}

#[test]
fn reward_should_keep_the_payer_alive() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        let most = WALLET - EXISTENTIAL_DEPOSIT;
        assert_noop!(reward(ROUND, most + 1), TokenError::NotExpendable);
        assert_noop!(reward(ROUND, WALLET + 1), TokenError::FundsUnavailable);
        assert_noop!(reward(ROUND, Balance::MAX), ArithmeticError::Underflow);
        assert_eq!(reward(ROUND, most), Ok(most));
        assert_eq!(Balances::balance(&POOL), EXISTENTIAL_DEPOSIT);
    });
}

#[test]
fn reward_should_take_nothing_when_the_reward_account_is_not_alive() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(Balances::transfer(&SliOracle::pot(), &STRANGER, EXISTENTIAL_DEPOSIT, Preservation::Expendable));
        assert_eq!(reward(ROUND, 1_000), Ok(0));
        assert_eq!(Balances::balance(&POOL), WALLET);
        assert_ok!(Balances::transfer(&STRANGER, &SliOracle::pot(), EXISTENTIAL_DEPOSIT, Preservation::Preserve));
        assert_eq!(reward(ROUND, 1_000), Ok(1_000));
    });
}

#[test]
fn reward_should_not_count_donations() {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE]);
        assert_ok!(Balances::transfer(&STRANGER, &SliOracle::pot(), 777, Preservation::Preserve));
        assert_eq!(reward(ROUND, 100), Ok(100));
        assert_eq!(claimable(ALICE), 100);
        assert_ok!(SliOracle::claim_rewards(signed(ALICE), AGREEMENT));
        assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT + 777);
    });
}

/// Twenty accounts earn under one agreement, although its table has room for sixteen.
#[test]
fn reward_should_stay_claimable_when_the_whole_committee_is_replaced() {
    build_and_execute(|| {
        let (first, second) = ((ALICE..ALICE + 16).collect::<Vec<_>>(), (ALICE + 4..ALICE + 20).collect::<Vec<_>>());
        Agreements::insert(AGREEMENT, terms(&first, 11));
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(1, terms(&second, 11));
            agreement.terms.insert(2, terms(&first, 11));
        });
        for (period, committee) in [(0, &first), (1, &second), (2, &first)] {
            let round = RoundId::new(AGREEMENT, period);
            Clock::set(ENDED + PERIOD * Moment::from(period));
            round_of(round, committee);
            assert_eq!(reward(round, 160), Ok(160));
            SliOracle::do_try_state().unwrap();
        }
        // The first four earned in periods 0 and 2, the next twelve in all of them, the last four in period 1.
        let earned = |who| match who - ALICE {
            0..4 => 20,
            4..16 => 30,
            _ => 10,
        };
        assert_eq!(Rewards::<Test>::get(AGREEMENT).len(), 16);
        assert_eq!(FormerRewards::<Test>::iter().count(), 8);
        for who in ALICE..ALICE + 20 {
            assert_eq!(claimable(who), earned(who), "of {who}");
            let before = Balances::balance(&who);
            assert_ok!(SliOracle::claim_rewards_for(signed(STRANGER), AGREEMENT, who));
            assert_eq!(Balances::balance(&who), before + earned(who));
        }
        assert_eq!(FormerRewards::<Test>::iter().count(), 0);
        assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT);
    });
}
