// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::aggregate::{aggregate, lower_median};
use dsla_primitives::terms::min_quorum;
use proptest::prelude::*;

fn fixed(values: &[u128]) -> Vec<FixedU128> {
    values.iter().copied().map(FixedU128::from_inner).collect()
}

fn reports(values: &[Vec<Indicator>]) -> Vec<Report<AccountId>> {
    let report = |(reporter, indicators): (usize, &Vec<Indicator>)| Report {
        reporter: reporter as AccountId,
        indicators: indicators.clone().try_into().unwrap(),
        evidence: EVIDENCE,
    };
    values.iter().enumerate().map(report).collect()
}

#[test]
fn the_lower_median_should_be_the_middle_value() {
    for (values, median) in [
        (vec![], None),
        (vec![5], Some(5)),
        (vec![9, 5], Some(5)),
        (vec![9, 1, 5], Some(5)),
        (vec![9, 7, 1, 5], Some(5)),
        (vec![5, 5, 1, 5, u128::MAX], Some(5)),
        (vec![u128::MAX, u128::MAX], Some(u128::MAX)),
    ] {
        assert_eq!(lower_median(fixed(&values)), median.map(FixedU128::from_inner), "{values:?}");
    }
}

#[test]
fn aggregate_should_count_values_for_each_objective_by_itself() {
    let reports = reports(&[
        vec![value(1), value(10), Indicator::NoData],
        vec![value(2), value(20), Indicator::NoData],
        vec![value(3), Indicator::NoData, Indicator::NoData],
    ]);
    assert_eq!(aggregate(&reports, 3, 3).to_vec(), [value(2), Indicator::NoData, Indicator::NoData]);
    assert_eq!(aggregate(&reports, 3, 2).to_vec(), [value(2), value(10), Indicator::NoData]);
}

#[test]
fn aggregate_should_answer_for_every_objective_when_nobody_reported() {
    assert_eq!(aggregate::<AccountId>(&[], 8, 1).to_vec(), [Indicator::NoData; 8]);
    assert_eq!(aggregate::<AccountId>(&[], 2, 0).to_vec(), [Indicator::NoData; 2]);
    // A report that says less than it should says nothing about the rest.
    assert_eq!(aggregate(&reports(&[vec![value(1)]]), 2, 1).to_vec(), [value(1), Indicator::NoData]);
}

/// A committee with as many liars as it can bear, and who of it reports, at least a quorum: honest values, lies.
fn heard() -> impl Strategy<Value = (u32, Vec<u128>, Vec<u128>)> {
    (1..=16u32).prop_flat_map(|members| {
        let (quorum, faults) = (min_quorum(members) as usize, (members as usize - 1) / 3);
        (0..=faults).prop_flat_map(move |lies| {
            let honest = quorum.saturating_sub(lies)..=(members as usize - faults).max(quorum - lies);
            (
                Just(quorum as u32),
                prop::collection::vec(900u128..1_000, honest),
                prop::collection::vec(prop_oneof![Just(0), Just(u128::MAX), any::<u128>(), 900..1_000u128], lies),
            )
        })
    })
}

proptest! {
    #[test]
    fn as_many_liars_as_the_committee_bears_should_not_move_the_result_beyond_honest_values(
        (quorum, honest, lies) in heard()
    ) {
        let values = honest.iter().chain(&lies).map(|inner| vec![Indicator::Value(FixedU128::from_inner(*inner))]);
        let result = aggregate(&reports(&values.collect::<Vec<_>>()), 1, quorum);
        let Indicator::Value(result) = result[0] else { panic!("a quorum has reported") };
        let (min, max) = (*honest.iter().min().unwrap(), *honest.iter().max().unwrap());
        prop_assert!((min..=max).contains(&result.into_inner()));
    }

    #[test]
    fn the_order_of_reports_should_not_matter(
        (values, shuffled) in prop::collection::vec(prop::option::of(any::<u128>()), 0..=16)
            .prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle())),
        quorum in 0..17u32,
    ) {
        let aggregated = |values: &[Option<u128>]| {
            let indicator = |value: &Option<u128>| {
                vec![value.map_or(Indicator::NoData, |inner| Indicator::Value(FixedU128::from_inner(inner)))]
            };
            aggregate(&reports(&values.iter().map(indicator).collect::<Vec<_>>()), 1, quorum)
        };
        prop_assert_eq!(aggregated(&values), aggregated(&shuffled));
    }
}
