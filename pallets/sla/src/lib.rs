// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(
    not(any(test, feature = "runtime-benchmarks")),
    deny(
        clippy::arithmetic_side_effects,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::expect_used,
        clippy::float_arithmetic,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used
    )
)]

extern crate alloc;

mod agenda;
mod agreements;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod directory;
mod errors;
mod events;
mod impls;
#[cfg(test)]
mod mock;
mod queries;
mod steps;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

use frame_support::pallet_macros::import_section;

/// A provider as stored.
pub type ProviderOf<T> = Provider<<T as Config>::ProviderDeposit>;
/// A service as stored.
pub type ServiceOf<T> = Service<<T as frame_system::Config>::AccountId, <T as Config>::ServiceDeposit>;
/// An agreement as stored.
pub type AgreementOf<T> = Agreement<<T as frame_system::Config>::AccountId, <T as Config>::AgreementDeposit>;

// Forced by the expansions: that of `#[pallet::storage]` qualifies too much, codec's derives for the call, event and error
// enums number variants by `as`, and FRAME's own code uses `expect`.
#[allow(unused_qualifications, clippy::cast_possible_truncation, clippy::expect_used)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
    use super::*;
    #[cfg(feature = "runtime-benchmarks")]
    use dsla_primitives::traits::Scenario;
    use dsla_primitives::{
        terms::{Document, Terms},
        traits::{IndicatorSource, OnAgreement, OnVerdict},
        verdict::Verdict,
        AgreementId, Moment, Name, PeriodIndex, ServiceId, TermsVersion, Uri,
    };
    use frame_support::{
        pallet_prelude::*,
        traits::{Consideration, Footprint, Time},
        weights::WeightMeter,
    };
    use frame_system::pallet_prelude::*;

    /// The pallet.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// What the runtime provides.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Deposit for the profile of a provider.
        type ProviderDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a service.
        type ServiceDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for an agreement: for its terms and for every period of its log.
        type AgreementDeposit: Consideration<Self::AccountId, Footprint>;
        /// The chain's time, in milliseconds.
        type Time: Time<Moment = Moment>;
        /// Who gives the indicators of a period.
        type Indicators: IndicatorSource<Self::AccountId>;
        /// Who acts on a final verdict.
        type OnVerdict: OnVerdict<Self::AccountId>;
        /// Who is told when agreements come and go.
        type OnAgreement: OnAgreement<Self::AccountId>;
        /// The most weight of a block that the agenda takes.
        #[pallet::constant]
        type MaxServiceWeight: Get<Weight>;
        /// How long the chain waits before it tries a failed settlement again, in milliseconds.
        #[pallet::constant]
        type RetryDelay: Get<Moment>;
        /// Weights of the calls and of the steps.
        type WeightInfo: WeightInfo;
        /// Sets the stage for benchmarks.
        #[cfg(feature = "runtime-benchmarks")]
        type Scenario: Scenario<Self::AccountId>;
    }

    /// Why this pallet holds funds.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// Deposit for the profile of a provider.
        #[codec(index = 0)]
        Provider,
        /// Deposit for a service.
        #[codec(index = 1)]
        Service,
        /// Deposit for the terms of an agreement and for its log.
        #[codec(index = 2)]
        Agreement,
    }

    // Hashers: accounts are chosen by users, so their keys are hashed cryptographically. Ids and period numbers are
    // handed out by the chain in order, so nobody can craft keys that unbalance the trie, and the cheaper hash is safe.

    /// Providers: profile and track record.
    #[pallet::storage]
    pub type Providers<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, ProviderOf<T>>;

    /// Services of the providers.
    #[pallet::storage]
    pub type Services<T: Config> = StorageMap<_, Twox64Concat, ServiceId, ServiceOf<T>>;

    /// The id that the next service gets. Ids are never used twice.
    #[pallet::storage]
    pub type NextServiceId<T: Config> = StorageValue<_, ServiceId, ValueQuery>;

    /// Agreements: status, progress and what the chain does with them next. They are never removed.
    #[pallet::storage]
    pub type Agreements<T: Config> = StorageMap<_, Twox64Concat, AgreementId, AgreementOf<T>>;

    /// The id that the next agreement gets. Ids are never used twice.
    #[pallet::storage]
    pub type NextAgreementId<T: Config> = StorageValue<_, AgreementId, ValueQuery>;

    /// The terms of the agreements, by version. A stored version never changes.
    #[pallet::storage]
    pub type AgreementTerms<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, TermsVersion, Terms<T::AccountId>>;

    /// The SLA log: what was measured and decided for each period of each agreement.
    #[pallet::storage]
    pub type Periods<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, PeriodRecord>;

    /// The agenda: which agreement the chain acts on when; one entry for each agreement it will act on again.
    ///
    /// The trie itself keeps it sorted: keys are stored as they are (`Identity`), and their 16 big-endian bytes sort by
    /// due time, then by id. `Identity` is safe although users choose times: all keys have the same 16 bytes, so no
    /// path below the map's prefix is deeper than 32 nibbles, whatever anybody schedules.
    #[pallet::storage]
    pub type Agenda<T: Config> = StorageMap<_, Identity, AgendaKey, ()>;

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        /// Works through the agenda.
        ///
        /// The executive polls right after the inherents, so the time is that of this block, and before the first
        /// ordinary extrinsic, with all the weight the inherents left: blocks full of calls cannot starve the agenda.
        /// What is used is booked as mandatory weight. It does not poll during a multi-block migration (neither are
        /// there calls then); what became due meanwhile is caught up afterwards.
        fn on_poll(_: BlockNumberFor<T>, meter: &mut WeightMeter) {
            Self::serve_agenda(meter);
        }

        fn integrity_test() {
            // Else the step after a failure would come in the same block, or a step would never fit.
            assert!(T::RetryDelay::get() > 0, "RetryDelay must not be zero");
            let needed = T::WeightInfo::agenda_base().saturating_add(Step::max_weight::<T::WeightInfo>());
            assert!(T::MaxServiceWeight::get().all_gte(needed), "MaxServiceWeight must fit any step: {needed:?}");
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Make the signing account a provider.
        ///
        /// ## Dispatch Origin
        /// Signed.
        ///
        /// ## Details
        /// Holds a deposit for the profile. `uri` points to a document about the provider.
        ///
        /// ## Errors
        /// `ProviderAlreadyExists`, `InvalidName`; too little balance for the deposit.
        ///
        /// ## Events
        /// `ProviderRegistered`
        #[pallet::call_index(0)]
        #[pallet::weight(T::WeightInfo::register_provider(len(name.len().saturating_add(uri.len()))))]
        pub fn register_provider(origin: OriginFor<T>, name: Name, uri: Uri) -> DispatchResult {
            Self::do_register_provider(ensure_signed(origin)?, name, uri)
        }

        /// Change the profile of the signing provider.
        ///
        /// ## Dispatch Origin
        /// Signed by a provider.
        ///
        /// ## Details
        /// The deposit follows the new size. The track record stays.
        ///
        /// ## Errors
        /// `ProviderNotFound`, `InvalidName`; too little balance for a larger deposit.
        ///
        /// ## Events
        /// `ProviderUpdated`
        #[pallet::call_index(1)]
        #[pallet::weight(T::WeightInfo::update_provider(len(name.len().saturating_add(uri.len()))))]
        pub fn update_provider(origin: OriginFor<T>, name: Name, uri: Uri) -> DispatchResult {
            Self::do_update_provider(ensure_signed(origin)?, name, uri)
        }

        /// Stop being a provider and get the deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed by a provider.
        ///
        /// ## Details
        /// Only without services. The track record goes with the profile; the logs of past agreements stay.
        ///
        /// ## Errors
        /// `ProviderNotFound`, `ServicesRemain`.
        ///
        /// ## Events
        /// `ProviderDeregistered`
        #[pallet::call_index(2)]
        #[pallet::weight(T::WeightInfo::deregister_provider())]
        pub fn deregister_provider(origin: OriginFor<T>) -> DispatchResult {
            Self::do_deregister_provider(ensure_signed(origin)?)
        }

        /// Add a service of the signing provider.
        ///
        /// ## Dispatch Origin
        /// Signed by a provider.
        ///
        /// ## Details
        /// `name` is a `metadata.name` of OpenSLO (RFC 1123 label); it need not be unique. Holds a deposit.
        ///
        /// ## Errors
        /// `InvalidName`, `ProviderNotFound`, `IdsExhausted`; too little balance for the deposit.
        ///
        /// ## Events
        /// `ServiceRegistered`
        #[pallet::call_index(3)]
        #[pallet::weight(T::WeightInfo::register_service(len(name.len().saturating_add(document.uri.len()))))]
        pub fn register_service(origin: OriginFor<T>, name: Name, document: Document) -> DispatchResult {
            Self::do_register_service(ensure_signed(origin)?, name, document)
        }

        /// Remove a service and get its deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed by the service's provider.
        ///
        /// ## Details
        /// Only when all its agreements have ended.
        ///
        /// ## Errors
        /// `ServiceNotFound`, `NotAuthorized`, `AgreementsRemain`.
        ///
        /// ## Events
        /// `ServiceRemoved`
        #[pallet::call_index(4)]
        #[pallet::weight(T::WeightInfo::remove_service())]
        pub fn remove_service(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
            Self::do_remove_service(ensure_signed(origin)?, service)
        }

        /// Register an agreement about a service, as a draft.
        ///
        /// ## Dispatch Origin
        /// Signed by the service's provider.
        ///
        /// ## Details
        /// The terms never change. The deposit pays for them and for the log, a line for each period, both of which
        /// stay on chain: it comes back only when the draft is discarded.
        ///
        /// ## Errors
        /// `ServiceNotFound`, `NotAuthorized`, `IdsExhausted`; one error for each way in which terms are invalid; too
        /// little balance for the deposit; what the pool refuses.
        ///
        /// ## Events
        /// `AgreementRegistered`
        #[pallet::call_index(5)]
        #[pallet::weight(T::WeightInfo::register_agreement(
            len(terms.objectives.len()),
            len(terms.oracle.committee.len()),
        ))]
        pub fn register_agreement(
            origin: OriginFor<T>,
            service: ServiceId,
            terms: Terms<T::AccountId>,
        ) -> DispatchResult {
            Self::do_register_agreement(ensure_signed(origin)?, service, terms)
        }

        /// Give a draft up and get its deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// The agreement becomes `Terminated` and its terms are removed.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`; what the pool refuses.
        ///
        /// ## Events
        /// `AgreementDiscarded`
        #[pallet::call_index(6)]
        #[pallet::weight(T::WeightInfo::discard_agreement())]
        pub fn discard_agreement(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
            Self::do_discard_agreement(ensure_signed(origin)?, agreement)
        }

        /// Let customers subscribe to a draft. There is no way back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// Only before the start of the first period, at which the chain activates the agreement.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`, `TooLate`.
        ///
        /// ## Events
        /// `AgreementOpened`
        #[pallet::call_index(7)]
        #[pallet::weight(T::WeightInfo::open_agreement())]
        pub fn open_agreement(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
            Self::do_open_agreement(ensure_signed(origin)?, agreement)
        }

        /// Do the step of an agreement that is due now.
        ///
        /// ## Dispatch Origin
        /// Signed by anyone.
        ///
        /// ## Details
        /// The chain does the same by itself as far as the blocks have room. Exactly one step is done: activate, judge a
        /// period, make a verdict final (who calls is known as its settler), or complete. A settlement that the chain
        /// has deferred can be tried at once.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NothingDue`, `Corrupted`; what makes the settlement fail.
        ///
        /// ## Events
        /// `AgreementActivated`, `PeriodExtended`, `PeriodProposed`, `PeriodFinalized` or `AgreementCompleted`
        #[pallet::call_index(8)]
        #[pallet::weight(Step::max_weight::<T::WeightInfo>())]
        pub fn settle(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResultWithPostInfo {
            let step = Self::do_settle(ensure_signed(origin)?, agreement)?;
            Ok(Some(step.weight::<T::WeightInfo>()).into())
        }
    }

    /// A length as a component of weights. All lengths are bounded far below `u32::MAX`.
    fn len(length: usize) -> u32 {
        u32::try_from(length).unwrap_or(u32::MAX)
    }
}
