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
        // Bob's 1,000: half is burned, a quarter is Alice's, a quarter is shared by three: 83 each, and 1 is burned.
        assert_eq!(payout(), Payout { returned: 1_000, paid: 250 + 249, burned: 501, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (250, -1_000, 0));
        assert_eq!(panel.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [83, 83, 83, 0, 0]);
    });
}

#[test]
fn the_treasury_should_get_its_part_when_no_claim_wins() {
    build_and_execute(|| {
        decided(&[0, 0, 0, 0, 1]);
        let panel = panel();
        pass();
        assert_eq!(payout(), Payout { returned: 0, paid: 500, burned: 1_000, treasury: 500 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (-1_000, -1_000, 500));
        assert_eq!(panel.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [125, 125, 125, 125, 0]);
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
        // Both claims are lost: 2,000. Who voted for the result on either panel shares 500 among ten.
        assert_eq!(payout(), Payout { returned: 2_000, paid: 500, burned: 1_000, treasury: 500 });
        assert_eq!((gain(PROVIDER), gain(ALICE), gain(BOB), gain(TREASURY)), (0, -1_000, -1_000, 500));
        assert_eq!(first.iter().map(|who| gain(*who)).collect::<Vec<_>>(), [0, 0, 0, 50, 50]);
        assert_eq!(second.iter().filter(|who| gain(**who) == 50).count(), 8);
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
        // Bob's claim and appeal: 3,000. Ten voters share 750.
        assert_eq!(payout(), Payout { returned: 1_000, paid: 750 + 750, burned: 1_500, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB)), (750, -3_000));
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
        assert_eq!(payout().returned, 3_000);
    });
}

#[test]
fn the_arbiter_may_choose_what_nobody_voted_for() {
    build_and_execute(|| {
        decided(&[0, 0, 1, 1]);
        assert_ok!(arbitrate(2));
        assert_eq!(payout(), Payout { returned: 1_000, paid: 250, burned: 750, treasury: 0 });
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
        // 10 % of 1,001 and of 2,002, rounded up: 101, 101, 201.
        assert_eq!(payout(), Payout { returned: 3_601, paid: 0, burned: 403, treasury: 0 });
        assert_eq!((gain(ALICE), gain(BOB), gain(TREASURY)), (-101, -302, 0));
        // Alice's claim stands, as the first panel had decided.
        assert_eq!((ruling().choice, ruling().by), (1, Decider::Default));
    });
}

#[test]
fn what_a_payee_cannot_receive_should_go_to_the_treasury() {
    build_and_execute(|| {
        // A quarter of 100 is 25; five share it: 5 each, less than the existential deposit.
        BaseBond::set(100);
        decided(&[1; 5]);
        let panel = panel();
        let poor = panel[0];
        assert_ok!(Balances::transfer(&poor, &STRANGER, WALLET, Preservation::Expendable));
        pass();
        assert_eq!(payout(), Payout { returned: 100, paid: 25 + 20, burned: 50, treasury: 5 });
        assert_eq!((wallet(poor), gain(TREASURY), gain(panel[1])), (0, 5, 5));
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
        assert_eq!(payout(), Payout { returned: 600, paid: 150 + 150, burned: 300, treasury: 0 });
    });
}
