// SPDX-License-Identifier: Apache-2.0

//! Benchmarks, run on the real runtime: what verdicts, reporters and randomness cost is part of each step.

#![cfg(feature = "runtime-benchmarks")]

use crate::*;
use alloc::vec::Vec;
use dsla_primitives::{
    traits::{AgreementInspect, Scenario},
    verdict::{Indicator, Indicators},
    RoundId,
};
use frame_benchmarking::v2::*;
use frame_support::{
    traits::{ConstU32, EnsureOrigin, Get, OnPoll},
    weights::WeightMeter,
    BoundedVec,
};
use frame_system::{pallet_prelude::BlockNumberFor, Pallet as System, RawOrigin};

const SALT: [u8; 32] = [7; 32];
/// The last claim there can be.
const LAST: Choice = MAX_CLAIMS as Choice;

/// A proposed round with as many customers as there can be claims, and one more.
fn proposed<T: Config>() -> (RoundId, Vec<T::AccountId>) {
    let (agreement, _) = T::Scenario::open_agreement();
    let customers = (0..=MAX_CLAIMS).map(|index| T::Scenario::funded("customer", index)).collect::<Vec<_>>();
    for customer in &customers {
        T::Scenario::subscribe(agreement, customer);
    }
    let round = RoundId::new(agreement, 0);
    T::Scenario::propose(round);
    (round, customers)
}

/// The targets, but no data for the `n`th objective. The committee of a scenario reports a miss of every objective, so
/// this is never what is proposed.
fn claim<T: Config>(round: RoundId, n: u32) -> Indicators {
    let objectives = T::Agreements::terms(round).unwrap().objectives;
    let mut values = objectives.iter().map(|objective| Indicator::Value(objective.target)).collect::<Vec<_>>();
    values[n as usize] = Indicator::NoData;
    BoundedVec::truncate_from(values)
}

/// `claims` claims on a round.
fn claimed<T: Config>(claims: u32) -> (RoundId, Vec<T::AccountId>) {
    let (round, customers) = proposed::<T>();
    for index in 0..claims {
        let who = RawOrigin::Signed(customers[index as usize].clone());
        Pallet::<T>::challenge(who.into(), round, claim::<T>(round, index)).unwrap();
    }
    (round, customers)
}

/// A backer with a full ledger.
fn backer<T: Config>(round: RoundId) -> T::AccountId {
    let who = T::Scenario::funded("backer", 0);
    T::Scenario::fill_ledger(round.agreement, &who);
    who
}

fn change<T: Config>(round: RoundId, change: impl FnOnce(&mut ChallengeOf<T>)) {
    let mut challenge = Challenges::<T>::get(round).unwrap();
    Pallet::<T>::unqueue(round, &challenge);
    change(&mut challenge);
    Pallet::<T>::put(round, &challenge);
}

fn stage<T: Config>(round: RoundId) -> Stage<BlockNumberFor<T>> {
    Challenges::<T>::get(round).unwrap().stage
}

fn reporters<T: Config>() -> Vec<T::AccountId> {
    T::Scenario::reporters(MAX_FIRST_PANEL + MAX_PANEL)
}

/// The largest first panel, all of it for `choice`.
fn first_panel<T: Config>(
    reporters: &[T::AccountId],
    choice: Choice,
) -> BoundedVec<Seat<T::AccountId>, ConstU32<MAX_FIRST_PANEL>> {
    let seat = |member: &T::AccountId| Seat { member: member.clone(), vote: Vote::Revealed(choice) };
    BoundedVec::truncate_from(reporters.iter().take(MAX_FIRST_PANEL as usize).map(seat).collect())
}

/// Lets the last customer, who has no claim, have appealed against a first panel that was for the first claim; the panel
/// of appeal is as large as can be, with these votes, at this stage, and empty when it is yet to be drawn.
fn appealed<T: Config>(
    round: RoundId,
    appellant: &T::AccountId,
    vote: impl Fn(usize) -> Vote,
    stage: Stage<BlockNumberFor<T>>,
) {
    let reporters = reporters::<T>();
    let bond = types::appeal_bond(Challenges::<T>::get(round).unwrap().base_bond).unwrap();
    Pallet::<T>::hold_bond(appellant, bond).unwrap();
    let panel = reporters.iter().skip(MAX_FIRST_PANEL as usize);
    let seats = if matches!(stage, Stage::Drawing { .. }) { 0 } else { MAX_PANEL as usize };
    let panel = panel.take(seats).enumerate().map(|(index, member)| Seat { member: member.clone(), vote: vote(index) });
    let panel = Panel::truncate_from(panel.collect());
    for seat in &panel {
        Duties::<T>::insert(&seat.member, round, ());
    }
    change::<T>(round, |challenge| {
        let against = first_panel::<T>(&reporters, 1);
        challenge.appeal = Some(Appeal { appellant: appellant.clone(), bond, against, decision: 1 });
        challenge.panel = panel;
        challenge.stage = stage;
    });
}

/// Moves time to the end of the stage.
fn wait<T: Config>(round: RoundId) {
    T::Scenario::set_time(stage::<T>(round).until().max(T::Scenario::now()));
}

fn caller<T: Config>() -> RawOrigin<T::AccountId> {
    RawOrigin::Signed(T::Scenario::funded("caller", 0))
}

fn genesis_commitment<T: Config>(round: RoundId, voter: &T::AccountId, choice: Choice) -> sp_core::H256 {
    commitment(&Pallet::<T>::genesis_hash(), round, Instance::Appeal, voter, choice, &SALT)
}

#[benchmarks]
mod benches {
    use super::*;

    /// The first claim, which suspends the verdict: that takes more than comparing a later claim with others. By a backer
    /// who is no customer, which is found out by looking through a full ledger twice.
    #[benchmark]
    fn challenge() {
        let (round, _) = proposed::<T>();
        let who = backer::<T>(round);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), round, claim::<T>(round, 0));

        assert_eq!(Challenges::<T>::get(round).unwrap().choice_of(&who), Some(1));
    }

    #[benchmark]
    fn commit_vote() {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now() + MIN_STAGE;
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], |_| Vote::Open, Stage::Voting { until });
        let voter = Challenges::<T>::get(round).unwrap().panel.last().unwrap().member.clone();
        let hash = genesis_commitment::<T>(round, &voter, 1);

        #[extrinsic_call]
        _(RawOrigin::Signed(voter.clone()), round, hash);

        assert!(Challenges::<T>::get(round).unwrap().panel.iter().any(|seat| seat.vote == Vote::Committed(hash)));
    }

    #[benchmark]
    fn reveal_vote() {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now() + MIN_STAGE;
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], |_| Vote::Revealed(0), Stage::Revealing { until });
        let mut voter = None;
        change::<T>(round, |dispute| {
            let seat = dispute.panel.iter_mut().last().unwrap();
            seat.vote = Vote::Committed(genesis_commitment::<T>(round, &seat.member, LAST));
            voter = Some(seat.member.clone());
        });

        #[extrinsic_call]
        _(RawOrigin::Signed(voter.unwrap()), round, LAST, SALT);

        assert!(Challenges::<T>::get(round).unwrap().panel.iter().any(|seat| seat.vote == Vote::Revealed(LAST)));
    }

    /// By a backer, as in `challenge`.
    #[benchmark]
    fn appeal() {
        let (round, _) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now() + MIN_STAGE;
        let reporters = reporters::<T>();
        change::<T>(round, |dispute| {
            dispute.panel = Panel::truncate_from(first_panel::<T>(&reporters, 1).into_inner());
            dispute.stage = Stage::Appealable { decision: 1, until };
        });

        let who = backer::<T>(round);

        #[extrinsic_call]
        _(RawOrigin::Signed(who), round);

        assert!(matches!(stage::<T>(round), Stage::Drawing { .. }));
    }

    /// Everybody but the winner loses, and every member of both panels is paid.
    #[benchmark]
    fn arbitrate() -> Result<(), BenchmarkError> {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now() + MIN_STAGE;
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], |_| Vote::Revealed(1), Stage::Arbitration { until });
        let origin = T::ArbiterOrigin::try_successful_origin().map_err(|_| BenchmarkError::Weightless)?;

        #[extrinsic_call]
        _(origin as T::RuntimeOrigin, round, 1);

        assert_eq!(Rulings::<T>::get(round).unwrap().choice, 1);
        Ok(())
    }

    #[benchmark]
    fn advance_claims() {
        let (round, _) = claimed::<T>(MAX_CLAIMS);
        wait::<T>(round);

        #[extrinsic_call]
        advance(caller::<T>(), round);

        assert!(matches!(stage::<T>(round), Stage::Drawing { .. }));
    }

    /// The panel of an appeal, with as many accounts to leave out as there can be, and hardly enough others: so that the
    /// draw looks as often as it may.
    #[benchmark]
    fn advance_drawing() {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let since = System::<T>::block_number();
        let until = T::Scenario::now() + MIN_STAGE;
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], |_| Vote::Open, Stage::Drawing { since, until });
        Awaiting::<T>::insert(Pallet::<T>::awaiting_key(since, round), ());
        T::Scenario::new_randomness();

        #[extrinsic_call]
        advance(caller::<T>(), round);

        assert!(matches!(stage::<T>(round), Stage::Voting { .. }));
    }

    #[benchmark]
    fn advance_voting() {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now();
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], |_| Vote::Open, Stage::Voting { until });

        #[extrinsic_call]
        advance(caller::<T>(), round);

        assert!(matches!(stage::<T>(round), Stage::Revealing { .. }));
    }

    /// The panel of an appeal decides: almost half of it gets its last strike and is slashed, and all others and the first
    /// panel are paid.
    #[benchmark]
    fn advance_revealing() {
        let (round, customers) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now();
        let vote = |index: usize| if index % 2 == 0 { Vote::Revealed(1) } else { Vote::Open };
        appealed::<T>(round, &customers[MAX_CLAIMS as usize], vote, Stage::Revealing { until });

        #[extrinsic_call]
        advance(caller::<T>(), round);

        assert_eq!(Rulings::<T>::get(round).unwrap().by, Decider::Appeal);
        assert_eq!(Duties::<T>::iter_keys().count(), 0);
    }

    /// The decision of the first panel stands: all of it is paid. That takes more than when nobody decides.
    #[benchmark]
    fn advance_final() {
        let (round, _) = claimed::<T>(MAX_CLAIMS);
        let until = T::Scenario::now();
        let reporters = reporters::<T>();
        change::<T>(round, |dispute| {
            dispute.panel = Panel::truncate_from(first_panel::<T>(&reporters, 1).into_inner());
            dispute.stage = Stage::Appealable { decision: 1, until };
        });

        #[extrinsic_call]
        advance(caller::<T>(), round);

        assert_eq!(Rulings::<T>::get(round).unwrap().by, Decider::Panel);
    }

    /// The next draw can be done and its challenge is read, but there is no weight for it.
    #[benchmark]
    fn queue_base() {
        let (round, _) = claimed::<T>(MAX_CLAIMS);
        wait::<T>(round);
        Pallet::<T>::advance(caller::<T>().into(), round).unwrap();
        T::Scenario::new_randomness();
        let mut meter = WeightMeter::with_limit(T::WeightInfo::queue_base().min(T::MaxServiceWeight::get()));

        #[block]
        {
            Pallet::<T>::on_poll(System::<T>::block_number(), &mut meter);
        }

        assert!(matches!(stage::<T>(round), Stage::Drawing { .. }));
    }
}
