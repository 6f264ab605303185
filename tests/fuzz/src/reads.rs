// SPDX-License-Identifier: Apache-2.0

//! Asks the runtime what wallets ask it. Whatever the arguments are, the answer is no panic, and nothing is written.

use crate::{
    calls, chain,
    input::Bytes,
    tally::{self, Outcome, Place},
    values,
};
use codec::Encode;
use dsla_primitives::{verdict::Indicator, OfferId, RoundId, ServiceId};
use dsla_runtime::apis::api;

/// One question.
pub fn read(bytes: &mut Bytes) {
    let (method, arguments) = question(bytes);
    let before = bytes.chance(10).then(chain::root);
    let answer = api::dispatch(method, &arguments);
    assert!(answer.is_some(), "there is no {method}");
    if let Some(before) = before {
        assert!(before == chain::root(), "{method} has changed the state");
    }
    tally::count(Place::Read(method), Outcome::Ok);
}

fn question(bytes: &mut Bytes) -> (&'static str, Vec<u8>) {
    let limit = bytes.pick(&[10_u32, 0, 1, 100, u32::MAX]);
    let agreement = values::agreement(bytes);
    let who = values::account(bytes);
    let from = bytes.chance(50).then_some(agreement);
    let after = bytes.chance(50).then(|| OfferId(u64::from(bytes.byte() % 6)));
    let voucher = bytes.chance(50).then(|| u32::from(bytes.byte() % 6));
    match bytes.byte() % 27 {
        0 => ("DslaApi_agreement", agreement.encode()),
        1 => ("DslaApi_agreements", (agreement, limit).encode()),
        2 => ("DslaApi_claimable", (agreement, who).encode()),
        3 => ("DslaApi_claimables", (who, from, limit).encode()),
        4 => ("DslaApi_sla_log", (agreement, values::small("period", bytes), limit).encode()),
        5 => {
            let terms = calls::terms(bytes, None);
            let indicators: Vec<Indicator> =
                (0..bytes.below(4)).map(|_| Indicator::Value(values::milli(bytes))).collect();
            ("DslaApi_preview", (terms, indicators).encode())
        }
        6 => ("DslaApi_due_reports", (agreement, who, limit).encode()),
        7 => ("DslaApi_maintenance", (agreement, values::small("period", bytes)).encode()),
        8 => ("DslaApi_amendment", agreement.encode()),
        9 => ("DslaApi_portfolio", (who, from, limit).encode()),
        10 => ("DslaApi_actions", (agreement, who).encode()),
        11 => ("DslaApi_cover_missing", (agreement, values::amount(bytes)).encode()),
        12 => ("DslaApi_reliability", who.encode()),
        13 => ("DslaApi_service_reliability", ServiceId(u64::from(bytes.byte() % 3)).encode()),
        // Shares a number, so that the inputs of the corpus keep their meaning.
        14 if limit % 2 == 1 => ("DslaApi_claim_bond", RoundId::new(agreement, limit / 2 % 4).encode()),
        14 => ("DslaApi_panel_duties", who.encode()),
        15 => ("DslaApi_offers", (after, limit).encode()),
        16 => ("DslaApi_vouchers", (who, voucher, limit).encode()),
        17 => ("DslaApi_seller_record", who.encode()),
        18 => {
            let call = values::inner_call(bytes, 1);
            ("TransactionPaymentCallApi_query_call_info", (call, limit).encode())
        }
        19 => ("BabeApi_configuration", Vec::new()),
        20 => ("BabeApi_next_epoch", Vec::new()),
        21 => ("AuthorityDiscoveryApi_authorities", Vec::new()),
        22 => ("StakingApi_nominations_quota", values::amount(bytes).encode()),
        23 => ("StakingApi_eras_stakers_page_count", (values::small("era", bytes), who).encode()),
        24 => ("StakingApi_pending_rewards", (values::small("era", bytes), who).encode()),
        25 => ("GrandpaApi_grandpa_authorities", Vec::new()),
        _ => ("AccountNonceApi_account_nonce", who.encode()),
    }
}
