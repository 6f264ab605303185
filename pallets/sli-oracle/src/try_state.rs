// SPDX-License-Identifier: Apache-2.0

//! What always holds.

use crate::{Config, FormerRewards, HoldReason, Pallet, Reporters, Rewards, Rounds};
use alloc::vec::Vec;
use dsla_primitives::traits::AgreementInspect;
use frame_support::{ensure, traits::fungible::hold::Inspect as _};
use sp_runtime::{traits::EnsureAdd, DispatchError};

impl<T: Config> Pallet<T> {
    /// Checks the whole state of the pallet. Walks over everything: for tests and try-runtime only.
    pub fn do_try_state() -> Result<(), DispatchError> {
        Self::check_bonds()?;
        Self::check_rounds()?;
        Self::check_rewards()
    }

    fn check_bonds() -> Result<(), DispatchError> {
        for (who, reporter) in Reporters::<T>::iter() {
            let held = T::Currency::balance_on_hold(&HoldReason::ReporterBond.into(), &who);
            ensure!(held == reporter.bond, "what is held of a reporter is its bond");
        }
        Ok(())
    }

    fn check_rounds() -> Result<(), DispatchError> {
        for (id, round) in Rounds::<T>::iter() {
            ensure!(!round.reports.is_empty(), "a stored round has reports");
            let mut reporters = round.reports.iter().map(|report| &report.reporter).collect::<Vec<_>>();
            reporters.sort_unstable();
            reporters.dedup();
            ensure!(reporters.len() == round.reports.len(), "nobody reports twice on a period");

            // The terms of an agreement that has ended may be gone.
            let Some(terms) = T::Agreements::terms(id) else { continue };
            ensure!(round.reports.len() <= terms.oracle.committee.len(), "no more reports than members");
            for report in &round.reports {
                ensure!(terms.oracle.committee.contains(&report.reporter), "only the committee reports");
                ensure!(report.indicators.len() == terms.objectives.len(), "a report covers every objective");
            }
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
