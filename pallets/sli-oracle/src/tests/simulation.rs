// SPDX-License-Identifier: Apache-2.0

//! Committees of which fewer than a third lie, against six scripts and the choice to keep a sealed report.
//!
//! Whatever the liars do, each result lies between two values that honest reporters measured, and nobody honest is
//! struck.

use super::*;
use dsla_primitives::terms::min_quorum;

/// How a liar chooses its value. It knows what all the honest will say, also where reports are sealed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Script {
    /// As large as is plausible.
    High,
    /// As small as is plausible.
    Low,
    /// Just outside what the honest measured, on the side that the round decides.
    AroundTheHull,
    /// What somebody honest says.
    Copy,
    /// Nothing.
    NoData,
    /// Half of the liars high, the others low.
    Split,
}

const SCRIPTS: [Script; 6] =
    [Script::High, Script::Low, Script::AroundTheHull, Script::Copy, Script::NoData, Script::Split];
const SIZES: [u64; 4] = [4, 7, 10, 13];
/// Bounds of the latency.
const MIN: u128 = 1;
const MAX: u128 = 1_000;
/// Parts of one: values here are in units of 10⁻¹⁸.
const ONE: u128 = 1_000_000_000_000_000_000;

/// Numbers without order, the same in every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn shuffle<Item>(&mut self, items: &mut [Item]) {
        for index in (1..items.len()).rev() {
            items.swap(index, self.below(index as u64 + 1) as usize);
        }
    }

    /// What each of `count` honest reporters measures: the truth and noise, together no wider than the tolerance.
    fn honest(&mut self, count: usize) -> Vec<u128> {
        let truth = (100 + u128::from(self.below(800))) * ONE;
        (0..count).map(|_| truth - ONE / 2 + u128::from(self.below(1_000_000_001)) * (ONE / 1_000_000_000)).collect()
    }
}

/// What liar number `number` says.
fn lie(script: Script, number: usize, honest: &[u128], numbers: &mut Numbers) -> Option<u128> {
    let (low, high) = (honest.iter().min().unwrap(), honest.iter().max().unwrap());
    match script {
        Script::High => Some(MAX * ONE),
        Script::Low => Some(MIN * ONE),
        Script::AroundTheHull if number % 3 < 2 => Some(high + 1 + u128::from(numbers.below(1_000))),
        Script::AroundTheHull => Some(low - 1 - u128::from(numbers.below(1_000))),
        Script::Copy => Some(honest[numbers.below(honest.len() as u64) as usize]),
        Script::NoData => None,
        Script::Split if number.is_multiple_of(2) => Some(MAX * ONE),
        Script::Split => Some(MIN * ONE),
    }
}

fn said(round: RoundId, inner: Option<u128>) -> SubmittedReport {
    match inner {
        Some(inner) => {
            let latency = Measurement::Value(FixedU128::from_inner(inner));
            report(round, &[Measurement::Ratio { good: 1, total: 1 }, latency])
        }
        None => report(round, &[Measurement::NoData, Measurement::NoData]),
    }
}

/// Registers a committee of `size` in a random order, the liars last, of which there are as many as it bears.
fn committee(size: u64, sealed: bool, numbers: &mut Numbers) -> (Vec<AccountId>, Vec<AccountId>) {
    let members = (ALICE..ALICE + size).collect::<Vec<_>>();
    let quorum = min_quorum(size as u32);
    let terms = if sealed { sealed_terms(&members, quorum) } else { terms(&members, quorum) };
    Agreements::insert(AGREEMENT, terms);
    register(&members);
    // Strikes are counted here, not punished.
    MaxStrikes::set(&u32::MAX);
    let mut honest = members;
    numbers.shuffle(&mut honest);
    let liars = honest.split_off(honest.len() - (size as usize - 1) / 3);
    (honest, liars)
}

fn period_of(period: PeriodIndex) -> (RoundId, Moment) {
    (RoundId::new(AGREEMENT, period), ENDED + PERIOD * Moment::from(period))
}

/// The latency of a round that closes at `now`, which becomes final.
fn result(round: RoundId, now: Moment) -> u128 {
    let Collected::Closed(indicators) = collect_at(round, now) else { panic!("closed") };
    finish_at(round, now);
    let Indicator::Value(latency) = indicators[1] else { panic!("the honest alone are a quorum") };
    assert_eq!(indicators[0], value(1));
    latency.into_inner()
}

/// Plays `script` in committees of all sizes, for every period of an agreement.
fn play(script: Script, sealed: bool) {
    for size in SIZES {
        build_and_execute(|| {
            let mut numbers = Numbers(size * 100 + script as u64);
            let (honest, liars) = committee(size, sealed, &mut numbers);
            for period in 0..PERIODS {
                let (round, ended) = period_of(period);
                let values = numbers.honest(honest.len());
                let lies =
                    (0..liars.len()).map(|number| lie(script, number, &values, &mut numbers)).collect::<Vec<_>>();
                let mut sayings = honest.iter().zip(values.iter().copied().map(Some)).collect::<Vec<_>>();
                // Liars come last, when they have seen everything; sometimes anybody does.
                sayings.extend(liars.iter().zip(lies.iter().copied()));
                if numbers.below(2) == 0 {
                    numbers.shuffle(&mut sayings);
                }
                let before = liars.iter().map(|who| strikes(*who)).sum::<u32>();
                Clock::set(ended);
                let mut close = ended + WINDOW;
                for (who, inner) in &sayings {
                    let report = said(round, *inner);
                    assert_ok!(if sealed { commit_to(**who, &[report]) } else { submit(**who, &[report]) });
                }
                if sealed {
                    Clock::set(close);
                    close += REVEAL;
                    for (who, inner) in &sayings {
                        assert_ok!(reveal(**who, &[said(round, *inner)]));
                    }
                }
                let result = result(round, close);
                let hull = *values.iter().min().unwrap()..=*values.iter().max().unwrap();
                assert!(hull.contains(&result), "{script:?} {size} {sealed}: {result} outside of {hull:?}");
                assert!(
                    honest.iter().all(|who| strikes(*who) == 0),
                    "{script:?} {size}: an honest reporter was struck"
                );
                let struck = liars.iter().map(|who| strikes(*who)).sum::<u32>() - before;
                match script {
                    Script::High | Script::Low | Script::Split | Script::NoData => {
                        assert_eq!(struck as usize, liars.len());
                    }
                    Script::Copy => assert_eq!(struck, 0),
                    Script::AroundTheHull => {}
                }
            }
        });
    }
}

#[test]
fn liars_should_not_move_an_open_round_beyond_what_was_measured() {
    SCRIPTS.into_iter().for_each(|script| play(script, false));
}

#[test]
fn liars_should_not_move_a_sealed_round_beyond_what_was_measured() {
    SCRIPTS.into_iter().for_each(|script| play(script, true));
}

/// Liars commit, see what everybody else reveals, and reveal those of their reports that suit them best.
#[test]
fn keeping_a_sealed_report_should_not_move_the_result_and_cost_a_strike() {
    for size in SIZES {
        for upwards in [false, true] {
            build_and_execute(|| {
                let mut numbers = Numbers(size);
                let (honest, liars) = committee(size, true, &mut numbers);
                for period in 0..PERIODS {
                    let (round, ended) = period_of(period);
                    let values = numbers.honest(honest.len());
                    let script = SCRIPTS[numbers.below(6) as usize];
                    let lies =
                        (0..liars.len()).map(|number| lie(script, number, &values, &mut numbers)).collect::<Vec<_>>();
                    let before = liars.iter().map(|who| strikes(*who)).collect::<Vec<_>>();
                    Clock::set(ended);
                    for (who, inner) in honest.iter().zip(values.iter().copied().map(Some)) {
                        assert_ok!(commit_to(*who, &[said(round, inner)]));
                    }
                    for (who, inner) in liars.iter().zip(&lies) {
                        assert_ok!(commit_to(*who, &[said(round, *inner)]));
                    }
                    Clock::set(ended + WINDOW);
                    for (who, inner) in honest.iter().zip(values.iter().copied().map(Some)) {
                        assert_ok!(reveal(*who, &[said(round, inner)]));
                    }
                    // All they could do, one after the other; the one that moves the result furthest is done.
                    let close = ended + WINDOW + REVEAL;
                    let outcome = |chosen: usize| {
                        frame_support::hypothetically!({
                            reveal_some(round, chosen, &liars, &lies);
                            match collect_at(round, close) {
                                Collected::Closed(indicators) => indicators[1],
                                open => panic!("{open:?}"),
                            }
                        })
                    };
                    let hull = *values.iter().min().unwrap()..=*values.iter().max().unwrap();
                    let outcomes = (0..1 << liars.len()).map(|chosen| match outcome(chosen) {
                        Indicator::Value(inner) => (inner.into_inner(), chosen),
                        Indicator::NoData => panic!("the honest alone are a quorum"),
                    });
                    let outcomes = outcomes.collect::<Vec<_>>();
                    assert!(outcomes.iter().all(|(inner, _)| hull.contains(inner)), "{size}: outside of {hull:?}");
                    let best = if upwards { outcomes.iter().max() } else { outcomes.iter().min() };
                    let (expected, chosen) = *best.unwrap();
                    reveal_some(round, chosen, &liars, &lies);
                    assert_eq!(result(round, close), expected);
                    assert!(honest.iter().all(|who| strikes(*who) == 0));
                    for (number, who) in liars.iter().enumerate().filter(|(number, _)| chosen >> number & 1 == 0) {
                        assert_eq!(strikes(*who), before[number] + 1, "keeping a report is a strike");
                    }
                }
            });
        }
    }
}

/// Lets those liars reveal whose bit is set in `chosen`.
fn reveal_some(round: RoundId, chosen: usize, liars: &[AccountId], lies: &[Option<u128>]) {
    for (number, (who, inner)) in liars.iter().zip(lies).enumerate() {
        if chosen >> number & 1 == 1 {
            assert_ok!(reveal(*who, &[said(round, *inner)]));
        }
    }
}

/// One liar too many, and the result is theirs: the bound is sharp, and nothing here hides it.
#[test]
fn a_third_of_liars_should_be_enough_to_move_the_result() {
    build_and_execute(|| {
        register(&COMMITTEE);
        for (who, ms) in COMMITTEE.into_iter().zip([100, 101, 900, 900]) {
            if who != ALICE {
                assert_ok!(submit(who, &[latency(ROUND, ms)]));
            }
        }
        assert_eq!(collect_at(ROUND, ENDED + WINDOW), closed(&[value(1), value(900)]));
    });
}
