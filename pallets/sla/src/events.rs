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
        /// An agreement that was to end early has ended.
        AgreementTerminated {
            /// The agreement.
            agreement: AgreementId,
            /// Why it ended early.
            reason: EndReason,
        },
        /// It is decided that an agreement ends early. The periods before that are measured and settled as always.
        EndDecided {
            /// The agreement.
            agreement: AgreementId,
            /// How many periods it runs at most.
            periods: PeriodIndex,
            /// Why.
            reason: EndReason,
        },
        /// A provider proposed new terms.
        AmendmentProposed {
            /// The agreement.
            agreement: AgreementId,
            /// Their version.
            version: TermsVersion,
            /// The first period they are in force in.
            from: PeriodIndex,
            /// Whether they are no worse for the customers, who keep their subscriptions without signing.
            carried_over: bool,
        },
        /// New terms are in force.
        AgreementAmended {
            /// The agreement.
            agreement: AgreementId,
            /// Their version.
            version: TermsVersion,
            /// The first period they are in force in.
            from: PeriodIndex,
        },
        /// New terms will never come into force, because the agreement ends before; their deposit is free again.
        AmendmentDropped {
            /// The agreement.
            agreement: AgreementId,
            /// The version they would have been.
            version: TermsVersion,
        },
        /// Bringing new terms into force, or dropping them, failed and is tried again later. Nothing was changed.
        AmendmentDeferred {
            /// The agreement.
            agreement: AgreementId,
            /// Why it failed.
            error: DispatchError,
        },
        /// A provider put an account on the list of those who may subscribe.
        AccountAllowed {
            /// The agreement.
            agreement: AgreementId,
            /// The account.
            who: T::AccountId,
        },
        /// A provider took an account off the list; its deposit is free again.
        AccountDisallowed {
            /// The agreement.
            agreement: AgreementId,
            /// The account.
            who: T::AccountId,
        },
        /// A provider announced work on its service, which is not measured.
        MaintenanceAnnounced {
            /// The agreement.
            agreement: AgreementId,
            /// The period it lies in.
            period: PeriodIndex,
            /// When it begins.
            start: Moment,
            /// When it is over.
            end: Moment,
        },
        /// A verdict waits for a ruling.
        PeriodChallenged {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
        },
        /// A ruling says how a period came out; the verdict becomes final when those before it are.
        PeriodRuled {
            /// The agreement.
            agreement: AgreementId,
            /// The period.
            period: PeriodIndex,
            /// The verdict.
            verdict: Verdict,
            /// Whether the outcome or the credit is another one than was proposed.
            overturned: bool,
        },
    }
}
