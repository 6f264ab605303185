// SPDX-License-Identifier: Apache-2.0

//! What is made of a member of the committee once a period is final. Pure functions.

use crate::types::{Report, Round};
use dsla_primitives::{
    terms::{Objective, Terms},
    verdict::Indicator,
};
use sp_runtime::FixedU128;

/// How a member of the committee did its duty for one period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conduct {
    /// It reported, and every value that can be judged is within the tolerance.
    Good,
    /// Nothing it did can be judged.
    Neutral,
    /// It reported a value beyond the tolerance, or no data at all where there is some, or kept what it committed to.
    Bad,
    /// It did nothing: bad if it was on duty.
    Absent,
}

/// How `member` did its duty, seen from the final `indicators`.
///
/// In a sealed round without a quorum of commitments nobody could reveal: then a commitment is all that can be asked
/// for.
pub fn conduct<AccountId: PartialEq>(
    member: &AccountId,
    round: &Round<AccountId>,
    terms: &Terms<AccountId>,
    indicators: &[Indicator],
) -> Conduct {
    match round.report_of(member) {
        Some(report) => judge(report, &terms.objectives, indicators),
        None if round.commitment_of(member).is_none() => Conduct::Absent,
        None if round.committed() < terms.oracle.quorum => Conduct::Neutral,
        None => Conduct::Bad,
    }
}

/// What `report` says of its author. An objective without a final value is not judged. Saying nothing about one that has a value is allowed, saying
/// nothing about any is not.
pub fn judge<AccountId>(report: &Report<AccountId>, objectives: &[Objective], indicators: &[Indicator]) -> Conduct {
    let mut judged = false;
    for (objective, (reported, indicator)) in objectives.iter().zip(report.indicators.iter().zip(indicators)) {
        if let (Indicator::Value(reported), Indicator::Value(value)) = (reported, indicator) {
            if distance(*reported, *value) > objective.tolerance {
                return Conduct::Bad;
            }
            judged = true;
        }
    }
    let silent = report.indicators.iter().all(|reported| *reported == Indicator::NoData);
    let data = indicators.iter().any(|indicator| *indicator != Indicator::NoData);
    match (judged, silent && data) {
        (true, _) => Conduct::Good,
        (false, true) => Conduct::Bad,
        (false, false) => Conduct::Neutral,
    }
}

fn distance(a: FixedU128, b: FixedU128) -> FixedU128 {
    FixedU128::from_inner(a.into_inner().abs_diff(b.into_inner()))
}
