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
