// SPDX-License-Identifier: Apache-2.0

//! The storage of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod storage {
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

    /// The deposits of the amendments, by version. The deposit of the first version is part of the agreement.
    #[pallet::storage]
    pub type AmendmentTickets<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, TermsVersion, T::AgreementDeposit>;

    /// Who may subscribe to the agreements that are not open to everybody, with the deposits of the entries. Unbounded,
    /// but each entry is paid for and nothing walks through them.
    #[pallet::storage]
    pub type Allowed<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Blake2_128Concat, T::AccountId, T::AllowListDeposit>;

    /// Announced work on the services, by period. Part of the SLA log: an announcement is never taken back.
    #[pallet::storage]
    pub type MaintenanceWindows<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Windows, ValueQuery>;

    /// The ends of the challenge windows of those verdicts that wait for a ruling.
    #[pallet::storage]
    pub type ChallengedUntil<T: Config> =
        StorageDoubleMap<_, Twox64Concat, AgreementId, Twox64Concat, PeriodIndex, Moment>;

    /// The agenda: which agreement the chain acts on when; one entry for each agreement it will act on again.
    ///
    /// The trie itself keeps it sorted: keys are stored as they are (`Identity`), and their 16 big-endian bytes sort by
    /// due time, then by id. `Identity` is safe although users choose times: all keys have the same 16 bytes, so no
    /// path below the map's prefix is deeper than 32 nibbles, whatever anybody schedules.
    #[pallet::storage]
    pub type Agenda<T: Config> = StorageMap<_, Identity, AgendaKey, ()>;
}
