// SPDX-License-Identifier: Apache-2.0

//! Strikes for neglect and for wrong reports, and the slash that follows too many of them.

use crate::{
    conduct::{conduct, Conduct},
    types::{self, FORGIVENESS_INTERVAL},
    Config, Event, HoldReason, Pallet, Reporter, ReporterState, Reporters, Rounds, Seats,
};
use dsla_primitives::{traits::FinalPeriod, RoundId};
use frame_support::{
    dispatch::DispatchResult,
    storage::with_storage_layer,
    traits::{
        fungible::{BalancedHold, Credit},
        Get, Imbalance, OnUnbalanced, Time,
    },
};
use sp_runtime::{traits::EnsureSub, DispatchError};

impl<T: Config> Pallet<T> {
    /// Strikes the members of the committee that neglected the period or were wrong about it, and forgives those that
    /// were right. Looks at no more accounts than a committee has members.
    pub(crate) fn judge(period: &FinalPeriod<T::AccountId>) {
        let (id, terms) = (period.round, period.terms);
        let Some(ended) = types::period_end(&terms.schedule, id.period) else { return };
        let (round, seats) = (Rounds::<T>::get(id), Seats::<T>::get(id.agreement));
        for member in &terms.oracle.committee {
            match conduct(member, &round, terms, period.indicators) {
                Conduct::Good => Self::forgive(member, id),
                Conduct::Neutral => {}
                Conduct::Bad => Self::strike_reporter(member, Some(id)),
                Conduct::Absent => {
                    // Anybody can be named in terms: only who has taken the seat owes anything.
                    let seated = seats.iter().any(|seat| seat.reporter == *member && seat.was_held(ended));
                    if seated && Reporters::<T>::get(member).is_some_and(|reporter| reporter.was_on_duty(ended)) {
                        Self::strike_reporter(member, Some(id));
                    }
                }
            }
        }
    }

    /// A strike never fails whoever asks for it: what goes wrong is taken back and told by an event.
    pub(crate) fn strike_reporter(who: &T::AccountId, round: Option<RoundId>) {
        if let Err(error) = with_storage_layer(|| Self::do_strike(who, round)) {
            Self::deposit_event(Event::StrikeFailed { reporter: who.clone(), error });
        }
    }

    /// Does nothing to an account that is no reporter: it has no bond. One that has left still has its bond, and can
    /// lose of it.
    fn do_strike(who: &T::AccountId, round: Option<RoundId>) -> DispatchResult {
        let Some(mut reporter) = Reporters::<T>::get(who) else { return Ok(()) };
        // Saturating is enough: any number this large leads to a slash.
        reporter.strikes = reporter.strikes.saturating_add(1);
        Self::deposit_event(Event::ReporterStruck { reporter: who.clone(), round, strikes: reporter.strikes });
        if reporter.strikes < T::MaxStrikes::get().max(1) {
            Reporters::<T>::insert(who, reporter);
            return Ok(());
        }
        reporter.strikes = 0;
        let slashed = Self::slash(who, &mut reporter)?;
        let amount = slashed.peek();
        Reporters::<T>::insert(who, reporter);
        if amount > 0 {
            T::OnSlash::on_unbalanced(slashed);
            Self::deposit_event(Event::ReporterSlashed { reporter: who.clone(), amount });
        }
        Ok(())
    }

    /// Takes the share of the bond, rounded up, against the reporter: repeated slashes take all of it in the end.
    fn slash(who: &T::AccountId, reporter: &mut Reporter) -> Result<Credit<T::AccountId, T::Currency>, DispatchError> {
        let amount = T::SlashShare::get().mul_ceil(reporter.bond);
        let (slashed, _) = T::Currency::slash(&HoldReason::ReporterBond.into(), who, amount);
        reporter.bond = reporter.bond.ensure_sub(slashed.peek())?;
        if reporter.state == ReporterState::Active && reporter.bond < T::MinBond::get() {
            Self::deactivate(who)?;
            reporter.state = ReporterState::Suspended;
        }
        Ok(slashed)
    }

    /// Takes a strike away, but not again within a week: else somebody could make up for anything with an agreement of
    /// short periods that it has with itself, or for a guess by every other report.
    fn forgive(who: &T::AccountId, round: RoundId) {
        let Some(reporter) = Reporters::<T>::get(who) else { return };
        let Some(strikes) = reporter.strikes.checked_sub(1) else { return };
        let forgiven_at = T::Time::now();
        // Saturating is enough: at the end of time nothing is forgiven any more.
        if forgiven_at < reporter.forgiven_at.saturating_add(FORGIVENESS_INTERVAL) {
            return;
        }
        Reporters::<T>::insert(who, Reporter { strikes, forgiven_at, ..reporter });
        Self::deposit_event(Event::StrikeForgiven { reporter: who.clone(), round, strikes });
    }
}
