// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, Error, Event, MAX_WINDOWS};
use dsla_primitives::{
    terms::{Maintenance, Terms},
    AgreementId, Moment,
};
use frame_support::{assert_noop, assert_ok};
use sp_runtime::DispatchError;

const NOTICE: Moment = 5 * MINUTE;
const QUOTA: Moment = 20 * MINUTE;

fn announce(who: AccountId, id: AgreementId, period: u32, start: Moment, end: Moment) -> sp_runtime::DispatchResult {
    Sla::announce_maintenance(RuntimeOrigin::signed(who), id, period, start, end)
}

fn maintained() -> Terms<AccountId> {
    Terms { maintenance: Maintenance { quota: QUOTA, notice: NOTICE }, ..terms() }
}

#[test]
fn announce_maintenance_should_keep_the_windows_in_order() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        events();
        let window = |minute: Moment| (end(0) + minute * MINUTE, end(0) + (minute + 5) * MINUTE);
        // Two that touch each other, one before and one at the end of the period.
        for minute in [20, 25, 0, 55] {
            let (start, end) = window(minute);
            assert_ok!(announce(PROVIDER, id, 1, start, end));
            let announced = Event::MaintenanceAnnounced { agreement: id, period: 1, start, end };
            assert_eq!(events(), vec![announced]);
        }
        assert_eq!(Sla::maintenance(id, 1), [0, 20, 25, 55].map(window).to_vec());
        assert_eq!(Sla::maintenance(id, 0), vec![]);
        assert_eq!(Sla::maintenance(AgreementId(9), 1), vec![]);
    });
}

#[test]
fn announce_maintenance_should_take_only_windows_within_the_period() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        let tries = |start, end| {
            assert_noop!(announce(PROVIDER, id, 1, start, end), Error::<Test>::WindowOutsidePeriod);
        };
        tries(end(0) - 1, end(0) + 1);
        tries(end(1) - 1, end(1) + 1);
        tries(end(1), end(1) + 1);
        tries(end(0) + 1, end(0) + 1);
        tries(end(0) + 2, end(0) + 1);
        for period in [3, u32::MAX] {
            assert_noop!(announce(PROVIDER, id, period, end(2), end(2) + 1), Error::<Test>::PeriodNotFound);
        }
        assert_ok!(announce(PROVIDER, id, 1, end(0), end(0) + 1));
        assert_ok!(announce(PROVIDER, id, 1, end(1) - 1, end(1)));
    });
}

#[test]
fn announce_maintenance_should_leave_the_notice() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        block_at(START);
        let start = START + 30 * MINUTE;
        set_now(start - NOTICE + 1);
        assert_noop!(announce(PROVIDER, id, 0, start, start + 1), Error::<Test>::NoticeTooShort);
        set_now(start - NOTICE);
        assert_ok!(announce(PROVIDER, id, 0, start, start + 1));
        // Not after the fact, even without any notice.
        let mut none = maintained();
        none.maintenance.notice = 0;
        none.schedule.start = start;
        let id = open_agreement(none);
        set_now(start + 2);
        assert_noop!(announce(PROVIDER, id, 0, start + 1, start + 5), Error::<Test>::NoticeTooShort);
        assert_ok!(announce(PROVIDER, id, 0, start + 2, start + 5));
        block_at(start + 2);
    });
}

#[test]
fn announce_maintenance_should_not_overlap_nor_exceed_the_quota() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        assert_noop!(announce(PROVIDER, id, 1, end(0), end(0) + QUOTA + 1), Error::<Test>::MaintenanceQuotaExceeded);
        let (start, stop) = (end(0) + 10 * MINUTE, end(0) + 20 * MINUTE);
        assert_ok!(announce(PROVIDER, id, 1, start, stop));
        for (from, to) in [(start, stop), (start - 1, start + 1), (stop - 1, stop + 1), (start + 1, stop - 1)] {
            assert_noop!(announce(PROVIDER, id, 1, from, to), Error::<Test>::WindowsOverlap);
        }
        assert_noop!(announce(PROVIDER, id, 1, start - 1, stop + 1), Error::<Test>::WindowsOverlap);
        let rest = QUOTA - (stop - start);
        assert_noop!(announce(PROVIDER, id, 1, stop, stop + rest + 1), Error::<Test>::MaintenanceQuotaExceeded);
        assert_ok!(announce(PROVIDER, id, 1, stop, stop + rest));
        assert_noop!(announce(PROVIDER, id, 1, end(0), end(0) + 1), Error::<Test>::MaintenanceQuotaExceeded);
        // Each period has a quota of its own.
        assert_ok!(announce(PROVIDER, id, 2, end(1), end(1) + QUOTA));
        // Without a quota there is no maintenance.
        let none = open_agreement(terms());
        assert_noop!(announce(PROVIDER, none, 1, end(0), end(0) + 1), Error::<Test>::MaintenanceQuotaExceeded);
    });
}

#[test]
fn announce_maintenance_should_fail_when_the_period_has_as_many_windows_as_possible() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        for window in 0..Moment::from(MAX_WINDOWS) {
            assert_ok!(announce(PROVIDER, id, 1, end(0) + window * MINUTE, end(0) + window * MINUTE + 1));
        }
        assert_noop!(announce(PROVIDER, id, 1, end(1) - 1, end(1)), Error::<Test>::MaxWindowsExceeded);
    });
}

#[test]
fn announce_maintenance_should_use_the_terms_in_force_in_the_period() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        let mut amended = maintained();
        amended.maintenance = Maintenance { quota: 2 * MINUTE, notice: 0 };
        assert_ok!(propose_amendment(id, amended, 2));
        assert_noop!(announce(PROVIDER, id, 2, end(1), end(1) + QUOTA), Error::<Test>::MaintenanceQuotaExceeded);
        assert_ok!(announce(PROVIDER, id, 1, end(0), end(0) + QUOTA));
        set_now(end(1));
        assert_ok!(announce(PROVIDER, id, 2, end(1), end(1) + 2 * MINUTE));
        set_now(T0);
    });
}

#[test]
fn windows_should_stay_when_new_terms_allow_fewer_or_the_agreement_ends_before() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        assert_ok!(announce(PROVIDER, id, 2, end(1), end(1) + QUOTA));
        assert_ok!(propose_amendment(id, terms(), 1));
        block_at(START);
        block_at(end(0));
        assert_ok!(terminate(id, None));
        assert_eq!(Sla::maintenance(id, 2).len(), 1);
        assert_noop!(announce(PROVIDER, id, 2, end(2) - 1, end(2)), Error::<Test>::PeriodNotFound);
    });
}

#[test]
fn announce_maintenance_should_fail_when_the_agreement_is_not_open_or_active() {
    build_and_execute(|| {
        let draft = register_agreement(maintained());
        let terminated = open_agreement(maintained());
        assert_ok!(terminate(terminated, None));
        block_at(T0);
        for id in [draft, terminated] {
            assert_noop!(announce(PROVIDER, id, 1, end(0), end(0) + 1), Error::<Test>::WrongState);
        }
        assert_noop!(announce(PROVIDER, AgreementId(9), 1, end(0), end(1)), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn announce_maintenance_should_fail_when_it_belongs_to_another_provider_or_is_not_signed() {
    build_and_execute(|| {
        let id = open_agreement(maintained());
        register_provider(OTHER);
        for who in [OTHER, STRANGER] {
            assert_noop!(announce(who, id, 1, end(0), end(0) + 1), Error::<Test>::NotAuthorized);
        }
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            let call = Sla::announce_maintenance(origin, id, 1, end(0), end(0) + 1);
            assert_eq!(call, Err(DispatchError::BadOrigin));
        }
    });
}
