// SPDX-License-Identifier: Apache-2.0

//! Short searches: what must not pay does not, what pays pays no more than is known, and each search can find a profit.

use dsla_attacks::{attacks, limits, search::search};

/// `DSLA_EVALUATIONS` multiplies how many strategies are evaluated, `DSLA_SEED` is where the random ones begin.
fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn must_not_pay(name: &str) {
    let attack = attacks().into_iter().find(|attack| attack.name == name).expect("there is such an attack");
    let (budget, seed) = (attack.evaluations * number("DSLA_EVALUATIONS", 1), number("DSLA_SEED", 1));
    let dust = i128::try_from(attack.dust).expect("small");

    let weak = search(&mut *(attack.weak)(), budget.min(300), seed, &mut |_, _| {});
    println!("{name}, weakened: {} by {}, of {} strategies", weak.profit, weak.strategy, weak.evaluated);
    assert!(weak.profit > dust, "the search finds nothing where there is something to be found: {weak:?}");

    let real = search(&mut *(attack.real)(), budget, seed, &mut |_, _| {});
    let (all, mattered) = (real.evaluated, real.mattered);
    println!("{name}: {} by {}, of {all} strategies, {mattered} of which mattered", real.profit, real.strategy);
    assert!(real.profit <= dust, "{name} pays: {real:?}");
    // Behaving honestly is one of the strategies. The others must not all have been refused by the chain.
    assert!(real.profit >= 0 && 10 * mattered >= all, "{mattered} of {all}");
}

fn pays_at_most_what_is_known(name: &str) {
    let limit = limits().into_iter().find(|limit| limit.name == name).expect("there is such a limit");
    let (budget, seed) = (limit.evaluations * number("DSLA_EVALUATIONS", 1), number("DSLA_SEED", 1));
    let found = search(&mut *(limit.real)(), budget, seed, &mut |_, _| {});
    println!("{name}: {} by {}, of {} strategies", found.profit, found.strategy, found.evaluated);
    assert!(found.profit > 0, "{name} does not pay any more: make it an attack that must not");
    assert!(found.profit <= i128::try_from(limit.at_most).expect("small"), "{name} pays more than is known: {found:?}");
}

macro_rules! tests {
    ($check:ident: $($test:ident: $name:literal,)*) => {
        $(#[test]
        fn $test() {
            $check($name);
        })*
    };
}

tests! { must_not_pay:
    first_depositor_should_not_pay: "first depositor",
    donation_should_not_pay: "donation",
    rounding_loops_should_not_pay: "rounding loops",
    just_in_time_entry_should_not_pay: "just-in-time entry",
    exit_before_a_known_breach_should_not_pay: "exit before a known breach",
    cover_withdrawal_should_not_pay: "cover withdrawn before a known breach",
    cover_withdrawal_should_not_pay_without_backers: "cover withdrawn from the customers before a known breach",
    lazy_reporter_should_not_pay: "lazy reporter, a guess every other day",
    report_copying_should_not_pay: "report copying",
    withheld_reveal_should_not_pay: "withheld reveal",
    median_manipulation_should_not_pay: "median manipulation",
    self_challenge_should_not_pay: "self-challenge",
    sham_claims_should_not_pay: "sham claims of a bought committee",
    wash_redemption_should_not_pay: "wash redemption",
}

tests! { pays_at_most_what_is_known:
    pumped_shares_should_pay_at_most_their_price: "share price pumped with a lot of money",
    collusion_should_pay_at_most_what_backers_have: "provider as its own customer",
    filled_places_should_pay_at_most_what_is_at_stake_beyond_the_bonds: "sham claims where more is at stake than their bonds",
    dear_claims_should_pay_at_most_what_is_at_stake: "sham claims against who cannot pay the next bond",
    claim_fee_should_be_evaded_at_most_as_a_whole: "claim fee evaded by wash redemption",
    disagreement_should_be_worth_at_most_its_range: "median where the honest disagree",
}

#[test]
fn every_attack_and_limit_should_have_a_test() {
    let source = include_str!("attacks.rs");
    let names = attacks().into_iter().map(|attack| attack.name).chain(limits().into_iter().map(|limit| limit.name));
    for name in names {
        assert!(source.matches(&format!(": \"{name}\",")).count() == 1, "{name}");
    }
}
