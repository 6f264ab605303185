// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::window::Phase;
use dsla_primitives::terms::Oracle;

fn oracle() -> Oracle<AccountId> {
    Agreements::terms(ROUND).unwrap().oracle
}

/// A committee works for three periods, with a member that leaves and one that replaces it.
#[test]
fn a_committee_should_earn_while_it_works_and_part_with_everything() {
    build_and_execute(|| {
        register(&COMMITTEE);
        let eve = ALICE + 10;
        Agreements::change(AGREEMENT, |agreement| {
            agreement.terms.insert(2, terms(&[ALICE, BOB, CHARLIE, eve], QUORUM));
        });
        for (period, reporting) in [(0, COMMITTEE.to_vec()), (1, vec![ALICE, BOB, CHARLIE])] {
            let round = RoundId::new(AGREEMENT, period);
            Clock::set(ENDED + PERIOD * Moment::from(period));
            round_of(round, &reporting);
            assert_eq!(
                collect_at(round, ENDED + PERIOD * Moment::from(period) + WINDOW),
                closed(&[value(1), value(100)])
            );
            assert_eq!(reward(round, 120), Ok(120));
            Agreements::change(AGREEMENT, |agreement| agreement.info.finalized = period + 1);
        }
        assert_ok!(SliOracle::leave(signed(DAVE)));
        Clock::set(ENDED + 2 * PERIOD);
        let last = RoundId::new(AGREEMENT, 2);
        round_of(last, &[ALICE, BOB, eve]);
        assert_eq!(reward(last, 120), Ok(120));
        assert_eq!([ALICE, BOB, CHARLIE, DAVE, eve].map(claimable), [110, 110, 70, 30, 40]);

        let everybody = [ALICE, BOB, CHARLIE, DAVE, eve];
        for who in everybody.into_iter().filter(|who| *who != DAVE) {
            assert_ok!(SliOracle::leave(signed(who)));
        }
        Clock::set(ENDED + 2 * PERIOD + UNBONDING);
        for (who, earned) in everybody.into_iter().zip([110, 110, 70, 30, 40]) {
            assert_ok!(SliOracle::withdraw_bond(signed(who)));
            assert_ok!(SliOracle::claim_rewards(signed(who), AGREEMENT));
            assert_eq!(Balances::balance(&who), WALLET + earned);
        }
        assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT);
        assert_eq!(Reporters::<Test>::iter().count(), 0);
    });
}

/// A bond is not free before every verdict that rests on it is final, with every window as long as it gets.
#[test]
fn a_bond_should_outlast_the_last_report_of_its_reporter() {
    build_and_execute(|| {
        use dsla_primitives::{terms::MAX_WINDOW, MAX_CHALLENGE_DELAY};
        Agreements::change(AGREEMENT, |agreement| {
            let oracle = &mut agreement.terms.get_mut(&0).unwrap().oracle;
            (oracle.report_window, oracle.challenge_window) = (MAX_WINDOW, MAX_WINDOW);
            oracle.reveal_window = Some(MAX_WINDOW);
        });
        Unbonding::set(&0);
        register(&COMMITTEE);
        assert_ok!(SliOracle::leave(signed(ALICE)));
        let Phase::Committing { until } = Rounds::<Test>::get(ROUND).phase(ENDED, &oracle(), ENDED + MAX_WINDOW) else {
            panic!("the window is extended")
        };
        let challenged = until + MAX_WINDOW + MAX_WINDOW + MAX_CHALLENGE_DELAY;
        Clock::set(challenged);
        assert_noop!(SliOracle::withdraw_bond(signed(ALICE)), Error::<Test>::TooEarly);
        Clock::set(ENDED + MIN_UNBONDING - 1);
        assert_noop!(SliOracle::withdraw_bond(signed(ALICE)), Error::<Test>::TooEarly);
        Clock::set(ENDED + MIN_UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(ALICE)));
    });
}

/// Who leaves and is found wrong afterwards still pays for it.
#[test]
fn a_bond_should_be_slashed_when_its_reporter_has_left_before_it_is_found_out() {
    build_and_execute(|| {
        register(&COMMITTEE);
        strike(DAVE, MAX_STRIKES - 1);
        for who in [ALICE, BOB, CHARLIE] {
            assert_ok!(submit(who, &[latency(ROUND, 100)]));
        }
        assert_ok!(submit(DAVE, &[latency(ROUND, 900)]));
        assert_ok!(SliOracle::leave(signed(DAVE)));
        finish_at(ROUND, ENDED + WINDOW);
        assert_eq!(held(DAVE), MIN_BOND * 9 / 10);
        assert_eq!(Balances::balance(&TREASURY), WALLET + MIN_BOND / 10);
        Clock::set(ENDED + UNBONDING);
        assert_ok!(SliOracle::withdraw_bond(signed(DAVE)));
        assert_eq!(Balances::balance(&DAVE), WALLET - MIN_BOND / 10);
    });
}

#[test]
fn genesis_should_give_the_reward_account_its_existential_deposit() {
    build_and_execute(|| assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT));
}
