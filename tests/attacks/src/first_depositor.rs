// SPDX-License-Identifier: Apache-2.0

//! The first backer makes shares so dear that rounding takes a part of what later backers pay in.
//!
//! **Coalition**: the provider and an account that is both the first backer and a customer; a million DSLA. It writes the
//! terms: the whole income is the backers' premium. By buying units it pays itself a premium as large as it likes, so the
//! price of a share can be pumped up; by leaving with all but the least stake in between, again and again. What its gifts
//! and the virtual shares take comes back to it: to the last owner of shares when the agreement ends, or to the provider.
//!
//! **Honest baseline**: the account does nothing, and the provider runs the same periods.
//!
//! **Dust**: what one share can be made to cost, once for each deposit of a victim. A share never costs more than
//! `senior / VIRTUAL_SHARES`, a millionth of what the coalition has.

use crate::{
    search::{knob, Game, Knob},
    toy::{Rules, SharePool},
    world::{account, plain_terms, Play, Stage, When, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime};
use pallet_compensation::Call as Pool;
use sp_runtime::Perbill;

/// What the coalition has to play with, in DSLA.
const CAPITAL: Balance = 1_000_000;
/// Periods in which the attacker prepares, before the victims come.
const STAGES: u32 = 6;
/// The same for an attacker with patience.
const MANY_STAGES: u32 = 14;
/// What the victims pay in, in plancks.
const VICTIMS: [Balance; 3] = [10 * DSLA + 7, 15 * DSLA + 999_999_999_999, 1_234 * DSLA + 123_456_789_012_345_678];
/// A share costs at most this part of the capital.
pub const DUST: Balance = VICTIMS.len() as Balance * CAPITAL * DSLA / pallet_compensation::vault::VIRTUAL_SHARES;

const MOMENTS: [When; 3] = [When::Begun, When::Settled, When::Middle];
const BACKINGS: [Balance; 6] = [0, 10, 11, 100, 10_000, 500_000];
const PUMPS: [u64; 7] = [0, 1, 100, 10_000, 250_000, 499_000, 990_000];
const GIFTS: [Balance; 5] = [0, 1, DSLA, 1_000 * DSLA, 400_000 * DSLA];

fn knobs(stages: u32) -> Vec<Knob> {
    let mut knobs = vec![
        knob("back", BACKINGS.len() as u8, &[1, 4]),
        knob("pump", PUMPS.len() as u8, &[0, 4, 6]),
        knob("gift", GIFTS.len() as u8, &[0, 4]),
        knob("gift at", stages as u8 + 2, &[0, 6]),
        knob("stay to the end", 2, &[0, 1]),
    ];
    for stage in 0..stages {
        knobs.push(knob(format!("pump in {stage}"), 2, &[0, 1]));
        // Nothing, down to the least stake, with everything.
        knobs.push(knob(format!("leave in {stage}"), 3, &[0, 1]));
    }
    knobs
}

/// The real runtime.
pub struct Real {
    world: World,
    stages: u32,
    honest: i128,
}

impl Real {
    /// A pool without backers.
    pub fn new() -> Self {
        Self::with(STAGES)
    }

    /// **A known limit, with a profit**: with six rounds of pumping and leaving the price of a share gets as high as it can
    /// with that capital, about one DSLA, and each victim loses what is over when its deposit is divided by it.
    pub fn patient() -> Self {
        Self::with(MANY_STAGES)
    }

    fn with(stages: u32) -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("attacker", CAPITAL), ("victim0", 10_000), ("victim1", 10_000), ("victim2", 10_000)],
            cover: 500_000 * DSLA,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, stages + 4, committee);
                terms.pricing.unit_price = DSLA;
                terms.pricing.premium_share = Perbill::one();
                terms
            },
            |_| {},
        );
        let mut real = Self { world, stages, honest: 0 };
        real.honest = real.wealth(&vec![0; knobs(stages).len()]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let came = self.stages;
        self.world.play(|play| {
            let (provider, attacker, reporter) = (account("provider"), account("attacker"), account("reporter"));
            let victims = ["victim0", "victim1", "victim2"].map(account);
            play.periods(
                &reporter,
                &MOMENTS,
                |_| 100_000,
                |play, period, when| {
                    act(play, genes, came, period, when, &attacker);
                    honest(play, came, period, when, &victims);
                },
            );
            let [a, b, c] = &victims;
            play.close_pool(AGREEMENT, &provider, &[&attacker, a, b, c]);
            play.wealth(&[&provider, &attacker])
        })
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::new()
    }
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        knobs(self.stages)
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}

/// What the attacker does at each moment.
fn act(play: &mut Play, genes: &[u8], came: u32, period: u32, when: When, attacker: &AccountId) {
    let [back, pump, gift, gift_at, stay, stages @ ..] = genes else { panic!("{genes:?}") };
    if when == When::Begun && period == 0 && *back > 0 {
        play.back(attacker, BACKINGS[usize::from(*back)] * DSLA);
    }
    if when == When::Middle && period == u32::from(*gift_at) {
        let dest = Compensation::pool_account(AGREEMENT).into();
        let value = GIFTS[usize::from(*gift)];
        play.call(attacker, pallet_balances::Call::<Runtime>::transfer_keep_alive { dest, value });
    }
    if when != When::Settled {
        return;
    }
    play.call(attacker, Pool::<Runtime>::claim { agreement: AGREEMENT });
    if let Some([pumps, leave]) = stages.chunks(2).nth(period as usize) {
        if *pumps > 0 && *pump > 0 {
            play.subscribe(attacker, PUMPS[usize::from(*pump)], 1);
        }
        match leave {
            1 => drop(play.leave_all_but(attacker, 10 * DSLA)),
            2 => drop(play.leave_all_but(attacker, 0)),
            _ => {}
        }
    }
    // The victims have come.
    if period == came + 1 && *stay == 0 {
        play.leave_all_but(attacker, 0);
    }
}

/// The victims come together, and leave before the agreement ends: what the virtual shares have taken is not theirs.
fn honest(play: &mut Play, came: u32, period: u32, when: When, victims: &[AccountId; 3]) {
    if when == When::Middle && period == came {
        for (victim, amount) in victims.iter().zip(VICTIMS) {
            play.back(victim, amount);
        }
    }
    if when == When::Middle && period == came + 2 {
        for victim in victims {
            play.leave_all_but(victim, 0);
        }
    }
}

/// A vault as a textbook has it: no virtual shares, and everything on the account counts.
pub struct Weak;

const WEAK_BACKINGS: [Balance; 6] = [0, 1, 2, 1_000, DSLA, 10 * DSLA];
const WEAK_GIFTS: [Balance; 6] = [0, 1, DSLA, 10 * DSLA, 20 * DSLA, 700 * DSLA];

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        vec![
            knob("back", WEAK_BACKINGS.len() as u8, &[1, 3]),
            knob("gift", WEAK_GIFTS.len() as u8, &[2, 4]),
            knob("leave before the victims", 2, &[0]),
        ]
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        let mut pool = SharePool::new(Rules { virtual_shares: 0, counts_gifts: true, rounds_up: false });
        let (paid, gift) = (WEAK_BACKINGS[usize::from(genes[0])], WEAK_GIFTS[usize::from(genes[1])]);
        let shares = pool.deposit(paid);
        pool.give(gift);
        let mut got = if genes[2] == 1 { pool.withdraw(shares) } else { 0 };
        let victims = VICTIMS.map(|amount| pool.deposit(amount));
        if genes[2] == 0 {
            got = pool.withdraw(shares);
        }
        for shares in victims {
            pool.withdraw(shares);
        }
        got as i128 - (paid + gift) as i128
    }
}
