// SPDX-License-Identifier: Apache-2.0

//! Backers that leave when they know that periods were missed and before anybody has paid for it.
//!
//! **World**: challenge windows longer than a period, so that losses are known long before they are settled. The periods
//! 2 and 3 are missed, all others met.
//!
//! **Coalition**: a backer that has been in the pool from the beginning. From the begin of period 3 on, when both misses
//! are known, it gives and withdraws notice, leaves with all or a part, and claims, at any moment. It does not pay in more:
//! that is a fair way to earn later premiums.
//!
//! **Honest baseline**: it stays to the end. The later periods are met and earn a premium, so nothing but the two losses
//! is a reason to leave.
//!
//! **Dust**: rounding, a planck for each move.
//!
//! What the provider can do instead is in [`super::cover_withdrawal`].

use crate::{
    search::{knob, Game, Knob},
    world::{account, plain_terms, Play, Stage, When, World, AGREEMENT, PERIOD},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime};
use pallet_compensation::Call as Pool;
use sp_runtime::Perbill;

/// Moves of the attacker.
pub const DUST: Balance = MOVES as Balance;

pub(crate) const PERIODS: u32 = 7;
pub(crate) const MISSED: [u32; 2] = [2, 3];
pub(crate) const MOMENTS: [When; 3] = [When::Begun, When::Settled, When::Late];
pub(crate) const UNITS: u64 = 100;
/// What a missed period costs for each unit.
pub(crate) const LOSS: Balance = 4 * DSLA;
const MOVES: usize = 5;

/// A pool with two backers, one of them the attacker, or none, and a customer of all periods but the last.
pub(crate) fn world(cover: Balance, backed: bool) -> World {
    let stage = Stage {
        committee: &["reporter"],
        reporters: &[],
        people: &[("attacker", 10_000), ("backer", 10_000), ("customer", 10_000)],
        cover,
    };
    World::new(
        &stage,
        |start, committee| {
            let mut terms = plain_terms(start, PERIODS, committee);
            terms.pricing.unit_price = DSLA;
            terms.pricing.at_risk = Perbill::one();
            terms.pricing.premium_share = Perbill::from_percent(50);
            terms.pricing.cover_per_unit = LOSS;
            terms.oracle.challenge_window = PERIOD * 5 / 2;
            terms
        },
        |play| {
            for who in ["attacker", "backer"].into_iter().filter(|_| backed) {
                assert!(play.back(&account(who), 400 * DSLA));
            }
            // From the beginning: the cover of the provider alone suffices for a period.
            assert!(play.subscribe(&account("customer"), UNITS, PERIODS - 1));
        },
    )
}

/// What the service was like.
pub(crate) fn value(period: u32) -> u128 {
    if MISSED.contains(&period) {
        90_000
    } else {
        100_000
    }
}

/// The moments from period 3 on, by number.
pub(crate) const SLOTS: u8 = (PERIODS as u8 - 3) * MOMENTS.len() as u8;

/// The number of a moment; `None` before both misses are known.
pub(crate) fn slot(period: u32, when: When) -> Option<u8> {
    let at = MOMENTS.iter().position(|moment| *moment == when)?;
    Some(period.checked_sub(3)? as u8 * MOMENTS.len() as u8 + at as u8)
}

/// The real runtime.
pub struct Real {
    world: World,
    honest: i128,
}

impl Real {
    /// With a provider that alone covers a period and no more.
    pub fn new() -> Self {
        let mut real = Self { world: world(450 * DSLA, true), honest: 0 };
        real.honest = real.wealth(&[0; 3 * MOVES]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let [provider, attacker, reporter] = ["provider", "attacker", "reporter"].map(account);
            let [backer, customer] = ["backer", "customer"].map(account);
            play.periods(&reporter, &MOMENTS, value, |play, period, when| {
                if let Some(slot) = slot(period, when) {
                    genes.chunks(3).for_each(|step| act(play, step, slot, &attacker));
                }
            });
            play.close_pool(AGREEMENT, &provider, &[&attacker, &backer, &customer]);
            play.wealth(&[&attacker])
        })
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::new()
    }
}

fn knobs() -> Vec<Knob> {
    (0..MOVES)
        .flat_map(|index| {
            [
                knob(format!("move {index}"), 6, if index < 2 { &[0, 1, 2] } else { &[0] }),
                knob(format!("slot {index}"), SLOTS, if index < 2 { &[0, 1, 4, 8] } else { &[2] }),
                knob(format!("part {index}"), 4, &[0]),
            ]
        })
        .collect()
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}

fn act(play: &mut Play, step: &[u8], slot: u8, who: &AccountId) {
    let [kind, at, part] = step else { panic!("{step:?}") };
    if *at != slot {
        return;
    }
    let backing = Compensation::backing(AGREEMENT, who);
    let shares = backing.shares / Balance::from(*part + 1);
    let agreement = AGREEMENT;
    match kind {
        1 => {
            let rest = Compensation::value_of_shares(agreement, backing.shares - shares).unwrap_or(0);
            play.leave_all_but(who, rest);
        }
        2 => drop(play.call(who, Pool::<Runtime>::give_backing_notice { agreement, shares })),
        3 => drop(play.call(who, Pool::<Runtime>::exit { agreement, shares: backing.notice.min(shares) })),
        4 => drop(play.call(who, Pool::<Runtime>::withdraw_notice { agreement, shares: backing.notice })),
        5 => drop(play.call(who, Pool::<Runtime>::claim { agreement })),
        _ => {}
    }
}

/// The same losses, but who leaves takes what its shares are worth at that moment.
pub struct Weak;

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        vec![knob("leave", 2, &[0, 1]), knob("slot", SLOTS, &[0, 4]), knob("part", 4, &[0])]
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        // In millionths of a DSLA, so that products fit.
        const UNIT: Balance = 1_000_000;
        let play = |leave: bool| {
            let (mut mine, mut other, mut wallet) = (400 * UNIT, 400 * UNIT, 0);
            for period in 3..PERIODS {
                for now in 0..MOMENTS.len() as u8 {
                    if leave && genes[1] == (period as u8 - 3) * MOMENTS.len() as u8 + now {
                        let taken = mine / Balance::from(genes[2] + 1);
                        (mine, wallet) = (mine - taken, wallet + taken);
                    }
                }
                // Settled with the next period: half of each loss is the backers'.
                let all = (mine + other).max(1);
                let (loss, premium) = if MISSED.contains(&(period - 1)) { (200 * UNIT, 0) } else { (0, 50 * UNIT) };
                mine = mine + premium * mine / all - loss * mine / all;
                other = other + premium * other / all - loss * other / all;
            }
            ((mine + wallet) * (DSLA / UNIT)) as i128
        };
        play(genes[0] == 1) - play(false)
    }
}
