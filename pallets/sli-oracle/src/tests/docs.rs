// SPDX-License-Identifier: Apache-2.0

use super::*;
use frame_support::traits::{GetCallIndex, GetCallName};

#[test]
fn the_readme_should_list_every_call() {
    let listed = include_str!("../../README.md")
        .lines()
        .skip_while(|line| *line != "## Calls")
        .take_while(|line| *line != "## Queries")
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect::<Vec<_>>();
    assert_eq!(listed, crate::Call::<Test>::get_call_names());
}

#[test]
fn the_indices_of_calls_and_the_reason_of_holds_should_never_change() {
    assert_eq!(crate::Call::<Test>::get_call_indices(), (0..8).collect::<Vec<_>>());
    assert_eq!(codec::Encode::encode(&HoldReason::ReporterBond), [0]);
}

#[test]
fn a_full_round_should_take_at_most_four_kilobytes() {
    use codec::MaxEncodedLen;
    assert!(Round::<sp_runtime::AccountId32>::max_encoded_len() <= 4_096);
}
