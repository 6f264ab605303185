// SPDX-License-Identifier: Apache-2.0

//! Random operations against a model that is too simple to be wrong.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
    Wait(Moment),
    Register(AccountId, Balance),
    BondExtra(AccountId, Balance),
    Leave(AccountId),
    Withdraw(AccountId),
    Submit(AccountId, PeriodIndex, u128),
    Reward(PeriodIndex, Balance),
    Claim(AccountId),
}

fn any_op() -> impl Strategy<Value = Op> {
    let who = || ALICE..ALICE + 8;
    let amount = || prop_oneof![0..5_000u128, Just(MIN_BOND), Just(EXISTENTIAL_DEPOSIT), Just(Balance::MAX)];
    prop_oneof![
        3 => (0..WINDOW).prop_map(Op::Wait),
        1 => Just(Op::Wait(UNBONDING)),
        4 => (who(), amount()).prop_map(|(who, amount)| Op::Register(who, amount)),
        1 => (who(), amount()).prop_map(|(who, amount)| Op::BondExtra(who, amount)),
        1 => who().prop_map(Op::Leave),
        2 => who().prop_map(Op::Withdraw),
        8 => (who(), 0..4u32, 0..1_100u128).prop_map(|(who, period, ms)| Op::Submit(who, period, ms)),
        3 => (0..4u32, amount()).prop_map(|(period, amount)| Op::Reward(period, amount)),
        2 => who().prop_map(Op::Claim),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever anybody does: bonds are held, rewards add up to the planck, and an answer that was given stands.
    #[test]
    fn no_sequence_of_operations_should_lose_money_or_change_a_result(ops in prop::collection::vec(any_op(), 1..120)) {
        build_and_execute(|| {
            let committee = (ALICE..ALICE + 8).collect::<Vec<_>>();
            Agreements::insert(AGREEMENT, terms(&committee, 5));
            let (mut now, mut paid_in) = (ENDED, 0);
            let mut earned = BTreeMap::<AccountId, Balance>::new();
            let mut answers = BTreeMap::<PeriodIndex, Collected>::new();
            for op in ops {
                let wealth = |who| Balances::total_balance(&who);
                match op {
                    Op::Wait(time) => {
                        now += time;
                        Clock::set(now);
                    }
                    Op::Register(who, bond) => {
                        let before = wealth(who);
                        let taken = SliOracle::register_reporter(signed(who), bond, uri("")).is_ok();
                        assert!(!taken || held(who) == bond);
                        assert_eq!(wealth(who), before);
                    }
                    Op::BondExtra(who, amount) => {
                        let before = held(who);
                        let taken = SliOracle::bond_extra(signed(who), amount).is_ok();
                        assert_eq!(held(who), if taken { before + amount } else { before });
                    }
                    Op::Leave(who) => {
                        let before = held(who);
                        if SliOracle::leave(signed(who)).is_ok() {
                            assert_ne!(Reporters::<Test>::get(who).unwrap().state, ReporterState::Active);
                        }
                        assert_eq!(held(who), before);
                    }
                    Op::Withdraw(who) => {
                        let before = wealth(who);
                        if SliOracle::withdraw_bond(signed(who)).is_ok() {
                            assert_eq!(held(who), 0);
                        }
                        assert_eq!(wealth(who), before);
                    }
                    Op::Submit(who, period, ms) => {
                        let before = wealth(who);
                        if submit(who, &[latency(RoundId::new(AGREEMENT, period), ms)]).is_ok() {
                            assert!(Rounds::<Test>::get(RoundId::new(AGREEMENT, period)).has_report_of(&who));
                        }
                        assert_eq!(wealth(who), before);
                    }
                    Op::Reward(period, amount) => {
                        let round = RoundId::new(AGREEMENT, period);
                        let before = wealth(POOL);
                        let taken = reward(round, amount).unwrap_or(0);
                        assert_eq!(wealth(POOL), before - taken);
                        assert!(taken <= amount);
                        paid_in += taken;
                        let reporters = Rounds::<Test>::get(round).reports;
                        for report in reporters.iter().filter(|_| taken > 0) {
                            *earned.entry(report.reporter).or_default() += amount / reporters.len() as u128;
                        }
                    }
                    Op::Claim(who) => {
                        let (before, due) = (wealth(who), earned.remove(&who).unwrap_or(0));
                        let paid = SliOracle::claim_rewards(signed(who), AGREEMENT).is_ok();
                        assert_eq!(paid, due > 0);
                        assert_eq!(wealth(who), before + due);
                        paid_in -= due;
                    }
                }
                assert_eq!(earned.values().sum::<Balance>(), paid_in);
                assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT + paid_in);
                for period in 0..4 {
                    let answer = collect_at(RoundId::new(AGREEMENT, period), now);
                    if let Collected::Closed(_) = answer {
                        assert_eq!(answers.entry(period).or_insert_with(|| answer.clone()), &answer);
                    } else {
                        assert!(!answers.contains_key(&period), "a closed round has opened again");
                    }
                }
                SliOracle::do_try_state().unwrap();
            }
        });
    }
}
