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
    assert_eq!(crate::Call::<Test>::get_call_indices(), (0..12).collect::<Vec<_>>());
    assert_eq!(codec::Encode::encode(&HoldReason::ReporterBond), [0]);
}

#[test]
fn a_full_round_should_take_less_than_five_kilobytes() {
    use codec::MaxEncodedLen;
    assert!(Round::<sp_runtime::AccountId32>::max_encoded_len() <= 5_000);
}

#[test]
fn the_states_of_reporters_should_keep_their_indices() {
    use codec::Encode;
    let leaving = ReporterState::Leaving { since: 0, until: 0 };
    assert_eq!([ReporterState::Active, leaving, ReporterState::Suspended].map(|state| state.encode()[0]), [0, 1, 2]);
}

#[test]
fn the_readme_should_say_how_long_the_shortest_unbonding_is() {
    let days = format!("({} days)", MIN_UNBONDING / 86_400_000);
    assert!(include_str!("../../README.md").contains(&days), "{days}");
}
