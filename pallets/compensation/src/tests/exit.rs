// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Event, WeightInfo};

/// Alice and Bob back with 6,000 and 3,000, which are shares as of period 1, which runs.
fn stage() {
    stake(SLA, 4_000);
    back(ALICE, 6_000);
    back(BOB, 3_000);
    settle(SLA, &met());
}

const SHARES: Balance = 6_000_000_000;

fn notice(who: AccountId, shares: Balance) -> Result<(), DispatchError> {
    Compensation::give_backing_notice(signed(who), SLA, shares)
}

fn exit(who: AccountId, shares: Balance) -> Result<(), DispatchError> {
    Compensation::exit(signed(who), SLA, shares).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn exit_should_pay_the_price_after_the_running_period() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        leave(ALICE, SHARES / 2);
        let event = Event::ExitRequested { agreement: SLA, who: ALICE, shares: SHARES / 2, period: 1 };
        assert_eq!(last_event(), event);
        assert_eq!((backing(ALICE).shares, backing(ALICE).exits.to_vec()), (SHARES / 2, vec![(1, SHARES / 2)]));
        assert_eq!((buckets().senior, claimable(ALICE)), (9_000, 0));
        settle(SLA, &met());
        assert_eq!((buckets().senior, buckets().exits), (6_000, 3_000));
        assert_eq!(Compensation::claimable(SLA, &ALICE), Claimable { exit: 3_000, ..Default::default() });
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!((wallet(ALICE), buckets().exits), (RICH - 3_000, 0));
    });
}

#[test]
fn exit_should_be_accepted_as_soon_as_the_rest_covers_later_periods() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        // 3 units need 12,000 of 13,000 in periods 2 and 3.
        subscribe(CAROL, 3, 2);
        assert_ok!(notice(ALICE, SHARES));
        assert_noop!(exit(ALICE, SHARES), Error::<Test>::CoverNeeded);
        assert_eq!(Compensation::cover_missing(SLA, SHARES), Ok(5_000));
        assert_eq!(Compensation::cover_missing(SLA, SHARES / 6), Ok(0));
        assert_ok!(exit(ALICE, SHARES / 6));
        // What waits counts as gone; rounded up, against who leaves.
        assert_eq!(Compensation::cover_missing(SLA, 1), Ok(1));
        // In period 2, only period 3 is ahead; in period 3, nothing is.
        go_to(2);
        assert_noop!(exit(ALICE, SHARES / 6), Error::<Test>::CoverNeeded);
        go_to(3);
        assert_eq!(Compensation::cover_missing(SLA, SHARES), Ok(0));
        let post = Compensation::exit(signed(ALICE), SLA, SHARES / 6 * 5).unwrap();
        assert_eq!(post.actual_weight, Some(<() as WeightInfo>::exit(0)));
    });
}

#[test]
fn exit_should_still_bear_the_loss_of_the_running_period() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        subscribe(CAROL, 3, 1);
        go_to(2);
        // The provider's 4,000 go first, then 5,000 of the backers' 9,000; and they earn a fifth of 3·200.
        leave(ALICE, SHARES);
        settle_now(SLA, &met(), None);
        settle(SLA, &missed(60));
        assert_eq!(buckets().junior, 0);
        let rest = 9_000 - 5_000 + 3 * 400 / 5;
        // With the virtual planck and the virtual shares.
        let price = |shares: Balance| shares * (rest + 1) / (9_000_000_000 + 1_000_000);
        assert_eq!(claimable(ALICE), price(SHARES));
        assert_eq!(buckets().senior, rest - price(SHARES));
    });
}

#[test]
fn exit_should_ask_for_notice_and_leave_no_crumbs() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_noop!(exit(ALICE, 1), Error::<Test>::NoticeNeeded);
        assert_noop!(exit(ALICE, 0), Error::<Test>::ZeroAmount);
        assert_noop!(exit(CAROL, 1), Error::<Test>::BackingNotFound);
        assert_noop!(Compensation::exit(RuntimeOrigin::root(), SLA, 1), DispatchError::BadOrigin);
        assert_noop!(Compensation::exit(signed(ALICE), UNKNOWN, 1), Error::<Test>::PoolNotFound);
        assert_ok!(notice(ALICE, SHARES));
        // 100 must stay, or nothing.
        assert_noop!(exit(ALICE, SHARES - 99_999_999), Error::<Test>::BackingTooSmall);
        assert_ok!(exit(ALICE, SHARES - 100_000_000));
        assert_ok!(exit(ALICE, 100_000_000));
        assert_eq!(backing(ALICE).exits.to_vec(), vec![(1, SHARES)]);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(exit(BOB, 1), Error::<Test>::WrongState);
    });
}

#[test]
fn exit_should_fail_when_too_many_periods_wait() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_ok!(notice(ALICE, SHARES));
        for period in 1..9 {
            go_to(period);
            assert_ok!(exit(ALICE, 1_000_000));
        }
        go_to(9);
        assert_noop!(exit(ALICE, 1_000_000), Error::<Test>::MaxBackingsExceeded);
    });
}

#[test]
fn notice_should_stop_counting_for_new_units_and_for_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_eq!(Compensation::capacity(SLA), Ok(13_000));
        assert_ok!(notice(ALICE, SHARES));
        assert_eq!(last_event(), Event::BackingNoticeGiven { agreement: SLA, who: ALICE, shares: SHARES });
        assert_eq!(Compensation::capacity(SLA), Ok(7_000));
        let buy = |units| Compensation::subscribe(signed(CAROL), SLA, units, 1, 0, Balance::MAX);
        assert_noop!(buy(2), Error::<Test>::CoverTooSmall);
        assert_ok!(buy(1));
        assert_noop!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 3_001), Error::<Test>::CoverNeeded);
        assert_ok!(Compensation::withdraw_notice(signed(ALICE), SLA, SHARES / 2));
        let event = Event::BackingNoticeWithdrawn { agreement: SLA, who: ALICE, shares: SHARES / 2 };
        assert_eq!(last_event(), event);
        assert_eq!(Compensation::capacity(SLA), Ok(10_000));
        assert_ok!(buy(1));
    });
}

#[test]
fn notice_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let withdraw = |who, shares| Compensation::withdraw_notice(signed(who), SLA, shares);
        assert_noop!(notice(ALICE, 0), Error::<Test>::ZeroAmount);
        assert_noop!(notice(ALICE, SHARES + 1), Error::<Test>::InsufficientShares);
        assert_noop!(notice(ALICE, Balance::MAX), Error::<Test>::InsufficientShares);
        assert_noop!(notice(CAROL, 1), Error::<Test>::BackingNotFound);
        assert_ok!(notice(ALICE, SHARES - 1));
        assert_noop!(notice(ALICE, 2), Error::<Test>::InsufficientShares);
        assert_noop!(withdraw(ALICE, 0), Error::<Test>::ZeroAmount);
        assert_noop!(withdraw(ALICE, SHARES), Error::<Test>::NoticeNeeded);
        assert_noop!(withdraw(BOB, 1), Error::<Test>::NoticeNeeded);
        assert_noop!(withdraw(CAROL, 1), Error::<Test>::BackingNotFound);
        let root = RuntimeOrigin::root;
        assert_noop!(Compensation::give_backing_notice(root(), SLA, 1), DispatchError::BadOrigin);
        assert_noop!(Compensation::withdraw_notice(root(), SLA, 1), DispatchError::BadOrigin);
        assert_noop!(Compensation::give_backing_notice(signed(ALICE), UNKNOWN, 1), Error::<Test>::PoolNotFound);
        assert_noop!(Compensation::withdraw_notice(signed(ALICE), UNKNOWN, 1), Error::<Test>::PoolNotFound);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(notice(ALICE, 1), Error::<Test>::WrongState);
        assert_noop!(withdraw(ALICE, 1), Error::<Test>::WrongState);
    });
}

#[test]
fn withdraw_cover_should_leave_the_provider_its_least_share() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        back(CAROL, 1_000);
        // 1,112 of 11,112 is the least of at least a tenth.
        let withdraw = |amount| Compensation::withdraw_cover(signed(PROVIDER), SLA, amount);
        assert_noop!(withdraw(2_889), Error::<Test>::JuniorTooSmall);
        assert_ok!(withdraw(2_888));
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(withdraw(1_112));
    });
}

/// Cover of the backers suffices for what is prepaid, but the provider must not leave losses to them that it knows of.
#[test]
fn withdraw_cover_should_leave_the_first_loss_of_what_has_begun_to_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        stake(SLA, 8_000);
        assert_eq!((buckets().junior, buckets().senior), (12_000, 9_000));
        // Periods 2, 3 and 4; period 1 runs.
        subscribe(CAROL, 1, 3);
        let needed = || (Compensation::stake_required(SLA).unwrap(), Compensation::cover_required(SLA).unwrap());
        let withdraw = |amount| Compensation::withdraw_cover(signed(PROVIDER), SLA, amount).map_err(|post| post.error);
        assert_eq!(needed(), (0, 4_000), "what is prepaid has not begun");
        frame_support::hypothetically_ok!(withdraw(10_000));
        settle_now(SLA, &met(), None);
        Now::set(START + 3 * PERIOD - 1);
        assert_eq!(needed(), (4_000, 4_000));
        assert_noop!(withdraw(8_001), Error::<Test>::CoverNeeded);
        frame_support::hypothetically_ok!(withdraw(8_000));
        // Two are over and the third runs.
        Now::set(START + 4 * PERIOD);
        assert_eq!(needed(), (12_000, 12_000));
        assert_noop!(withdraw(1), Error::<Test>::CoverNeeded);
        // The loss of 4,000 and a fee of 1,000 each time.
        for left in [7_000, 2_000] {
            settle_now(SLA, &missed(100), None);
            assert_eq!((buckets().junior, buckets().senior), (left, 9_000));
            assert_noop!(withdraw(1), Error::<Test>::CoverNeeded);
        }
        settle(SLA, &met());
        assert_eq!(needed(), (0, 0));
        assert_ok!(withdraw(500));
    });
}

#[test]
fn end_should_pay_shares_exits_and_deposits_without_a_call() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        leave(ALICE, SHARES / 2);
        back(CAROL, 700);
        end(SLA, AgreementStatus::Terminated);
        assert_eq!((buckets().senior, buckets().pending, buckets().exits), (0, 0, 9_700));
        assert_eq!([ALICE, BOB, CAROL].map(claimable), [6_000, 3_000, 700]);
        Compensation::on_idle(1, Weight::MAX);
        assert_eq!([ALICE, BOB, CAROL].map(wallet), [RICH; 3]);
        assert_eq!(buckets(), Buckets { junior: 4_000, ..Default::default() });
        assert_eq!(crate::Accounts::<Test>::iter().count() + crate::Epochs::<Test>::iter().count(), 0);
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 4_000));
        assert!(!crate::Pools::<Test>::contains_key(SLA));
    });
}

#[test]
fn what_rounding_leaves_of_exits_should_be_the_providers_when_all_are_written_down() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 4_000);
        back(ALICE, 1_000);
        back(BOB, 1_000);
        subscribe(CAROL, 1, 2);
        settle(SLA, &met());
        leave(ALICE, 1_000_000_000);
        leave(BOB, 1_000_000_000);
        // The premium makes it 2,200; a half is worth 10⁹ · 2,201 / 2,001,000,000 = 1,099.95, both 2,199.9.
        settle(SLA, &met());
        assert_eq!((buckets().exits, buckets().senior, buckets().junior), (2_199, 0, 4_001));
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!((wallet(ALICE), buckets().exits, claimable(PROVIDER)), (RICH + 99, 1_100, 1_800));
        assert_ok!(Compensation::claim(signed(BOB), SLA));
        assert_eq!((wallet(BOB), buckets().exits, claimable(PROVIDER)), (RICH + 99, 0, 1_801));
    });
}

#[test]
fn nothing_should_be_missing_for_an_exit_after_the_end() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        subscribe(CAROL, 3, 2);
        assert_eq!(Compensation::cover_missing(SLA, SHARES), Ok(5_000));
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(Compensation::cover_missing(SLA, SHARES), Ok(0));
    });
}

#[test]
fn capacity_should_be_without_notice_and_without_exits_that_wait() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_ok!(notice(ALICE, 2_000_000_000));
        assert_ok!(exit(ALICE, 500_000_000));
        assert_eq!(Compensation::capacity(SLA), Ok(4_000 + 9_000 - 1_500 - 500));
    });
}
