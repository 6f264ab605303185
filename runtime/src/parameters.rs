// SPDX-License-Identifier: Apache-2.0

//! Numbers that root can change without a runtime upgrade.
//!
//! Every parameter's type must bound it (a `Permill` is never above one), or its reader must: a bad value has to be
//! harmless. The indices are part of the state: append, never reorder.

use crate::{
    constants::currency::{DSLA, MILLI_DSLA},
    Balance, Runtime,
};
use dsla_primitives::Moment;
use frame_support::dynamic_params::{dynamic_pallet_params, dynamic_params};
use sp_runtime::{Perbill, Permill};

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

    // Groups of our own pallets start at index 50, like the pallets themselves.

    /// Reporters and their bonds.
    #[dynamic_pallet_params]
    #[codec(index = 50)]
    pub mod reporters {
        /// The smallest bond with which an account may report, in plancks.
        #[codec(index = 0)]
        pub static MinBond: Balance = 1_000 * DSLA;
        /// How long a bond stays held after its reporter has left, in milliseconds: 90 days.
        #[codec(index = 1)]
        pub static Unbonding: Moment = 90 * 86_400_000;
    }

    /// Settlement of periods and payout.
    #[dynamic_pallet_params]
    #[codec(index = 51)]
    pub mod settlement {
        /// What verifying one period costs, in plancks.
        #[codec(index = 0)]
        pub static VerificationFee: Balance = 400 * MILLI_DSLA;
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
        pub static SweepDelay: Moment = 86_400_000;
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
