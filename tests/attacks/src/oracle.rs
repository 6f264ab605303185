// SPDX-License-Identifier: Apache-2.0

//! What the attacks on reports have in common.

use crate::world::{account, indicators, report_of, Play, AGREEMENT};
use dsla_primitives::{PeriodIndex, RoundId};
use dsla_runtime::{AccountId, Runtime, System};
use frame_support::BoundedVec;
use pallet_sli_oracle::{commitment, Call, Reveal};
use sp_core::H256;

/// Names of members of committees.
pub const MEMBERS: [&str; 7] = ["member0", "member1", "member2", "member3", "member4", "member5", "member6"];

/// The hash by which `who` commits to `value`; its salt is the number `salt`.
pub fn hash(who: &AccountId, period: PeriodIndex, value: Option<u128>, salt: u8) -> H256 {
    let genesis = System::block_hash(0);
    commitment(&genesis, who, &report_of(period, value), &[salt; 32])
}

/// Commits to `hash`.
pub fn commit(play: &mut Play, who: &AccountId, period: PeriodIndex, hash: H256) -> bool {
    let commitments = BoundedVec::truncate_from(vec![(RoundId::new(AGREEMENT, period), hash)]);
    play.call(who, Call::<Runtime>::commit { commitments })
}

/// Reveals `value`.
pub fn reveal(play: &mut Play, who: &AccountId, period: PeriodIndex, value: Option<u128>, salt: u8) -> bool {
    let reveal = Reveal { report: report_of(period, value), salt: [salt; 32] };
    play.call(who, Call::<Runtime>::reveal { reveals: BoundedVec::truncate_from(vec![reveal]) })
}

/// The lower median of values in thousandths.
pub fn lower_median(values: &[u128]) -> Option<u128> {
    let mut values = values.to_vec();
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}

/// Pays everybody what it has earned by reports.
pub fn claim_rewards(play: &mut Play, members: &[AccountId]) {
    for reporter in members {
        play.call(reporter, Call::<Runtime>::claim_rewards_for { agreement: AGREEMENT, reporter: reporter.clone() });
    }
}

/// The accounts of the first `count` members.
pub fn members(count: usize) -> Vec<AccountId> {
    MEMBERS[..count].iter().map(|name| account(name)).collect()
}

/// What a period comes to for indicators of this value, in plancks, for a customer of one unit: what it gets back of its
/// prepayment and as compensation.
pub fn payoff(terms: &dsla_primitives::terms::Terms<AccountId>, value: Option<u128>) -> dsla_primitives::Balance {
    let indicators = value.map(indicators).unwrap_or_default();
    let verdict = dsla_primitives::verdict::Verdict::assess(&terms.objectives, &terms.pricing, &indicators);
    let unit = dsla_primitives::settlement::UnitAmounts::of(&terms.pricing, &verdict).expect("small amounts");
    unit.refund + unit.compensation
}
