// SPDX-License-Identifier: Apache-2.0

//! A reporter that does not measure: it copies what others report, guesses, or stays away.
//!
//! **World**: sealed rounds of an hour, a committee of four. Three measure; what they measure jumps by far more than the
//! tolerance from period to period. A measurement costs its reporter something outside of the chain, less than it is paid.
//!
//! **Coalition**: the fourth reporter. For every fourth period it chooses a way: measure; stay away; commit to a guess or
//! to the last result; commit to somebody else's hash and reveal what that one reveals; commit to a guess and say nothing
//! or what others revealed; come too late. It may give up its seat after each report. What it knows without measuring is
//! only what is on chain.
//!
//! **Honest baseline**: it measures each time.
//!
//! **Dust**: some wrong reports are tolerated. Before the first slash there are `MaxStrikes − 1` free ones, and one is
//! forgiven for a good report each day: the game takes less than a day, so one. Each saves the cost of a measurement.
//! Over a long time that is a limit of its own: see [`Real::daily`].

use crate::{
    oracle::{claim_rewards, commit, hash, members, reveal},
    search::{knob, Game, Knob},
    world::{account, plain_terms, Play, Stage, World, AGREEMENT, WINDOW},
};
use dsla_primitives::{schedule::Period, Balance, Moment};
use dsla_runtime::{constants::currency::DSLA, AccountId, Runtime};
use dsla_runtime_tests::people::{DAY, HOUR};
use pallet_sli_oracle::Call as Oracle;

/// What measuring a period costs; the reward of a report is 0.025 DSLA.
pub const COST: Balance = 20 * DSLA / 1_000;
/// Four strikes without a slash, and one forgiven.
pub const DUST: Balance = 5 * COST;
/// What a lazy reporter can save in twelve periods of a day: four strikes, and every second of the other periods.
pub const SAVED_DAILY: Balance = 8 * COST;

/// What was measured, in thousandths of percent: never close to one before.
const TRUTH: [u128; 12] =
    [91_000, 37_000, 64_000, 5_000, 83_000, 22_000, 54_000, 12_000, 76_000, 44_000, 97_000, 30_000];
const GUESSES: [u128; 4] = [100_000, 99_950, 50_000, 0];
/// Ways of a period.
const WAYS: u8 = 9;
const REPORT: u64 = 300_000;

/// The real runtime, with sealed reports or with open ones.
pub struct Real {
    world: World,
    sealed: bool,
    honest: i128,
}

impl Real {
    /// With sealed reports.
    pub fn sealed() -> Self {
        Self::new(true, HOUR)
    }

    /// The weakened setting: open reports, which the attacker can read before it sends its own.
    pub fn open() -> Self {
        Self::new(false, HOUR)
    }

    /// **A known limit, with a profit**: sealed reports in periods of a day. One good report a day takes a strike away, so
    /// every second one may be a guess, for ever; it is paid like the others.
    pub fn daily() -> Self {
        Self::new(true, DAY)
    }

    fn new(sealed: bool, period: Moment) -> Self {
        let stage = Stage {
            committee: &["member0", "member1", "member2", "member3"],
            reporters: &[],
            people: &[],
            cover: 100 * DSLA,
        };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, TRUTH.len() as u32, committee);
                terms.schedule.period = Period::Custom(period);
                terms.oracle.report_window = REPORT;
                terms.oracle.reveal_window = sealed.then_some(REPORT);
                terms.oracle.challenge_window = WINDOW;
                terms
            },
            |_| {},
        );
        let mut real = Self { world, sealed, honest: 0 };
        real.honest = real.wealth(&[0; 6]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let sealed = self.sealed;
        self.world.play(|play| {
            let members = members(4);
            let mut measured = 0;
            for period in 0..TRUTH.len() as u32 {
                play.to(play.boundary(period + 1));
                let mut attacker = Attacker { genes, who: &members[3], period, measured: &mut measured };
                if sealed {
                    sealed_round(play, &members, &mut attacker);
                } else {
                    open_round(play, &members, &mut attacker);
                }
                play.to(play.now() + WINDOW);
                play.to(play.now() + WINDOW);
            }
            play.settle_all();
            play.close_pool(AGREEMENT, &account("provider"), &[]);
            claim_rewards(play, &members);
            play.wealth(&[&members[3]]) - i128::from(measured) * COST as i128
        })
    }
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        let mut knobs: Vec<Knob> = (0..4).map(|i| knob(format!("way {i}"), WAYS, &[0, 1, 2, 4, 6])).collect();
        knobs.push(knob("guess", GUESSES.len() as u8, &[0]));
        knobs.push(knob("give up the seat", 2, &[0]));
        knobs
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest
    }
}

struct Attacker<'a> {
    genes: &'a [u8],
    who: &'a AccountId,
    period: u32,
    measured: &'a mut u32,
}

impl Attacker<'_> {
    fn way(&self) -> u8 {
        self.genes[self.period as usize % 4]
    }

    /// What the attacker commits to or reports without knowing the reports of others: measured, guessed, or old.
    fn own(&mut self) -> u128 {
        match self.way() {
            0 => {
                *self.measured += 1;
                TRUTH[self.period as usize]
            }
            3 if self.period > 0 => TRUTH[self.period as usize - 1],
            _ => GUESSES[usize::from(self.genes[4])],
        }
    }

    fn done(&self, play: &mut Play) {
        if self.genes[5] == 1 {
            play.call(self.who, Oracle::<Runtime>::give_up_seat { agreement: AGREEMENT });
        }
    }
}

fn sealed_round(play: &mut Play, members: &[AccountId], attacker: &mut Attacker) {
    let (period, who, way) = (attacker.period, attacker.who, attacker.way());
    let truth = TRUTH[period as usize];
    let hash_of = |index: usize| hash(&members[index], period, Some(truth), index as u8);
    for (index, member) in members[..3].iter().enumerate() {
        assert!(commit(play, member, period, hash_of(index)), "commits");
    }
    let own = attacker.own();
    match way {
        0 | 2 | 3 | 5 | 8 => drop(commit(play, who, period, hash(who, period, Some(own), 9))),
        4 => drop(commit(play, who, period, hash_of(0))),
        _ => {}
    }
    attacker.done(play);
    play.to(play.now() + REPORT);
    if way == 7 {
        // When the hashes are being opened: too late to commit.
        commit(play, who, period, hash(who, period, Some(truth), 9));
    }
    for (index, member) in members[..3].iter().enumerate() {
        assert!(reveal(play, member, period, Some(truth), index as u8), "reveals");
    }
    match way {
        0 | 2 | 3 => drop(reveal(play, who, period, Some(own), 9)),
        // The values and the salt of the first member, which everybody has just seen.
        4 | 6 => drop(reveal(play, who, period, Some(truth), 0)),
        // First what others have revealed, and where that is refused its own.
        7 | 8 => {
            for value in [truth, own] {
                reveal(play, who, period, Some(value), 9);
            }
        }
        _ => {}
    }
    play.to(play.now() + REPORT);
}

fn open_round(play: &mut Play, members: &[AccountId], attacker: &mut Attacker) {
    let (period, who, way) = (attacker.period, attacker.who, attacker.way());
    let truth = TRUTH[period as usize];
    for member in &members[..3] {
        assert!(play.report(member, period, Some(truth)), "reports");
    }
    let own = attacker.own();
    match way {
        0 | 2 | 3 => drop(play.report(who, period, Some(own))),
        // What the others reported can be read.
        4 | 6 | 8 => drop(play.report(who, period, Some(truth))),
        _ => {}
    }
    attacker.done(play);
    play.to(play.now() + REPORT);
}
