// SPDX-License-Identifier: Apache-2.0

//! The attacks that pay, each as the shortest sequence of calls.

use dsla_attacks::{
    collusion, cover_withdrawal, first_depositor, report_copying,
    search::{Game, Knob},
    self_challenge, wash_redemption,
};
use dsla_runtime::constants::currency::DSLA;

const ONE: i128 = DSLA as i128;

/// The profit of the strategy that sets only these knobs, in thousandths of a DSLA.
fn profit(game: &mut dyn Game, set: &[(&str, u8)]) -> i128 {
    let knobs: Vec<Knob> = game.knobs();
    for (name, value) in set {
        assert!(knobs.iter().any(|knob| knob.name == *name && *value < knob.size), "{name}");
    }
    let gene = |knob: &Knob| set.iter().find(|(name, _)| *name == knob.name).map_or(0, |(_, value)| *value);
    let genes: Vec<u8> = knobs.iter().map(gene).collect();
    game.profit(&genes) * 1_000 / ONE
}

/// A coalition with a million DSLA, all of which it has back in the end. It backs with 10, and in each of thirteen periods
/// buys units for 250,000 if it can, which is a premium for its own shares, and leaves with all but 10. A share costs about
/// half a DSLA by then. Three victims pay in 10, 16 and 1,234, and lose up to a share each.
#[test]
fn a_rich_first_backer_can_make_a_share_cost_a_good_part_of_a_dsla() {
    let mut game = first_depositor::Real::patient();
    let mut moves = vec![("back".to_owned(), 1), ("pump".to_owned(), 4), ("stay to the end".to_owned(), 1)];
    for stage in 0..13 {
        moves.extend([(format!("pump in {stage}"), 1), (format!("leave in {stage}"), 1)]);
    }
    let moves: Vec<(&str, u8)> = moves.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let gained = profit(&mut game, &moves);
    assert!((1_600..1_650).contains(&gained), "{gained}");
}

/// A provider stakes 850. Two periods are missed, each worth 400, and neither is settled. Whenever it tries, it cannot take
/// 400 back before they are, and the 50 that are no matter of them cost nobody anything. Where only the fullest period's need
/// must stay it takes 600 and leaves 550 of the 800 to the backers.
#[test]
fn a_provider_cannot_take_cover_back_between_a_miss_and_its_settlement() {
    let games = [cover_withdrawal::Real::new(), cover_withdrawal::Real::without_backers()];
    for mut game in games {
        for slot in 0..12 {
            for amount in 1..9 {
                let saved = profit(&mut game, &[("move 0", 1), ("slot 0", slot), ("amount 0", amount)]);
                assert_eq!(saved, 0, "amount {amount} at {slot}");
            }
        }
    }
    let mut weak = cover_withdrawal::Real::with_the_fullest_period(true);
    let saved = profit(&mut weak, &[("move 0", 1), ("slot 0", 3), ("amount 0", 7)]);
    // With nothing left it does not pay for the verification of periods without income either.
    assert!((550_000..554_000).contains(&saved), "{saved}");
}

/// A guess every other day: six measurements of 0.02 are saved, and six rewards of 0.025 are not earned. Two of six
/// strikes are forgiven, one at once and one after a week; the fifth that counts costs 100.
#[test]
fn a_guess_every_other_day_should_cost_more_than_it_saves() {
    let guesses = [("way 1", 2), ("way 3", 2)];
    let saved = profit(&mut report_copying::Real::daily(), &guesses);
    assert_eq!(saved, 6 * (20 - 25));
    assert_eq!(profit(&mut report_copying::Real::daily_and_paid_whatever(), &guesses), 6 * 20);
    let all = [("way 0", 2), ("way 1", 2), ("way 2", 2), ("way 3", 2)];
    assert!(profit(&mut report_copying::Real::daily(), &all) < -100_000, "strikes lead to a slash");
}

/// A provider with 200 of cover, next to 800 of a backer, subscribes to 240 units of 4 by another account, and fails.
#[test]
fn a_provider_can_take_what_backers_have_as_its_own_customer() {
    let mut game = collusion::Real::new();
    let taken = profit(&mut game, &[("units from 1", 4), ("fail in 2", 1)]);
    // What its own cover does not pay of the 960, but for the premium: half of the 120 that the units cost.
    assert!((700_000..702_000).contains(&taken), "{taken}");
}

/// The committee says 100 %, and eight accounts of the provider claim what is met, too, before the customer can claim 97. The
/// panel has to choose among met periods, and chooses the dearest claim. The others lose 127 bonds of 500, and a quarter of
/// that goes to the dearest: 47,625 are gone.
#[test]
fn eight_sham_claims_can_shut_an_honest_one_out_at_a_loss() {
    let mut game = self_challenge::Real::stuffed();
    let lie = ("the committee lies", 1);
    assert!(profit(&mut game, &[lie]) <= 0, "an honest customer who can claim wins");
    let at_stake = i128::try_from(self_challenge::at_stake(self_challenge::UNITS_OF_FILLING)).unwrap() * 1_000 / ONE;
    assert_eq!(at_stake, 31_747_500);
    assert!(profit(&mut game, &[lie, ("crowd", 7)]) < 0, "as long as there is room for its claim");
    let loss = 127 * 500_000 * 3 / 4;
    assert_eq!(profit(&mut game, &[lie, ("crowd", 8)]), at_stake - loss);
}

/// The same with 75,000 at stake in one period. Governance can raise the base bond so that it does not pay.
#[test]
fn eight_sham_claims_pay_where_more_is_at_stake_and_a_higher_base_bond_ends_it() {
    let fill = [("the committee lies", 1), ("crowd", 8)];
    let profit_at = |bond: u128| profit(&mut self_challenge::Real::stuffed_for_more(bond * DSLA), &fill);
    let loss = |bond: i128| 127 * bond * 1_000 * 3 / 4;
    assert_eq!(profit_at(500), 75_000_000 - loss(500));
    assert_eq!(profit_at(800), 75_000_000 - loss(800));
    assert!(profit_at(500) > 0 && profit_at(800) < 0);
}

/// Three shams put up 500, 1,000 and 2,000. The customer has 3,000 and would have to put up 4,000.
#[test]
fn three_sham_claims_can_be_too_dear_for_the_next() {
    let mut game = self_challenge::Real::priced_out();
    let lie = ("the committee lies", 1);
    assert!(profit(&mut game, &[lie, ("crowd", 2)]) < 0, "it can put up 2,000");
    assert_eq!(profit(&mut game, &[lie, ("crowd", 3)]), 7_500_000 - 3 * 500_000 * 3 / 4);
}

/// With a claim fee of 10 % a customer redeems its 200 for an offer of a friend, who cancels the voucher.
#[test]
fn a_claim_fee_can_be_evaded_by_an_offer_of_a_friend() {
    let mut game = wash_redemption::Real::with_claim_fee();
    let evasion = [("move 0", 2), ("offer 0", 1), ("quantity 0", 3), ("move 1", 4)];
    assert_eq!(profit(&mut game, &evasion), 20_000);
}
