// SPDX-License-Identifier: Apache-2.0

//! The treasury: what the chain earns and referenda spend. Nothing of it is ever burned.

use super::origins::EnsureTreasurer;
use crate::{
    configs::money::{TreasuryAccount, TREASURY_PALLET_ID},
    constants::{
        currency::DSLA,
        governance::{PAYOUT_PERIOD, SPEND_PERIOD},
    },
    AccountId, Balance, Balances, BlockNumber, Runtime, RuntimeEvent, System,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::Mutate,
        tokens::{Pay, PaymentStatus, Preservation, UnityAssetBalanceConversion},
        ConstU32, EitherOf,
    },
    PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureWithSuccess};
use sp_runtime::{traits::AccountIdLookup, DispatchError, Permill};

parameter_types! {
    /// From it the treasury's account is derived.
    pub const TreasuryId: PalletId = TREASURY_PALLET_ID;
    /// The most the treasurer can pay with one call: ten million DSLA, a thousandth of the supply. What is more, root
    /// pays.
    pub const TreasurerLimit: Balance = 10_000_000 * DSLA;
    /// Root can pay whatever there is.
    pub const RootLimit: Balance = Balance::MAX;
    /// The supply is fixed: what the treasury does not spend, it keeps.
    pub const NoBurn: Permill = Permill::zero();
    /// How often the treasury pays by itself what it was told to with `spend_local`.
    pub const SpendPeriod: BlockNumber = SPEND_PERIOD;
    /// How long a payment can be called for.
    pub const PayoutPeriod: BlockNumber = PAYOUT_PERIOD;
}

/// Pays DSLA from the treasury's account, and leaves the existential deposit in it: the account must be there for the next
/// fee, however small.
pub struct PayFromTreasury;

impl Pay for PayFromTreasury {
    type Balance = Balance;
    type Beneficiary = AccountId;
    type AssetKind = ();
    type Id = ();
    type Error = DispatchError;

    fn pay(who: &AccountId, (): (), amount: Balance) -> Result<(), DispatchError> {
        Balances::transfer(&TreasuryAccount::get(), who, amount, Preservation::Preserve).map(drop)
    }

    fn check_payment((): ()) -> PaymentStatus {
        // It is made at once or not at all.
        PaymentStatus::Success
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn ensure_successful(_: &AccountId, (): (), amount: Balance) {
        use frame_support::traits::fungible::Inspect;
        let needed = amount.saturating_add(Balances::minimum_balance());
        frame_support::assert_ok!(Balances::mint_into(&TreasuryAccount::get(), needed));
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn ensure_concluded((): ()) {}
}

impl pallet_treasury::Config for Runtime {
    type Currency = Balances;
    type RejectOrigin = EitherOf<EnsureRoot<AccountId>, EnsureTreasurer>;
    type RuntimeEvent = RuntimeEvent;
    type SpendPeriod = SpendPeriod;
    type Burn = NoBurn;
    type PalletId = TreasuryId;
    type BurnDestination = ();
    type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
    type SpendFunds = ();
    type MaxApprovals = ConstU32<32>;
    type SpendOrigin = EitherOf<
        EnsureRootWithSuccess<AccountId, RootLimit>,
        EnsureWithSuccess<EnsureTreasurer, AccountId, TreasurerLimit>,
    >;
    type AssetKind = ();
    type Beneficiary = AccountId;
    type BeneficiaryLookup = AccountIdLookup<AccountId, ()>;
    type Paymaster = PayFromTreasury;
    type BalanceConverter = UnityAssetBalanceConversion;
    type PayoutPeriod = PayoutPeriod;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = ();
    type BlockNumberProvider = System;
}
