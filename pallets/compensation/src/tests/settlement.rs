// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{Accounts, Event, Index, PeriodSettlement, PeriodUnits, Pools, Portfolio, Settlements, TeamChanges};
use codec::Encode;
use dsla_primitives::{terms::Pricing, traits::OnVerdict, RoundId};
use sp_runtime::Perbill;

fn amounts(period: PeriodIndex) -> Settlement {
    Compensation::settlement(SLA, period).unwrap().amounts
}

#[test]
fn settlement_should_record_what_moved() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 2, 2);
        subscribe(BOB, 1, 1);
        settle(SLA, &missed(30));
        let expected = Settlement {
            units: 3,
            income: 2_100,
            refunds: 1_200,
            compensation: 4_500,
            junior_loss: 4_500,
            ..Default::default()
        };
        assert_eq!(amounts(0), expected);
        assert_eq!(last_event(), Event::PeriodSettled { agreement: SLA, period: 0, amounts: expected });
        assert_eq!(
            Settlements::<Test>::get(SLA, 0).unwrap().index,
            Index { refund: 400, compensation: 1_500, reward: 0 }
        );
        assert!(!PeriodUnits::<Test>::contains_key(SLA, 0));
        settle(SLA, &met());
        assert_eq!(
            Settlements::<Test>::get(SLA, 1).unwrap().index,
            Index { refund: 500, compensation: 1_500, reward: 0 }
        );
        assert_eq!(buckets(), Buckets { junior: 15_500, owed: 3 * 1_900 + 2_100 + 2 * 1_100, ..Default::default() });
    });
}

#[test]
fn settlement_should_refuse_another_period_than_the_next() {
    ExtBuilder::default().build_and_execute(|| {
        assert_noop!(on_verdict(SLA, 1, &met(), None), Error::<Test>::OutOfOrder);
        settle(SLA, &met());
        assert_noop!(on_verdict(SLA, 0, &met(), None), Error::<Test>::OutOfOrder);
        stake(SLA, 1);
        end(SLA, AgreementStatus::Terminated);
        assert_noop!(on_verdict(SLA, 1, &met(), None), Error::<Test>::WrongState);
        assert_ok!(Compensation::withdraw_cover(signed(PROVIDER), SLA, 1));
        assert_noop!(on_verdict(SLA, 1, &met(), None), Error::<Test>::PoolNotFound);
    });
}

#[test]
fn fee_should_be_shared_among_reporters_settler_treasury_and_nobody() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(103);
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        settle_now(SLA, &met(), Some(SETTLER));
        assert_eq!((amounts(0).fee, amounts(0).burned), (103, 28));
        assert_eq!(wallet(REPORTER), RICH + 25);
        assert_eq!(wallet(TREASURY), RICH + 25);
        assert_eq!(Compensation::claimable(SLA, &SETTLER), Claimable { income: 25, ..Default::default() });
        assert_eq!(claimable(PROVIDER), 1_000 - 103);
        assert_ok!(Compensation::claim(signed(SETTLER), SLA));
        assert_eq!(wallet(SETTLER), RICH + 25);
    });
}

#[test]
fn fee_of_the_settler_should_go_to_the_treasury_when_the_chain_settles() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(100);
        stake(SLA, 8_000);
        settle_now(SLA, &met(), None);
        assert_eq!(wallet(TREASURY), RICH + 50);
        assert_eq!((amounts(0).fee, amounts(0).burned), (100, 25));
        // No income: the provider's stake paid.
        assert_eq!(buckets(), Buckets { junior: 7_900, ..Default::default() });
    });
}

#[test]
fn fee_should_be_at_most_what_is_there() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(Balance::MAX);
        settle_now(SLA, &met(), Some(SETTLER));
        assert_eq!(amounts(0), Settlement::default());
        assert!(!Accounts::<Test>::contains_key(SLA, SETTLER));
        stake(SLA, 3);
        settle_now(SLA, &met(), Some(SETTLER));
        // A quarter of 3 is nothing: all of it is burned.
        assert_eq!((amounts(1).fee, amounts(1).burned), (3, 3));
        assert_eq!(buckets(), Buckets::default());
    });
}

#[test]
fn fee_should_be_harmless_when_the_shares_exceed_the_whole() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(100);
        let most = Perbill::from_percent(80);
        Shares::set(crate::FeeShares { reporters: most, settler: most, treasury: most });
        stake(SLA, 100);
        settle_now(SLA, &met(), Some(SETTLER));
        assert_eq!((wallet(REPORTER), claimable(SETTLER), wallet(TREASURY)), (RICH + 80, 20, RICH));
    });
}

#[test]
fn fee_of_reporters_should_be_burned_as_far_as_they_do_not_take_it() {
    let cases = [
        (Paying::Everything, 25, false),
        (Paying::Half, 12, false),
        (Paying::Nothing, 0, false),
        (Paying::Fails, 0, true),
        (Paying::TakesAndFails, 0, true),
        (Paying::TakesTooMuch, 0, true),
        (Paying::Lies, 0, true),
    ];
    for (paying, taken, failed) in cases {
        ExtBuilder::default().build_and_execute(|| {
            VerificationFee::set(100);
            Reporting::set(paying);
            stake(SLA, 8_000);
            subscribe(ALICE, 1, 1);
            System::reset_events();
            settle_now(SLA, &missed(10), Some(SETTLER));
            assert_eq!(wallet(REPORTER), RICH + taken, "{paying:?}");
            assert_eq!(amounts(0).burned, 25 + 25 - taken, "{paying:?}");
            let complaint = System::events().into_iter().any(|record| {
                matches!(
                    record.event,
                    RuntimeEvent::Compensation(Event::ReportersNotPaid { agreement: SLA, period: 0, .. })
                )
            });
            assert_eq!(complaint, failed, "{paying:?}");
            check_books();
        });
    }
}

#[test]
fn fee_should_never_be_taken_from_what_customers_have_coming() {
    ExtBuilder::default().build_and_execute(|| {
        VerificationFee::set(1_000_000);
        stake(SLA, 4_000);
        subscribe(ALICE, 1, 2);
        settle_now(SLA, &missed(80), None);
        // 200 of income and nothing of the stake, all of which went to the customer.
        assert_eq!((amounts(0).fee, amounts(0).compensation), (200, 4_000));
        assert_eq!(claimable(ALICE), 900 + 4_000);
        assert_eq!(buckets().escrow, 1_100);
    });
}

#[test]
fn team_should_share_the_reward_of_met_periods_only() {
    ExtBuilder::default().build_and_execute(|| {
        assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 100));
        set_member(ALICE, 1);
        set_member(BOB, 3);
        for verdict in [missed(10), no_data(), met()] {
            settle(SLA, &verdict);
        }
        assert_eq!((claimable(ALICE), claimable(BOB)), (22, 66));
        assert_eq!(amounts(2).team_reward, 88);
        assert_eq!(buckets().rewards, 12);
        settle(SLA, &met());
        assert_eq!((claimable(ALICE), claimable(BOB)), (25, 75));
        settle(SLA, &met());
        assert_eq!((claimable(ALICE), claimable(BOB), buckets().rewards), (25, 75, 0));
    });
}

/// Raw keys of everything in storage, and their values.
fn snapshot() -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
    let mut all = std::collections::BTreeMap::new();
    let mut key = Vec::new();
    while let Some(next) = sp_io::storage::next_key(&key) {
        all.insert(next.clone(), sp_io::storage::get(&next).unwrap().to_vec());
        key = next;
    }
    all
}

#[test]
fn settlement_should_touch_the_same_few_items_for_1_100_and_10_000_subscribers_and_backers() {
    let touched = |subscribers: u128| {
        let mut touched = Vec::new();
        let pricing = Pricing { unit_price: 10, max_bonus: Perbill::zero(), cover_per_unit: 10, ..pricing() };
        ExtBuilder::pricing(pricing).build_and_execute(|| {
            VerificationFee::set(100);
            stake(SLA, 1_000_000);
            assert_ok!(Compensation::fund_rewards(signed(PROVIDER), SLA, 1_000_000));
            for who in 0..subscribers {
                let who = 1_000 + who;
                assert_ok!(Balances::transfer_keep_alive(signed(ALICE), who, 400));
                back(who, 100);
                subscribe(who, 1, 2);
                set_member(who, 1);
            }
            settle(SLA, &met());
            for who in 0..subscribers {
                back(1_000 + who, 100);
                leave(1_000 + who, 100_000_000);
            }
            System::reset_events();

            // A settlement that cannot see a single customer or member comes to the same ...
            let (mut pool, mut amounts) = (None, None);
            let _: Result<(), ()> = frame_support::storage::with_transaction(|| {
                assert!(Accounts::<Test>::clear(u32::MAX, None).maybe_cursor.is_none());
                assert!(Portfolio::<Test>::clear(u32::MAX, None).maybe_cursor.is_none());
                settle_now(SLA, &missed(10), None);
                pool = Pools::<Test>::get(SLA);
                amounts = Settlements::<Test>::get(SLA, 1);
                sp_runtime::TransactionOutcome::Rollback(Ok::<_, DispatchError>(Ok(())))
            })
            .unwrap();

            // ... and changes no more than this.
            let before = snapshot();
            settle_now(SLA, &missed(10), None);
            let after = snapshot();
            assert_eq!((Pools::<Test>::get(SLA), Settlements::<Test>::get(SLA, 1)), (pool, amounts));
            assert!(Settlements::<Test>::get(SLA, 1).unwrap().amounts.units == subscribers as u64);
            let keys = before.keys().chain(after.keys()).collect::<std::collections::BTreeSet<_>>();
            touched = keys.into_iter().filter(|key| before.get(*key) != after.get(*key)).cloned().collect();
        });
        touched
    };
    let one = touched(1);
    // Pool, units, settlement, deposits and exits; issuance, and the accounts of pool, reporter and treasury; events and their count.
    assert_eq!(one.len(), 10);
    assert_eq!(touched(100), one);
    assert_eq!(touched(10_000), one);
}

#[test]
fn settlement_should_leave_no_rows_about_settled_periods_but_the_record() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 8_000);
        subscribe(ALICE, 1, 1);
        set_member(BOB, 1);
        settle(SLA, &met());
        assert_eq!(PeriodUnits::<Test>::iter().count(), 0);
        assert_eq!(TeamChanges::<Test>::iter().count(), 0);
        assert_eq!(Settlements::<Test>::iter().count(), 1);
    });
}

#[test]
fn nothing_should_be_moved_when_there_is_nothing_to_move() {
    ExtBuilder::pricing(Pricing { unit_price: 0, ..pricing() }).build_and_execute(|| {
        stake(SLA, 20_000);
        System::reset_events();
        // A transfer, a withdrawal or burning of nothing would be an event too.
        subscribe(ALICE, 1, 1);
        settle(SLA, &met());
        assert_eq!(System::events().len(), 2);
        let amounts = Settlement { units: 1, ..Default::default() };
        assert_eq!(last_event(), Event::PeriodSettled { agreement: SLA, period: 0, amounts });
    });
}

#[test]
fn kept_should_be_what_a_settled_period_takes_with_its_key() {
    // All of it is of fixed size.
    let bytes = RoundId::new(SLA, 0).encoded_size() + PeriodSettlement::default().encoded_size();
    assert_eq!(<Compensation as OnVerdict<_>>::kept(&terms(pricing())), bytes as u64);
}
