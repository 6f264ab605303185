// SPDX-License-Identifier: Apache-2.0

//! The tracks: for each origin how many must agree, for how long, and what it costs to ask.
//!
//! Why the numbers are what they are is in `docs/design/governance.md`, with the table that a test makes of this file.

use super::origins::Origin;
use crate::{
    constants::{
        currency::DSLA,
        governance::{Stages, ARBITRATION, CANCELLER, EMERGENCY, KILLER, PARAMETERS, ROOT, TREASURER},
    },
    Balance, BlockNumber, OriginCaller,
};
use alloc::borrow::Cow;
use frame_system::RawOrigin;
use pallet_referenda::{Curve, Track, TrackInfo, TracksInfo};
use sp_runtime::{str_array, Perbill};

/// Number of a track.
pub type TrackId = u16;

/// The number of the track of root.
const ROOT_TRACK: TrackId = 0;

/// A straight line, from `begin` percent at the begin of the decision to `end` percent at its end.
///
/// A curve with bends passes sooner with some votes and later with others; nobody can compute it in their head.
const fn falling(begin: u32, end: u32) -> Curve {
    Curve::LinearDecreasing {
        length: Perbill::one(),
        floor: Perbill::from_percent(end),
        ceil: Perbill::from_percent(begin),
    }
}

/// One track: its number and name, how many referenda it decides at once, the deposit for a decision, its stages, and
/// what approval (share of the votes, with conviction) and support (share of all that could vote) it asks for.
const fn track(
    id: TrackId,
    name: &str,
    max_deciding: u32,
    decision_deposit: Balance,
    stages: Stages,
    min_approval: Curve,
    min_support: Curve,
) -> Track<TrackId, Balance, BlockNumber> {
    let info = TrackInfo {
        name: str_array(name),
        max_deciding,
        decision_deposit,
        prepare_period: stages.prepare,
        decision_period: stages.decide,
        confirm_period: stages.confirm,
        min_enactment_period: stages.enact,
        min_approval,
        min_support,
    };
    Track { id, info }
}

/// All tracks, by number. A number is part of the state of every referendum: append, never reorder.
static TRACKS: [Track<TrackId, Balance, BlockNumber>; 7] = [
    track(ROOT_TRACK, "root", 3, 1_000_000 * DSLA, ROOT, falling(80, 51), falling(50, 5)),
    track(1, "treasurer", 10, 100_000 * DSLA, TREASURER, falling(80, 51), falling(30, 2)),
    track(2, "parameters", 5, 200_000 * DSLA, PARAMETERS, falling(80, 51), falling(30, 3)),
    track(3, "arbitration", 50, 1_000 * DSLA, ARBITRATION, falling(70, 51), falling(10, 1)),
    track(4, "emergency", 5, 500_000 * DSLA, EMERGENCY, falling(80, 67), falling(40, 10)),
    track(5, "referendum_canceller", 10, 100_000 * DSLA, CANCELLER, falling(80, 51), falling(20, 2)),
    track(6, "referendum_killer", 10, 200_000 * DSLA, KILLER, falling(90, 67), falling(30, 5)),
];

/// The tracks, for the pallet.
pub struct Tracks;

impl TracksInfo<Balance, BlockNumber> for Tracks {
    type Id = TrackId;
    type RuntimeOrigin = OriginCaller;

    fn tracks() -> impl Iterator<Item = Cow<'static, Track<TrackId, Balance, BlockNumber>>> {
        TRACKS.iter().map(Cow::Borrowed)
    }

    fn track_for(origin: &OriginCaller) -> Result<TrackId, ()> {
        match origin {
            OriginCaller::system(RawOrigin::Root) => Ok(ROOT_TRACK),
            OriginCaller::Origins(Origin::Treasurer) => Ok(1),
            OriginCaller::Origins(Origin::ParametersAdmin) => Ok(2),
            OriginCaller::Origins(Origin::Arbiter) => Ok(3),
            OriginCaller::Origins(Origin::Emergency) => Ok(4),
            OriginCaller::Origins(Origin::ReferendumCanceller) => Ok(5),
            OriginCaller::Origins(Origin::ReferendumKiller) => Ok(6),
            // A signed account, or none: nobody votes about what one account may do by itself.
            _ => Err(()),
        }
    }
}
