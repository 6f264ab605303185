// SPDX-License-Identifier: Apache-2.0

//! The lists of those who may subscribe to agreements that are not open to everybody.

use crate::{Allowed, Config, Error, Event, Pallet};
use dsla_primitives::AgreementId;
use frame_support::{
    ensure,
    traits::{Consideration, Footprint},
};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    /// Whatever the access is now: an amendment may close an open agreement.
    pub(crate) fn do_allow(provider: T::AccountId, id: AgreementId, who: T::AccountId) -> DispatchResult {
        let agreement = Self::agreement_of(&provider, id)?;
        ensure!(!agreement.status.has_ended(), Error::<T>::WrongState);
        ensure!(!Allowed::<T>::contains_key(id, &who), Error::<T>::AlreadyAllowed);
        let ticket = T::AllowListDeposit::new(&provider, Footprint::from_encodable((id, &who)))?;
        Allowed::<T>::insert(id, &who, ticket);
        Self::deposit_event(Event::AccountAllowed { agreement: id, who });
        Ok(())
    }

    /// Also after the end, so that the deposits come back.
    pub(crate) fn do_disallow(provider: T::AccountId, id: AgreementId, who: T::AccountId) -> DispatchResult {
        Self::agreement_of(&provider, id)?;
        let ticket = Allowed::<T>::take(id, &who).ok_or(Error::<T>::EntryNotFound)?;
        ticket.drop(&provider)?;
        Self::deposit_event(Event::AccountDisallowed { agreement: id, who });
        Ok(())
    }
}
