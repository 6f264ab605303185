// SPDX-License-Identifier: Apache-2.0

//! The origins that referenda can have beside root. Each has one power; who checks for it is said with each.

#[frame_support::pallet]
mod pallet {
    use frame_support::pallet_prelude::*;

    /// The pallet: it has origins and nothing else.
    #[pallet::pallet]
    pub struct Pallet<T>(_);

    /// Nothing is configured.
    #[pallet::config]
    pub trait Config: frame_system::Config {}

    /// In whose name a referendum can be enacted.
    #[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo)]
    #[pallet::origin]
    pub enum Origin {
        /// Pays from the treasury, up to a limit.
        #[codec(index = 0)]
        Treasurer,
        /// Sets parameters, within their ranges.
        #[codec(index = 1)]
        ParametersAdmin,
        /// Decides challenges that no panel decided, and ends agreements early.
        #[codec(index = 2)]
        Arbiter,
        /// Enters and leaves the safe mode, pauses calls and lets them go on.
        #[codec(index = 3)]
        Emergency,
        /// Cancels a referendum; its deposits are returned.
        #[codec(index = 4)]
        ReferendumCanceller,
        /// Cancels a referendum; its deposits go to the treasury.
        #[codec(index = 5)]
        ReferendumKiller,
    }
}

pub use pallet::*;

use frame_support::traits::{EnsureOrigin, OriginTrait};

/// Makes of each origin a type that lets it pass and nobody else.
macro_rules! ensure {
    ($($(#[$docs:meta])* $name:ident = $origin:ident,)+) => {$(
        $(#[$docs])*
        pub struct $name;

        impl<O> EnsureOrigin<O> for $name
        where
            O: OriginTrait + From<Origin>,
            for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
        {
            type Success = ();

            fn try_origin(origin: O) -> Result<(), O> {
                let passes = matches!(origin.caller().try_into(), Ok(Origin::$origin));
                if passes { Ok(()) } else { Err(origin) }
            }

            #[cfg(feature = "runtime-benchmarks")]
            fn try_successful_origin() -> Result<O, ()> {
                Ok(Origin::$origin.into())
            }
        }
    )+};
}

ensure! {
    /// Only [`Origin::Treasurer`].
    EnsureTreasurer = Treasurer,
    /// Only [`Origin::ParametersAdmin`].
    EnsureParametersAdmin = ParametersAdmin,
    /// Only [`Origin::Arbiter`].
    EnsureArbiter = Arbiter,
    /// Only [`Origin::Emergency`].
    EnsureEmergency = Emergency,
    /// Only [`Origin::ReferendumCanceller`].
    EnsureReferendumCanceller = ReferendumCanceller,
    /// Only [`Origin::ReferendumKiller`].
    EnsureReferendumKiller = ReferendumKiller,
}
