// SPDX-License-Identifier: Apache-2.0

//! The invariants notice what they are there for.

use super::*;

/// Asserts that `damage` to a sound state is noticed.
fn assert_noticed(damage: impl FnOnce()) {
    build_and_execute(|| {
        round_of(ROUND, &[ALICE, BOB]);
        assert_ok!(reward(ROUND, 100));
        SliOracle::do_try_state().unwrap();
        frame_support::hypothetically!({
            damage();
            assert!(SliOracle::do_try_state().is_err());
        });
    });
}

#[test]
fn try_state_should_notice_a_bond_that_is_not_held() {
    assert_noticed(|| Reporters::<Test>::mutate(ALICE, |reporter| reporter.as_mut().unwrap().bond += 1));
}

#[test]
fn try_state_should_notice_a_round_without_reports() {
    assert_noticed(|| Rounds::<Test>::insert(RoundId::new(AGREEMENT, 1), Round::default()));
}

#[test]
fn try_state_should_notice_a_second_report() {
    assert_noticed(|| {
        Rounds::<Test>::mutate(ROUND, |round| {
            let again = round.reports[0].clone();
            round.reports.try_push(again).unwrap();
        })
    });
}

#[test]
fn try_state_should_notice_a_report_from_outside_the_committee() {
    assert_noticed(|| Rounds::<Test>::mutate(ROUND, |round| round.reports[0].reporter = STRANGER));
}

#[test]
fn try_state_should_notice_a_report_that_leaves_an_objective_out() {
    assert_noticed(|| Rounds::<Test>::mutate(ROUND, |round| round.reports[0].indicators.clear()));
}

#[test]
fn try_state_should_notice_rewards_that_cannot_be_paid() {
    assert_noticed(|| FormerRewards::<Test>::insert(AGREEMENT, CHARLIE, 1));
    assert_noticed(|| {
        Rewards::<Test>::mutate(AGREEMENT, |rewards| *rewards.get_mut(&ALICE).unwrap() += 1);
    });
}

#[test]
fn try_state_should_notice_empty_rewards() {
    assert_noticed(|| FormerRewards::<Test>::insert(AGREEMENT, CHARLIE, 0));
    assert_noticed(|| Rewards::<Test>::insert(AgreementId(8), Rewards::<Test>::get(AgreementId(8))));
}

#[test]
fn try_state_should_notice_an_index_that_is_wrong() {
    assert_noticed(|| ActiveIndex::<Test>::insert(ALICE, 1));
    assert_noticed(|| ActiveIndex::<Test>::remove(ALICE));
    assert_noticed(|| ActiveReporters::<Test>::insert(0, BOB));
    assert_noticed(|| ActiveReporters::<Test>::insert(2, CHARLIE));
    assert_noticed(|| ActiveCount::<Test>::put(1));
    assert_noticed(|| ActiveCount::<Test>::put(3));
    let with_state = |state| {
        assert_noticed(|| Reporters::<Test>::mutate(ALICE, |reporter| reporter.as_mut().unwrap().state = state))
    };
    with_state(ReporterState::Suspended);
    with_state(ReporterState::Leaving { since: 0, until: 1 });
}

#[test]
fn try_state_should_notice_an_absence_that_ends_before_it_begins() {
    let away = Some(Absence { from: 2, to: 1 });
    assert_noticed(|| Reporters::<Test>::mutate(ALICE, |reporter| reporter.as_mut().unwrap().away = away));
}

#[test]
fn try_state_should_notice_wrong_seats() {
    let with_seats = |damage: fn(&mut SeatsOf<Test>)| assert_noticed(|| Seats::<Test>::mutate(AGREEMENT, damage));
    with_seats(|seats| seats[0].reporter = BOB);
    with_seats(|seats| seats[0].until = Some(ENDED - 1));
    with_seats(|seats| seats.clear());
}

/// The same, of a sealed round.
fn assert_noticed_sealed(damage: impl Fn(&mut Round<AccountId>)) {
    build_and_execute(|| {
        sealed_round_of(&[ALICE, BOB, CHARLIE]);
        assert_ok!(reveal(ALICE, &[latency(ROUND, 100)]));
        SliOracle::do_try_state().unwrap();
        frame_support::hypothetically!({
            Rounds::<Test>::mutate(ROUND, damage);
            assert!(SliOracle::do_try_state().is_err());
        });
    });
}

#[test]
fn try_state_should_notice_wrong_commitments() {
    // Twice the same, somebody from outside, a report without one, a report without a quorum of them.
    assert_noticed_sealed(|round| round.commitments[0] = round.commitments[1].clone());
    assert_noticed_sealed(|round| round.commitments[1].reporter = STRANGER);
    assert_noticed_sealed(|round| round.reports[0].reporter = DAVE);
    assert_noticed_sealed(|round| round.commitments.truncate(2));
}

#[test]
fn try_state_should_notice_commitments_to_open_rounds() {
    assert_noticed(|| {
        let commitment = Commitment { reporter: ALICE, hash: H256::zero() };
        Rounds::<Test>::mutate(ROUND, |round| round.commitments.try_push(commitment).unwrap());
    });
    assert_noticed(|| Rounds::<Test>::mutate(ROUND, |round| round.extended = true));
}
