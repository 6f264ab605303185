// SPDX-License-Identifier: Apache-2.0

//! How other pallets see agreements.

use crate::{AgreementTerms, Agreements, Config, Pallet};
use dsla_primitives::{
    terms::Terms,
    traits::{AgreementInfo, AgreementInspect},
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
            finalized: agreement.finalized,
        })
    }

    /// All periods are under the one version there is, those beyond the schedule, too: whether a period exists is for
    /// the schedule to say. `None` also once a draft was discarded.
    fn terms(round: RoundId) -> Option<Terms<T::AccountId>> {
        let version = Agreements::<T>::get(round.agreement)?.version;
        AgreementTerms::<T>::get(round.agreement, version)
    }
}
