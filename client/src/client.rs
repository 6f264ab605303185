// SPDX-License-Identifier: Apache-2.0

//! The connection to a node and what can be read through it.

use crate::{
    generated::{account_id, agreement_id, chain, open_reports},
    types::{Account, Agreement, Claimable, DueReport},
    Error,
};
use std::{future::Future, sync::Arc, time::Duration};
use subxt::{
    backend::LegacyBackend,
    client::OnlineClientAtBlock,
    config::RpcConfigFor,
    rpcs::{
        client::reconnecting_rpc_client::{ExponentialBackoff, RpcClient as ReconnectingClient},
        LegacyRpcMethods, RpcClient,
    },
    utils::H256,
    OnlineClient, SubstrateConfig,
};

/// The configuration of `subxt` for this chain.
pub(crate) type Config = SubstrateConfig;
/// The view on one block.
pub(crate) type AtBlock = OnlineClientAtBlock<Config>;

/// How long a read may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The longest pause between two attempts to reconnect.
const MAX_BACKOFF: Duration = Duration::from_secs(15);

/// A connection to a node. It reconnects for ever by itself; while there is no connection, requests fail with
/// [`Error::Unreachable`] or [`Error::Node`] and can be made again.
///
/// Clones share the connection. Transactions of the same account must be submitted one after the other.
#[derive(Clone, Debug)]
pub struct Client {
    url: String,
    rpc: LegacyRpcMethods<RpcConfigFor<Config>>,
    chain: OnlineClient<Config>,
}

impl Client {
    /// Connects to the node at `url` (`ws://` or `wss://`).
    pub async fn connect(url: &str) -> Result<Self, Error> {
        let rpc = connect_rpc(url).await?;
        let backend = Arc::new(LegacyBackend::<Config>::builder().build(rpc.clone()));
        let chain = in_time(url, OnlineClient::from_backend(backend)).await?;
        Ok(Self { url: url.into(), rpc: LegacyRpcMethods::new(rpc), chain })
    }

    /// The genesis hash of the chain: its identity.
    pub fn genesis_hash(&self) -> [u8; 32] {
        self.chain.genesis_hash().0
    }

    /// The time of the chain at its best block.
    pub async fn chain_time(&self) -> Result<u64, Error> {
        let at = self.at_best().await?;
        let address = chain::storage().timestamp().now();
        let now = in_time(&self.url, at.storage().fetch(address, ())).await?;
        now.decode().map_err(|error| Error::Incompatible(error.to_string()))
    }

    /// The agreement with this id; `None` when there is none.
    pub async fn agreement(&self, agreement: u64) -> Result<Option<Agreement>, Error> {
        let call = chain::runtime_apis().dsla_api().agreement(agreement_id(agreement));
        let at = self.at_best().await?;
        let view = in_time(&self.url, at.runtime_apis().call(call)).await?;
        Ok(view.map(Into::into))
    }

    /// The open reports that `reporter` owes under `agreement`, oldest first, at most `limit` (and at most 100). What is
    /// owed for sealed rounds is not among them.
    pub async fn due_reports(&self, agreement: u64, reporter: Account, limit: u32) -> Result<Vec<DueReport>, Error> {
        let call = chain::runtime_apis().dsla_api().due_reports(agreement_id(agreement), account_id(reporter), limit);
        let at = self.at_best().await?;
        let due = in_time(&self.url, at.runtime_apis().call(call)).await?;
        Ok(open_reports(due))
    }

    /// What `account` can claim under `agreement` now.
    pub async fn claimable(&self, agreement: u64, account: Account) -> Result<Claimable, Error> {
        let call = chain::runtime_apis().dsla_api().claimable(agreement_id(agreement), account_id(account));
        let at = self.at_best().await?;
        Ok(in_time(&self.url, at.runtime_apis().call(call)).await?.into())
    }

    /// The url of the node.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The view on the best block. A node can come back with another chain behind the same url (a development chain
    /// that was started anew); nothing signed for the old one would be valid there, so that is an error.
    pub(crate) async fn at_best(&self) -> Result<AtBlock, Error> {
        let found = in_time(&self.url, self.rpc.chain_get_block_hash(Some(0u64.into()))).await?;
        let expected = self.chain.genesis_hash();
        if found != Some(expected) {
            let found = found.unwrap_or_default();
            return Err(Error::OtherChain { expected: hex(&expected), found: hex(&found) });
        }
        let best = in_time(&self.url, self.rpc.chain_get_block_hash(None)).await?;
        let best = best.ok_or_else(|| Error::Node("the node has no best block".into()))?;
        in_time(&self.url, self.chain.at_block(best)).await
    }

    /// The view on the last finalized block.
    pub(crate) async fn at_finalized(&self) -> Result<AtBlock, Error> {
        in_time(&self.url, self.chain.at_current_block()).await
    }
}

async fn connect_rpc(url: &str) -> Result<RpcClient, Error> {
    if !(url.starts_with("ws://") || url.starts_with("wss://")) {
        return Err(Error::Url(url.into()));
    }
    let backoff = ExponentialBackoff::from_millis(2).factor(100).max_delay(MAX_BACKOFF);
    let connecting = ReconnectingClient::builder().retry_policy(backoff).build(url);
    let client = tokio::time::timeout(PATIENCE, connecting).await.map_err(|_| unreachable(url, PATIENCE))?;
    Ok(RpcClient::new(client.map_err(|error| Error::Node(error.to_string()))?))
}

/// What `future` gives, unless it takes too long: while the connection is down, requests wait for it to come back.
pub(crate) async fn in_time<T, E: Into<Error>>(
    url: &str,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, Error> {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(result) => result.map_err(Into::into),
        Err(_) => Err(unreachable(url, PATIENCE)),
    }
}

fn unreachable(url: &str, patience: Duration) -> Error {
    Error::Unreachable { url: url.into(), seconds: patience.as_secs() }
}

fn hex(hash: &H256) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn connect_should_refuse_when_the_url_is_not_a_websocket() {
        assert!(matches!(Client::connect("http://127.0.0.1:9944").await, Err(Error::Url(_))));
    }
}
