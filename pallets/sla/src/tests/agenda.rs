// SPDX-License-Identifier: Apache-2.0

use crate::{
    mock::*, Agenda, AgendaKey, AgreementTerms, Agreements, Event, NextAgreementId, Periods, Providers, Timers,
    WeightInfo,
};
use dsla_primitives::{
    schedule::Period,
    traits::{AgreementStatus, Collected},
    AgreementId, Moment,
};
use frame_support::{
    assert_ok,
    weights::{Weight, WeightMeter},
};
use sp_runtime::DispatchError;

/// The agreements in the order in which they were activated.
fn activated() -> Vec<AgreementId> {
    let activated = |event| if let Event::AgreementActivated { agreement } = event { Some(agreement) } else { None };
    events().into_iter().filter_map(activated).collect()
}

/// Agreements that begin at these moments, all about one service.
fn open_many(starts: impl IntoIterator<Item = Moment>) -> Vec<AgreementId> {
    let service = register_service(PROVIDER);
    let open = |start| {
        let id = NextAgreementId::<Test>::get();
        let mut terms = terms();
        terms.schedule.start = start;
        assert_ok!(Sla::register_agreement(RuntimeOrigin::signed(PROVIDER), service, terms));
        assert_ok!(Sla::open_agreement(RuntimeOrigin::signed(PROVIDER), id));
        id
    };
    starts.into_iter().map(open).collect()
}

/// A meter for `looks` looks at the agenda and `activations`.
fn meter(looks: u64, activations: u64) -> WeightMeter {
    WeightMeter::with_limit(MockWeights::agenda_base() * looks + MockWeights::settle_activate() * activations)
}

#[test]
fn the_agenda_should_serve_the_earliest_first() {
    build_and_execute(|| {
        let ids = open_many([START + 2, START, START + 256, START + 1, START]);
        events();
        block_at(START + 255);
        assert_eq!(activated(), vec![ids[1], ids[4], ids[3], ids[0]]);
        block_at(START + 256);
        assert_eq!(activated(), vec![ids[2]]);
    });
}

#[test]
fn the_agenda_should_serve_at_the_very_moment_and_not_before() {
    build_and_execute(|| {
        open_many([START]);
        events();
        block_at(START - 1);
        assert_eq!(activated(), vec![]);
        block_at(START);
        assert_eq!(activated().len(), 1);
    });
}

#[test]
fn two_hundred_agreements_should_all_be_served_with_a_small_meter() {
    build_and_execute(|| {
        // Due in an order that is not that of the ids.
        let ids = open_many((0..200).map(|i| START + (i * 77) % 200));
        let mut expected = ids.clone();
        expected.sort_by_key(|id| (Sla::next_due(*id), *id));
        events();
        let mut served = Vec::new();
        for block in 0..29 {
            // Room for seven, and for looking at the one that does not fit any more.
            block_with(START + 1_000 + block * 6_000, &mut meter(8, 7));
            let now_served = activated();
            assert_eq!(now_served.len(), if block < 28 { 7 } else { 4 });
            served.extend(now_served);
        }
        assert_eq!(served, expected);
    });
}

#[test]
fn the_agenda_should_use_no_more_than_the_meter_has() {
    build_and_execute(|| {
        let ids = open_many([START; 5]);
        events();
        let mut none = WeightMeter::with_limit(Weight::zero());
        block_with(START, &mut none);
        assert_eq!((none.consumed(), activated().len()), (Weight::zero(), 0));
        // One unit too little for the first step.
        let mut small = WeightMeter::with_limit(Weight::from_parts(1_099, 0));
        block_with(START, &mut small);
        assert_eq!((small.consumed(), activated().len()), (MockWeights::agenda_base(), 0));
        let mut one = WeightMeter::with_limit(Weight::from_parts(1_100, 0));
        block_with(START, &mut one);
        assert_eq!((one.consumed(), activated()), (Weight::from_parts(1_100, 0), vec![ids[0]]));
        // What others have used of the meter is respected, too.
        let mut shared = meter(10, 4);
        shared.consume(MockWeights::settle_activate() * 2 + MockWeights::agenda_base() * 8);
        block_with(START, &mut shared);
        assert_eq!(activated(), ids[1..3]);
    });
}

#[test]
fn the_agenda_should_use_no_more_than_its_share_of_a_block() {
    build_and_execute(|| {
        open_many([START; 5]);
        events();
        MaxServiceWeight::set(MockWeights::agenda_base() * 2 + MockWeights::settle_activate() * 2);
        let mut endless = WeightMeter::new();
        block_with(START, &mut endless);
        assert_eq!((endless.consumed(), activated().len()), (MaxServiceWeight::get(), 2));
    });
}

#[test]
fn an_empty_agenda_should_cost_one_look() {
    build_and_execute(|| {
        let mut meter = WeightMeter::new();
        block_with(START, &mut meter);
        assert_eq!(meter.consumed(), MockWeights::agenda_base());
    });
}

#[test]
fn a_heavy_step_should_never_be_overtaken() {
    build_and_execute(|| {
        // The first is to be judged (2,000); the others only begin (1,000), one millisecond later.
        let judged = end(0) + REPORT;
        let ids = open_many([START, judged + 1, judged + 2]);
        block_at(START);
        events();
        block_with(judged + 10, &mut meter(2, 1));
        assert_eq!(events(), vec![]);
        block_with(judged + 20, &mut meter(4, 3));
        assert_eq!(agreement(ids[0]).proposed, 1);
        assert_eq!(activated(), vec![ids[1]]);
    });
}

#[test]
fn a_chain_without_room_for_days_should_catch_up() {
    build_and_execute(|| {
        let ids = open_many([START, START + 1]);
        for block in 0..100 {
            block_with(START + block * HOUR, &mut meter(1, 0));
        }
        assert_eq!(agreement(ids[0]).status, AgreementStatus::Open);
        // Anyone can help meanwhile.
        assert_ok!(settle(STRANGER, ids[1]));
        assert_eq!(agreement(ids[1]).status, AgreementStatus::Active);
        block_at(START + 100 * HOUR);
        block_at(START + 100 * HOUR + CHALLENGE);
        for id in ids {
            assert_eq!(agreement(id).status, AgreementStatus::Completed);
        }
        assert_eq!(Agenda::<Test>::iter_keys().count(), 0);
    });
}

#[test]
fn a_failing_settlement_should_be_deferred_and_not_hold_up_others() {
    build_and_execute(|| {
        let ids = open_many([START, START]);
        let judged = end(0) + REPORT;
        block_at(START);
        block_at(judged);
        let now = judged + CHALLENGE;
        refuse(ids[0], true);
        events();
        block_at(now);
        let error = DispatchError::Unavailable;
        assert_eq!(events()[0], Event::SettlementDeferred { agreement: ids[0], period: 0, error });
        assert_eq!(settled().iter().map(|s| s.round.agreement).collect::<Vec<_>>(), vec![ids[1]]);
        assert_eq!((agreement(ids[0]).finalized, agreement(ids[1]).finalized), (0, 1));
        assert_eq!(Providers::<Test>::get(PROVIDER).unwrap().record.periods_met, 1);

        refuse(ids[0], false);
        block_at(now + RetryDelay::get() - 1);
        assert_eq!(agreement(ids[0]).finalized, 0);
        block_at(now + RetryDelay::get());
        assert_eq!(agreement(ids[0]).finalized, 1);
        assert_eq!(agreement(ids[0]).timers.retry, 0);
    });
}

#[test]
fn a_failing_settlement_should_leave_nothing_of_it_behind() {
    build_and_execute(|| {
        let id = open_many([START])[0];
        block_at(START);
        block_at(end(0) + REPORT);
        refuse(id, true);
        let before = (Periods::<Test>::get(id, 0), Providers::<Test>::get(PROVIDER));
        block_at(end(0) + REPORT + CHALLENGE);
        assert_eq!((Periods::<Test>::get(id, 0), Providers::<Test>::get(PROVIDER)), before);
        assert!(!frame_support::storage::unhashed::exists(b"settlements"));
    });
}

#[test]
fn a_settlement_that_always_fails_should_not_keep_periods_from_being_judged() {
    build_and_execute(|| {
        let id = open_many([START])[0];
        refuse(id, true);
        RetryDelay::set(1);
        block_at(START);
        for period in 0..3 {
            block_at(end(period) + REPORT);
            assert_eq!(agreement(id).proposed, period + 1);
        }
        assert_eq!(agreement(id).finalized, 0);
        refuse(id, false);
        block_at(end(2) + REPORT + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
        assert_eq!(settled().iter().map(|s| s.round.period).collect::<Vec<_>>(), vec![0, 1, 2]);
    });
}

#[test]
fn a_completion_that_fails_should_be_tried_again() {
    build_and_execute(|| {
        let id = open_many([START])[0];
        block_at(end(2) + REPORT);
        let_pool_refuse(true);
        let now = end(2) + REPORT + CHALLENGE;
        events();
        block_at(now);
        let error = DispatchError::Exhausted;
        assert_eq!(events().last(), Some(&Event::SettlementDeferred { agreement: id, period: 3, error }));
        assert_eq!(agreement(id).status, AgreementStatus::Active);
        let_pool_refuse(false);
        block_at(now + RetryDelay::get());
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
    });
}

#[test]
fn an_agreement_due_again_at_an_earlier_time_should_be_served_at_once() {
    build_and_execute(|| {
        let mut short = terms();
        short.schedule.period = Period::Custom(60_000);
        let id = open_agreement(short);
        block_at(START);
        let judged = START + MINUTE + REPORT;
        // The reports of period 0 take so long that period 1 was due before.
        answer(id, 0, Collected::Open { until: judged + 5 * MINUTE });
        block_at(judged);
        measure(id, 0, 99_95);
        block_at(judged + 5 * MINUTE);
        assert_eq!(agreement(id).proposed, 3);
        // All three become final at the same moment, and so does the agreement.
        block_at(judged + 5 * MINUTE + CHALLENGE);
        assert_eq!(agreement(id).status, AgreementStatus::Completed);
    });
}

#[test]
fn a_contradictory_agenda_should_be_cleaned_up_and_not_hold_up_others() {
    build_and_execute(|| {
        let ids = open_many([START, START, START, START + 1]);
        // An entry for an agreement that never was, a second entry for one that is due later, terms lost, a provider
        // lost with the terms' agreement otherwise intact, and a timer that no status explains.
        let ghost = AgreementId(99);
        Agenda::<Test>::insert(AgendaKey::new(START - 1, ghost), ());
        Agenda::<Test>::insert(AgendaKey::new(START - 1, ids[3]), ());
        AgreementTerms::<Test>::remove(ids[0], 0);
        let intact = agreement(ids[1]);
        Agreements::<Test>::mutate(ids[1], |a| a.as_mut().unwrap().status = AgreementStatus::Draft);
        events();

        block_unchecked(START + 1, &mut WeightMeter::new());
        let dropped = |agreement| Event::AgendaEntryDropped { agreement };
        let activated = |agreement| Event::AgreementActivated { agreement };
        assert_eq!(
            events(),
            vec![
                dropped(ids[3]),
                dropped(ghost),
                dropped(ids[0]),
                dropped(ids[1]),
                activated(ids[2]),
                activated(ids[3])
            ]
        );
        assert_eq!(agreement(ids[0]).timers, Timers::default());
        assert_eq!(Agenda::<Test>::iter_keys().count(), 2);

        // Mended, for the checks that end the test.
        for id in [ids[0], ids[1]] {
            AgreementTerms::<Test>::insert(id, 0, terms());
            Sla::save(id, intact.clone(), None);
        }
    });
}

#[test]
fn lost_periods_and_providers_should_not_stop_the_chain() {
    build_and_execute(|| {
        let ids = open_many([START, START, START]);
        block_at(START);
        block_at(end(0) + REPORT);
        let intact = agreement(ids[0]);
        let line = Periods::<Test>::take(ids[0], 0).unwrap();
        // A verdict whose window says something else than the timer.
        let mut final_line = line.clone();
        final_line.phase = dsla_primitives::api::Phase::Final { at: 0 };
        Periods::<Test>::insert(ids[1], 0, final_line);
        events();
        block_unchecked(end(0) + REPORT + CHALLENGE, &mut WeightMeter::new());
        let seen = events();
        assert_eq!(seen[0], Event::AgendaEntryDropped { agreement: ids[0] });
        assert_eq!(seen[1], Event::AgendaEntryDropped { agreement: ids[1] });
        assert!(matches!(seen[2], Event::PeriodFinalized { agreement, .. } if agreement == ids[2]));

        for id in [ids[0], ids[1]] {
            Periods::<Test>::insert(id, 0, line.clone());
            Sla::save(id, intact.clone(), None);
        }
        let provider = Providers::<Test>::take(PROVIDER).unwrap();
        block_unchecked(end(0) + REPORT + CHALLENGE, &mut WeightMeter::new());
        assert_eq!(events().len(), 2);
        Providers::<Test>::insert(PROVIDER, provider);
        for id in [ids[0], ids[1]] {
            Sla::save(id, intact.clone(), None);
        }
    });
}

#[test]
fn the_end_of_time_should_not_stop_the_chain() {
    build_and_execute(|| {
        let id = open_many([START])[0];
        let intact = agreement(id);
        block_unchecked(u64::MAX, &mut WeightMeter::new());
        // Activated; a challenge window cannot end after the end of time.
        assert_eq!(events().last(), Some(&Event::AgendaEntryDropped { agreement: id }));
        Sla::save(id, intact, None);
    });
}

#[test]
fn constants_should_be_checked_when_the_runtime_is_built() {
    build_and_execute(|| {
        use frame_support::traits::Hooks;
        let passes = || std::panic::catch_unwind(Sla::integrity_test).is_ok();
        assert!(passes());
        MaxServiceWeight::set(Weight::from_parts(4_099, 0));
        assert!(!passes());
        MaxServiceWeight::set(Weight::from_parts(4_100, 0));
        assert!(passes());
        RetryDelay::set(0);
        assert!(!passes());
    });
}
