// SPDX-License-Identifier: Apache-2.0

//! The data of a pool and the arithmetic on it. Nothing here knows storage.

use crate::vault::{Backing, Epoch, Vault};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use dsla_primitives::{
    api::Claimable,
    settlement::{Buckets, Settlement},
    terms::Pricing,
    Balance, PeriodIndex, TermsVersion,
};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::{traits::Saturating, ArithmeticError, DispatchError, Perbill};

/// The most subscriptions, and the most memberships, an account holds under one agreement at a time.
pub const MAX_POSITIONS: u32 = 8;

/// The most subscriptions of an account that others pay for; the other half of [`MAX_POSITIONS`] stays free for its
/// own.
pub const MAX_SPONSORED: usize = 4;

/// `until` of a position that has no end yet.
pub const OPEN_END: PeriodIndex = PeriodIndex::MAX;

/// The most spans of former subscriptions that a ledger remembers.
pub const MAX_HISTORY: u32 = 8;

/// For how many settled periods a ledger remembers that its account was a customer. Longer would make every automatic
/// payout walk through everybody who ever was one.
pub const HISTORY_PERIODS: PeriodIndex = 16;

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
    /// The version of the terms in force.
    pub version: TermsVersion,
    /// The team's total weight in the period settled last.
    pub team_weight: u64,
    /// The team's total weight once every change made so far counts.
    pub team_target: u64,
    /// The shares of the backers.
    pub vault: Vault,
    /// Since when the cover is too small for what is prepaid, if it is.
    pub short: Option<Short>,
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
            version: 0,
            team_weight: 0,
            team_target: 0,
            vault: Vault::default(),
            short: None,
            ended: false,
            queued: false,
        }
    }

    /// The cover that new subscriptions can count on: without what backers under notice and on their way out take
    /// along.
    pub fn capacity(&self) -> Option<Balance> {
        let leaving = self.vault.notice.checked_add(self.vault.exiting)?;
        self.buckets.cover()?.checked_sub(self.vault.leaving_of(self.buckets.senior, leaving)?)
    }
}

/// A pool whose cover is too small for what is prepaid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Short {
    /// How many periods had ended when it was first seen.
    pub since: PeriodIndex,
    /// What is missing, as of the last settlement and without what was added since.
    pub missing: Balance,
}

/// What a unit costs and what it may get under a version of the terms, per period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Version {
    /// The first period it is in force in.
    pub from: PeriodIndex,
    /// Whether subscriptions of the version before were carried over; otherwise they ended at `from`.
    pub carried_over: bool,
    /// What a unit prepaid under the version before gets back for each period from `from` on.
    pub refund: Balance,
    /// What a unit prepays.
    pub prepayment: Balance,
    /// The most a unit is compensated.
    pub max_compensation: Balance,
}

impl Version {
    /// The version that begins with `from`; `None` on overflow.
    pub fn new(from: PeriodIndex, pricing: &Pricing) -> Option<Self> {
        let (prepayment, max_compensation) = (pricing.prepayment()?, pricing.max_compensation());
        Some(Self { from, carried_over: false, refund: 0, prepayment, max_compensation })
    }
}

/// What a ledger looks up when it is brought up to date.
pub trait Records {
    /// What one share has earned from period 0 up to a settled boundary.
    fn index(&self, boundary: PeriodIndex) -> Result<Index, DispatchError>;
    /// A version of the terms under which somebody has prepaid.
    fn version(&self, version: TermsVersion) -> Result<Version, DispatchError>;
    /// Deposits and exits of a period; `None` when there is nothing left of them.
    fn epoch(&self, period: PeriodIndex) -> Option<Epoch>;
    /// Notes what is left of them.
    fn set_epoch(&mut self, period: PeriodIndex, epoch: Epoch);
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
    /// Names the position in calls; 0 for memberships, which need no name.
    pub id: u32,
    /// Units, or weight.
    pub share: u64,
    /// The first period that counts.
    pub from: PeriodIndex,
    /// The first period that counts no more; [`OPEN_END`] when that is not known yet.
    pub until: PeriodIndex,
    /// The boundary up to which the earnings have been moved to the credit; at least `from`.
    pub claimed: PeriodIndex,
    /// The version of the terms it is prepaid under; 0 for memberships.
    pub version: TermsVersion,
    /// Whether the provider has prepaid it and gets the refunds.
    pub sponsored: bool,
}

impl Position {
    /// A position nothing has been earned by yet, under the first version of the terms.
    pub fn new(share: u64, from: PeriodIndex, until: PeriodIndex) -> Self {
        Self { id: 0, share, from, until, claimed: from, version: 0, sponsored: false }
    }

    /// Moves `claimed` on to what is settled and returns what one share has earned meanwhile.
    fn advance(&mut self, settled: PeriodIndex, records: &impl Records) -> Result<Index, DispatchError> {
        let to = settled.min(self.until);
        if to <= self.claimed {
            return Ok(Index::default());
        }
        let earned = records.index(to)?.since(&records.index(self.claimed)?).ok_or(ArithmeticError::Underflow)?;
        self.claimed = to;
        Ok(earned)
    }

    /// Follows the terms up to `version`: later terms carried it over or ended it. Returns what one share gets back.
    fn follow(&mut self, version: TermsVersion, records: &impl Records) -> Result<Balance, DispatchError> {
        let mut refund = 0;
        while self.version < version {
            self.version = self.version.checked_add(1).ok_or(ArithmeticError::Overflow)?;
            let step = records.version(self.version)?;
            let first = step.from.max(self.from);
            // Saturating: nothing is left when the position ends before.
            let periods = self.until.saturating_sub(first);
            add(&mut refund, step.refund.checked_mul(periods.into()).ok_or(ArithmeticError::Overflow)?)?;
            if !step.carried_over {
                self.until = self.until.min(first);
            }
        }
        Ok(refund)
    }

    /// What one share has prepaid for the periods from `claimed` on, each at the price of its version.
    pub fn unspent(&self, records: &impl Records) -> Result<Balance, DispatchError> {
        let (mut version, mut until, mut sum) = (self.version, self.until, 0);
        while until > self.claimed {
            let Version { from, prepayment, .. } = records.version(version)?;
            let first = from.max(self.claimed);
            // Saturating: a version that begins after the position has nothing to do with it.
            let periods = until.saturating_sub(first);
            add(&mut sum, prepayment.checked_mul(periods.into()).ok_or(ArithmeticError::Overflow)?)?;
            until = until.min(first);
            match version.checked_sub(1) {
                Some(before) => version = before,
                None => break,
            }
        }
        Ok(sum)
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
    /// What the account has in the backers' vault.
    pub backing: Backing,
    /// Spans of subscriptions that are over: first period, and first period that counts no more. When there is no room
    /// the oldest is dropped.
    pub history: BoundedVec<(PeriodIndex, PeriodIndex), ConstU32<MAX_HISTORY>>,
    /// The name of the next subscription.
    pub next_id: u32,
}

impl Ledger {
    /// Brings the ledger up to date with `pool`: moves everything the positions have earned to the credit, follows the
    /// terms, turns deposits into shares and exits into credit at the prices known by now, and drops what can earn
    /// nothing more. Refunds of sponsored positions become income of the provider.
    pub fn collect<AccountId>(
        &mut self,
        pool: &mut Pool<AccountId>,
        records: &mut impl Records,
    ) -> Result<(), DispatchError> {
        for position in self.subscriptions.iter_mut() {
            let mut refund = position.follow(pool.version, records)?;
            let earned = position.advance(pool.settled, records)?;
            add(&mut refund, earned.refund)?;
            if pool.ended {
                add(&mut refund, position.unspent(records)?)?;
                position.claimed = position.until;
            }
            let beneficiary = if position.sponsored { &mut pool.provider_owed } else { &mut self.credit.refund };
            add(beneficiary, position.earn(refund)?)?;
            add(&mut self.credit.compensation, position.earn(earned.compensation)?)?;
        }
        for position in self.memberships.iter_mut() {
            let earned = position.advance(pool.settled, records)?;
            add(&mut self.credit.reward, position.earn(earned.reward)?)?;
        }
        self.drop_finished();
        self.memberships.retain(|position| position.claimed < position.until && !pool.ended);
        // Saturating: beyond the last period nothing is remembered for longer.
        self.history.retain(|(_, until)| until.saturating_add(HISTORY_PERIODS) > pool.settled && !pool.ended);
        self.collect_backing(pool, records)
    }

    /// Drops subscriptions that can earn nothing more, and remembers them.
    pub fn drop_finished(&mut self) {
        let over = |position: &&Position| position.claimed >= position.until;
        for (from, until) in self.subscriptions.iter().filter(over).map(|p| (p.from, p.until)).collect::<Vec<_>>() {
            self.remember(from, until);
        }
        self.subscriptions.retain(|position| position.claimed < position.until);
    }

    fn collect_backing<AccountId>(
        &mut self,
        pool: &mut Pool<AccountId>,
        records: &mut impl Records,
    ) -> Result<(), DispatchError> {
        let (overflow, underflow) = (ArithmeticError::Overflow, ArithmeticError::Underflow);
        let generation = self.backing.generation;
        let mut leaving = 0;
        for (period, shares) in core::mem::take(&mut self.backing.exits) {
            let row = records.epoch(period).filter(|row| row.generation == generation);
            let priced = row.is_some_and(|row| row.price.is_some());
            if let Some(mut row) = row.filter(|_| priced || pool.ended || generation != pool.vault.generation) {
                row.exit_shares = row.exit_shares.checked_sub(shares).ok_or(underflow)?;
                if let Some(price) = &mut row.price {
                    let assets = price.assets_of(shares).ok_or(overflow)?;
                    price.exit_assets = price.exit_assets.checked_sub(assets).ok_or(underflow)?;
                    add(&mut self.credit.exit, assets)?;
                    if row.exit_shares == 0 {
                        give_to_provider(pool, core::mem::take(&mut price.exit_assets))?;
                    }
                }
                records.set_epoch(period, row);
            }
            if !priced && generation == pool.vault.generation {
                add(&mut leaving, shares)?;
                if !pool.ended {
                    self.backing.exits.try_push((period, shares)).map_err(|_| DispatchError::Corruption)?;
                }
            }
        }
        if generation != pool.vault.generation {
            (self.backing.shares, self.backing.notice) = (0, 0);
            self.backing.generation = pool.vault.generation;
        }
        for (period, amount) in core::mem::take(&mut self.backing.deposits) {
            let mut row = records.epoch(period).ok_or(DispatchError::Corruption)?;
            let Some(price) = row.price.as_mut().filter(|price| !price.returned) else {
                if row.price.is_none() && !pool.ended {
                    self.backing.deposits.try_push((period, amount)).map_err(|_| DispatchError::Corruption)?;
                    continue;
                }
                add(&mut self.credit.exit, amount)?;
                row.deposits = row.deposits.checked_sub(amount).ok_or(underflow)?;
                records.set_epoch(period, row);
                continue;
            };
            let shares = price.shares_of(amount).ok_or(overflow)?;
            price.minted = price.minted.checked_sub(shares).ok_or(underflow)?;
            row.deposits = row.deposits.checked_sub(amount).ok_or(underflow)?;
            let nobodys = if row.deposits == 0 { core::mem::take(&mut price.minted) } else { 0 };
            if price.generation == pool.vault.generation {
                add(&mut self.backing.shares, shares)?;
                pool.vault.shares = pool.vault.shares.checked_sub(nobodys).ok_or(underflow)?;
            }
            records.set_epoch(period, row);
        }
        let Some(end) = &mut pool.vault.end else {
            return Ok(());
        };
        add(&mut leaving, core::mem::take(&mut self.backing.shares))?;
        self.backing.notice = 0;
        let assets = end.assets_of(leaving).ok_or(overflow)?;
        end.left = end.left.checked_sub(assets).ok_or(underflow)?;
        add(&mut self.credit.exit, assets)?;
        pool.vault.shares = pool.vault.shares.checked_sub(leaving).ok_or(underflow)?;
        if pool.vault.shares == 0 {
            let rest = core::mem::take(&mut end.left);
            give_to_provider(pool, rest)?;
        }
        Ok(())
    }

    /// Remembers that the account was a customer in `from..until`.
    fn remember(&mut self, mut from: PeriodIndex, mut until: PeriodIndex) {
        if from >= until {
            return;
        }
        self.history.retain(|(known_from, known_until)| {
            let touches = *known_from <= until && from <= *known_until;
            if touches {
                (from, until) = (from.min(*known_from), until.max(*known_until));
            }
            !touches
        });
        if self.history.is_full() {
            let oldest = self.history.iter().enumerate().min_by_key(|(_, (_, until))| *until).map(|(at, _)| at);
            if let Some(at) = oldest {
                self.history.remove(at);
            }
        }
        // There is room: one was dropped if there was none.
        self.history.try_push((from, until)).unwrap_or_default();
    }

    /// Whether the account was a customer in `period`, as far as the ledger remembers.
    pub fn was_customer(&self, period: PeriodIndex) -> bool {
        let positions = self.subscriptions.iter().map(|position| (position.from, position.until));
        positions.chain(self.history.iter().copied()).any(|(from, until)| from <= period && period < until)
    }

    /// Adds a subscription, to an existing one if that is the same but for the units and has earned nothing yet. `None`
    /// when there is no room, or the units are too many.
    pub fn enter(&mut self, new: Position) -> Option<()> {
        let kind = |position: &Position| Position { id: 0, share: 0, ..*position };
        if let Some(position) = self.subscriptions.iter_mut().find(|position| kind(position) == kind(&new)) {
            position.share = position.share.checked_add(new.share)?;
            return Some(());
        }
        self.subscriptions.try_push(Position { id: self.next_id, ..new }).ok()?;
        // Wrapping: an account would have to subscribe 2³² times before a name comes back.
        self.next_id = self.next_id.wrapping_add(1);
        Some(())
    }

    /// Whether there is nothing worth keeping.
    pub fn is_empty(&self) -> bool {
        self.subscriptions.is_empty()
            && self.memberships.is_empty()
            && self.credit == Claimable::default()
            && self.backing.is_empty()
            && self.history.is_empty()
    }
}

/// What no backer's share of a price comes to, a few plancks, is the provider's.
fn give_to_provider<AccountId>(pool: &mut Pool<AccountId>, rest: Balance) -> Result<(), DispatchError> {
    pool.buckets.exits = pool.buckets.exits.checked_sub(rest).ok_or(ArithmeticError::Underflow)?;
    add(&mut pool.buckets.owed, rest)?;
    add(&mut pool.provider_owed, rest)
}

/// Takes `amount` from `credit`: compensation first, then refunds, rewards and income; not exits, which are in another
/// bucket. Returns what was missing.
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

/// The highest fee on claims, all parts together.
pub const MAX_CLAIM_FEE: Perbill = Perbill::from_percent(10);

/// What a claim costs, as shares of the compensation that is claimed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ClaimFee {
    /// For the provider.
    pub provider: Perbill,
    /// For the treasury.
    pub treasury: Perbill,
}

impl ClaimFee {
    /// The fees on `compensation` for provider and treasury, each rounded down. Shares that exceed [`MAX_CLAIM_FEE`]
    /// together are cut, the treasury's first.
    pub fn of(&self, compensation: Balance) -> (Balance, Balance) {
        let provider = self.provider.min(MAX_CLAIM_FEE);
        let treasury = self.treasury.min(MAX_CLAIM_FEE.saturating_sub(provider));
        (provider.mul_floor(compensation), treasury.mul_floor(compensation))
    }
}

/// How far the automatic payout of the pool at the head of the queue has come.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Cursor<AccountId> {
    /// The account handled last; `None` before the first.
    pub last: Option<AccountId>,
}

#[cfg(test)]
mod tests;
