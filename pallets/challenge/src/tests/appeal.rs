// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn appeal_should_hold_twice_the_bond_and_wait_for_a_new_panel() {
    build_and_execute(|| {
        decided(&[1, 1, 1]);
        let before = panel();
        assert_ok!(appeal(BOB));
        // Twice the base bond, next to that of the second claim.
        assert_eq!(held(BOB), (2 + 2) * BOND);
        let until = Now::get() + VOTE;
        let stage = Stage::Drawing { since: System::block_number(), until };
        let challenge = stored();
        assert_eq!((challenge.stage, challenge.panel.len(), challenge.instance()), (stage, 0, Instance::Appeal));
        let appeal = challenge.appeal.unwrap();
        assert_eq!((appeal.appellant, appeal.bond, appeal.decision), (BOB, 2 * BOND, 1));
        assert_eq!(last_event(), Event::Appealed { round: ROUND, appellant: BOB, bond: 2 * BOND, until });

        let second = drawn();
        assert_eq!(second.len(), 11, "twice as large, and one");
        assert!(before.iter().all(|member| !second.contains(member)));
    });
}

#[test]
fn appeal_should_take_parties_that_lost() {
    // Decision; who may appeal; who has got what it wants; who is no party.
    type Case = (Choice, &'static [AccountId], &'static [AccountId]);
    let cases: [Case; 3] = [
        (0, &[ALICE, BOB], &[PROVIDER, CHARLIE, BACKER]),
        (1, &[BOB, PROVIDER, CHARLIE, BACKER], &[ALICE]),
        (2, &[ALICE, PROVIDER, CHARLIE, BACKER], &[BOB]),
    ];
    for (decision, losers, winners) in cases {
        for who in losers {
            build_and_execute(|| {
                decided(&[decision; 5]);
                assert_ok!(appeal(*who));
                assert_eq!(stored().appeal.unwrap().appellant, *who);
            });
        }
        build_and_execute(|| {
            decided(&[decision; 5]);
            for who in winners {
                assert_noop!(appeal(*who), Error::NotLost);
            }
            assert_noop!(appeal(STRANGER), Error::NotAParty);
            assert_noop!(appeal(MEASURER), Error::CommitteeMember);
        });
    }
}

#[test]
fn appeal_should_look_at_the_claim_of_a_provider_that_made_one() {
    build_and_execute(|| {
        assert_ok!(challenge(PROVIDER, ALICE_SAYS));
        assert_ok!(challenge(ALICE, BOB_SAYS));
        drawn();
        voted(&[1; 5]);
        assert_noop!(appeal(PROVIDER), Error::NotLost);
        // Its claim won. Who stood by the proposed verdict can do something about it.
        assert_ok!(appeal(CHARLIE));
    });
    build_and_execute(|| {
        assert_ok!(challenge(PROVIDER, ALICE_SAYS));
        drawn();
        voted(&[0; 5]);
        assert_ok!(appeal(PROVIDER));
    });
}

#[test]
fn appeal_should_be_possible_once() {
    build_and_execute(|| {
        decided(&[1; 5]);
        assert_ok!(appeal(PROVIDER));
        assert_noop!(appeal(BOB), Error::WrongStage);
        drawn();
        voted(&[2; 11]);
        assert_eq!((ruling().choice, ruling().by, ruling().appellant), (2, Decider::Appeal, Some(PROVIDER)));
        assert_noop!(appeal(ALICE), Error::ChallengeNotFound);
    });
}

#[test]
fn appeal_should_fail_outside_its_stage() {
    build_and_execute(|| {
        assert_noop!(appeal(ALICE), Error::ChallengeNotFound);
        claimed();
        assert_noop!(appeal(ALICE), Error::WrongStage);
        drawn();
        voted(&[0; 5]);
        Now::set(stored().stage.until());
        assert_noop!(appeal(ALICE), Error::TooLate);
        Now::set(stored().stage.until() - 1);
        assert_ok!(appeal(ALICE));
    });
}

#[test]
fn appeal_should_fail_when_the_bond_cannot_be_held() {
    build_and_execute(|| {
        decided(&[1; 5]);
        let all_but = WALLET - 2 * BOND - ED + 1;
        assert_ok!(Balances::transfer(&PROVIDER, &STRANGER, all_but, Preservation::Preserve));
        assert_noop!(appeal(PROVIDER), Error::InsufficientBalance);
        assert_ok!(Balances::transfer(&STRANGER, &PROVIDER, 1, Preservation::Preserve));
        assert_ok!(appeal(PROVIDER));
    });
}

#[test]
fn appeal_should_exclude_the_appellant_from_its_panel() {
    build_and_execute(|| {
        PanelSize::set(3);
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        let first = drawn();
        voted(&[1; 3]);
        // A customer that is a reporter, too, and as many others as leave one seat of seven for it.
        let others = REPORTERS.filter(|who| !first.contains(who)).take(6);
        Active::set([DOUBLE].into_iter().chain(others.clone()).collect());
        assert_ok!(appeal(DOUBLE));
        let mut second = drawn();
        second.sort_unstable();
        assert_eq!(second, others.collect::<Vec<_>>());
    });
}

#[test]
fn appeal_should_go_to_the_arbiter_when_its_panel_would_not_be_larger() {
    for (left, larger) in [(5, false), (6, true)] {
        build_and_execute(|| {
            decided(&[1; 5]);
            let before = panel();
            assert_ok!(appeal(PROVIDER));
            let rest = REPORTERS.filter(|who| !before.contains(who)).take(left);
            Active::set(before.iter().copied().chain(rest).collect());
            new_randomness();
            assert_eq!(matches!(stored().stage, Stage::Voting { .. }), larger);
            if !larger {
                let reason = Undecided::TooFewReporters;
                let until = Now::get() + ARBITRATION;
                let instance = Instance::Appeal;
                assert_eq!(last_event(), Event::ArbitrationOpened { round: ROUND, instance, reason, until });
            }
        });
    }
}

#[test]
fn appeal_should_fail_when_not_signed() {
    build_and_execute(|| {
        decided(&[1; 5]);
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(Challenging::appeal(origin, ROUND), DispatchError::BadOrigin);
        }
    });
}
