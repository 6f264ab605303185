// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::window::{is_extension, open_phase, sealed_phase, Committed, Phase};
use proptest::prelude::*;

/// When an open round closes as things stand.
fn open_until(ended: Moment, window: Moment, quorum: u32, reports: u32, now: Moment) -> Option<Moment> {
    let phase = open_phase(ended, window, quorum, reports, now);
    assert!(matches!(phase, Phase::Reporting { .. } | Phase::Closed));
    phase.until()
}

/// Every row and column of the truth table, at both of its ends.
#[test]
fn a_window_should_follow_its_truth_table() {
    const E: Moment = 1_000_000;
    const R: Moment = 1_000;
    let (without, with) = (2, 3);
    for (now, reports, expected) in [
        (0, without, Some(E + R)),
        (0, with, Some(E + R)),
        (E - 1, with, Some(E + R)),
        (E, without, Some(E + R)),
        (E, with, Some(E + R)),
        (E + R - 1, without, Some(E + R)),
        (E + R - 1, with, Some(E + R)),
        (E + R, without, Some(E + 2 * R)),
        (E + R, with, None),
        (E + R + 1, without, Some(E + 2 * R)),
        (E + R + 1, with, None),
        (E + 2 * R - 1, without, Some(E + 2 * R)),
        (E + 2 * R - 1, with, None),
        (E + 2 * R, without, None),
        (E + 2 * R, with, None),
        (E + 2 * R + 1, without, None),
        (E + 2 * R + 1, with, None),
    ] {
        assert_eq!(open_until(E, R, 3, reports, now), expected, "{reports} reports at {now}");
    }
}

#[test]
fn a_window_should_end_with_time_when_it_reaches_beyond() {
    assert_eq!(open_until(Moment::MAX, Moment::MAX, 1, 0, Moment::MAX - 1), Some(Moment::MAX));
    assert_eq!(open_until(Moment::MAX, Moment::MAX, 1, 0, Moment::MAX), None);
}

proptest! {
    /// Neither time nor reports open a closed window again.
    #[test]
    fn a_closed_window_should_stay_closed(
        ended in 0..10_000u64, window in 0..1_000u64, quorum in 0..17u32, reports in 0..17u32, now in 0..15_000u64,
        later in 0..15_000u64, more in 0..17u32,
    ) {
        if open_until(ended, window, quorum, reports, now).is_none() {
            prop_assert_eq!(open_until(ended, window, quorum, reports + more, now + later), None);
        }
    }

    /// An open window says truly until when: it stays as it is until then, without further reports.
    #[test]
    fn an_open_window_should_not_change_before_it_said(
        ended in 0..10_000u64, window in 0..1_000u64, quorum in 0..17u32, reports in 0..17u32, now in 0..15_000u64,
        between in 0..1_000u64,
    ) {
        if let Some(until) = open_until(ended, window, quorum, reports, now) {
            prop_assert!(now < until);
            let meanwhile = now + between % (until - now);
            prop_assert_eq!(open_until(ended, window, quorum, reports, meanwhile), Some(until));
            prop_assert_ne!(open_until(ended, window, quorum, reports, until), Some(until));
        }
    }
}

/// Every row and column of the truth table of sealed rounds, at both of its ends.
#[test]
fn a_sealed_round_should_follow_its_truth_table() {
    const E: Moment = 1_000_000;
    const R: Moment = 1_000;
    const W: Moment = 300;
    let committing = |until| Phase::Committing { until };
    let revealing = |until| Phase::Revealing { until };
    let (without, regular, late) = ((2, false), (3, false), (3, true));
    for (now, (count, extended), expected) in [
        (0, without, committing(E + R)),
        (E, without, committing(E + R)),
        (E, regular, committing(E + R)),
        (E + R - 1, without, committing(E + R)),
        (E + R - 1, regular, committing(E + R)),
        (E + R, without, committing(E + 2 * R)),
        (E + R, (2, true), committing(E + 2 * R)),
        (E + R, regular, revealing(E + R + W)),
        (E + R, late, committing(E + 2 * R)),
        (E + R + W - 1, regular, revealing(E + R + W)),
        (E + R + W, regular, Phase::Closed),
        (E + 2 * R - 1, without, committing(E + 2 * R)),
        (E + 2 * R - 1, late, committing(E + 2 * R)),
        (E + 2 * R - 1, regular, Phase::Closed),
        (E + 2 * R, without, Phase::Closed),
        (E + 2 * R, (2, true), Phase::Closed),
        (E + 2 * R, regular, Phase::Closed),
        (E + 2 * R, late, revealing(E + 2 * R + W)),
        (E + 2 * R + W - 1, late, revealing(E + 2 * R + W)),
        (E + 2 * R + W, late, Phase::Closed),
    ] {
        assert_eq!(
            sealed_phase(E, R, W, 3, Committed { count, extended }, now),
            expected,
            "{count} {extended} at {now}"
        );
    }
    // A reveal window that is longer than the report window.
    let regular = Committed { count: 3, extended: false };
    assert_eq!(sealed_phase(E, R, 5 * R, 3, regular, E + 6 * R - 1), revealing(E + 6 * R));
    assert_eq!(sealed_phase(E, R, 5 * R, 3, regular, E + 6 * R), Phase::Closed);
}

#[test]
fn a_sealed_round_should_end_with_time_when_it_reaches_beyond() {
    let committed = Committed { count: 1, extended: false };
    let phase = |now| sealed_phase(Moment::MAX - 10, 20, 20, 1, committed, now);
    assert_eq!(phase(Moment::MAX - 1), Phase::Committing { until: Moment::MAX });
    assert_eq!(phase(Moment::MAX), Phase::Closed);
}

/// The life of a round with commitments at these times, taken when it takes them, and what it takes at each.
fn sealed_life(ended: Moment, windows: (Moment, Moment), quorum: u32, attempts: &[Moment]) -> Vec<(Moment, Phase)> {
    let (window, reveal) = windows;
    let mut committed = Committed { count: 0, extended: false };
    let mut life = vec![];
    for now in 0..ended + 2 * window + reveal + 2 {
        for _ in attempts.iter().filter(|attempt| **attempt == now) {
            if let Phase::Committing { .. } = sealed_phase(ended, window, reveal, quorum, committed, now) {
                committed.count += 1;
                committed.extended |= is_extension(ended, window, now);
            }
        }
        life.push((now, sealed_phase(ended, window, reveal, quorum, committed, now)));
    }
    life
}

proptest! {
    /// Whenever commitments come: first they are taken, then they can be revealed, then the round is closed for good;
    /// and every phase lasts until when it said last.
    #[test]
    fn a_sealed_round_should_go_through_its_phases_in_order(
        ended in 0..20u64, windows in (1..20u64, 1..30u64), quorum in 1..5u32,
        attempts in prop::collection::vec(0..70u64, 0..8),
    ) {
        let life = sealed_life(ended, windows, quorum, &attempts);
        let rank = |phase: Phase| match phase {
            Phase::Committing { .. } => 0,
            Phase::Revealing { .. } => 1,
            Phase::Closed => 2,
            Phase::Reporting { .. } => unreachable!("the round is sealed"),
        };
        for pair in life.windows(2) {
            let ((_, phase), (next_at, next)) = (pair[0], pair[1]);
            prop_assert!(rank(phase) <= rank(next));
            if phase != next {
                // Nothing but its end, as announced, changes what a round takes.
                prop_assert_eq!(phase.until(), Some(next_at));
            }
        }
        let revealing = life.iter().filter(|(_, phase)| matches!(phase, Phase::Revealing { .. })).count() as u64;
        prop_assert!(revealing == 0 || revealing == windows.1);
        prop_assert_eq!(life.last().unwrap().1, Phase::Closed);
    }
}
