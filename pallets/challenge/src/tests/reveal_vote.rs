// SPDX-License-Identifier: Apache-2.0

use super::*;

/// A panel of which the first two have committed to choice 1; they can reveal now.
fn revealing() -> Vec<AccountId> {
    claimed();
    let panel = drawn();
    assert_ok!(commit(panel[0], 1));
    assert_ok!(commit(panel[1], 1));
    pass();
    panel
}

#[test]
fn reveal_vote_should_count_the_vote_and_cost_nothing() {
    build_and_execute(|| {
        let voter = revealing()[0];
        assert_eq!(reveal(voter, 1).unwrap().pays_fee, Pays::No);
        assert_eq!(stored().panel[0].vote, Vote::Revealed(1));
        let instance = Instance::First;
        assert_eq!(last_event(), Event::VoteRevealed { round: ROUND, instance, voter, choice: 1 });
        assert_noop!(reveal(voter, 1), Error::AlreadyRevealed);
    });
}

#[test]
fn reveal_vote_should_fail_when_it_is_not_what_was_committed_to() {
    build_and_execute(|| {
        let voter = revealing()[0];
        let other_salt = Challenging::reveal_vote(signed(voter), ROUND, 1, [0; 32]);
        assert_noop!(other_salt, Error::CommitmentMismatch);
        assert_noop!(reveal(voter, 0), Error::CommitmentMismatch);
        assert_noop!(reveal(voter, 2), Error::CommitmentMismatch);
        assert_noop!(reveal(voter, 3), Error::ChoiceNotFound);
        assert_noop!(reveal(voter, Choice::MAX), Error::ChoiceNotFound);
        assert_ok!(reveal(voter, 1));
    });
}

#[test]
fn reveal_vote_should_make_copied_commitments_worthless() {
    build_and_execute(|| {
        claimed();
        let panel = drawn();
        assert_ok!(commit(panel[0], 1));
        let Vote::Committed(copied) = stored().panel[0].vote else { panic!("not committed") };
        assert_ok!(Challenging::commit_vote(signed(panel[1]), ROUND, copied));
        pass();
        assert_ok!(reveal(panel[0], 1));
        let copy = Challenging::reveal_vote(signed(panel[1]), ROUND, 1, salt(panel[0]));
        assert_noop!(copy, Error::CommitmentMismatch);
    });
}

#[test]
fn reveal_vote_should_fail_without_a_commitment() {
    build_and_execute(|| {
        let panel = revealing();
        assert_noop!(reveal(panel[2], 1), Error::NotCommitted);
        assert_noop!(reveal(STRANGER, 1), Error::NotOnPanel);
        assert_noop!(reveal(ALICE, 1), Error::NotOnPanel);
    });
}

#[test]
fn reveal_vote_should_fail_outside_its_stage() {
    build_and_execute(|| {
        assert_noop!(reveal(100, 0), Error::ChallengeNotFound);
        claimed();
        assert_noop!(reveal(100, 0), Error::WrongStage);
        let panel = drawn();
        assert_ok!(commit(panel[0], 1));
        assert_ok!(commit(panel[1], 1));
        // No vote is known before all are committed to.
        assert_noop!(reveal(panel[0], 1), Error::WrongStage);
        pass();
        Now::set(stored().stage.until() - 1);
        assert_ok!(reveal(panel[0], 1));
        Now::set(stored().stage.until());
        assert_noop!(reveal(panel[1], 1), Error::TooLate);
    });
}

#[test]
fn reveal_vote_should_fail_when_not_signed() {
    build_and_execute(|| {
        revealing();
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(Challenging::reveal_vote(origin, ROUND, 1, [0; 32]), DispatchError::BadOrigin);
        }
    });
}
