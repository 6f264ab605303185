// SPDX-License-Identifier: Apache-2.0

//! The call, and what each stage leads to.

use super::*;

/// Moves the time to the end of the stage without serving the queues, and advances by hand.
fn advance_at_the_end() -> DispatchResultWithPostInfo {
    let until = stored().stage.until();
    Now::set(until - 1);
    assert_noop!(advance(), Error::NothingDue);
    Now::set(until);
    advance()
}

#[test]
fn advance_should_do_every_step_at_its_moment_and_not_before() {
    build_and_execute(|| {
        claimed();
        let weight = |result: DispatchResultWithPostInfo| result.unwrap().actual_weight.unwrap();
        assert_eq!(weight(advance_at_the_end()), MockWeights::advance_claims());
        let until = Now::get() + VOTE;
        assert_eq!(stored().stage, Stage::Drawing { since: System::block_number(), until });
        assert_eq!(last_event(), Event::ClaimsClosed { round: ROUND, until });

        // Known since the block in which the claims were closed: too early.
        Seed::set((1, System::block_number()));
        assert_noop!(advance(), Error::NothingDue);
        Seed::set((1, System::block_number() + 1));
        assert_eq!(weight(advance()), MockWeights::advance_drawing());
        let (until, members) = (Now::get() + VOTE, panel());
        assert_eq!(stored().stage, Stage::Voting { until });
        assert_eq!(members.len(), 5);
        let drawn = Event::PanelDrawn {
            round: ROUND,
            instance: Instance::First,
            members: members.clone().try_into().unwrap(),
            until,
        };
        assert_eq!(last_event(), drawn);
        for voter in &members {
            assert_ok!(commit(*voter, 1));
        }

        assert_eq!(weight(advance_at_the_end()), MockWeights::advance_voting());
        let until = Now::get() + REVEAL;
        assert_eq!(stored().stage, Stage::Revealing { until });
        assert_eq!(last_event(), Event::VotingClosed { round: ROUND, instance: Instance::First, until });
        for voter in &members {
            assert_ok!(reveal(*voter, 1));
        }

        assert_eq!(weight(advance_at_the_end()), MockWeights::advance_revealing());
        let until = Now::get() + APPEAL;
        assert_eq!(stored().stage, Stage::Appealable { decision: 1, until });
        assert_eq!(last_event(), Event::PanelDecided { round: ROUND, decision: 1, until });

        assert_eq!(weight(advance_at_the_end()), MockWeights::advance_final());
        assert_eq!((ruling().choice, ruling().by), (1, Decider::Panel));
        assert_eq!(Ruled::get(ROUND), Some((indicators(900, 100), 1)));
        assert_noop!(advance(), Error::ChallengeNotFound);
    });
}

#[test]
fn advance_should_ask_the_arbiter_when_there_is_no_randomness_in_time() {
    build_and_execute(|| {
        claimed();
        pass();
        assert_ok!(advance_at_the_end());
        let until = Now::get() + ARBITRATION;
        let (instance, reason) = (Instance::First, Undecided::NoRandomness);
        assert_eq!(last_event(), Event::ArbitrationOpened { round: ROUND, instance, reason, until });
        assert_eq!(Awaiting::<Test>::iter_keys().count(), 0);
    });
}

#[test]
fn advance_should_draw_late_rather_than_give_up_when_there_is_randomness() {
    build_and_execute(|| {
        claimed();
        pass();
        Now::set(stored().stage.until());
        Seed::set((1, System::block_number() + 1));
        assert_ok!(advance());
        assert!(matches!(stored().stage, Stage::Voting { .. }));
    });
}

#[test]
fn advance_should_ask_the_arbiter_when_fewer_than_three_can_be_drawn() {
    for (reporters, enough) in [(0, false), (2, false), (3, true)] {
        build_and_execute(|| {
            claimed();
            pass();
            Active::set(REPORTERS.take(reporters).collect());
            new_randomness();
            assert_eq!(matches!(stored().stage, Stage::Voting { .. }), enough);
            if !enough {
                let until = Now::get() + ARBITRATION;
                let (instance, reason) = (Instance::First, Undecided::TooFewReporters);
                assert_eq!(last_event(), Event::ArbitrationOpened { round: ROUND, instance, reason, until });
            }
        });
    }
}

#[test]
fn advance_should_draw_neither_parties_nor_the_committee() {
    build_and_execute(|| {
        claimed();
        Active::set([PROVIDER, ALICE, BOB].into_iter().chain(COMMITTEE).chain(REPORTERS.take(4)).collect());
        let mut panel = drawn();
        panel.sort_unstable();
        assert_eq!(panel, REPORTERS.take(4).collect::<Vec<_>>());
    });
}

#[test]
fn advance_should_keep_the_panel_within_its_range() {
    for (size, seats) in [(0, 3), (3, 3), (7, 7), (8, 7), (u32::MAX, 7)] {
        build_and_execute(|| {
            claimed();
            PanelSize::set(size);
            assert_eq!(drawn().len(), seats);
            voted(&vec![1; seats]);
            assert_ok!(appeal(BOB));
            // A panel of appeal is larger than the one before also when the parameter has become smaller.
            PanelSize::set(0);
            assert_eq!(drawn().len(), 2 * seats + 1);
        });
    }
}

#[test]
fn advance_should_keep_every_window_within_its_range() {
    for (window, shortest) in [(0, true), (Moment::MAX, false)] {
        build_and_execute(|| {
            VoteWindow::set(window);
            RevealWindow::set(window);
            AppealWindow::set(window);
            ArbitrationWindow::set(window);
            let expect = |longest| {
                let length = stored().stage.until() - Now::get();
                assert_eq!(length, if shortest { MIN_STAGE } else { longest });
            };
            claimed();
            pass();
            expect(MAX_VOTE_WINDOW);
            drawn();
            expect(MAX_VOTE_WINDOW);
            pass();
            expect(MAX_REVEAL_WINDOW);
            pass();
            expect(MAX_ARBITRATION_WINDOW);
        });
        build_and_execute(|| {
            AppealWindow::set(window);
            decided(&[1; 5]);
            let length = stored().stage.until() - Now::get();
            assert_eq!(length, if shortest { MIN_STAGE } else { MAX_APPEAL_WINDOW });
        });
    }
}

#[test]
fn advance_should_count_votes_as_half_of_the_panel_asks_for() {
    // Of five, three are half, rounded up; of four, two.
    for (size, choices, reason) in [
        (5, &[1, 1][..], Some(Undecided::TooFewVotes)),
        (5, &[1, 1, 0], None),
        (5, &[], Some(Undecided::TooFewVotes)),
        (5, &[0, 0, 1, 1], Some(Undecided::Tie)),
        (5, &[0, 1, 2], Some(Undecided::Tie)),
        (5, &[0, 1, 2, 1], None),
        (4, &[1], Some(Undecided::TooFewVotes)),
        (4, &[1, 1], None),
    ] {
        build_and_execute(|| {
            PanelSize::set(size);
            decided(choices);
            match reason {
                None => assert!(matches!(stored().stage, Stage::Appealable { decision: 1, .. }), "{choices:?}"),
                Some(reason) => {
                    let until = Now::get() + ARBITRATION;
                    let instance = Instance::First;
                    assert_eq!(last_event(), Event::ArbitrationOpened { round: ROUND, instance, reason, until });
                }
            }
        });
    }
}

#[test]
fn advance_should_ask_the_arbiter_when_the_appeal_has_no_decision() {
    build_and_execute(|| {
        decided(&[1; 5]);
        assert_ok!(appeal(PROVIDER));
        drawn();
        voted(&[0, 0, 0, 1, 1, 1]);
        let until = Now::get() + ARBITRATION;
        let (instance, reason) = (Instance::Appeal, Undecided::Tie);
        assert_eq!(last_event(), Event::ArbitrationOpened { round: ROUND, instance, reason, until });
        pass();
        // Keeping the second panel from deciding does not undo what the first has decided.
        assert_eq!((ruling().choice, ruling().by), (1, Decider::Default));
    });
}

#[test]
fn advance_should_strike_members_that_do_not_commit_or_not_reveal() {
    build_and_execute(|| {
        claimed();
        let panel = drawn();
        for voter in &panel[..4] {
            assert_ok!(commit(*voter, 1));
        }
        pass();
        for voter in &panel[..3] {
            assert_ok!(reveal(*voter, 1));
        }
        assert_eq!(Strikes::iter().count(), 0);
        pass();
        let struck = panel.iter().map(Strikes::get).collect::<Vec<_>>();
        assert_eq!(struck, [0, 0, 0, 1, 1]);
        pass();
        assert_eq!(Strikes::iter_values().sum::<u32>(), 2, "once is enough");
    });
}

#[test]
fn advance_should_change_nothing_when_the_ruling_is_refused() {
    build_and_execute(|| {
        decided(&[1; 5]);
        Now::set(stored().stage.until());
        RuleFails::set(true);
        assert_noop!(advance(), DispatchError::Unavailable);
        RuleFails::set(false);
        assert_ok!(advance());
        assert_eq!(ruling().choice, 1);
    });
}

#[test]
fn advance_should_fail_without_a_challenge_or_a_signature() {
    build_and_execute(|| {
        assert_noop!(advance(), Error::ChallengeNotFound);
        claimed();
        Now::set(UNTIL);
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(Challenging::advance(origin, ROUND), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn a_ruling_should_leave_only_its_record() {
    build_and_execute(|| {
        decided(&[1, 1, 1, 2, 0]);
        let at = stored().stage.until();
        pass();
        let claims = [(ALICE, ALICE_SAYS, BOND), (BOB, BOB_SAYS, 2 * BOND)].map(|(claimant, says, bond)| Claim {
            claimant,
            indicators: indicators(says.0, says.1),
            bond,
        });
        let expected = Ruling {
            proposed: proposed(),
            claims: claims.to_vec().try_into().unwrap(),
            appellant: None,
            choice: 1,
            by: Decider::Panel,
            at,
        };
        assert_eq!(ruling(), expected);
        assert_eq!(Challenges::<Test>::iter().count(), 0);
        assert_eq!(Duties::<Test>::iter().count(), 0);
        assert_eq!(Agenda::<Test>::iter_keys().count() + Awaiting::<Test>::iter_keys().count(), 0);
    });
}
