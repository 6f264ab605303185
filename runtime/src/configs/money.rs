// SPDX-License-Identifier: Apache-2.0

//! Balances, fees, vesting, and the accounts that belong to nobody.
//!
//! The supply is fixed: what one account loses another one gets. A fee and its tip go to the author of the block and
//! to the treasury; dust goes to the treasury.

use crate::{
    constants::{currency, fee},
    parameters::dynamic_params::fees::TreasuryShare,
    AccountId, Authorship, Balance, Balances, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};
use frame_support::{
    parameter_types,
    traits::{
        fungible::{Balanced, Credit},
        tokens::imbalance::ResolveTo,
        ConstU128, ConstU32, ConstU8, Imbalance, OnUnbalanced, VariantCountOf, WithdrawReasons,
    },
    weights::{
        constants::ExtrinsicBaseWeight, ConstantMultiplier, WeightToFeeCoefficient, WeightToFeeCoefficients,
        WeightToFeePolynomial,
    },
    PalletId,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
    traits::{AccountIdConversion, Bounded, ConvertInto, Get},
    FixedPointNumber, Perbill, Perquintill,
};

/// The treasury's account is derived from this id, the one that `pallet-treasury` is given.
pub const TREASURY_PALLET_ID: PalletId = PalletId(*b"py/trsry");
/// The account from which validators are rewarded, since nothing is minted for them.
pub const VALIDATOR_RESERVE_PALLET_ID: PalletId = PalletId(*b"dsla/vrw");

parameter_types! {
    /// The treasury's account. Nobody has its key: only referenda spend from it.
    pub TreasuryAccount: AccountId = TREASURY_PALLET_ID.into_account_truncating();
    /// The account of the reserve for validators. Nobody has its key.
    pub ValidatorReserveAccount: AccountId = VALIDATOR_RESERVE_PALLET_ID.into_account_truncating();
}

impl pallet_balances::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type RuntimeFreezeReason = RuntimeFreezeReason;
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<{ currency::EXISTENTIAL_DEPOSIT }>;
    // Dropping dust would burn it, and the supply is fixed.
    type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
    type AccountStore = System;
    type MaxLocks = ConstU32<50>;
    type MaxReserves = ConstU32<50>;
    type ReserveIdentifier = [u8; 8];
    type FreezeIdentifier = RuntimeFreezeReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
    type DoneSlashHandler = ();
    type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
    /// The least that can be given to somebody with vesting, which occupies one of the receiver's few places for it.
    pub const MinVestedTransfer: Balance = 1_000 * currency::DSLA;
    /// What is vesting can pay fees, but be neither transferred nor reserved.
    pub UnvestedFundsAllowedWithdrawReasons: WithdrawReasons =
        WithdrawReasons::except(WithdrawReasons::TRANSFER | WithdrawReasons::RESERVE);
}

impl pallet_vesting::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type BlockNumberToBalance = ConvertInto;
    type MinVestedTransfer = MinVestedTransfer;
    type WeightInfo = pallet_vesting::weights::SubstrateWeight<Runtime>;
    type UnvestedFundsAllowedWithdrawReasons = UnvestedFundsAllowedWithdrawReasons;
    type BlockNumberProvider = System;
    const MAX_VESTING_SCHEDULES: u32 = 28;
}

parameter_types! {
    /// Fullness of a block's normal part at which fees stay what they are.
    pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
    /// How fast fees follow the demand: a day of full blocks a little more than doubles them.
    pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
    /// Fees fall no lower than to a tenth, so that an idle chain is still not free to fill.
    pub MinimumMultiplier: Multiplier = Multiplier::saturating_from_rational(1, 10);
    /// Fees may rise as long as there is demand.
    pub MaximumMultiplier: Multiplier = Bounded::max_value();
}

impl pallet_transaction_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type OnChargeTransaction = FungibleAdapter<Balances, SplitFees>;
    type WeightToFee = WeightToFee;
    type LengthToFee = ConstantMultiplier<Balance, ConstU128<{ fee::BYTE_FEE }>>;
    type FeeMultiplierUpdate =
        TargetedFeeAdjustment<Self, TargetBlockFullness, AdjustmentVariable, MinimumMultiplier, MaximumMultiplier>;
    type OperationalFeeMultiplier = ConstU8<5>;
    type WeightInfo = pallet_transaction_payment::weights::SubstrateWeight<Runtime>;
}

impl pallet_skip_feeless_payment::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
}

/// Price of computing time: a straight line through [`fee::BASE_EXTRINSIC_FEE`] at the weight of an empty extrinsic.
pub struct WeightToFee;

impl WeightToFeePolynomial for WeightToFee {
    type Balance = Balance;

    fn polynomial() -> WeightToFeeCoefficients<Self::Balance> {
        let price = fee::BASE_EXTRINSIC_FEE;
        let weight = Balance::from(ExtrinsicBaseWeight::get().ref_time()).max(1);
        let line = WeightToFeeCoefficient {
            degree: 1,
            negative: false,
            coeff_integer: price / weight,
            coeff_frac: Perbill::from_rational(price % weight, weight),
        };
        core::iter::once(line).collect()
    }
}

/// Pays a fee and its tip out: the treasury gets its share rounded down, the author of the block the rest.
pub struct SplitFees;

impl OnUnbalanced<Credit<AccountId, Balances>> for SplitFees {
    fn on_unbalanceds(credits: impl Iterator<Item = Credit<AccountId, Balances>>) {
        // One credit out of fee and tip: it is rounded once, and each receiver sees one deposit.
        Self::on_unbalanced(credits.fold(Credit::<AccountId, Balances>::zero(), |sum, credit| sum.merge(credit)));
    }

    fn on_nonzero_unbalanced(credit: Credit<AccountId, Balances>) {
        let share = TreasuryShare::get().mul_floor(credit.peek());
        let (for_treasury, for_author) = credit.split(share);
        let unpaid = match Authorship::author() {
            // Fails when the author's account does not exist and this is less than the existential deposit.
            Some(author) => Balances::resolve(&author, for_author).err(),
            None => Some(for_author),
        };
        let for_treasury = match unpaid {
            Some(unpaid) => for_treasury.merge(unpaid),
            None => for_treasury,
        };
        ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(for_treasury);
    }
}
