// SPDX-License-Identifier: Apache-2.0

use super::*;

#[test]
fn challenge_should_hold_the_bond_and_suspend_the_verdict() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        assert_eq!(held(ALICE), BOND);
        assert_eq!(wallet(ALICE), WALLET);
        assert_eq!(Suspended::get(ROUND), 1);
        let stored = stored();
        assert_eq!(stored.stage, Stage::Collecting { until: UNTIL });
        assert_eq!((stored.provider, stored.proposed, stored.base_bond), (PROVIDER, proposed(), BOND));
        assert_eq!(
            events(),
            [Event::Claimed {
                round: ROUND,
                choice: 1,
                claimant: ALICE,
                indicators: indicators(900, 100),
                bond: BOND,
                until: UNTIL
            }]
        );
    });
}

#[test]
fn challenge_should_take_every_kind_of_party() {
    for who in [PROVIDER, ALICE, BACKER] {
        build_and_execute(|| {
            assert_ok!(challenge(who, ALICE_SAYS));
            assert_eq!(stored().claims[0].claimant, who);
            assert_eq!(held(who), BOND);
        });
    }
}

#[test]
fn challenge_should_take_eight_claims_double_the_bond_each_time_and_suspend_once() {
    build_and_execute(|| {
        let bonds = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000];
        let people = [ALICE, BOB, PROVIDER, BACKER, CHARLIE, DOUBLE, DORA, EMIL];
        for (choice, (who, bond)) in (1..).zip(people.into_iter().zip(bonds)) {
            assert_eq!(Challenging::claim_bond(ROUND), Some(bond), "it is told before");
            assert_ok!(challenge(who, (900 + u128::from(choice), 100)));
            assert!(matches!(last_event(), Event::Claimed { choice: number, bond: put_up, .. }
                if (number, put_up) == (choice, bond)));
            assert_eq!(held(who), bond);
        }
        assert_eq!(stored().claims.iter().map(|claim| claim.bond).collect::<Vec<_>>(), bonds);
        assert_eq!(bonds.iter().sum::<Balance>(), 255 * BOND);
        assert_eq!(Suspended::get(ROUND), 1);
        assert_eq!(Challenging::claim_bond(ROUND), None);
        assert_noop!(challenge(FRIDA, (910, 100)), Error::MaxClaimsExceeded);
    });
}

#[test]
fn challenge_should_double_the_bond_of_the_first_claim_when_the_parameter_changes() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        BaseBond::set(7 * BOND);
        assert_ok!(challenge(BOB, BOB_SAYS));
        assert_eq!(held(BOB), 2 * BOND);
        assert_eq!(stored().base_bond, BOND);
    });
}

#[test]
fn challenge_should_fail_when_the_bond_overflows() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        // No account can have put up as much; spoil the storage, and mend it for the check.
        Challenges::<Test>::mutate(ROUND, |challenge| challenge.as_mut().unwrap().base_bond = Balance::MAX);
        assert_noop!(challenge(BOB, BOB_SAYS), sp_runtime::ArithmeticError::Overflow);
        assert_eq!(Challenging::claim_bond(ROUND), None);
        Challenges::<Test>::mutate(ROUND, |challenge| challenge.as_mut().unwrap().base_bond = BOND);
    });
}

#[test]
fn challenge_should_hold_at_least_the_existential_deposit() {
    build_and_execute(|| {
        BaseBond::set(0);
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        assert_eq!(held(ALICE), ED);
    });
}

#[test]
fn challenge_should_fail_from_the_end_of_the_window_on() {
    build_and_execute(|| {
        Now::set(UNTIL);
        assert_noop!(challenge(ALICE, ALICE_SAYS), Error::TooLate);
        Now::set(UNTIL - 1);
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        Now::set(UNTIL);
        assert_noop!(challenge(BOB, BOB_SAYS), Error::TooLate);
    });
}

#[test]
fn challenge_should_fail_when_the_claims_are_closed() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        pass();
        assert_noop!(challenge(BOB, BOB_SAYS), Error::WrongStage);
    });
}

#[test]
fn challenge_should_fail_when_there_is_no_verdict_or_a_ruling() {
    build_and_execute(|| {
        let elsewhere = RoundId::new(AGREEMENT, 99);
        let claim = indicators(900, 100);
        assert_noop!(Challenging::challenge(signed(ALICE), elsewhere, claim), Error::VerdictNotProposed);
        tied();
        assert_ok!(arbitrate(0));
        assert_noop!(challenge(ALICE, ALICE_SAYS), Error::AlreadyRuled);
    });
}

#[test]
fn challenge_should_fail_for_who_is_no_party_or_has_measured() {
    build_and_execute(|| {
        assert_noop!(challenge(STRANGER, ALICE_SAYS), Error::NotAParty);
        assert_noop!(challenge(MEASURER, ALICE_SAYS), Error::CommitteeMember);
    });
}

#[test]
fn challenge_should_fail_when_the_indicators_are_not_plausible() {
    build_and_execute(|| {
        let claim = |indicators: &[Indicator]| {
            Challenging::challenge(signed(ALICE), ROUND, indicators.to_vec().try_into().unwrap())
        };
        let (good, bad) = (Indicator::Value(1.into()), Indicator::Value(1_001.into()));
        assert_noop!(claim(&[]), Error::WrongCount);
        assert_noop!(claim(&[good]), Error::WrongCount);
        assert_noop!(claim(&[good, good, good]), Error::WrongCount);
        assert_noop!(claim(&[good, bad]), Error::Implausible);
        assert_noop!(claim(&[bad, good]), Error::Implausible);
        assert_noop!(claim(&[good, Indicator::Value(0.into())]), Error::Implausible);
        // Both ends of the bounds are plausible, and so is no data.
        assert_ok!(claim(&[Indicator::NoData, Indicator::Value(1_000.into())]));
    });
}

#[test]
fn challenge_should_fail_when_the_choice_is_on_the_ballot_already() {
    build_and_execute(|| {
        assert_noop!(challenge(ALICE, (990, 100)), Error::NothingDisputed);
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        assert_noop!(challenge(BOB, (990, 100)), Error::NothingDisputed);
        assert_noop!(challenge(BOB, ALICE_SAYS), Error::DuplicateClaim);
        assert_noop!(challenge(ALICE, BOB_SAYS), Error::AlreadyClaimed);
    });
}

#[test]
fn challenge_should_fail_when_the_bond_cannot_be_held() {
    build_and_execute(|| {
        assert_noop!(challenge(POOR, ALICE_SAYS), Error::InsufficientBalance);
        assert_ok!(Balances::mint_into(&POOR, ED));
        assert_ok!(challenge(POOR, ALICE_SAYS));
        // Minted by the test, not by the pallet.
        assert_ok!(Balances::burn_from(&ALICE, ED, Preservation::Preserve, Precision::Exact, Fortitude::Polite));
    });
}

#[test]
fn challenge_should_change_nothing_when_the_verdict_cannot_be_suspended() {
    build_and_execute(|| {
        SuspendFails::set(true);
        assert_noop!(challenge(ALICE, ALICE_SAYS), DispatchError::Other("cannot be suspended"));
    });
}

#[test]
fn challenge_should_fail_when_not_signed() {
    build_and_execute(|| {
        for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
            assert_noop!(Challenging::challenge(origin, ROUND, indicators(900, 100)), DispatchError::BadOrigin);
        }
    });
}

#[test]
fn challenges_of_two_rounds_should_not_mix() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        assert_ok!(Challenging::challenge(signed(ALICE), OTHER_ROUND, indicators(900, 100)));
        assert_eq!(held(ALICE), 2 * BOND);
        pass();
        new_randomness();
        let other = Challenges::<Test>::get(OTHER_ROUND).unwrap();
        assert_ne!(other.panel, stored().panel, "each round has a panel of its own");
        voted(&[0, 0, 0]);
        assert!(matches!(Challenges::<Test>::get(OTHER_ROUND).unwrap().stage, Stage::Arbitration { .. }));
        pass();
        assert_eq!(held(ALICE), BOND);
        assert_eq!(ruling().by, Decider::Panel);
    });
}
