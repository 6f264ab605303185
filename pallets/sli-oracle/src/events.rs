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
        /// A reporter has registered.
        ReporterRegistered {
            /// The reporter.
            reporter: T::AccountId,
            /// Its bond, in plancks.
            bond: Balance,
        },
        /// A reporter has added to its bond.
        BondIncreased {
            /// The reporter.
            reporter: T::AccountId,
            /// The whole bond now, in plancks.
            bond: Balance,
        },
        /// A reporter has changed what it says about itself.
        ReporterUpdated {
            /// The reporter.
            reporter: T::AccountId,
        },
        /// A reporter has left. It reports no more.
        ReporterLeft {
            /// The reporter.
            reporter: T::AccountId,
            /// When it can take its bond back.
            until: Moment,
        },
        /// A former reporter has taken its bond back.
        BondWithdrawn {
            /// Who was the reporter.
            reporter: T::AccountId,
            /// What was released, in plancks.
            amount: Balance,
        },
        /// A batch of reports was accepted. The reports are in the storage of the rounds.
        ReportsSubmitted {
            /// The reporter.
            reporter: T::AccountId,
            /// The rounds reported on.
            rounds: BoundedVec<RoundId, ConstU32<MAX_BATCH>>,
        },
        /// A batch of hashes of sealed reports was accepted.
        ReportsCommitted {
            /// The reporter.
            reporter: T::AccountId,
            /// The rounds committed to.
            rounds: BoundedVec<RoundId, ConstU32<MAX_BATCH>>,
        },
        /// A batch of sealed reports was opened. The reports are in the storage of the rounds.
        ReportsRevealed {
            /// The reporter.
            reporter: T::AccountId,
            /// The rounds reported on.
            rounds: BoundedVec<RoundId, ConstU32<MAX_BATCH>>,
        },
        /// A reporter that was leaving is back.
        ReporterRejoined {
            /// The reporter.
            reporter: T::AccountId,
        },
        /// A reporter has neglected a duty, or was wrong.
        ReporterStruck {
            /// The reporter.
            reporter: T::AccountId,
            /// The round; none when the duty was on a panel.
            round: Option<RoundId>,
            /// How many strikes it has with this one.
            strikes: u32,
        },
        /// A good report has made up for a strike.
        StrikeForgiven {
            /// The reporter.
            reporter: T::AccountId,
            /// The round it reported on.
            round: RoundId,
            /// How many strikes are left.
            strikes: u32,
        },
        /// A reporter had too many strikes: a part of its bond is lost, and it has no strikes any more.
        ReporterSlashed {
            /// The reporter.
            reporter: T::AccountId,
            /// What it lost, in plancks.
            amount: Balance,
        },
        /// A strike could not be recorded. Nothing else waits for it.
        StrikeFailed {
            /// The reporter.
            reporter: T::AccountId,
            /// Why.
            error: DispatchError,
        },
        /// Those who reported in a round have earned their part of the verification fee.
        ReportersRewarded {
            /// The round.
            round: RoundId,
            /// What each of them can claim for it, in plancks.
            share: Balance,
            /// How many they are.
            reporters: u32,
        },
        /// Rewards were paid out.
        RewardsClaimed {
            /// The agreement they were earned under.
            agreement: AgreementId,
            /// Who earned and got them.
            reporter: T::AccountId,
            /// How much, in plancks.
            amount: Balance,
        },
        /// A reporter has taken its seat: it is on duty for every period of the agreement that ends from now on.
        SeatTaken {
            /// The agreement.
            agreement: AgreementId,
            /// The reporter.
            reporter: T::AccountId,
        },
        /// A reporter has given its seat up: it is on duty for no period of the agreement that ends from now on.
        SeatGivenUp {
            /// The agreement.
            agreement: AgreementId,
            /// The reporter.
            reporter: T::AccountId,
        },
    }
}
