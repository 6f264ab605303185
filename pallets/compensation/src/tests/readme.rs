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
