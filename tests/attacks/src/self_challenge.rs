// SPDX-License-Identifier: Apache-2.0

//! Playing several sides of a challenge.
//!
//! **World**: an honest committee has reported what the service was like, a missed period. A panel is drawn from eighteen
//! other reporters; honest ones vote for the choice nearest to the truth, the earliest of those, and honest parties
//! appeal against a decision that costs them something.
//!
//! **Coalition**: two customers and one of the reporters, together with the provider or with all customers. Each of its
//! parties may claim what it likes, one of them may appeal, and the reporter votes for anything or not at all.
//!
//! **Honest baseline**: nobody challenges.
//!
//! **Dust**: none.
//!
//! **Weakened**: fifteen of the eighteen reporters belong to the coalition ([`Real::captured_panel`]): it wins what it
//! claims. A member of a panel that votes for what is not decided loses nothing, so all this takes is bonds for a time.
//!
//! With a bought committee as well ([`Real::stuffed`]), sham claims can shut the one of an honest customer out. That takes
//! all eight places, whose bonds double from one to the next, and must not pay while what is at stake is worth no more than
//! what is burned of them at the least, [`FILLING`]. Weakened: a base bond of 10 DSLA ([`Real::stuffed_cheaply`]).
//!
//! **Known limits, with a profit**: more at stake than that ([`Real::stuffed_for_more`]), and an honest customer without the
//! money for the next bond ([`Real::priced_out`]). See there.

use crate::{
    search::{knob, Game, Knob},
    world::{account, indicators, plain_terms, Play, Stage, World, AGREEMENT},
};
use dsla_primitives::{verdict::Indicator, Balance, RoundId, Units};
use dsla_runtime::{
    constants::currency::DSLA,
    parameters::{dynamic_params::challenges, Ranged},
    AccountId, Challenge, Runtime, RuntimeParameters,
};
use dsla_runtime_tests::people::HOUR;
use pallet_challenge::{types::commitment, types::Stage as Step, Call as Dispute, Challenges, Choice, Instance};
use sp_runtime::{FixedU128, Perbill};

/// Nothing is rounded that an attacker could move.
pub const DUST: Balance = 0;
/// What the first claim puts up; each further claim twice as much as the one before, and an appeal twice this.
pub const BOND: Balance = 500 * DSLA;
/// What is burned at the least of the bonds of eight sham claims: when the last and dearest one wins, half of the others.
pub const FILLING: Balance = 127 * BOND / 2;

/// What an honest customer of so many units loses when a period that was missed counts as met: the refund, and of the cover
/// of 10 what a credit of 15 % pays.
pub const fn at_stake(units: Units) -> Balance {
    units as Balance * (6 * DSLA + 10 * DSLA * 15 / 100)
}

const ROUND: RoundId = RoundId { agreement: AGREEMENT, period: 0 };
/// What the service was like, in thousandths of percent: missed, credit 30 %.
const TRUTH: u128 = 97_000;
const CHALLENGE_WINDOW: u64 = 120_000;
/// Units of the honest customer where the committee is honest, and where it is priced out.
pub const UNITS: Units = 1_000;
/// Units with as much at stake as [`FILLING`], rounded down.
pub const UNITS_OF_FILLING: Units = (FILLING / at_stake(1)) as Units;
/// Units with more at stake than is lost by filling.
pub const MANY_UNITS: Units = 10_000;
/// What can be claimed; the first stands for no claim, or that of the crowd.
const CLAIMS: [u128; 11] = [0, 100_000, 99_950, 99_900, 99_000, 98_000, 97_000, 94_999, 0, 99_930, 99_990];
/// Who in the coalition can claim what it likes: two customers, two more in [`Real::stuffed`], and the provider.
const CLAIMANTS: [&str; 5] = ["sham0", "sham1", "sham2", "sham3", "provider"];
/// All customers in the coalition.
const SHAMS: [&str; 8] = ["sham0", "sham1", "sham2", "sham3", "sham4", "sham5", "sham6", "sham7"];
/// What they claim as a crowd: a met period. The later, the nearer to the truth, so that the dearest claim is chosen.
const CROWD: [u128; 8] = [99_995, 99_985, 99_980, 99_970, 99_965, 99_960, 99_940, 99_910];
const REPORTERS: [&str; 18] = [
    "panel0", "panel1", "panel2", "panel3", "panel4", "panel5", "panel6", "panel7", "panel8", "panel9", "panel10",
    "panel11", "panel12", "panel13", "panel14", "panel15", "panel16", "panel17",
];
const COMMITTEE: [&str; 4] = ["member0", "member1", "member2", "member3"];

/// The real runtime.
pub struct Real {
    world: World,
    /// How many of the reporters belong to the coalition.
    captured: usize,
    /// Whether the committee does, too.
    bought: bool,
    honest: [i128; 2],
}

impl Real {
    /// One of eighteen reporters.
    pub fn new() -> Self {
        Self::with(&Setting::default())
    }

    /// The weakened setting: fifteen of eighteen reporters.
    pub fn captured_panel() -> Self {
        Self::with(&Setting { captured: 15, ..Setting::default() })
    }

    /// The committee belongs to the provider, as it may since the provider names it, and says that all was well. An honest
    /// customer claims the truth, but there is room for eight claims, and the coalition comes first: with eight sham claims,
    /// all of a met period, the panel can choose only between lies. What is at stake is worth [`FILLING`].
    pub fn stuffed() -> Self {
        Self::with(&Setting { bought: true, units: UNITS_OF_FILLING, ..Setting::default() })
    }

    /// [`Self::stuffed`] weakened: a base bond of 10 DSLA.
    pub fn stuffed_cheaply() -> Self {
        Self::with(&Setting { bought: true, units: UNITS_OF_FILLING, base_bond: 10 * DSLA, ..Setting::default() })
    }

    /// **A known limit, with a profit**: more is at stake in one period than filling all places costs. `base_bond` is what
    /// governance asks for.
    pub fn stuffed_for_more(base_bond: Balance) -> Self {
        Self::with(&Setting { bought: true, units: MANY_UNITS, base_bond, ..Setting::default() })
    }

    /// **A known limit, with a profit**: the honest customer has 3,000 DSLA when it comes to claims. Three shams, which put
    /// up 3,500 and lose 1,125 of that, make the next bond 4,000. Any party may claim, so what counts is what the richest
    /// one that is honest can put up; here there is only the one.
    pub fn priced_out() -> Self {
        Self::with(&Setting { bought: true, spare: 3_000, ..Setting::default() })
    }

    fn with(setting: &Setting) -> Self {
        let Setting { captured, bought, units, base_bond, spare } = *setting;
        let honest = u128::from(units) * 10 + spare;
        let people: Vec<(&str, Balance)> =
            SHAMS.iter().map(|sham| (*sham, 150_000)).chain([("honest", honest)]).collect();
        let stage = Stage { committee: &COMMITTEE, reporters: &REPORTERS, people: &people, cover: 300_000 * DSLA };
        let world = World::new(
            &stage,
            |start, committee| {
                let mut terms = plain_terms(start, 1, committee);
                terms.pricing.unit_price = 10 * DSLA;
                terms.pricing.cover_per_unit = 20 * DSLA;
                terms.pricing.at_risk = Perbill::from_percent(50);
                terms.oracle.challenge_window = CHALLENGE_WINDOW;
                terms
            },
            |play| {
                for sham in &SHAMS {
                    assert!(play.subscribe(&account(sham), 10, 1));
                }
                assert!(play.subscribe(&account("honest"), units, 1));
                let bond = Some(Ranged::new(base_bond).expect("in range"));
                let parameter = challenges::Parameters::BaseBond(challenges::BaseBond, bond);
                let key_value = RuntimeParameters::Challenges(parameter);
                play.root(pallet_parameters::Call::<Runtime>::set_parameter { key_value });
            },
        );
        let mut real = Self { world, captured, bought, honest: [0; 2] };
        for side in 0..2 {
            let mut genes = vec![0; real.knobs().len()];
            genes[0] = side as u8;
            real.honest[side] = real.wealth(&genes);
        }
        real
    }

    fn wealth(&mut self, genes: &[u8]) -> i128 {
        let (captured, bought) = (self.captured, self.bought);
        self.world.play(|play| {
            let [side, lie, appellant, vote, crowd, claims @ ..] = genes else { panic!("{genes:?}") };
            // With a bought committee the provider is always on board.
            let with_provider = bought || *side == 1;
            let members = COMMITTEE.map(account);
            let reported = if bought && *lie == 1 { 100_000 } else { TRUTH };
            play.to(play.boundary(1));
            for member in &members {
                assert!(play.report(member, 0, Some(reported)), "reports");
            }
            play.to(play.now() + play.terms.oracle.report_window);
            let of_crowd = CROWD.iter().take((*crowd).into()).copied();
            let mut sham_claims: Vec<u128> = of_crowd.chain(std::iter::repeat(0)).take(SHAMS.len()).collect();
            let [of_shams @ .., of_provider] = claims else { panic!("{claims:?}") };
            for (claim, own) in sham_claims.iter_mut().zip(of_shams).filter(|(_, own)| **own > 0) {
                *claim = CLAIMS[usize::from(*own)];
            }
            for (who, claim) in SHAMS.iter().zip(sham_claims).filter(|(_, claim)| *claim > 0) {
                challenge(play, &account(who), claim);
            }
            if *of_provider > 0 && with_provider {
                challenge(play, &account("provider"), CLAIMS[usize::from(*of_provider)]);
            }
            if reported != TRUTH {
                challenge(play, &account("honest"), TRUTH);
            }
            play.next_block();
            let mut game = Course { captured, vote: *vote, appellant: *appellant, with_provider };
            game.run(play);
            play.settle_all();
            let people = SHAMS.iter().map(|name| account(name)).collect::<Vec<_>>();
            let honest = account("honest");
            let mut all: Vec<&AccountId> = people.iter().collect();
            all.push(&honest);
            let provider = account("provider");
            play.close_pool(AGREEMENT, &provider, &all);
            crate::oracle::claim_rewards(play, &members);
            let panel = REPORTERS[..captured].iter().map(|name| account(name)).collect::<Vec<_>>();
            let mut coalition: Vec<&AccountId> = people.iter().chain(&panel).collect();
            if with_provider {
                coalition.push(&provider);
            }
            if bought {
                coalition.extend(&members);
            }
            play.wealth(&coalition)
        })
    }
}

/// What the worlds differ in.
struct Setting {
    captured: usize,
    bought: bool,
    /// Units of the honest customer.
    units: Units,
    base_bond: Balance,
    /// What the honest customer has left to claim with, in DSLA.
    spare: u128,
}

impl Default for Setting {
    fn default() -> Self {
        Self { captured: 1, bought: false, units: UNITS, base_bond: BOND, spare: 190_000 }
    }
}

impl Default for Real {
    fn default() -> Self {
        Self::new()
    }
}

impl Game for Real {
    fn knobs(&self) -> Vec<Knob> {
        let mut knobs = vec![
            knob("with the provider", 2, if self.bought { &[0] } else { &[0, 1] }),
            knob("the committee lies", if self.bought { 2 } else { 1 }, if self.bought { &[0, 1] } else { &[0] }),
            knob("appeal by", 1 + CLAIMANTS.len() as u8, &[0, 1]),
            knob("vote", 6, &[0, 2]),
            knob(
                "crowd",
                if self.bought { 1 + SHAMS.len() as u8 } else { 1 },
                if self.bought { &[0, 8, 3] } else { &[0] },
            ),
        ];
        for (index, who) in CLAIMANTS.iter().enumerate() {
            // Without a bought committee two shams are enough to try.
            let size = if self.bought || index < 2 || index == 4 { CLAIMS.len() as u8 } else { 1 };
            let coarse: &[u8] = match index {
                _ if size == 1 => &[0],
                0 => &[0, 1, 3, 7],
                1 => &[0, 2, 8],
                2 => &[0, 9],
                3 => &[0, 10],
                _ => &[0, 3],
            };
            knobs.push(knob(format!("claim of {who}"), size, coarse));
        }
        knobs
    }

    fn profit(&mut self, genes: &[u8]) -> i128 {
        self.wealth(genes) - self.honest[usize::from(genes[0])]
    }
}

fn challenge(play: &mut Play, who: &AccountId, value: u128) -> bool {
    play.call(who, Dispute::<Runtime>::challenge { round: ROUND, indicators: indicators(value) })
}

/// How a challenge is played to its end.
struct Course {
    captured: usize,
    vote: u8,
    appellant: u8,
    with_provider: bool,
}

impl Course {
    fn run(&mut self, play: &mut Play) {
        for _ in 0..200 {
            let Some(challenge) = Challenges::<Runtime>::get(ROUND) else { return };
            let instance = if challenge.appeal.is_some() { Instance::Appeal } else { Instance::First };
            let choices: Vec<u128> = std::iter::once(&challenge.proposed)
                .chain(challenge.claims.iter().map(|claim| &claim.indicators))
                .map(|indicators| match indicators[0] {
                    Indicator::Value(value) => value.into_inner() / (FixedU128::from_u32(1).into_inner() / 1_000),
                    Indicator::NoData => 0,
                })
                .collect();
            match challenge.stage {
                Step::Collecting { until } | Step::Arbitration { until } => play.to(until),
                // Randomness that is new enough comes with the second epoch from now.
                Step::Drawing { .. } => play.to(play.now() + HOUR),
                Step::Voting { until } => {
                    for seat in &challenge.panel {
                        if let Some(choice) = self.vote_of(&seat.member, &choices) {
                            let genesis = Challenge::genesis_hash();
                            let hash = commitment(&genesis, ROUND, instance, &seat.member, choice, &[3; 32]);
                            play.call(&seat.member, Dispute::<Runtime>::commit_vote { round: ROUND, hash });
                        }
                    }
                    play.to(until);
                }
                Step::Revealing { until } => {
                    for seat in &challenge.panel {
                        if let Some(choice) = self.vote_of(&seat.member, &choices) {
                            let salt = [3; 32];
                            play.call(&seat.member, Dispute::<Runtime>::reveal_vote { round: ROUND, choice, salt });
                        }
                    }
                    play.to(until);
                }
                Step::Appealable { decision, until } => {
                    if self.appellant > 0 {
                        let who = CLAIMANTS[usize::from(self.appellant) - 1];
                        if who != "provider" || self.with_provider {
                            play.call(&account(who), Dispute::<Runtime>::appeal { round: ROUND });
                        }
                    }
                    if usize::from(decision) != nearest(&choices) {
                        // Whom the wrong decision costs something; refused where the coalition was first.
                        play.call(&account("honest"), Dispute::<Runtime>::appeal { round: ROUND });
                        if !self.with_provider {
                            play.call(&account("provider"), Dispute::<Runtime>::appeal { round: ROUND });
                        }
                    }
                    if matches!(
                        Challenges::<Runtime>::get(ROUND).map(|challenge| challenge.stage),
                        Some(Step::Appealable { .. })
                    ) {
                        play.to(until);
                    }
                }
            }
        }
        panic!("the challenge does not end");
    }

    /// The choice a member votes for; `None` when it does not vote.
    fn vote_of(&self, member: &AccountId, choices: &[u128]) -> Option<Choice> {
        let bought = REPORTERS[..self.captured].iter().any(|name| account(name) == *member);
        match self.vote {
            0 => Some(nearest(choices) as Choice),
            _ if !bought => Some(nearest(choices) as Choice),
            5 => None,
            vote => Some(vote - 1),
        }
    }
}

/// The first of the choices that are nearest to the truth.
fn nearest(choices: &[u128]) -> usize {
    let distances = choices.iter().map(|value| value.abs_diff(TRUTH));
    distances.enumerate().min_by_key(|(_, distance)| *distance).map_or(0, |(index, _)| index)
}
