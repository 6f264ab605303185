// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, PeriodUnits, WeightInfo};

fn cancel(who: AccountId, id: u32) -> Result<(), DispatchError> {
    Compensation::cancel_subscription(signed(who), SLA, id).map(|_| ()).map_err(|error| error.error)
}

#[test]
fn cancel_should_take_effect_at_the_next_boundary() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 2, 5);
        subscribe(BOB, 1, 5);
        go_to(2);
        let post = Compensation::cancel_subscription(signed(ALICE), SLA, 0).unwrap();
        assert_eq!(post.actual_weight, Some(<() as WeightInfo>::cancel_subscription(2)));
        let event = Event::SubscriptionCanceled { agreement: SLA, who: ALICE, id: 0, from: 3, refund: 4_400 };
        assert_eq!(last_event(), event);
        assert_eq!(Compensation::claimable(SLA, &ALICE), Claimable { refund: 4_400, ..Default::default() });
        assert_eq!((2..5).map(|period| PeriodUnits::<Test>::get(SLA, period)).collect::<Vec<_>>(), vec![3, 1, 1]);
        // The period that runs, and those that wait for settlement, count as before.
        for _ in 0..3 {
            settle_now(SLA, &missed(10), None);
        }
        assert_eq!(claimable(ALICE), 4_400 + 2 * 3 * (200 + 500));
        check_books();
    });
}

#[test]
fn cancel_should_remove_what_has_not_begun() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 2, 5);
        assert_ok!(cancel(ALICE, 0));
        assert_eq!(PeriodUnits::<Test>::iter().count(), 0);
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!(wallet(ALICE), RICH);
        assert!(!Accounts::<Test>::contains_key(SLA, ALICE));
        // The cover is free again.
        subscribe(BOB, 2, 5);
    });
}

#[test]
fn cancel_should_fail_when_nothing_lies_ahead() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 1, 1);
        subscribe(ALICE, 1, 3);
        assert_noop!(cancel(ALICE, 2), Error::<Test>::PositionNotFound);
        assert_noop!(cancel(BOB, 0), Error::<Test>::PositionNotFound);
        assert_noop!(Compensation::cancel_subscription(RuntimeOrigin::root(), SLA, 0), DispatchError::BadOrigin);
        assert_noop!(Compensation::cancel_subscription(signed(ALICE), UNKNOWN, 0), Error::<Test>::PoolNotFound);
        go_to(0);
        assert_noop!(cancel(ALICE, 0), Error::<Test>::NothingToCancel);
        // Names stay when other subscriptions are over.
        settle(SLA, &met());
        assert_noop!(cancel(ALICE, 0), Error::<Test>::PositionNotFound);
        assert_ok!(cancel(ALICE, 1));
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(cancel(ALICE, 1), Error::<Test>::WrongState);
    });
}
