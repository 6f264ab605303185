// SPDX-License-Identifier: Apache-2.0

//! Credentials: proofs that an account was a customer of a missed period.

use crate::{types::Credential, Config, Credentials, Error, Event, NextCredentialId, Pallet};
use alloc::{format, string::String};
use codec::MaxEncodedLen;
use dsla_primitives::{
    traits::{AgreementInspect, CredentialRegistry, Parties},
    verdict::Outcome,
    RoundId,
};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

/// A credential of this runtime.
pub type CredentialOf<T> = Credential<<T as Config>::CredentialDeposit>;

/// What a credential takes: its entry here, and its item with settings, data, lock and owner in the register of NFTs.
const ITEMS: u64 = 6;
/// The most bytes the register keeps of it, its data of up to 256 bytes included.
const BYTES: u64 = 1024;

/// What a deposit for a credential pays for.
pub(crate) fn footprint<T: Config>() -> Footprint {
    let entry = u64::try_from(CredentialOf::<T>::max_encoded_len()).unwrap_or(u64::MAX);
    Footprint { count: ITEMS, size: entry.saturating_add(BYTES) }
}

/// What a credential of `round` says, for people and programs that know nothing of this chain.
pub(crate) fn text(round: RoundId) -> String {
    format!(r#"{{"agreement":{},"period":{},"outcome":"missed"}}"#, round.agreement.0, round.period)
}

impl<T: Config> Pallet<T> {
    pub(crate) fn do_mint_breach_credential(who: T::AccountId, round: RoundId) -> DispatchResult {
        ensure!(T::Agreements::outcome(round) == Some(Outcome::Missed), Error::<T>::NotMissed);
        ensure!(T::Parties::is_customer(round, &who), Error::<T>::NotCustomer);
        ensure!(!Credentials::<T>::contains_key(&who, round), Error::<T>::AlreadyExists);
        let id = NextCredentialId::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::IdsExhausted)?;

        let ticket = T::CredentialDeposit::new(&who, footprint::<T>())?;
        T::Credentials::mint(id, &who, text(round).as_bytes())?;

        NextCredentialId::<T>::put(next);
        Credentials::<T>::insert(&who, round, Credential { id, ticket });
        Self::deposit_event(Event::CredentialMinted { credential: id, owner: who, round });
        Ok(())
    }

    pub(crate) fn do_burn_credential(who: T::AccountId, round: RoundId) -> DispatchResult {
        let Credential { id, ticket } = Credentials::<T>::take(&who, round).ok_or(Error::<T>::CredentialNotFound)?;

        // Governance may have burned the NFT; that must not keep the deposit.
        if T::Credentials::owner(id).is_some() {
            T::Credentials::burn(id)?;
        }
        ticket.drop(&who)?;

        Self::deposit_event(Event::CredentialBurned { credential: id, owner: who, round });
        Ok(())
    }
}
