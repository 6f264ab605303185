// SPDX-License-Identifier: Apache-2.0

use super::*;
use frame_support::traits::{GetCallIndex, GetCallName};

#[test]
fn the_call_table_of_the_readme_should_list_exactly_the_calls() {
    let readme = include_str!("../../README.md");
    let table = readme.split("## Calls").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect::<Vec<_>>();
    assert_eq!(listed, Call::<Test>::get_call_names());
}

#[test]
fn call_indices_should_never_change() {
    assert_eq!(Call::<Test>::get_call_indices(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn the_diagram_of_the_readme_should_show_every_stage() {
    let readme = include_str!("../../README.md");
    let diagram = readme.split("```mermaid").nth(1).unwrap().split("```").next().unwrap();
    for stage in ["Collecting", "Drawing", "Voting", "Revealing", "Appealable", "Arbitration", "Ruled"] {
        assert!(diagram.contains(stage), "{stage}");
    }
}

#[test]
fn integrity_test_should_pass() {
    integrity_test();
}

#[test]
#[should_panic(expected = "MaxServiceWeight must fit any step")]
fn integrity_test_should_fail_when_a_step_does_not_fit() {
    new_test_ext().execute_with(|| {
        let needed = MockWeights::queue_base() * 2 + MockWeights::advance_drawing();
        MaxServiceWeight::set(needed - Weight::from_parts(1, 0));
        <Challenging as frame_support::traits::Hooks<BlockNumber>>::integrity_test();
    });
}
