// SPDX-License-Identifier: Apache-2.0

//! Plain types of the DSLA domain and the traits through which its pallets meet.
//!
//! Nothing here knows what a pallet or storage is. The words are those of OpenSLO (service, SLI, SLO, SLA); the
//! project's glossary is `docs/glossary.md`.
//!
//! | module | what it holds |
//! |---|---|
//! | [`terms`] | what the parties of an agreement sign: objectives, pricing, oracle |
//! | [`schedule`] | period boundaries as a pure function of the calendar (UTC) |
//! | [`verdict`] | from indicators to the verdict of a period |
//! | [`settlement`] | from a verdict to amounts |
//! | [`market`] | what an offer is about, where a voucher stands, what buyers think |
//! | [`traits`] | how the pallets meet |
//! | [`api`] | the runtime API `DslaApi` and what it returns |
//!
//! Units everywhere: amounts in plancks of DSLA (10⁻¹⁸ DSLA, [`Balance`]), time in Unix milliseconds ([`Moment`]),
//! shares as [`Perbill`](sp_runtime::Perbill), indicator values as [`FixedU128`](sp_runtime::FixedU128).

#![cfg_attr(not(feature = "std"), no_std)]
// No `cast_possible_truncation` here: the SCALE derives of enums contain such casts, of variant numbers.
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
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

pub mod amendment;
pub mod api;
pub mod market;
pub mod schedule;
pub mod settlement;
pub mod terms;
pub mod traits;
pub mod verdict;

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

/// An amount of DSLA in plancks; 10¹⁸ plancks are 1 DSLA.
pub type Balance = u128;

/// A point in time, or a length of time, in milliseconds; points count from the Unix epoch.
pub type Moment = u64;

/// Number of a period of an agreement, from 0. Also a *boundary*: boundary `p` is the instant at which period `p`
/// begins and period `p − 1` ends.
pub type PeriodIndex = u32;

/// Version of the terms of an agreement, from 0.
pub type TermsVersion = u32;

/// A number of service units, the thing a customer subscribes to (a seat, a virtual machine, a gigabyte ...).
pub type Units = u64;

/// The most objectives an agreement has.
pub const MAX_OBJECTIVES: u32 = 8;
/// The most rows a table of credits or bonuses has.
pub const MAX_ROWS: u32 = 8;
/// The most reporters the committee of an agreement has.
pub const MAX_COMMITTEE: u32 = 16;
/// The most versions of the terms an agreement has: the first one and fifteen amendments.
pub const MAX_VERSIONS: u32 = 16;
/// The longest that challenges keep a proposed verdict from being final, all stages together: 60 days. Bonds of
/// reporters stay held for longer.
pub const MAX_CHALLENGE_DELAY: Moment = 60 * 86_400_000;

/// Reference to a document outside the chain: at most 256 bytes.
pub type Uri = BoundedVec<u8, ConstU32<256>>;
/// Name of a provider, service, objective unit or offer: at most 64 bytes of UTF-8.
pub type Name = BoundedVec<u8, ConstU32<64>>;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking,
            MaxEncodedLen, TypeInfo, Serialize, Deserialize,
        )]
        pub struct $name(pub u64);

        impl $name {
            /// The id after this one; `None` when the range is used up (ids are never used twice).
            pub fn next(self) -> Option<Self> {
                self.0.checked_add(1).map(Self)
            }
        }
    };
}

id! {
    /// Id of a service.
    ServiceId
}
id! {
    /// Id of an agreement (SLA).
    AgreementId
}
id! {
    /// Id of an offer on the marketplace.
    OfferId
}

/// One period of one agreement: the unit of measuring, deciding and settling.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
pub struct RoundId {
    /// The agreement.
    pub agreement: AgreementId,
    /// The period of that agreement.
    pub period: PeriodIndex,
}

impl RoundId {
    /// The round of `period` of `agreement`.
    pub fn new(agreement: AgreementId, period: PeriodIndex) -> Self {
        Self { agreement, period }
    }
}
