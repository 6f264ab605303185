// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, PeriodUnits, Pools, Portfolio, Settlements, SweepQueue, TeamChanges};
use frame_support::traits::{LockableCurrency, WithdrawReasons};

fn sweep() {
    Compensation::on_idle(1, Weight::MAX);
}

#[test]
fn registered_should_open_a_pool_with_a_deposit() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(wallet(Compensation::pool_account(SLA)), ED);
        assert_eq!(wallet(PROVIDER), RICH - ED);
        assert_eq!(last_event(), Event::PoolOpened { agreement: SLA, provider: PROVIDER });
        assert_ne!(Compensation::pool_account(SLA), Compensation::pool_account(OTHER));
        assert_noop!(Compensation::on_registered(SLA, &PROVIDER), Error::<Test>::AlreadyExists);
    });
}

#[test]
fn registered_should_fail_when_the_provider_cannot_pay_the_deposit() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(Compensation::on_registered(OTHER, &NOBODY), Error::<Test>::DepositNotPaid);
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), NOBODY, 2 * ED - 1));
        assert_noop!(Compensation::on_registered(OTHER, &NOBODY), Error::<Test>::DepositNotPaid);
        assert_ok!(Balances::transfer_allow_death(signed(ALICE), NOBODY, 1));
        assert_ok!(Compensation::on_registered(OTHER, &NOBODY));
    });
}

#[test]
fn ended_should_close_an_empty_pool_at_once() {
    ExtBuilder::default().build_and_execute(|| {
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(last_event(), Event::PoolClosed { agreement: SLA, amount: ED, to: Some(PROVIDER) });
        assert_eq!((wallet(PROVIDER), Pools::<Test>::contains_key(SLA)), (RICH, false));
        assert!(!Portfolio::<Test>::contains_key(PROVIDER, SLA));
        assert_noop!(Compensation::on_ended(SLA), Error::<Test>::PoolNotFound);
        sweep();
        assert_eq!(SweepQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn ended_should_be_refused_twice() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(Compensation::on_ended(SLA), Error::<Test>::WrongState);
    });
}

#[test]
fn completed_agreement_should_return_every_planck() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        set_member(BOB, 7);
        subscribe(ALICE, 2, 6);
        for period in 0..PERIODS {
            settle(SLA, &if period % 3 == 0 { missed(10) } else { met() });
        }
        end(SLA, AgreementStatus::Completed);
        sweep();
        assert_eq!(buckets().owed, 0);
        let rest = buckets();
        assert_ok!(Compensation::withdraw_rewards(signed(PROVIDER), SLA, rest.rewards));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, rest.junior));
        assert!(!Pools::<Test>::contains_key(SLA));
        assert_eq!(wallet(Compensation::pool_account(SLA)), 0);
        assert_eq!(wallet(PROVIDER) + wallet(ALICE) + wallet(BOB), 3 * RICH);
        // The log stays, everything else is gone.
        assert_eq!(Settlements::<Test>::iter().count(), PERIODS as usize);
        assert_eq!(Accounts::<Test>::iter().count() + Portfolio::<Test>::iter().count(), 0);
        assert_eq!(PeriodUnits::<Test>::iter().count() + TeamChanges::<Test>::iter().count(), 0);
    });
}

#[test]
fn early_end_should_give_unspent_prepayment_back_in_full() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 2, 6);
        set_member(BOB, 1);
        settle(SLA, &missed(10));
        subscribe(CAROL, 1, 3);
        set_member(BOB, 2);
        assert_eq!(buckets().escrow, 2 * 5 * 1_100 + 3 * 1_100);
        System::reset_events();
        set_status(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::on_ended(SLA));
        assert_eq!(last_event(), Event::PoolEnded { agreement: SLA, unspent: 14_300 });
        assert_eq!(buckets().escrow, 0);
        assert_eq!(claimable(ALICE), 2 * (200 + 500) + 2 * 5 * 1_100);
        assert_eq!(claimable(CAROL), 3 * 1_100);
        check_books();
        assert_ok!(Compensation::claim(signed(CAROL), SLA));
        assert_eq!(wallet(CAROL), RICH);
        assert_noop!(Compensation::claim(signed(CAROL), SLA), Error::<Test>::NothingToClaim);
        sweep();
        assert_eq!((wallet(ALICE), wallet(CAROL)), (RICH - 2 * 900 + 2 * 500, RICH));
        let junior = buckets().junior;
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, junior));
        assert!(!Pools::<Test>::contains_key(SLA));
        assert_eq!(Accounts::<Test>::iter().count() + Portfolio::<Test>::iter().count(), 0);
        assert_eq!(PeriodUnits::<Test>::iter().count() + TeamChanges::<Test>::iter().count(), 0);
    });
}

#[test]
fn ledgers_without_value_should_be_removed_after_the_pool_closed() {
    ExtBuilder::default().build_and_execute(|| {
        set_member(ALICE, 1);
        set_member(PROVIDER, 1);
        end(SLA, AgreementStatus::Terminated);
        assert!(!Pools::<Test>::contains_key(SLA));
        assert_eq!(Accounts::<Test>::iter().count(), 2);
        check_books();
        sweep();
        assert_eq!(Accounts::<Test>::iter().count() + Portfolio::<Test>::iter().count(), 0);
        assert_eq!(TeamChanges::<Test>::iter().count(), 0);
    });
}

#[test]
fn closing_should_hand_gifts_of_strangers_to_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        donate(SLA, 123);
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(wallet(PROVIDER), RICH + 123);
    });
}

#[test]
fn closing_should_not_fail_because_a_gift_is_locked() {
    ExtBuilder::default().build_and_execute(|| {
        donate(SLA, 123);
        // As vesting does with a gift of which nothing is free yet.
        let pool = Compensation::pool_account(SLA);
        Balances::set_lock(*b"vesting ", &pool, 123, WithdrawReasons::all());
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 1);
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 20_000));
        assert_eq!(last_event(), Event::PoolClosed { agreement: SLA, amount: ED, to: Some(PROVIDER) });
        assert_eq!(wallet(pool), 123);
        assert!(!Compensation::can_claim(SLA, &ALICE));
    });
}

#[test]
fn closing_should_not_fail_when_the_provider_cannot_receive() {
    ExtBuilder::default().build_and_execute(|| {
        // A wallet so full that not even the deposit fits.
        let fill = |free| frame_system::Account::<Test>::mutate(PROVIDER, |account| account.data.free = free);
        fill(Balance::MAX);
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(last_event(), Event::PoolClosed { agreement: SLA, amount: ED, to: None });
        assert_eq!(wallet(TREASURY), RICH + ED);
        fill(RICH - ED);
    });
}
