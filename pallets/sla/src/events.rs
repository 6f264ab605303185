// SPDX-License-Identifier: Apache-2.0

//! The events of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod events {
    /// What happened.
    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account became a provider.
        ProviderRegistered {
            /// The account.
            provider: T::AccountId,
        },
        /// A provider changed its profile.
        ProviderUpdated {
            /// The provider.
            provider: T::AccountId,
        },
        /// A provider left; its deposit is free again.
        ProviderDeregistered {
            /// The account.
            provider: T::AccountId,
        },
        /// A provider added a service.
        ServiceRegistered {
            /// The id of the service.
            service: ServiceId,
            /// The provider.
            provider: T::AccountId,
        },
        /// A service was removed; its deposit is free again.
        ServiceRemoved {
            /// The service.
            service: ServiceId,
        },
        /// A provider registered an agreement as a draft.
        AgreementRegistered {
            /// The id of the agreement.
            agreement: AgreementId,
            /// The service it is about.
            service: ServiceId,
            /// The provider.
            provider: T::AccountId,
        },
        /// A draft was given up; its deposit is free again.
        AgreementDiscarded {
            /// The agreement.
            agreement: AgreementId,
        },
        /// Customers may subscribe now.
        AgreementOpened {
            /// The agreement.
            agreement: AgreementId,
            /// Begin of its first period.
            start: Moment,
        },
        /// The first period of an agreement has begun.
        AgreementActivated {
            /// The agreement.
            agreement: AgreementId,
        },
        /// A period has no result yet; reports are awaited longer.
        PeriodExtended {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// When the chain asks again.
            until: Moment,
        },
        /// A period was judged; the verdict becomes final at `until`.
        PeriodProposed {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// The verdict.
            verdict: Verdict,
            /// End of the challenge window.
            until: Moment,
        },
        /// The verdict of a period is final, and the period is settled.
        PeriodFinalized {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// The verdict.
            verdict: Verdict,
        },
        /// Every period of an agreement is final.
        AgreementCompleted {
            /// The agreement.
            agreement: AgreementId,
        },
        /// Settling failed and is tried again later. Nothing was changed.
        SettlementDeferred {
            /// The agreement.
            agreement: AgreementId,
            /// The period to be settled; the number of periods when it was the completion that failed.
            period: PeriodIndex,
            /// Why it failed.
            error: DispatchError,
        },
        /// The storage of an agreement contradicts itself; the chain does not act on it by itself any more.
        AgendaEntryDropped {
            /// The agreement.
            agreement: AgreementId,
        },
    }
}
