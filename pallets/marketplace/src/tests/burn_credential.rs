// SPDX-License-Identifier: Apache-2.0

use super::*;

fn minted() -> RoundId {
    let round = period(3, Outcome::Missed);
    assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), round));
    round
}

#[test]
fn burn_credential_should_return_the_deposit() {
    build_and_execute(|| {
        let round = minted();
        assert!(free(ALICE) < ENDOWMENT);
        assert_ok!(Marketplace::burn_credential(signed(ALICE), round));
        assert_last(Event::CredentialBurned { credential: 0, owner: ALICE, round });
        assert_eq!((free(ALICE), CredentialNfts::get(0)), (ENDOWMENT, None));
        assert!(!Credentials::<Test>::contains_key(ALICE, round));
    });
}

#[test]
fn burn_credential_should_make_room_for_a_new_one_with_another_id() {
    build_and_execute(|| {
        let round = minted();
        assert_ok!(Marketplace::burn_credential(signed(ALICE), round));
        assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), round));
        assert_last(Event::CredentialMinted { credential: 1, owner: ALICE, round });
    });
}

#[test]
fn burn_credential_should_return_the_deposit_when_the_nft_is_gone() {
    build_and_execute(|| {
        let round = minted();
        CredentialNfts::remove(0);
        assert_ok!(Marketplace::burn_credential(signed(ALICE), round));
        assert_eq!(free(ALICE), ENDOWMENT);
    });
}

#[test]
fn burn_credential_should_be_refused_when_the_caller_has_none() {
    build_and_execute(|| {
        let round = minted();
        assert_noop!(Marketplace::burn_credential(signed(BOB), round), Error::CredentialNotFound);
        let other = RoundId::new(AGREEMENT, 4);
        assert_noop!(Marketplace::burn_credential(signed(ALICE), other), Error::CredentialNotFound);
        assert_ok!(Marketplace::burn_credential(signed(ALICE), round));
        assert_noop!(Marketplace::burn_credential(signed(ALICE), round), Error::CredentialNotFound);
    });
}
