// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event};

fn extend(who: AccountId, id: u32, periods: PeriodIndex) -> Result<(), DispatchError> {
    Compensation::extend_subscription(signed(who), SLA, id, periods, 0, Balance::MAX)
}

#[test]
fn extend_should_prepay_more_periods() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 2, 2);
        go_to(0);
        assert_ok!(extend(ALICE, 0, 3));
        let event = Event::SubscriptionExtended { agreement: SLA, who: ALICE, id: 0, until: 5, payment: 6_600 };
        assert_eq!(last_event(), event);
        assert_eq!((buckets().escrow, wallet(ALICE)), (11_000, RICH - 11_000));
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions[0].until, 5);
        for _ in 0..5 {
            settle(SLA, &met());
        }
        assert_eq!((claimable(ALICE), buckets().escrow), (2 * 5 * 100, 0));
    });
}

#[test]
fn extend_should_reach_as_far_as_a_new_subscription_and_leave_no_gap() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 80_000);
        subscribe(ALICE, 1, 2);
        assert_noop!(extend(ALICE, 0, 0), Error::<Test>::ZeroPeriods);
        assert_noop!(extend(ALICE, 0, MAX_PREPAID - 1), Error::<Test>::MaxPrepaidPeriodsExceeded);
        assert_noop!(extend(ALICE, 0, u32::MAX), Error::<Test>::MaxPrepaidPeriodsExceeded);
        assert_noop!(extend(ALICE, 1, 1), Error::<Test>::PositionNotFound);
        assert_noop!(extend(BOB, 0, 1), Error::<Test>::PositionNotFound);
        assert_noop!(
            Compensation::extend_subscription(signed(ALICE), SLA, 0, 1, 1, Balance::MAX),
            Error::<Test>::TermsChanged
        );
        assert_noop!(
            Compensation::extend_subscription(signed(ALICE), SLA, 0, 1, 0, 1_099),
            Error::<Test>::PaymentTooHigh
        );
        assert_noop!(
            Compensation::extend_subscription(RuntimeOrigin::root(), SLA, 0, 1, 0, 1_100),
            DispatchError::BadOrigin
        );
        assert_ok!(extend(ALICE, 0, 1));
        // Period 2, the last one, runs: the next can be added. Then it is too late.
        go_to(3);
        Now::mutate(|now| *now -= 1);
        assert_ok!(extend(ALICE, 0, 1));
        go_to(4);
        assert_noop!(extend(ALICE, 0, 1), Error::<Test>::PositionNotFound);
    });
}

#[test]
fn extend_should_fail_when_the_agreement_or_the_cover_does_not_reach() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        go_to(PERIODS - 3);
        subscribe(ALICE, 1, 1);
        assert_noop!(extend(ALICE, 0, 2), Error::<Test>::NotEnoughPeriodsLeft);
        subscribe(BOB, 1, 2);
        assert_ok!(extend(ALICE, 0, 1));
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().list = Some(vec![BOB]));
        assert_noop!(extend(ALICE, 0, 1), Error::<Test>::NotAllowed);
    });
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        go_to(0);
        subscribe(BOB, 2, 2);
        assert_noop!(extend(ALICE, 0, 1), Error::<Test>::CoverTooSmall);
    });
}
