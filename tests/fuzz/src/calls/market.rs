// SPDX-License-Identifier: Apache-2.0

//! Subscriptions and offers.

use super::Wanted;
use crate::{
    chain,
    input::Bytes,
    people,
    values::{self, DAY, HOUR},
};
use dsla_primitives::{
    market::{OfferKind, Part},
    terms::Document,
    traits::{AgreementInspect, PaymentSource},
    AgreementId, OfferId, RoundId,
};
use dsla_runtime::{constants::currency::DSLA, AccountId, Runtime, Sla};
use frame_support::BoundedVec;
use pallet_compensation::Call as Pool;
use pallet_marketplace::Call as Market;
use sp_runtime::Perbill;

fn payment(bytes: &mut Bytes) -> u128 {
    if bytes.chance(85) {
        100_000 * DSLA
    } else {
        values::amount(bytes)
    }
}

fn version(agreement: AgreementId, bytes: &mut Bytes) -> u32 {
    let version = <Sla as AgreementInspect<AccountId>>::agreement(agreement).map_or(0, |info| info.version);
    if bytes.chance(90) {
        version
    } else {
        values::small("version", bytes)
    }
}

pub fn subscribe(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let units = if bytes.chance(80) { 1 + u64::from(bytes.byte() % 4) } else { values::long("units", bytes) };
    let periods = if bytes.chance(80) { 1 + u32::from(bytes.byte() % 4) } else { values::small("periods", bytes) };
    let terms_version = version(agreement, bytes);
    let max_payment = payment(bytes);
    let by = people::id(bytes.pick(&[people::ANNA, people::BELA, people::BACKER, people::ALICE, people::POOR]));
    Wanted::by(Pool::<Runtime>::subscribe { agreement, units, periods, terms_version, max_payment }, by)
}

pub fn extend_subscription(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let id = u32::from(bytes.pick(&[0_u8, 0, 0, 1, 2]));
    let periods = if bytes.chance(80) { 1 + u32::from(bytes.byte() % 4) } else { values::small("periods", bytes) };
    let terms_version = version(agreement, bytes);
    let max_payment = payment(bytes);
    let by = people::id(bytes.pick(&[people::ANNA, people::BELA]));
    Wanted::by(Pool::<Runtime>::extend_subscription { agreement, id, periods, terms_version, max_payment }, by)
}

/// New terms that wait.
pub fn accept_amendment(bytes: &mut Bytes) -> Option<Wanted> {
    let next = pallet_sla::NextAgreementId::<Runtime>::get().0;
    let waiting = |id: &AgreementId| <Sla as AgreementInspect<AccountId>>::amendment(*id).is_some();
    let waiting: Vec<AgreementId> = (0..next).map(AgreementId).filter(waiting).collect();
    if waiting.is_empty() {
        return None;
    }
    let agreement = bytes.pick(&waiting);
    let version = <Sla as AgreementInspect<AccountId>>::amendment(agreement)?.version;
    let max_payment = payment(bytes);
    Wanted::any(Pool::<Runtime>::accept_amendment { agreement, version, max_payment })
}

/// What was paid in during the period that runs.
pub fn cancel_backing(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let info = <Sla as AgreementInspect<AccountId>>::agreement(agreement)?;
    let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized))?;
    let period = terms.schedule.period_at(chain::now()).unwrap_or(0);
    Wanted::any(Pool::<Runtime>::cancel_backing { agreement, period })
}

pub fn revoke_partner(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let merchant = if bytes.chance(70) { people::id(people::MERCHANT) } else { values::account(bytes) };
    Wanted::any(Market::<Runtime>::revoke_partner { agreement, merchant })
}

pub fn list_offer(bytes: &mut Bytes) -> Option<Wanted> {
    let agreement = values::agreement(bytes);
    let kind = match bytes.byte() {
        0..120 => OfferKind::Promotion,
        120..170 => OfferKind::Trophy,
        _ => {
            let part = |bytes: &mut Bytes| Part {
                offer: OfferId(u64::from(bytes.byte() % 5)),
                quantity: u32::from(bytes.byte() % 3),
            };
            let count = bytes.below(4);
            OfferKind::Bundle(BoundedVec::truncate_from((0..count).map(|_| part(bytes)).collect()))
        }
    };
    let mut name = b"offer".to_vec();
    let (mut price, mut stock, mut limit) = (DSLA * u128::from(1 + bytes.byte() % 8), 5, 3);
    let (mut expiry, mut fulfil_within) = (chain::now() + DAY, HOUR);
    let mut seller_share = Perbill::from_percent(10);
    match bytes.byte() {
        0..20 => price = values::amount(bytes),
        20..40 => stock = values::small("stock", bytes),
        40..60 => limit = values::small("limit", bytes),
        60..80 => expiry = values::moment(bytes),
        80..100 => fulfil_within = values::moment(bytes),
        100..120 => seller_share = Perbill::from_parts(values::parts(bytes, 1_000_000_000)),
        120..130 => name = vec![],
        130..140 => name = vec![0xff],
        _ => {}
    }
    let by = people::id(bytes.pick(&[people::PROVIDER, people::MERCHANT]));
    let document = dsla_runtime_tests::people::document();
    let name = BoundedVec::truncate_from(name);
    let call = Market::<Runtime>::list_offer {
        agreement,
        kind,
        name,
        price,
        stock,
        limit,
        expiry,
        document,
        fulfil_within,
        seller_share,
    };
    Wanted::by(call, by)
}

pub fn redeem(bytes: &mut Bytes) -> Option<Wanted> {
    let offer = OfferId(u64::from(bytes.byte() % 6));
    let quantity = bytes.pick(&[1_u32, 1, 1, 2, 3, 0, u32::MAX]);
    let max_price = if bytes.chance(85) { 1_000 * DSLA } else { values::amount(bytes) };
    let source = match bytes.byte() {
        0..150 => PaymentSource::Wallet,
        _ => PaymentSource::Claimable(values::agreement(bytes)),
    };
    let Document { hash, .. } = dsla_runtime_tests::people::document();
    let terms_hash = if bytes.chance(95) { hash } else { values::hash(bytes) };
    Wanted::any(Market::<Runtime>::redeem { offer, quantity, max_price, source, terms_hash })
}
