// SPDX-License-Identifier: Apache-2.0

//! One file for each call and feature.

mod accept_amendment;
mod attacks;
mod back;
mod cancel_subscription;
mod claim;
mod claim_for;
mod claim_many;
mod exit;
mod extend_subscription;
mod faults;
mod fund_rewards;
mod lifecycle;
mod matrix;
mod model;
mod parties;
mod queries;
mod readme;
mod refill;
mod set_member;
mod settlement;
mod short;
mod sponsor;
mod stake_cover;
mod subscribe;
mod sweep;
mod try_state;
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
