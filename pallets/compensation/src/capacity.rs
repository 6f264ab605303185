// SPDX-License-Identifier: Apache-2.0

//! How much cover what is prepaid needs, how much there is for more, and what happens when there is too little.

use crate::{types::Version, AcceptedUnits, Config, Error, Event, Pallet, PeriodUnits, Pool, Short, Versions};
use alloc::vec::Vec;
use core::ops::Range;
use dsla_primitives::{
    traits::{AgreementInfo, AgreementInspect, Amendment, Standing},
    AgreementId, Balance, PeriodIndex, RoundId, Units,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{ArithmeticError, DispatchError};

/// The most compensation of a unit, period by period.
pub(crate) struct Needs {
    /// From which period on, and how much; the newest first.
    spans: Vec<(PeriodIndex, Balance)>,
    /// The amendment that waits: from when, how much, and whether it carries subscriptions over.
    waiting: Option<(PeriodIndex, Balance, bool)>,
}

impl Needs {
    /// The most compensation of a unit of `period` that nobody has signed an amendment for. `None` when such a unit is
    /// refunded at a boundary before.
    pub fn per_unit(&self, period: PeriodIndex) -> Option<Balance> {
        match self.waiting {
            Some((from, amount, carried_over)) if period >= from => carried_over.then_some(amount),
            _ => {
                let span = self.spans.iter().find(|(from, _)| *from <= period);
                Some(span.map_or(0, |(_, amount)| *amount))
            }
        }
    }

    /// The most compensation of a unit of `period` for which the amendment that waits was signed. `None` when there are
    /// no such units.
    pub fn per_accepted(&self, period: PeriodIndex) -> Option<Balance> {
        self.waiting.filter(|(from, _, carried_over)| period >= *from && !carried_over).map(|(_, amount, _)| amount)
    }
}

/// The cover that `units` need in a period.
pub(crate) fn cover_of<T: Config>(units: Units, per_unit: Balance) -> Result<Balance, Error<T>> {
    per_unit.checked_mul(units.into()).ok_or(Error::AmountTooLarge)
}

/// What has to stay in a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stay {
    /// Of all cover.
    pub(crate) cover: Balance,
    /// Of the provider's own stake.
    pub(crate) stake: Balance,
    /// How many periods were looked at to find it.
    pub(crate) checked: u32,
}

impl<T: Config> Pallet<T> {
    /// The prices of the terms in force.
    pub(crate) fn current_version(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Result<Version, Error<T>> {
        if let Some(version) = Versions::<T>::get(agreement, pool.version) {
            return Ok(version);
        }
        // Only the first version can be unknown, and it is in force in the first period.
        let terms = T::Agreements::terms(RoundId::new(agreement, 0)).ok_or(Error::AgreementNotFound)?;
        Version::new(0, &terms.pricing).ok_or(Error::AmountTooLarge)
    }

    /// What units need from the first period that is not settled on, with `waiting` coming into force.
    pub(crate) fn needs(
        agreement: AgreementId,
        pool: &Pool<T::AccountId>,
        waiting: Option<&Amendment<T::AccountId>>,
    ) -> Result<Needs, Error<T>> {
        let mut version = Self::current_version(agreement, pool)?;
        let mut spans = Vec::from([(version.from, version.max_compensation)]);
        let mut number = pool.version;
        while version.from > pool.settled {
            let Some(before) = number.checked_sub(1) else { break };
            version = Versions::<T>::get(agreement, before).ok_or(Error::AgreementNotFound)?;
            spans.push((version.from, version.max_compensation));
            number = before;
        }
        let waiting = waiting.map(|next| (next.from, next.terms.pricing.max_compensation(), next.carried_over));
        Ok(Needs { spans, waiting })
    }

    /// The cover that the prepaid units of `periods` need. A loss in one of them comes out of the same cover as a loss
    /// in another, so what counts is the one that needs most.
    pub(crate) fn required(
        agreement: AgreementId,
        needs: &Needs,
        periods: Range<PeriodIndex>,
    ) -> Result<Balance, DispatchError> {
        let mut most = 0;
        for period in periods {
            if let Some(per_unit) = needs.per_unit(period) {
                most = cover_of::<T>(PeriodUnits::<T>::get(agreement, period), per_unit)?.max(most);
            }
            if let Some(per_unit) = needs.per_accepted(period) {
                most = cover_of::<T>(AcceptedUnits::<T>::get(agreement, period), per_unit)?.max(most);
            }
        }
        Ok(most)
    }

    /// The most periods whose units are looked at to find the cover required: as many may wait for settlement as can
    /// be prepaid ahead.
    pub(crate) fn max_checked_periods() -> u32 {
        T::MaxPrepaidPeriods::get().saturating_mul(2)
    }

    /// Where the prepaid periods end that will come. An early end leaves units beyond it, which cost nothing any more but the
    /// return of their price: they were perhaps sold for periods that an amendment was to refund, without a look at the cover.
    pub(crate) fn sold_until(info: &AgreementInfo<T::AccountId>, pool: &Pool<T::AccountId>) -> PeriodIndex {
        pool.prepaid_until.min(info.periods)
    }

    /// What has to stay for prepaid periods.
    ///
    /// A period that runs or comes shares its cover with the others: after a miss there is time to add some, or what was
    /// prepaid is given back. Of the periods that are over, every one may have been missed, and who knows that must not
    /// take away what the others need: their needs add up.
    ///
    /// The first loss is the provider's. It knows best how the periods that have begun come out, so of its own stake it
    /// must not take away what these need and leave their losses to the backers, who cannot leave before them either.
    pub(crate) fn required_to_stay(agreement: AgreementId, pool: &Pool<T::AccountId>) -> Result<Stay, DispatchError> {
        if pool.ended {
            return Ok(Stay::default());
        }
        let info = Self::info(agreement)?;
        let until = Self::sold_until(&info, pool);
        // Saturating: without prepaid periods there is nothing to look at.
        let checked = until.saturating_sub(pool.settled);
        if checked == 0 {
            return Ok(Stay::default());
        }
        ensure!(checked <= Self::max_checked_periods(), Error::<T>::SettlementBehind);
        let needs = Self::needs(agreement, pool, T::Agreements::amendment(agreement).as_ref())?;
        let ended = Self::ended_periods(agreement, &info)?.max(pool.settled).min(until);
        let begun = Self::next_period(agreement, &info, pool)?.max(ended).min(until);
        let mut over: Balance = 0;
        for period in pool.settled..ended {
            let needed = Self::required(agreement, &needs, period..period.saturating_add(1))?;
            over = over.checked_add(needed).ok_or(Error::<T>::AmountTooLarge)?;
        }
        let running = Self::required(agreement, &needs, ended..begun)?;
        let ahead = Self::required(agreement, &needs, begun..until)?;
        let stake = over.checked_add(running).ok_or(Error::<T>::AmountTooLarge)?;
        let cover = over.checked_add(running.max(ahead)).ok_or(Error::<T>::AmountTooLarge)?;
        Ok(Stay { cover, stake, checked })
    }

    /// Compares the cover with what prepaid periods need, after `period` was settled and took cover along.
    pub(crate) fn watch_cover(
        agreement: AgreementId,
        pool: &mut Pool<T::AccountId>,
        period: PeriodIndex,
    ) -> Result<Standing, DispatchError> {
        // Saturating, and cut: a settlement must not fail because others wait for theirs. They will look further.
        let info = Self::info(agreement)?;
        let until = Self::sold_until(&info, pool);
        let end = until.min(pool.settled.saturating_add(Self::max_checked_periods()));
        let required = if end > pool.settled {
            let needs = Self::needs(agreement, pool, T::Agreements::amendment(agreement).as_ref())?;
            Self::required(agreement, &needs, pool.settled..end)?
        } else {
            0
        };
        let missing = required.saturating_sub(pool.buckets.cover().ok_or(ArithmeticError::Overflow)?);
        if missing == 0 {
            if pool.short.take().is_some() {
                Self::deposit_event(Event::CoverRestored { agreement });
            }
            return Ok(Standing::Sound);
        }
        // By the clock: settlements that have waited for a ruling follow each other at once, and leave no time to add cover.
        let ended = Self::ended_periods(agreement, &info)?;
        let since = pool.short.map_or(ended, |short| short.since);
        pool.short = Some(Short { since, missing });
        Self::deposit_event(Event::CoverShort { agreement, period, missing });
        // Saturating: time does not run backwards.
        let uncovered = ended.saturating_sub(since) >= T::GracePeriods::get();
        Ok(if uncovered { Standing::Uncovered } else { Standing::Sound })
    }

    /// Adds to the provider's stake, which may end a shortage.
    pub(crate) fn top_up(
        agreement: AgreementId,
        pool: &mut Pool<T::AccountId>,
        amount: Balance,
    ) -> Result<(), Error<T>> {
        pool.buckets.junior = pool.buckets.junior.checked_add(amount).ok_or(Error::AmountTooLarge)?;
        if let Some(short) = &mut pool.short {
            // Saturating: more than what is missing is not a problem.
            short.missing = short.missing.saturating_sub(amount);
            if short.missing == 0 {
                pool.short = None;
                Self::deposit_event(Event::CoverRestored { agreement });
            }
        }
        Ok(())
    }

    /// The least stake of the provider when the cover and what waits to become cover are `total`; rounded up.
    pub(crate) fn junior_needed(total: Balance) -> Balance {
        T::MinJuniorShare::get().mul_ceil(total)
    }
}
