// SPDX-License-Identifier: Apache-2.0

//! From the reports of a closed round to its indicators.

use crate::types::Report;
use alloc::vec::Vec;
use dsla_primitives::{
    verdict::{Indicator, Indicators},
    MAX_OBJECTIVES,
};
use sp_runtime::FixedU128;

/// The indicator of each objective: the lower median of the values reported for it, or no data when fewer than
/// `quorum` reporters have a value. A report says nothing about an objective it has no indicator for.
///
/// With at most `f` wrong reports and a quorum of at least `2f + 1` each indicator lies between two honest values: on
/// either side of the median, itself included, there are more than `f` values, so at least one honest one.
pub fn aggregate<AccountId>(reports: &[Report<AccountId>], objectives: usize, quorum: u32) -> Indicators {
    // An agreement has at most this many objectives.
    let objectives = (0..objectives).take(usize::try_from(MAX_OBJECTIVES).unwrap_or(usize::MAX));
    Indicators::truncate_from(
        objectives
            .map(|objective| {
                let values = reports.iter().filter_map(|report| match report.indicators.get(objective) {
                    Some(Indicator::Value(value)) => Some(*value),
                    Some(Indicator::NoData) | None => None,
                });
                indicator(values.collect(), quorum)
            })
            .collect(),
    )
}

fn indicator(values: Vec<FixedU128>, quorum: u32) -> Indicator {
    if u32::try_from(values.len()).is_ok_and(|count| count < quorum) {
        return Indicator::NoData;
    }
    lower_median(values).map_or(Indicator::NoData, Indicator::Value)
}

/// The middle one of `values`, of two middle ones the smaller; `None` without any.
pub fn lower_median(mut values: Vec<FixedU128>) -> Option<FixedU128> {
    values.sort_unstable();
    let middle = values.len().checked_sub(1)?.checked_div(2)?;
    values.get(middle).copied()
}
