// SPDX-License-Identifier: Apache-2.0

//! The data of a pool and the arithmetic on it. Nothing here knows storage.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Claimable,
    settlement::{Buckets, Settlement},
    Balance, PeriodIndex,
};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::{ArithmeticError, DispatchError, Perbill};

/// The most subscriptions, and the most memberships, an account holds under one agreement at a time.
pub const MAX_POSITIONS: u32 = 8;

/// `until` of a position that has no end yet.
pub const OPEN_END: PeriodIndex = PeriodIndex::MAX;

/// The compensation pool of an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pool<AccountId> {
    /// The provider of the agreement.
    pub provider: AccountId,
    /// Whose money is in the pool's account.
    pub buckets: Buckets,
    /// The part of `owed` that is the provider's income.
    pub provider_owed: Balance,
    /// How many periods are settled; also the period to settle next.
    pub settled: PeriodIndex,
    /// The boundary up to which anybody has ever prepaid.
    pub prepaid_until: PeriodIndex,
    /// The team's total weight in the period settled last.
    pub team_weight: u64,
    /// The team's total weight once every change made so far counts.
    pub team_target: u64,
    /// What a unit gets back for each prepaid period that is never settled. Zero unless the agreement ended early.
    pub unspent: Balance,
    /// Whether the agreement has ended: nothing is settled any more.
    pub ended: bool,
    /// Whether the pool waits for an automatic payout that has not begun.
    pub queued: bool,
}

impl<AccountId> Pool<AccountId> {
    /// An empty pool.
    pub fn new(provider: AccountId) -> Self {
        Self {
            provider,
            buckets: Buckets::default(),
            provider_owed: 0,
            settled: 0,
            prepaid_until: 0,
            team_weight: 0,
            team_target: 0,
            unspent: 0,
            ended: false,
            queued: false,
        }
    }
}

/// What one unit (refund, compensation) or one unit of weight (reward) has earned from period 0 up to a boundary.
///
/// An index only grows. A sum over all periods of what left the buckets for one share, it fits a `u128` as long as the
/// supply is below 2⁹⁶ plancks, even after 2³² periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Index {
    /// Prepayment given back, per unit.
    pub refund: Balance,
    /// Compensation, per unit.
    pub compensation: Balance,
    /// Team reward, per unit of weight.
    pub reward: Balance,
}

impl Index {
    /// The index one period later.
    pub fn advance(&self, step: &Self) -> Option<Self> {
        Some(Self {
            refund: self.refund.checked_add(step.refund)?,
            compensation: self.compensation.checked_add(step.compensation)?,
            reward: self.reward.checked_add(step.reward)?,
        })
    }

    /// What was added since `earlier`.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        Some(Self {
            refund: self.refund.checked_sub(earlier.refund)?,
            compensation: self.compensation.checked_sub(earlier.compensation)?,
            reward: self.reward.checked_sub(earlier.reward)?,
        })
    }
}

/// A settled period: what moved, and the index at the boundary after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct PeriodSettlement {
    /// What moved, for the whole pool.
    pub amounts: Settlement,
    /// What one share has earned from period 0 up to and including this period.
    pub index: Index,
}

/// How the team's total weight changes at a boundary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TeamChange {
    /// The weight that begins to count.
    pub added: u64,
    /// The weight that ceases to count.
    pub removed: u64,
}

impl TeamChange {
    /// The total weight after this change.
    pub fn apply(&self, weight: u64) -> Option<u64> {
        // Wider on the way: old and new weights of the same members may together exceed 64 bits.
        u128::from(weight).checked_add(self.added.into())?.checked_sub(self.removed.into())?.try_into().ok()
    }
}

/// A share of what the periods `from..until` earn: units of a customer, or the weight of a team member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Position {
    /// Units, or weight.
    pub share: u64,
    /// The first period that counts.
    pub from: PeriodIndex,
    /// The first period that counts no more; [`OPEN_END`] when that is not known yet.
    pub until: PeriodIndex,
    /// The boundary up to which the earnings have been moved to the credit; at least `from`.
    pub claimed: PeriodIndex,
}

impl Position {
    /// A position nothing has been earned by yet.
    pub fn new(share: u64, from: PeriodIndex, until: PeriodIndex) -> Self {
        Self { share, from, until, claimed: from }
    }

    /// Moves `claimed` on to what is settled and returns what one share has earned meanwhile.
    fn advance(
        &mut self,
        settled: PeriodIndex,
        index: &impl Fn(PeriodIndex) -> Result<Index, DispatchError>,
    ) -> Result<Index, DispatchError> {
        let to = settled.min(self.until);
        if to <= self.claimed {
            return Ok(Index::default());
        }
        let earned = index(to)?.since(&index(self.claimed)?).ok_or(ArithmeticError::Underflow)?;
        self.claimed = to;
        Ok(earned)
    }

    fn earn(&self, per_share: Balance) -> Result<Balance, DispatchError> {
        per_share.checked_mul(self.share.into()).ok_or_else(|| ArithmeticError::Overflow.into())
    }
}

/// What an account has under an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ledger {
    /// Units subscribed.
    pub subscriptions: BoundedVec<Position, ConstU32<MAX_POSITIONS>>,
    /// Weights in the team.
    pub memberships: BoundedVec<Position, ConstU32<MAX_POSITIONS>>,
    /// What has been earned by positions and is no longer computed from them, and fees for settling.
    pub credit: Claimable,
}

impl Ledger {
    /// Moves everything the positions have earned under `pool` to the credit and drops the positions that can earn
    /// nothing more. `index` gives the index at a settled boundary.
    pub fn collect<AccountId>(
        &mut self,
        pool: &Pool<AccountId>,
        index: impl Fn(PeriodIndex) -> Result<Index, DispatchError>,
    ) -> Result<(), DispatchError> {
        for position in self.subscriptions.iter_mut() {
            let earned = position.advance(pool.settled, &index)?;
            let mut refund = position.earn(earned.refund)?;
            if pool.ended {
                let never_settled = position.until.checked_sub(position.claimed).ok_or(DispatchError::Corruption)?;
                let unspent = pool.unspent.checked_mul(never_settled.into()).ok_or(ArithmeticError::Overflow)?;
                add(&mut refund, position.earn(unspent)?)?;
                position.claimed = position.until;
            }
            add(&mut self.credit.refund, refund)?;
            add(&mut self.credit.compensation, position.earn(earned.compensation)?)?;
        }
        for position in self.memberships.iter_mut() {
            let earned = position.advance(pool.settled, &index)?;
            add(&mut self.credit.reward, position.earn(earned.reward)?)?;
        }
        self.subscriptions.retain(|position| position.claimed < position.until);
        self.memberships.retain(|position| position.claimed < position.until && !pool.ended);
        Ok(())
    }

    /// Whether there is nothing worth keeping.
    pub fn is_empty(&self) -> bool {
        self.subscriptions.is_empty() && self.memberships.is_empty() && self.credit == Claimable::default()
    }
}

/// Takes `amount` from `credit`: compensation first, then refunds, rewards and income. Returns what was missing.
pub fn take_credit(credit: &mut Claimable, amount: Balance) -> Option<Balance> {
    let mut missing = amount;
    for part in [&mut credit.compensation, &mut credit.refund, &mut credit.reward, &mut credit.income] {
        let taken = missing.min(*part);
        *part = part.checked_sub(taken)?;
        missing = missing.checked_sub(taken)?;
    }
    Some(missing)
}

/// `to += amount`, checked.
pub fn add(to: &mut Balance, amount: Balance) -> Result<(), DispatchError> {
    *to = to.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
    Ok(())
}

/// How the verification fee is shared; what is left is burned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct FeeShares {
    /// For those who reported.
    pub reporters: Perbill,
    /// For whoever called `settle`; goes to the treasury when the chain settled by itself.
    pub settler: Perbill,
    /// For the treasury.
    pub treasury: Perbill,
}

impl FeeShares {
    /// Whether the shares together are at most 100 %.
    pub fn is_valid(&self) -> bool {
        [self.reporters, self.settler, self.treasury]
            .iter()
            .try_fold(0u32, |sum, share| sum.checked_add(share.deconstruct()))
            .is_some_and(|sum| sum <= Perbill::one().deconstruct())
    }

    /// Splits `fee`, each part rounded down. Parts that would exceed the fee, because the shares exceed 100 %, are cut
    /// in this order: treasury, settler, reporters.
    pub fn split(&self, fee: Balance) -> Option<FeeParts> {
        let reporters = self.reporters.mul_floor(fee);
        let left = fee.checked_sub(reporters)?;
        let settler = self.settler.mul_floor(fee).min(left);
        let left = left.checked_sub(settler)?;
        let treasury = self.treasury.mul_floor(fee).min(left);
        Some(FeeParts { reporters, settler, treasury, burned: left.checked_sub(treasury)? })
    }
}

/// The parts of a verification fee; their sum is the fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeeParts {
    /// For those who reported.
    pub reporters: Balance,
    /// For whoever settled.
    pub settler: Balance,
    /// For the treasury.
    pub treasury: Balance,
    /// For nobody.
    pub burned: Balance,
}

/// How far the automatic payout of the pool at the head of the queue has come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Cursor<AccountId> {
    /// The account handled last; `None` before the first.
    pub last: Option<AccountId>,
}

#[cfg(test)]
mod tests;
