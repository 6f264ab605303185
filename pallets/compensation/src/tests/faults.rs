// SPDX-License-Identifier: Apache-2.0

//! Faults that pools of this kind are known for.

use super::*;
use crate::Settlements;

#[test]
fn donation_should_not_change_any_claim() {
    let run = |gift: Balance| {
        let mut outcome = Default::default();
        ExtBuilder::default().build_and_execute(|| {
            VerificationFee::set(100);
            if gift > 0 {
                donate(SLA, gift);
            }
            stake(SLA, 8_000);
            subscribe(BOB, 1, 3);
            subscribe(CAROL, 1, 3);
            assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 100));
            set_member(BOB, 3);
            settle(SLA, &missed(80));
            if gift > 0 {
                donate(SLA, gift);
            }
            settle(SLA, &missed(80));
            settle(SLA, &met());
            assert_eq!(Compensation::surplus(SLA), Ok(2 * gift));
            outcome = ([BOB, CAROL, PROVIDER].map(claimable), buckets());
        });
        outcome
    };
    assert_eq!(run(0), run(1));
    assert_eq!(run(0), run(1_000_000));
}

#[test]
fn late_joiner_should_not_earn_from_past_periods() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 100_000);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        set_member(ALICE, 1);
        subscribe(ALICE, 1, 4);
        settle(SLA, &missed(20));
        settle(SLA, &met());
        let earned = Compensation::claimable(SLA, &ALICE);
        // Period 2 runs, so what is agreed now counts from 3; and nothing of it dilutes what is earned.
        set_member(BOB, 1_000_000);
        subscribe(BOB, 10, 1);
        assert_eq!(claimable(BOB), 0);
        assert_eq!(Compensation::claimable(SLA, &ALICE), earned);
        settle(SLA, &missed(20));
        assert_eq!(claimable(BOB), 0);
        settle(SLA, &missed(20));
        assert_eq!(
            Compensation::claimable(SLA, &BOB),
            Claimable { refund: 3_000, compensation: 10_000, ..Default::default() }
        );
    });
}

#[test]
fn leaver_should_keep_what_was_earned_and_earn_nothing_more() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        set_member(ALICE, 1);
        set_member(BOB, 1);
        settle(SLA, &met());
        // Period 1 runs and still counts.
        set_member(ALICE, 0);
        settle(SLA, &met());
        assert_eq!((claimable(ALICE), claimable(BOB)), (90, 90));
        settle(SLA, &met());
        settle(SLA, &met());
        assert_eq!((claimable(ALICE), claimable(BOB)), (90, 270));
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_ok!(Compensation::claim(signed(BOB), SLA));
        assert_eq!(buckets().owed, 0);
    });
}

#[test]
fn claim_order_should_not_matter_when_the_pool_is_insolvent() {
    let customers = [ALICE, BOB, CAROL];
    let run = |order: [usize; 3]| {
        let mut wallets = Vec::new();
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 24_000);
            subscribe(ALICE, 1, 2);
            subscribe(BOB, 2, 2);
            subscribe(CAROL, 3, 2);
            // The first miss takes 18,000 of the cover; the second has to do with the rest.
            settle(SLA, &missed(60));
            assert_eq!(buckets().junior, 6_000);
            stake(SLA, 3);
            settle(SLA, &missed(80));
            let second = Settlements::<Test>::get(SLA, 1).unwrap().amounts;
            assert_eq!((second.compensation, buckets().junior), (6_000, 3));
            for index in order {
                assert_ok!(Compensation::claim(signed(customers[index]), SLA));
            }
            wallets = customers.iter().map(|who| wallet(*who)).collect();
        });
        wallets
    };
    let first = run([0, 1, 2]);
    for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        assert_eq!(run(order), first);
    }
    // In proportion to the units: 1,100·2 paid, 1,600 of it back, 3,000 + 1,000 compensation.
    assert_eq!(first, vec![RICH + 3_400, RICH + 6_800, RICH + 10_200]);
}

#[test]
fn a_payee_below_the_existential_deposit_should_not_stop_a_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(20);
        Reporting::set(Paying::Fails);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        set_member(NOBODY, 1);
        set_member(ALICE, 89);
        stake(SLA, 1_000);
        // Neither member nor settler has a wallet.
        settle_now(SLA, &met(), Some(NOBODY + 1));
        settle_now(SLA, &met(), Some(NOBODY + 1));
        assert_eq!((claimable(NOBODY), claimable(NOBODY + 1)), (2, 10));
        Compensation::on_idle(1, Weight::MAX);
        assert_eq!((claimable(NOBODY), claimable(NOBODY + 1)), (2, 0));
        assert_eq!(wallet(NOBODY + 1), ED);
        settle_now(SLA, &met(), Some(NOBODY + 1));
        assert_eq!(claimable(NOBODY), 3);
    });
}

#[test]
fn wallet_of_the_treasury_should_not_stop_a_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(20);
        stake(SLA, 1_000);
        let rest = wallet(TREASURY);
        assert_ok!(Balances::transfer_allow_death(signed(TREASURY), ALICE, rest));
        settle_now(SLA, &met(), Some(SETTLER));
        // The treasury's 5 could not be placed and left the supply with what is burned on purpose.
        assert_eq!(wallet(TREASURY), 0);
        Lost::set(5);
    });
}

#[test]
fn splitting_a_subscription_should_gain_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 60_000);
        subscribe(ALICE, 3, 3);
        for _ in 0..3 {
            subscribe(BOB, 1, 3);
        }
        for who in 101..=103 {
            assert_ok!(Balances::transfer_allow_death(signed(CAROL), who, 10_000));
            subscribe(who, 1, 3);
        }
        for credit in [33, 77, 80] {
            settle(SLA, &missed(credit));
        }
        let split = (101..=103).map(claimable).sum::<Balance>();
        assert_eq!((claimable(BOB), split), (claimable(ALICE), claimable(ALICE)));
    });
}
