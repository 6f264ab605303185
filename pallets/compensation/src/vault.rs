// SPDX-License-Identifier: Apache-2.0

//! The backers' vault as pure functions: shares, their price, and what happens to both when a period is settled.
//!
//! The price of a share is `(senior + 1) / (shares + VIRTUAL_SHARES)`. The virtual shares belong to nobody: they make
//! the price total (also of an empty vault) and take a first depositor's inflation tricks their profit. Only buckets
//! count, so a transfer to the pool's account changes no price.
//!
//! Nobody acts on a price that is known. A deposit made while period `p` runs becomes shares, and an exit asked for
//! while `p` runs becomes money, at the price after `p` was settled: a deposit bears neither the loss of `p` nor older
//! ones that are not settled, an exit still bears them. Every rounding goes against who moves.

use codec::{Decode, Encode, MaxEncodedLen};
use dsla_primitives::{settlement::Buckets, Balance, PeriodIndex};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// Shares that belong to nobody. Also the number of shares that the first planck buys.
pub const VIRTUAL_SHARES: Balance = 1_000_000;

/// A vault takes no deposits while a share is worth less than one part in this many of what the first one cost. Beyond
/// that, shares of a slashed vault could outgrow a `u128`.
pub const MAX_DILUTION: Balance = 10;

/// The most periods for which an account has deposits, and exits, that wait.
pub const MAX_WAITING: u32 = 8;

/// The shares of the backers of a pool. Their assets are the bucket `senior`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Vault {
    /// All shares, also those under notice and those that wait for their exit.
    pub shares: Balance,
    /// The shares under notice for which no exit has been asked.
    pub notice: Balance,
    /// The shares that wait for their exit.
    pub exiting: Balance,
    /// How often losses have wiped all shares out. Older shares are worth nothing.
    pub generation: u32,
    /// What remained for the shares when the agreement ended.
    pub end: Option<EndPrice>,
}

/// The price of shares after the agreement has ended: `assets / shares`, all of it for their owners.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EndPrice {
    /// What all shares together were worth.
    pub assets: Balance,
    /// How many there were.
    pub shares: Balance,
    /// What has not been written down for an account yet.
    pub left: Balance,
}

impl EndPrice {
    /// What `shares` are worth, rounded down.
    pub fn assets_of(&self, shares: Balance) -> Option<Balance> {
        if shares == 0 {
            return Some(0);
        }
        multiply_by_rational_with_rounding(shares, self.assets, self.shares, Rounding::Down)
    }
}

/// Deposits and exits of a period. They get their price when it is settled; the row is dropped when all of them have
/// been written down in the ledgers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Epoch {
    /// Deposits that are not shares in a ledger yet.
    pub deposits: Balance,
    /// Shares that leave and are not money in a ledger yet.
    pub exit_shares: Balance,
    /// To which generation those belong.
    pub generation: u32,
    /// The price; `None` until the period is settled.
    pub price: Option<EpochPrice>,
}

/// The price of the deposits and exits of a settled period: `assets / shares`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct EpochPrice {
    /// The bucket `senior`, plus one.
    pub assets: Balance,
    /// All shares, and the virtual ones.
    pub shares: Balance,
    /// Whether the deposits went back, because the vault was slashed too deep to take any.
    pub returned: bool,
    /// Shares that were made for the deposits and are in no ledger yet.
    pub minted: Balance,
    /// To which generation those belong.
    pub generation: u32,
    /// What was set aside for the exits and is in no ledger yet.
    pub exit_assets: Balance,
}

impl EpochPrice {
    /// What `shares` are worth, rounded down.
    pub fn assets_of(&self, shares: Balance) -> Option<Balance> {
        multiply_by_rational_with_rounding(shares, self.assets, self.shares, Rounding::Down)
    }

    /// What shares `assets` buy, rounded down.
    pub fn shares_of(&self, assets: Balance) -> Option<Balance> {
        multiply_by_rational_with_rounding(assets, self.shares, self.assets, Rounding::Down)
    }
}

impl Epoch {
    /// Whether everything has been written down.
    pub fn is_empty(&self) -> bool {
        self.deposits == 0 && self.exit_shares == 0
    }

    /// Adds an exit. Shares of an older generation that wait here are worth nothing.
    pub fn add_exit(&mut self, shares: Balance, generation: u32) -> Option<()> {
        if self.generation != generation {
            (self.exit_shares, self.generation) = (0, generation);
        }
        self.exit_shares = self.exit_shares.checked_add(shares)?;
        Some(())
    }
}

impl Vault {
    fn price(&self, senior: Balance) -> Option<EpochPrice> {
        Some(EpochPrice {
            assets: senior.checked_add(1)?,
            shares: self.shares.checked_add(VIRTUAL_SHARES)?,
            generation: self.generation,
            ..Default::default()
        })
    }

    /// What `shares` are worth with `senior` in the vault, rounded down.
    pub fn assets_of(&self, senior: Balance, shares: Balance) -> Option<Balance> {
        self.price(senior)?.assets_of(shares)
    }

    /// What is going to leave: the value of `shares`, rounded up.
    pub fn leaving_of(&self, senior: Balance, shares: Balance) -> Option<Balance> {
        let price = self.price(senior)?;
        multiply_by_rational_with_rounding(shares, price.assets, price.shares, Rounding::Up)
            .map(|value| value.min(senior))
    }

    /// Whether a share is worth so little that deposits are not taken.
    pub fn is_slashed(&self, senior: Balance) -> Option<bool> {
        let price = self.price(senior)?;
        let least = price.assets.checked_mul(VIRTUAL_SHARES)?.checked_mul(MAX_DILUTION)?;
        Some(least < price.shares)
    }

    /// Voids all shares when there is nothing behind them.
    fn void_if_worthless(&mut self, senior: Balance) {
        if senior == 0 && self.shares > 0 {
            // Wrapping: after 2³² wipe-outs of one pool, shares of the first generation would count again.
            *self = Self { generation: self.generation.wrapping_add(1), ..Default::default() };
        }
    }
}

/// Prices the deposits and exits of a period that has just been settled, and moves them. Returns what ledgers have to
/// know of it. `None` on overflow.
pub fn settle_epoch(buckets: &mut Buckets, vault: &mut Vault, epoch: Option<Epoch>) -> Option<Option<Epoch>> {
    vault.void_if_worthless(buckets.senior);
    let priced = match epoch {
        Some(epoch) => Some(price_epoch(buckets, vault, epoch)?).filter(|epoch| !epoch.is_empty()),
        None => None,
    };
    if vault.shares == 0 {
        // Nobody backs the pool: what rounding has left becomes the provider's cover.
        buckets.junior = buckets.junior.checked_add(core::mem::take(&mut buckets.senior))?;
    }
    Some(priced)
}

fn price_epoch(buckets: &mut Buckets, vault: &mut Vault, mut epoch: Epoch) -> Option<Epoch> {
    if epoch.generation != vault.generation {
        (epoch.exit_shares, epoch.generation) = (0, vault.generation);
    }
    let mut price = vault.price(buckets.senior)?;
    price.returned = vault.is_slashed(buckets.senior)?;
    // At most `senior`: rounded down, and below `senior + 1` because of the virtual shares.
    price.exit_assets = price.assets_of(epoch.exit_shares)?;
    buckets.senior = buckets.senior.checked_sub(price.exit_assets)?;
    buckets.exits = buckets.exits.checked_add(price.exit_assets)?;
    vault.shares = vault.shares.checked_sub(epoch.exit_shares)?;
    vault.exiting = vault.exiting.checked_sub(epoch.exit_shares)?;

    buckets.pending = buckets.pending.checked_sub(epoch.deposits)?;
    if price.returned {
        buckets.exits = buckets.exits.checked_add(epoch.deposits)?;
    } else {
        price.minted = price.shares_of(epoch.deposits)?;
        buckets.senior = buckets.senior.checked_add(epoch.deposits)?;
        vault.shares = vault.shares.checked_add(price.minted)?;
    }
    epoch.price = Some(price);
    Some(epoch)
}

/// Ends the vault: deposits that wait go back, and what is left belongs to the shares. `None` on overflow.
pub fn end(buckets: &mut Buckets, vault: &mut Vault) -> Option<()> {
    let assets = core::mem::take(&mut buckets.senior);
    let back = core::mem::take(&mut buckets.pending);
    buckets.exits = buckets.exits.checked_add(assets)?.checked_add(back)?;
    (vault.notice, vault.exiting) = (0, 0);
    vault.end = Some(EndPrice { assets, shares: vault.shares, left: assets });
    Some(())
}

/// What an account has in the vault.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Backing {
    /// To which generation its shares belong.
    pub generation: u32,
    /// Its shares, also those under notice; not those that wait for their exit.
    pub shares: Balance,
    /// Shares under notice.
    pub notice: Balance,
    /// Deposits that wait until the period in which they were made is settled: period and amount.
    pub deposits: BoundedVec<(PeriodIndex, Balance), ConstU32<MAX_WAITING>>,
    /// Exits that wait until the period in which they were asked for is settled: period and shares.
    pub exits: BoundedVec<(PeriodIndex, Balance), ConstU32<MAX_WAITING>>,
}

impl Backing {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.shares == 0 && self.deposits.is_empty() && self.exits.is_empty()
    }
}

/// Adds to the entry of `period`, or a new entry. `None` when there is no room or the sum overflows.
pub fn enter(
    list: &mut BoundedVec<(PeriodIndex, Balance), ConstU32<MAX_WAITING>>,
    period: PeriodIndex,
    amount: Balance,
) -> Option<()> {
    match list.iter_mut().find(|(of, _)| *of == period) {
        Some((_, sum)) => {
            *sum = sum.checked_add(amount)?;
            Some(())
        }
        None => list.try_push((period, amount)).ok(),
    }
}

#[cfg(test)]
mod tests;
