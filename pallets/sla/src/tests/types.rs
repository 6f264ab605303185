// SPDX-License-Identifier: Apache-2.0

use crate::{
    footprint, is_label, mock::terms, AgendaKey, Agreement, AgreementAction, FinalizeAt, Lifecycle, Step, Timers,
    TrackRecord, WrongState,
};
use codec::{Decode, Encode, MaxEncodedLen};
use dsla_primitives::{api::Phase, traits::AgreementStatus, verdict::Outcome, AgreementId, ServiceId};
use proptest::prelude::*;

#[test]
fn agreements_should_follow_their_lifecycle_and_nothing_else() {
    use AgreementAction as By;
    use AgreementStatus::*;
    let allowed = [
        (Draft, By::Open, Open),
        (Draft, By::Discard, Terminated),
        (Open, By::Activate, Active),
        (Active, By::Complete, Completed),
    ];
    for state in [Draft, Open, Active, Completed, Terminated] {
        for action in [By::Open, By::Discard, By::Activate, By::Complete] {
            let expected = allowed.iter().find(|(from, by, _)| (*from, *by) == (state, action)).map(|(.., to)| *to);
            assert_eq!(state.next(action), expected.ok_or(WrongState));
        }
    }
}

#[test]
fn verdicts_should_become_final_once_and_not_before_their_time() {
    let proposed = Phase::Proposed { until: 10 };
    assert_eq!(proposed.next(FinalizeAt(9)), Err(WrongState));
    assert_eq!(proposed.next(FinalizeAt(10)), Ok(Phase::Final { at: 10 }));
    assert_eq!(proposed.next(FinalizeAt(11)), Ok(Phase::Final { at: 11 }));
    assert_eq!(Phase::Final { at: 10 }.next(FinalizeAt(11)), Err(WrongState));
}

fn agreement(status: AgreementStatus, proposed: u32, finalized: u32) -> Agreement<u64, ()> {
    Agreement {
        service: ServiceId(0),
        provider: 1,
        status,
        version: 0,
        proposed,
        finalized,
        timers: Timers::default(),
        ticket: Some(()),
    }
}

#[test]
fn the_step_due_longest_should_come_first_and_a_settlement_on_a_tie() {
    let active = agreement(AgreementStatus::Active, 2, 1);
    let step = |propose, finalize, retry, now| active.step(&Timers { propose, finalize, retry }, now);
    assert_eq!(step(None, None, 0, 100), None);
    assert_eq!(step(Some(10), None, 0, 9), None);
    assert_eq!(step(Some(10), None, 0, 10), Some(Step::Propose(2)));
    assert_eq!(step(Some(10), Some(11), 0, 20), Some(Step::Propose(2)));
    assert_eq!(step(Some(11), Some(10), 0, 20), Some(Step::Finalize(1)));
    assert_eq!(step(Some(10), Some(10), 0, 20), Some(Step::Finalize(1)));
    // After a failure, the settlement waits, and the next period need not.
    assert_eq!(step(Some(11), Some(10), 12, 20), Some(Step::Propose(2)));
    assert_eq!(step(None, Some(10), 12, 11), None);
    assert_eq!(step(None, Some(10), 12, 12), Some(Step::Finalize(1)));
}

#[test]
fn the_step_should_fit_the_status() {
    let due = Timers { propose: Some(1), ..Default::default() };
    assert_eq!(agreement(AgreementStatus::Open, 0, 0).step(&due, 1), Some(Step::Activate));
    for ended in [AgreementStatus::Draft, AgreementStatus::Completed, AgreementStatus::Terminated] {
        assert_eq!(agreement(ended, 0, 0).step(&due, 1), None);
    }
    let done = Timers { finalize: Some(1), ..Default::default() };
    assert_eq!(agreement(AgreementStatus::Active, 3, 3).step(&done, 1), Some(Step::Complete));
}

#[test]
fn a_track_record_should_count_each_outcome_and_not_overflow() {
    let record = [Outcome::Met, Outcome::Missed, Outcome::Missed, Outcome::NoData]
        .into_iter()
        .try_fold(TrackRecord::default(), TrackRecord::with_period)
        .unwrap();
    assert_eq!((record.periods_met, record.periods_missed, record.periods_no_data), (1, 2, 1));
    assert_eq!(TrackRecord { periods_met: u64::MAX, ..record }.with_period(Outcome::Met), None);
}

#[test]
fn a_footprint_should_grow_with_the_periods_and_not_overflow() {
    let size = |periods| {
        let mut terms = terms();
        terms.schedule.periods = periods;
        footprint(&terms).unwrap().size
    };
    assert_eq!(size(2) - size(1), size(3) - size(2));
    assert!(size(2) > size(1));
    assert!(size(u32::MAX) > u64::from(u32::MAX));
}

#[test]
fn labels_should_be_those_of_rfc_1123() {
    for good in ["a", "9", "a-b", "a--b", "0a9"] {
        assert!(is_label(good.as_bytes()), "{good}");
    }
    for bad in ["", "-", "a-", "-a", "A", "a.b", "a_b", "a b", "ä", "a\0"] {
        assert!(!is_label(bad.as_bytes()), "{bad}");
    }
    assert!(is_label(&[b'a'; 63]));
    assert!(!is_label(&[b'a'; 64]));
}

#[test]
fn agenda_keys_should_be_sixteen_bytes() {
    assert_eq!(AgendaKey::max_encoded_len(), 16);
    assert_eq!(AgendaKey::new(1, AgreementId(2)).encode(), [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
}

proptest! {
    #[test]
    fn agenda_keys_should_sort_like_time(a: (u64, u64), b: (u64, u64)) {
        let key = |(due, id)| AgendaKey::new(due, AgreementId(id));
        prop_assert_eq!(key(a).encode().cmp(&key(b).encode()), a.cmp(&b));
        let decoded = AgendaKey::decode(&mut &key(a).encode()[..]).unwrap();
        prop_assert_eq!((decoded.due(), decoded.agreement()), (a.0, AgreementId(a.1)));
    }
}
