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

mod access;
mod agenda;
mod agreements;
mod amendments;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod challenges;
mod directory;
mod endings;
mod errors;
mod events;
mod impls;
mod lifecycle;
mod maintenance;
#[cfg(test)]
mod mock;
mod queries;
mod steps;
mod storage;
#[cfg(test)]
mod tests;
#[cfg(any(feature = "std", feature = "try-runtime"))]
mod try_state;
pub mod types;
pub mod weights;

pub use lifecycle::*;
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

// Forced by the expansions: that of `#[pallet::storage]` qualifies too much, codec's derives for the call, event and
// error enums number variants by `as`, and FRAME's own code uses `expect`.
#[allow(unused_qualifications, clippy::cast_possible_truncation, clippy::expect_used)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[import_section(storage::storage)]
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

    /// Raised by every migration of what is stored here.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    /// The pallet.
    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What the runtime provides.
    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// Deposit for the profile of a provider.
        type ProviderDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for a service.
        type ServiceDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for an agreement: for its terms, those of each amendment, and for every period of its log.
        type AgreementDeposit: Consideration<Self::AccountId, Footprint>;
        /// Deposit for an account on the list of an agreement.
        type AllowListDeposit: Consideration<Self::AccountId, Footprint>;
        /// Who may end agreements early: governance.
        type TerminateOrigin: EnsureOrigin<Self::RuntimeOrigin>;
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
        /// How many full periods lie at least between the proposal of new terms and their first period. At least 1,
        /// whatever it says.
        #[pallet::constant]
        type AmendmentNotice: Get<PeriodIndex>;
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
        /// Deposit for an account on the list of an agreement.
        #[codec(index = 3)]
        AllowListEntry,
    }

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
        /// The chain does the same by itself as far as the blocks have room. Exactly one step is done: activate, judge
        /// a period, make a verdict final (who calls is known as its settler), bring new terms into force or drop them,
        /// or end the agreement. What the chain has deferred can be tried at once.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NothingDue`, `Corrupted`; what makes the settlement fail.
        ///
        /// ## Events
        /// `AgreementActivated`, `PeriodExtended`, `PeriodProposed`, `PeriodFinalized` (and `EndDecided` when the cover
        /// was too small for too long), `AgreementAmended`, `AmendmentDropped`, `AgreementCompleted` or
        /// `AgreementTerminated`
        #[pallet::call_index(8)]
        #[pallet::weight(Step::max_weight::<T::WeightInfo>())]
        pub fn settle(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResultWithPostInfo {
            let step = Self::do_settle(ensure_signed(origin)?, agreement)?;
            Ok(Some(step.weight::<T::WeightInfo>()).into())
        }

        /// Propose new terms for an open or active agreement. They cannot be taken back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// They come into force at the boundary at which period `from` begins, at least `AmendmentNotice` full periods
        /// ahead; the periods before stay under the old terms. Periods keep their boundaries and do not become fewer.
        /// What is no worse for the customers in any respect carries over to them; else each of them accepts or leaves
        /// at that boundary. Holds a deposit for the terms and for what they add to the log.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`, `AgreementEnding`, `AmendmentWaiting`,
        /// `MaxVersionsExceeded`; one error for each way in which terms are invalid; `ScheduleChanged`, `TooEarly`,
        /// `BeyondEnd`; too little balance for the deposit; what the pool refuses.
        ///
        /// ## Events
        /// `AmendmentProposed`
        #[pallet::call_index(9)]
        #[pallet::weight(T::WeightInfo::propose_amendment(
            len(terms.objectives.len()),
            len(terms.oracle.committee.len()),
        ))]
        pub fn propose_amendment(
            origin: OriginFor<T>,
            agreement: AgreementId,
            terms: Terms<T::AccountId>,
            from: PeriodIndex,
        ) -> DispatchResult {
            Self::do_propose_amendment(ensure_signed(origin)?, agreement, terms, from)
        }

        /// End an agreement early, with the notice of its terms. There is no way back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// The agreement runs for `notice_periods` full periods from the next boundary on. They are measured and
        /// settled as always; then it becomes `Terminated`. New terms that would come into force later are dropped.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`, `NoticeNotAgreed`, `EndsAnyway`.
        ///
        /// ## Events
        /// `EndDecided`
        #[pallet::call_index(10)]
        #[pallet::weight(T::WeightInfo::give_notice())]
        pub fn give_notice(origin: OriginFor<T>, agreement: AgreementId) -> DispatchResult {
            Self::do_give_notice(ensure_signed(origin)?, agreement)
        }

        /// End an agreement early, whatever its terms say. There is no way back.
        ///
        /// ## Dispatch Origin
        /// `TerminateOrigin`: governance.
        ///
        /// ## Details
        /// The agreement ends at boundary `at`, or at the next one; one that has not begun can end before its first
        /// period. The periods before that are measured and settled as always; then it becomes `Terminated`.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `WrongState`, `TooEarly`, `EndsAnyway`.
        ///
        /// ## Events
        /// `EndDecided`
        #[pallet::call_index(11)]
        #[pallet::weight(T::WeightInfo::terminate())]
        pub fn terminate(origin: OriginFor<T>, agreement: AgreementId, at: Option<PeriodIndex>) -> DispatchResult {
            T::TerminateOrigin::ensure_origin(origin)?;
            Self::do_terminate(agreement, at)
        }

        /// Let an account subscribe to an agreement that is not open to everybody.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// Holds a deposit of the provider. The list matters only while the terms in force ask for one; it can be
        /// written before.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`, `AlreadyAllowed`; too little balance for the deposit.
        ///
        /// ## Events
        /// `AccountAllowed`
        #[pallet::call_index(12)]
        #[pallet::weight(T::WeightInfo::allow())]
        pub fn allow(origin: OriginFor<T>, agreement: AgreementId, who: T::AccountId) -> DispatchResult {
            Self::do_allow(ensure_signed(origin)?, agreement, who)
        }

        /// Take an account off the list of an agreement and get the deposit back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// At any time, also after the end. Units that the account is subscribed to stay.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `EntryNotFound`.
        ///
        /// ## Events
        /// `AccountDisallowed`
        #[pallet::call_index(13)]
        #[pallet::weight(T::WeightInfo::disallow())]
        pub fn disallow(origin: OriginFor<T>, agreement: AgreementId, who: T::AccountId) -> DispatchResult {
            Self::do_disallow(ensure_signed(origin)?, agreement, who)
        }

        /// Announce work on the service from `start` to `end`, which is not measured. It cannot be taken back.
        ///
        /// ## Dispatch Origin
        /// Signed by the agreement's provider.
        ///
        /// ## Details
        /// The window is half open and lies within one period; the terms in force in that period say how long before it
        /// is announced and how long all windows of the period are together.
        ///
        /// ## Errors
        /// `AgreementNotFound`, `NotAuthorized`, `WrongState`, `PeriodNotFound`, `WindowOutsidePeriod`,
        /// `NoticeTooShort`, `WindowsOverlap`, `MaintenanceQuotaExceeded`, `MaxWindowsExceeded`.
        ///
        /// ## Events
        /// `MaintenanceAnnounced`
        #[pallet::call_index(14)]
        #[pallet::weight(T::WeightInfo::announce_maintenance())]
        pub fn announce_maintenance(
            origin: OriginFor<T>,
            agreement: AgreementId,
            period: PeriodIndex,
            start: Moment,
            end: Moment,
        ) -> DispatchResult {
            Self::do_announce_maintenance(ensure_signed(origin)?, agreement, period, Window { start, end })
        }
    }

    /// A length as a component of weights. All lengths are bounded far below `u32::MAX`.
    fn len(length: usize) -> u32 {
        u32::try_from(length).unwrap_or(u32::MAX)
    }
}
