// SPDX-License-Identifier: Apache-2.0

//! The key that signs transactions.

use crate::{types::Account, Error};
use std::{fmt, str::FromStr};
use subxt::utils::AccountId32;
use subxt_signer::{sr25519::Keypair, SecretUri};

/// An sr25519 key. Its secret is never shown.
#[derive(Clone)]
pub struct Signer {
    pub(crate) keypair: Keypair,
}

impl Signer {
    /// The key of a secret: a BIP-39 phrase or a `0x` seed, with a derivation path and `///password` if wanted. A
    /// path alone (`//Alice`) derives a well-known development key.
    pub fn from_secret(secret: &str) -> Result<Self, Error> {
        let uri = SecretUri::from_str(secret.trim()).map_err(|error| Error::Secret(error.to_string()))?;
        let keypair = Keypair::from_uri(&uri).map_err(|error| Error::Secret(error.to_string()))?;
        Ok(Self { keypair })
    }

    /// The account of the key.
    pub fn account(&self) -> Account {
        self.keypair.public_key().0
    }

    /// The address of the account, as people write it (SS58, generic prefix).
    pub fn address(&self) -> String {
        AccountId32(self.account()).to_string()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_secret_should_derive_the_development_key() {
        let alice = Signer::from_secret("//Alice\n").unwrap();
        assert_eq!(alice.address(), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY");
        assert_eq!(format!("{alice:?}"), "Signer(5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY)");
    }

    #[test]
    fn from_secret_should_refuse_when_it_is_no_secret() {
        assert!(matches!(Signer::from_secret("not a phrase"), Err(Error::Secret(_))));
        assert!(matches!(Signer::from_secret("0x1234"), Err(Error::Secret(_))));
    }
}
