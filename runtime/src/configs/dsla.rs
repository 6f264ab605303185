// SPDX-License-Identifier: Apache-2.0

//! Service level agreements: how our own pallets are joined.
//!
//! `SliOracle` measures for `Sla`, whose verdicts `Compensation` settles; `Marketplace` refills the pools. No pallet
//! knows another: this file does.

use crate::{
    configs::{money::TreasuryAccount, system::MAXIMUM_BLOCK_WEIGHT, vouchers::NftVouchers},
    constants::currency::{DEPOSIT_PER_BYTE, DEPOSIT_PER_ITEM},
    parameters::dynamic_params::{reporters, settlement},
    AccountId, Balance, Balances, Compensation, Runtime, RuntimeHoldReason, Sla, SliOracle, Timestamp,
};
use dsla_primitives::Moment;
use frame_support::{
    parameter_types,
    traits::{fungible::HoldConsideration, tokens::imbalance::ResolveTo, ConstU32, ConstU64, LinearStoragePrice},
    weights::Weight,
    PalletId,
};
use pallet_compensation::FeeShares;
use sp_runtime::traits::Get;

/// A day in milliseconds.
const DAY: Moment = 86_400_000;

parameter_types! {
    /// Why the deposit of a provider is held.
    pub const ProviderHold: RuntimeHoldReason = RuntimeHoldReason::Sla(pallet_sla::HoldReason::Provider);
    /// Why the deposit of a service is held.
    pub const ServiceHold: RuntimeHoldReason = RuntimeHoldReason::Sla(pallet_sla::HoldReason::Service);
    /// Why the deposit of an agreement is held.
    pub const AgreementHold: RuntimeHoldReason = RuntimeHoldReason::Sla(pallet_sla::HoldReason::Agreement);
    /// Why the deposit of an offer is held.
    pub const OfferHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(pallet_marketplace::HoldReason::Offer);
    /// Price of a storage item.
    pub const ItemPrice: Balance = DEPOSIT_PER_ITEM;
    /// Price of a byte of storage.
    pub const BytePrice: Balance = DEPOSIT_PER_BYTE;
    /// A fifth of a block for what agreements have due, so that users always have the rest.
    pub MaxServiceWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(5);
    /// The account that keeps rewards of reporters.
    pub const ReportersPalletId: PalletId = PalletId(*b"dsla/rep");
    /// The accounts of the pools are derived from it.
    pub const PoolsPalletId: PalletId = PalletId(*b"dsla/sla");
}

/// A deposit for storage, held under the reason `R` and returned with what it paid for.
type Deposit<R> = HoldConsideration<AccountId, Balances, R, LinearStoragePrice<ItemPrice, BytePrice, Balance>>;

impl pallet_sla::Config for Runtime {
    type ProviderDeposit = Deposit<ProviderHold>;
    type ServiceDeposit = Deposit<ServiceHold>;
    type AgreementDeposit = Deposit<AgreementHold>;
    type Time = Timestamp;
    type Indicators = SliOracle;
    type OnVerdict = Compensation;
    type OnAgreement = Compensation;
    type MaxServiceWeight = MaxServiceWeight;
    type RetryDelay = ConstU64<{ DAY / 24 }>;
    type WeightInfo = pallet_sla::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}

impl pallet_sli_oracle::Config for Runtime {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Time = Timestamp;
    type Agreements = Sla;
    type PalletId = ReportersPalletId;
    type MinBond = reporters::MinBond;
    type Unbonding = reporters::Unbonding;
    type WeightInfo = pallet_sli_oracle::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}

/// The parts of the verification fee, as the parameters have them.
pub struct CurrentFeeShares;

impl Get<FeeShares> for CurrentFeeShares {
    fn get() -> FeeShares {
        FeeShares {
            reporters: settlement::ReportersShare::get(),
            settler: settlement::SettlerShare::get(),
            treasury: settlement::TreasuryShare::get(),
        }
    }
}

impl pallet_compensation::Config for Runtime {
    type Currency = Balances;
    type Agreements = Sla;
    type Reporters = SliOracle;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type Time = Timestamp;
    type VerificationFee = settlement::VerificationFee;
    type FeeShares = CurrentFeeShares;
    type SweepDelay = settlement::SweepDelay;
    type PalletId = PoolsPalletId;
    type MaxPrepaidPeriods = ConstU32<36>;
    type MaxPayoutsPerBlock = ConstU32<100>;
    type WeightInfo = pallet_compensation::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}

impl pallet_marketplace::Config for Runtime {
    type Time = Timestamp;
    type Agreements = Sla;
    type Pool = Compensation;
    type Vouchers = NftVouchers;
    type OfferDeposit = Deposit<OfferHold>;
    type MaxFulfilment = ConstU64<{ 90 * DAY }>;
    type MaxOffersPerSeller = ConstU32<100>;
    type WeightInfo = pallet_marketplace::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}
