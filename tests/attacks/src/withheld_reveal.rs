// SPDX-License-Identifier: Apache-2.0

//! A committed report as a free option: reveal it only if that helps.
//!
//! **World**: sealed rounds, a committee of four with a quorum of three, so that one may lie. Honest members measure with
//! noise, but all in the same row of the credit table.
//!
//! **Coalition**: one reporter that has a deal with all customers, or with the provider. For each period it chooses what it
//! commits to and, after it has seen what the others revealed, whether it reveals.
//!
//! **Honest baseline**: it commits to what it has measured and reveals it.
//!
//! **Dust**: none.
//!
//! **Weakened**: two of four, which is not less than a third. Then they set the lower median, or leave the round without a
//! quorum of reveals, so that it has no data.

use crate::{
    oracle::{claim_rewards, commit, hash, lower_median, members, reveal},
    search::{knob, Game, Knob},
    world::{account, plain_terms, Stage, World, AGREEMENT, WINDOW},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId};
use sp_runtime::Perbill;

/// Nothing is rounded that an attacker could move.
pub const DUST: Balance = 0;

/// What the service was like, in thousandths of percent: met, missed by each row, met.
const TRUTH: [u128; 4] = [99_950, 97_000, 99_500, 90_000];
/// What each honest member measures besides: the rows of the table are farther away.
const NOISE: [u128; 4] = [10, 20, 30, 25];
const VALUES: [Option<u128>; 9] =
    [None, Some(0), Some(94_999), Some(95_000), Some(98_999), Some(99_000), Some(99_899), Some(99_900), Some(100_000)];
const UNITS: u64 = 100;

/// The real runtime, with one attacker or two in a committee of four.
pub struct Real {
    world: World,
    attackers: usize,
    honest: [i128; 2],
}

impl Real {
    /// One of four: less than a third.
    pub fn one_of_four() -> Self {
        Self::new(1)
    }

    /// The weakened setting: two of four.
    pub fn two_of_four() -> Self {
        Self::new(2)
    }

    fn new(attackers: usize) -> Self {
        let stage = Stage {
            committee: &["member0", "member1", "member2", "member3"],
            reporters: &[],
            people: &[("customer", 100_000)],
            cover: 100_000 * DSLA,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, TRUTH.len() as u32, committee);
                terms.pricing.unit_price = 10 * DSLA;
                terms.pricing.cover_per_unit = 20 * DSLA;
                terms.pricing.at_risk = Perbill::from_percent(50);
                terms.oracle.reveal_window = Some(WINDOW);
                assert_eq!(terms.oracle.quorum, 3);
                terms
            },
            |play| assert!(play.subscribe(&account("customer"), UNITS, TRUTH.len() as u32)),
        );
        let mut real = Self { world, attackers, honest: [0; 2] };
        for side in 0..2 {
            let mut genes = vec![0; 1 + 2 * TRUTH.len()];
            genes[0] = side as u8;
            real.honest[side] = real.wealth(&genes);
        }
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let attackers = self.attackers;
        self.world.play(|play| {
            let members = members(4);
            let (honest, coalition) = members.split_at(4 - attackers);
            for (period, truth) in (0..).zip(TRUTH) {
                let [value, policy] = genes[1 + 2 * period as usize..][..2] else { panic!("{genes:?}") };
                let measured = |index: usize| Some(truth + NOISE[index]);
                // 0 is the measured value; the first of the table is no data.
                let said = |index: usize| match value {
                    0 => measured(index),
                    other => VALUES[usize::from(other) - 1],
                };
                play.to(play.boundary(period + 1));
                for (index, member) in members.iter().enumerate() {
                    let value = if index < honest.len() { measured(index) } else { said(index) };
                    assert!(commit(play, member, period, hash(member, period, value, index as u8)), "commits");
                }
                play.to(play.now() + WINDOW);
                let seen: Vec<u128> = (0..honest.len()).filter_map(measured).collect();
                for (index, member) in honest.iter().enumerate() {
                    assert!(reveal(play, member, period, measured(index), index as u8), "reveals");
                }
                let with: Vec<u128> = seen.iter().copied().chain((honest.len()..4).filter_map(said)).collect();
                let change = lower_median(&with).cmp(&lower_median(&seen));
                let reveals = match policy {
                    1 => false,
                    2 => change.is_gt(),
                    3 => change.is_lt(),
                    4 => change.is_eq(),
                    _ => true,
                };
                for (index, member) in coalition.iter().enumerate().filter(|_| reveals) {
                    let index = honest.len() + index;
                    reveal(play, member, period, said(index), index as u8);
                }
                for _ in 0..3 {
                    play.to(play.now() + WINDOW);
                }
            }
            play.settle_all();
            let (provider, customer) = (account("provider"), account("customer"));
            play.close_pool(AGREEMENT, &provider, &[&customer]);
            claim_rewards(play, &members);
            let partner = [&customer, &provider][usize::from(genes[0])];
            let mut all: Vec<&AccountId> = coalition.iter().collect();
            all.push(partner);
            play.wealth(&all)
        })
    }
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        let mut knobs = vec![knob("with the provider", 2, &[0, 1])];
        for period in 0..TRUTH.len() {
            let size = VALUES.len() as u8 + 1;
            knobs.push(knob(format!("commit in {period}"), size, if period == 1 { &[0, 2, 9] } else { &[0] }));
            knobs.push(knob(format!("reveal in {period}"), 5, &[0, 1]));
        }
        knobs
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest[usize::from(genes[0])]
    }
}
