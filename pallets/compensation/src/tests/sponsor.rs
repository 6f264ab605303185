// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, Position};

fn sponsor(who: AccountId, units: u64, periods: PeriodIndex) -> Result<(), DispatchError> {
    Compensation::sponsor(signed(PROVIDER), SLA, who, units, periods, Balance::MAX)
}

#[test]
fn sponsored_units_should_be_paid_by_the_provider_and_compensate_the_customer() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        let before = wallet(PROVIDER);
        assert_ok!(sponsor(ALICE, 2, 3));
        let event = Event::Sponsored { agreement: SLA, who: ALICE, units: 2, from: 0, until: 3, payment: 6_600 };
        assert_eq!(last_event(), event);
        assert_eq!((wallet(PROVIDER), wallet(ALICE), buckets().escrow), (before - 6_600, RICH, 6_600));
        let position = Position { sponsored: true, ..Position::new(2, 0, 3) };
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions.to_vec(), vec![position]);
        settle(SLA, &missed(10));
        assert_eq!(Compensation::claimable(SLA, &ALICE), Claimable { compensation: 1_000, ..Default::default() });
        // The refund of 2·200 is the provider's as soon as Alice's ledger is written.
        assert_eq!(claimable(PROVIDER), 2 * 900);
        assert_ok!(Compensation::claim(signed(ALICE), SLA));
        assert_eq!(claimable(PROVIDER), 2 * 900 + 2 * 200);
        // Two periods run or lie ahead; Alice gives the last one back.
        assert_ok!(Compensation::cancel_subscription(signed(ALICE), SLA, 0));
        assert_eq!((claimable(PROVIDER), claimable(ALICE)), (2_200 + 2 * 1_100, 0));
    });
}

#[test]
fn sponsored_units_should_reach_the_provider_by_the_sweep_also_without_a_wallet_of_the_customer() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_ok!(sponsor(NOBODY, 1, 1));
        settle(SLA, &met());
        let before = wallet(PROVIDER);
        Compensation::on_idle(1, Weight::MAX);
        assert_eq!(wallet(PROVIDER), before + 1_100);
    });
}

#[test]
fn sponsor_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 80_000);
        let by = |who| Compensation::sponsor(signed(who), SLA, ALICE, 1, 1, 1_100);
        assert_noop!(by(ALICE), Error::<Test>::NotAuthorized);
        let root = Compensation::sponsor(RuntimeOrigin::root(), SLA, ALICE, 1, 1, 1_100);
        assert_eq!(root, Err(DispatchError::BadOrigin));
        assert_noop!(Compensation::sponsor(signed(PROVIDER), SLA, ALICE, 1, 1, 1_099), Error::<Test>::PaymentTooHigh);
        assert_noop!(sponsor(ALICE, 0, 1), Error::<Test>::ZeroUnits);
        assert_noop!(sponsor(ALICE, 1, 0), Error::<Test>::ZeroPeriods);
        assert_noop!(sponsor(ALICE, 1, MAX_PREPAID + 1), Error::<Test>::MaxPrepaidPeriodsExceeded);
        assert_noop!(sponsor(ALICE, 21, 1), Error::<Test>::CoverTooSmall);
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().list = Some(vec![BOB]));
        assert_noop!(sponsor(ALICE, 1, 1), Error::<Test>::NotAllowed);
        assert_ok!(sponsor(BOB, 1, 1));
    });
}

#[test]
fn sponsor_should_leave_room_for_subscriptions_of_the_customer() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 80_000);
        for periods in 1..=4 {
            assert_ok!(sponsor(ALICE, 1, periods));
        }
        assert_noop!(sponsor(ALICE, 1, 5), Error::<Test>::MaxPositionsExceeded);
        assert_ok!(sponsor(ALICE, 1, 4));
        for periods in 1..=4 {
            subscribe(ALICE, 1, periods);
        }
    });
}

#[test]
fn extend_should_refuse_a_sponsored_subscription() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_ok!(sponsor(ALICE, 1, 1));
        let extend = Compensation::extend_subscription(signed(ALICE), SLA, 0, 1, 0, Balance::MAX);
        assert_eq!(extend, Err(Error::<Test>::PositionSponsored.into()));
    });
}
