// SPDX-License-Identifier: Apache-2.0

//! Random games from the first claim to the ruling, against a model that is too simple to be wrong.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What a member of a panel does.
#[derive(Clone, Copy, Debug)]
enum Member {
    Sleeps,
    CommitsOnly,
    /// Commits to a hash of nothing that could be revealed.
    Lies,
    Votes(Choice),
}

#[derive(Clone, Debug)]
struct Game {
    bond: Balance,
    /// Who claims, in this order; repeated ones are refused.
    claimants: Vec<AccountId>,
    panel_size: u32,
    /// How many reporters there are for the first panel, and for that of the appeal.
    reporters: [usize; 2],
    /// Whether there is randomness in time for the first panel, and for that of the appeal.
    randomness: [bool; 2],
    members: [Vec<Member>; 2],
    appellant: Option<AccountId>,
    arbiter: Option<Choice>,
    windows: [Moment; 4],
    /// By how much each block is late.
    late: Moment,
    /// Whether somebody advances by hand instead of the chain.
    by_hand: bool,
    /// How often the ruling is refused.
    refusals: u32,
    /// Whether the reporters have no wallets.
    penniless: bool,
}

const PARTIES: [AccountId; 9] = [PROVIDER, ALICE, BOB, CHARLIE, BACKER, DOUBLE, DORA, EMIL, FRIDA];

fn any_member() -> impl Strategy<Value = Member> {
    prop_oneof![
        1 => Just(Member::Sleeps),
        1 => Just(Member::CommitsOnly),
        1 => Just(Member::Lies),
        8 => (0..10u8).prop_map(Member::Votes),
        // So that many panels agree.
        8 => (0..2u8).prop_map(Member::Votes),
    ]
}

fn any_game(by_hand: bool) -> impl Strategy<Value = Game> {
    let party = || prop::sample::select(&PARTIES[..]);
    let panel = |seats| prop::collection::vec(any_member(), seats);
    let window = prop_oneof![Just(0), Just(Moment::MAX), MIN_STAGE..MAX_ARBITRATION_WINDOW];
    let chance = |weight| prop::bool::weighted(weight);
    (
        (
            prop_oneof![1 => ED..50, 3 => ED..2_000u128],
            prop_oneof![3 => prop::collection::vec(party(), 1..6), 1 => prop::collection::vec(party(), 6..20)],
            0..10u32,
            [0..30usize, 0..30usize],
            [chance(0.9), chance(0.9)],
            [panel(7).boxed(), panel(15).boxed()],
        ),
        (
            prop::option::weighted(0.6, party()),
            prop::option::of(0..10u8),
            [window.clone(), window.clone(), window.clone(), window],
            prop_oneof![Just(0), 0..100_000u64],
            prop_oneof![3 => Just(0), 1 => 1..3u32],
            chance(0.3),
        ),
    )
        .prop_map(
            move |(
                (bond, claimants, panel_size, reporters, randomness, members),
                (appellant, arbiter, windows, late, refusals, penniless),
            )| Game {
                bond,
                claimants,
                panel_size,
                reporters,
                randomness,
                members,
                appellant,
                arbiter,
                windows,
                late,
                by_hand,
                refusals,
                penniless,
            },
        )
}

/// What the model expects, and what a run has seen.
#[derive(Clone, Debug, Default, PartialEq)]
struct Result {
    choice: Choice,
    by: Option<Decider>,
    appellant: Option<AccountId>,
    struck: BTreeSet<AccountId>,
    gains: BTreeMap<AccountId, i128>,
    burned: Balance,
}

/// What a game must come to. `panels` are the accounts that were drawn.
fn model(game: &Game, claimants: &[AccountId], panels: &[Vec<AccountId>; 2]) -> Result {
    let mut result = Result::default();
    let choices = claimants.len() as u8 + 1;
    let mut votes = Vec::new();
    // None: nobody was drawn. Some(None): no decision.
    let mut decide = |instance: usize, least: usize, struck: &mut BTreeSet<AccountId>| {
        if !game.randomness[instance] || panels[instance].len() < least {
            return None;
        }
        let panel = &panels[instance];
        let mut count = BTreeMap::<Choice, usize>::new();
        for (who, member) in panel.iter().zip(&game.members[instance]) {
            match member {
                Member::Votes(choice) if *choice < choices => {
                    *count.entry(*choice).or_default() += 1;
                    votes.push((*who, *choice));
                }
                _ => drop(struck.insert(*who)),
            }
        }
        let revealed = count.values().sum::<usize>();
        let best = count.iter().max_by_key(|(_, votes)| **votes).map(|(choice, votes)| (*choice, *votes))?;
        let unique = count.values().filter(|votes| **votes == best.1).count() == 1;
        (2 * revealed >= panel.len() && unique).then_some(best.0)
    };
    let claim_of = |who: AccountId| claimants.iter().position(|claimant| *claimant == who).map_or(0, |i| i as u8 + 1);

    let first = decide(0, 3, &mut result.struck);
    let mut decided = None;
    let mut appealed = false;
    if let Some(decision) = first {
        result.appellant = game.appellant.filter(|who| claim_of(*who) != decision);
        appealed = result.appellant.is_some();
        decided = if appealed {
            decide(1, panels[0].len() + 1, &mut result.struck).map(|choice| (choice, Decider::Appeal))
        } else {
            Some((decision, Decider::Panel))
        };
    }
    let arbiter = game.arbiter.filter(|choice| *choice < choices).map(|choice| (choice, Decider::Arbiter));
    let (choice, by) = decided.or(arbiter).unwrap_or((first.filter(|_| appealed).unwrap_or(0), Decider::Default));
    (result.choice, result.by) = (choice, Some(by));

    // The money. Everybody begins with nothing gained.
    let mut gain = |who: AccountId, amount: i128| *result.gains.entry(who).or_default() += amount;
    let bond_of = |who: AccountId| game.bond << (claim_of(who) - 1);
    let mut bonds = claimants.iter().map(|who| (*who, bond_of(*who), claim_of(*who) == choice)).collect::<Vec<_>>();
    if let (Some(appellant), true) = (result.appellant, appealed) {
        bonds.push((appellant, 2 * game.bond, first != Some(choice)));
    }
    if by == Decider::Default {
        for (who, bond, _) in bonds {
            gain(who, -(bond.div_ceil(10) as i128));
            result.burned += bond.div_ceil(10);
        }
    } else {
        let lost = bonds.iter().filter(|(_, _, kept)| !kept).map(|(_, bond, _)| *bond).sum::<Balance>();
        for (who, bond, _) in bonds.iter().filter(|(_, _, kept)| !kept) {
            gain(*who, -(*bond as i128));
        }
        let quarter = (lost - lost.div_ceil(2)) / 2;
        let voters = votes.iter().filter(|(_, vote)| *vote == choice).map(|(who, _)| *who).collect::<Vec<_>>();
        let share = quarter.checked_div(voters.len() as u128).unwrap_or(0);
        let winner = if choice == 0 { TREASURY } else { claimants[usize::from(choice) - 1] };
        gain(winner, quarter as i128);
        for voter in &voters {
            let payee = if game.penniless && share < ED { TREASURY } else { *voter };
            gain(payee, share as i128);
        }
        result.burned = lost - quarter - share * voters.len() as u128;
    }
    result.gains.retain(|_, gain| *gain != 0);
    result
}

/// Plays a game; returns the result, who claimed, and the panels.
fn play(game: &Game) -> (Result, Vec<AccountId>, [Vec<AccountId>; 2]) {
    BaseBond::set(game.bond);
    PanelSize::set(game.panel_size);
    VoteWindow::set(game.windows[0]);
    RevealWindow::set(game.windows[1]);
    AppealWindow::set(game.windows[2]);
    ArbitrationWindow::set(game.windows[3]);
    if game.penniless {
        for who in REPORTERS {
            assert_ok!(Balances::burn_from(&who, WALLET, Preservation::Expendable, Precision::Exact, Fortitude::Force));
        }
    }
    let wallets = || PARTIES.into_iter().chain(REPORTERS).chain([TREASURY]).map(|who| (who, wallet(who)));
    let before = wallets().collect::<BTreeMap<_, _>>();
    let issuance = Balances::total_issuance();

    let mut claimants = Vec::new();
    for (index, who) in (0..).zip(&game.claimants) {
        let taken = challenge(*who, (100 + index, 100));
        assert_eq!(taken.is_ok(), !claimants.contains(who) && claimants.len() < 8);
        if taken.is_ok() {
            claimants.push(*who);
        }
    }

    let mut panels = [Vec::new(), Vec::new()];
    let (begin, mut lateness, mut refusals) = (Now::get(), 0, game.refusals);
    while let Some(challenge) = Challenges::<Test>::get(ROUND) {
        let instance = usize::from(challenge.appeal.is_some());
        let (mut at, mut known) = (challenge.due(), false);
        let stage = challenge.stage;
        match stage {
            // A ruling that was refused is only tried again.
            _ if stage.until() <= Now::get() => {}
            Stage::Drawing { since, .. } if game.randomness[instance] => {
                Active::set(REPORTERS.take(game.reporters[instance]).collect());
                Seed::mutate(|(seed, known)| (*seed, *known) = (*seed + 1, since + 1));
                (at, known) = (Now::get() + 1, true);
            }
            Stage::Voting { .. } => {
                panels[instance] = panel();
                for (voter, member) in panel().into_iter().zip(&game.members[instance]) {
                    match member {
                        Member::Sleeps => {}
                        Member::CommitsOnly => drop(commit(voter, 0).unwrap()),
                        Member::Lies => {
                            assert_ok!(Challenging::commit_vote(signed(voter), ROUND, H256::zero()));
                        }
                        Member::Votes(choice) => drop(commit(voter, *choice).unwrap()),
                    }
                }
            }
            Stage::Revealing { .. } => {
                for (voter, member) in panel().into_iter().zip(&game.members[instance]) {
                    let choices = claimants.len() as u8 + 1;
                    match member {
                        Member::Lies => drop(reveal(voter, 0).unwrap_err()),
                        Member::Votes(choice) => assert_eq!(reveal(voter, *choice).is_ok(), *choice < choices),
                        Member::Sleeps | Member::CommitsOnly => {}
                    }
                }
            }
            Stage::Appealable { decision, .. } => {
                let lost = |who: &AccountId| challenge.has_lost(who, decision);
                if let Some(who) = game.appellant {
                    assert_eq!(appeal(who).is_ok(), lost(&who));
                }
                if game.appellant.as_ref().is_some_and(lost) {
                    continue;
                }
            }
            Stage::Arbitration { .. } => {
                if let Some(choice) = game.arbiter {
                    RuleFails::set(refusals > 0);
                    let taken = arbitrate(choice).is_ok();
                    assert_eq!(taken, usize::from(choice) <= claimants.len() && refusals == 0);
                    if refusals > 0 {
                        refusals -= 1;
                        continue;
                    }
                    if taken {
                        break;
                    }
                }
            }
            _ => {}
        }
        RuleFails::set(refusals > 0);
        let late = if challenge.retry.is_some() { RETRY_DELAY } else { 0 } + game.late + u64::from(known);
        lateness += late;
        let done = if game.by_hand {
            System::set_block_number(System::block_number() + 1);
            Now::set(at + game.late);
            advance().is_ok()
        } else {
            block_at(at + game.late);
            Challenges::<Test>::get(ROUND).is_none_or(|after| after.stage != stage)
        };
        if !done {
            // Only a refused ruling leaves a challenge where it was.
            assert!(refusals > 0, "stuck in {stage:?}");
            refusals -= 1;
        }
        Challenging::do_try_state().unwrap();
    }
    let took = Now::get() - begin;
    assert!(took <= MAX_DELAY + lateness, "{took} > {MAX_DELAY} + {lateness}");

    let ruling = ruling();
    let gains = wallets().map(|(who, now)| (who, now as i128 - before[&who] as i128)).filter(|(_, gain)| *gain != 0);
    let result = Result {
        choice: ruling.choice,
        by: Some(ruling.by),
        appellant: ruling.appellant,
        struck: Strikes::iter_keys().collect(),
        gains: gains.collect(),
        burned: issuance - Balances::total_issuance(),
    };
    (result, claimants, panels)
}

/// What must hold after any game, whatever the model says.
fn check(game: &Game, result: &Result, claimants: &[AccountId]) {
    let appeals = Balance::from(result.appellant.is_some() as u32);
    let put_up = game.bond * ((1 << claimants.len()) - 1 + 2 * appeals);
    let payout = payout();
    assert_eq!(put_up, payout.returned + payout.paid + payout.burned + payout.treasury);
    assert_eq!(payout.burned, result.burned);
    assert_eq!(result.gains.values().sum::<i128>(), -(result.burned as i128), "nothing is minted");

    // Everybody together who claimed, appealed or voted, and the provider: what was burned is their loss at the least.
    let lost = put_up - payout.returned;
    let coalition = |member: &AccountId| *member != TREASURY;
    let net = result.gains.iter().filter(|(who, _)| coalition(who)).map(|(_, gain)| *gain).sum::<i128>();
    assert!(net <= -(result.burned as i128), "a coalition of everybody wins {net}");
    assert!(result.burned >= if result.by == Some(Decider::Default) { lost } else { lost.div_ceil(2) });
    // Without the panel.
    let net = PARTIES.iter().filter_map(|who| result.gains.get(who)).sum::<i128>();
    assert!(net <= -(result.burned as i128));

    let ruled = match result.choice {
        0 => proposed(),
        choice => ruling().claims[usize::from(choice) - 1].indicators.clone(),
    };
    assert_eq!(Ruled::get(ROUND), Some((ruled, 1)), "ruled once, as decided");
    assert_eq!(Suspended::get(ROUND), 1);
    assert!(Strikes::iter_values().all(|strikes| strikes == 1));
    assert!(PARTIES.iter().chain(&[TREASURY]).all(|who| held(*who) == 0));
    let left = Duties::<Test>::iter_keys().count() + Agenda::<Test>::iter_keys().count();
    assert_eq!(left + Awaiting::<Test>::iter_keys().count() + Challenges::<Test>::iter_keys().count(), 0);
}

fn play_and_check(game: &Game) {
    new_test_ext().execute_with(|| {
        let (result, claimants, panels) = play(game);
        assert_eq!(result, model(game, &claimants, &panels));
        check(game, &result, &claimants);
    });
}

proptest! {
    // Ten thousand games together.
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn no_game_should_lose_money_stall_or_pay_its_players_when_the_chain_advances_it(game in any_game(false)) {
        play_and_check(&game);
    }

    #[test]
    fn no_game_should_lose_money_stall_or_pay_its_players_when_somebody_advances_it(game in any_game(true)) {
        play_and_check(&game);
    }
}

#[test]
fn random_games_should_come_to_every_kind_of_end() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::<String, u32>::new();
    for _ in 0..1_000 {
        let game = any_game(false).new_tree(&mut runner).unwrap().current();
        new_test_ext().execute_with(|| {
            let (result, ..) = play(&game);
            let end = format!("{:?}, appeal: {}, claim: {}", result.by, result.appellant.is_some(), result.choice > 0);
            *seen.entry(end).or_default() += 1;
        });
    }
    // Panel: 2 (no appeal); appeal: 2; arbiter: 4; default: 3 (without an appeal always for the proposed verdict).
    assert_eq!(seen.len(), 11, "{seen:?}");
}
