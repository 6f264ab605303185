// SPDX-License-Identifier: Apache-2.0

//! Service level agreements: how our own pallets are joined.
//!
//! `SliOracle` measures for `Sla`, whose verdicts `Compensation` settles; `Marketplace` refills the pools. No pallet
//! knows another: this file does.

use crate::{
    configs::vouchers::NftCredentials,
    configs::{
        governance::origins::EnsureArbiter, money::TreasuryAccount, system::MAXIMUM_BLOCK_WEIGHT, vouchers::NftVouchers,
    },
    constants::currency::{DEPOSIT_PER_BYTE, DEPOSIT_PER_ITEM},
    parameters::{
        dynamic_params::{challenges, marketplace, pools, reporters, settlement},
        ArbitrationTime, Bond, Count, Delay, Fee, Number, Periods, Seats, UnbondingTime, Window,
    },
    AccountId, Balance, Balances, Compensation, Runtime, RuntimeHoldReason, Sla, SliOracle, Timestamp,
};
use dsla_primitives::Moment;
use frame_support::{
    parameter_types,
    traits::{
        fungible::HoldConsideration, tokens::imbalance::ResolveTo, ConstU32, ConstU64, EitherOf, LinearStoragePrice,
    },
    weights::Weight,
    PalletId,
};
use frame_system::EnsureRoot;
use pallet_compensation::{ClaimFee, FeeShares};
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
    /// Why the deposit of an account on an allow-list is held.
    pub const AllowListHold: RuntimeHoldReason = RuntimeHoldReason::Sla(pallet_sla::HoldReason::AllowListEntry);
    /// Why the deposit of a partner is held.
    pub const PartnerHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(pallet_marketplace::HoldReason::Partner);
    /// Why the deposit of a credential is held.
    pub const CredentialHold: RuntimeHoldReason =
        RuntimeHoldReason::Marketplace(pallet_marketplace::HoldReason::Credential);
    /// Why the deposit of an offer is held.
    pub const OfferHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(pallet_marketplace::HoldReason::Offer);
    /// Price of a storage item.
    pub const ItemPrice: Balance = DEPOSIT_PER_ITEM;
    /// Price of a byte of storage.
    pub const BytePrice: Balance = DEPOSIT_PER_BYTE;
    /// A fifth of a block for what agreements have due, so that users always have the rest.
    pub MaxServiceWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(5);
    /// A tenth of a block for what challenges have due.
    pub MaxChallengeWeight: Weight = MAXIMUM_BLOCK_WEIGHT.saturating_div(10);
    /// The account that keeps rewards of reporters.
    pub const ReportersPalletId: PalletId = PalletId(*b"dsla/rep");
    /// The accounts of the pools are derived from it.
    pub const PoolsPalletId: PalletId = PalletId(*b"dsla/sla");
}

/// Who decides challenges that no panel decided, and ends agreements early: governance.
type EnsureArbitration = EitherOf<EnsureRoot<AccountId>, EnsureArbiter>;

/// What room on chain costs.
pub(crate) type Rent = LinearStoragePrice<ItemPrice, BytePrice, Balance>;
/// A deposit for storage, held under the reason `R` and returned with what it paid for.
type Deposit<R> = HoldConsideration<AccountId, Balances, R, Rent>;

impl pallet_sla::Config for Runtime {
    type ProviderDeposit = Deposit<ProviderHold>;
    type ServiceDeposit = Deposit<ServiceHold>;
    type AgreementDeposit = Deposit<AgreementHold>;
    type AllowListDeposit = Deposit<AllowListHold>;
    type TerminateOrigin = EnsureArbitration;
    type Time = Timestamp;
    type Indicators = SliOracle;
    // The money first: what reporters are struck for is the verdict that was settled.
    type OnVerdict = (Compensation, SliOracle);
    type OnAgreement = Compensation;
    type MaxServiceWeight = MaxServiceWeight;
    type RetryDelay = ConstU64<{ DAY / 24 }>;
    type AmendmentNotice = ConstU32<1>;
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
    type MinBond = Number<reporters::MinBond, Bond>;
    type Unbonding = Number<reporters::Unbonding, UnbondingTime>;
    type MaxStrikes = Number<reporters::MaxStrikes, Count>;
    type SlashShare = reporters::SlashShare;
    type OnSlash = ResolveTo<TreasuryAccount, Balances>;
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

/// What a claim of compensation costs, as the parameters have it.
pub struct CurrentClaimFee;

impl Get<ClaimFee> for CurrentClaimFee {
    fn get() -> ClaimFee {
        ClaimFee { provider: settlement::ClaimFeeProvider::get(), treasury: settlement::ClaimFeeTreasury::get() }
    }
}

impl pallet_compensation::Config for Runtime {
    type Currency = Balances;
    type Agreements = Sla;
    type Reporters = SliOracle;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type Time = Timestamp;
    type VerificationFee = Number<settlement::VerificationFee, Fee>;
    type FeeShares = CurrentFeeShares;
    type ClaimFee = CurrentClaimFee;
    type MinBacking = Number<pools::MinBacking, Bond>;
    type MinJuniorShare = pools::MinJuniorShare;
    type GracePeriods = Number<pools::GracePeriods, Periods>;
    type SweepDelay = Number<settlement::SweepDelay, Delay>;
    type PalletId = PoolsPalletId;
    type MaxPrepaidPeriods = ConstU32<36>;
    type MaxPayoutsPerBlock = ConstU32<100>;
    type WeightInfo = pallet_compensation::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}

impl pallet_challenge::Config for Runtime {
    type Verdicts = Sla;
    type Agreements = Sla;
    type Parties = Compensation;
    type Reporters = SliOracle;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Treasury = ResolveTo<TreasuryAccount, Balances>;
    type Time = Timestamp;
    type Randomness = pallet_babe::RandomnessFromOneEpochAgo<Runtime>;
    type ArbiterOrigin = EnsureArbitration;
    type PanelSize = Number<challenges::PanelSize, Seats>;
    type BaseBond = Number<challenges::BaseBond, Bond>;
    type VoteWindow = Number<challenges::VoteWindow, Window>;
    type RevealWindow = Number<challenges::RevealWindow, Window>;
    type AppealWindow = Number<challenges::AppealWindow, Window>;
    type ArbitrationWindow = Number<challenges::ArbitrationWindow, ArbitrationTime>;
    type MaxServiceWeight = MaxChallengeWeight;
    type WeightInfo = pallet_challenge::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}

impl pallet_marketplace::Config for Runtime {
    type Time = Timestamp;
    type Agreements = Sla;
    type Parties = Compensation;
    type Credentials = NftCredentials;
    type PartnerDeposit = Deposit<PartnerHold>;
    type CredentialDeposit = Deposit<CredentialHold>;
    type MaxPartners = ConstU32<32>;
    type RatingWindow = ConstU64<{ 30 * DAY }>;
    type MinRatedRefill = Number<marketplace::MinRatedRefill, Bond>;
    type MaxSellerShare = marketplace::MaxSellerShare;
    type Pool = Compensation;
    type Vouchers = NftVouchers;
    type OfferDeposit = Deposit<OfferHold>;
    type MaxFulfilment = ConstU64<{ 90 * DAY }>;
    type MaxOffersPerSeller = ConstU32<100>;
    type WeightInfo = pallet_marketplace::weights::SubstrateWeight<Runtime>;
    #[cfg(feature = "runtime-benchmarks")]
    type Scenario = crate::scenario::Stage;
}
