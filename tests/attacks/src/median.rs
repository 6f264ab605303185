// SPDX-License-Identifier: Apache-2.0

//! Fewer than a third of a committee lie to move the median.
//!
//! **World**: open reports, a committee of seven with a quorum of five: two may lie. The five honest members measure with
//! noise, but all in the same row of the credit table.
//!
//! **Coalition**: two reporters that have a deal with all customers, or with the provider. They report last, when they
//! have seen everything, for each period what they like: any value, no data, or nothing.
//!
//! **Honest baseline**: they report what they have measured.
//!
//! **Dust**: none, as long as the honest agree on the row. Where they do not, liars choose between what honest members
//! measured: [`Real::at_the_edge`] shows that limit.
//!
//! **Weakened**: the mean instead of the lower median, and the same verdicts and amounts.

use crate::{
    oracle::{claim_rewards, lower_median, members, payoff},
    search::{knob, Game, Knob},
    world::{account, plain_terms, Stage, World, AGREEMENT, WINDOW},
};
use dsla_primitives::{terms::Terms, Balance};
use dsla_runtime::{constants::currency::DSLA, AccountId};
use sp_runtime::Perbill;

/// Nothing is rounded that an attacker could move.
pub const DUST: Balance = 0;

/// What the service was like, in thousandths of percent: met, missed by each row, met.
const TRUTH: [u128; 4] = [99_950, 97_000, 99_500, 90_000];
/// What each member measures besides; the rows of the table are farther away.
const NOISE: [u128; 7] = [0, 10, 20, 30, 40, 15, 25];
/// Around the target of 99.9: honest members disagree about whether it was met.
const EDGE: [u128; 7] = [99_850, 99_870, 99_890, 99_920, 99_940, 99_910, 99_915];
const VALUES: [Option<u128>; 11] = [
    None,
    Some(0),
    Some(94_999),
    Some(95_000),
    Some(98_999),
    Some(99_000),
    Some(99_880),
    Some(99_899),
    Some(99_900),
    Some(99_930),
    Some(100_000),
];
const LIARS: usize = 2;
const HONEST: usize = 7 - LIARS;
const UNITS: u64 = 100;
/// Values, and saying what was measured, and saying nothing.
const SIZE: u8 = VALUES.len() as u8 + 2;

fn measured(edge: bool, period: usize, index: usize) -> u128 {
    if edge {
        EDGE[index]
    } else {
        TRUTH[period] + NOISE[index]
    }
}

/// What a liar says: `None` for nothing at all.
fn said(edge: bool, gene: u8, period: usize, index: usize) -> Option<Option<u128>> {
    match usize::from(gene) {
        0 => Some(Some(measured(edge, period, index))),
        1 => None,
        other => Some(VALUES[other - 2]),
    }
}

fn knobs() -> Vec<Knob> {
    let mut knobs = vec![knob("with the provider", 2, &[0, 1])];
    for period in 0..TRUTH.len() {
        for liar in 0..LIARS {
            let coarse: &[u8] = if period < 2 { &[0, 3, SIZE - 1] } else { &[0] };
            knobs.push(knob(format!("liar {liar} in {period}"), SIZE, coarse));
        }
    }
    knobs
}

/// The real runtime.
pub struct Real {
    world: World,
    edge: bool,
    honest: [i128; 2],
}

impl Real {
    /// The honest agree.
    pub fn new() -> Self {
        Self::with(false)
    }

    /// **A known limit, with a profit**: the honest members themselves disagree about whether the target was met, so
    /// liars can choose between what they measured.
    pub fn at_the_edge() -> Self {
        Self::with(true)
    }

    fn with(edge: bool) -> Self {
        let stage = Stage {
            committee: &crate::oracle::MEMBERS,
            reporters: &[],
            people: &[("customer", 100_000)],
            cover: 100_000 * DSLA,
        };
        let world = World::new(&stage, terms, |play| {
            assert!(play.subscribe(&account("customer"), UNITS, TRUTH.len() as u32));
        });
        let mut real = Self { world, edge, honest: [0; 2] };
        for side in 0..2 {
            let mut genes = vec![0; knobs().len()];
            genes[0] = side as u8;
            real.honest[side] = real.wealth(&genes);
        }
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let edge = self.edge;
        self.world.play(|play| {
            let members = members(7);
            for period in 0..TRUTH.len() {
                let number = period as u32;
                play.to(play.boundary(number + 1));
                for (index, member) in members[..HONEST].iter().enumerate() {
                    assert!(play.report(member, number, Some(measured(edge, period, index))), "reports");
                }
                for (liar, member) in members[HONEST..].iter().enumerate() {
                    let gene = genes[1 + LIARS * period + liar];
                    if let Some(value) = said(edge, gene, period, HONEST + liar) {
                        play.report(member, number, value);
                    }
                }
                for _ in 0..3 {
                    play.to(play.now() + WINDOW);
                }
            }
            play.settle_all();
            let (provider, customer) = (account("provider"), account("customer"));
            play.close_pool(AGREEMENT, &provider, &[&customer]);
            claim_rewards(play, &members);
            let mut all: Vec<&AccountId> = members[HONEST..].iter().collect();
            all.push([&customer, &provider][usize::from(genes[0])]);
            play.wealth(&all)
        })
    }

    /// The most that choosing between what honest members measured can bring, in plancks.
    pub fn worth_of_disagreement() -> Balance {
        let terms = terms(0, &[]);
        let payoffs = EDGE[..HONEST].iter().map(|value| payoff(&terms, Some(*value)));
        let (low, high) = (payoffs.clone().min().unwrap_or(0), payoffs.max().unwrap_or(0));
        (high - low) * Balance::from(UNITS) * TRUTH.len() as Balance
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::new()
    }
}

fn terms(start: u64, committee: &[dsla_runtime_tests::Person]) -> Terms<AccountId> {
    let mut terms = plain_terms(start, TRUTH.len() as u32, committee);
    terms.pricing.unit_price = 10 * DSLA;
    terms.pricing.cover_per_unit = 20 * DSLA;
    terms.pricing.at_risk = Perbill::from_percent(50);
    terms
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest[usize::from(genes[0])]
    }
}

/// The mean of the reports decides. Also with the median, to show that it is this that makes the difference.
pub struct Weak {
    /// Whether the lower median decides after all.
    pub median: bool,
}

impl Weak {
    fn customers(&self, genes: &[u8]) -> i128 {
        let terms = terms(0, &[]);
        let periods = (0..TRUTH.len()).map(|period| {
            let honest = (0..HONEST).map(|index| measured(false, period, index));
            let lies = (0..LIARS)
                .filter_map(|liar| said(false, genes[1 + LIARS * period + liar], period, HONEST + liar).flatten());
            let values: Vec<u128> = honest.chain(lies).collect();
            let mean = values.iter().sum::<u128>() / values.len() as u128;
            payoff(&terms, if self.median { lower_median(&values) } else { Some(mean) })
        });
        (periods.sum::<Balance>() * Balance::from(UNITS)) as i128
    }
}

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        let gain = self.customers(genes) - self.customers(&vec![0; genes.len()]);
        if genes[0] == 1 {
            -gain
        } else {
            gain
        }
    }
}
