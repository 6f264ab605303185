// SPDX-License-Identifier: Apache-2.0

//! What always holds.

use crate::{
    types::Round, ActiveCount, ActiveIndex, ActiveReporters, Config, FormerRewards, HoldReason, Pallet, ReporterState,
    Reporters, Rewards, Rounds, Seats,
};
use alloc::vec::Vec;
use dsla_primitives::{terms::Terms, traits::AgreementInspect};
use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use sp_runtime::{traits::EnsureAdd, DispatchError};

impl<T: Config> Pallet<T> {
    /// Checks the whole state of the pallet. Walks over everything: for tests and try-runtime only.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_bonds()?;
        Self::check_index()?;
        Self::check_rounds()?;
        Self::check_seats()?;
        Self::check_rewards()
    }

    fn check_bonds() -> Result<(), DispatchError> {
        for (who, reporter) in Reporters::<T>::iter() {
            let held = T::Currency::balance_on_hold(&HoldReason::ReporterBond.into(), &who);
            ensure!(held == reporter.bond, "what is held of a reporter is its bond");
        }
        Ok(())
    }

    fn check_index() -> Result<(), DispatchError> {
        let mut indexed = 0u32;
        for (who, index) in ActiveIndex::<T>::iter() {
            indexed = indexed.ensure_add(1)?;
            ensure!(ActiveReporters::<T>::get(index).as_ref() == Some(&who), "the index of the active leads both ways");
        }
        let count = ActiveCount::<T>::get();
        let mut numbered = 0u32;
        for (index, _) in ActiveReporters::<T>::iter() {
            numbered = numbered.ensure_add(1)?;
            ensure!(index < count, "the index of the active has no gaps");
        }
        ensure!(indexed == count && numbered == count, "the active are counted");

        let mut active = 0u32;
        for (who, reporter) in Reporters::<T>::iter() {
            if reporter.state == ReporterState::Active {
                active = active.ensure_add(1)?;
                ensure!(ActiveIndex::<T>::contains_key(&who), "whoever is active is in the index");
            }
            ensure!(reporter.away.is_none_or(|away| away.from <= away.to), "an absence begins before it ends");
        }
        ensure!(active == count, "whoever is in the index is active");
        Ok(())
    }

    fn check_rounds() -> Result<(), DispatchError> {
        for (id, round) in Rounds::<T>::iter() {
            ensure!(!round.reports.is_empty() || !round.commitments.is_empty(), "a stored round has reports");
            let reporters = || round.reports.iter().map(|report| &report.reporter).collect::<Vec<_>>();
            let committed = || round.commitments.iter().map(|commitment| &commitment.reporter).collect::<Vec<_>>();
            ensure!(are_different(reporters()), "nobody reports twice on a period");
            ensure!(are_different(committed()), "nobody commits twice to a report");

            // The terms of an agreement that has ended may be gone.
            if let Some(terms) = T::Agreements::terms(id) {
                check_round(&round, &terms)?;
            }
        }
        Ok(())
    }

    fn check_seats() -> Result<(), DispatchError> {
        for (_, seats) in Seats::<T>::iter() {
            ensure!(!seats.is_empty(), "a stored table of seats has entries");
            ensure!(are_different(seats.iter().map(|seat| &seat.reporter).collect()), "nobody has two seats");
            let in_order = seats.iter().all(|seat| seat.until.is_none_or(|until| seat.since <= until));
            ensure!(in_order, "a seat is taken before it is given up");
        }
        Ok(())
    }

    fn check_rewards() -> Result<(), DispatchError> {
        let mut owed = 0;
        for (_, rewards) in Rewards::<T>::iter() {
            ensure!(!rewards.is_empty(), "a stored table of rewards has entries");
            for reward in rewards.values() {
                ensure!(*reward > 0, "a stored reward is not zero");
                owed = owed.ensure_add(*reward)?;
            }
        }
        for (_, _, reward) in FormerRewards::<T>::iter() {
            ensure!(reward > 0, "a stored reward is not zero");
            owed = owed.ensure_add(reward)?;
        }
        // Anybody may send money to the account, so it can have more.
        let needed = if owed == 0 { 0 } else { owed.ensure_add(Self::minimum_balance())? };
        ensure!(Self::balance(&Self::pot()) >= needed, "the account of the rewards can pay all of them");
        Ok(())
    }
}

fn check_round<AccountId: PartialEq>(round: &Round<AccountId>, terms: &Terms<AccountId>) -> Result<(), DispatchError> {
    let (committee, sealed) = (&terms.oracle.committee, terms.oracle.reveal_window.is_some());
    ensure!(sealed || (round.commitments.is_empty() && !round.extended), "nobody commits in an open round");
    for commitment in &round.commitments {
        ensure!(committee.contains(&commitment.reporter), "only the committee commits");
    }
    for report in &round.reports {
        ensure!(committee.contains(&report.reporter), "only the committee reports");
        ensure!(report.indicators.len() == terms.objectives.len(), "a report covers every objective");
        ensure!(!sealed || round.commitment_of(&report.reporter).is_some(), "a sealed report was committed to");
    }
    ensure!(!sealed || round.reports.is_empty() || round.committed() >= terms.oracle.quorum, "a quorum was sealed");
    Ok(())
}

fn are_different<Item: Ord>(mut items: Vec<Item>) -> bool {
    let count = items.len();
    items.sort_unstable();
    items.dedup();
    items.len() == count
}
