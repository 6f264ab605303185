// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{AcceptedUnits, Accounts, Event, PeriodUnits, Versions};
use dsla_primitives::{terms::Pricing, traits::Amendment};

/// Prepays 2,200 a period, covers 8,000 of it.
fn dear() -> Pricing {
    Pricing { unit_price: 2_000, cover_per_unit: 10_000, ..pricing() }
}

/// Prepays 550 a period, covers the same.
fn cheap() -> Pricing {
    Pricing { unit_price: 500, ..pricing() }
}

fn accept(who: AccountId, version: u32, max: Balance) -> Result<(), DispatchError> {
    Compensation::accept_amendment(signed(who), SLA, version, max).map(|_| ()).map_err(|error| error.error)
}

fn units(period: PeriodIndex) -> (u64, u64) {
    (PeriodUnits::<Test>::get(SLA, period), AcceptedUnits::<Test>::get(SLA, period))
}

#[test]
fn who_signs_should_go_on_and_who_does_not_should_leave() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 1, 6);
        subscribe(BOB, 2, 6);
        assert_ok!(propose(SLA, dear(), 3, false));
        assert_noop!(accept(ALICE, 1, 3_299), Error::<Test>::PaymentTooHigh);
        assert_ok!(accept(ALICE, 1, 3_300));
        let (payment, refund, sponsor_refund) = (3_300, 0, 0);
        let event =
            Event::AmendmentAccepted { agreement: SLA, who: ALICE, version: 1, payment, refund, sponsor_refund };
        assert_eq!(last_event(), event);
        assert_eq!((units(2), units(3), units(5)), ((3, 0), (2, 1), (2, 1)));
        assert_noop!(accept(ALICE, 1, 3_300), Error::<Test>::NothingToAccept);
        for _ in 0..2 {
            settle(SLA, &met());
        }
        // The boundary comes before period 2 is settled.
        go_to(3);
        amend(SLA);
        let event = Event::PoolAmended { agreement: SLA, version: 1, from: 3, refunds: 2 * 3 * 1_100 };
        assert_eq!(last_event(), event);
        assert_eq!((units(2), units(3), units(5)), ((3, 0), (1, 0), (1, 0)));
        assert_eq!(claimable(BOB), 2 * 2 * 100 + 6_600);
        assert_eq!(claimable(ALICE), 2 * 100);
        check_books();
        settle(SLA, &met());
        settle(SLA, &missed(50));
        // Alice pays the new price and is compensated by the new terms; Bob has left.
        assert_eq!(Compensation::claimable(SLA, &ALICE).compensation, 5_000);
        assert_eq!(Compensation::claimable(SLA, &ALICE).refund, 3 * 100 + 1_200);
        assert_eq!(Compensation::claimable(SLA, &BOB).compensation, 0);
        assert_ok!(Compensation::claim(signed(BOB), SLA));
        assert_eq!(wallet(BOB), RICH - 2 * 3 * 1_000);
        assert_eq!(AcceptedUnits::<Test>::iter().count(), 0);
    });
}

#[test]
fn carried_over_should_need_no_signature_and_give_the_difference_back() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 2, 6);
        assert_ok!(propose(SLA, cheap(), 2, true));
        assert_noop!(accept(ALICE, 1, 0), Error::<Test>::NothingToAccept);
        // Bought under the old terms while the new ones wait.
        subscribe(BOB, 1, 6);
        go_to(2);
        amend(SLA);
        assert_eq!([ALICE, BOB].map(claimable), [2 * 4 * 550, 4 * 550]);
        assert_eq!(Versions::<Test>::get(SLA, 1).unwrap().refund, 550);
        for _ in 0..3 {
            settle(SLA, &met());
        }
        assert_eq!(claimable(BOB), 4 * 550 + 2 * 100 + 50);
        // An early end gives back what was prepaid, by version.
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(claimable(BOB), 4 * 550 + 2 * 100 + 50 + 3 * 550);
    });
}

#[test]
fn end_should_return_what_was_prepaid_under_terms_that_never_came() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 1, 6);
        subscribe(BOB, 1, 6);
        assert_ok!(propose(SLA, dear(), 3, false));
        assert_ok!(accept(ALICE, 1, 3_300));
        settle(SLA, &met());
        end(SLA, AgreementStatus::Terminated);
        assert_eq!([ALICE, BOB].map(claimable), [100 + 2 * 1_100 + 3 * 2_200, 100 + 5 * 1_100]);
        Compensation::on_idle(1, Weight::MAX);
        assert_eq!(AcceptedUnits::<Test>::iter().count() + PeriodUnits::<Test>::iter().count(), 0);
    });
}

#[test]
fn accept_should_give_back_what_new_terms_cost_less() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 1, 6);
        assert_ok!(propose(SLA, cheap(), 2, false));
        assert_ok!(accept(ALICE, 1, 0));
        assert_eq!((claimable(ALICE), buckets().escrow), (4 * 550, 2 * 1_100 + 4 * 550));
        // Canceled under the new terms.
        assert_ok!(Compensation::cancel_subscription(signed(ALICE), SLA, 1));
        assert_eq!((claimable(ALICE), units(2)), (8 * 550, (0, 0)));
    });
}

#[test]
fn accept_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 12_000);
        subscribe(ALICE, 2, 6);
        subscribe(BOB, 1, 2);
        assert_noop!(accept(ALICE, 1, 0), Error::<Test>::NoAmendment);
        assert_noop!(Compensation::accept_amendment(RuntimeOrigin::root(), SLA, 1, 0), DispatchError::BadOrigin);
        assert_noop!(Compensation::accept_amendment(signed(ALICE), UNKNOWN, 1, 0), Error::<Test>::PoolNotFound);
        assert_ok!(propose(SLA, dear(), 3, false));
        assert_noop!(accept(ALICE, 2, Balance::MAX), Error::<Test>::TermsChanged);
        assert_noop!(accept(BOB, 1, Balance::MAX), Error::<Test>::NothingToAccept);
        assert_noop!(accept(CAROL, 1, Balance::MAX), Error::<Test>::NothingToAccept);
        // Two units need 16,000 then.
        assert_noop!(accept(ALICE, 1, Balance::MAX), Error::<Test>::CoverTooSmall);
        stake(SLA, 4_000);
        go_to(3);
        assert_noop!(accept(ALICE, 1, Balance::MAX), Error::<Test>::AmendmentDue);
        let buy = Compensation::subscribe(signed(CAROL), SLA, 1, 1, 0, Balance::MAX);
        assert_eq!(buy, Err(Error::<Test>::AmendmentDue.into()));
        Now::mutate(|now| *now -= 1);
        assert_ok!(accept(ALICE, 1, Balance::MAX));
        // What was signed can be extended when it is in force.
        let extend = |id, version| Compensation::extend_subscription(signed(ALICE), SLA, id, 1, version, Balance::MAX);
        assert_noop!(extend(1, 0), Error::<Test>::TermsChanged);
        go_to(3);
        amend(SLA);
        assert_ok!(extend(1, 1));
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions.iter().map(|p| p.until).max(), Some(7));
    });
}

#[test]
fn accept_should_move_sponsored_units_only_when_they_do_not_become_dearer() {
    for (pricing, refund) in [(dear(), None), (pricing(), Some(0)), (cheap(), Some(2 * 550))] {
        ExtBuilder::default().build_and_execute(|| {
            stake(SLA, 40_000);
            assert_ok!(Compensation::sponsor(signed(PROVIDER), SLA, ALICE, 1, 4, Balance::MAX));
            assert_ok!(propose(SLA, pricing, 2, false));
            if let Some(refund) = refund {
                assert_ok!(accept(ALICE, 1, 0));
                assert_eq!((claimable(PROVIDER), claimable(ALICE)), (refund, 0));
                assert!(matches!(
                    last_event(),
                    Event::AmendmentAccepted { refund: 0, sponsor_refund, .. } if sponsor_refund == refund
                ));
            } else {
                assert_noop!(accept(ALICE, 1, Balance::MAX), Error::<Test>::NothingToAccept);
            }
        });
    }
}

#[test]
fn proposal_should_be_refused_when_it_harms_backers_or_cannot_be_covered() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 9_000);
        subscribe(ALICE, 2, 6);
        let better = |cover_per_unit| propose(SLA, Pricing { cover_per_unit, ..pricing() }, 2, true);
        assert_noop!(better(6_000), Error::<Test>::CoverTooSmall);
        assert_ok!(better(5_500));
        // What is sold meanwhile must be covered under the new terms where they are in force.
        stake(SLA, 3_800);
        assert_noop!(Compensation::subscribe(signed(BOB), SLA, 1, 3, 0, Balance::MAX), Error::<Test>::CoverTooSmall);
        subscribe(BOB, 1, 2);
        assert_eq!(Compensation::cover_required(SLA), Ok(12_000));
    });
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 9_000);
        back(BOB, 100);
        assert_noop!(propose(SLA, cheap(), 2, true), Error::<Test>::BackersPresent);
        assert_ok!(propose(SLA, Pricing { unit_price: 2_000, ..pricing() }, 2, false));
        let amendment = |version| Amendment { version, from: 2, carried_over: true, terms: terms(pricing()) };
        let old = terms(pricing());
        assert_noop!(Compensation::on_proposed(SLA, &amendment(16), &old), Error::<Test>::MaxVersionsExceeded);
        assert_noop!(Compensation::on_proposed(UNKNOWN, &amendment(1), &old), Error::<Test>::PoolNotFound);
        // Versions follow each other.
        assert_noop!(Compensation::on_amended(SLA, &amendment(2), &old), Error::<Test>::OutOfOrder);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(Compensation::on_proposed(SLA, &amendment(1), &old), Error::<Test>::WrongState);
        assert_noop!(Compensation::on_amended(SLA, &amendment(1), &old), Error::<Test>::WrongState);
    });
}

#[test]
fn accept_should_fail_when_there_is_no_room_to_split() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 400_000);
        for periods in 2..=MAX_PREPAID {
            subscribe(ALICE, 1, periods);
        }
        assert_ok!(propose(SLA, cheap(), 1, false));
        // Five become ten.
        assert_noop!(accept(ALICE, 1, 0), Error::<Test>::MaxPositionsExceeded);
        assert_ok!(Compensation::cancel_subscription(signed(ALICE), SLA, 0));
        assert_ok!(accept(ALICE, 1, 0));
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).subscriptions.len(), 8);
    });
}

#[test]
fn proposal_should_be_refused_when_all_backers_have_shares_already() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 9_000);
        back(BOB, 1_000);
        settle(SLA, &met());
        assert_eq!((buckets().senior, buckets().pending), (1_000, 0));
        assert_noop!(propose(SLA, cheap(), 3, true), Error::<Test>::BackersPresent);
    });
}

#[test]
fn accepted_units_should_need_cover_under_the_terms_signed() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 2, 6);
        assert_ok!(propose(SLA, dear(), 3, false));
        assert_eq!(Compensation::cover_required(SLA), Ok(2 * 4_000));
        assert_ok!(accept(ALICE, 1, Balance::MAX));
        assert_eq!(Compensation::cover_required(SLA), Ok(2 * 8_000));
        let withdraw = |amount| Compensation::withdraw_cover(signed(PROVIDER), SLA, amount);
        assert_noop!(withdraw(4_001), Error::<Test>::CoverNeeded);
        assert_ok!(withdraw(4_000));
    });
}

#[test]
fn periods_that_wait_for_settlement_should_need_cover_under_their_own_terms() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 12_000);
        subscribe(ALICE, 3, 6);
        assert_ok!(propose(SLA, Pricing { cover_per_unit: 2_500, ..pricing() }, 2, false));
        assert_ok!(accept(ALICE, 1, 0));
        go_to(2);
        amend(SLA);
        let required = || Compensation::cover_required(SLA).unwrap();
        // Periods 0 and 1 are over and may both have been missed, under the old terms; the others are under the new ones.
        assert_eq!(required(), 3 * (4_000 + 4_000 + 2_000));
        settle_now(SLA, &met(), None);
        assert_eq!(required(), 3 * (4_000 + 2_000));
        settle_now(SLA, &met(), None);
        assert_eq!(required(), 3 * 2_000);
    });
}

#[test]
fn amended_should_be_refused_when_there_are_too_many_versions() {
    ExtBuilder::default().build_and_execute(|| {
        for _ in 1..16 {
            assert_ok!(propose(SLA, pricing(), 1, true));
            amend(SLA);
        }
        let next = Amendment { version: 16, from: 1, carried_over: true, terms: terms(pricing()) };
        assert_noop!(Compensation::on_amended(SLA, &next, &terms(pricing())), Error::<Test>::OutOfOrder);
    });
}

#[test]
fn subscribe_should_sell_under_the_new_terms_once_they_are_in_force() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        subscribe(ALICE, 1, 6);
        assert_ok!(propose(SLA, cheap(), 2, true));
        go_to(2);
        amend(SLA);
        assert_ok!(Compensation::subscribe(signed(BOB), SLA, 1, 2, 1, 1_100));
        assert_eq!(Accounts::<Test>::get(SLA, BOB).subscriptions.iter().map(|p| p.version).collect::<Vec<_>>(), [1]);
        assert_eq!((claimable(BOB), wallet(BOB)), (0, RICH - 1_100));
    });
}

#[test]
fn accept_should_move_what_begins_with_the_new_terms_as_a_whole() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        go_to(2);
        subscribe(ALICE, 1, 2);
        assert_ok!(propose(SLA, cheap(), 3, false));
        assert_ok!(accept(ALICE, 1, 0));
        let ledger = Accounts::<Test>::get(SLA, ALICE);
        let kept = ledger.subscriptions.iter().map(|p| (p.id, p.from, p.until, p.version)).collect::<Vec<_>>();
        assert_eq!((kept, ledger.history.len()), (vec![(1, 3, 5, 1)], 0));
        assert_eq!((units(3), units(4), claimable(ALICE)), ((0, 1), (0, 1), 2 * 550));
    });
}

#[test]
fn proposal_should_need_cover_only_for_periods_in_which_it_is_in_force() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 16_000);
        subscribe(ALICE, 1, 6);
        subscribe(BOB, 3, 2);
        // Too little for the four units of period 1, enough for the one of later periods.
        settle(SLA, &missed(10));
        assert_eq!(Compensation::cover_required(SLA), Ok(16_000));
        assert_eq!(Compensation::capacity(SLA), Ok(14_000));
        assert_ok!(propose(SLA, Pricing { cover_per_unit: 5_500, ..pricing() }, 2, true));
    });
}

#[test]
fn amended_should_leave_a_way_back_to_terms_under_which_nobody_subscribed() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 40_000);
        for (from, cover_per_unit) in [(1, 5_500), (2, 6_000)] {
            assert_ok!(propose(SLA, Pricing { cover_per_unit, ..pricing() }, from, true));
            go_to(from);
            amend(SLA);
        }
        // No period is settled, so all versions still count.
        assert_ok!(Compensation::subscribe(signed(ALICE), SLA, 1, 2, 2, Balance::MAX));
        assert_eq!(Compensation::cover_required(SLA), Ok(4_800));
        assert_eq!((0..3).filter(|version| Versions::<Test>::contains_key(SLA, version)).count(), 3);
    });
}
