// SPDX-License-Identifier: Apache-2.0

use crate::{mock::*, AgreementTerms, Error, Event, Periods, Providers, TrackRecord, WeightInfo};
use dsla_primitives::{
    api::Phase,
    traits::{AgreementStatus, Collected},
    verdict::{Outcome, Verdict},
    AgreementId, PeriodIndex,
};
use frame_support::{assert_noop, assert_ok, weights::Weight};
use sp_runtime::{DispatchError, Perbill};

/// The moment at which the verdict on `period` is proposed if nobody is late.
fn proposal(period: PeriodIndex) -> u64 {
    end(period) + REPORT
}

/// The verdict when the default terms are met.
fn met() -> Verdict {
    let mut verdict = Verdict::no_data(&terms().objectives);
    verdict.outcome = Outcome::Met;
    verdict.objectives[0] = dsla_primitives::verdict::ObjectiveOutcome::Met { bonus: Perbill::zero() };
    verdict
}

/// An agreement of which period 0 was proposed by hand at its first moment.
fn proposed() -> AgreementId {
    let id = open_agreement(terms());
    set_now(START);
    assert_ok!(settle(STRANGER, id));
    set_now(proposal(0));
    assert_ok!(settle(STRANGER, id));
    events();
    id
}

#[test]
fn settle_should_activate_at_the_start_and_not_before() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        events();
        set_now(START - 1);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        set_now(START);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        assert_eq!(Sla::next_due(id), Some(proposal(0)));
        assert_eq!(events(), vec![Event::AgreementActivated { agreement: id }]);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
    });
}

#[test]
fn settle_should_propose_after_the_report_window_and_not_before() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        set_now(START);
        assert_ok!(settle(STRANGER, id));
        events();
        for now in [end(0), proposal(0) - 1] {
            set_now(now);
            assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        }
        set_now(proposal(0) + 1);
        assert_ok!(settle(STRANGER, id));
        // The challenge window counts from the proposal, not from when it could have been made.
        let until = proposal(0) + 1 + CHALLENGE;
        let record = Periods::<Test>::get(id, 0).unwrap();
        assert_eq!(record.phase, Phase::Proposed { until });
        assert_eq!(record.verdict, met());
        assert_eq!((agreement(id).proposed, agreement(id).finalized), (1, 0));
        assert_eq!(Sla::next_due(id), Some(until));
        assert_eq!(events(), vec![Event::PeriodProposed { agreement: id, period: 0, verdict: met(), until }]);
        assert_eq!(settled(), vec![]);
    });
}

#[test]
fn settle_should_finalize_after_the_challenge_window_and_not_before() {
    build_and_execute(|| {
        let id = proposed();
        set_now(proposal(0) + CHALLENGE - 1);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        set_now(proposal(0) + CHALLENGE);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(Periods::<Test>::get(id, 0).unwrap().phase, Phase::Final { at: proposal(0) + CHALLENGE });
        assert_eq!(agreement(id).finalized, 1);
        assert_eq!(Sla::next_due(id), Some(proposal(1)));
        assert_eq!(events(), vec![Event::PeriodFinalized { agreement: id, period: 0, verdict: met() }]);
        let record = Providers::<Test>::get(PROVIDER).unwrap().record;
        assert_eq!(record, TrackRecord { agreements: 1, periods_met: 1, ..Default::default() });
    });
}

#[test]
fn settle_should_pass_a_stranger_on_as_the_settler_but_not_the_chain() {
    build_and_execute(|| {
        let id = proposed();
        set_now(proposal(0) + CHALLENGE);
        assert_ok!(settle(STRANGER, id));
        block_at(proposal(1));
        block_at(proposal(1) + CHALLENGE);
        let settlers = settled().into_iter().map(|s| (s.round.period, s.provider, s.settler)).collect::<Vec<_>>();
        assert_eq!(settlers, vec![(0, PROVIDER, Some(STRANGER)), (1, PROVIDER, None)]);
    });
}

#[test]
fn settle_should_do_exactly_one_step_and_return_its_weight() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        set_now(proposal(2) + 10 * CHALLENGE);
        let step = || Sla::settle(RuntimeOrigin::signed(STRANGER), id).map(|info| info.actual_weight.unwrap());
        assert_eq!(step(), Ok(MockWeights::settle_activate()));
        for period in 0..3 {
            assert_eq!(step(), Ok(MockWeights::settle_propose()));
            assert_eq!((agreement(id).proposed, agreement(id).finalized), (period + 1, 0));
        }
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        set_now(proposal(2) + 20 * CHALLENGE);
        for period in 0..3 {
            assert_eq!(step(), Ok(MockWeights::settle_finalize()));
            assert_eq!(agreement(id).finalized, period + 1);
        }
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        events();
        assert_eq!(step(), Ok(MockWeights::settle_complete()));
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_eq!(events(), vec![Event::AgreementCompleted { agreement: id }]);
        assert_eq!(told(), vec![Told::Registered(id, PROVIDER), Told::Ended(id)]);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
    });
}

#[test]
fn settle_should_declare_the_weight_of_the_heaviest_step() {
    build_and_execute(|| {
        use frame_support::dispatch::GetDispatchInfo;
        let info = crate::Call::<Test>::settle { agreement: AgreementId(0) }.get_dispatch_info();
        assert_eq!(info.call_weight, Weight::from_parts(4_000, 0));
    });
}

#[test]
fn settle_should_extend_a_period_when_the_source_is_not_ready() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        let until = proposal(0) + REPORT;
        answer(id, 0, Collected::Open { until });
        events();
        set_now(proposal(0));
        assert_ok!(settle(STRANGER, id));
        assert_eq!(events(), vec![Event::PeriodExtended { agreement: id, period: 0, until }]);
        assert_eq!((agreement(id).proposed, Sla::next_due(id)), (0, Some(until)));
        set_now(until - 1);
        assert_noop!(settle(STRANGER, id), Error::<Test>::NothingDue);
        measure_nothing(id, 0);
        set_now(until);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(Periods::<Test>::get(id, 0).unwrap().verdict.outcome, Outcome::NoData);
    });
}

#[test]
fn settle_should_move_time_forward_even_when_the_source_does_not() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(START);
        for until in [0, proposal(0)] {
            answer(id, 0, Collected::Open { until });
            let now = Sla::next_due(id).unwrap();
            set_now(now);
            assert_ok!(settle(STRANGER, id));
            assert_eq!(Sla::next_due(id), Some(now + 1));
        }
        // And a block of the chain ends, too.
        block_at(proposal(1));
        assert_eq!(Sla::next_due(id), Some(proposal(1) + 1));
    });
}

#[test]
fn settle_should_return_the_error_when_the_settlement_fails_and_change_nothing() {
    build_and_execute(|| {
        let id = proposed();
        refuse(id, true);
        set_now(proposal(0) + CHALLENGE);
        assert_noop!(settle(STRANGER, id), DispatchError::Unavailable);
        refuse(id, false);
        assert_ok!(settle(STRANGER, id));
    });
}

#[test]
fn settle_should_not_wait_when_the_chain_has_deferred_the_settlement() {
    build_and_execute(|| {
        let id = proposed();
        refuse(id, true);
        let now = proposal(0) + CHALLENGE;
        block_at(now);
        assert_eq!(Sla::next_due(id), Some(now + RetryDelay::get()));
        assert_noop!(settle(STRANGER, id), DispatchError::Unavailable);
        refuse(id, false);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(settled().len(), 1);
        assert_eq!(agreement(id).timers.retry, 0);
    });
}

#[test]
fn settle_should_return_the_error_when_the_pool_cannot_be_ended() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        block_at(proposal(2));
        // Finalize the three periods by hand, with the completion left to do.
        set_now(proposal(2) + CHALLENGE);
        for _ in 0..3 {
            assert_ok!(settle(STRANGER, id));
        }
        let_pool_refuse(true);
        assert_noop!(settle(STRANGER, id), DispatchError::Exhausted);
        block_at(proposal(2) + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        let_pool_refuse(false);
        assert_ok!(settle(STRANGER, id));
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
    });
}

#[test]
fn settle_should_fail_when_nothing_will_ever_be_due() {
    build_and_execute(|| {
        let draft = register_agreement(terms());
        let discarded = register_agreement(terms());
        assert_ok!(Sla::discard_agreement(RuntimeOrigin::signed(PROVIDER), discarded));
        set_now(u64::MAX);
        for id in [draft, discarded] {
            assert_noop!(settle(PROVIDER, id), Error::<Test>::NothingDue);
        }
        assert_noop!(settle(PROVIDER, AgreementId(2)), Error::<Test>::AgreementNotFound);
    });
}

#[test]
fn settle_should_name_a_corrupted_storage() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        AgreementTerms::<Test>::remove(id, 0);
        set_now(START);
        assert_noop!(settle(STRANGER, id), Error::<Test>::Corrupted);
        AgreementTerms::<Test>::insert(id, 0, terms());
    });
}

#[test]
fn settle_should_fail_when_not_signed() {
    build_and_execute(|| {
        let id = open_agreement(terms());
        set_now(START);
        for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
            assert_noop!(Sla::settle(origin, id), DispatchError::BadOrigin);
        }
    });
}
