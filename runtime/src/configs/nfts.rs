// SPDX-License-Identifier: Apache-2.0

//! Collections of unique items.

use crate::{
    constants::{
        currency::{deposit, DEPOSIT_PER_BYTE},
        time::DAYS,
    },
    AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeEvent, Signature, System,
};
use frame_support::{
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstU32},
};
use frame_system::{EnsureRoot, EnsureSigned};
use pallet_nfts::PalletFeatures;
use sp_runtime::traits::Verify;

parameter_types! {
    /// Deposit for a collection: its details and its configuration.
    pub const CollectionDeposit: Balance = deposit(1, 130);
    /// Deposit for an item: its details, its place in the collection and in the owner's list.
    pub const ItemDeposit: Balance = deposit(1, 164);
    /// Deposit for metadata, to which its bytes are added.
    pub const MetadataDepositBase: Balance = deposit(1, 129);
    /// Deposit for an attribute, to which its bytes are added.
    pub const AttributeDepositBase: Balance = deposit(1, 0);
    /// Deposit for a byte of metadata or of an attribute.
    pub const DepositPerByte: Balance = DEPOSIT_PER_BYTE;
    /// Longest life of an offer to swap, and of a signed attribute.
    pub const MaxDeadlineDuration: BlockNumber = 365 * DAYS;
    /// Nothing of the pallet is switched off.
    pub Features: PalletFeatures = PalletFeatures::all_enabled();
}

impl pallet_nfts::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type CollectionId = u32;
    type ItemId = u32;
    type Currency = Balances;
    type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
    type ForceOrigin = EnsureRoot<AccountId>;
    type Locker = ();
    type CollectionDeposit = CollectionDeposit;
    type ItemDeposit = ItemDeposit;
    type MetadataDepositBase = MetadataDepositBase;
    type AttributeDepositBase = AttributeDepositBase;
    type DepositPerByte = DepositPerByte;
    type StringLimit = ConstU32<256>;
    type KeyLimit = ConstU32<64>;
    type ValueLimit = ConstU32<256>;
    type ApprovalsLimit = ConstU32<20>;
    type ItemAttributesApprovalsLimit = ConstU32<30>;
    type MaxTips = ConstU32<10>;
    type MaxDeadlineDuration = MaxDeadlineDuration;
    type MaxAttributesPerCall = ConstU32<10>;
    type Features = Features;
    type OffchainSignature = Signature;
    type OffchainPublic = <Signature as Verify>::Signer;
    type BlockNumberProvider = System;
    #[cfg(feature = "runtime-benchmarks")]
    type Helper = ();
    type WeightInfo = pallet_nfts::weights::SubstrateWeight<Runtime>;
}
