// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Epochs, Event, Pools};

fn call(who: AccountId, amount: Balance) -> Result<(), DispatchError> {
    Compensation::back(signed(who), SLA, amount, 0)
}

#[test]
fn back_should_wait_and_become_shares_after_the_period() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        go_to(1);
        settle_now(SLA, &met(), None);
        assert_ok!(call(ALICE, 5_000));
        assert_eq!(last_event(), Event::Backed { agreement: SLA, who: ALICE, amount: 5_000, period: 1 });
        assert_eq!(buckets(), Buckets { junior: 20_000, pending: 5_000, ..Default::default() });
        assert_eq!(wallet(ALICE), RICH - 5_000);
        assert_eq!(backing(ALICE).deposits.to_vec(), vec![(1, 5_000)]);
        // A second deposit of the same period joins the first.
        assert_ok!(call(ALICE, 1_000));
        assert_eq!(backing(ALICE).deposits.to_vec(), vec![(1, 6_000)]);
        settle(SLA, &missed(80));
        assert_eq!((buckets().senior, buckets().pending), (6_000, 0));
        assert_eq!((backing(ALICE).shares, backing(ALICE).deposits.len()), (6_000_000_000, 0));
        assert_eq!(Compensation::value_of_shares(SLA, 6_000_000_000), Ok(6_000));
        // The row about the period is dropped when the ledger has been written.
        assert!(Epochs::<Test>::contains_key(SLA, 1));
        assert_ok!(Compensation::give_backing_notice(signed(ALICE), SLA, 1));
        assert!(!Epochs::<Test>::contains_key(SLA, 1));
    });
}

#[test]
fn back_should_count_before_the_start_as_in_the_first_period() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(BOB, 2, 3);
        back(ALICE, 5_000);
        assert_eq!(backing(ALICE).deposits.to_vec(), vec![(0, 5_000)]);
        // No loss and no premium of the first period.
        settle(SLA, &missed(10));
        assert_eq!((buckets().junior, buckets().senior), (19_000, 5_000));
        settle(SLA, &met());
        // 20 % of 2,000.
        assert_eq!(buckets().senior, 5_400);
    });
}

#[test]
fn back_should_not_bear_losses_of_periods_that_wait_for_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 4_000);
        subscribe(BOB, 1, 4);
        go_to(3);
        back(ALICE, 1_000);
        for _ in 0..3 {
            settle_now(SLA, &missed(80), None);
        }
        assert_eq!((buckets().junior, buckets().senior, buckets().pending), (0, 0, 1_000));
        settle(SLA, &missed(80));
        assert_eq!((buckets().senior, backing(ALICE).shares), (1_000, 1_000_000_000));
    });
}

#[test]
fn back_should_fail_when_it_makes_no_sense() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        assert_noop!(Compensation::back(RuntimeOrigin::root(), SLA, 100, 0), DispatchError::BadOrigin);
        assert_noop!(Compensation::back(signed(ALICE), UNKNOWN, 100, 0), Error::<Test>::PoolNotFound);
        assert_noop!(Compensation::back(signed(ALICE), SLA, 100, 1), Error::<Test>::TermsChanged);
        assert_noop!(call(ALICE, 99), Error::<Test>::BackingTooSmall);
        assert_noop!(call(NOBODY, 100), Error::<Test>::InsufficientFunds);
        // The provider has 1,000 of 10,000 at most; what waits counts.
        assert_noop!(call(ALICE, 9_001), Error::<Test>::JuniorTooSmall);
        assert_noop!(call(ALICE, Balance::MAX), Error::<Test>::AmountTooLarge);
        assert_ok!(call(ALICE, 8_900));
        assert_noop!(call(BOB, 101), Error::<Test>::JuniorTooSmall);
        assert_ok!(call(BOB, 100));
        for status in [AgreementStatus::Draft, AgreementStatus::Completed, AgreementStatus::Terminated] {
            set_status(SLA, status);
            assert_noop!(call(ALICE, 100), Error::<Test>::WrongState);
        }
        set_status(SLA, AgreementStatus::Active);
        stake(SLA, 1_000);
        // What is paid in while the last period but one runs covers the last.
        go_to(PERIODS - 1);
        assert_noop!(call(ALICE, 100), Error::<Test>::NotEnoughPeriodsLeft);
        Now::mutate(|now| *now -= 1);
        assert_ok!(call(ALICE, 100));
        // Also when the end has been moved.
        Agreements::mutate(|all| all.get_mut(&SLA).unwrap().periods = PERIODS - 1);
        assert_noop!(call(ALICE, 100), Error::<Test>::NotEnoughPeriodsLeft);
        Agreements::mutate(|all| all.clear());
        assert_noop!(call(ALICE, 100), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn back_should_name_the_terms_that_wait() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        assert_ok!(propose(SLA, pricing(), 3, false));
        assert_noop!(Compensation::back(signed(ALICE), SLA, 100, 0), Error::<Test>::TermsChanged);
        assert_ok!(Compensation::back(signed(ALICE), SLA, 100, 1));
    });
}

#[test]
fn back_should_fail_when_too_many_periods_wait() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        for period in 0..8 {
            go_to(period);
            back(ALICE, 100);
        }
        go_to(8);
        assert_noop!(call(ALICE, 100), Error::<Test>::MaxBackingsExceeded);
        assert_ok!(call(BOB, 100));
        settle_now(SLA, &met(), None);
        assert_ok!(call(ALICE, 100));
    });
}

/// Alice backs with 1,000 of which period 1 leaves `left`; period 2 runs.
fn slash_to(left: Balance) {
    stake(SLA, 4_000);
    back(ALICE, 1_000);
    settle(SLA, &met());
    settle(SLA, &met());
    Pools::<Test>::mutate_extant(SLA, |pool| {
        pool.buckets.owed += 4_000 + 1_000 - left - 800;
        pool.provider_owed += 4_000 + 1_000 - left - 800;
        (pool.buckets.junior, pool.buckets.senior) = (800, left);
    });
    check_books();
}

#[test]
fn back_should_fail_when_the_vault_is_slashed_too_deep() {
    ExtBuilder::default().build_and_execute(|| {
        // Just below a tenth of the first price ...
        slash_to(98);
        assert_noop!(call(CAROL, 100), Error::<Test>::PoolSlashed);
    });
    ExtBuilder::default().build_and_execute(|| {
        // ... and just above.
        slash_to(100);
        assert_ok!(call(CAROL, 100));
        // Slashed while it waits: it goes back.
        Pools::<Test>::mutate_extant(SLA, |pool| {
            pool.buckets.owed += 50;
            pool.provider_owed += 50;
            pool.buckets.senior -= 50;
        });
        settle(SLA, &met());
        assert_eq!(Compensation::claimable(SLA, &CAROL), Claimable { exit: 100, ..Default::default() });
        assert_eq!((buckets().pending, buckets().exits, buckets().senior), (0, 100, 50));
        assert_ok!(Compensation::claim(signed(CAROL), SLA));
        assert_eq!((wallet(CAROL), buckets().exits), (RICH, 0));
        assert!(!Accounts::<Test>::contains_key(SLA, CAROL));
    });
}

#[test]
fn wiped_out_vault_should_void_its_shares_and_begin_anew() {
    // A premium would be a last bit for those who bore the loss.
    let pricing = dsla_primitives::terms::Pricing { premium_share: Default::default(), ..pricing() };
    ExtBuilder::pricing(pricing).build_and_execute(|| {
        stake(SLA, 4_000);
        back(ALICE, 4_000);
        settle(SLA, &met());
        for _ in 0..2 {
            subscribe(BOB, 1, 4);
        }
        go_to(2);
        settle_now(SLA, &met(), None);
        assert_ok!(Compensation::give_backing_notice(signed(ALICE), SLA, 1_000_000));
        back(CAROL, 500);
        // Two units lose 8,000: everything. Carol came in meanwhile and has lost nothing.
        settle(SLA, &missed(80));
        assert_eq!((buckets().junior, buckets().senior), (0, 500));
        System::assert_has_event(Event::BackersWipedOut { agreement: SLA, period: 2 }.into());
        assert_eq!((backing(ALICE).shares, backing(ALICE).notice), (0, 0));
        assert_eq!(backing(CAROL).shares, 500_000_000);
        assert_eq!(Compensation::value_of_shares(SLA, 500_000_000), Ok(500));
        assert_noop!(Compensation::withdraw_notice(signed(ALICE), SLA, 1), Error::<Test>::NoticeNeeded);
    });
}

#[test]
fn cancel_backing_should_return_what_has_not_begun_to_count() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        back(ALICE, 500);
        back(BOB, 100);
        let cancel = |who, period| Compensation::cancel_backing(signed(who), SLA, period);
        assert_noop!(Compensation::cancel_backing(RuntimeOrigin::root(), SLA, 0), DispatchError::BadOrigin);
        assert_noop!(cancel(CAROL, 0), Error::<Test>::BackingNotFound);
        assert_noop!(cancel(ALICE, 1), Error::<Test>::BackingNotFound);
        assert_noop!(Compensation::cancel_backing(signed(ALICE), UNKNOWN, 0), Error::<Test>::PoolNotFound);
        // Still possible at the last moment of the period.
        Now::set(START + PERIOD - 1);
        assert_ok!(cancel(ALICE, 0));
        assert_eq!(last_event(), Event::BackingCanceled { agreement: SLA, who: ALICE, amount: 500, period: 0 });
        assert_eq!((wallet(ALICE), buckets().pending), (RICH, 100));
        assert!(!Accounts::<Test>::contains_key(SLA, ALICE));
        go_to(1);
        assert_noop!(cancel(BOB, 0), Error::<Test>::TooLate);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(cancel(BOB, 0), Error::<Test>::WrongState);
        // The end returns it.
        assert_eq!(Compensation::claimable(SLA, &BOB), Claimable { exit: 100, ..Default::default() });
    });
}

#[test]
fn back_should_refuse_nothing_even_when_there_is_no_minimum() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        MinBacking::set(0);
        assert_noop!(call(ALICE, 0), Error::<Test>::BackingTooSmall);
        assert_ok!(call(ALICE, 1));
    });
}

#[test]
fn priced_should_be_told_with_what_became_of_deposits_and_exits() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        back(ALICE, 500);
        settle(SLA, &met());
        let priced = |period, deposits, shares, exit_shares, exits| {
            let event = Event::BackingPriced { agreement: SLA, period, deposits, shares, exit_shares, exits };
            System::assert_has_event(event.into());
        };
        priced(0, 500, 500_000_000, 0, 0);
        leave(ALICE, 200_000_000);
        back(BOB, 300);
        settle(SLA, &met());
        priced(1, 300, 300_000_000, 200_000_000, 200);
    });
}

#[test]
fn cancel_backing_should_drop_a_row_about_nobody() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        back(ALICE, 500);
        assert_ok!(Compensation::cancel_backing(signed(ALICE), SLA, 0));
        assert!(!Epochs::<Test>::contains_key(SLA, 0));
    });
}

/// Alice is a customer; what she paid in while period 1 ran has a price that is not in her ledger; 1,000 of her shares
/// are under notice, and a deposit of period 2, which runs, waits. So do new terms.
fn priced_and_not_written_down() {
    stake(SLA, 50_000);
    subscribe(ALICE, 2, 5);
    back(ALICE, 1_000);
    settle(SLA, &met());
    assert_ok!(Compensation::give_backing_notice(signed(ALICE), SLA, 1_000));
    back(ALICE, 1_000);
    go_to(2);
    back(ALICE, 1_000);
    settle_now(SLA, &met(), None);
    assert_ok!(propose(SLA, pricing(), 4, false));
    assert!(Epochs::<Test>::contains_key(SLA, 1));
}

type Act<'a> = &'a dyn Fn() -> Result<(), DispatchError>;

#[test]
fn every_call_that_writes_a_ledger_should_drop_the_rows_that_are_in_it() {
    let max = Balance::MAX;
    let by = || signed(ALICE);
    let calls: [(&str, Act); 14] = [
        ("set_member", &|| Compensation::set_member(signed(PROVIDER), SLA, ALICE, 1)),
        ("subscribe", &|| Compensation::subscribe(by(), SLA, 1, 1, 0, max)),
        ("sponsor", &|| Compensation::sponsor(signed(PROVIDER), SLA, ALICE, 1, 1, max)),
        ("claim", &|| Compensation::claim(by(), SLA).map(|_| ()).map_err(|e| e.error)),
        ("cancel_subscription", &|| Compensation::cancel_subscription(by(), SLA, 0).map(|_| ()).map_err(|e| e.error)),
        ("extend_subscription", &|| Compensation::extend_subscription(by(), SLA, 0, 1, 0, max)),
        ("accept_amendment", &|| Compensation::accept_amendment(by(), SLA, 1, max).map(|_| ()).map_err(|e| e.error)),
        ("back", &|| Compensation::back(by(), SLA, 100, 1)),
        ("cancel_backing", &|| Compensation::cancel_backing(by(), SLA, 2)),
        ("give_backing_notice", &|| Compensation::give_backing_notice(by(), SLA, 1)),
        ("withdraw_notice", &|| Compensation::withdraw_notice(by(), SLA, 1)),
        ("exit", &|| Compensation::exit(by(), SLA, 1_000).map(|_| ()).map_err(|e| e.error)),
        ("hold_back", &|| Compensation::hold_back(SLA, &ALICE, PaymentSource::Claimable(SLA), 1)),
        ("automatic payout", &|| {
            Compensation::on_idle(1, Weight::MAX);
            Ok(())
        }),
    ];
    for (name, call) in calls {
        ExtBuilder::default().build_and_execute(|| {
            priced_and_not_written_down();
            assert_ok!(call());
            assert!(!Epochs::<Test>::contains_key(SLA, 1), "{name}");
        });
    }
}

#[test]
fn payout_should_write_down_who_has_nothing_to_claim() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        back(ALICE, 500);
        settle(SLA, &met());
        Compensation::on_idle(1, Weight::MAX);
        assert!(!Epochs::<Test>::contains_key(SLA, 0));
        assert_eq!(Accounts::<Test>::get(SLA, ALICE).backing.shares, 500_000_000);
    });
}

#[test]
fn rows_about_void_shares_should_be_dropped_when_the_pool_closed_before_their_owners_were_seen() {
    // A premium would be a last bit for those who bore the loss.
    let pricing = dsla_primitives::terms::Pricing { premium_share: Default::default(), ..pricing() };
    ExtBuilder::pricing(pricing).build_and_execute(|| {
        go_to(0);
        stake(SLA, 1_000);
        back(ALICE, 3_000);
        settle(SLA, &met());
        subscribe(BOB, 1, 1);
        go_to(3);
        settle_now(SLA, &met(), None);
        leave(ALICE, 3_000_000_000);
        settle_now(SLA, &missed(80), None);
        assert_eq!((buckets().junior, buckets().senior), (0, 0));
        end(SLA, AgreementStatus::Terminated);
        assert_ok!(Compensation::claim(signed(BOB), SLA));
        assert_ok!(Compensation::claim(signed(PROVIDER), SLA));
        assert!(!Pools::<Test>::contains_key(SLA) && Epochs::<Test>::contains_key(SLA, 3));
        Compensation::on_idle(1, Weight::MAX);
        assert_eq!(Accounts::<Test>::iter().count() + Epochs::<Test>::iter().count(), 0);
        assert_eq!(crate::SweepQueue::<Test>::iter().count(), 0);
    });
}

#[test]
fn what_rounding_leaves_of_new_shares_should_be_nobodys() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 4_000);
        back(CAROL, 2_000);
        subscribe(SETTLER, 1, 2);
        settle(SLA, &met());
        back(ALICE, 103);
        back(BOB, 103);
        settle(SLA, &met());
        // The premium makes it 2,200: 103 · 2,001,000,000 / 2,201 = 93,640,617.9, both 187,281,235.8.
        let shares = || Pools::<Test>::get(SLA).unwrap().vault.shares;
        assert_eq!(shares(), 2_187_281_235);
        for who in [ALICE, BOB] {
            assert_ok!(Compensation::give_backing_notice(signed(who), SLA, 93_640_617));
        }
        assert_eq!(shares(), 2_187_281_234);
    });
}
