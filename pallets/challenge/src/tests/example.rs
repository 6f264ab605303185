// SPDX-License-Identifier: Apache-2.0

//! The worked example of the README, played through.

use super::*;

const DSLA: Balance = 1_000;

/// Numbers of the README are in DSLA with up to three decimals; a DSLA has 1,000 plancks here.
fn dsla(amount: i128) -> String {
    let sign = if amount < 0 { "−" } else { "" };
    let (whole, part) = (amount.unsigned_abs() / DSLA, amount.unsigned_abs() % DSLA);
    let number = if part == 0 { whole.to_string() } else { format!("{whole}.{part:03}") };
    format!("{sign}{}", number.trim_end_matches(|c| number.contains('.') && c == '0'))
}

#[test]
fn the_worked_example_of_the_readme_should_be_what_happens() {
    new_test_ext().execute_with(|| {
        for who in [ALICE, BOB, PROVIDER] {
            assert_ok!(Balances::mint_into(&who, 1_000 * DSLA));
        }
        let people = [ALICE, BOB, PROVIDER, TREASURY];
        let before = people.map(wallet);
        let issuance = Balances::total_issuance();
        BaseBond::set(100 * DSLA);
        claimed();
        let first = drawn();
        let before_first = first.iter().map(|who| wallet(*who)).collect::<Vec<_>>();
        voted(&[0, 0, 0, 1, 2]);
        assert!(matches!(stored().stage, Stage::Appealable { decision: 0, .. }));
        assert_ok!(appeal(ALICE));
        let second = drawn();
        let before_second = second.iter().map(|who| wallet(*who)).collect::<Vec<_>>();
        voted(&[1, 1, 1, 1, 1, 1, 0, 0, 2]);
        assert_eq!((ruling().choice, ruling().by), (1, Decider::Appeal));

        let readme = include_str!("../../README.md");
        let example = readme.split("## A worked example").nth(1).unwrap().split("\n## ").next().unwrap();
        let says = |who: &str, gain: i128| {
            let row = format!("| {who} | {} |", dsla(gain));
            assert!(example.contains(&row), "the example lacks {row}");
        };
        let gains = |members: &[AccountId], before: &[Balance], vote: usize| {
            wallet(members[vote]) as i128 - before[vote] as i128
        };
        for ((name, who), before) in
            [("Alice", ALICE), ("Bob", BOB), ("provider", PROVIDER), ("treasury", TREASURY)].into_iter().zip(before)
        {
            says(name, wallet(who) as i128 - before as i128);
        }
        says("each of 7 voters for claim 1", gains(&first, &before_first, 3));
        says("each of 7 voters for claim 1", gains(&second, &before_second, 0));
        says("each of 9 other members", gains(&first, &before_first, 0));
        says("each of 9 other members", gains(&second, &before_second, 10));
        let burned = issuance - Balances::total_issuance();
        says("burned", burned as i128);
        let paid = Payout { returned: 300 * DSLA, paid: 50 * DSLA + 7 * 7_142, burned, treasury: 0 };
        assert_eq!(payout(), paid);
        let struck = first.iter().chain(&second).filter(|who| Strikes::get(who) == 1).count();
        assert!(example.contains(&format!("{struck} members are struck")));
    });
}
