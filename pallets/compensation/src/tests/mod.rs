// SPDX-License-Identifier: Apache-2.0

//! One file for each call and feature.

mod claim;
mod claim_for;
mod faults;
mod fund_rewards;
mod lifecycle;
mod model;
mod queries;
mod readme;
mod refill;
mod set_member;
mod settlement;
mod stake_cover;
mod subscribe;
mod sweep;
mod withdraw_cover;
mod withdraw_rewards;

use crate::{mock::*, Error};
use dsla_primitives::{
    api::Claimable,
    settlement::{Buckets, Settlement},
    traits::{AgreementStatus, OnAgreement, PaymentSource, PoolRefill},
    AgreementId, Balance, PeriodIndex,
};
use frame_support::{assert_noop, assert_ok, traits::Hooks, weights::Weight};
use sp_runtime::DispatchError;

const UNKNOWN: AgreementId = AgreementId(77);

fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}
