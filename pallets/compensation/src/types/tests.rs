// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;

fn percent(value: u32) -> Perbill {
    Perbill::from_percent(value)
}

fn shares(reporters: u32, settler: u32, treasury: u32) -> FeeShares {
    FeeShares { reporters: percent(reporters), settler: percent(settler), treasury: percent(treasury) }
}

/// At boundary `b` a unit has earned a refund of 10·b and a compensation of b², a weight 3·b. Version 1 came with
/// boundary 6, version 2 with 8.
struct Fixed<F: Fn(PeriodIndex) -> Index>(F);

impl<F: Fn(PeriodIndex) -> Index> Records for Fixed<F> {
    fn index(&self, boundary: PeriodIndex) -> Result<Index, DispatchError> {
        Ok(self.0(boundary))
    }
    fn version(&self, version: TermsVersion) -> Result<Version, DispatchError> {
        let version = match version {
            0 => Version { prepayment: 100, ..Default::default() },
            1 => Version { from: 6, carried_over: true, refund: 30, prepayment: 70, ..Default::default() },
            _ => Version { from: 8, carried_over: false, refund: 70, prepayment: 200, ..Default::default() },
        };
        Ok(version)
    }
    fn epoch(&self, _: PeriodIndex) -> Option<Epoch> {
        None
    }
    fn set_epoch(&mut self, _: PeriodIndex, _: Epoch) {
        unreachable!("no backers")
    }
}

fn index(boundary: PeriodIndex) -> Index {
    let b = Balance::from(boundary);
    Index { refund: 10 * b, compensation: b * b, reward: 3 * b }
}

fn pool(settled: PeriodIndex) -> Pool<u8> {
    Pool { settled, ..Pool::new(0) }
}

fn ledger(subscriptions: &[Position], memberships: &[Position]) -> Ledger {
    Ledger {
        subscriptions: BoundedVec::truncate_from(subscriptions.to_vec()),
        memberships: BoundedVec::truncate_from(memberships.to_vec()),
        ..Default::default()
    }
}

fn collect(ledger: &mut Ledger, pool: &Pool<u8>) -> Result<Pool<u8>, DispatchError> {
    let mut pool = pool.clone();
    ledger.collect(&mut pool, &mut Fixed(index)).map(|_| pool)
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
    collect(&mut ledger, &pool).unwrap();
    assert_eq!(ledger.credit.refund, 2 * 20 + 7 * 10);
    assert_eq!(ledger.credit.compensation, 2 * (9 - 1) + 7 * (25 - 16));
    assert_eq!(ledger.credit.reward, 3 * 9);
    assert_eq!(ledger.subscriptions.to_vec(), vec![Position { claimed: 5, ..Position::new(7, 4, 9) }]);
    assert_eq!(ledger.memberships.to_vec(), vec![Position { claimed: 5, ..Position::new(3, 2, OPEN_END) }]);
    assert_eq!(ledger.history.to_vec(), vec![(1, 3)]);
    // Nothing is earned twice.
    let before = ledger.clone();
    collect(&mut ledger, &pool).unwrap();
    assert_eq!(ledger, before);
}

#[test]
fn collect_should_leave_the_future_alone() {
    let mut ledger = ledger(&[Position::new(2, 5, 6)], &[Position::new(3, 7, OPEN_END)]);
    let before = ledger.clone();
    collect(&mut ledger, &pool(5)).unwrap();
    assert_eq!(ledger, before);
}

#[test]
fn collect_should_refund_what_an_early_end_leaves() {
    let pool = Pool { ended: true, ..pool(5) };
    let mut ledger = ledger(&[Position::new(2, 4, 7), Position::new(1, 6, 8)], &[Position::new(3, 2, OPEN_END)]);
    collect(&mut ledger, &pool).unwrap();
    assert_eq!(ledger.credit.refund, 2 * 10 + 2 * 200 + 200);
    assert_eq!(ledger.credit.reward, 3 * 9);
    assert!(ledger.subscriptions.is_empty() && ledger.memberships.is_empty());
}

#[test]
fn collect_should_follow_the_terms_once() {
    // Carried over at 6 for 30 a period less, ended at 8 with 70 a period back.
    let mut ledger = ledger(&[Position::new(2, 4, 10), Position::new(1, 9, 10), Position::new(1, 1, 5)], &[]);
    let amended = Pool { version: 2, ..pool(4) };
    collect(&mut ledger, &amended).unwrap();
    assert_eq!(ledger.credit.refund, 2 * (4 * 30 + 2 * 70) + (30 + 70) + 30);
    let kept = ledger.subscriptions.iter().map(|p| (p.from, p.until, p.version)).collect::<Vec<_>>();
    assert_eq!(kept, vec![(4, 8, 2), (1, 5, 2)]);
    let before = ledger.clone();
    collect(&mut ledger, &amended).unwrap();
    assert_eq!(ledger, before);
    // An end gives back what each period was prepaid with.
    collect(&mut ledger, &Pool { ended: true, ..amended }).unwrap();
    assert_eq!(ledger.credit.refund, before.credit.refund + 2 * (2 * 100 + 2 * 70) + 100);
}

#[test]
fn collect_should_give_refunds_of_sponsored_units_to_the_provider() {
    let mut ledger = ledger(&[Position { sponsored: true, ..Position::new(2, 1, 9) }], &[]);
    let pool = collect(&mut ledger, &pool(5)).unwrap();
    assert_eq!((ledger.credit.refund, pool.provider_owed), (0, 2 * 40));
    assert_eq!(ledger.credit.compensation, 2 * (25 - 1));
}

#[test]
fn history_should_merge_spans_and_drop_the_oldest() {
    let mut ledger = Ledger::default();
    for (from, until) in [(0, 2), (4, 6), (2, 3), (8, 9), (5, 8), (7, 7)] {
        ledger.remember(from, until);
    }
    assert_eq!(ledger.history.to_vec(), vec![(0, 3), (4, 9)]);
    assert!(ledger.was_customer(2) && !ledger.was_customer(3) && ledger.was_customer(8) && !ledger.was_customer(9));
    for n in 2..=MAX_HISTORY {
        ledger.remember(10 * n, 10 * n + 1);
    }
    assert_eq!(ledger.history.len(), MAX_HISTORY as usize);
    assert!(!ledger.was_customer(2) && ledger.was_customer(4) && ledger.was_customer(10 * MAX_HISTORY));
    collect(&mut ledger, &pool(9 + HISTORY_PERIODS - 1)).unwrap();
    assert!(ledger.was_customer(8));
    let zero = |_| Index::default();
    ledger.collect(&mut pool(9 + HISTORY_PERIODS), &mut Fixed(zero)).unwrap();
    assert!(!ledger.was_customer(8) && ledger.was_customer(20));
}

#[test]
fn claim_fee_should_be_rounded_down_and_at_most_a_tenth() {
    let fee = |provider, treasury| ClaimFee { provider: percent(provider), treasury: percent(treasury) };
    assert_eq!(ClaimFee::default().of(1_000), (0, 0));
    assert_eq!(fee(2, 3).of(199), (3, 5));
    assert_eq!(fee(7, 90).of(1_000), (70, 30));
    assert_eq!(fee(100, 100).of(1_000), (100, 0));
    assert_eq!(fee(5, 5).of(Balance::MAX), (Balance::MAX / 20, Balance::MAX / 20));
}

#[test]
fn collect_should_fail_and_not_wrap_when_numbers_overflow() {
    let huge = |boundary: PeriodIndex| Index { refund: Balance::MAX * Balance::from(boundary), ..Default::default() };
    let fresh = || ledger(&[Position::new(2, 0, 1)], &[]);
    assert_eq!(fresh().collect(&mut pool(1), &mut Fixed(huge)), Err(ArithmeticError::Overflow.into()));
    let falling = |boundary: PeriodIndex| Index { refund: 9 - Balance::from(boundary), ..Default::default() };
    assert_eq!(fresh().collect(&mut pool(1), &mut Fixed(falling)), Err(ArithmeticError::Underflow.into()));
}

#[test]
fn take_credit_should_use_compensation_first() {
    let mut credit = Claimable { refund: 10, compensation: 20, reward: 30, income: 40, exit: 50 };
    assert_eq!(take_credit(&mut credit, 25), Some(0));
    assert_eq!(credit, Claimable { refund: 5, compensation: 0, reward: 30, income: 40, exit: 50 });
    assert_eq!(take_credit(&mut credit, 100), Some(25));
    assert_eq!(credit, Claimable { exit: 50, ..Default::default() });
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
