// SPDX-License-Identifier: Apache-2.0

//! The errors of the pallet.

use frame_support::pallet_macros::pallet_section;

/// Imported into the pallet's module by `lib.rs`.
#[pallet_section]
pub mod errors {
    /// Why a call is refused.
    #[pallet::error]
    pub enum Error<T> {
        /// The account is a reporter already, or its bond is still unbonding. Use `bond_extra` or `update_reporter`, or
        /// withdraw the bond first.
        AlreadyRegistered,
        /// The bond is below the minimum, because that was raised or a part of the bond was slashed. Bond more.
        BondTooSmall,
        /// The free balance of the account does not cover the bond and the existential deposit. Bond less or get DSLA.
        InsufficientBalance,
        /// The amount is zero. Give a larger one.
        AmountZero,
        /// The account is not a reporter. Call `register_reporter` first.
        ReporterNotFound,
        /// The reporter has left. Rejoin, or withdraw the bond when it is free and register again.
        ReporterLeaving,
        /// The reporter has not left, so it can neither withdraw its bond nor rejoin. Call `leave` first.
        ReporterActive,
        /// Too early: the unbonding is not over, the period reported on has not ended, or its sealed reports cannot be
        /// revealed yet. Try again later.
        TooEarly,
        /// The batch has no reports. Put at least one in.
        EmptyBatch,
        /// There is no agreement with this id. Look the id up.
        AgreementNotFound,
        /// The agreement is not active: it has not begun, or has ended. Report on agreements that run.
        WrongState,
        /// The agreement has no such period: periods count from 0, and it may end early. Leave the round out.
        PeriodNotFound,
        /// The account is not in the committee of this agreement in this period. Only its members may report.
        NotInCommittee,
        /// The reporter has reported on this period, and a report is final. Leave the round out of the batch.
        AlreadyReported,
        /// The window of the period for this is closed. Leave the round out of the batch.
        TooLate,
        /// Reports on this agreement are sealed. Commit to them first and reveal them afterwards.
        RoundSealed,
        /// Reports on this agreement are open. Submit them.
        RoundOpen,
        /// The reporter has committed to a report on this period, which cannot be replaced. Leave the round out of the
        /// batch.
        AlreadyCommitted,
        /// The reporter has not committed to a report on this period in time. Leave the round out of the batch.
        NotCommitted,
        /// The report, with the salt, does not have the hash that was committed to. Reveal exactly what was hashed.
        CommitmentMismatch,
        /// The reporter has come back from an absence not long ago, and the chain remembers only one as long as it can
        /// matter. Rejoin later, or withdraw the bond when it is free and register again.
        RejoinedRecently,
        /// There is not one measurement for each objective of the terms. Give them in the order of the terms, with
        /// `NoData` where nothing could be measured.
        WrongMeasurementCount,
        /// A value lies outside the bounds of its objective. Check the unit, or report `NoData`.
        ImplausibleValue,
        /// A ratio has more good events than events. Check the order of the two numbers.
        InvalidRatio,
        /// The account has no rewards under this agreement, or has claimed them. Wait for a settlement.
        NothingToClaim,
        /// The payee's account would stay below the existential deposit. The rewards stay; fund the account, or wait
        /// until they are large enough.
        PayeeBelowMinimum,
        /// The account has no seat under this agreement: it has not reported on it, has given the seat up, or the
        /// agreement is over. No absence counts against it, so there is nothing to do.
        SeatNotFound,
    }
}
