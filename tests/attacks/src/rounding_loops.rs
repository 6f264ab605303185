// SPDX-License-Identifier: Apache-2.0

//! In and out again and again in odd amounts, so that rounding pays.
//!
//! **Coalition**: one account, a backer and customer at once, of a pool whose shares have an odd price: before the game
//! there were premiums and a loss. It backs, cancels, gives and withdraws notice, leaves in part, subscribes, extends and
//! cancels in amounts that do not divide.
//!
//! **Honest baseline**: it does nothing. Nobody else subscribes during the game, so backing earns no premium.
//!
//! **Dust**: what a victim who comes and goes leaves in the pool by rounding, a planck for each move, of which the
//! attacker has a part.

use crate::{
    search::{knob, Game, Knob},
    toy::{Rules, SharePool},
    world::{account, plain_terms, Play, Stage, When, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime};
use pallet_compensation::Call as Pool;
use sp_runtime::Perbill;

/// Moves of the victims.
pub const DUST: Balance = 4;

/// Periods before the game, with premiums and a loss.
const PRELUDE: u32 = 3;
const PERIODS: u32 = PRELUDE + 5;
const MOMENTS: [When; 3] = [When::Begun, When::Settled, When::Late];
/// Moves of a strategy.
const MOVES: usize = 8;
/// Odd amounts: added to ten DSLA, or to a part of what there is.
const ODD: [Balance; 8] = [0, 1, 2, 3, 7, 999_999, 333_333_333_333_333_333, 123_456_789_123_456_789];

fn knobs() -> Vec<Knob> {
    let slots = ((PERIODS - PRELUDE) * MOMENTS.len() as u32) as u8;
    (0..MOVES)
        .flat_map(|index| {
            [
                knob(format!("move {index}"), 9, if index < 4 { &[0, 1, 3] } else { &[0] }),
                knob(format!("odd {index}"), ODD.len() as u8, if index < 2 { &[1, 6] } else { &[4] }),
                knob(format!("slot {index}"), slots, if index % 2 == 0 { &[1, 4] } else { &[5, 8] }),
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
    /// A pool with an odd price.
    pub fn new() -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("attacker", 10_000), ("victim", 1_000), ("guest", 1_000), ("customer", 10_000)],
            cover: 300 * DSLA,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, PERIODS, committee);
                terms.pricing.unit_price = DSLA / 7;
                terms.pricing.cover_per_unit = DSLA;
                terms.pricing.premium_share = Perbill::from_parts(333_333_333);
                terms.pricing.max_bonus = Perbill::from_parts(77_777_777);
                terms
            },
            |_| {},
        );
        let mut real = Self { world, honest: 0 };
        real.honest = real.wealth(&vec![0; knobs().len()]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let (provider, attacker, reporter) = (account("provider"), account("attacker"), account("reporter"));
            let [victim, guest, customer] = ["victim", "guest", "customer"].map(account);
            // A third of the credit in period 2: a loss that reaches the backers.
            let value = |period| if period == 2 { 90_000 } else { 100_000 };
            play.periods(&reporter, &MOMENTS, value, |play, period, when| {
                match (period, when) {
                    (0, When::Begun) => {
                        play.back(&victim, 60 * DSLA + 11);
                        play.subscribe(&customer, 293, 1);
                    }
                    (1, When::Begun) => drop(play.subscribe(&customer, 341, 1)),
                    (4, When::Begun) => drop(play.back(&guest, 20 * DSLA + 3)),
                    (6, When::Begun) => drop(play.leave_all_but(&guest, 0)),
                    _ => {}
                }
                if let Some(turn) = period.checked_sub(PRELUDE) {
                    let at = MOMENTS.iter().position(|moment| *moment == when).unwrap_or(0);
                    let slot = (turn as usize * MOMENTS.len() + at) as u8;
                    genes.chunks(3).for_each(|step| act(play, step, slot, period, &attacker));
                }
            });
            play.close_pool(AGREEMENT, &provider, &[&attacker, &victim, &guest, &customer]);
            play.wealth(&[&attacker])
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

fn act(play: &mut Play, step: &[u8], slot: u8, period: u32, who: &AccountId) {
    let [kind, odd, at] = step else { panic!("{step:?}") };
    if *at != slot {
        return;
    }
    let odd = ODD[usize::from(*odd)];
    let backing = Compensation::backing(AGREEMENT, who);
    match kind {
        1 => drop(play.back(who, 10 * DSLA + odd)),
        2 => drop(play.call(who, Pool::<Runtime>::cancel_backing { agreement: AGREEMENT, period })),
        3 => drop(play.leave_all_but(who, 0)),
        4 => drop(play.leave_all_but(who, 10 * DSLA + odd)),
        5 => drop(play.call(who, Pool::<Runtime>::claim { agreement: AGREEMENT })),
        6 => drop(play.subscribe(who, 1 + odd as u64 % 11, 2)),
        7 => {
            for id in 0..MOVES as u32 {
                play.call(who, Pool::<Runtime>::cancel_subscription { agreement: AGREEMENT, id });
            }
        }
        8 => {
            let shares = backing.shares.min(odd);
            play.call(who, Pool::<Runtime>::give_backing_notice { agreement: AGREEMENT, shares });
            play.call(who, Pool::<Runtime>::exit { agreement: AGREEMENT, shares });
        }
        _ => {}
    }
}

/// A vault that rounds in favour of who moves.
pub struct Weak;

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        (0..MOVES).map(|index| knob(format!("odd {index}"), ODD.len() as u8, &[0, 1])).collect()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        let mut pool = SharePool::new(Rules { virtual_shares: 1, counts_gifts: false, rounds_up: true });
        pool.deposit(60 * DSLA + 11);
        // Premiums have made a share worth more than a planck.
        pool.assets += 1_000 * DSLA;
        let mut profit = 0;
        for gene in genes.iter().filter(|gene| **gene > 0) {
            let paid = ODD[usize::from(*gene)];
            let shares = pool.deposit(paid);
            profit += pool.withdraw(shares) as i128 - paid as i128;
        }
        profit
    }
}
