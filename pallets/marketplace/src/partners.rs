// SPDX-License-Identifier: Apache-2.0

//! Merchants that sell for the pool of a provider.

use crate::{types::Partner, Config, Error, Event, Pallet, PartnerCount, Partners};
use dsla_primitives::{
    traits::{AgreementInfo, AgreementInspect},
    AgreementId,
};
use frame_support::{
    ensure,
    traits::{Consideration, Footprint, Get},
};
use sp_runtime::{ArithmeticError, DispatchResult};

/// A partner of this runtime.
pub type PartnerOf<T> = Partner<<T as frame_system::Config>::AccountId, <T as Config>::PartnerDeposit>;

impl<T: Config> Pallet<T> {
    /// The agreement, if `who` may sell for its pool: as its provider, or as a partner.
    pub(crate) fn agreement_to_sell_for(
        id: AgreementId,
        who: &T::AccountId,
    ) -> Result<AgreementInfo<T::AccountId>, Error<T>> {
        let info = T::Agreements::agreement(id).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(info.provider == *who || Partners::<T>::contains_key(id, who), Error::<T>::NotAuthorized);
        Ok(info)
    }

    pub(crate) fn do_authorize_partner(
        provider: T::AccountId,
        agreement: AgreementId,
        merchant: T::AccountId,
    ) -> DispatchResult {
        let info = T::Agreements::agreement(agreement).ok_or(Error::<T>::AgreementNotFound)?;
        ensure!(info.provider == provider, Error::<T>::NotAuthorized);
        ensure!(!info.status.has_ended(), Error::<T>::AgreementEnded);
        ensure!(
            merchant != provider && !Partners::<T>::contains_key(agreement, &merchant),
            Error::<T>::AlreadyAuthorized
        );
        let count = PartnerCount::<T>::get(agreement).checked_add(1).ok_or(Error::<T>::MaxPartnersExceeded)?;
        ensure!(count <= T::MaxPartners::get(), Error::<T>::MaxPartnersExceeded);

        let ticket = T::PartnerDeposit::new(&provider, Footprint::from_mel::<PartnerOf<T>>())?;

        PartnerCount::<T>::insert(agreement, count);
        Partners::<T>::insert(agreement, &merchant, Partner { provider, ticket });
        Self::deposit_event(Event::PartnerAuthorized { agreement, merchant });
        Ok(())
    }

    // Asks nobody for the agreement: a provider gets its deposits back when a draft is gone, too.
    pub(crate) fn do_revoke_partner(
        who: &T::AccountId,
        agreement: AgreementId,
        merchant: T::AccountId,
    ) -> DispatchResult {
        let partner = Partners::<T>::get(agreement, &merchant).ok_or(Error::<T>::PartnerNotFound)?;
        ensure!(partner.provider == *who, Error::<T>::NotAuthorized);
        let left = PartnerCount::<T>::get(agreement).checked_sub(1).ok_or(ArithmeticError::Underflow)?;

        partner.ticket.drop(&partner.provider)?;

        if left > 0 {
            PartnerCount::<T>::insert(agreement, left);
        } else {
            PartnerCount::<T>::remove(agreement);
        }
        Partners::<T>::remove(agreement, &merchant);
        Self::deposit_event(Event::PartnerRevoked { agreement, merchant });
        Ok(())
    }
}
