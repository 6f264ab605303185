// SPDX-License-Identifier: Apache-2.0

use super::*;
use dsla_primitives::api::MAX_PAGE;

#[test]
fn claimables_should_page_through_the_portfolio() {
    ExtBuilder::default().build_and_execute(|| {
        for id in 2..=7 {
            register(AgreementId(id), pricing());
        }
        let mut seen = Vec::new();
        let mut from = None;
        loop {
            let (page, next) = Compensation::claimables(&PROVIDER, from, 3);
            assert!(!page.is_empty() && page.len() <= 3);
            seen.extend(page.into_iter().map(|(agreement, _)| agreement));
            if next.is_none() {
                break;
            }
            from = next;
        }
        seen.sort();
        assert_eq!(seen, (1..=7).map(AgreementId).collect::<Vec<_>>());
        assert_eq!(Compensation::claimables(&PROVIDER, None, 7).1, None);
        assert_eq!(Compensation::claimables(&PROVIDER, None, 0), (vec![], None));
        assert_eq!(Compensation::claimables(&ALICE, None, 5), (vec![], None));
    });
}

#[test]
fn claimables_should_cap_the_page() {
    ExtBuilder::default().build_and_execute(|| {
        for id in 2..=MAX_PAGE + 5 {
            register(AgreementId(id.into()), pricing());
        }
        let (page, next) = Compensation::claimables(&PROVIDER, None, u32::MAX);
        assert_eq!(page.len(), MAX_PAGE as usize);
        assert_eq!(Compensation::claimables(&PROVIDER, next, u32::MAX).0.len(), 5);
    });
}

#[test]
fn units_should_be_the_same_before_and_after_settlement() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        subscribe(ALICE, 2, 2);
        assert_eq!(Compensation::units(SLA, 0), 2);
        settle(SLA, &met());
        assert_eq!(Compensation::units(SLA, 0), 2);
        assert_eq!(Compensation::units(SLA, 2), 0);
        assert_eq!(Compensation::settlement(SLA, 0).unwrap().amounts.units, 2);
        assert_eq!(Compensation::settlement(SLA, 1), None);
    });
}

#[test]
fn reads_should_give_nothing_when_there_is_no_pool() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(Compensation::claimable(UNKNOWN, &ALICE), Claimable::default());
        assert_eq!(Compensation::buckets(UNKNOWN), Buckets::default());
        assert_eq!(Compensation::units(UNKNOWN, 0), 0);
        assert_eq!(Compensation::cover_required(UNKNOWN), Err(Error::<Test>::PoolNotFound.into()));
        assert_eq!(Compensation::stake_required(UNKNOWN), Err(Error::<Test>::PoolNotFound.into()));
        assert_eq!(Compensation::surplus(UNKNOWN), Err(Error::<Test>::PoolNotFound.into()));
    });
}

#[test]
fn ledger_should_be_up_to_date_before_it_is_written() {
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 20_000);
        back(ALICE, 1_000);
        subscribe(ALICE, 2, 2);
        settle(SLA, &missed(10));
        let ledger = Compensation::ledger(SLA, &ALICE).unwrap();
        // 10 % of 1,000 and the bonus of 100 come back, 10 % of 5,000 are paid, for each unit.
        assert_eq!(ledger.credit, Claimable { refund: 400, compensation: 1_000, ..Default::default() });
        assert_eq!((ledger.subscriptions[0].claimed, ledger.backing.shares), (1, 1_000_000_000));
        assert_eq!(crate::Accounts::<Test>::get(SLA, ALICE).credit, Claimable::default());
        assert_eq!(Compensation::ledger(SLA, &BOB), Some(Default::default()));
        assert_eq!(Compensation::ledger(UNKNOWN, &ALICE), None);
    });
}
