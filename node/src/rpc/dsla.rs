// SPDX-License-Identifier: Apache-2.0

//! `dsla_*`: the runtime API `DslaApi` as plain JSON, for users who have no SCALE decoder.
//!
//! Ids and amounts are as in the runtime API; amounts are decimal strings, because JSON numbers lose digits.

use codec::Encode;
use dsla_primitives::{
    api::{Claimable, DslaApi, LogEntry, Preview},
    terms::Terms,
    verdict::Indicator,
    AgreementId,
};
use dsla_runtime::{opaque::Block, AccountId};
use jsonrpsee::{
    core::{async_trait, RpcResult},
    proc_macros::rpc,
    types::ErrorObjectOwned,
};
use serde_json::{json, Value};
use sp_api::ProvideRuntimeApi;
use sp_blockchain::HeaderBackend;
use std::sync::Arc;

/// Error code of all failures of this namespace.
const FAILED: i32 = 9_001;

/// Reads of service level agreements.
#[rpc(server, namespace = "dsla")]
pub trait Dsla {
    /// An agreement with its status and pool, or null. `terms` is SCALE, in hex.
    #[method(name = "agreement")]
    async fn agreement(&self, id: u64) -> RpcResult<Option<Value>>;

    /// What `who` can claim under an agreement, by where it comes from.
    #[method(name = "claimable")]
    async fn claimable(&self, agreement: u64, who: AccountId) -> RpcResult<Value>;

    /// What `who` can claim under each of its agreements, from agreement `from` on, and the cursor of the next page.
    #[method(name = "claimables")]
    async fn claimables(&self, who: AccountId, from: Option<u64>, limit: u32) -> RpcResult<Value>;

    /// The SLA log of an agreement from period `from` on; at most `limit`, at most 100 lines.
    #[method(name = "slaLog")]
    async fn sla_log(&self, agreement: u64, from: u32, limit: u32) -> RpcResult<Vec<Value>>;

    /// What terms (SCALE, in hex) would mean for measured values; `null` stands for no data. Values are fixed-point
    /// numbers with 18 decimals, as decimal strings.
    #[method(name = "preview")]
    async fn preview(&self, terms: sp_core::Bytes, indicators: Vec<Option<String>>) -> RpcResult<Value>;
}

/// Answers from the state of the best block.
pub struct DslaRpc<C> {
    client: Arc<C>,
}

impl<C> DslaRpc<C> {
    /// Answers from `client`.
    pub fn new(client: Arc<C>) -> Self {
        Self { client }
    }
}

#[async_trait]
impl<C> DslaServer for DslaRpc<C>
where
    C: ProvideRuntimeApi<Block> + HeaderBackend<Block> + Send + Sync + 'static,
    C::Api: DslaApi<Block, AccountId>,
{
    async fn agreement(&self, id: u64) -> RpcResult<Option<Value>> {
        let at = self.client.info().best_hash;
        let view = self.client.runtime_api().agreement(at, AgreementId(id)).map_err(failed)?;
        Ok(view.map(|view| {
            json!({
                "id": view.id,
                "service": view.service,
                "provider": view.provider,
                "status": view.status,
                "version": view.version,
                "schedule": view.terms.schedule,
                "terms": sp_core::Bytes(view.terms.encode()),
                "currentPeriod": view.current_period,
                "nextPeriod": view.next_period,
                "proposed": view.proposed,
                "finalized": view.finalized,
                "nextDue": view.next_due,
                "poolAccount": view.pool_account,
                "units": view.units,
                "buckets": {
                    "junior": view.buckets.junior.to_string(),
                    "senior": view.buckets.senior.to_string(),
                    "pending": view.buckets.pending.to_string(),
                    "exits": view.buckets.exits.to_string(),
                    "escrow": view.buckets.escrow.to_string(),
                    "rewards": view.buckets.rewards.to_string(),
                    "heldBack": view.buckets.held_back.to_string(),
                    "owed": view.buckets.owed.to_string(),
                },
            })
        }))
    }

    async fn claimable(&self, agreement: u64, who: AccountId) -> RpcResult<Value> {
        let at = self.client.info().best_hash;
        let claimable = self.client.runtime_api().claimable(at, AgreementId(agreement), who).map_err(failed)?;
        Ok(claimable_json(&claimable))
    }

    async fn claimables(&self, who: AccountId, from: Option<u64>, limit: u32) -> RpcResult<Value> {
        let at = self.client.info().best_hash;
        let (page, next) =
            self.client.runtime_api().claimables(at, who, from.map(AgreementId), limit).map_err(failed)?;
        let page: Vec<_> =
            page.iter().map(|(id, parts)| json!({ "agreement": id, "claimable": claimable_json(parts) })).collect();
        Ok(json!({ "page": page, "next": next }))
    }

    async fn sla_log(&self, agreement: u64, from: u32, limit: u32) -> RpcResult<Vec<Value>> {
        let at = self.client.info().best_hash;
        let log = self.client.runtime_api().sla_log(at, AgreementId(agreement), from, limit).map_err(failed)?;
        Ok(log.iter().map(entry_json).collect())
    }

    async fn preview(&self, terms: sp_core::Bytes, indicators: Vec<Option<String>>) -> RpcResult<Value> {
        let terms: Terms<AccountId> = codec::DecodeAll::decode_all(&mut &terms.0[..])
            .map_err(|error| invalid(format!("the terms are not SCALE of the type `Terms`: {error}")))?;
        let indicators = indicators.iter().map(parse_indicator).collect::<Result<Vec<_>, _>>()?;
        let at = self.client.info().best_hash;
        let preview = self.client.runtime_api().preview(at, terms, indicators).map_err(failed)?;
        Ok(preview_json(&preview))
    }
}

fn parse_indicator(text: &Option<String>) -> Result<Indicator, ErrorObjectOwned> {
    let Some(text) = text else { return Ok(Indicator::NoData) };
    text.parse::<u128>()
        .map(|inner| Indicator::Value(sp_runtime::FixedU128::from_inner(inner)))
        .map_err(|_| invalid(format!("`{text}` is no indicator; 99.9 is written 99900000000000000000")))
}

fn claimable_json(parts: &Claimable) -> Value {
    json!({
        "refund": parts.refund.to_string(),
        "compensation": parts.compensation.to_string(),
        "reward": parts.reward.to_string(),
        "income": parts.income.to_string(),
        "total": parts.total().map(|total| total.to_string()),
    })
}

fn entry_json(entry: &LogEntry) -> Value {
    let indicators: Vec<_> = entry
        .indicators
        .iter()
        .map(|indicator| match indicator {
            Indicator::Value(value) => Some(value.into_inner().to_string()),
            Indicator::NoData => None,
        })
        .collect();
    json!({
        "period": entry.period,
        "start": entry.start,
        "end": entry.end,
        "phase": entry.phase,
        "indicators": indicators,
        "objectives": entry.objectives,
        "outcome": entry.outcome,
        "credit": entry.credit,
        "bonus": entry.bonus,
        "settlement": entry.settlement.map(|moved| json!({
            "units": moved.units,
            "income": moved.income.to_string(),
            "premium": moved.premium.to_string(),
            "refunds": moved.refunds.to_string(),
            "compensation": moved.compensation.to_string(),
            "juniorLoss": moved.junior_loss.to_string(),
            "seniorLoss": moved.senior_loss.to_string(),
            "teamReward": moved.team_reward.to_string(),
            "fee": moved.fee.to_string(),
            "burned": moved.burned.to_string(),
        })),
    })
}

fn preview_json(preview: &Preview) -> Value {
    json!({
        "refused": String::from_utf8_lossy(&preview.refused),
        "outcome": preview.verdict.outcome,
        "credit": preview.verdict.credit,
        "bonus": preview.verdict.bonus,
        "objectives": preview.verdict.objectives.to_vec(),
        "prepayment": preview.prepayment.to_string(),
        "pay": preview.pay.to_string(),
        "refund": preview.refund.to_string(),
        "compensation": preview.compensation.to_string(),
        "cover": preview.cover.to_string(),
        "deposit": preview.deposit.to_string(),
    })
}

fn failed(error: impl std::fmt::Display) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(FAILED, format!("the runtime did not answer: {error}"), None::<()>)
}

fn invalid(message: String) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(jsonrpsee::types::error::INVALID_PARAMS_CODE, message, None::<()>)
}
