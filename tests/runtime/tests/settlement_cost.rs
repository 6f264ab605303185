// SPDX-License-Identifier: Apache-2.0

//! What a settlement costs does not depend on how many customers and backers there are.

use dsla_runtime_tests::cost::{of_a_missed_period, Step};

#[test]
fn a_settlement_should_cost_the_same_for_1_and_for_10_000_customers_and_backers() {
    let counted = |people| of_a_missed_period(people).map(|step: Step| step.counted());
    let one = counted(1);
    let [judging, settling] = one;
    assert!(judging.0.reads > 0 && settling.0.writes > judging.0.writes, "the counting works");
    assert_eq!(counted(100), one);
    assert_eq!(counted(10_000), one);
}
