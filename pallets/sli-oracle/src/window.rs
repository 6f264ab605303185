// SPDX-License-Identifier: Apache-2.0

//! The window rule: when a round takes what. The one place where it is written; whoever reports and whoever collects
//! the result ask the same functions, so a result that was given out can never change.
//!
//! Both rules do not ask whether the period has ended: before its end reports are refused for that reason alone. Both
//! saturate at the end of time: a window that would reach beyond it ends there.

use dsla_primitives::Moment;

/// What a round takes as things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Open reports.
    Reporting {
        /// Until when.
        until: Moment,
    },
    /// Commitments to sealed reports.
    Committing {
        /// Until when.
        until: Moment,
    },
    /// Sealed reports that were committed to.
    Revealing {
        /// Until when.
        until: Moment,
    },
    /// Nothing, ever again.
    Closed,
}

impl Phase {
    /// Until when it is as it is, without further reports; `None` when it is closed.
    pub fn until(self) -> Option<Moment> {
        match self {
            Self::Reporting { until } | Self::Committing { until } | Self::Revealing { until } => Some(until),
            Self::Closed => None,
        }
    }
}

/// The rule of open rounds.
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
pub fn open_phase(ended: Moment, report_window: Moment, quorum: u32, reports: u32, now: Moment) -> Phase {
    let (regular, extended) = ends(ended, report_window);
    if now < regular {
        Phase::Reporting { until: regular }
    } else if reports < quorum && now < extended {
        Phase::Reporting { until: extended }
    } else {
        Phase::Closed
    }
}

/// What sealed rounds ask about their commitments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// How many there are.
    pub count: u32,
    /// Whether one of them came at or after the regular end of the report window.
    pub extended: bool,
}

/// The rule of sealed rounds.
///
/// For a period that ended at `E`, with a report window `R`, a reveal window `W`, a quorum and `c` commitments so far:
///
/// | now | `c < quorum` | `c ≥ quorum` by `E + R` | `c ≥ quorum` later |
/// |---|---|---|---|
/// | before `E + R` | commit until `E + R` | commit until `E + R` | |
/// | from `E + R`, before `E + 2R` | commit until `E + 2R` | reveal until `E + R + W` | commit until `E + 2R` |
/// | from `E + 2R` | closed | as before | reveal until `E + 2R + W` |
///
/// After the reveal the round is closed.
///
/// So the report window is extended once when there is no quorum of commitments. An extension lasts to its end, also
/// when a commitment completes the quorum: everybody knows beforehand when to reveal. Nothing is revealed while anybody
/// can still commit. The reveal window is never extended.
pub fn sealed_phase(
    ended: Moment,
    report_window: Moment,
    reveal_window: Moment,
    quorum: u32,
    committed: Committed,
    now: Moment,
) -> Phase {
    let (regular, extended) = ends(ended, report_window);
    let has_quorum = committed.count >= quorum;
    let sealed = if now < regular || (has_quorum && !committed.extended) { regular } else { extended };
    let revealed = sealed.saturating_add(reveal_window);
    if now < sealed {
        Phase::Committing { until: sealed }
    } else if has_quorum && now < revealed {
        Phase::Revealing { until: revealed }
    } else {
        Phase::Closed
    }
}

/// Whether what comes at `now` comes after the regular end of the report window.
pub fn is_extension(ended: Moment, report_window: Moment, now: Moment) -> bool {
    ends(ended, report_window).0 <= now
}

/// The regular and the extended end of a report window.
fn ends(ended: Moment, report_window: Moment) -> (Moment, Moment) {
    let regular = ended.saturating_add(report_window);
    (regular, regular.saturating_add(report_window))
}
