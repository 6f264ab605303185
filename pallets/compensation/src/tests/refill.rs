// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Event, Pools};

/// Alice has 100 of refund and 500 of compensation under SLA; provider 900 of income.
fn stage() {
    stake(SLA, 8_000);
    subscribe(ALICE, 1, 2);
    settle(SLA, &missed(10));
    register(OTHER, pricing());
    assert_eq!(
        Compensation::claimable(SLA, &ALICE),
        Claimable { refund: 200, compensation: 500, ..Default::default() }
    );
}

fn hold(agreement: AgreementId, who: AccountId, source: PaymentSource, amount: Balance) -> Result<(), DispatchError> {
    // As a call of `pallet-marketplace` would: all or nothing.
    frame_support::storage::with_storage_layer(|| Compensation::hold_back(agreement, &who, source, amount))
}

#[test]
fn hold_back_should_take_from_the_wallet() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(hold(SLA, ALICE, PaymentSource::Wallet, 300));
        assert_eq!(buckets(), Buckets { held_back: 300, ..Default::default() });
        assert_eq!(wallet(ALICE), RICH - 300);
        let event = Event::HeldBack { agreement: SLA, who: ALICE, source: PaymentSource::Wallet, amount: 300 };
        assert_eq!(last_event(), event);
        assert_noop!(hold(SLA, ALICE, PaymentSource::Wallet, RICH), Error::<Test>::InsufficientFunds);
        assert_noop!(hold(SLA, NOBODY, PaymentSource::Wallet, 1), Error::<Test>::InsufficientFunds);
    });
}

#[test]
fn hold_back_should_take_exactly_the_amount_from_what_can_be_claimed() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let before = (buckets(), wallet(ALICE));
        assert_ok!(hold(OTHER, ALICE, PaymentSource::Claimable(SLA), 600));
        assert_eq!(Compensation::claimable(SLA, &ALICE), Claimable { refund: 100, ..Default::default() });
        assert_eq!(buckets(), Buckets { owed: before.0.owed - 600, ..before.0 });
        assert_eq!(Compensation::buckets(OTHER), Buckets { held_back: 600, ..Default::default() });
        assert_eq!(wallet(ALICE), before.1);
        check_books();
        // What the next period earns is not affected.
        settle(SLA, &missed(10));
        let expected = Claimable { refund: 300, compensation: 500, ..Default::default() };
        assert_eq!(Compensation::claimable(SLA, &ALICE), expected);
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!(wallet(ALICE), before.1 + 800);
    });
}

#[test]
fn hold_back_should_work_within_one_pool() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let before = buckets();
        assert_ok!(hold(SLA, ALICE, PaymentSource::Claimable(SLA), 600));
        assert_eq!(buckets(), Buckets { owed: before.owed - 600, held_back: 600, ..before });
    });
}

#[test]
fn hold_back_should_let_the_provider_spend_its_income() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_eq!(claimable(PROVIDER), 900);
        let spend = |amount| hold(OTHER, PROVIDER, PaymentSource::Claimable(SLA), amount);
        assert_noop!(spend(901), Error::<Test>::InsufficientClaimable);
        assert_ok!(spend(899));
        assert_eq!(claimable(PROVIDER), 1);
        assert_ok!(spend(1));
        assert_eq!(buckets().owed, 700);
    });
}

#[test]
fn hold_back_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let claimable = PaymentSource::Claimable;
        assert_noop!(hold(UNKNOWN, ALICE, PaymentSource::Wallet, 1), Error::<Test>::PoolNotFound);
        assert_noop!(hold(SLA, ALICE, claimable(UNKNOWN), 1), Error::<Test>::PoolNotFound);
        assert_noop!(hold(SLA, ALICE, PaymentSource::Wallet, 0), Error::<Test>::ZeroAmount);
        assert_noop!(hold(SLA, ALICE, claimable(SLA), 701), Error::<Test>::InsufficientClaimable);
        assert_noop!(hold(OTHER, ALICE, claimable(SLA), Balance::MAX), Error::<Test>::InsufficientClaimable);
        assert_noop!(hold(OTHER, BOB, claimable(SLA), 1), Error::<Test>::InsufficientClaimable);
        assert_ok!(hold(SLA, ALICE, claimable(SLA), 700));
        assert_noop!(hold(SLA, ALICE, claimable(SLA), 1), Error::<Test>::InsufficientClaimable);
    });
}

#[test]
fn hold_back_should_refuse_the_pool_of_an_ended_agreement_but_take_from_it() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(hold(SLA, ALICE, PaymentSource::Wallet, 1), Error::<Test>::WrongState);
        // 700 and the period that never came.
        assert_eq!(claimable(ALICE), 700 + 1_100);
        assert_ok!(Compensation::claim(signed(PROVIDER), SLA));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 7_500));
        assert_ok!(hold(OTHER, ALICE, PaymentSource::Claimable(SLA), 1_800));
        // That was the last of it.
        assert!(!Pools::<Test>::contains_key(SLA));
        assert_eq!(Compensation::buckets(OTHER).held_back, 1_800);
    });
}

#[test]
fn release_should_turn_what_is_held_back_into_cover() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(hold(SLA, ALICE, PaymentSource::Wallet, 300));
        assert_ok!(Compensation::release(SLA, 100));
        assert_eq!(buckets(), Buckets { junior: 100, held_back: 200, ..Default::default() });
        assert_eq!(last_event(), Event::HeldBackReleased { agreement: SLA, amount: 100 });
        assert_noop!(Compensation::release(SLA, 201), Error::<Test>::InsufficientHeldBack);
        assert_noop!(Compensation::release(SLA, Balance::MAX), Error::<Test>::InsufficientHeldBack);
        assert_noop!(Compensation::release(SLA, 0), Error::<Test>::ZeroAmount);
        assert_noop!(Compensation::release(UNKNOWN, 1), Error::<Test>::PoolNotFound);
        // Also after the end: the provider did its part.
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::release(SLA, 200));
        assert_eq!(buckets().junior, 300);
    });
}

#[test]
fn refund_should_pay_what_is_held_back() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(hold(SLA, ALICE, PaymentSource::Wallet, 300));
        assert_ok!(Compensation::refund(SLA, &ALICE, 100));
        assert_eq!((buckets().held_back, wallet(ALICE)), (200, RICH - 200));
        assert_eq!(last_event(), Event::HeldBackRefunded { agreement: SLA, to: ALICE, amount: 100 });
        assert_noop!(Compensation::refund(SLA, &ALICE, 201), Error::<Test>::InsufficientHeldBack);
        assert_noop!(Compensation::refund(SLA, &ALICE, 0), Error::<Test>::ZeroAmount);
        assert_noop!(Compensation::refund(SLA, &NOBODY, ED - 1), Error::<Test>::BelowExistentialDeposit);
        assert_noop!(Compensation::refund(UNKNOWN, &ALICE, 1), Error::<Test>::PoolNotFound);
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::refund(SLA, &ALICE, 200));
        assert!(!Pools::<Test>::contains_key(SLA));
    });
}

#[test]
fn hold_back_should_take_exits_when_nothing_else_is_left() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        back(ALICE, 1_000);
        subscribe(ALICE, 1, 2);
        settle(SLA, &met());
        leave(ALICE, 600_000_000);
        settle(SLA, &met());
        // The premium of 200 makes the price 1,201 / 1,001; 600 · 1,201 / 1,001 = 719.88.
        let before = Claimable { refund: 200, exit: 719, ..Default::default() };
        assert_eq!(Compensation::claimable(SLA, &ALICE), before);
        let rest = Buckets { owed: buckets().owed - 200, exits: 719 - 300, held_back: 500, ..buckets() };
        assert_ok!(hold(SLA, ALICE, PaymentSource::Claimable(SLA), 500));
        assert_eq!(Compensation::claimable(SLA, &ALICE), Claimable { exit: 419, ..Default::default() });
        assert_eq!(buckets(), rest);
        assert_noop!(hold(SLA, ALICE, PaymentSource::Claimable(SLA), 420), Error::<Test>::InsufficientClaimable);
        assert_ok!(hold(SLA, ALICE, PaymentSource::Claimable(SLA), 419));
        assert_eq!((claimable(ALICE), buckets().exits, buckets().held_back), (0, 0, 919));
    });
}
