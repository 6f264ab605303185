// SPDX-License-Identifier: Apache-2.0

use crate::{mock::Test, Call};
use frame_support::traits::GetCallName;

#[test]
fn readme_should_list_exactly_the_calls() {
    let listed = include_str!("../../README.md")
        .lines()
        .skip_while(|line| !line.starts_with("| call |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('`').nth(1).unwrap())
        .collect::<Vec<_>>();
    assert_eq!(listed, Call::<Test>::get_call_names());
}

#[test]
fn integrity_test_should_pass() {
    use frame_support::traits::Hooks;
    sp_io::TestExternalities::default().execute_with(crate::Pallet::<Test>::integrity_test);
}

#[test]
fn integrity_test_should_fail_when_the_fee_is_given_away_twice() {
    use crate::{
        mock::{quarters, Shares},
        FeeShares,
    };
    use frame_support::traits::Hooks;
    let most = sp_runtime::Perbill::one();
    Shares::set(FeeShares { reporters: most, ..quarters() });
    let outcome = std::panic::catch_unwind(|| {
        sp_io::TestExternalities::default().execute_with(crate::Pallet::<Test>::integrity_test)
    });
    Shares::set(quarters());
    assert!(outcome.is_err());
}

/// The table "A backer in numbers".
#[test]
fn readme_should_have_the_numbers_of_a_backer_right() {
    use super::*;
    ExtBuilder::default().build_and_execute(|| {
        let mut rows = Vec::new();
        let mut note = |ann: Balance| {
            let ben = Compensation::value_of_shares(SLA, backing(BOB).shares).unwrap();
            rows.push([buckets().junior, buckets().senior, ann, ben]);
        };
        let ann = || Compensation::value_of_shares(SLA, backing(ALICE).shares).unwrap();
        stake(SLA, 10_000);
        back(ALICE, 6_000);
        back(BOB, 3_000);
        settle(SLA, &met());
        note(ann());
        subscribe(CAROL, 4, 2);
        settle(SLA, &met());
        note(ann());
        settle(SLA, &met());
        note(ann());
        settle(SLA, &missed(60));
        note(ann());
        leave(ALICE, backing(ALICE).shares);
        settle(SLA, &met());
        note(claimable(ALICE));
        let number = |cell: &str| {
            let digits = cell.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
            digits.filter(char::is_ascii_digit).collect::<String>().parse::<Balance>().unwrap()
        };
        let told = include_str!("../../README.md")
            .lines()
            .filter(|line| line.starts_with("| period "))
            .map(|line| {
                let cells = line.split('|').collect::<Vec<_>>();
                [3, 4, 5, 6].map(|at| number(cells[at].trim()))
            })
            .collect::<Vec<_>>();
        assert_eq!(told, rows);
    });
}
