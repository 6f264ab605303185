// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, Pools, Portfolio, Position, TeamChange, TeamChanges, OPEN_END};

fn call(who: AccountId, weight: u64) -> Result<(), DispatchError> {
    Compensation::set_member(signed(PROVIDER), SLA, who, weight)
}

fn memberships(who: AccountId) -> Vec<Position> {
    Accounts::<Test>::get(SLA, who).memberships.to_vec()
}

fn change(period: PeriodIndex) -> TeamChange {
    TeamChanges::<Test>::get(SLA, period)
}

#[test]
fn set_member_should_count_from_the_next_boundary() {
    for (now, from) in [(START - 1, 0), (START, 1), (START + PERIOD - 1, 1), (START + PERIOD, 2)] {
        ExtBuilder::default().build_and_execute(|| {
            Now::set(now);
            set_member(ALICE, 3);
            assert_eq!(memberships(ALICE), vec![Position::new(3, from, OPEN_END)]);
            assert_eq!(change(from), TeamChange { added: 3, removed: 0 });
            assert_eq!(last_event(), Event::MemberSet { agreement: SLA, who: ALICE, weight: 3, from });
        });
    }
}

#[test]
fn set_member_should_replace_a_change_that_does_not_count_yet() {
    ExtBuilder::default().build_and_execute(|| {
        for weight in [3, 5, 4, u64::MAX, 2] {
            set_member(ALICE, weight);
        }
        assert_eq!(memberships(ALICE), vec![Position::new(2, 0, OPEN_END)]);
        assert_eq!(change(0), TeamChange { added: 2, removed: 0 });
        // Leaving before it began leaves nothing behind.
        set_member(ALICE, 0);
        assert!(!TeamChanges::<Test>::contains_key(SLA, 0));
        assert!(!Accounts::<Test>::contains_key(SLA, ALICE));
        assert!(!Portfolio::<Test>::contains_key(ALICE, SLA));
        assert_eq!(Pools::<Test>::get(SLA).unwrap().team_target, 0);
    });
}

#[test]
fn set_member_should_end_the_old_weight_where_the_new_one_begins() {
    ExtBuilder::default().build_and_execute(|| {
        set_member(ALICE, 3);
        Now::set(START + PERIOD);
        set_member(ALICE, 5);
        set_member(ALICE, 7);
        assert_eq!(memberships(ALICE), vec![Position::new(3, 0, 2), Position::new(7, 2, OPEN_END)]);
        assert_eq!(change(2), TeamChange { added: 7, removed: 3 });
        set_member(ALICE, 0);
        assert_eq!(memberships(ALICE), vec![Position::new(3, 0, 2)]);
        assert_eq!(change(2), TeamChange { added: 0, removed: 3 });
        // And back again before the boundary.
        set_member(ALICE, 3);
        assert_eq!(change(2), TeamChange { added: 3, removed: 3 });
    });
}

#[test]
fn set_member_should_fail_when_there_is_nothing_to_change() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(call(ALICE, 0), Error::<Test>::MemberNotFound);
        set_member(ALICE, 3);
        assert_noop!(call(ALICE, 3), Error::<Test>::WeightUnchanged);
        set_member(ALICE, 0);
        assert_noop!(call(ALICE, 0), Error::<Test>::MemberNotFound);
    });
}

#[test]
fn set_member_should_fail_when_the_caller_is_not_the_provider() {
    ExtBuilder::default().build_and_execute(|| {
        let set = |origin, agreement| Compensation::set_member(origin, agreement, ALICE, 1);
        assert_noop!(set(signed(ALICE), SLA), Error::<Test>::NotAuthorized);
        assert_noop!(set(RuntimeOrigin::root(), SLA), DispatchError::BadOrigin);
        assert_noop!(set(signed(PROVIDER), UNKNOWN), Error::<Test>::PoolNotFound);
        Agreements::mutate(|all| all.clear());
        assert_noop!(set(signed(PROVIDER), SLA), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn set_member_should_fail_when_no_period_is_left() {
    ExtBuilder::default().build_and_execute(|| {
        Now::set(START + 11 * PERIOD - 1);
        set_member(ALICE, 1);
        Now::set(START + 11 * PERIOD);
        assert_noop!(call(ALICE, 2), Error::<Test>::NotEnoughPeriodsLeft);
        end(SLA, AgreementStatus::Terminated);
    });
}

#[test]
fn set_member_should_fail_when_the_agreement_has_ended() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(call(ALICE, 2), Error::<Test>::WrongState);
    });
}

#[test]
fn set_member_should_fail_when_the_weights_are_out_of_range() {
    ExtBuilder::default().build_and_execute(|| {
        set_member(ALICE, u64::MAX - 1);
        set_member(BOB, 1);
        assert_noop!(call(CAROL, 1), Error::<Test>::AmountTooLarge);
        assert_noop!(call(BOB, 2), Error::<Test>::AmountTooLarge);
        // At the next boundary joining and leaving together exceed 64 bits, which is fine.
        settle(SLA, &met());
        set_member(ALICE, 0);
        set_member(CAROL, u64::MAX - 1);
        settle(SLA, &met());
        settle(SLA, &met());
        assert_eq!(Pools::<Test>::get(SLA).unwrap().team_weight, u64::MAX);
    });
}

#[test]
fn set_member_should_fail_when_too_many_weights_wait_for_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000));
        for period in 0..8u64 {
            Now::set(START + period * PERIOD);
            set_member(ALICE, period + 1);
        }
        Now::set(START + 8 * PERIOD);
        assert_noop!(call(ALICE, 100), Error::<Test>::MaxPositionsExceeded);
        // Settling the first period does not help: the member was not in the team yet.
        settle(SLA, &met());
        assert_noop!(call(ALICE, 100), Error::<Test>::MaxPositionsExceeded);
        settle(SLA, &met());
        assert_ok!(call(ALICE, 100));
        assert_eq!(claimable(ALICE), 90);
    });
}

#[test]
fn set_member_should_leave_no_empty_weight_when_the_clock_is_behind() {
    ExtBuilder::default().build_and_execute(|| {
        set_member(ALICE, 3);
        settle_now(SLA, &met(), None);
        settle_now(SLA, &met(), None);
        set_member(ALICE, 5);
        assert_eq!(memberships(ALICE), vec![Position::new(5, 2, OPEN_END)]);
        assert_eq!(change(2), TeamChange { added: 5, removed: 3 });
        check_books();
        settle_now(SLA, &met(), None);
        assert_eq!(Pools::<Test>::get(SLA).unwrap().team_weight, 5);
    });
}
