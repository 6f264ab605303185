// SPDX-License-Identifier: Apache-2.0

use super::*;
use crate::{credentials, NextCredentialId};
use sp_runtime::traits::Dispatchable;

#[test]
fn mint_breach_credential_should_give_a_customer_the_proof_of_a_missed_period() {
    build_and_execute(|| {
        let round = period(3, Outcome::Missed);
        assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), round));
        assert_last(Event::CredentialMinted { credential: 0, owner: ALICE, round });
        let says = br#"{"agreement":7,"period":3,"outcome":"missed"}"#.to_vec();
        assert_eq!(CredentialNfts::get(0), Some((ALICE, says)));
        assert_eq!(Credentials::<Test>::get(ALICE, round).unwrap().id, 0);
        let footprint = credentials::footprint::<Test>();
        assert_eq!(held_of(&CredentialHold::get(), ALICE), Balance::from(100 + footprint.count * footprint.size));
        assert_eq!(own_events(), 1);
    });
}

#[test]
fn mint_breach_credential_should_be_possible_once_for_each_account_and_period() {
    build_and_execute(|| {
        let rounds = [period(0, Outcome::Missed), period(1, Outcome::Missed)];
        Customers::insert((rounds[0], BOB), ());
        assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), rounds[0]));
        assert_noop!(Marketplace::mint_breach_credential(signed(ALICE), rounds[0]), Error::AlreadyExists);
        assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), rounds[1]));
        assert_ok!(Marketplace::mint_breach_credential(signed(BOB), rounds[0]));
        assert_eq!([0, 1, 2].map(|id| CredentialNfts::get(id).unwrap().0), [ALICE, ALICE, BOB]);
    });
}

#[test]
fn mint_breach_credential_should_be_refused_when_the_period_was_not_missed() {
    build_and_execute(|| {
        let (met, no_data) = (period(0, Outcome::Met), period(1, Outcome::NoData));
        let not_final = RoundId::new(AGREEMENT, 2);
        Customers::insert((not_final, ALICE), ());
        for round in [met, no_data, not_final, RoundId::new(AgreementId(99), 0)] {
            assert_noop!(Marketplace::mint_breach_credential(signed(ALICE), round), Error::NotMissed);
        }
    });
}

#[test]
fn mint_breach_credential_should_be_refused_when_the_account_was_no_customer() {
    build_and_execute(|| {
        let (round, later) = (period(0, Outcome::Missed), RoundId::new(AGREEMENT, 1));
        Outcomes::insert(later, Outcome::Missed);
        for who in [BOB, PROVIDER] {
            assert_noop!(Marketplace::mint_breach_credential(signed(who), round), Error::NotCustomer);
        }
        assert_noop!(Marketplace::mint_breach_credential(signed(ALICE), later), Error::NotCustomer);
    });
}

#[test]
fn mint_breach_credential_should_be_refused_when_ids_are_used_up() {
    build_and_execute(|| {
        let round = period(0, Outcome::Missed);
        NextCredentialId::<Test>::put(u32::MAX);
        assert_noop!(Marketplace::mint_breach_credential(signed(ALICE), round), Error::IdsExhausted);
    });
}

#[test]
fn mint_breach_credential_should_change_nothing_when_the_deposit_or_the_nft_fails() {
    build_and_execute(|| {
        let round = period(0, Outcome::Missed);
        MintFails::set(true);
        let call = || RuntimeCall::Marketplace(Call::mint_breach_credential { round }).dispatch(signed(ALICE));
        assert_noop!(call().map_err(|error| error.error), DispatchError::Other("cannot mint"));
        MintFails::set(false);
        assert_ok!(Balances::transfer_keep_alive(signed(ALICE), STRANGER, ENDOWMENT - ED));
        assert_noop!(call().map_err(|error| error.error), sp_runtime::TokenError::FundsUnavailable);
    });
}

#[test]
fn credential_should_fit_in_the_register_whatever_it_says() {
    assert!(credentials::text(RoundId::new(AgreementId(u64::MAX), u32::MAX)).len() <= 256);
}
