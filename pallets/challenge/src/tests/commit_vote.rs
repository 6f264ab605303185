// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn commit_vote_should_keep_the_hash_and_cost_nothing() {
    build_and_execute(|| {
        claimed();
        let voter = drawn()[0];
        let hash = hash_of(voter, 1);
        assert_eq!(commit(voter, 1).unwrap().pays_fee, Pays::No);
        assert_eq!(stored().panel[0].vote, Vote::Committed(hash));
        assert_eq!(last_event(), Event::VoteCommitted { round: ROUND, instance: Instance::First, voter });
    });
}

#[test]
fn commit_vote_should_fail_the_second_time() {
    build_and_execute(|| {
        claimed();
        let voter = drawn()[0];
        assert_ok!(commit(voter, 1));
        assert_noop!(commit(voter, 0), Error::AlreadyCommitted);
        assert_noop!(commit(voter, 1), Error::AlreadyCommitted);
    });
}

#[test]
fn commit_vote_should_fail_for_others() {
    build_and_execute(|| {
        claimed();
        let panel = drawn();
        let outsider = REPORTERS.into_iter().find(|who| !panel.contains(who)).unwrap();
        for who in [PROVIDER, ALICE, CHARLIE, MEASURER, STRANGER, outsider] {
            assert_noop!(commit(who, 0), Error::NotOnPanel);
        }
    });
}

#[test]
fn commit_vote_should_fail_outside_its_stage() {
    build_and_execute(|| {
        let vote = |who| Challenging::commit_vote(signed(who), ROUND, H256::zero());
        assert_noop!(vote(100), Error::ChallengeNotFound);
        claimed();
        assert_noop!(vote(100), Error::WrongStage);
        let (first, second) = (drawn()[0], panel()[1]);
        Now::set(stored().stage.until() - 1);
        assert_ok!(vote(first));
        Now::set(stored().stage.until());
        assert_noop!(vote(second), Error::TooLate);
        pass();
        assert_noop!(vote(second), Error::WrongStage);
    });
}

#[test]
fn commit_vote_should_fail_when_not_signed() {
    build_and_execute(|| {
        claimed();
        drawn();
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(Challenging::commit_vote(origin, ROUND, H256::zero()), DispatchError::BadOrigin);
        }
    });
}
