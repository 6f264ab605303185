// SPDX-License-Identifier: Apache-2.0

//! Where the bonds go.

use super::*;
use frame_support::traits::fungible::Unbalanced;

/// What an account has gained or lost.
fn gain(who: AccountId) -> i128 {
    assert_eq!(held(who), 0, "nothing is held after a ruling");
    wallet(who) as i128 - WALLET as i128
}

#[test]
fn the_winning_claim_should_come_back_with_a_reward_and_the_losing_one_be_lost() {
    build_and_execute(|| {
        decided(&[1, 1, 1, 0, 2]);
        let panel = panel();
        pass();
        // Bob's 2,000: half is burned, a quarter is Alice's, a quarter is shared by three: 166 each, and 2 are burned.
        assert_eq!(payout(), Payout { returned: 1_000, paid: 500 + 498, burned: 1_002, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (500, -2_000, 0));
        assert_eq!(panel.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [166, 166, 166, 0, 0]);
    });
}

#[test]
fn the_treasury_should_get_its_part_when_no_claim_wins() {
    build_and_execute(|| {
        decided(&[0, 0, 0, 0, 1]);
        let panel = panel();
        pass();
        // 3,000: four share 750, 187 each, and 2 are burned.
        assert_eq!(payout(), Payout { returned: 0, paid: 748, burned: 1_502, treasury: 750 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (-1_000, -2_000, 750));
        assert_eq!(panel.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [187, 187, 187, 187, 0]);
    });
}

#[test]
fn a_claim_that_nobody_contests_should_come_back_whole() {
    build_and_execute(|| {
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        drawn();
        voted(&[1; 5]);
        pass();
        assert_eq!(payout(), Payout { returned: 1_000, paid: 0, burned: 0, treasury: 0 });
        assert_eq!(gain(ALICE), 0);
    });
}

#[test]
fn the_bond_of_an_appeal_should_come_back_when_it_overturns() {
    build_and_execute(|| {
        decided(&[1, 1, 1, 0, 0]);
        let first = panel();
        assert_ok!(appeal(PROVIDER));
        let second = drawn();
        voted(&[0; 8]);
        // Both claims are lost: 3,000. Who voted for the result on either panel shares 750 among ten.
        assert_eq!(payout(), Payout { returned: 2_000, paid: 750, burned: 1_500, treasury: 750 });
        assert_eq!((gain(PROVIDER), gain(ALICE), gain(BOB), gain(TREASURY)), (0, -1_000, -2_000, 750));
        assert_eq!(first.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [0, 0, 0, 75, 75]);
        assert_eq!(second.iter().filter(|who| gain(**who) == 75).count(), 8);
    });
}

#[test]
fn the_bond_of_an_appeal_should_be_lost_when_the_decision_stands() {
    build_and_execute(|| {
        decided(&[1; 5]);
        assert_ok!(appeal(BOB));
        drawn();
        voted(&[1; 5]);
        // Too few of eleven, so the arbiter decides.
        assert_ok!(arbitrate(1));
        // Bob's claim and appeal: 4,000. Ten voters share 1,000.
        assert_eq!(payout(), Payout { returned: 1_000, paid: 1_000 + 1_000, burned: 2_000, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB)), (1_000, -4_000));
    });
}

#[test]
fn an_appellant_should_keep_its_bond_and_lose_its_claim_when_a_third_choice_wins() {
    build_and_execute(|| {
        decided(&[0; 5]);
        assert_ok!(appeal(ALICE));
        drawn();
        voted(&[2; 11]);
        assert_eq!((gain(ALICE), gain(BOB)), (-1_000, 250));
        assert_eq!(payout().returned, 4_000);
    });
}

#[test]
fn the_arbiter_may_choose_what_nobody_voted_for() {
    build_and_execute(|| {
        decided(&[0, 0, 1, 1]);
        assert_ok!(arbitrate(2));
        assert_eq!(payout(), Payout { returned: 2_000, paid: 250, burned: 750, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB)), (-1_000, 250));
    });
}

#[test]
fn every_bond_should_come_back_less_a_tenth_when_nobody_decides() {
    build_and_execute(|| {
        BaseBond::set(1_001);
        decided(&[1; 5]);
        assert_ok!(appeal(BOB));
        drawn();
        voted(&[]);
        pass();
        // 10 % of 1,001, of 2,002 and of 2,002, rounded up: 101, 201, 201.
        assert_eq!(payout(), Payout { returned: 4_502, paid: 0, burned: 503, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (-101, -402, 0));
        // Alice's claim stands, as the first panel had decided.
        assert_eq!((ruling().choice, ruling().by), (1, Decider::Default));
    });
}

#[test]
fn what_a_payee_cannot_receive_should_go_to_the_treasury() {
    build_and_execute(|| {
        // A quarter of Bob's 180 is 45; five share it: 9 each, less than the existential deposit.
        BaseBond::set(90);
        decided(&[1; 5]);
        let panel = panel();
        let poor = panel[0];
        assert_ok!(Balances::transfer(&poor, &STRANGER, WALLET, Preservation::Expendable));
        pass();
        assert_eq!(payout(), Payout { returned: 90, paid: 45 + 36, burned: 90, treasury: 9 });
        assert_eq!((wallet(poor), gain(TREASURY), gain(panel[1])), (0, 9, 9));
    });
}

#[test]
fn a_ruling_should_not_fail_when_the_treasury_cannot_receive_either() {
    build_and_execute(|| {
        BaseBond::set(ED);
        assert_ok!(challenge(ALICE, ALICE_SAYS));
        drawn();
        voted(&[0; 5]);
        assert_ok!(Balances::transfer(&TREASURY, &STRANGER, WALLET, Preservation::Expendable));
        pass();
        assert_eq!(payout(), Payout { returned: 0, paid: 0, burned: 8, treasury: 2 });
        // What it could not take is burned; put it back for the check of the supply.
        assert_eq!(wallet(TREASURY), 0);
        assert_ok!(Balances::increase_balance(&ALICE, 2, Precision::Exact));
        Balances::set_total_issuance(Balances::total_issuance() + 2);
    });
}

#[test]
fn a_challenge_should_end_also_when_something_took_the_bonds() {
    build_and_execute(|| {
        decided(&[1; 5]);
        let reason = HoldReason::ChallengeBond.into();
        for who in [ALICE, BOB] {
            use frame_support::traits::fungible::MutateHold;
            assert_ok!(Balances::transfer_on_hold(
                &reason,
                &who,
                &STRANGER,
                400,
                Precision::Exact,
                frame_support::traits::tokens::Restriction::Free,
                Fortitude::Polite
            ));
        }
        pass();
        assert_eq!(payout(), Payout { returned: 600, paid: 400 + 400, burned: 800, treasury: 0 });
    });
}

/// Filling all places with shams cannot cost less: the last and dearest claim wins, and nobody else has claimed.
#[test]
fn eight_claims_should_lose_at_least_three_quarters_of_all_bonds_but_the_dearest() {
    build_and_execute(|| {
        full();
        drawn();
        voted(&[8; 5]);
        pass();
        // Lost are 127 bonds, 1 + 2 + ... + 64: the winner, whose bond of 128 comes back, has a quarter of them.
        let lost = 127 * BOND;
        assert_eq!(payout(), Payout { returned: 128 * BOND, paid: lost / 4 * 2, burned: lost / 2, treasury: 0 });
        let claimants = ruling().claims.into_iter().map(|claim| claim.claimant).collect::<Vec<_>>();
        assert_eq!(claimants.iter().map(|who| gain(*who)).sum::<i128>(), -((lost - lost / 4) as i128));
        assert_eq!(gain(claimants[7]), lost as i128 / 4);
    });
}

#[test]
fn eight_claims_should_lose_all_their_bonds_when_none_wins() {
    build_and_execute(|| {
        full();
        drawn();
        voted(&[0; 5]);
        pass();
        let lost = 255 * BOND;
        assert_eq!(payout(), Payout { returned: 0, paid: lost / 4, burned: lost / 2, treasury: lost / 4 });
    });
}
