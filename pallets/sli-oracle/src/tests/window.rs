// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::window::open_until;
use proptest::prelude::*;

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
