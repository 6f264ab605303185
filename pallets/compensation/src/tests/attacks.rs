// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::vault::VIRTUAL_SHARES;
use proptest::prelude::*;

/// Runs period after period without a loss, with nobody subscribed.
fn quiet(periods: u32) {
    for _ in 0..periods {
        settle(SLA, &met());
    }
}

#[test]
fn first_backer_should_gain_nothing_by_a_gift() {
    let run = |gift: Balance| {
        let mut victim = 0;
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 1_000_000);
            back(ALICE, 100);
            quiet(1);
            donate(SLA, gift);
            back(BOB, 7_777);
            quiet(1);
            leave(BOB, backing(BOB).shares);
            quiet(1);
            victim = claimable(BOB);
        });
        victim
    };
    assert_eq!((run(1), run(1_000_000)), (7_777, 7_777));
}

#[test]
fn backing_just_before_a_premium_should_earn_nothing_of_it() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        back(ALICE, 1_000);
        quiet(1);
        subscribe(CAROL, 10, 1);
        go_to(3);
        settle_now(SLA, &met(), None);
        // Period 2, with its premium of 2,000, is over but not settled.
        back(BOB, 30_000);
        settle_now(SLA, &met(), None);
        assert_eq!((buckets().senior, buckets().pending), (3_000, 30_000));
        quiet(1);
        leave(BOB, backing(BOB).shares);
        quiet(1);
        assert!(claimable(BOB) <= 30_000);
        assert!(Compensation::value_of_shares(SLA, backing(ALICE).shares).unwrap() >= 2_990);
    });
}

#[test]
fn leaving_before_a_known_miss_should_not_escape_it() {
    let run = |early: bool| {
        let mut paid = 0;
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 1_000);
            back(ALICE, 4_000);
            back(BOB, 4_000);
            quiet(1);
            subscribe(CAROL, 2, 1);
            go_to(2);
            settle_now(SLA, &met(), None);
            // Period 2 runs badly, and everybody knows.
            if early {
                leave(ALICE, backing(ALICE).shares);
            }
            settle(SLA, &missed(80));
            if !early {
                leave(ALICE, backing(ALICE).shares);
                quiet(1);
            }
            paid = claimable(ALICE);
        });
        paid
    };
    // 7,000 of 8,000 are lost, and 2·200·20 % earned.
    assert_eq!((run(true), run(false)), (540, 540));
}

#[test]
fn order_of_claims_should_not_matter_for_backers_of_an_insolvent_pool() {
    let people = [ALICE, BOB, CAROL];
    let run = |order: [usize; 3]| {
        let mut wallets = Vec::new();
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 1_000);
            for (who, amount) in people.into_iter().zip([1_003, 2_005, 3_007]) {
                back(who, amount);
            }
            quiet(1);
            subscribe(SETTLER, 1, 1);
            settle(SLA, &met());
            settle(SLA, &missed(73));
            end(SLA, AgreementStatus::Terminated);
            for index in order {
                assert_ok!(Compensation::claim(signed(people[index]), SLA));
            }
            wallets = people.iter().map(|who| wallet(*who)).collect();
        });
        wallets
    };
    let first = run([0, 1, 2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(run(order), first);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    /// In and out again and again, next to somebody who stays, at an odd price: never a profit.
    #[test]
    fn rounding_loops_should_earn_nothing(
        stays in 100..100_000u128,
        odd in 0..50_000u128,
        amounts in prop::collection::vec(100..5_000u128, 3),
    ) {
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 1_000_000);
            back(ALICE, stays);
            quiet(1);
            // As a premium would.
            crate::Pools::<Test>::mutate_extant(SLA, |pool| {
                pool.buckets.junior -= odd;
                pool.buckets.senior += odd;
            });
            let before = Compensation::value_of_shares(SLA, backing(ALICE).shares).unwrap();
            for amount in amounts {
                back(BOB, amount);
                quiet(1);
                leave(BOB, backing(BOB).shares);
                quiet(1);
                assert!(claimable(BOB) <= amount);
                assert!(claimable(BOB) + 2 + odd.div_ceil(stays) >= amount);
                assert_ok!(Compensation::claim(signed(BOB), SLA));
            }
            assert!(wallet(BOB) <= RICH);
            assert!(Compensation::value_of_shares(SLA, backing(ALICE).shares).unwrap() >= before);
            assert!(crate::Pools::<Test>::get(SLA).unwrap().vault.shares >= stays * VIRTUAL_SHARES);
        });
    }
}
