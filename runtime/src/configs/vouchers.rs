// SPDX-License-Identifier: Apache-2.0

//! The marketplace's vouchers and credentials as NFTs.
//!
//! Vouchers are items of one collection, [`VOUCHERS`], and credentials of another, [`CREDENTIALS`]; each is owned by an
//! account nobody has the key of. Only this file mints into them.
//!
//! A voucher takes no deposit, so that a redemption costs what the buyer saw and cannot fail for want of more; the
//! deposit for a credential is taken by the marketplace. So the collections have their deposits switched off. No signed
//! call of `pallet-nfts` can make such a collection, so each is made here, with its first item. What holders add to
//! their items, such as attributes, takes their deposit as ever.
//!
//! Holders can transfer, sell, swap and burn vouchers by the calls of `pallet-nfts`. Soul-bound ones, and all
//! credentials, have their transfer disabled, which stops all four: a price can be set, but nobody can buy.

use crate::{AccountId, Nfts, Runtime};
use dsla_primitives::{
    traits::{CredentialRegistry, VoucherRegistry},
    Uri,
};
use frame_support::{
    parameter_types,
    traits::nonfungibles_v2::{Mutate, Transfer},
    PalletId,
};
use pallet_nfts::{
    Collection, CollectionConfig, CollectionConfigFor, CollectionSetting, CollectionSettings, Event, ItemConfig,
    MintSettings, PalletAttributes,
};
use sp_runtime::{traits::AccountIdConversion, DispatchResult};

/// The collection of all vouchers.
///
/// `pallet-nfts` numbers collections from 0 up, and takes a deposit for each: the last number is never reached. Being
/// fixed, it needs no storage, and wallets know it without asking.
pub const VOUCHERS: u32 = u32::MAX;
/// The account that owns the collection is derived from this id.
pub const VOUCHERS_PALLET_ID: PalletId = PalletId(*b"dsla/vch");
/// The collection of all credentials; the number before, which is never reached either.
pub const CREDENTIALS: u32 = u32::MAX - 1;
/// The account that owns the collection of credentials is derived from this id.
pub const CREDENTIALS_PALLET_ID: PalletId = PalletId(*b"dsla/crd");

parameter_types! {
    /// The owner of the collection of vouchers. Nobody has its key; it has no money and needs none.
    pub VouchersAccount: AccountId = VOUCHERS_PALLET_ID.into_account_truncating();
    /// The owner of the collection of credentials, of the same kind.
    pub CredentialsAccount: AccountId = CREDENTIALS_PALLET_ID.into_account_truncating();
}

/// Keeps vouchers in `pallet-nfts`.
pub struct NftVouchers;

impl VoucherRegistry<AccountId> for NftVouchers {
    fn mint(id: u32, owner: &AccountId, soul_bound: bool, document: &Uri) -> DispatchResult {
        ensure_collection(VOUCHERS, VouchersAccount::get())?;
        // A fulfilled voucher outlives its offer, so it names the document itself.
        mint(VOUCHERS, id, owner, soul_bound, document)
    }

    fn owner(id: u32) -> Option<AccountId> {
        Nfts::owner(VOUCHERS, id)
    }

    fn burn(id: u32) -> DispatchResult {
        burn(VOUCHERS, id)
    }
}

/// Keeps credentials in `pallet-nfts`.
pub struct NftCredentials;

impl CredentialRegistry<AccountId> for NftCredentials {
    fn mint(id: u32, owner: &AccountId, data: &[u8]) -> DispatchResult {
        ensure_collection(CREDENTIALS, CredentialsAccount::get())?;
        mint(CREDENTIALS, id, owner, true, data)
    }

    fn owner(id: u32) -> Option<AccountId> {
        Nfts::owner(CREDENTIALS, id)
    }

    fn burn(id: u32) -> DispatchResult {
        burn(CREDENTIALS, id)
    }
}

/// Mints an item that says `data`, in at most 256 bytes.
fn mint(collection: u32, id: u32, owner: &AccountId, soul_bound: bool, data: &[u8]) -> DispatchResult {
    // The default settings let go of everything when the item is burned: `pallet-nfts` keeps the settings of an item
    // that has one switched off, and its metadata if these are locked. Nobody but root could change the metadata
    // anyway.
    Nfts::mint_into(&collection, &id, owner, &ItemConfig::default(), true)?;
    // As root: no deposit.
    Nfts::set_item_metadata(None, &collection, &id, data)?;
    if soul_bound {
        Nfts::disable_transfer(&collection, &id)?;
    }
    Ok(())
}

fn burn(collection: u32, id: u32) -> DispatchResult {
    // What cannot be transferred cannot be burned either, and the mark would outlive the item.
    if Nfts::has_system_attribute(&collection, &id, PalletAttributes::TransferDisabled)? {
        Nfts::enable_transfer(&collection, &id)?;
    }
    <Nfts as Mutate<AccountId, ItemConfig>>::burn(&collection, &id, None)
}

/// Makes the collection if it is not there yet.
fn ensure_collection(collection: u32, owner: AccountId) -> DispatchResult {
    if Collection::<Runtime>::contains_key(collection) {
        return Ok(());
    }
    let config: CollectionConfigFor<Runtime> = CollectionConfig {
        settings: CollectionSettings::from_disabled(CollectionSetting::DepositRequired.into()),
        max_supply: None,
        // Its issuer is its owner: nobody else can mint.
        mint_settings: MintSettings::default(),
    };
    let event = Event::ForceCreated { collection, owner: owner.clone() };
    Nfts::do_create_collection(collection, owner.clone(), owner, config, 0, event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Balance, Balances, RuntimeOrigin, System};
    use frame_support::{assert_err, assert_ok, traits::fungible};
    use pallet_nfts::{Account, Attribute, Error, ItemConfigOf, ItemMetadataOf, NextCollectionId};

    const ALICE: AccountId = AccountId::new([1; 32]);
    const BOB: AccountId = AccountId::new([2; 32]);

    /// Enough for any deposit: 1,000 DSLA.
    const MONEY: Balance = 1_000_000_000_000_000_000_000;

    fn document() -> Uri {
        Uri::truncate_from(vec![b'u'; 256])
    }

    /// Nobody has any money here: whatever takes a deposit fails.
    fn execute(test: impl FnOnce()) {
        sp_io::TestExternalities::default().execute_with(|| {
            System::set_block_number(1);
            test();
        });
    }

    fn mint(id: u32, soul_bound: bool) {
        assert_ok!(NftVouchers::mint(id, &ALICE, soul_bound, &document()));
    }

    fn transfer(from: AccountId, id: u32, to: AccountId) -> DispatchResult {
        Nfts::transfer(RuntimeOrigin::signed(from), VOUCHERS, id, to.into())
    }

    #[test]
    fn mint_should_need_no_money_and_name_the_document() {
        execute(|| {
            assert_eq!(NftVouchers::owner(0), None);
            mint(0, false);
            mint(1, true);
            assert_eq!((NftVouchers::owner(0), NftVouchers::owner(1)), (Some(ALICE), Some(ALICE)));
            assert_eq!(ItemMetadataOf::<Runtime>::get(VOUCHERS, 0).unwrap().data.into_inner(), document().into_inner());
            assert_eq!(Nfts::collection_owner(VOUCHERS), Some(VouchersAccount::get()));
            // The account needs not exist, and the numbering of other collections is untouched.
            assert!(!System::account_exists(&VouchersAccount::get()));
            assert_eq!(NextCollectionId::<Runtime>::get(), None);
        });
    }

    #[test]
    fn mint_should_be_refused_when_the_id_is_taken() {
        execute(|| {
            mint(0, false);
            assert_err!(NftVouchers::mint(0, &BOB, false, &document()), Error::<Runtime>::AlreadyExists);
        });
    }

    #[test]
    fn voucher_should_change_hands_and_be_burned_from_its_new_owner() {
        execute(|| {
            mint(0, false);
            assert_ok!(transfer(ALICE, 0, BOB));
            assert_eq!(NftVouchers::owner(0), Some(BOB));
            assert_ok!(NftVouchers::burn(0));
            assert_eq!(NftVouchers::owner(0), None);
        });
    }

    #[test]
    fn soul_bound_voucher_should_stay_until_the_marketplace_burns_it() {
        execute(|| {
            mint(0, true);
            assert_ok!(<Balances as fungible::Mutate<AccountId>>::mint_into(&BOB, MONEY));
            let (alice, bob) = (RuntimeOrigin::signed(ALICE), RuntimeOrigin::signed(BOB));
            assert_err!(transfer(ALICE, 0, BOB), Error::<Runtime>::ItemLocked);
            assert_err!(Nfts::burn(alice.clone(), VOUCHERS, 0), Error::<Runtime>::ItemLocked);
            assert_ok!(Nfts::set_price(alice, VOUCHERS, 0, Some(MONEY / 2), None));
            assert_err!(Nfts::buy_item(bob, VOUCHERS, 0, MONEY / 2), Error::<Runtime>::ItemLocked);
            assert_eq!(NftVouchers::owner(0), Some(ALICE));
            assert_ok!(NftVouchers::burn(0));
            assert_eq!(NftVouchers::owner(0), None);
        });
    }

    #[test]
    fn burn_should_leave_nothing_behind() {
        execute(|| {
            mint(0, true);
            mint(1, false);
            assert_ok!(NftVouchers::burn(0));
            assert_ok!(NftVouchers::burn(1));
            assert_eq!(ItemConfigOf::<Runtime>::iter().count(), 0);
            assert_eq!(ItemMetadataOf::<Runtime>::iter().count(), 0);
            assert_eq!(Attribute::<Runtime>::iter().count(), 0);
            assert_eq!(Account::<Runtime>::iter().count(), 0);
            let left = Collection::<Runtime>::get(VOUCHERS).unwrap();
            assert_eq!((left.items, left.item_metadatas, left.item_configs, left.attributes), (0, 0, 0, 0));
            assert_eq!(left.owner_deposit, 0);
        });
    }

    #[test]
    fn burn_should_be_refused_when_there_is_no_such_voucher() {
        execute(|| {
            assert!(NftVouchers::burn(0).is_err());
            mint(0, false);
            assert!(NftVouchers::burn(1).is_err());
            assert_ok!(NftVouchers::burn(0));
            assert!(NftVouchers::burn(0).is_err());
        });
    }

    #[test]
    fn strangers_should_not_mint_or_rewrite_vouchers() {
        execute(|| {
            assert_ok!(<Balances as fungible::Mutate<AccountId>>::mint_into(&BOB, MONEY));
            mint(0, false);
            let bob = RuntimeOrigin::signed(BOB);
            assert!(Nfts::mint(bob.clone(), VOUCHERS, 1, BOB.into(), None).is_err());
            let text = b"x".to_vec().try_into().unwrap();
            assert!(Nfts::set_metadata(bob.clone(), VOUCHERS, 0, text).is_err());
            assert!(Nfts::burn(bob.clone(), VOUCHERS, 0).is_err());
            assert!(transfer(BOB, 0, BOB).is_err());
            assert_ok!(transfer(ALICE, 0, BOB));
            // Not even its holder can rewrite it.
            let text = b"x".to_vec().try_into().unwrap();
            assert!(Nfts::set_metadata(bob, VOUCHERS, 0, text).is_err());
        });
    }

    #[test]
    fn credential_should_say_what_it_proves_and_never_leave_its_account() {
        execute(|| {
            assert_eq!(NftCredentials::owner(0), None);
            assert_ok!(NftCredentials::mint(0, &ALICE, b"proof"));
            assert_eq!(NftCredentials::owner(0), Some(ALICE));
            assert_eq!(ItemMetadataOf::<Runtime>::get(CREDENTIALS, 0).unwrap().data.into_inner(), b"proof");
            assert_eq!(Nfts::collection_owner(CREDENTIALS), Some(CredentialsAccount::get()));
            // Both kinds count from zero, each in its own collection.
            mint(0, false);
            assert_eq!((Nfts::owner(VOUCHERS, 0), Nfts::owner(CREDENTIALS, 0)), (Some(ALICE), Some(ALICE)));

            assert_ok!(<Balances as fungible::Mutate<AccountId>>::mint_into(&BOB, MONEY));
            let (alice, bob) = (RuntimeOrigin::signed(ALICE), RuntimeOrigin::signed(BOB));
            let leave = Nfts::transfer(alice.clone(), CREDENTIALS, 0, BOB.into());
            assert_err!(leave, Error::<Runtime>::ItemLocked);
            assert_err!(Nfts::burn(alice.clone(), CREDENTIALS, 0), Error::<Runtime>::ItemLocked);
            assert_ok!(Nfts::set_price(alice, CREDENTIALS, 0, Some(MONEY / 2), None));
            assert_err!(Nfts::buy_item(bob.clone(), CREDENTIALS, 0, MONEY / 2), Error::<Runtime>::ItemLocked);
            assert!(Nfts::mint(bob, CREDENTIALS, 1, BOB.into(), None).is_err());
        });
    }

    #[test]
    fn burned_credential_should_leave_nothing_behind() {
        execute(|| {
            assert_ok!(NftCredentials::mint(0, &ALICE, &[b'x'; 256]));
            assert_err!(NftCredentials::mint(0, &BOB, b"x"), Error::<Runtime>::AlreadyExists);
            assert_ok!(NftCredentials::burn(0));
            assert!(NftCredentials::burn(0).is_err());
            assert_eq!(NftCredentials::owner(0), None);
            assert_eq!(ItemConfigOf::<Runtime>::iter().count(), 0);
            assert_eq!(ItemMetadataOf::<Runtime>::iter().count(), 0);
            assert_eq!(Attribute::<Runtime>::iter().count(), 0);
            assert_eq!(Account::<Runtime>::iter().count(), 0);
        });
    }
}
