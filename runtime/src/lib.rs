// SPDX-License-Identifier: Apache-2.0

//! The runtime of DSLA Chain: the state transition function, compiled to wasm and kept in the chain's own state.
//!
//! * this file: the types, the version, and the list of pallets;
//! * [`configs`]: what each pallet is given, one file per concern;
//! * [`constants`] and [`parameters`]: numbers nobody can change, and numbers governance can;
//! * [`migrations`]: what an upgrade changes in the state;
//! * [`apis`]: what the node and its clients may ask;
//! * [`genesis_presets`]: the first state of each network.

#![cfg_attr(not(feature = "std"), no_std)]
// The list of pallets is one macro.
#![recursion_limit = "256"]
// That macro writes items without docs into this module; the modules written by hand ask for docs again.
#![allow(missing_docs)]

extern crate alloc;

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
#[warn(missing_docs)]
pub mod configs;
#[warn(missing_docs)]
pub mod constants;
#[warn(missing_docs)]
pub mod genesis_presets;
#[warn(missing_docs)]
pub mod migrations;
pub mod parameters;
#[warn(missing_docs)]
pub mod reads;
#[cfg(feature = "runtime-benchmarks")]
mod scenario;
#[warn(missing_docs)]
pub mod weights;

pub use parameters::{RuntimeParameters, RuntimeParametersKey, RuntimeParametersValue};
#[cfg(feature = "std")]
pub use wasm::{WASM_BINARY, WASM_BINARY_BLOATY, WASM_BINARY_PATH};

use alloc::{borrow::Cow, vec::Vec};
use sp_runtime::{
    generic, impl_opaque_keys,
    traits::{BlakeTwo256, IdentifyAccount, PipelineAtVers, Verify},
    MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

/// The compiled runtime, written by the build script.
#[cfg(feature = "std")]
mod wasm {
    include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));
}

/// Number of a block.
pub type BlockNumber = u32;
/// A signature of any of the three schemes.
pub type Signature = MultiSignature;
/// An account: the public key of a signature, or an id derived from something else.
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
/// An amount of planck; 10^18 are one DSLA.
pub type Balance = u128;
/// How many transactions an account has signed.
pub type Nonce = u32;
/// A hash of anything.
pub type Hash = sp_core::H256;
/// What hashes.
pub type Hashing = BlakeTwo256;
/// How a transaction names an account.
pub type Address = MultiAddress<AccountId, ()>;
/// A header of this chain.
pub type Header = generic::Header<BlockNumber, Hashing>;
/// A block of this chain.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// What is checked of every transaction, in this order, beside its signature.
///
/// polkadot.js 16.5.6 knows all of them. `AuthorizeCall` is left out on purpose: no wallet needs it, and polkadot.js does
/// not know it. It is in [`AuthorizedExtension`].
pub type TxExtension = (
    frame_system::CheckNonZeroSender<Runtime>,
    frame_system::CheckSpecVersion<Runtime>,
    frame_system::CheckTxVersion<Runtime>,
    frame_system::CheckGenesis<Runtime>,
    frame_system::CheckEra<Runtime>,
    frame_system::CheckNonce<Runtime>,
    frame_system::CheckWeight<Runtime>,
    // Claims are free. Wallets see the extension inside.
    pallet_skip_feeless_payment::SkipCheckIfFeeless<
        Runtime,
        pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
    >,
    frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
    // Last: it gives back the weight the ones before it did not use.
    frame_system::WeightReclaim<Runtime>,
);

/// What is checked of a general transaction whose call says by itself who may send it: a validator's sign of life.
///
/// It is version 1 of the extension, so that version 0, which wallets sign, stays as they know it. Its bytes look the
/// same: `AuthorizeCall` has none.
pub type AuthorizedExtension = (frame_system::AuthorizeCall<Runtime>, TxExtension);

/// A transaction as it arrives.
pub type UncheckedExtrinsic =
    generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension, PipelineAtVers<1, AuthorizedExtension>>;
/// What is signed of a transaction.
pub type SignedPayload = generic::SignedPayload<RuntimeCall, TxExtension>;

/// Runs blocks.
pub type Executive =
    frame_executive::Executive<Runtime, Block, frame_system::ChainContext<Runtime>, Runtime, AllPalletsWithSystem>;

/// Types for a node that must stay able to handle blocks whose extrinsics it cannot decode.
pub mod opaque {
    use super::{generic, Hashing};

    pub use sp_runtime::OpaqueExtrinsic as UncheckedExtrinsic;

    /// Header, the same for every runtime.
    pub type Header = generic::Header<super::BlockNumber, Hashing>;
    /// Block whose extrinsics are bytes.
    pub type Block = generic::Block<Header, UncheckedExtrinsic>;
}

impl_opaque_keys! {
    /// The keys with which a validator takes part in the consensus.
    pub struct SessionKeys {
        /// Makes blocks.
        pub babe: Babe,
        /// Votes on which blocks are final.
        pub grandpa: Grandpa,
        /// Says that the validator is there.
        pub im_online: ImOnline,
        /// Says where the validator's machine is.
        pub authority_discovery: AuthorityDiscovery,
    }
}

/// Declares the version. A macro, because the attribute asks for numbers that are written out.
macro_rules! version {
    ($spec_version:tt) => {
        /// The version of the runtime this crate compiles to.
        ///
        /// Raise `spec_version` with every release, and `transaction_version` when a signed transaction would mean
        /// something else than before (a call's index or arguments, or [`TxExtension`]).
        #[sp_version::runtime_version]
        pub const VERSION: RuntimeVersion = RuntimeVersion {
            spec_name: Cow::Borrowed("dsla"),
            impl_name: Cow::Borrowed("dsla"),
            authoring_version: 1,
            spec_version: $spec_version,
            impl_version: 0,
            apis: apis::RUNTIME_API_VERSIONS,
            transaction_version: 1,
            system_version: 1,
        };
    };
}

#[cfg(not(feature = "upgrade-rehearsal"))]
version!(100);
// A rehearsal upgrades a network that runs the release above. Always one more.
#[cfg(feature = "upgrade-rehearsal")]
version!(101);

/// The pallets. The module is only there for the macro. (`legacy_ordering`: in the order of the list, and not of the
/// indices.)
#[frame_support::runtime(legacy_ordering)]
mod runtime {
    /// The runtime.
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Runtime;

    // An index is part of every call, event, error and origin. It is never reused: where a pallet goes, a line
    // `// DELETED: <index> <name>` stays. Hooks run, and genesis is built, in the order of the list.

    // 0..9: the block
    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Timestamp = pallet_timestamp;
    #[runtime::pallet_index(2)]
    pub type Parameters = pallet_parameters;
    #[runtime::pallet_index(3)]
    pub type Preimage = pallet_preimage;
    #[runtime::pallet_index(4)]
    pub type Scheduler = pallet_scheduler;
    #[runtime::pallet_index(5)]
    pub type MultiBlockMigrations = pallet_migrations;
    #[runtime::pallet_index(6)]
    pub type SafeMode = pallet_safe_mode;
    #[runtime::pallet_index(7)]
    pub type TxPause = pallet_tx_pause;

    // 10..19: consensus. BABE comes before everything that asks who the author is, and before Session, which asks it
    // whether the epoch has ended. At genesis Session asks Staking for the first validators, and Staking bonds what Balances
    // has given out: both come before it. Grandpa comes after Session, so that it signals a new set in the
    // block that made it.
    #[runtime::pallet_index(10)]
    pub type Babe = pallet_babe;
    #[runtime::pallet_index(11)]
    pub type Authorship = pallet_authorship;
    #[runtime::pallet_index(20)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(19)]
    pub type VoterList = pallet_bags_list<Instance1>;
    #[runtime::pallet_index(14)]
    pub type Staking = pallet_staking;
    #[runtime::pallet_index(12)]
    pub type Session = pallet_session;
    #[runtime::pallet_index(15)]
    pub type Historical = pallet_session::historical;
    #[runtime::pallet_index(16)]
    pub type Offences = pallet_offences;
    #[runtime::pallet_index(17)]
    pub type ImOnline = pallet_im_online;
    #[runtime::pallet_index(18)]
    pub type AuthorityDiscovery = pallet_authority_discovery;
    #[runtime::pallet_index(13)]
    pub type Grandpa = pallet_grandpa;

    // 20..29: money, of which Balances (20) is above
    #[runtime::pallet_index(21)]
    pub type TransactionPayment = pallet_transaction_payment;
    #[runtime::pallet_index(22)]
    pub type SkipFeelessPayment = pallet_skip_feeless_payment;
    #[runtime::pallet_index(23)]
    pub type Vesting = pallet_vesting;
    #[runtime::pallet_index(24)]
    pub type Treasury = pallet_treasury;

    // 30..39: accounts
    #[runtime::pallet_index(30)]
    pub type Utility = pallet_utility;
    #[runtime::pallet_index(31)]
    pub type Multisig = pallet_multisig;
    #[runtime::pallet_index(32)]
    pub type Proxy = pallet_proxy;
    #[runtime::pallet_index(33)]
    pub type Nfts = pallet_nfts;
    #[runtime::pallet_index(34)]
    pub type Identity = pallet_identity;

    // 40..49: governance
    #[runtime::pallet_index(40)]
    pub type Referenda = pallet_referenda;
    #[runtime::pallet_index(41)]
    pub type ConvictionVoting = pallet_conviction_voting;
    #[runtime::pallet_index(42)]
    pub type Origins = crate::configs::governance::origins;

    // 50..: service-level agreements
    // The oracle comes first and the agenda second: what is reported in a block is seen in the next.
    #[runtime::pallet_index(50)]
    pub type SliOracle = pallet_sli_oracle;
    #[runtime::pallet_index(51)]
    pub type Sla = pallet_sla;
    #[runtime::pallet_index(52)]
    pub type Compensation = pallet_compensation;
    #[runtime::pallet_index(53)]
    pub type Marketplace = pallet_marketplace;
    #[runtime::pallet_index(57)]
    pub type Challenge = pallet_challenge;
    // reserved: 54 support, 55 feedback, 56 forecast
}
