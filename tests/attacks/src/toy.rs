// SPDX-License-Identifier: Apache-2.0

//! A small vault with rules that can be weakened, to show that the searches would find what the real one prevents.

use dsla_primitives::Balance;
use sp_core::U256;

/// How a [`SharePool`] counts.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Shares that belong to nobody.
    pub virtual_shares: Balance,
    /// Whether what strangers send counts as assets.
    pub counts_gifts: bool,
    /// Whether divisions are rounded up, in favour of who moves.
    pub rounds_up: bool,
}

/// Shares of assets; deposits and withdrawals have the price of the moment.
#[derive(Clone, Debug)]
pub struct SharePool {
    rules: Rules,
    /// What the shares own.
    pub assets: Balance,
    /// The shares.
    pub shares: Balance,
}

impl SharePool {
    /// An empty one.
    pub fn new(rules: Rules) -> Self {
        Self { rules, assets: 0, shares: 0 }
    }

    /// Pays `amount` in; returns the shares it buys.
    pub fn deposit(&mut self, amount: Balance) -> Balance {
        let (assets, shares) = self.price();
        let bought = if shares == 0 { amount } else { self.mul_div(amount, shares, assets.max(1)) };
        self.assets += amount;
        self.shares += bought;
        bought
    }

    /// Takes `shares` out; returns what they are worth.
    pub fn withdraw(&mut self, shares: Balance) -> Balance {
        if shares == 0 {
            return 0;
        }
        let (assets, all) = self.price();
        let amount = self.mul_div(shares, assets, all).min(self.assets);
        self.assets -= amount;
        self.shares -= shares;
        amount
    }

    /// A transfer from outside.
    pub fn give(&mut self, amount: Balance) {
        if self.rules.counts_gifts {
            self.assets += amount;
        }
    }

    fn price(&self) -> (Balance, Balance) {
        let one = Balance::from(self.rules.virtual_shares > 0);
        (self.assets + one, self.shares + self.rules.virtual_shares)
    }

    fn mul_div(&self, a: Balance, b: Balance, c: Balance) -> Balance {
        let (product, c) = (U256::from(a) * U256::from(b), U256::from(c));
        let up = if self.rules.rounds_up { c - U256::one() } else { U256::zero() };
        ((product + up) / c).try_into().expect("amounts are small")
    }
}
