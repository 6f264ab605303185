// SPDX-License-Identifier: Apache-2.0

//! Random operations against a model that is too simple to be wrong.

use super::*;
use dsla_primitives::schedule::Period;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Open and sealed in turn.
const ROUNDS: PeriodIndex = 6;
/// So few that random reports often suffice.
const MEMBERS: u64 = 5;
const QUORUM: u32 = 2;
const WEEK: Moment = 7 * 86_400_000;

#[derive(Clone, Debug)]
enum Op {
    Wait(Moment),
    Register(AccountId, Balance),
    BondExtra(AccountId, Balance),
    Leave(AccountId),
    Rejoin(AccountId),
    Withdraw(AccountId),
    Submit(AccountId, PeriodIndex, u128),
    Commit(AccountId, PeriodIndex, u128),
    /// Reveals what was committed to, or something else.
    Reveal(AccountId, PeriodIndex, bool),
    Strike(AccountId),
    GiveUp(AccountId),
    /// The next period.
    Finish,
    Reward(PeriodIndex, Balance),
    Claim(AccountId),
}

fn any_op() -> impl Strategy<Value = Op> {
    let who = || ALICE..ALICE + MEMBERS;
    let period = || 0..ROUNDS;
    let ms = || prop_oneof![0..1_100u128, 100..104u128, 100..104u128];
    let same = prop::bool::weighted(0.8);
    let amount = || prop_oneof![0..5_000u128, Just(MIN_BOND), Just(EXISTENTIAL_DEPOSIT), Just(Balance::MAX)];
    prop_oneof![
        40 => (0..WINDOW / 2).prop_map(Op::Wait),
        1 => Just(Op::Wait(UNBONDING)),
        1 => Just(Op::Wait(WEEK / 2)),
        15 => (who(), amount()).prop_map(|(who, amount)| Op::Register(who, amount)),
        10 => (who(), amount()).prop_map(|(who, amount)| Op::BondExtra(who, amount)),
        8 => who().prop_map(Op::Leave),
        8 => who().prop_map(Op::Rejoin),
        8 => who().prop_map(Op::Withdraw),
        60 => (who(), period(), ms()).prop_map(|(who, period, ms)| Op::Submit(who, period, ms)),
        60 => (who(), period(), ms()).prop_map(|(who, period, ms)| Op::Commit(who, period, ms)),
        60 => (who(), period(), same).prop_map(|(who, period, same)| Op::Reveal(who, period, same)),
        8 => who().prop_map(Op::Strike),
        20 => who().prop_map(Op::GiveUp),
        40 => Just(Op::Finish),
        20 => (period(), amount()).prop_map(|(period, amount)| Op::Reward(period, amount)),
        10 => who().prop_map(Op::Claim),
    ]
}

/// What is known of a reporter: its bond, its strikes, when one was forgiven, and every time it was there.
#[derive(Default)]
struct Known {
    bond: Balance,
    strikes: u32,
    forgiven: Option<Moment>,
    present: Vec<(Moment, Moment)>,
}

impl Known {
    fn come(&mut self, now: Moment) {
        self.present.push((now, Moment::MAX));
    }

    fn go(&mut self, now: Moment) {
        self.present.last_mut().unwrap().1 = now;
    }

    /// Returns what is slashed.
    fn strike(&mut self) -> Balance {
        self.strikes += 1;
        if self.strikes < MAX_STRIKES {
            return 0;
        }
        let slashed = self.bond.div_ceil(10);
        (self.strikes, self.bond) = (0, self.bond - slashed);
        slashed
    }
}

#[derive(Default)]
struct Model {
    reporters: BTreeMap<AccountId, Known>,
    /// What was said, in open rounds or by revealing.
    said: BTreeMap<(AccountId, PeriodIndex), u128>,
    secrets: BTreeMap<(AccountId, PeriodIndex), u128>,
    /// Every time that somebody had a seat.
    seats: BTreeMap<AccountId, Vec<(Moment, Moment)>>,
    /// How many periods are final.
    finalized: PeriodIndex,
    slashed: Balance,
}

/// The end of `period`.
fn end(period: PeriodIndex) -> Moment {
    ENDED + WINDOW * Moment::from(period)
}

impl Model {
    /// `who` has reported on `period` or committed to it.
    fn sit(&mut self, who: AccountId, period: PeriodIndex, now: Moment) {
        let seats = self.seats.entry(who).or_default();
        let Some((_, until)) = seats.last() else { return seats.push((now, Moment::MAX)) };
        // While it owes anything from the last time, it does not sit down again.
        if *until <= end(period) && !(self.finalized..ROUNDS).any(|open| end(open) < *until) {
            seats.push((now, Moment::MAX));
        }
    }

    /// Strikes whoever deserves it for a period that became final at `now` with this latency.
    fn finish(&mut self, period: PeriodIndex, latency: Indicator, quorum: usize, now: Moment) {
        let ended = end(period);
        let could_reveal = self.secrets.keys().filter(|(_, of)| *of == period).count() >= quorum;
        for (who, known) in &mut self.reporters {
            let key = (*who, period);
            let at_end = |times: &[(Moment, Moment)]| times.iter().any(|(from, to)| (*from..*to).contains(&ended));
            let there = at_end(&known.present) && self.seats.get(who).is_some_and(|seats| at_end(seats));
            match (self.said.get(&key), latency) {
                (Some(ms), Indicator::Value(value)) => {
                    let value = value.into_inner() / 1_000_000_000_000_000_000;
                    if ms.abs_diff(value) > 1 {
                        self.slashed += known.strike();
                    } else if known.strikes > 0 && known.forgiven.is_none_or(|before| before + WEEK <= now) {
                        known.strikes -= 1;
                        known.forgiven = Some(now);
                    }
                }
                (Some(_), Indicator::NoData) => {}
                (None, _) if self.secrets.contains_key(&key) => {
                    if could_reveal {
                        self.slashed += known.strike();
                    }
                }
                (None, _) => {
                    if there {
                        self.slashed += known.strike();
                    }
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever anybody does: bonds are held, rewards add up to the planck, strikes and slashes are those that are
    /// deserved, and an answer that was given stands.
    #[test]
    fn no_sequence_of_operations_should_lose_money_or_change_a_result(ops in prop::collection::vec(any_op(), 1..400)) {
        build_and_execute(|| {
            let committee = (ALICE..ALICE + MEMBERS).collect::<Vec<_>>();
            let short = |mut terms: dsla_primitives::terms::Terms<AccountId>| {
                // Periods so short that their windows overlap.
                (terms.schedule.start, terms.schedule.period) = (ENDED - WINDOW, Period::Custom(WINDOW));
                terms
            };
            Agreements::insert(AGREEMENT, short(terms(&committee, QUORUM)));
            Agreements::change(AGREEMENT, |agreement| {
                for period in 1..ROUNDS {
                    let version = if period % 2 == 0 { terms } else { sealed_terms };
                    agreement.terms.insert(period, short(version(&committee, QUORUM)));
                }
                agreement.info.periods = ROUNDS;
            });
            let (mut now, mut paid_in) = (ENDED, 0);
            let mut earned = BTreeMap::<AccountId, Balance>::new();
            let mut answers = BTreeMap::<PeriodIndex, Collected>::new();
            let mut model = Model::default();
            let round_of = |period| RoundId::new(AGREEMENT, period);
            // Everybody is there from the start, and may leave.
            let ops = committee.iter().map(|who| Op::Register(*who, MIN_BOND)).chain(ops);
            for op in ops {
                let wealth = |who| Balances::total_balance(&who);
                let poor = wealth(ALICE + 19);
                match op {
                    Op::Wait(time) => {
                        now += time;
                        Clock::set(now);
                    }
                    Op::Register(who, bond) => {
                        if SliOracle::register_reporter(signed(who), bond, uri("")).is_ok() {
                            let known = model.reporters.entry(who).or_default();
                            known.bond = bond;
                            known.come(now);
                        }
                    }
                    Op::BondExtra(who, amount) => {
                        if SliOracle::bond_extra(signed(who), amount).is_ok() {
                            model.reporters.get_mut(&who).unwrap().bond += amount;
                        }
                    }
                    Op::Leave(who) => {
                        if SliOracle::leave(signed(who)).is_ok() {
                            model.reporters.get_mut(&who).unwrap().go(now);
                        }
                    }
                    Op::Rejoin(who) => {
                        if SliOracle::rejoin(signed(who)).is_ok() {
                            model.reporters.get_mut(&who).unwrap().come(now);
                        }
                    }
                    Op::Withdraw(who) => {
                        let before = wealth(who);
                        if SliOracle::withdraw_bond(signed(who)).is_ok() {
                            model.reporters.remove(&who).unwrap();
                        }
                        assert_eq!(wealth(who), before);
                    }
                    Op::Submit(who, period, ms) => {
                        if submit(who, &[latency(round_of(period), ms)]).is_ok() {
                            assert_eq!(period % 2, 0);
                            assert_eq!(model.said.insert((who, period), ms), None);
                            model.sit(who, period, now);
                        }
                    }
                    Op::Commit(who, period, ms) => {
                        if commit_to(who, &[latency(round_of(period), ms)]).is_ok() {
                            assert_eq!(period % 2, 1);
                            assert_eq!(model.secrets.insert((who, period), ms), None);
                            model.sit(who, period, now);
                        }
                    }
                    Op::Reveal(who, period, same) => {
                        let secret = model.secrets.get(&(who, period)).copied();
                        let ms = secret.unwrap_or(100) + u128::from(!same);
                        if reveal(who, &[latency(round_of(period), ms)]).is_ok() {
                            assert!(secret == Some(ms), "only what was committed to");
                            assert_eq!(model.said.insert((who, period), ms), None);
                        }
                    }
                    Op::Strike(who) => {
                        strike(who, 1);
                        if let Some(known) = model.reporters.get_mut(&who) {
                            model.slashed += known.strike();
                        }
                    }
                    Op::GiveUp(who) => {
                        let seat = model.seats.get_mut(&who).and_then(|seats| seats.last_mut());
                        let held = seat.filter(|(_, until)| *until == Moment::MAX);
                        assert_eq!(SliOracle::give_up_seat(signed(who), AGREEMENT).is_ok(), held.is_some());
                        if let Some((_, until)) = held {
                            *until = now;
                        }
                    }
                    Op::Finish => {
                        // What the chain does once, in order, as soon as it can; before any bond can be free.
                        let period = model.finalized;
                        if period == ROUNDS || end(period) + MIN_UNBONDING <= now {
                            continue;
                        }
                        if let Collected::Closed(indicators) = collect_at(round_of(period), now) {
                            finish(round_of(period), &indicators);
                            model.finish(period, indicators[1], QUORUM as usize, now);
                            model.finalized += 1;
                            if model.finalized == ROUNDS {
                                assert!(!Seats::<Test>::contains_key(AGREEMENT));
                                model.seats.clear();
                            }
                        }
                    }
                    Op::Reward(period, amount) => {
                        let before = wealth(POOL);
                        let reports = Rounds::<Test>::get(round_of(period)).reports;
                        let result = reported_so_far(round_of(period))[1];
                        let taken = reward(round_of(period), amount).unwrap_or(0);
                        assert_eq!(wealth(POOL), before - taken);
                        assert!(taken <= amount);
                        paid_in += taken;
                        let right = |who: &AccountId| match result {
                            Indicator::Value(value) => {
                                let value = value.into_inner() / 1_000_000_000_000_000_000;
                                model.said[&(*who, period)].abs_diff(value) <= 1
                            }
                            Indicator::NoData => true,
                        };
                        let reporters = reports.iter().map(|report| report.reporter);
                        for reporter in reporters.filter(|who| taken > 0 && right(who)) {
                            *earned.entry(reporter).or_default() += amount / reports.len() as u128;
                        }
                    }
                    Op::Claim(who) => {
                        let (before, due) = (wealth(who), earned.remove(&who).unwrap_or(0));
                        let paid = SliOracle::claim_rewards(signed(who), AGREEMENT).is_ok();
                        assert_eq!(paid, due > 0);
                        assert_eq!(wealth(who), before + due);
                        paid_in -= due;
                    }
                }
                assert_eq!(wealth(ALICE + 19), poor, "who takes no part keeps what it has");
                assert_eq!(Reporters::<Test>::iter().count(), model.reporters.len());
                for (who, known) in &model.reporters {
                    assert_eq!((held(*who), strikes(*who)), (known.bond, known.strikes));
                }
                assert_eq!(Balances::balance(&TREASURY), WALLET + model.slashed);
                assert_eq!(earned.values().sum::<Balance>(), paid_in);
                assert_eq!(Balances::balance(&SliOracle::pot()), EXISTENTIAL_DEPOSIT + paid_in);
                for period in 0..ROUNDS {
                    let answer = collect_at(round_of(period), now);
                    if let Collected::Closed(_) = answer {
                        assert_eq!(answers.entry(period).or_insert_with(|| answer.clone()), &answer);
                    } else {
                        assert!(!answers.contains_key(&period), "a closed round has opened again");
                    }
                }
                SliOracle::do_try_state().unwrap();
            }
        });
    }
}
