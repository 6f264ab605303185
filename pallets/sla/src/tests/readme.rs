// SPDX-License-Identifier: Apache-2.0

use crate::{mock::Test, Call};
use frame_support::traits::GetCallName;

#[test]
fn the_call_table_of_the_readme_should_list_exactly_the_calls() {
    let readme = include_str!("../../README.md");
    let table = readme.split("## Calls").nth(1).unwrap().split("\n## ").next().unwrap();
    let listed = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect::<Vec<_>>();
    assert_eq!(listed, Call::<Test>::get_call_names());
}
