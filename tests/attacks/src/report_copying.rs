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
//! **Dust**: none. A wrong report is not paid, and the reward is more than a measurement costs.
//!
//! With periods of a day ([`Real::daily`]) there is time for strikes to be forgiven. Weakened: wrong reports are paid like
//! the others, and a good one takes a strike away each day, so that a guess every other day pays
//! ([`Real::daily_and_paid_whatever`]).

use crate::{
    oracle::{claim_rewards, commit, hash, members, reveal},
    search::{knob, Game, Knob},
    world::{account, plain_terms, Play, Stage, World, AGREEMENT, WINDOW},
};
use dsla_primitives::{schedule::Period, Balance, Moment, RoundId};
use dsla_runtime::{constants::currency::DSLA, AccountId, Runtime, SliOracle};
use dsla_runtime_tests::people::{DAY, HOUR};
use pallet_sli_oracle::{Call as Oracle, Reporters, Rounds};

/// What measuring a period costs; the reward of a report is 0.025 DSLA.
pub const COST: Balance = 20 * DSLA / 1_000;
/// Nothing is tolerated.
pub const DUST: Balance = 0;

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
    /// Whether wrong reports are paid, and a strike is forgiven each day.
    lenient: bool,
    honest: i128,
}

impl Real {
    /// With sealed reports.
    pub fn sealed() -> Self {
        Self::new(true, HOUR, false)
    }

    /// The weakened setting: open reports, which the attacker can read before it sends its own.
    pub fn open() -> Self {
        Self::new(false, HOUR, false)
    }

    /// Sealed reports in periods of a day.
    pub fn daily() -> Self {
        Self::new(true, DAY, false)
    }

    /// [`Self::daily`] weakened.
    pub fn daily_and_paid_whatever() -> Self {
        Self::new(true, DAY, true)
    }

    fn new(sealed: bool, period: Moment, lenient: bool) -> Self {
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
        let mut real = Self { world, sealed, lenient, honest: 0 };
        real.honest = real.wealth(&[0; 6]);
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let (sealed, lenient) = (self.sealed, self.lenient);
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
                if lenient {
                    Reporters::<Runtime>::mutate(&members[3], |reporter| {
                        reporter.as_mut().expect("it is registered").forgiven_at = 0;
                    });
                }
                play.to(play.now() + WINDOW);
                play.to(play.now() + WINDOW);
            }
            play.settle_all();
            play.close_pool(AGREEMENT, &account("provider"), &[]);
            let not_paid = if lenient { not_paid(&members[3], &members[0]) } else { 0 };
            claim_rewards(play, &members);
            play.wealth(&[&members[3]]) + not_paid - i128::from(measured) * COST as i128
        })
    }
}

/// What `who` was not paid for reports that were wrong; `honest` was paid for each period.
fn not_paid(who: &AccountId, honest: &AccountId) -> i128 {
    let claimable = |who| SliOracle::claimable(AGREEMENT, who).expect("small amounts");
    let rounds = (0..TRUTH.len() as u32).map(|period| Rounds::<Runtime>::get(RoundId::new(AGREEMENT, period)));
    let reports = rounds.filter(|round| round.has_report_of(who)).count() as Balance;
    let share = claimable(honest) / TRUTH.len() as Balance;
    (share * reports) as i128 - claimable(who) as i128
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
