// SPDX-License-Identifier: Apache-2.0

//! What is written down about an account, and about a period.

use super::*;

/// Units of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub id: u32,
    /// How many.
    pub units: u64,
    /// First period.
    pub from: PeriodIndex,
    /// First period that counts no more.
    pub until: PeriodIndex,
    /// Under which version of the terms.
    pub version: u32,
    /// Whether the provider has paid.
    pub sponsored: bool,
}

impl Span {
    pub(super) fn covers(&self, period: PeriodIndex) -> bool {
        self.from <= period && period < self.until
    }

    pub(super) fn is_over(&self, settled: PeriodIndex) -> bool {
        self.until <= self.from.max(settled)
    }
}

/// A member of the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its weight.
    pub weight: u64,
    /// First period.
    pub from: PeriodIndex,
    /// First period that counts no more, if that is known.
    pub until: Option<PeriodIndex>,
}

impl Member {
    pub(super) fn covers(&self, period: PeriodIndex) -> bool {
        self.from <= period && self.until.is_none_or(|until| period < until)
    }
}

/// What an account has under an agreement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Subscriptions.
    pub spans: Vec<Span>,
    /// Memberships.
    pub team: Vec<Member>,
    /// What can be claimed.
    pub credit: Claimable,
    /// Refunds that will be the provider's.
    pub for_provider: Balance,
    /// Shares of the vault, without those that wait for their exit.
    pub shares: Balance,
    /// Those of them under notice.
    pub notice: Balance,
    /// Deposits that wait: period and amount.
    pub deposits: Vec<(PeriodIndex, Balance)>,
    /// Exits that wait: period and shares.
    pub exits: Vec<(PeriodIndex, Balance)>,
    /// Shares that were priced at the end of the agreement and are not written off.
    pub last_shares: Balance,
    /// When the account was a customer.
    pub history: Vec<(PeriodIndex, PeriodIndex)>,
    /// The name of the next subscription.
    pub next_id: u32,
}

impl Ledger {
    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
            && self.team.is_empty()
            && self.credit == Claimable::default()
            && self.shares == 0
            && self.deposits.is_empty()
            && self.exits.is_empty()
            && self.history.is_empty()
    }

    pub(super) fn forget_finished(&mut self, settled: PeriodIndex, ended: bool) {
        let over = |span: &Span| ended || span.is_over(settled);
        for span in self.spans.iter().copied().filter(|span| over(span)).collect::<Vec<_>>() {
            self.remember(span.from, span.until);
        }
        self.spans.retain(|span| !over(span));
    }

    pub(super) fn remember(&mut self, mut from: PeriodIndex, mut until: PeriodIndex) {
        if from >= until {
            return;
        }
        let touches = |(a, b): &(PeriodIndex, PeriodIndex), from, until| *a <= until && from <= *b;
        let (mut rest, mut changed) = (Vec::new(), (from, until));
        for known in &self.history {
            if touches(known, changed.0, changed.1) {
                changed = (changed.0.min(known.0), changed.1.max(known.1));
            } else {
                rest.push(*known);
            }
        }
        (from, until) = changed;
        if rest.len() >= MAX_POSITIONS {
            let oldest = (0..rest.len()).min_by_key(|at| rest[*at].1).expect("it is full");
            rest.remove(oldest);
        }
        rest.push((from, until));
        self.history = rest;
    }

    pub(super) fn enter(&mut self, new: Span) -> Outcome {
        let same = |span: &&mut Span| {
            (span.from, span.until, span.version, span.sponsored) == (new.from, new.until, new.version, new.sponsored)
        };
        if let Some(span) = self.spans.iter_mut().find(same) {
            span.units = span.units.checked_add(new.units).ok_or("too many units")?;
            return Ok(());
        }
        if self.spans.len() >= MAX_POSITIONS {
            return Err("too many subscriptions");
        }
        self.spans.push(Span { id: self.next_id, ..new });
        self.next_id += 1;
        Ok(())
    }
}

/// What rounding has left of the deposits or the exits of a period, until everybody concerned is touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// Who is concerned and was not touched.
    pub(super) people: BTreeSet<AccountId>,
    /// Shares nobody gets.
    pub(super) shares: Balance,
    /// Plancks for the provider.
    pub(super) assets: Balance,
}

/// Whose deposits and exits of a period are not written down yet. When there are none, there is no row to remove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiters {
    /// Who made deposits.
    pub(super) joiners: BTreeSet<AccountId>,
    /// Who asked for exits.
    pub(super) leavers: BTreeSet<AccountId>,
    /// Whether the shares of these are worth nothing any more.
    pub(super) void: bool,
    /// Whether they have their price.
    pub(super) priced: bool,
}

impl Waiters {
    pub(super) fn is_empty(&self) -> bool {
        self.joiners.is_empty() && self.leavers.is_empty()
    }

    /// Shares that are worth nothing make room for others.
    pub(super) fn forget_void(&mut self) {
        if std::mem::take(&mut self.void) {
            self.leavers.clear();
        }
    }
}

/// What a unit costs and what it may get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prices {
    /// From which period on.
    pub from: PeriodIndex,
    /// What it prepays.
    pub prepayment: Balance,
    /// The most it is compensated.
    pub most: Balance,
}

impl Prices {
    pub(super) fn new(from: PeriodIndex, pricing: &Pricing) -> Self {
        Self { from, prepayment: prepayment(pricing), most: max_compensation(pricing) }
    }
}
