// SPDX-License-Identifier: Apache-2.0

//! How other pallets see agreements.

use crate::{AgreementTerms, Agreements, Allowed, Config, Pallet, Periods};
use dsla_primitives::{
    api::Phase,
    terms::{Access, Terms},
    traits::{AgreementInfo, AgreementInspect, Amendment},
    verdict::Outcome,
    AgreementId, RoundId,
};

impl<T: Config> AgreementInspect<T::AccountId> for Pallet<T> {
    fn agreement(id: AgreementId) -> Option<AgreementInfo<T::AccountId>> {
        let agreement = Agreements::<T>::get(id)?;
        Some(AgreementInfo {
            service: agreement.service,
            provider: agreement.provider,
            status: agreement.status,
            version: agreement.version,
            periods: agreement.periods,
            finalized: agreement.finalized,
        })
    }

    /// Periods beyond the last one are under the last version: whether a period exists is for `periods` to say. `None`
    /// also once a draft was discarded.
    fn terms(round: RoundId) -> Option<Terms<T::AccountId>> {
        Self::terms_in(round.agreement, &Agreements::<T>::get(round.agreement)?, round.period)
    }

    fn amendment(id: AgreementId) -> Option<Amendment<T::AccountId>> {
        let agreement = Agreements::<T>::get(id)?;
        let waiting = agreement.amendment()?;
        Self::load_amendment(id, &agreement, waiting)
    }

    /// By the terms in force now, not by those of an amendment that waits.
    fn may_subscribe(id: AgreementId, who: &T::AccountId) -> bool {
        let terms = Agreements::<T>::get(id).and_then(|agreement| AgreementTerms::<T>::get(id, agreement.version));
        terms.is_some_and(|terms| match terms.access {
            Access::Open => true,
            Access::AllowList => Allowed::<T>::contains_key(id, who),
        })
    }

    fn outcome(round: RoundId) -> Option<Outcome> {
        let record = Periods::<T>::get(round.agreement, round.period)?;
        matches!(record.phase, Phase::Final { .. }).then_some(record.verdict.outcome)
    }
}
