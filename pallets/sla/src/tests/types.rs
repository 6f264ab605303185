// SPDX-License-Identifier: Apache-2.0

use crate::{
    footprint, footprint_of_amendment, is_label, mock::terms, AgendaKey, Agreement, AgreementAction, EndReason, Ending,
    EndsAnyway, Feat, Lifecycle, Step, Timers, TrackRecord, VerdictAction, Waiting, Window, Windows, WrongState,
};
use codec::{Decode, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Phase,
    terms::Terms,
    traits::AgreementStatus,
    verdict::{Outcome, Verdict},
    AgreementId, RoundId, ServiceId,
};
use frame_support::traits::Footprint;
use proptest::prelude::*;
use sp_runtime::Perbill;

#[test]
fn agreements_should_follow_their_lifecycle_and_nothing_else() {
    use AgreementAction as By;
    use AgreementStatus::*;
    let allowed = [
        (Draft, By::Open, Open),
        (Draft, By::Discard, Terminated),
        (Open, By::Activate, Active),
        (Active, By::Complete, Completed),
        (Open, By::Terminate, Terminated),
        (Active, By::Terminate, Terminated),
    ];
    for state in [Draft, Open, Active, Completed, Terminated] {
        for action in [By::Open, By::Discard, By::Activate, By::Complete, By::Terminate] {
            let expected = allowed.iter().find(|(from, by, _)| (*from, *by) == (state, action)).map(|(.., to)| *to);
            assert_eq!(state.next(action), expected.ok_or(WrongState));
        }
    }
}

#[test]
fn verdicts_should_become_final_once_and_not_before_their_time() {
    let proposed = Phase::Proposed { until: 10 };
    assert_eq!(proposed.next(VerdictAction::Finalize(9)), Err(WrongState));
    assert_eq!(proposed.next(VerdictAction::Finalize(10)), Ok(Phase::Final { at: 10 }));
    assert_eq!(proposed.next(VerdictAction::Finalize(11)), Ok(Phase::Final { at: 11 }));
    assert_eq!(Phase::Final { at: 10 }.next(VerdictAction::Finalize(11)), Err(WrongState));
}

#[test]
fn verdicts_should_be_challenged_within_their_window_and_ruled_once() {
    let proposed = Phase::Proposed { until: 10 };
    let challenged = Phase::Challenged { since: 9 };
    assert_eq!(proposed.next(VerdictAction::Challenge(9)), Ok(challenged));
    assert_eq!(proposed.next(VerdictAction::Challenge(10)), Err(WrongState));
    assert_eq!(proposed.next(VerdictAction::Rule(9)), Err(WrongState));
    assert_eq!(challenged.next(VerdictAction::Finalize(100)), Err(WrongState));
    assert_eq!(challenged.next(VerdictAction::Challenge(9)), Err(WrongState));
    // A ruled verdict is final at once and cannot be challenged again, not even at the same moment.
    let ruled = Phase::Proposed { until: 50 };
    assert_eq!(challenged.next(VerdictAction::Rule(50)), Ok(ruled));
    assert_eq!(ruled.next(VerdictAction::Challenge(50)), Err(WrongState));
    assert_eq!(ruled.next(VerdictAction::Finalize(50)), Ok(Phase::Final { at: 50 }));
    for action in [VerdictAction::Challenge(9), VerdictAction::Rule(9)] {
        assert_eq!(Phase::Final { at: 10 }.next(action), Err(WrongState));
    }
}

fn agreement(status: AgreementStatus, proposed: u32, finalized: u32) -> Agreement<u64, ()> {
    Agreement {
        service: ServiceId(0),
        provider: 1,
        status,
        version: 0,
        starts: Default::default(),
        waiting: None,
        periods: 3,
        ending: None,
        proposed,
        finalized,
        timers: Timers::default(),
        ticket: Some(()),
    }
}

#[test]
fn the_step_due_longest_should_come_first_and_a_settlement_on_a_tie() {
    let active = agreement(AgreementStatus::Active, 2, 1);
    let step =
        |propose, finalize, retry, now| active.step(&Timers { propose, finalize, retry, ..Default::default() }, now);
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
    assert_eq!(agreement(AgreementStatus::Active, 3, 3).step(&done, 1), Some(Step::End));
    // A time to settle that nothing explains.
    assert_eq!(agreement(AgreementStatus::Active, 2, 2).step(&done, 1), None);
}

/// An active agreement of three periods that is judging period 1 and that ten periods wait for, from period 2 on.
fn amended() -> Agreement<u64, ()> {
    let mut agreement = agreement(AgreementStatus::Active, 1, 1);
    agreement.waiting = Some(Waiting { from: 2, periods: 10, carried_over: true });
    agreement.timers = Timers { propose: Some(30), amend: Some(20), ..Default::default() };
    agreement
}

#[test]
fn new_terms_should_come_first_on_a_tie_and_wait_after_a_failure() {
    let agreement = amended();
    let step = |timers: Timers, now| agreement.step(&timers, now);
    assert_eq!(step(agreement.timers, 19), None);
    assert_eq!(step(agreement.timers, 30), Some(Step::Amend));
    let tie = Timers { propose: Some(20), finalize: Some(20), ..agreement.timers };
    assert_eq!(step(tie, 20), Some(Step::Amend));
    let failed = Timers { amend_retry: 40, ..agreement.timers };
    assert_eq!((failed.due(), step(failed, 30)), (Some(30), Some(Step::Propose(1))));
    assert_eq!(failed.without_delay().due(), Some(20));
    assert_eq!(step(Timers { propose: None, ..failed }, 40), Some(Step::Amend));
}

#[test]
fn each_period_should_be_under_the_version_that_began_last() {
    let mut agreement = amended();
    assert_eq!([0, 1, 2, 9, u32::MAX].map(|period| agreement.version_in(period)), [0, 0, 1, 1, 1]);
    agreement.version = 2;
    agreement.starts = vec![3, 5].try_into().unwrap();
    agreement.waiting = None;
    assert_eq!([0, 2, 3, 4, 5, 99].map(|period| agreement.version_in(period)), [0, 0, 1, 1, 2, 2]);
    agreement.waiting = Some(Waiting { from: 7, periods: 10, carried_over: true });
    assert_eq!([4, 6, 7, 8].map(|period| agreement.version_in(period)), [1, 2, 3, 3]);
    // One that the agreement does not live to see is never in force.
    agreement.ending = Some(Ending { periods: 7, reason: EndReason::Notice });
    assert_eq!([4, 6, 7, 8].map(|period| agreement.version_in(period)), [1, 2, 2, 2]);
    assert_eq!(agreement.amendment(), None);
}

#[test]
fn an_early_end_should_only_ever_come_earlier() {
    use EndReason::*;
    let mut agreement = agreement(AgreementStatus::Active, 1, 1);
    for at in [3, 4, u32::MAX] {
        assert_eq!(agreement.end_early(at, Notice, 5), Err(EndsAnyway));
    }
    assert_eq!(agreement.end_early(2, Notice, 5), Ok(()));
    assert_eq!((agreement.periods, agreement.ending), (2, Some(Ending { periods: 2, reason: Notice })));
    assert_eq!(agreement.end_early(2, Governance, 5), Err(EndsAnyway));
    // The period that runs is still to be judged, so nothing is due earlier than before.
    assert_eq!(agreement.timers, Timers::default());
}

#[test]
fn an_early_end_should_keep_an_amendment_that_comes_before_it_and_drop_one_that_does_not() {
    use EndReason::*;
    let mut agreement = amended();
    let timers = agreement.timers;
    // Beyond the old periods, within the new ones.
    assert_eq!(agreement.end_early(10, Notice, 5), Err(EndsAnyway));
    assert_eq!(agreement.end_early(5, Notice, 5), Ok(()));
    assert_eq!((agreement.periods, agreement.timers), (3, timers));
    assert_eq!(agreement.step(&agreement.timers, 20), Some(Step::Amend));
    assert_eq!(agreement.end_early(2, Uncovered, 6), Ok(()));
    assert_eq!((agreement.periods, agreement.timers), (2, Timers { amend: Some(6), ..timers }));
    assert_eq!(agreement.step(&agreement.timers, 6), Some(Step::Drop));
}

#[test]
fn an_agreement_that_has_not_begun_should_end_without_any_period() {
    let mut agreement = agreement(AgreementStatus::Open, 0, 0);
    agreement.timers.propose = Some(100);
    assert_eq!(agreement.end_early(0, EndReason::Governance, 5), Ok(()));
    assert_eq!(agreement.timers, Timers { finalize: Some(5), ..Default::default() });
    assert_eq!(agreement.step(&agreement.timers, 5), Some(Step::End));
}

fn verdict(outcome: Outcome, credit: u32) -> Verdict {
    let mut verdict = Verdict::no_data(&terms().objectives);
    (verdict.outcome, verdict.credit) = (outcome, Perbill::from_percent(credit));
    verdict
}

#[test]
fn a_track_record_should_count_each_feat_and_not_overflow() {
    let verdicts = [(Outcome::Met, 0), (Outcome::Missed, 30), (Outcome::Missed, 100), (Outcome::NoData, 0)]
        .map(|(outcome, credit)| verdict(outcome, credit));
    let others = [Feat::Opened, Feat::Opened, Feat::Opened, Feat::Completed, Feat::Terminated, Feat::Overturned];
    let record =
        verdicts.iter().map(Feat::Finalized).chain(others).try_fold(TrackRecord::default(), TrackRecord::with).unwrap();
    let expected = TrackRecord {
        agreements: 3,
        agreements_completed: 1,
        agreements_terminated: 1,
        periods_met: 1,
        periods_missed: 2,
        periods_no_data: 1,
        periods_overturned: 1,
        credit_sum: 1_300_000_000,
    };
    assert_eq!(record, expected);
    let full = |record: TrackRecord, feat| assert_eq!(record.with(feat), None);
    full(TrackRecord { agreements: u32::MAX, ..record }, Feat::Opened);
    full(TrackRecord { agreements_completed: u32::MAX, ..record }, Feat::Completed);
    full(TrackRecord { agreements_terminated: u32::MAX, ..record }, Feat::Terminated);
    full(TrackRecord { periods_met: u64::MAX, ..record }, Feat::Finalized(&verdicts[0]));
    full(TrackRecord { credit_sum: u64::MAX, ..record }, Feat::Finalized(&verdicts[1]));
    full(TrackRecord { periods_overturned: u64::MAX, ..record }, Feat::Overturned);
}

#[test]
fn a_score_should_be_the_mean_of_the_periods_with_data_rounded_down() {
    let score = |periods_met, periods_missed, credit_sum| {
        TrackRecord { periods_met, periods_missed, credit_sum, periods_no_data: 7, ..Default::default() }.score()
    };
    assert_eq!(score(0, 0, 0), None);
    assert_eq!(score(5, 0, 0), Some(Perbill::one()));
    assert_eq!(score(0, 2, 2_000_000_000), Some(Perbill::zero()));
    assert_eq!(score(2, 2, 1_300_000_000), Some(Perbill::from_parts(675_000_000)));
    // 1 − 10⁻⁹/3 is not a whole number of parts.
    assert_eq!(score(2, 1, 1), Some(Perbill::from_parts(999_999_999)));
    assert_eq!(score(u64::MAX, 1, 0), None);
}

fn none(_: &Terms<u64>) -> u64 {
    0
}

#[test]
fn a_footprint_should_hold_what_others_keep_of_every_period() {
    let old = terms();
    let kept = |terms: &Terms<u64>| 10 * terms.objectives.len() as u64;
    let more = |terms: &Terms<u64>| footprint(terms, kept).unwrap().size - footprint(terms, none).unwrap().size;
    assert_eq!(more(&old), 3 * 10);
    assert_eq!(footprint(&old, |_| u64::MAX), None);
    let mut new = old.clone();
    new.schedule.periods = 10;
    let of = |kept: &dyn Fn(&Terms<u64>) -> u64| footprint_of_amendment(&new, 1, &old, kept).unwrap().size;
    assert_eq!(of(&kept) - of(&none), 7 * 10);
}

#[test]
fn a_footprint_should_grow_with_the_periods_and_not_overflow() {
    let size = |periods| {
        let mut terms = terms();
        terms.schedule.periods = periods;
        footprint(&terms, none).unwrap().size
    };
    assert_eq!(size(2) - size(1), size(3) - size(2));
    assert!(size(2) > size(1));
    assert!(size(u32::MAX) > u64::from(u32::MAX));
}

#[test]
fn a_footprint_should_hold_the_largest_maintenance_of_every_period() {
    let mut terms = terms();
    let before = footprint(&terms, none).unwrap().size;
    terms.maintenance.quota = 1;
    let window = Window { start: 1, end: 2 };
    let windows: Windows = vec![window; 8].try_into().unwrap();
    let bytes = RoundId::new(AgreementId(0), 0).encoded_size() + windows.encoded_size();
    assert_eq!(footprint(&terms, none).unwrap().size - before, 3 * bytes as u64);
}

#[test]
fn a_footprint_of_an_amendment_should_be_its_terms_and_what_the_log_grows_by() {
    let old = terms();
    let bytes = |new: &Terms<u64>, from| footprint_of_amendment(new, from, &old, none).unwrap().size;
    let alone = old.encoded_size() as u64;
    assert_eq!(bytes(&old, 1), alone);
    let line = 32 + 22;
    let mut longer = old.clone();
    longer.schedule.periods = 10;
    assert_eq!(bytes(&longer, 1), alone + 7 * line);
    // More in each of the nine periods from period 1 on.
    longer.maintenance.quota = 1;
    assert_eq!(bytes(&longer, 1), alone + 7 * line + 9 * 141);
    // Less gives nothing back.
    assert_eq!(footprint_of_amendment(&old, 1, &longer, none), Some(Footprint { count: 1, size: alone }));
    // No period before the first one of the amendment counts.
    assert_eq!(footprint_of_amendment(&old, 4, &old, none), None);
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
