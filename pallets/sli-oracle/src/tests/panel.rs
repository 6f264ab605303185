// SPDX-License-Identifier: Apache-2.0

//! The index of the active, and drawing from it.

use super::*;
use crate::panel::pick;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Reporters that may be drawn.
const MANY: u64 = 20;

fn draw(seed: H256, size: u32, exclude: &[AccountId]) -> Vec<AccountId> {
    <SliOracle as dsla_primitives::traits::Reporters<AccountId>>::draw(seed, size, exclude)
}

fn many() -> Vec<AccountId> {
    (ALICE..ALICE + MANY).collect()
}

#[test]
fn draw_should_give_the_same_for_the_same_seed() {
    build_and_execute(|| {
        register(&many());
        let seed = |number| H256::from_low_u64_be(number);
        assert_eq!(draw(seed(1), 5, &[]), draw(seed(1), 5, &[]));
        // A larger panel begins with the smaller one.
        assert_eq!(draw(seed(1), 11, &[])[..5], draw(seed(1), 5, &[])[..]);
        let panels = (0..100).map(|number| draw(seed(number), 5, &[])).collect::<BTreeSet<_>>();
        assert!(panels.len() > 95, "{} different panels of 100 seeds", panels.len());
    });
}

#[test]
fn draw_should_be_empty_when_there_is_nobody() {
    build_and_execute(|| {
        assert!(draw(H256::zero(), 5, &[]).is_empty());
        register(&[ALICE]);
        assert!(draw(H256::zero(), 5, &[ALICE]).is_empty());
        assert!(draw(H256::zero(), 0, &[]).is_empty());
        assert_eq!(draw(H256::zero(), 5, &[BOB]), [ALICE]);
    });
}

#[test]
fn draw_should_leave_out_who_may_not_report() {
    build_and_execute(|| {
        register(&[ALICE, BOB, CHARLIE]);
        assert_ok!(SliOracle::register_reporter(signed(DAVE), MIN_BOND + 1, uri("")));
        assert_ok!(SliOracle::leave(signed(ALICE)));
        strike(BOB, MAX_STRIKES);
        for number in 0..50 {
            let seed = H256::from_low_u64_be(number);
            let panel = draw(seed, 4, &[]).into_iter().collect::<BTreeSet<_>>();
            assert_eq!(panel, BTreeSet::from([CHARLIE, DAVE]));
        }
        MinBond::set(&(MIN_BOND + 1));
        assert_eq!(draw(H256::zero(), 4, &[]), [DAVE]);
    });
}

#[test]
fn draw_should_be_bounded_when_asked_for_too_many() {
    build_and_execute(|| {
        register(&many());
        assert_eq!(draw(H256::zero(), u32::MAX, &[]).len() as u64, MANY);
    });
}

#[test]
fn pick_should_give_nothing_of_nothing_and_stay_below_the_count() {
    assert_eq!(pick(H256::zero(), 0, 0), None);
    assert_eq!(pick(H256::zero(), 7, 1), Some(0));
    for look in 0..1_000 {
        assert!(pick(H256::zero(), look, u32::MAX).unwrap() < u32::MAX);
        assert!(pick(H256::zero(), look, 3).unwrap() < 3);
    }
}

/// Over many seeds everybody is drawn about as often: the statistic of χ² stays below what 1 of 10,000 fair draws
/// exceeds.
#[test]
fn draw_should_be_uniform_over_many_seeds() {
    build_and_execute(|| {
        register(&many());
        let (seeds, size) = (4_000u64, 5u32);
        let mut drawn = BTreeMap::<AccountId, u64>::new();
        let mut first = BTreeMap::<AccountId, u64>::new();
        for number in 0..seeds {
            let panel = draw(H256::from_low_u64_be(number), size, &[]);
            assert_eq!(panel.len(), size as usize);
            *first.entry(panel[0]).or_default() += 1;
            panel.into_iter().for_each(|who| *drawn.entry(who).or_default() += 1);
        }
        let statistic = |counts: &BTreeMap<AccountId, u64>, total: u64| {
            let expected = total as f64 / MANY as f64;
            let deviation = |who| (counts.get(&who).copied().unwrap_or(0) as f64 - expected).powi(2) / expected;
            many().into_iter().map(deviation).sum::<f64>()
        };
        // 19 degrees of freedom. Without putting back, the numbers vary less than χ² has it.
        assert!(statistic(&first, seeds) < 50.8, "{}", statistic(&first, seeds));
        assert!(statistic(&drawn, seeds * 5) < 50.8, "{}", statistic(&drawn, seeds * 5));
    });
}

#[derive(Clone, Debug)]
enum Op {
    Register(AccountId),
    Leave(AccountId),
    Rejoin(AccountId),
    Slash(AccountId),
    Refill(AccountId),
    Wait,
    Withdraw(AccountId),
}

fn any_op() -> impl Strategy<Value = Op> {
    let who = || ALICE..ALICE + 8;
    prop_oneof![
        5 => who().prop_map(Op::Register),
        2 => who().prop_map(Op::Leave),
        2 => who().prop_map(Op::Rejoin),
        2 => who().prop_map(Op::Slash),
        2 => who().prop_map(Op::Refill),
        1 => Just(Op::Wait),
        2 => who().prop_map(Op::Withdraw),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However reporters come and go, the index has those that may report, and a panel is drawn of them alone.
    #[test]
    fn the_index_should_have_those_who_may_report(
        ops in prop::collection::vec(any_op(), 1..60), seed in any::<[u8; 32]>(), size in 0..12u32,
        exclude in prop::collection::vec(ALICE..ALICE + 10, 0..6),
    ) {
        build_and_execute(|| {
            let mut active = BTreeSet::new();
            let mut now = ENDED;
            for op in ops {
                match op {
                    Op::Register(who) => {
                        if SliOracle::register_reporter(signed(who), MIN_BOND, uri("")).is_ok() {
                            assert!(active.insert(who));
                        }
                    }
                    Op::Leave(who) => {
                        if SliOracle::leave(signed(who)).is_ok() {
                            active.remove(&who);
                        }
                    }
                    Op::Rejoin(who) => {
                        if SliOracle::rejoin(signed(who)).is_ok() {
                            assert!(active.insert(who));
                        }
                    }
                    Op::Slash(who) => {
                        strike(who, MAX_STRIKES);
                        if held(who) < MIN_BOND {
                            active.remove(&who);
                        }
                    }
                    Op::Refill(who) => {
                        if SliOracle::bond_extra(signed(who), 150).is_ok() && held(who) >= MIN_BOND {
                            active.insert(who);
                        }
                    }
                    Op::Wait => {
                        now += UNBONDING;
                        Clock::set(now);
                    }
                    Op::Withdraw(who) => drop(SliOracle::withdraw_bond(signed(who))),
                }
                let count = ActiveCount::<Test>::get();
                let index = (0..count).map(|index| ActiveReporters::<Test>::get(index).unwrap());
                assert_eq!(index.collect::<BTreeSet<_>>(), active);
                SliOracle::do_try_state().unwrap();
            }
            let panel = draw(H256(seed), size, &exclude);
            let different = panel.iter().copied().collect::<BTreeSet<_>>();
            assert_eq!(different.len(), panel.len(), "nobody is drawn twice");
            let candidates = active.iter().filter(|who| !exclude.contains(who)).copied().collect::<BTreeSet<_>>();
            assert!(different.is_subset(&candidates));
            // With 32 looks at eight at most, only bad luck of less than 1 in 50 misses one; two are never missed here.
            assert!(panel.len() + 1 >= candidates.len().min(size as usize));
        });
    }
}
