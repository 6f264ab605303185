// SPDX-License-Identifier: Apache-2.0

//! Attackers that search for a profit on the real runtime.
//!
//! Each module describes one attack: the honest parties, the coalition and what it can do, what it is compared with, and a
//! weakened setting in which the same search must find a profit, so that finding none means something. [`search`] looks
//! for the best strategy, [`world`] plays strategies on the runtime.
//!
//! [`attacks`] are those that must not pay; [`limits`] are those that do, with how much they pay at most. When the chain
//! changes so that a limit is gone, its test fails, and it becomes an attack.
//!
//! `cargo test -p dsla-attacks` runs short searches, `cargo run -p dsla-attacks --bin search -- 1000` longer ones.

pub mod collusion;
pub mod cover_withdrawal;
pub mod donation;
pub mod exit_before_breach;
pub mod first_depositor;
pub mod jit_entry;
pub mod median;
pub mod oracle;
pub mod report_copying;
pub mod rounding_loops;
pub mod search;
pub mod self_challenge;
pub mod toy;
pub mod wash_redemption;
pub mod withheld_reveal;
pub mod world;

use dsla_primitives::Balance;
use dsla_runtime::constants::currency::DSLA;
use search::Game;

/// Sets a game up.
pub type Make = fn() -> Box<dyn Game>;

/// An attack that must not pay.
pub struct Attack {
    /// Its name.
    pub name: &'static str,
    /// What rounding and stated tolerances may leave to the attacker, in plancks.
    pub dust: Balance,
    /// On the real runtime.
    pub real: Make,
    /// Weakened, so that it pays.
    pub weak: Make,
    /// How many strategies a test evaluates: an evaluation takes longer for some than for others.
    pub evaluations: u64,
}

/// An attack that pays.
pub struct Limit {
    /// Its name.
    pub name: &'static str,
    /// The most it pays, in plancks.
    pub at_most: Balance,
    /// On the real runtime.
    pub real: Make,
    /// How many strategies a test evaluates.
    pub evaluations: u64,
}

/// The fees for verifying the periods of a game: what a provider without cover saves.
const FEES: Balance = 3 * DSLA;

/// The attacks that must not pay.
pub fn attacks() -> Vec<Attack> {
    vec![
        Attack {
            name: "first depositor",
            dust: first_depositor::DUST,
            real: || Box::new(first_depositor::Real::new()),
            weak: || Box::new(first_depositor::Weak),
            evaluations: 800,
        },
        Attack {
            name: "donation",
            dust: donation::DUST,
            real: || Box::new(donation::Real::new()),
            weak: || Box::new(donation::Weak),
            evaluations: 1000,
        },
        Attack {
            name: "rounding loops",
            dust: rounding_loops::DUST,
            real: || Box::new(rounding_loops::Real::new()),
            weak: || Box::new(rounding_loops::Weak),
            evaluations: 800,
        },
        Attack {
            name: "just-in-time entry",
            dust: jit_entry::DUST,
            real: || Box::new(jit_entry::Real::new()),
            weak: || Box::new(jit_entry::Weak),
            evaluations: 400,
        },
        Attack {
            name: "exit before a known breach",
            dust: exit_before_breach::DUST,
            real: || Box::new(exit_before_breach::Real::new()),
            weak: || Box::new(exit_before_breach::Weak),
            evaluations: 1000,
        },
        Attack {
            name: "cover withdrawn before a known breach",
            dust: cover_withdrawal::DUST,
            real: || Box::new(cover_withdrawal::Real::new()),
            weak: || Box::new(cover_withdrawal::Real::with_the_fullest_period(true)),
            evaluations: 400,
        },
        Attack {
            name: "cover withdrawn from the customers before a known breach",
            dust: cover_withdrawal::DUST,
            real: || Box::new(cover_withdrawal::Real::without_backers()),
            weak: || Box::new(cover_withdrawal::Real::with_the_fullest_period(false)),
            evaluations: 400,
        },
        Attack {
            name: "lazy reporter, a guess every other day",
            dust: report_copying::DUST,
            real: || Box::new(report_copying::Real::daily()),
            weak: || Box::new(report_copying::Real::daily_and_paid_whatever()),
            evaluations: 300,
        },
        Attack {
            name: "report copying",
            dust: report_copying::DUST,
            real: || Box::new(report_copying::Real::sealed()),
            weak: || Box::new(report_copying::Real::open()),
            evaluations: 500,
        },
        Attack {
            name: "withheld reveal",
            dust: withheld_reveal::DUST,
            real: || Box::new(withheld_reveal::Real::one_of_four()),
            weak: || Box::new(withheld_reveal::Real::two_of_four()),
            evaluations: 800,
        },
        Attack {
            name: "median manipulation",
            dust: median::DUST,
            real: || Box::new(median::Real::new()),
            weak: || Box::new(median::Weak { median: false }),
            evaluations: 800,
        },
        Attack {
            name: "self-challenge",
            dust: self_challenge::DUST,
            real: || Box::new(self_challenge::Real::new()),
            weak: || Box::new(self_challenge::Real::captured_panel()),
            evaluations: 400,
        },
        Attack {
            name: "sham claims of a bought committee",
            dust: self_challenge::DUST,
            real: || Box::new(self_challenge::Real::stuffed()),
            weak: || Box::new(self_challenge::Real::stuffed_cheaply()),
            evaluations: 300,
        },
        Attack {
            name: "wash redemption",
            dust: wash_redemption::DUST,
            real: || Box::new(wash_redemption::Real::new()),
            weak: || Box::new(wash_redemption::Real::with_claim_fee()),
            evaluations: 1000,
        },
    ]
}

/// The attacks that pay, and how much.
pub fn limits() -> Vec<Limit> {
    vec![
        Limit {
            name: "share price pumped with a lot of money",
            at_most: first_depositor::DUST,
            real: || Box::new(first_depositor::Real::patient()),
            evaluations: 100,
        },
        Limit {
            name: "provider as its own customer",
            at_most: collusion::BACKED + FEES,
            real: || Box::new(collusion::Real::new()),
            evaluations: 300,
        },
        Limit {
            name: "sham claims where more is at stake than their bonds",
            at_most: self_challenge::at_stake(self_challenge::MANY_UNITS) - self_challenge::FILLING,
            real: || Box::new(self_challenge::Real::stuffed_for_more(self_challenge::BOND)),
            evaluations: 300,
        },
        Limit {
            name: "sham claims against who cannot pay the next bond",
            at_most: self_challenge::at_stake(self_challenge::UNITS),
            real: || Box::new(self_challenge::Real::priced_out()),
            evaluations: 300,
        },
        Limit {
            name: "claim fee evaded by wash redemption",
            at_most: wash_redemption::CLAIM_FEE * wash_redemption::COMPENSATION,
            real: || Box::new(wash_redemption::Real::with_claim_fee()),
            evaluations: 300,
        },
        Limit {
            name: "median where the honest disagree",
            at_most: median::Real::worth_of_disagreement(),
            real: || Box::new(median::Real::at_the_edge()),
            evaluations: 300,
        },
    ]
}
