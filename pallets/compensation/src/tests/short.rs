// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Event, Pools, Short};
use dsla_primitives::traits::Standing;

/// One unit needs 4,000 for six periods.
fn stage(cover: Balance) {
    stake(SLA, cover);
    subscribe(ALICE, 1, 6);
}

fn short() -> Option<Short> {
    Pools::<Test>::get(SLA).unwrap().short
}

fn settle_next(credit: u32) -> Standing {
    let period = Pools::<Test>::get(SLA).unwrap().settled;
    go_to(period + 1);
    on_verdict(SLA, period, &missed(credit), None).unwrap()
}

#[test]
fn shortage_should_be_noticed_and_end_the_agreement_after_the_grace() {
    ExtBuilder::default().build_and_execute(|| {
        stage(4_500);
        assert_eq!((settle_next(10), short()), (Standing::Sound, None));
        assert_eq!(settle_next(10), Standing::Sound);
        assert_eq!(short(), Some(Short { since: 2, missing: 500 }));
        System::assert_has_event(Event::CoverShort { agreement: SLA, period: 1, missing: 500 }.into());
        // Nobody can subscribe, and nothing but the settlement of the next periods counts.
        let buy = Compensation::subscribe(signed(BOB), SLA, 1, 1, 0, Balance::MAX);
        assert_eq!(buy, Err(Error::<Test>::CoverTooSmall.into()));
        assert_eq!(settle_next(0), Standing::Sound);
        assert_eq!(settle_next(0), Standing::Uncovered);
        assert_eq!(settle_next(0), Standing::Uncovered);
        assert_eq!(short(), Some(Short { since: 2, missing: 500 }));
        // Nothing is prepaid any more.
        assert_eq!((settle_next(0), short()), (Standing::Sound, None));
        System::assert_has_event(Event::CoverRestored { agreement: SLA }.into());
    });
}

#[test]
fn settlements_that_have_waited_should_use_up_no_grace() {
    ExtBuilder::default().build_and_execute(|| {
        stage(4_500);
        // Period 0 was disputed for long; the others have waited for its ruling.
        go_to(5);
        assert_eq!((settle_next_now(10), settle_next_now(10)), (Standing::Sound, Standing::Sound));
        assert_eq!(short(), Some(Short { since: 5, missing: 500 }));
        assert_eq!([0, 0, 0].map(settle_next_now), [Standing::Sound; 3]);
    });
}

#[test]
fn units_beyond_an_early_end_should_need_no_cover() {
    ExtBuilder::default().build_and_execute(|| {
        stage(4_000);
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = 2);
        assert_eq!(Compensation::cover_required(SLA), Ok(4_000));
        settle_next(10);
        assert_eq!(short(), Some(Short { since: 1, missing: 500 }));
        settle_next(10);
        assert_eq!((short(), Compensation::cover_required(SLA)), (None, Ok(0)));
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 3_000));
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = PERIODS);
        stake(SLA, 3_000);
    });
}

#[test]
fn shortage_should_end_the_agreement_at_once_without_grace() {
    ExtBuilder::default().build_and_execute(|| {
        GracePeriods::set(0);
        stage(4_000);
        assert_eq!(settle_next(10), Standing::Uncovered);
    });
}

#[test]
fn topping_up_should_end_a_shortage() {
    ExtBuilder::default().build_and_execute(|| {
        stage(4_000);
        settle_next(10);
        stake(SLA, 499);
        assert_eq!(short(), Some(Short { since: 1, missing: 1 }));
        assert_ok!(Compensation::hold_back(SLA, &BOB, PaymentSource::Wallet, 5));
        assert_ok!(Compensation::release(SLA, 1));
        assert_eq!(short(), None);
        System::assert_has_event(Event::CoverRestored { agreement: SLA }.into());
        // A new shortage has a grace of its own.
        assert_eq!(settle_next(10), Standing::Sound);
        assert_eq!(short(), Some(Short { since: 2, missing: 500 }));
    });
}

#[test]
fn shortage_should_be_noticed_when_backers_leave_or_the_fee_takes_cover() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 2_000);
        back(BOB, 3_000);
        settle(SLA, &met());
        subscribe(ALICE, 1, 6);
        go_to(3);
        // Accepted, because the cover suffices; then a loss of earlier periods, and it does not any more.
        leave(BOB, 1_000_000_000);
        assert_eq!(settle_next_now(0), Standing::Sound);
        settle_next_now(10);
        assert_eq!(short(), None);
        let period = Pools::<Test>::get(SLA).unwrap().settled;
        go_to(period + 1);
        assert_ok!(on_verdict(SLA, period, &met(), None));
        assert!(short().is_some());
    });
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(2_000);
        stage(4_000);
        settle_next(0);
        // 1,000 of income and 1,000 of stake.
        assert_eq!(short(), Some(Short { since: 1, missing: 1_000 }));
    });
}

fn settle_next_now(credit: u32) -> Standing {
    let period = Pools::<Test>::get(SLA).unwrap().settled;
    on_verdict(SLA, period, &missed(credit), None).unwrap()
}

#[test]
fn end_should_end_a_shortage() {
    ExtBuilder::default().build_and_execute(|| {
        stage(4_000);
        settle_next(10);
        assert!(short().is_some());
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(short(), None);
    });
}

#[test]
fn settlement_should_look_at_a_bounded_number_of_periods() {
    ExtBuilder::default().build_and_execute(|| {
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = 20);
        stake(SLA, 12_000);
        subscribe(BOB, 1, 1);
        go_to(8);
        subscribe(ALICE, 1, 5);
        go_to(12);
        subscribe(CAROL, 2, 1);
        // Of the periods 1 to 13 the last needs 12,000 of the 11,500 that are left; twelve are looked at.
        assert_ok!(on_verdict(SLA, 0, &missed(10), None));
        assert_eq!(short(), None);
        // The last comes into sight with the next settlement, which takes no cover along.
        assert_ok!(on_verdict(SLA, 1, &met(), None));
        assert_eq!(short(), Some(Short { since: 12, missing: 500 }));
    });
}
