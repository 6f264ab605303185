// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, PeriodUnits, Pools, Position};
use dsla_primitives::terms::Pricing;

fn call(who: AccountId, units: u64, periods: PeriodIndex) -> Result<(), DispatchError> {
    Compensation::subscribe(signed(who), SLA, units, periods, 0, Balance::MAX)
}

#[test]
fn subscribe_should_put_the_prepayment_into_escrow() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_ok!(Compensation::subscribe(signed(ALICE), SLA, 2, 3, 0, 6_600));
        assert_eq!(buckets(), Buckets { junior: 8_000, escrow: 6_600, ..Default::default() });
        assert_eq!(wallet(ALICE), RICH - 6_600);
        let event = Event::Subscribed { agreement: SLA, who: ALICE, units: 2, from: 0, until: 3, payment: 6_600 };
        assert_eq!(last_event(), event);
        assert_eq!(PeriodUnits::<Test>::iter_prefix(SLA).count(), 3);
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions.to_vec(), vec![Position::new(2, 0, 3)]);
        assert_eq!(claimable(ALICE), 0);
    });
}

#[test]
fn subscribe_should_count_from_the_next_boundary() {
    for (now, from) in [(START - 1, 0), (START, 1), (START + PERIOD - 1, 1), (START + PERIOD, 2)] {
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 8_000);
            Now::set(now);
            subscribe(ALICE, 1, 1);
            assert_eq!(
                Accounts::<Test>::get(SLA, ALICE).subscriptions.to_vec(),
                vec![Position::new(1, from, from + 1)]
            );
        });
    }
}

#[test]
fn subscribe_should_add_to_a_subscription_of_the_same_span() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 2, 3);
        subscribe(ALICE, 1, 3);
        subscribe(ALICE, 1, 2);
        let positions = Accounts::<Test>::get(SLA, ALICE).subscriptions.to_vec();
        assert_eq!(positions, vec![Position::new(3, 0, 3), Position { id: 1, ..Position::new(1, 0, 2) }]);
        assert_eq!(buckets().escrow, 1_100 * (3 * 3 + 2));
        assert_eq!(PeriodUnits::<Test>::get(SLA, 1), 4);
        assert_eq!(PeriodUnits::<Test>::get(SLA, 2), 3);
    });
}

#[test]
fn subscribe_should_fail_when_nothing_is_asked_for() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_noop!(call(ALICE, 0, 1), Error::<Test>::ZeroUnits);
        assert_noop!(call(ALICE, 1, 0), Error::<Test>::ZeroPeriods);
        assert_noop!(
            Compensation::subscribe(RuntimeOrigin::root(), SLA, 1, 1, 0, Balance::MAX),
            DispatchError::BadOrigin
        );
    });
}

#[test]
fn subscribe_should_fail_when_too_many_periods_are_asked_for() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_noop!(call(ALICE, 1, MAX_PREPAID + 1), Error::<Test>::MaxPrepaidPeriodsExceeded);
        assert_noop!(call(ALICE, 1, u32::MAX), Error::<Test>::MaxPrepaidPeriodsExceeded);
        assert_ok!(call(ALICE, 1, MAX_PREPAID));
    });
}

#[test]
fn subscribe_should_fail_when_the_agreement_does_not_run_that_long() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        let boundary = |index: u64| START + index * PERIOD;
        // Counts from period 9: three are left.
        Now::set(boundary(9) - 1);
        assert_noop!(call(ALICE, 1, 4), Error::<Test>::NotEnoughPeriodsLeft);
        assert_ok!(call(ALICE, 1, 3));
        // The last moment for the last period, and one later.
        Now::set(boundary(11) - 1);
        assert_ok!(call(BOB, 1, 1));
        Now::set(boundary(11));
        assert_noop!(call(BOB, 1, 1), Error::<Test>::NotEnoughPeriodsLeft);
        Now::set(u64::MAX);
        assert_noop!(call(BOB, 1, 1), Error::<Test>::NotEnoughPeriodsLeft);
    });
}

#[test]
fn subscribe_should_fail_when_the_agreement_takes_no_customers() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        for status in [AgreementStatus::Draft, AgreementStatus::Completed, AgreementStatus::Terminated] {
            set_status(SLA, status);
            assert_noop!(call(ALICE, 1, 1), Error::<Test>::WrongState);
        }
        for status in [AgreementStatus::Open, AgreementStatus::Active] {
            set_status(SLA, status);
            assert_ok!(call(ALICE, 1, 1));
        }
        // Even if the status lags behind the pool.
        assert_ok!(Compensation::on_ended(SLA));
        assert_noop!(call(ALICE, 1, 1), Error::<Test>::WrongState);
        assert_noop!(
            Compensation::subscribe(signed(ALICE), UNKNOWN, 1, 1, 0, Balance::MAX),
            Error::<Test>::PoolNotFound
        );
    });
}

#[test]
fn subscribe_should_fail_when_the_agreement_is_unknown() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        Agreements::mutate(|all| all.clear());
        assert_noop!(call(ALICE, 1, 1), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn subscribe_should_fail_when_the_terms_or_the_price_are_not_those_expected() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        let call = |version, max| Compensation::subscribe(signed(ALICE), SLA, 2, 3, version, max);
        assert_noop!(call(1, 6_600), Error::<Test>::TermsChanged);
        assert_noop!(call(0, 6_599), Error::<Test>::PaymentTooHigh);
        assert_ok!(call(0, 6_600));
    });
}

#[test]
fn subscribe_should_fail_when_the_cover_is_too_small_in_any_period() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_noop!(call(ALICE, 3, 1), Error::<Test>::CoverTooSmall);
        Now::set(START);
        // Only period 2 is taken.
        Now::set(START + PERIOD);
        assert_ok!(call(ALICE, 1, 1));
        Now::set(START);
        assert_ok!(call(BOB, 2, 1));
        assert_noop!(call(BOB, 1, 1), Error::<Test>::CoverTooSmall);
        Now::set(START + PERIOD);
        assert_noop!(call(BOB, 2, 3), Error::<Test>::CoverTooSmall);
        assert_ok!(call(BOB, 1, 3));
        // To the planck.
        stake(SLA, 3_999);
        assert_noop!(call(BOB, 1, 1), Error::<Test>::CoverTooSmall);
        stake(SLA, 1);
        assert_ok!(call(BOB, 1, 1));
    });
}

#[test]
fn subscribe_should_need_no_cover_and_no_money_when_the_terms_say_so() {
    let free = Pricing { unit_price: 0, cover_per_unit: 0, ..pricing() };
    ExtBuilder::pricing(free).build_and_execute(|| {
        assert_ok!(Compensation::subscribe(signed(NOBODY), SLA, u64::MAX, 2, 0, 0));
        assert_eq!(buckets(), Buckets::default());
        // The total of a period has its limit all the same.
        assert_noop!(call(ALICE, 1, 1), Error::<Test>::AmountTooLarge);
        assert_noop!(call(NOBODY, 1, 2), Error::<Test>::AmountTooLarge);
        settle(SLA, &missed(50));
        settle(SLA, &met());
        assert_eq!(claimable(NOBODY), 0);
    });
}

#[test]
fn subscribe_should_fail_when_numbers_are_out_of_range() {
    let dear = Pricing { unit_price: Balance::MAX / 2, cover_per_unit: 0, ..pricing() };
    ExtBuilder::pricing(dear).build_and_execute(|| {
        assert_noop!(call(ALICE, 3, 1), Error::<Test>::AmountTooLarge);
        assert_noop!(call(ALICE, 1, 3), Error::<Test>::AmountTooLarge);
        assert_noop!(call(ALICE, u64::MAX, 1), Error::<Test>::AmountTooLarge);
        assert_noop!(call(ALICE, 1, 1), Error::<Test>::InsufficientFunds);
    });
    let covered = Pricing { unit_price: 0, cover_per_unit: Balance::MAX, ..pricing() };
    ExtBuilder::pricing(covered).build_and_execute(|| {
        assert_noop!(call(ALICE, 2, 1), Error::<Test>::AmountTooLarge);
        assert_noop!(call(ALICE, 1, 1), Error::<Test>::CoverTooSmall);
    });
}

#[test]
fn subscribe_should_fail_when_the_wallet_cannot_pay() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        assert_noop!(call(NOBODY, 1, 1), Error::<Test>::InsufficientFunds);
        assert_ok!(Balances::transfer_allow_death(signed(BOB), NOBODY, 1_100));
        assert_noop!(call(NOBODY, 1, 1), Error::<Test>::InsufficientFunds);
        assert_ok!(Balances::transfer_allow_death(signed(BOB), NOBODY, ED));
        assert_ok!(call(NOBODY, 1, 1));
    });
}

#[test]
fn subscribe_should_fail_when_the_account_has_too_many_spans() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 100_000);
        for periods in 1..=MAX_PREPAID {
            subscribe(ALICE, 1, periods);
        }
        Now::set(START);
        subscribe(ALICE, 1, 2);
        subscribe(ALICE, 1, 3);
        assert_noop!(call(ALICE, 1, 4), Error::<Test>::MaxPositionsExceeded);
        // The same span needs no further room, and what is settled makes room without a claim.
        assert_ok!(call(ALICE, 1, 3));
        settle(SLA, &met());
        assert_ok!(call(ALICE, 1, 4));
        assert_eq!(claimable(ALICE), 6 * 100);
    });
}

#[test]
fn subscribe_should_not_touch_settled_periods_when_the_clock_is_behind() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        settle_now(SLA, &met(), None);
        settle_now(SLA, &met(), None);
        subscribe(ALICE, 1, 1);
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions.to_vec(), vec![Position::new(1, 2, 3)]);
        assert_eq!(Pools::<Test>::get(SLA).unwrap().prepaid_until, 3);
    });
}

#[test]
fn subscribe_should_fail_when_the_account_is_not_on_the_list() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().list = Some(vec![ALICE]));
        assert_noop!(call(BOB, 1, 1), Error::<Test>::NotAllowed);
        assert_ok!(call(ALICE, 1, 1));
    });
}

#[test]
fn subscribe_should_go_no_further_than_the_agreement_really_runs() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = 3);
        assert_noop!(call(ALICE, 1, 4), Error::<Test>::NotEnoughPeriodsLeft);
        assert_ok!(call(ALICE, 1, 3));
        assert_ok!(Compensation::set_member(signed(PROVIDER), SLA, BOB, 1));
        go_to(2);
        assert_noop!(Compensation::set_member(signed(PROVIDER), SLA, BOB, 2), Error::<Test>::NotEnoughPeriodsLeft);
        // Longer than the first version of the terms says.
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = PERIODS + 5);
        go_to(PERIODS);
        assert_ok!(call(BOB, 1, 4));
        assert_noop!(call(BOB, 1, 5), Error::<Test>::NotEnoughPeriodsLeft);
    });
}
