// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, Portfolio};
use frame_support::dispatch::Pays;

#[test]
fn claim_should_pay_refund_compensation_and_reward_at_once() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        subscribe(ALICE, 2, 2);
        set_member(ALICE, 3);
        set_member(BOB, 6);
        settle(SLA, &missed(30));
        settle(SLA, &met());
        // 2·400 + 2·100 back, 2·1,500 compensation, a third of 90.
        let expected = Claimable { refund: 1_000, compensation: 3_000, reward: 30, ..Default::default() };
        assert_eq!(Compensation::claimable(SLA, &ALICE), expected);
        let before = wallet(ALICE);
        let post = Compensation::claim(signed(ALICE), SLA).unwrap();
        assert_eq!(post.pays_fee, Pays::No);
        assert_eq!(wallet(ALICE), before + 4_030);
        assert_eq!(last_event(), Event::Claimed { agreement: SLA, who: ALICE, amount: 4_030, by: Some(ALICE) });
        assert_eq!(claimable(ALICE), 0);
        assert_noop!(Compensation::claim(signed(ALICE), SLA), Error::<Test>::NothingToClaim);
    });
}

#[test]
fn claim_should_pay_the_provider_its_income() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 2, 1);
        settle(SLA, &met());
        assert_eq!(Compensation::claimable(SLA, &PROVIDER), Claimable { income: 2_000, ..Default::default() });
        let before = wallet(PROVIDER);
        assert_ok!(Compensation::claim(signed(PROVIDER), SLA));
        assert_eq!(wallet(PROVIDER), before + 2_000);
        // The customer's part stays.
        assert_eq!((buckets().owed, claimable(ALICE)), (200, 200));
    });
}

#[test]
fn claim_should_pay_a_provider_who_is_also_customer_and_member() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 90));
        subscribe(PROVIDER, 1, 1);
        set_member(PROVIDER, 1);
        settle(SLA, &met());
        let expected = Claimable { refund: 100, compensation: 0, reward: 90, income: 1_000, exit: 0 };
        assert_eq!(Compensation::claimable(SLA, &PROVIDER), expected);
        assert_ok!(Compensation::claim(signed(PROVIDER), SLA));
        assert_eq!(buckets().owed, 0);
        assert!(Portfolio::<Test>::contains_key(PROVIDER, SLA));
    });
}

#[test]
fn claim_should_remove_what_can_earn_nothing_more() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 2);
        settle(SLA, &met());
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert!(Accounts::<Test>::contains_key(SLA, ALICE));
        settle(SLA, &met());
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        // Only the memory of having been a customer is left, and that no longer than the agreement.
        let left = crate::Ledger { history: vec![(0, 2)].try_into().unwrap(), next_id: 1, ..Default::default() };
        assert_eq!(Accounts::<Test>::get(SLA, ALICE), left);
        end(SLA, AgreementStatus::Terminated);
        Compensation::on_idle(1, Weight::MAX);
        assert!(!Accounts::<Test>::contains_key(SLA, ALICE));
        assert!(!Portfolio::<Test>::contains_key(ALICE, SLA));
        assert_eq!(wallet(ALICE), RICH - 2 * 1_000);
    });
}

#[test]
fn claim_should_give_the_same_in_one_go_and_in_steps() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 3, 4);
        subscribe(BOB, 3, 4);
        for credit in [7, 0, 33, 80] {
            settle(SLA, &missed(credit));
            assert_ok!(Compensation::claim(signed(ALICE), SLA));
        }
        assert_ok!(Compensation::claim(signed(BOB), SLA));
        assert_eq!(wallet(ALICE), wallet(BOB));
        // 3 units: 4·1,100 − pay; pay = 1,000·(1 − c); compensation = 5,000·c, over Σ c = 120 %.
        assert_eq!(wallet(ALICE), RICH - 3 * (4_000 - 1_200) + 3 * 6_000);
    });
}

#[test]
fn claim_should_fail_when_there_is_nothing() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        assert_noop!(Compensation::claim(signed(ALICE), SLA), Error::<Test>::NothingToClaim);
        assert_noop!(Compensation::claim(signed(BOB), SLA), Error::<Test>::NothingToClaim);
        assert_noop!(Compensation::claim(signed(PROVIDER), SLA), Error::<Test>::NothingToClaim);
        assert_noop!(Compensation::claim(signed(ALICE), UNKNOWN), Error::<Test>::PoolNotFound);
        assert_noop!(Compensation::claim(RuntimeOrigin::root(), SLA), DispatchError::BadOrigin);
    });
}

#[test]
fn claim_should_fail_without_loss_when_the_wallet_cannot_be_created() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 200));
        set_member(NOBODY, 1);
        set_member(ALICE, 9);
        settle(SLA, &met());
        assert_eq!(claimable(NOBODY), ED - 1);
        assert_noop!(Compensation::claim(signed(NOBODY), SLA), Error::<Test>::BelowExistentialDeposit);
        settle(SLA, &met());
        assert_ok!(Compensation::claim(signed(NOBODY), SLA));
        assert_eq!(wallet(NOBODY), 2 * (ED - 1));
    });
}
