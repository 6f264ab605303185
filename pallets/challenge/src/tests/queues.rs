// SPDX-License-Identifier: Apache-2.0

//! What the chain does by itself.

use super::*;
use crate::types::QueueKey;

/// A meter for so many looks at a queue and steps of this weight.
fn meter(looks: u64, steps: Weight) -> WeightMeter {
    WeightMeter::with_limit(MockWeights::queue_base() * looks + steps)
}

fn both() {
    assert_ok!(challenge(ALICE, ALICE_SAYS));
    assert_ok!(Challenging::challenge(signed(ALICE), OTHER_ROUND, indicators(900, 100)));
}

fn stage(round: RoundId) -> Stage<BlockNumber> {
    Challenges::<Test>::get(round).unwrap().stage
}

#[test]
fn a_challenge_should_come_to_its_end_by_itself() {
    build_and_execute(|| {
        claimed();
        block_at(UNTIL - 1);
        assert!(matches!(stored().stage, Stage::Collecting { .. }));
        pass();
        pass();
        assert!(matches!(stored().stage, Stage::Arbitration { .. }));
        pass();
        assert_eq!(ruling().by, Decider::Default);
    });
}

#[test]
fn one_block_after_a_standstill_should_do_one_step_of_each_challenge() {
    build_and_execute(|| {
        both();
        block_at(UNTIL + 10 * MAX_DELAY);
        for round in [ROUND, OTHER_ROUND] {
            // No window is skipped, however late its begin.
            assert_eq!(stage(round), Stage::Drawing { since: 2, until: UNTIL + 10 * MAX_DELAY + VOTE });
        }
    });
}

#[test]
fn queues_should_use_no_more_than_the_meter_has() {
    build_and_execute(|| {
        both();
        let step = MockWeights::advance_claims();
        let mut none = WeightMeter::with_limit(Weight::zero());
        block_with(UNTIL, &mut none);
        assert_eq!(none.consumed(), Weight::zero());
        // One unit too little for the first step.
        let mut small = meter(2, step - Weight::from_parts(1, 0));
        block_with(UNTIL, &mut small);
        assert_eq!(small.consumed(), MockWeights::queue_base() * 2);
        assert_eq!(stage(ROUND), Stage::Collecting { until: UNTIL });
        let mut one = meter(2, step);
        block_with(UNTIL, &mut one);
        assert_eq!(one.consumed(), MockWeights::queue_base() * 2 + step);
        assert!(matches!(stage(ROUND), Stage::Drawing { .. }));
        assert_eq!(stage(OTHER_ROUND), Stage::Collecting { until: UNTIL });
        MaxServiceWeight::set(MockWeights::queue_base() * 2 + step);
        let mut endless = WeightMeter::new();
        block_with(UNTIL, &mut endless);
        assert_eq!(endless.consumed(), MaxServiceWeight::get());
        assert!(matches!(stage(OTHER_ROUND), Stage::Drawing { .. }));
    });
}

#[test]
fn empty_queues_should_cost_a_look_each() {
    build_and_execute(|| {
        let mut meter = WeightMeter::new();
        block_with(UNTIL, &mut meter);
        assert_eq!(meter.consumed(), MockWeights::queue_base() * 2);
    });
}

#[test]
fn draws_should_come_first_and_wait_for_later_randomness() {
    build_and_execute(|| {
        both();
        pass();
        let since = System::block_number();
        Seed::set((1, since));
        block_at(UNTIL + 1);
        assert!(matches!(stage(ROUND), Stage::Drawing { .. }));
        Seed::set((2, since + 1));
        // Room for one draw and for looking at the next one.
        block_with(UNTIL + 2, &mut meter(2, MockWeights::advance_drawing()));
        assert!(matches!(stage(ROUND), Stage::Voting { .. }));
        assert!(matches!(stage(OTHER_ROUND), Stage::Drawing { .. }));
        // The first panel is due to reveal, and the other one still comes before it.
        block_with(stage(ROUND).until(), &mut meter(2, MockWeights::advance_drawing()));
        assert!(matches!(stage(OTHER_ROUND), Stage::Voting { .. }));
        assert!(matches!(stage(ROUND), Stage::Voting { .. }));
        pass();
        assert!(matches!(stage(ROUND), Stage::Revealing { .. }));
    });
}

#[test]
fn the_panel_should_depend_on_the_randomness() {
    let panel_of = |seed| {
        let mut members = Vec::new();
        build_and_execute(|| {
            Seed::set((seed, 0));
            claimed();
            members = drawn();
        });
        members
    };
    assert_eq!(panel_of(1), panel_of(1));
    assert_ne!(panel_of(1), panel_of(2));
}

#[test]
fn a_refused_ruling_should_be_tried_again_later_and_hold_up_nobody() {
    build_and_execute(|| {
        // The other round is due at the same moment, after this one.
        ArbitrationWindow::set(APPEAL);
        both();
        drawn();
        voted(&[1; 5]);
        RuleFails::set(true);
        pass();
        let at = Now::get() + RETRY_DELAY;
        assert_eq!(Rulings::<Test>::get(OTHER_ROUND).unwrap().by, Decider::Default);
        assert_eq!((wallet(ALICE), held(ALICE)), (WALLET - BOND / 10, BOND));
        assert!(events().contains(&Event::RulingDeferred { round: ROUND, error: DispatchError::Unavailable }));
        assert_eq!((stored().retry, stored().due()), (Some(at), at));
        RuleFails::set(false);
        block_at(at - 1);
        assert!(Rulings::<Test>::get(ROUND).is_none());
        block_at(at);
        assert_eq!(ruling().choice, 1);
        assert_eq!(Ruled::get(ROUND), Some((indicators(900, 100), 1)));
    });
}

#[test]
fn a_refused_ruling_of_an_appeal_should_strike_nobody_twice() {
    build_and_execute(|| {
        decided(&[1; 5]);
        assert_ok!(appeal(PROVIDER));
        let panel = drawn();
        RuleFails::set(true);
        voted(&[0; 8]);
        assert_eq!(Strikes::iter().count(), 0);
        assert_eq!(Challenging::duties(&panel[0]), []);
        // By hand it can be tried at once.
        assert_noop!(advance(), DispatchError::Unavailable);
        RuleFails::set(false);
        assert_ok!(advance());
        assert_eq!(panel.iter().map(Strikes::get).sum::<u32>(), 3);
        assert_eq!(ruling().by, Decider::Appeal);
    });
}

#[test]
fn entries_that_contradict_their_challenge_should_go() {
    build_and_execute(|| {
        claimed();
        let nobody = RoundId::new(AGREEMENT, 99);
        for round in [nobody, ROUND] {
            Agenda::<Test>::insert(QueueKey::new(START, round), ());
            Awaiting::<Test>::insert(QueueKey::new(0, round), ());
        }
        Seed::set((1, 5));
        block_at(START + 1);
        let dropped = [nobody, ROUND].map(|round| Event::QueueEntryDropped { round });
        let mut seen = events().split_off(2);
        seen.sort_by_key(codec::Encode::encode);
        assert_eq!(seen, [&dropped[1], &dropped[1], &dropped[0], &dropped[0]].map(Clone::clone));
        // The challenge itself has its place still.
        pass();
        assert!(matches!(stored().stage, Stage::Drawing { .. }));
    });
}

#[test]
fn keys_should_sort_by_time_and_then_by_round() {
    use codec::Encode;
    let key = |at, agreement, period| QueueKey::new(at, RoundId::new(dsla_primitives::AgreementId(agreement), period));
    let sorted =
        [key(0, 0, 0), key(0, 0, 256), key(0, 1, 2), key(0, 256, 0), key(1, 0, 0), key(255, 9, 9), key(256, 0, 0)];
    assert!(sorted.windows(2).all(|pair| pair[0] < pair[1] && pair[0].encode() < pair[1].encode()));
    assert_eq!(sorted[6].encode().len(), 20);
    let key = key(77, 5, 6);
    assert_eq!((key.at(), key.round()), (77, RoundId::new(dsla_primitives::AgreementId(5), 6)));
}
