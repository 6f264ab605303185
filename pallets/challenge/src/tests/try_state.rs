// SPDX-License-Identifier: Apache-2.0

//! `try_state` must find what is wrong.

use super::*;
use crate::types::QueueKey;

/// Breaks a sound state and expects this complaint.
fn broken(prepare: impl FnOnce(), spoil: impl FnOnce(&mut ChallengeOf<Test>), complaint: &'static str) {
    new_test_ext().execute_with(|| {
        prepare();
        assert_ok!(Challenging::do_try_state());
        Challenges::<Test>::mutate(ROUND, |challenge| spoil(challenge.as_mut().unwrap()));
        assert_eq!(Challenging::do_try_state(), Err(DispatchError::Other(complaint)));
    });
}

fn voting() {
    claimed();
    drawn();
}

#[test]
fn try_state_should_notice_money_that_is_not_there() {
    let dearer = |challenge: &mut ChallengeOf<Test>| {
        challenge.base_bond += 1;
        challenge.claims[0].bond += 1;
        challenge.claims[1].bond += 2;
    };
    broken(claimed, dearer, "what is held of an account is not its bonds");
}

#[test]
fn try_state_should_notice_wrong_queues() {
    broken(claimed, |challenge| challenge.retry = Some(1), "a challenge not on the agenda");
    let elsewhere = QueueKey::new(1, ROUND);
    broken(claimed, |_| Agenda::<Test>::insert(elsewhere, ()), "an agenda entry without its challenge");
    broken(claimed, |_| Awaiting::<Test>::insert(elsewhere, ()), "a draw without its challenge");
    let drawing = || {
        claimed();
        pass();
    };
    let awaiting = "a challenge that waits for no randomness";
    broken(drawing, |_| drop(Awaiting::<Test>::clear(9, None)), awaiting);
}

#[test]
fn try_state_should_notice_wrong_duties() {
    broken(voting, |_| Duties::<Test>::insert(STRANGER, ROUND, ()), "a duty without its panel");
    let known = |challenge: &mut ChallengeOf<Test>| Duties::<Test>::remove(challenge.panel[0].member, ROUND);
    broken(voting, known, "a member of a panel without its duty");
}

#[test]
fn try_state_should_notice_wrong_ballots_and_panels() {
    let bond = "a claim with another bond than its place asks for";
    broken(claimed, |challenge| challenge.claims[1].bond -= 1, bond);
    broken(claimed, |challenge| challenge.base_bond += 1, bond);
    broken(claimed, |challenge| challenge.claims.clear(), "a challenge without a claim");
    broken(claimed, |challenge| challenge.claims[1].claimant = ALICE, "two claims of one account");
    let twice = "a choice is on the ballot twice";
    broken(claimed, |challenge| challenge.claims[1].indicators = proposed(), twice);
    broken(voting, |challenge| challenge.panel[0] = challenge.panel[1].clone(), "a member decides twice");
    let own = "a claimant or the provider on a panel";
    broken(voting, |challenge| challenge.panel[0].member = ALICE, own);
    broken(voting, |challenge| challenge.panel[0].vote = Vote::Revealed(0), "a vote revealed too early");
    broken(voting, |challenge| challenge.panel[0].vote = Vote::Revealed(3), "a vote for no choice");
    broken(voting, |challenge| challenge.panel.truncate(2), "a vote revealed too early");
}

#[test]
fn try_state_should_notice_a_challenge_that_is_over() {
    new_test_ext().execute_with(|| {
        tied();
        let challenge = stored();
        assert_ok!(arbitrate(0));
        Challenges::<Test>::insert(ROUND, challenge);
        let gone = Err(DispatchError::Other("a challenge without its verdict"));
        assert_eq!(Challenging::do_try_state(), gone);
        Ruled::remove(ROUND);
        let over = Err(DispatchError::Other("a challenge that is over"));
        assert_eq!(Challenging::do_try_state(), over);
    });
}
