// SPDX-License-Identifier: Apache-2.0

//! Wallets: what is free, what is held and why, and the supply.

use super::{AccountId, Outcome};
use dsla_primitives::Balance;
use std::collections::BTreeMap;

/// What every living account has free at least.
pub const MINIMUM: Balance = 10_000_000_000_000_000;

/// Why something is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The profile of a provider.
    Provider,
    /// A service.
    Service,
    /// Terms and their log.
    Agreement,
    /// A place on an allow-list.
    AllowList,
    /// The bond of a reporter.
    Reporter,
    /// The bond of a claim or an appeal.
    Challenge,
    /// An offer.
    Offer,
    /// A partner.
    Partner,
    /// A credential.
    Credential,
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wallet {
    /// What it can spend, but for the minimum.
    pub free: Balance,
    /// What is held.
    pub held: BTreeMap<Reason, Balance>,
}

/// All accounts.
#[derive(Clone, Debug, Default)]
pub struct Accounts {
    /// By id.
    pub wallets: BTreeMap<AccountId, Wallet>,
    /// What has been burned.
    pub burned: Balance,
}

impl Accounts {
    /// What `who` has free.
    pub fn free(&self, who: &AccountId) -> Balance {
        self.wallets.get(who).map_or(0, |wallet| wallet.free)
    }

    /// What `who` can pay or have held: it must live on.
    pub fn spendable(&self, who: &AccountId) -> Balance {
        self.free(who).saturating_sub(MINIMUM)
    }

    /// Whether `who` can take `amount`.
    pub fn can_take(&self, who: &AccountId, amount: Balance) -> bool {
        amount == 0 || self.free(who).checked_add(amount).is_some_and(|sum| sum >= MINIMUM)
    }

    /// Moves `amount`; the payer lives on.
    pub fn pay(&mut self, from: &AccountId, to: &AccountId, amount: Balance) -> Outcome {
        if amount > self.spendable(from) {
            return Err("too little money");
        }
        if !self.can_take(to, amount) {
            return Err("payee below the minimum");
        }
        self.take(from, amount);
        self.give(to, amount);
        Ok(())
    }

    /// Moves everything that is free.
    pub fn pay_all(&mut self, from: &AccountId, to: &AccountId) {
        let amount = self.free(from);
        self.take(from, amount);
        self.give(to, amount);
        self.wallets.remove(from);
    }

    fn take(&mut self, who: &AccountId, amount: Balance) {
        if amount > 0 {
            let wallet = self.wallets.get_mut(who).expect("checked before");
            wallet.free = wallet.free.checked_sub(amount).expect("checked before");
        }
    }

    fn give(&mut self, who: &AccountId, amount: Balance) {
        if amount > 0 {
            self.wallets.entry(who.clone()).or_default().free += amount;
        }
    }

    /// Burns `amount` of what is free.
    pub fn burn(&mut self, who: &AccountId, amount: Balance) {
        self.take(who, amount);
        self.burned += amount;
    }

    /// What of `who` is held for `reason`.
    pub fn held(&self, who: &AccountId, reason: Reason) -> Balance {
        self.wallets.get(who).and_then(|wallet| wallet.held.get(&reason)).copied().unwrap_or(0)
    }

    /// Holds `amount`.
    pub fn hold(&mut self, who: &AccountId, reason: Reason, amount: Balance) -> Outcome {
        if amount > self.spendable(who) {
            return Err("too little money for a deposit");
        }
        self.take(who, amount);
        *self.wallets.entry(who.clone()).or_default().held.entry(reason).or_default() += amount;
        Ok(())
    }

    /// Gives `amount` of what is held back.
    pub fn release(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        self.unhold(who, reason, amount);
        self.give(who, amount);
    }

    /// Moves `amount` of what is held to the free balance of another account.
    pub fn pay_held(&mut self, who: &AccountId, reason: Reason, amount: Balance, to: &AccountId) {
        self.unhold(who, reason, amount);
        self.give(to, amount);
    }

    /// Burns `amount` of what is held.
    pub fn burn_held(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        self.unhold(who, reason, amount);
        self.burned += amount;
    }

    /// Takes `amount` of what is held. The caller must say where it goes: see [`Self::give_out`].
    pub fn unhold(&mut self, who: &AccountId, reason: Reason, amount: Balance) {
        if amount == 0 {
            return;
        }
        let held = &mut self.wallets.get_mut(who).expect("somebody holds").held;
        let left = held[&reason].checked_sub(amount).expect("it is held");
        if left == 0 {
            held.remove(&reason);
        } else {
            held.insert(reason, left);
        }
    }

    /// Gives something that was taken by [`Self::unhold`].
    pub fn give_out(&mut self, who: &AccountId, amount: Balance) {
        self.give(who, amount);
    }

    /// All money there is.
    pub fn total(&self) -> Balance {
        self.wallets.values().map(|wallet| wallet.free + wallet.held.values().sum::<Balance>()).sum()
    }
}
