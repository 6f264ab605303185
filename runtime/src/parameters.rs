// SPDX-License-Identifier: Apache-2.0

//! Numbers that governance can change without a runtime upgrade, each within a range.
//!
//! The range is part of the type: a value outside cannot be decoded, so a call that names one is refused before it runs,
//! and none can ever be stored. The indices are part of the state: append, never reorder.

use crate::{
    constants::currency::{DSLA, MILLI_DSLA},
    Balance, Runtime,
};
use codec::{Decode, DecodeWithMemTracking, Encode, Error, Input, MaxEncodedLen};
use core::marker::PhantomData;
use dsla_primitives::{Moment, PeriodIndex};
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use pallet_challenge::types::{MAX_FIRST_PANEL, MIN_PANEL};
use pallet_sli_oracle::types::{MAX_UNBONDING, MIN_UNBONDING};
use scale_info::{Type, TypeInfo};
use sp_runtime::{traits::Get, Perbill, Permill};

/// A second.
const SECOND: u128 = 1_000;
/// A day in milliseconds.
const DAY: u128 = 86_400 * SECOND;

/// A number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, MaxEncodedLen)]
pub struct Ranged<T, const MIN: u128, const MAX: u128>(T);

impl<T: Into<u128> + Copy, const MIN: u128, const MAX: u128> Ranged<T, MIN, MAX> {
    /// `value`, if it lies in the range.
    pub fn new(value: T) -> Option<Self> {
        (MIN..=MAX).contains(&value.into()).then_some(Self(value))
    }

    /// The number.
    pub fn inner(self) -> T {
        self.0
    }
}

impl<T: Decode + Into<u128> + Copy, const MIN: u128, const MAX: u128> Decode for Ranged<T, MIN, MAX> {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::new(T::decode(input)?).ok_or_else(|| "the parameter is out of its range".into())
    }
}

impl<T: Decode + Into<u128> + Copy, const MIN: u128, const MAX: u128> DecodeWithMemTracking for Ranged<T, MIN, MAX> {}

/// In the metadata it is the number it holds, so that every wallet can show and write it.
impl<T: TypeInfo + 'static, const MIN: u128, const MAX: u128> TypeInfo for Ranged<T, MIN, MAX> {
    type Identity = T::Identity;

    fn type_info() -> Type {
        T::type_info()
    }
}

/// The number of a parameter `P` of the type `R`, for pallets that ask for a plain one.
pub struct Number<P, R>(PhantomData<(P, R)>);

impl<P, T, const MIN: u128, const MAX: u128> Get<T> for Number<P, Ranged<T, MIN, MAX>>
where
    P: Get<Ranged<T, MIN, MAX>>,
    T: Into<u128> + Copy,
{
    fn get() -> T {
        P::get().inner()
    }
}

/// A bond in plancks: more than nothing, at most ten million DSLA.
pub type Bond = Ranged<Balance, { MILLI_DSLA }, { 10_000_000 * DSLA }>;
/// A fee in plancks: at most a thousand DSLA.
pub type Fee = Ranged<Balance, 0, { 1_000 * DSLA }>;
/// How long bonds stay held, in milliseconds: long enough for any challenge, at most a year.
pub type UnbondingTime = Ranged<Moment, { MIN_UNBONDING as u128 }, { MAX_UNBONDING as u128 }>;
/// A delay in milliseconds: at most 30 days.
pub type Delay = Ranged<Moment, 0, { 30 * DAY }>;
/// A window for answers, in milliseconds: a minute to three days.
pub type Window = Ranged<Moment, { 60 * SECOND }, { 3 * DAY }>;
/// Time for a referendum of the arbitration track, in milliseconds: 6 to 14 days. Its longest way, with a day in which nobody
/// asks for it, fits.
pub type ArbitrationTime = Ranged<Moment, { 6 * DAY }, { 14 * DAY }>;
/// Seats of a panel.
pub type Seats = Ranged<u32, { MIN_PANEL as u128 }, { MAX_FIRST_PANEL as u128 }>;
/// A small number of times: 1 to 100.
pub type Count = Ranged<u32, 1, 100>;
/// A number of periods, at most 100.
pub type Periods = Ranged<PeriodIndex, 0, 100>;
/// A part of something in ten-thousandths: at most a quarter.
pub type QuarterAtMost = Ranged<u32, 0, 2_500>;
/// The parameters, one module for each group.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
    use super::*;

    /// Transaction fees.
    #[dynamic_pallet_params]
    #[codec(index = 0)]
    pub mod fees {
        /// The treasury's part of every fee and tip; the author of the block gets the rest.
        #[codec(index = 0)]
        pub static TreasuryShare: Permill = Permill::from_percent(20);
    }

    /// Rewards of validators and nominators.
    #[dynamic_pallet_params]
    #[codec(index = 1)]
    pub mod staking {
        /// The part of the reserve for validators that is paid out in a year, in ten-thousandths: 10 %.
        #[codec(index = 0)]
        pub static YearlyPayout: QuarterAtMost = Ranged(1_000);
    }

    // Groups of our own pallets start at index 50, like the pallets themselves.

    /// Reporters and their bonds.
    #[dynamic_pallet_params]
    #[codec(index = 50)]
    pub mod reporters {
        /// The smallest bond with which an account may report, in plancks.
        #[codec(index = 0)]
        pub static MinBond: Bond = Ranged(1_000 * DSLA);
        /// How long a bond stays held after its reporter has left, in milliseconds: 180 days.
        #[codec(index = 1)]
        pub static Unbonding: UnbondingTime = Ranged(180 * 86_400_000);
        /// With how many strikes a reporter is slashed.
        #[codec(index = 2)]
        pub static MaxStrikes: Count = Ranged(5);
        /// The share of its bond that a reporter loses when it is slashed.
        #[codec(index = 3)]
        pub static SlashShare: Perbill = Perbill::from_percent(10);
    }

    /// Settlement of periods and payout.
    #[dynamic_pallet_params]
    #[codec(index = 51)]
    pub mod settlement {
        /// What verifying one period costs, in plancks.
        #[codec(index = 0)]
        pub static VerificationFee: Fee = Ranged(400 * MILLI_DSLA);
        /// The reporters' part of the verification fee.
        #[codec(index = 1)]
        pub static ReportersShare: Perbill = Perbill::from_percent(25);
        /// The part of the verification fee for whoever settled.
        #[codec(index = 2)]
        pub static SettlerShare: Perbill = Perbill::from_percent(25);
        /// The treasury's part of the verification fee. What the three leave is burned.
        #[codec(index = 3)]
        pub static TreasuryShare: Perbill = Perbill::from_percent(25);
        /// How long after a settlement the chain begins to pay out by itself, in milliseconds: a day. Until then a
        /// recipient may redeem without a detour over the wallet.
        #[codec(index = 4)]
        pub static SweepDelay: Delay = Ranged(86_400_000);
        /// The provider's part of compensation that is claimed. With the treasury's part it is cut at 10 %.
        #[codec(index = 5)]
        pub static ClaimFeeProvider: Perbill = Perbill::zero();
        /// The treasury's part of compensation that is claimed.
        #[codec(index = 6)]
        pub static ClaimFeeTreasury: Perbill = Perbill::zero();
    }

    /// The cover of pools.
    #[dynamic_pallet_params]
    #[codec(index = 52)]
    pub mod pools {
        /// The least a backer pays in, in plancks.
        #[codec(index = 0)]
        pub static MinBacking: Bond = Ranged(10 * DSLA);
        /// The least share of the cover that the provider's own stake must have.
        #[codec(index = 1)]
        pub static MinJuniorShare: Perbill = Perbill::from_percent(20);
        /// For how many further settled periods a pool may be short of cover before its agreement has to end.
        #[codec(index = 2)]
        pub static GracePeriods: Periods = Ranged(2);
    }

    /// Challenges of verdicts.
    #[dynamic_pallet_params]
    #[codec(index = 53)]
    pub mod challenges {
        /// What the first claim of a round puts up, in plancks; each further claim twice as much as the one before, and an
        /// appeal twice this.
        #[codec(index = 0)]
        pub static BaseBond: Bond = Ranged(500 * DSLA);
        /// Seats of the first panel.
        #[codec(index = 1)]
        pub static PanelSize: Seats = Ranged(5);
        /// How long a panel may commit, in milliseconds, and how long the chain waits for randomness: a day.
        #[codec(index = 2)]
        pub static VoteWindow: Window = Ranged(86_400_000);
        /// How long a panel may reveal, in milliseconds: a day.
        #[codec(index = 3)]
        pub static RevealWindow: Window = Ranged(86_400_000);
        /// How long a decision can be appealed against, in milliseconds: two days.
        #[codec(index = 4)]
        pub static AppealWindow: Window = Ranged(2 * 86_400_000);
        /// How long the arbiter may decide, in milliseconds: 14 days.
        #[codec(index = 5)]
        pub static ArbitrationWindow: ArbitrationTime = Ranged(14 * 86_400_000);
    }

    /// The marketplace.
    #[dynamic_pallet_params]
    #[codec(index = 54)]
    pub mod marketplace {
        /// The least a voucher must bring to the pool for its buyer to rate the offer, in plancks.
        #[codec(index = 0)]
        pub static MinRatedRefill: Bond = Ranged(DSLA);
        /// The largest share of a price that goes to the seller and not to the pool.
        #[codec(index = 1)]
        pub static MaxSellerShare: Perbill = Perbill::from_percent(50);
    }
}

// The benchmark of `set_parameter` takes the default one.
#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
    fn default() -> Self {
        RuntimeParameters::Fees(dynamic_params::fees::Parameters::TreasuryShare(
            dynamic_params::fees::TreasuryShare,
            Some(Permill::from_percent(20)),
        ))
    }
}
