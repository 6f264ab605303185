// SPDX-License-Identifier: Apache-2.0

//! Gifts around the deposits and exits of others, to move a price, a rounding or a test for cover.
//!
//! **Coalition**: the provider and a backer. It can send DSLA to the account of the pool and to that of the reporters'
//! rewards, and the provider can add to its cover and take it back, at any moment. In the end it gets back what it sent to
//! the pool, because that goes to the provider when the pool closes; what it sent to the rewards is lost.
//!
//! **Honest baseline**: the backer does nothing. The terms have no premium, so that honest backing earns nothing either.
//!
//! **Dust**: a planck for each time somebody enters or leaves, for the provider gets what rounding leaves of exits.

use crate::{
    search::{knob, Game, Knob},
    toy::{Rules, SharePool},
    world::{account, plain_terms, Play, Stage, When, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime, SliOracle};
use pallet_compensation::Call as Pool;

/// Entries and exits, of the victims and of the attacker.
pub const DUST: Balance = 2 * (VICTIMS.len() as Balance + MOVES as Balance);

const VICTIMS: [Balance; 3] = [10 * DSLA + 1, 33 * DSLA + 333_333_333, 70 * DSLA + 99];
const NAMES: [&str; 3] = ["victim0", "victim1", "victim2"];
const PERIODS: u32 = 5;
const MOMENTS: [When; 3] = [When::Begun, When::Settled, When::Late];
/// Moves of a strategy.
const MOVES: usize = 6;
const AMOUNTS: [Balance; 7] =
    [0, 1, DSLA / 3, 10 * DSLA, 100 * DSLA + 1, 10_000 * DSLA - 1, 100_000 * DSLA + 777_777_777_777];

/// What can be done with an amount.
const KINDS: u8 = 8;

fn knobs() -> Vec<Knob> {
    let slots = PERIODS as u8 * MOMENTS.len() as u8;
    (0..MOVES)
        .flat_map(|index| {
            let coarse: &[u8] = if index < 3 { &[0, 1, 2, 5] } else { &[0] };
            [
                knob(format!("move {index}"), KINDS, coarse),
                knob(format!("amount {index}"), AMOUNTS.len() as u8, if index < 2 { &[3, 6] } else { &[4] }),
                knob(format!("slot {index}"), slots, if index < 2 { &[0, 4, 8] } else { &[9] }),
            ]
        })
        .collect()
}

/// The real runtime.
pub struct Real {
    world: World,
    honest: i128,
}

impl Real {
    /// A pool whose provider has staked, and into which three victims will pay.
    pub fn new() -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("attacker", 300_000), ("victim0", 1_000), ("victim1", 1_000), ("victim2", 1_000)],
            cover: 1_000 * DSLA,
        };
        let world = World::new(&stage, |start, committee| plain_terms(start, PERIODS, committee), |_| {});
        let mut real = Self { world, honest: 0 };
        real.honest = real.wealth(&vec![0; knobs().len()]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let (provider, attacker, reporter) = (account("provider"), account("attacker"), account("reporter"));
            let victims = NAMES.map(account);
            play.periods(
                &reporter,
                &MOMENTS,
                |_| 100_000,
                |play, period, when| {
                    let slot = slot(period, when);
                    // The attacker acts before and after the victims.
                    act(play, genes, slot, &provider, &attacker, 0);
                    honest(play, period, when, &victims);
                    act(play, genes, slot, &provider, &attacker, 1);
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
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}

fn slot(period: u32, when: When) -> u8 {
    let at = MOMENTS.iter().position(|moment| *moment == when).unwrap_or(0);
    (period as usize * MOMENTS.len() + at) as u8
}

/// Victims come in the periods 0, 1 and 2, and leave two periods later; the last stays.
fn honest(play: &mut Play, period: u32, when: When, victims: &[AccountId; 3]) {
    if when == When::Settled {
        if let Some((victim, amount)) = victims.iter().zip(VICTIMS).nth(period as usize) {
            play.back(victim, amount);
        }
        if let Some(victim) = period.checked_sub(2).and_then(|index| victims[..2].get(index as usize)) {
            play.leave_all_but(victim, 0);
        }
    }
}

/// The moves of one slot: every second one before the victims.
fn act(play: &mut Play, genes: &[u8], slot: u8, provider: &AccountId, attacker: &AccountId, after: usize) {
    for (index, step) in genes.chunks(3).enumerate() {
        let [kind, amount, at] = step else { panic!("{genes:?}") };
        if *at != slot || index % 2 != after {
            continue;
        }
        let amount = AMOUNTS[usize::from(*amount)];
        let gift = |dest: AccountId| pallet_balances::Call::<Runtime>::transfer_keep_alive {
            dest: dest.into(),
            value: amount,
        };
        match kind {
            1 => drop(play.call(attacker, gift(Compensation::pool_account(AGREEMENT)))),
            2 => drop(play.back(attacker, amount)),
            3 => drop(play.leave_all_but(attacker, amount)),
            4 => drop(play.call(attacker, gift(SliOracle::pot()))),
            5 => drop(play.call(provider, Pool::<Runtime>::stake_cover { agreement: AGREEMENT, amount })),
            6 => drop(play.call(provider, Pool::<Runtime>::withdraw_cover { agreement: AGREEMENT, amount })),
            7 => {
                let period = u32::from(slot) / MOMENTS.len() as u32;
                play.call(attacker, Pool::<Runtime>::cancel_backing { agreement: AGREEMENT, period });
            }
            _ => {}
        }
    }
}

/// A vault without virtual shares, in which gifts count and prices are those of the moment.
pub struct Weak;

const WEAK_GIFTS: [Balance; 6] = [0, 1, DSLA, 10 * DSLA, 34 * DSLA, 700 * DSLA];

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        let gift = |index| knob(format!("gift before victim {index}"), WEAK_GIFTS.len() as u8, &[0, 3]);
        vec![knob("back", 4, &[1, 2]), gift(0), gift(1), gift(2)]
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        let mut pool = SharePool::new(Rules { virtual_shares: 0, counts_gifts: true, rounds_up: false });
        let mut paid = [0, 1, 1_000, 10 * DSLA][usize::from(genes[0])];
        let shares = pool.deposit(paid);
        for (gene, amount) in genes[1..].iter().zip(VICTIMS) {
            let gift = WEAK_GIFTS[usize::from(*gene)];
            pool.give(gift);
            paid += gift;
            pool.deposit(amount);
        }
        pool.withdraw(shares) as i128 - paid as i128
    }
}
