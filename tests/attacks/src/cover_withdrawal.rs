// SPDX-License-Identifier: Apache-2.0

//! The provider takes cover back while losses are known and not settled.
//!
//! **World**: that of [`crate::exit_before_breach`], with cover of the provider for both misses, with backers or without.
//!
//! **Coalition**: the provider. It stakes and withdraws at any moment from the begin of period 3 on, when two misses are
//! known.
//!
//! **Honest baseline**: it leaves its cover where it is, and gets what is left in the end.
//!
//! **Dust**: none.
//!
//! **Weakened** ([`Real::with_the_fullest_period`]): what must stay is the most that any *one* prepaid period can need, also
//! when several of them are over and were missed, no matter of whose cover. Then the second loss falls on the backers, or,
//! without them, on the customers.

use crate::{
    exit_before_breach::{slot, value, world, LOSS, MOMENTS, SLOTS, UNITS},
    search::{knob, Game, Knob},
    world::{account, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Balances, Compensation, Runtime};
use frame_support::traits::{fungible::Mutate, tokens::Preservation};
use pallet_compensation::{Call as Pool, Pools};

/// No rounding helps.
pub const DUST: Balance = 0;
/// What a missed period takes from the cover.
const LOSS_OF_PERIOD: Balance = LOSS * UNITS as Balance;
/// Cover for both misses.
const COVER: Balance = 2 * LOSS_OF_PERIOD + 50 * DSLA;
const AMOUNTS: [Balance; 9] =
    [0, 10 * DSLA, 50 * DSLA, 100 * DSLA, 200 * DSLA, 400 * DSLA, 500 * DSLA, 600 * DSLA, COVER];

/// The real runtime.
pub struct Real {
    world: World,
    /// Whether only the fullest period's need must stay.
    weak: bool,
    honest: i128,
}

impl Real {
    /// With a provider whose cover suffices for both misses, and with backers.
    pub fn new() -> Self {
        Self::with(true, false)
    }

    /// Without backers: who is not paid are the customers.
    pub fn without_backers() -> Self {
        Self::with(false, false)
    }

    /// The weakened setting.
    pub fn with_the_fullest_period(backed: bool) -> Self {
        Self::with(backed, true)
    }

    fn with(backed: bool, weak: bool) -> Self {
        let mut real = Self { world: world(COVER, backed), weak, honest: 0 };
        real.honest = real.wealth(&[0; 9]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let weak = self.weak;
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
                        1 if weak => withdraw_weakly(&provider, amount),
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

/// Takes cover back as long as the rest suffices for one period and a fifth of it is the provider's.
fn withdraw_weakly(provider: &AccountId, amount: Balance) {
    let Some(mut pool) = Pools::<Runtime>::get(AGREEMENT) else { return };
    let Some(junior) = pool.buckets.junior.checked_sub(amount) else { return };
    let cover = junior + pool.buckets.senior;
    if cover < LOSS_OF_PERIOD || 5 * junior < cover {
        return;
    }
    pool.buckets.junior = junior;
    Pools::<Runtime>::insert(AGREEMENT, pool);
    let account = Compensation::pool_account(AGREEMENT);
    Balances::transfer(&account, provider, amount, Preservation::Preserve).expect("it is there");
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
                // One withdrawal at every moment is tried for certain.
                let [moves, slots, amounts]: [&[u8]; 3] = match index {
                    0 => [&[0, 1], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], &[2, 4, 5, 7]],
                    _ => [&[0], &[0], &[0]],
                };
                [
                    knob(format!("move {index}"), 3, moves),
                    knob(format!("slot {index}"), SLOTS, slots),
                    knob(format!("amount {index}"), AMOUNTS.len() as u8, amounts),
                ]
            })
            .collect()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}
