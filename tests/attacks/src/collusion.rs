// SPDX-License-Identifier: Apache-2.0

//! **A known limit, with a profit**: a provider and a customer that are the same take the backers' stake.
//!
//! The provider decides how good its service is. With an account of its own it subscribes to as many units as the cover
//! allows and then fails: the compensation is its own cover, which it gets back as a customer, and the backers' stake. It
//! risks nothing but fees and what premium it pays. Nothing on chain can tell such a customer from another; the least
//! share of the provider in the cover bounds how much can be taken with how much: at 20 %, four DSLA of backers with one
//! of its own. Who backs a provider trusts it.
//!
//! **Coalition**: the provider and one customer. **Honest baseline**: good service, and the account subscribes to nothing.

use crate::{
    search::{knob, Game, Knob},
    world::{account, plain_terms, Stage, When, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::constants::currency::DSLA;
use sp_runtime::Perbill;

/// What the backers have in the pool.
pub const BACKED: Balance = 800 * DSLA;
const COVER: Balance = 200 * DSLA;
const PERIODS: u32 = 4;
const MOMENTS: [When; 1] = [When::Settled];
const UNITS: [u64; 6] = [0, 50, 100, 200, 240, 250];

/// The real runtime.
pub struct Real {
    world: World,
    honest: i128,
}

impl Real {
    /// A pool with a backer, four fifths of the cover.
    pub fn new() -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("attacker", 10_000), ("backer", 10_000)],
            cover: COVER,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, PERIODS, committee);
                terms.pricing.unit_price = DSLA;
                terms.pricing.at_risk = Perbill::from_percent(50);
                terms.pricing.premium_share = Perbill::from_percent(50);
                terms.pricing.cover_per_unit = 4 * DSLA;
                terms
            },
            |play| {
                assert!(play.back(&account("backer"), BACKED));
            },
        );
        let mut real = Self { world, honest: 0 };
        real.honest = real.wealth(&[0; 2 * PERIODS as usize]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        self.world.play(|play| {
            let [provider, attacker, reporter, backer] = ["provider", "attacker", "reporter", "backer"].map(account);
            let value = |period: u32| if genes[2 * period as usize] == 1 { 90_000 } else { 100_000 };
            play.periods(&reporter, &MOMENTS, value, |play, period, _| {
                let units = UNITS[usize::from(genes[2 * period as usize + 1])];
                if units > 0 {
                    play.subscribe(&attacker, units, 1);
                }
            });
            play.close_pool(AGREEMENT, &provider, &[&attacker, &backer]);
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
        (0..PERIODS)
            .flat_map(|period| {
                [
                    knob(format!("fail in {period}"), 2, if period == 2 { &[0, 1] } else { &[0] }),
                    knob(
                        format!("units from {period}"),
                        UNITS.len() as u8,
                        if period == 1 { &[0, 3, 5] } else { &[0] },
                    ),
                ]
            })
            .collect()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}
