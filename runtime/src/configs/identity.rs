// SPDX-License-Identifier: Apache-2.0

//! Who is behind an account, as far as they say so and registrars confirm it.

use crate::{
    constants::{
        currency::{deposit, DEPOSIT_PER_BYTE},
        time::DAYS,
    },
    AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeEvent, Signature, Treasury,
};
use frame_support::{parameter_types, traits::ConstU32};
use frame_system::EnsureRoot;
use pallet_identity::legacy::IdentityInfo;
use sp_runtime::traits::Verify;

parameter_types! {
    /// Deposit for an identity: its key, to which its bytes are added.
    pub const BasicDeposit: Balance = deposit(1, 0);
    /// Deposit for a byte of an identity.
    pub const ByteDeposit: Balance = DEPOSIT_PER_BYTE;
    /// Deposit for a sub-account: its parent and a name.
    pub const SubAccountDeposit: Balance = deposit(1, 32 + 33);
    /// Deposit for a username: two keys, and twice the name or the account.
    pub const UsernameDeposit: Balance = deposit(2, 2 * (32 + 33));
    /// How long a username that was offered can be accepted.
    pub const PendingUsernameExpiration: BlockNumber = 7 * DAYS;
    /// How long a username stays after its authority has taken it back.
    pub const UsernameGracePeriod: BlockNumber = 30 * DAYS;
}

impl pallet_identity::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BasicDeposit = BasicDeposit;
    type ByteDeposit = ByteDeposit;
    type UsernameDeposit = UsernameDeposit;
    type SubAccountDeposit = SubAccountDeposit;
    type MaxSubAccounts = ConstU32<100>;
    type IdentityInformation = IdentityInfo<ConstU32<16>>;
    type MaxRegistrars = ConstU32<20>;
    type Slashed = Treasury;
    type ForceOrigin = EnsureRoot<AccountId>;
    type RegistrarOrigin = EnsureRoot<AccountId>;
    type OffchainSignature = Signature;
    type SigningPublicKey = <Signature as Verify>::Signer;
    // The pallet cannot do without usernames: nobody gives any until root names somebody who may.
    type UsernameAuthorityOrigin = EnsureRoot<AccountId>;
    type PendingUsernameExpiration = PendingUsernameExpiration;
    type UsernameGracePeriod = UsernameGracePeriod;
    type MaxSuffixLength = ConstU32<7>;
    type MaxUsernameLength = ConstU32<32>;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type WeightInfo = pallet_identity::weights::SubstrateWeight<Runtime>;
}
