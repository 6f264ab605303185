// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;

fn percent(value: u32) -> Perbill {
    Perbill::from_percent(value)
}

fn shares(reporters: u32, settler: u32, treasury: u32) -> FeeShares {
    FeeShares { reporters: percent(reporters), settler: percent(settler), treasury: percent(treasury) }
}

/// At boundary `b` a unit has earned a refund of 10·b and a compensation of b², a weight 3·b.
fn index(boundary: PeriodIndex) -> Result<Index, DispatchError> {
    let b = Balance::from(boundary);
    Ok(Index { refund: 10 * b, compensation: b * b, reward: 3 * b })
}

fn pool(settled: PeriodIndex) -> Pool<u8> {
    Pool { settled, ..Pool::new(0) }
}

fn ledger(subscriptions: &[Position], memberships: &[Position]) -> Ledger {
    Ledger {
        subscriptions: BoundedVec::truncate_from(subscriptions.to_vec()),
        memberships: BoundedVec::truncate_from(memberships.to_vec()),
        credit: Claimable::default(),
    }
}

#[test]
fn split_should_burn_what_does_not_divide() {
    let parts = shares(25, 25, 25).split(103).unwrap();
    assert_eq!(parts, FeeParts { reporters: 25, settler: 25, treasury: 25, burned: 28 });
}

#[test]
fn split_should_cut_when_the_shares_exceed_the_whole() {
    assert!(shares(50, 50, 0).is_valid());
    assert!(!shares(60, 60, 60).is_valid());
    assert!(!shares(50, 50, 1).is_valid());
    let parts = shares(60, 60, 60).split(100).unwrap();
    assert_eq!(parts, FeeParts { reporters: 60, settler: 40, treasury: 0, burned: 0 });
}

#[test]
fn collect_should_count_only_settled_periods_of_the_span() {
    let pool = pool(5);
    let mut ledger = ledger(&[Position::new(2, 1, 3), Position::new(7, 4, 9)], &[Position::new(3, 2, OPEN_END)]);
    ledger.collect(&pool, index).unwrap();
    assert_eq!(ledger.credit.refund, 2 * 20 + 7 * 10);
    assert_eq!(ledger.credit.compensation, 2 * (9 - 1) + 7 * (25 - 16));
    assert_eq!(ledger.credit.reward, 3 * 9);
    assert_eq!(ledger.subscriptions.to_vec(), vec![Position { share: 7, from: 4, until: 9, claimed: 5 }]);
    assert_eq!(ledger.memberships.to_vec(), vec![Position { share: 3, from: 2, until: OPEN_END, claimed: 5 }]);
    // Nothing is earned twice.
    let before = ledger.clone();
    ledger.collect(&pool, index).unwrap();
    assert_eq!(ledger, before);
}

#[test]
fn collect_should_leave_the_future_alone() {
    let mut ledger = ledger(&[Position::new(2, 5, 6)], &[Position::new(3, 7, OPEN_END)]);
    let before = ledger.clone();
    ledger.collect(&pool(5), index).unwrap();
    assert_eq!(ledger, before);
}

#[test]
fn collect_should_refund_what_an_early_end_leaves() {
    let pool = Pool { ended: true, unspent: 100, ..pool(5) };
    let mut ledger = ledger(&[Position::new(2, 4, 7), Position::new(1, 6, 8)], &[Position::new(3, 2, OPEN_END)]);
    ledger.collect(&pool, index).unwrap();
    assert_eq!(ledger.credit.refund, 2 * 10 + 2 * 200 + 200);
    assert_eq!(ledger.credit.reward, 3 * 9);
    assert!(ledger.subscriptions.is_empty() && ledger.memberships.is_empty());
}

#[test]
fn collect_should_fail_and_not_wrap_when_numbers_overflow() {
    let huge =
        |boundary: PeriodIndex| Ok(Index { refund: Balance::MAX * Balance::from(boundary), ..Default::default() });
    let fresh = || ledger(&[Position::new(2, 0, 1)], &[]);
    assert_eq!(fresh().collect(&pool(1), huge), Err(ArithmeticError::Overflow.into()));
    let falling = |boundary: PeriodIndex| Ok(Index { refund: 9 - Balance::from(boundary), ..Default::default() });
    assert_eq!(fresh().collect(&pool(1), falling), Err(ArithmeticError::Underflow.into()));
}

#[test]
fn take_credit_should_use_compensation_first() {
    let mut credit = Claimable { refund: 10, compensation: 20, reward: 30, income: 40 };
    assert_eq!(take_credit(&mut credit, 25), Some(0));
    assert_eq!(credit, Claimable { refund: 5, compensation: 0, reward: 30, income: 40 });
    assert_eq!(take_credit(&mut credit, 100), Some(25));
    assert_eq!(credit, Claimable::default());
}

#[test]
fn team_change_should_bear_extreme_weights() {
    let swap = TeamChange { added: u64::MAX, removed: u64::MAX };
    assert_eq!(swap.apply(u64::MAX), Some(u64::MAX));
    assert_eq!(TeamChange { added: 1, removed: 0 }.apply(u64::MAX), None);
    assert_eq!(TeamChange { added: 0, removed: 2 }.apply(1), None);
}

#[test]
fn index_should_fail_and_not_wrap_when_it_overflows() {
    let most = Index { refund: Balance::MAX, ..Default::default() };
    assert_eq!(most.advance(&Index { refund: 1, ..Default::default() }), None);
    assert_eq!(Index::default().since(&most), None);
}

proptest! {
    #[test]
    fn split_should_always_sum_to_the_fee(fee: Balance, a in 0u32..=100, b in 0u32..=100, c in 0u32..=100) {
        let parts = shares(a, b, c).split(fee).unwrap();
        let sum = parts.reporters.checked_add(parts.settler).unwrap();
        let sum = sum.checked_add(parts.treasury).unwrap().checked_add(parts.burned).unwrap();
        prop_assert_eq!(sum, fee);
    }
}
