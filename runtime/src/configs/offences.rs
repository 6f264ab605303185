// SPDX-License-Identifier: Apache-2.0

//! What becomes of validators that sign two truths or are not there, and how that reaches the chain.
//!
//! Proofs of equivocation come from the node that saw it, as bare transactions which only that node can include. Signs
//! of life come from the validators' own off-chain workers, as general transactions that carry a session key's
//! signature.

use super::consensus::MAX_AUTHORITIES;
use crate::{
    constants::staking::REPORT_LONGEVITY, AuthorizedExtension, Babe, Historical, Offences, Runtime, RuntimeCall,
    RuntimeEvent, Staking, TxExtension, UncheckedExtrinsic,
};
use frame_support::{
    parameter_types,
    traits::{ConstU32, ConstU64},
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateBare, CreateTransaction, CreateTransactionBase};
use pallet_session::historical::IdentificationTuple;
use pallet_staking::UnitIdentificationOf;
use pallet_transaction_payment::ChargeTransactionPayment;
use sp_runtime::{
    generic::{Era, Preamble},
    traits::{ExtensionVariant, PipelineAtVers},
    transaction_validity::TransactionPriority,
};

/// Checks and files reports about BABE authors.
pub type BabeEquivocations =
    pallet_babe::EquivocationReportSystem<Runtime, Offences, Historical, ConstU64<REPORT_LONGEVITY>>;
/// Checks and files reports about GRANDPA voters.
pub type GrandpaEquivocations =
    pallet_grandpa::EquivocationReportSystem<Runtime, Offences, Historical, ConstU64<REPORT_LONGEVITY>>;

parameter_types! {
    /// Signs of life go before everything that is paid for: whoever floods the chain must not make validators look
    /// dead.
    pub const SignOfLifePriority: TransactionPriority = TransactionPriority::MAX;
}

impl pallet_session::historical::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    // Who stood behind a validator is looked up in the staking pallet, by the era of the offence.
    type FullIdentification = ();
    type FullIdentificationOf = UnitIdentificationOf<Self>;
}

impl pallet_offences::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type IdentificationTuple = IdentificationTuple<Self>;
    type OnOffenceHandler = Staking;
}

impl pallet_im_online::Config for Runtime {
    type RuntimeEvent = RuntimeEvent;
    type AuthorityId = pallet_im_online::sr25519::AuthorityId;
    type MaxKeys = ConstU32<MAX_AUTHORITIES>;
    type MaxPeerInHeartbeats = ConstU32<0>;
    type ValidatorSet = Historical;
    type NextSessionRotation = Babe;
    type ReportUnresponsiveness = Offences;
    type UnsignedPriority = SignOfLifePriority;
    type WeightInfo = pallet_im_online::weights::SubstrateWeight<Runtime>;
}

impl pallet_authority_discovery::Config for Runtime {
    type MaxAuthorities = ConstU32<MAX_AUTHORITIES>;
}

impl<C> CreateTransactionBase<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extrinsic = UncheckedExtrinsic;
    type RuntimeCall = RuntimeCall;
}

impl<C> CreateBare<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
        UncheckedExtrinsic::new_bare(call)
    }
}

impl<C> CreateTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    type Extension = AuthorizedExtension;

    fn create_transaction(call: RuntimeCall, extension: AuthorizedExtension) -> UncheckedExtrinsic {
        let extension = ExtensionVariant::Other(PipelineAtVers::new(extension));
        UncheckedExtrinsic::from_parts(call, Preamble::General(extension))
    }
}

impl<C> CreateAuthorizedTransaction<C> for Runtime
where
    RuntimeCall: From<C>,
{
    fn create_extension() -> AuthorizedExtension {
        let others: TxExtension = (
            frame_system::CheckNonZeroSender::new(),
            frame_system::CheckSpecVersion::new(),
            frame_system::CheckTxVersion::new(),
            frame_system::CheckGenesis::new(),
            frame_system::CheckEra::from(Era::Immortal),
            frame_system::CheckNonce::from(0),
            frame_system::CheckWeight::new(),
            ChargeTransactionPayment::from(0).into(),
            frame_metadata_hash_extension::CheckMetadataHash::new(false),
            frame_system::WeightReclaim::new(),
        );
        (frame_system::AuthorizeCall::new(), others)
    }
}
