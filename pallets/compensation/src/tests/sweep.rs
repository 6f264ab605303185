// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, Pools, SweepCursor, SweepHead, SweepQueue, SweepTail, WeightInfo};

fn sweep() -> Weight {
    let used = Compensation::on_idle(1, Weight::MAX);
    check_books();
    used
}

fn waiting() -> Vec<AgreementId> {
    (SweepHead::<Test>::get()..SweepTail::<Test>::get())
        .map(|place| SweepQueue::<Test>::get(place).unwrap().0)
        .collect()
}

/// Subscribes five accounts to one unit each and settles the first period.
fn five_customers() -> Vec<AccountId> {
    stake(SLA, 100_000);
    let customers = (101..=105).collect::<Vec<_>>();
    for who in &customers {
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), *who, 10_000));
        subscribe(*who, 1, 2);
    }
    settle(SLA, &missed(10));
    customers
}

#[test]
fn sweep_should_pay_everybody_and_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        let customers = five_customers();
        assert_eq!(waiting(), vec![SLA]);
        let before = wallet(PROVIDER);
        sweep();
        for who in customers {
            assert_eq!((claimable(who), wallet(who)), (0, 10_000 - 2_200 + 200 + 500));
        }
        assert_eq!(wallet(PROVIDER), before + 5 * 900);
        assert_eq!(buckets().owed, 0);
        assert!(waiting().is_empty());
        assert_eq!(SweepQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn sweep_should_go_by_the_delay_of_today() {
    ExtBuilder::default().build_and_execute(|| {
        SweepDelay::set(1_000_000);
        let customers = five_customers();
        sweep();
        assert!(claimable(customers[0]) > 0);
        SweepDelay::set(0);
        sweep();
        assert_eq!(claimable(customers[0]), 0);
    });
}

#[test]
fn sweep_should_begin_when_the_delay_is_over_and_not_before() {
    ExtBuilder::default().build_and_execute(|| {
        SweepDelay::set(1_000);
        let customers = five_customers();
        let due = Now::get() + 1_000;
        for (now, paid) in [(due - 1, false), (due, true), (due + 1, true)] {
            Now::set(now);
            sweep();
            assert!(customers.iter().all(|who| (claimable(*who) == 0) == paid), "{paid} at {now}");
        }
    });
}

#[test]
fn sweep_should_wait_for_ever_when_the_delay_overflows() {
    ExtBuilder::default().build_and_execute(|| {
        SweepDelay::set(u64::MAX);
        let customers = five_customers();
        sweep();
        assert!(customers.iter().all(|who| claimable(*who) > 0));
    });
}

#[test]
fn sweep_should_keep_its_place_between_blocks() {
    ExtBuilder::default().build_and_execute(|| {
        let customers = five_customers();
        MaxPayouts::set(2);
        for paid in [2, 4, 5] {
            sweep();
            assert_eq!(customers.iter().filter(|who| claimable(**who) == 0).count(), paid);
        }
        assert_eq!(claimable(PROVIDER), 0);
        assert!(waiting().is_empty() && !SweepCursor::<Test>::exists());
    });
}

#[test]
fn sweep_should_use_no_more_weight_than_it_is_given() {
    ExtBuilder::default().build_and_execute(|| {
        let customers = five_customers();
        let (base, step) = (<() as WeightInfo>::sweep_base(), <() as WeightInfo>::sweep_account());
        for (given, used, paid) in [
            (Weight::zero(), Weight::zero(), 0),
            (base - Weight::from_parts(1, 0), Weight::zero(), 0),
            (base, base, 0),
            (base + step - Weight::from_parts(1, 0), base, 0),
            (base + step, base + step, 1),
            (base + step * 3, base + step * 3, 4),
        ] {
            assert_eq!(Compensation::on_idle(1, given), used);
            assert_eq!(customers.iter().filter(|who| claimable(**who) == 0).count(), paid);
        }
    });
}

#[test]
fn sweep_should_cost_only_a_look_when_nobody_waits() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(sweep(), <() as WeightInfo>::sweep_base());
    });
}

#[test]
fn sweep_should_skip_who_cannot_be_paid_until_the_next_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 200));
        set_member(NOBODY, 1);
        set_member(ALICE, 9);
        settle(SLA, &met());
        System::reset_events();
        sweep();
        assert_eq!((claimable(NOBODY), claimable(ALICE)), (9, 0));
        let error = Error::<Test>::BelowExistentialDeposit.into();
        System::assert_has_event(Event::PayoutFailed { agreement: SLA, who: NOBODY, error }.into());
        // It does not come back by itself.
        assert!(waiting().is_empty());
        System::reset_events();
        sweep();
        assert!(System::events().is_empty());
        settle(SLA, &met());
        sweep();
        assert_eq!((claimable(NOBODY), wallet(NOBODY)), (0, 18));
    });
}

#[test]
fn sweep_should_queue_again_at_the_tail_when_settled_meanwhile() {
    ExtBuilder::default().build_and_execute(|| {
        let customers = five_customers();
        register(OTHER, pricing());
        settle(OTHER, &met());
        // Waiting once is enough.
        assert_eq!(waiting(), vec![SLA, OTHER]);
        settle(OTHER, &met());
        assert_eq!(waiting(), vec![SLA, OTHER]);
        // Begun: the accounts already visited need another visit, after the other agreement.
        MaxPayouts::set(2);
        sweep();
        settle(SLA, &met());
        assert_eq!(waiting(), vec![SLA, OTHER, SLA]);
        check_books();
        for _ in 0..2 {
            sweep();
        }
        assert_eq!(customers.iter().filter(|who| claimable(**who) == 0).count(), 3);
        assert_eq!(waiting(), vec![OTHER, SLA]);
        MaxPayouts::set(100);
        sweep();
        assert!(customers.iter().all(|who| claimable(*who) == 0));
        assert!(waiting().is_empty());
    });
}

#[test]
fn sweep_should_remove_ledgers_that_are_worth_nothing() {
    let free = dsla_primitives::terms::Pricing { unit_price: 0, ..pricing() };
    ExtBuilder::pricing(free).build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        assert_ok!(Compensation::set_member(signed(PROVIDER), SLA, BOB, 1));
        settle(SLA, &met());
        set_member(BOB, 0);
        settle(SLA, &met());
        sweep();
        // Alice was a customer, which is remembered for some time; Bob was nothing.
        assert!(Accounts::<Test>::contains_key(SLA, ALICE));
        assert!(!Accounts::<Test>::contains_key(SLA, BOB));
        end(SLA, AgreementStatus::Terminated);
        sweep();
        assert!(!Accounts::<Test>::contains_key(SLA, ALICE));
    });
}

#[test]
fn sweep_should_go_on_when_the_pool_closed_before_its_turn() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        settle(SLA, &met());
        MaxPayouts::set(1);
        sweep();
        end(SLA, AgreementStatus::Completed);
        assert_ok!(Compensation::claim(signed(PROVIDER), SLA));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 8_000));
        assert!(!Pools::<Test>::contains_key(SLA));
        for _ in 0..4 {
            sweep();
        }
        assert!(waiting().is_empty());
    });
}

#[test]
fn sweep_should_pay_nobody_twice() {
    ExtBuilder::default().build_and_execute(|| {
        five_customers();
        sweep();
        let wallets = (101..=105).map(wallet).collect::<Vec<_>>();
        sweep();
        assert_eq!((101..=105).map(wallet).collect::<Vec<_>>(), wallets);
    });
}

#[test]
fn sweep_should_try_a_provider_once_that_cannot_be_paid() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        VerificationFee::set(20);
        settle_now(SLA, &met(), Some(PROVIDER));
        assert_eq!((claimable(PROVIDER), Pools::<Test>::get(SLA).unwrap().provider_owed), (5, 0));
        assert_ok!(Balances::transfer_allow_death(signed(PROVIDER), ALICE, wallet(PROVIDER)));
        System::reset_events();
        sweep();
        let error = Error::<Test>::BelowExistentialDeposit.into();
        let trouble = RuntimeEvent::from(Event::PayoutFailed { agreement: SLA, who: PROVIDER, error });
        assert_eq!(System::events().iter().filter(|record| record.event == trouble).count(), 1);
    });
}

#[test]
fn sweep_should_remember_that_it_has_begun_when_only_rows_are_left() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 3);
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        MaxPayouts::set(1);
        for left in [2, 1, 0, 0] {
            sweep();
            assert_eq!(crate::PeriodUnits::<Test>::iter().count(), left);
        }
        assert!(waiting().is_empty());
    });
}
