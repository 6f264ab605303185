// SPDX-License-Identifier: Apache-2.0

//! The window rule: when a round takes reports. The one place where it is written; whoever submits a report and
//! whoever collects the result ask the same function, so a result that was given out can never change.

use dsla_primitives::Moment;

/// Until when a round takes reports as things stand; `None` when it is closed.
///
/// For a period that ended at `E`, with a report window `R`, a quorum and `n` reports so far:
///
/// | now | `n < quorum` | `n ≥ quorum` |
/// |---|---|---|
/// | before `E + R` | open until `E + R` | open until `E + R` |
/// | from `E + R`, before `E + 2R` | open until `E + 2R` | closed |
/// | from `E + 2R` | closed | closed |
///
/// So the window is extended once when there is no quorum, and the report that completes the quorum in the extension
/// is the last one. Time only goes on and reports are never taken away: closed is closed forever.
///
/// The rule does not ask whether the period has ended: before its end reports are refused for that reason alone.
pub fn open_until(ended: Moment, report_window: Moment, quorum: u32, reports: u32, now: Moment) -> Option<Moment> {
    // Saturating at the end of time: a window that would reach beyond it ends there.
    let regular = ended.saturating_add(report_window);
    let extended = regular.saturating_add(report_window);
    if now < regular {
        Some(regular)
    } else if reports < quorum && now < extended {
        Some(extended)
    } else {
        None
    }
}
