// SPDX-License-Identifier: Apache-2.0

//! What becomes of a reading: a measurement, no data, or a reason to wait.

use super::ports::Reading;
use crate::measure::{decimal, indicator, show, Scale};
use dsla_client::types::{DueReport, Measurement, Objective};
use serde_json::Value;

/// The longest time kept free at the end of a report window. Until then, a failed source may still come back.
const MAX_RESERVE: u64 = 600_000;

/// Why an objective has no measurement.
pub enum Note {
    /// There is nothing to be said.
    NoData(String),
    /// It may be possible later.
    Failed(String),
}

impl Note {
    /// The reason, for people.
    pub fn text(&self) -> &str {
        match self {
            Self::NoData(text) | Self::Failed(text) => text,
        }
    }
}

/// What a reading means for an objective.
pub fn judge(reading: Reading, scale: Scale, objective: &Objective) -> (Measurement, Option<Note>, Value) {
    match reading {
        Reading::Measured { count, raw } => {
            let measurement = scale.apply(count);
            let value = indicator(&measurement);
            if value.is_some_and(|value| value < objective.min || value > objective.max) {
                // The chain would refuse the report, and with it the other objectives.
                let (min, max) = (decimal(objective.min), decimal(objective.max));
                let text = format!("{} is outside of {min} to {max}; is `scale` right?", show(&measurement));
                return (Measurement::NoData, Some(Note::Failed(text)), raw);
            }
            (measurement, None, raw)
        }
        Reading::NoData { reason, raw } => (Measurement::NoData, Some(Note::NoData(reason)), raw),
        Reading::Failed { reason, .. } => (Measurement::NoData, Some(Note::Failed(reason)), Value::Null),
    }
}

/// From when on a report goes out even if a source still fails: half of the window is left for the way on chain, but
/// no more than [`MAX_RESERVE`].
pub fn last_call(due: &DueReport) -> u64 {
    let reserve = (due.until.saturating_sub(due.end) / 2).min(MAX_RESERVE);
    due.until.saturating_sub(reserve)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsla_client::types::Round;

    #[test]
    fn last_call_should_leave_time_for_the_way_on_chain() {
        let due = |until| DueReport { round: Round { agreement: 0, period: 0 }, start: 0, end: 1_000, until };
        assert_eq!(last_call(&due(19_000)), 10_000);
        assert_eq!(last_call(&due(86_401_000)), 85_801_000);
        assert_eq!(last_call(&due(0)), 0);
    }
}
