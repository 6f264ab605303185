// SPDX-License-Identifier: Apache-2.0

//! The rules of the chain once more, as plainly as possible: lists, loops over everybody, and every payment written down
//! at once where the runtime is lazy. It knows what agreements, pools, reports, challenges and offers are; it does not
//! know how the runtime stores them.
//!
//! Some things that the runtime does lazily can be seen from outside: what is left by rounding, or comes back for units
//! that the provider sponsors, is the provider's only when the account concerned is written next. [`pool`] says where.

pub mod accounts;
pub mod agreements;
pub mod challenges;
pub mod market;
pub mod pool;
pub mod reports;
pub mod terms;
pub mod verdict;

use accounts::Accounts;
use dsla_primitives::{Balance, Moment, RoundId};
use pool::Sweep;
use reports::{Reporter, Round, Seat};
use sp_runtime::Perbill;
use std::collections::{BTreeMap, VecDeque};

pub use dsla_runtime::AccountId;

/// Whether a call works; if not, why, in a few words.
pub type Outcome<T = ()> = Result<T, &'static str>;

/// A day in milliseconds.
pub const DAY: Moment = 86_400_000;

/// Numbers that root can change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Params {
    /// The smallest bond of a reporter.
    pub min_bond: Balance,
    /// How long the bond of a reporter that left is held.
    pub unbonding: Moment,
    /// With how many strikes a reporter is slashed.
    pub max_strikes: u32,
    /// What it loses then.
    pub slash_share: Perbill,
    /// What verifying a period costs.
    pub verification_fee: Balance,
    /// The parts of it: reporters, settler, treasury.
    pub fee_shares: [Perbill; 3],
    /// How long the automatic payout waits.
    pub sweep_delay: Moment,
    /// What a claim of compensation costs: provider, treasury.
    pub claim_fee: [Perbill; 2],
    /// The least a backer pays in.
    pub min_backing: Balance,
    /// The least share of the cover that is the provider's.
    pub min_junior_share: Perbill,
    /// For how many further periods a pool may be short.
    pub grace_periods: u32,
    /// What a claim against a verdict puts up.
    pub base_bond: Balance,
    /// Seats of the first panel.
    pub panel_size: u32,
    /// How long a panel may commit, and how long randomness is waited for.
    pub vote_window: Moment,
    /// How long a panel may reveal.
    pub reveal_window: Moment,
    /// How long a decision can be appealed against.
    pub appeal_window: Moment,
    /// How long the arbiter may decide.
    pub arbitration_window: Moment,
    /// The least a voucher must bring for its buyer to rate it.
    pub min_rated_refill: Balance,
    /// The largest share of a price that goes to the seller.
    pub max_seller_share: Perbill,
}

impl Default for Params {
    /// Those of a new chain.
    fn default() -> Self {
        let dsla = |milli: u128| milli * 1_000_000_000_000_000;
        let quarter = Perbill::from_percent(25);
        Self {
            min_bond: dsla(1_000_000),
            unbonding: 180 * DAY,
            max_strikes: 5,
            slash_share: Perbill::from_percent(10),
            verification_fee: dsla(400),
            fee_shares: [quarter; 3],
            sweep_delay: DAY,
            claim_fee: [Perbill::zero(); 2],
            min_backing: dsla(10_000),
            min_junior_share: Perbill::from_percent(20),
            grace_periods: 2,
            base_bond: dsla(500_000),
            panel_size: 5,
            vote_window: DAY,
            reveal_window: DAY,
            appeal_window: 2 * DAY,
            arbitration_window: 14 * DAY,
            min_rated_refill: dsla(1_000),
            max_seller_share: Perbill::from_percent(50),
        }
    }
}

/// What a block brings that nobody in the model decides.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its time.
    pub now: Moment,
    /// Whether it has no room for anything the chain does by itself: an epoch ends.
    pub full: bool,
    /// The randomness.
    pub randomness: [u8; 32],
    /// The block since which it is known.
    pub known_since: u64,
}

/// Fixed facts about the chain.
#[derive(Clone)]
pub struct Facts {
    /// The account of the treasury.
    pub treasury: AccountId,
    /// The account that keeps rewards of reporters.
    pub pot: AccountId,
    /// The accounts of pools.
    pub pool_account: fn(u64) -> AccountId,
    /// In which order the automatic payout visits accounts.
    pub visit: fn(&AccountId) -> Vec<u8>,
    /// Deposits for an offer, a partner and a credential.
    pub deposits: [Balance; 3],
}

/// Everything.
#[derive(Clone)]
pub struct Model {
    /// Fixed facts.
    pub facts: Facts,
    /// The numbers in force.
    pub params: Params,
    /// The present block.
    pub block: Block,
    /// Wallets.
    pub accounts: Accounts,
    /// Providers.
    pub providers: BTreeMap<AccountId, agreements::Provider>,
    /// Services; removed ones are gaps.
    pub services: Vec<Option<agreements::Service>>,
    /// Agreements by id.
    pub agreements: Vec<agreements::Agreement>,
    /// Pools by agreement; closed ones stay.
    pub pools: Vec<pool::Pool>,
    /// Pools that wait for the automatic payout, and from when on they are served.
    pub sweep: VecDeque<Sweep>,
    /// Reporters.
    pub reporters: BTreeMap<AccountId, Reporter>,
    /// Those that may report, in the order in which lots name them.
    pub active: Vec<AccountId>,
    /// Reports.
    pub rounds: BTreeMap<RoundId, Round>,
    /// Seats taken in committees, by agreement.
    pub seats: BTreeMap<u64, Vec<Seat>>,
    /// What reporters have earned, by agreement.
    pub rewards: BTreeMap<(u64, AccountId), Balance>,
    /// Open challenges.
    pub challenges: BTreeMap<RoundId, challenges::Challenge>,
    /// What was ruled.
    pub rulings: BTreeMap<RoundId, challenges::Ruling>,
    /// The marketplace.
    pub market: market::Market,
    /// How often something of interest has happened.
    pub seen: BTreeMap<&'static str, u64>,
}

impl Model {
    /// A chain with these wallets and nothing else.
    pub fn new(facts: Facts, accounts: Accounts) -> Self {
        Self {
            facts,
            params: Params::default(),
            block: Block::default(),
            accounts,
            providers: BTreeMap::new(),
            services: Vec::new(),
            agreements: Vec::new(),
            pools: Vec::new(),
            sweep: VecDeque::new(),
            reporters: BTreeMap::new(),
            active: Vec::new(),
            rounds: BTreeMap::new(),
            seats: BTreeMap::new(),
            rewards: BTreeMap::new(),
            challenges: BTreeMap::new(),
            rulings: BTreeMap::new(),
            market: market::Market::default(),
            seen: BTreeMap::new(),
        }
    }

    /// The chain's time.
    pub fn now(&self) -> Moment {
        self.block.now
    }

    /// Begins a block: the chain does what is due.
    pub fn begin(&mut self, block: Block) {
        self.block = block;
        if !self.block.full {
            self.serve_agreements();
            self.serve_challenges();
        }
    }

    /// Ends a block: the chain pays out.
    pub fn end(&mut self) {
        if !self.block.full {
            self.pay_out_automatically();
        }
    }

    /// Counts something of interest.
    pub fn see(&mut self, what: &'static str) {
        *self.seen.entry(what).or_default() += 1;
    }
}
