// SPDX-License-Identifier: Apache-2.0

//! In just before a premium, out just before a loss.
//!
//! **Coalition**: a backer that knows how the running period will come out as soon as it runs (it watches the service, or
//! runs it). For each thing it can know, its strategy says when in the period it enters, cancels or leaves.
//!
//! **World**: two periods are met or missed, each as likely as not: all four cases are played and the profit is the mean.
//! The premium of a met period is what the backers lose in a missed one, so that backing without knowledge earns nothing.
//! An honest provider fills its cover up again after each loss.
//!
//! **Honest baseline**: the backer does nothing; staying all the time comes to the same.
//!
//! **Dust**: rounding, a planck for each of the moves.

use crate::{
    search::{knob, Game, Knob},
    world::{account, plain_terms, Play, Stage, When, World, AGREEMENT},
};
use dsla_primitives::Balance;
use dsla_runtime::{constants::currency::DSLA, AccountId, Compensation, Runtime};
use pallet_compensation::Call as Pool;
use sp_runtime::Perbill;

/// Entries and exits.
pub const DUST: Balance = 8;

const PERIODS: u32 = 5;
/// The periods that can be met or missed, and in which somebody is subscribed.
const RISKY: std::ops::Range<u32> = 2..4;
const MOMENTS: [When; 3] = [When::Begun, When::Settled, When::Late];
const UNITS: u64 = 100;
/// The provider's cover, of which a missed period takes everything.
const COVER: Balance = 200 * DSLA;
/// What backers lose in a missed period and earn in a met one, in hundredths of the income.
const PREMIUM: u32 = 75;
const AMOUNTS: [Balance; 4] = [0, 50 * DSLA, 100 * DSLA + 7, 150 * DSLA];

/// What the attacker knows: how the running period and the one before come out; 0 when nobody is subscribed.
const STATES: usize = 9;

fn knobs() -> Vec<Knob> {
    (0..STATES)
        .flat_map(|state| {
            let knows = |of: usize| ["nothing", "met", "missed"][of];
            let name = format!("{}, then {}", knows(state / 3), knows(state % 3));
            [
                knob(
                    format!("[{name}] enter"),
                    AMOUNTS.len() as u8,
                    if [0, 1, 2].contains(&state) { &[0, 2] } else { &[0] },
                ),
                knob(format!("[{name}] at"), 3, &[0]),
                knob(format!("[{name}] leave"), 4, if [1, 2, 5].contains(&state) { &[0, 1] } else { &[0] }),
                knob(format!("[{name}] cancel at the end"), 2, &[0]),
            ]
        })
        .collect()
}

/// The real runtime.
pub struct Real {
    world: World,
}

impl Real {
    /// A pool with a backer and a customer.
    pub fn new() -> Self {
        let stage = Stage {
            committee: &["reporter"],
            reporters: &[],
            people: &[("attacker", 10_000), ("backer", 10_000), ("customer", 10_000)],
            cover: COVER,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, PERIODS, committee);
                terms.pricing.unit_price = DSLA;
                terms.pricing.at_risk = Perbill::one();
                terms.pricing.premium_share = Perbill::from_percent(PREMIUM);
                let loss = COVER + Balance::from(UNITS) * DSLA * Balance::from(PREMIUM) / 100;
                terms.pricing.cover_per_unit = loss / Balance::from(UNITS);
                terms
            },
            |play| {
                assert!(play.back(&account("backer"), 400 * DSLA));
            },
        );
        Self { world }
    }

    fn wealth(&mut self, genes: &[u8], missed: [bool; 2]) -> i128 {
        self.world.play(|play| {
            let [provider, attacker, reporter] = ["provider", "attacker", "reporter"].map(account);
            let [backer, customer] = ["backer", "customer"].map(account);
            let is_missed = |period: u32| RISKY.contains(&period) && missed[(period - RISKY.start) as usize];
            let value = |period| if is_missed(period) { 90_000 } else { 100_000 };
            let knows = |period: Option<u32>| match period {
                Some(period) if RISKY.contains(&period) => 1 + usize::from(is_missed(period)),
                _ => 0,
            };
            play.periods(&reporter, &MOMENTS, value, |play, period, when| {
                if when == When::Settled {
                    honest(play, &provider);
                }
                // Not before the backer counts: the cover of the provider alone is too small.
                if (period, when) == (1, When::Settled) {
                    assert!(play.subscribe(&customer, UNITS, 2), "the cover suffices");
                }
                let state = 3 * knows(period.checked_sub(1)) + knows(Some(period));
                act(play, &genes[4 * state..][..4], period, when, &attacker);
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

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        let start = 10_000 * DSLA as i128;
        let cases = [[false, false], [false, true], [true, false], [true, true]];
        cases.map(|missed| self.wealth(genes, missed) - start).iter().sum::<i128>() / cases.len() as i128
    }
}

/// The provider fills its cover up.
fn honest(play: &mut Play, provider: &AccountId) {
    let amount = COVER.saturating_sub(Compensation::buckets(AGREEMENT).junior);
    if amount > 0 {
        play.call(provider, Pool::<Runtime>::stake_cover { agreement: AGREEMENT, amount });
    }
}

fn act(play: &mut Play, genes: &[u8], period: u32, when: When, who: &AccountId) {
    let [enter, at, leave, cancel] = genes else { panic!("{genes:?}") };
    let now = MOMENTS.iter().position(|moment| *moment == when).unwrap_or(0);
    if *enter > 0 && usize::from(*at) == now {
        play.back(who, AMOUNTS[usize::from(*enter)]);
    }
    if *leave > 0 && usize::from(*leave) - 1 == now {
        play.leave_all_but(who, 0);
    }
    if *cancel > 0 && when == When::Late {
        play.call(who, Pool::<Runtime>::cancel_backing { agreement: AGREEMENT, period });
    }
}

/// The same coins, but who enters or leaves does so at once, at the price of the moment.
pub struct Weak;

impl Game for Weak {
    fn knobs(&self) -> Vec<Knob> {
        knobs()
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        // In billionths of a DSLA, so that products fit.
        const UNIT: i128 = 1_000_000_000;
        let swing = 75 * UNIT;
        let mut sum = 0;
        for missed in [[false, false], [false, true], [true, false], [true, true]] {
            let (mut inside, mut wallet) = (0i128, 0i128);
            let mut before = 0;
            for period in 0..PERIODS {
                let now =
                    if RISKY.contains(&period) { 1 + usize::from(missed[(period - RISKY.start) as usize]) } else { 0 };
                let [enter, _, leave, _] = genes[4 * (3 * before + now)..][..4] else { panic!("{genes:?}") };
                if enter > 0 && inside == 0 {
                    inside = (AMOUNTS[usize::from(enter)] / UNIT as u128) as i128;
                    wallet -= inside;
                }
                if leave > 0 {
                    wallet += std::mem::take(&mut inside);
                }
                // Next to 400 DSLA of somebody else.
                let change = swing * inside / (400 * UNIT + inside);
                inside += match now {
                    1 => change,
                    2 => -change,
                    _ => 0,
                };
                before = now;
            }
            sum += wallet + inside;
        }
        sum / 4 * UNIT
    }
}
