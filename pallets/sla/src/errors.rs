// SPDX-License-Identifier: Apache-2.0

//! The errors of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod errors {
    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is not a provider. Register it first.
        ProviderNotFound,
        /// There is no service with this id. Check the id.
        ServiceNotFound,
        /// There is no agreement with this id. Check the id.
        AgreementNotFound,
        /// The account is a provider already. Update its profile instead.
        ProviderAlreadyExists,
        /// The service or agreement belongs to another account. Sign with the provider's account.
        NotAuthorized,
        /// A service needs a name of 1 to 63 of `a-z`, `0-9` and `-` that begins and ends with a letter or digit (RFC
        /// 1123 label); a provider needs one in UTF-8. Change the name.
        InvalidName,
        /// The provider still has services. Remove them first.
        ServicesRemain,
        /// The service still has agreements that have not ended. Wait for their end, or discard those that are drafts.
        AgreementsRemain,
        /// The agreement's status does not allow this. Read its status first.
        WrongState,
        /// The first period has begun. Discard the draft and register terms with a later start.
        TooLate,
        /// Nothing is due for this agreement. Read when the next step is due and call again then.
        NothingDue,
        /// Every id has been used. No new services or agreements are possible.
        IdsExhausted,
        /// The storage of the agreement contradicts itself. Report it to the developers: this should not happen.
        Corrupted,
        /// Terms: the start lies in the past. Choose a later start.
        StartInPast,
        /// Terms: no periods, a period too short, or an end beyond the calendar. Change the schedule.
        ScheduleInvalid,
        /// Terms: there is no objective. Add one.
        NoObjectives,
        /// Terms: the weights of the objectives do not sum to exactly 100 %, or one is zero. Change the weights.
        WeightsNotWhole,
        /// Terms: a target or threshold lies outside the bounds, or the bounds are empty or too wide. Change the
        /// bounds.
        ImplausibleBounds,
        /// Terms: a credit table is empty, does not begin at the target or is not monotonic in badness, or the
        /// deviation rule is used with `!=`. Order the rows from the target to the worst.
        TiersNotMonotonic,
        /// Terms: a bonus table is not monotonic, not better than the target, above the maximum bonus, or used with
        /// `==` or `!=`. Order the rows from the least to the best.
        BonusesNotMonotonic,
        /// Terms: the committee is empty, unsorted or has duplicates, or the quorum does not fit its size. Sort the
        /// committee and raise or lower the quorum.
        CommitteeInvalid,
        /// Terms: the report, reveal or challenge window is too short or too long. Change the window.
        WindowInvalid,
        /// Terms: amounts so large that the value of a unit overflows. Lower the amounts.
        AmountTooLarge,
        /// Terms: the maintenance quota is more than half of the shortest period, or its notice is too long. Lower it.
        MaintenanceInvalid,
        /// The boundary has passed or comes too soon: it must leave the notice. Choose a later period.
        TooEarly,
        /// The agreement has ended by then. Choose an earlier period.
        BeyondEnd,
        /// It is decided already that the agreement ends early. Its terms stay as they are until then.
        AgreementEnding,
        /// The agreement ends by then anyway. There is nothing to do.
        EndsAnyway,
        /// The terms do not let the provider end the agreement early. Wait for its end, or propose an amendment.
        NoticeNotAgreed,
        /// Another amendment waits for its boundary. Propose this one afterwards.
        AmendmentWaiting,
        /// The agreement has as many versions of its terms as are possible. Register a new agreement.
        MaxVersionsExceeded,
        /// An amendment must keep the start and the length of the periods and must not make them fewer. Take the
        /// schedule of the terms in force, or more periods.
        ScheduleChanged,
        /// The account is on the list of the agreement already. There is nothing to do.
        AlreadyAllowed,
        /// The account is not on the list of the agreement. Check the account.
        EntryNotFound,
        /// The agreement has no such period, or there is no verdict on it yet. Check the number.
        PeriodNotFound,
        /// A maintenance window must have a length and lie within its period. Change its begin and end.
        WindowOutsidePeriod,
        /// The maintenance window begins too soon: the terms ask for more notice. Choose a later begin.
        NoticeTooShort,
        /// The maintenance window overlaps one that is announced. Announce only the rest.
        WindowsOverlap,
        /// The maintenance windows of the period would be longer than the quota of the terms. Announce a shorter one.
        MaintenanceQuotaExceeded,
        /// The period has as many maintenance windows as are possible. Announce fewer, longer ones.
        MaxWindowsExceeded,
    }
}
