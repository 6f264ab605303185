// SPDX-License-Identifier: Apache-2.0

//! **A known limit, with a profit**: the provider takes cover back while losses are known and not settled.
//!
//! What must stay is the most that any *one* prepaid period can need, also when several of them have ended and were
//! missed. So a provider with cover for two periods that knows of two misses may take half of it away before either is
//! settled: the second loss falls on the backers, or, without them, on the customers.
//!
//! **Coalition**: the provider. It stakes and withdraws at any moment from the begin of period 3 on, when two misses are
//! known. **Honest baseline**: it leaves its cover where it is, and gets what is left in the end.
//!
//! The world is that of [`crate::exit_before_breach`].

use crate::{
    exit_before_breach::{slot, value, world, LOSS, MOMENTS, SLOTS, UNITS},
    search::{knob, Game, Knob},
    world::{account, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, Runtime};
use pallet_compensation::Call as Pool;

/// What a missed period takes from the cover.
pub const LOSS_OF_PERIOD: Balance = LOSS * UNITS as Balance;
/// Cover for both misses.
const COVER: Balance = 2 * LOSS_OF_PERIOD + 50 * DSLA;
const AMOUNTS: [Balance; 9] =
    [0, 10 * DSLA, 50 * DSLA, 100 * DSLA, 200 * DSLA, 400 * DSLA, 500 * DSLA, 600 * DSLA, COVER];

/// The real runtime.
pub struct Real {
    world: World,
    honest: i128,
}

impl Real {
    /// With a provider whose cover suffices for both misses, and with backers.
    pub fn new() -> Self {
        Self::with(true)
    }

    /// Without backers: the second loss falls on the customers.
    pub fn without_backers() -> Self {
        Self::with(false)
    }

    fn with(backed: bool) -> Self {
        let mut real = Self { world: world(COVER, backed), honest: 0 };
        real.honest = real.wealth(&[0; 9]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let [provider, attacker, reporter] = ["provider", "attacker", "reporter"].map(account);
            let [backer, customer] = ["backer", "customer"].map(account);
            play.periods(&reporter, &MOMENTS, value, |play, period, when| {
                for step in genes.chunks(3) {
                    if slot(period, when) != Some(step[1]) {
                        continue;
                    }
                    let (agreement, amount) = (AGREEMENT, AMOUNTS[usize::from(step[2])]);
                    match step[0] {
                        1 => drop(play.call(&provider, Pool::<Runtime>::withdraw_cover { agreement, amount })),
                        2 => drop(play.call(&provider, Pool::<Runtime>::stake_cover { agreement, amount })),
                        _ => {}
                    }
                }
            });
            play.close_pool(AGREEMENT, &provider, &[&attacker, &backer, &customer]);
            play.wealth(&[&provider])
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
        (0..3)
            .flat_map(|index| {
                let coarse: &[u8] = if index == 0 { &[0, 1] } else { &[0] };
                [
                    knob(format!("move {index}"), 3, coarse),
                    knob(format!("slot {index}"), SLOTS, &[0, 4, 8]),
                    knob(format!("amount {index}"), AMOUNTS.len() as u8, &[4, 5, 6, 7]),
                ]
            })
            .collect()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}
