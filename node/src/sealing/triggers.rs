// SPDX-License-Identifier: Apache-2.0

//! What makes a sealing node make a block.

use super::Sealing;
use crate::client::{FullClient, FullPool};
use dsla_runtime::Hash;
use futures::{channel::oneshot, future, stream, Stream, StreamExt};
use sc_client_api::BlockchainEvents;
use sc_consensus_manual_seal::{EngineCommand, Error};
use sc_service::SpawnTaskHandle;
use sc_transaction_pool_api::TransactionPool;
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::time::{interval, sleep, MissedTickBehavior};

/// A stream of commands to make blocks.
pub type Commands = Pin<Box<dyn Stream<Item = EngineCommand<Hash>> + Send>>;

/// Most notifications of transactions that are answered by one block.
const BURST: usize = 4_096;

/// How long after a block the pool is looked at for transactions that did not fit: it first has to drop those that did.
const SETTLE: Duration = Duration::from_millis(100);

/// The commands of a mode; those of the RPC come from elsewhere.
pub fn commands(sealing: Sealing, client: Arc<FullClient>, pool: Arc<FullPool>, spawner: SpawnTaskHandle) -> Commands {
    match sealing {
        Sealing::Manual => Box::pin(stream::pending()),
        Sealing::Interval(period) => Box::pin(ticks(period).map(move |()| block(true, &spawner))),
        Sealing::Instant => {
            let arrivals = pool.import_notification_stream().ready_chunks(BURST).map(|_| ());
            let blocks = client.import_notification_stream().then(|_| sleep(SETTLE));
            let waiting = move |(): &()| future::ready(pool.status().ready > 0);
            Box::pin(stream::select(arrivals, blocks).filter(waiting).map(move |()| block(false, &spawner)))
        }
    }
}

fn ticks(period: Duration) -> impl Stream<Item = ()> + Send {
    let mut interval = interval(period);
    // A late block must not be followed by a burst.
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    stream::unfold(interval, |mut interval| async move {
        interval.tick().await;
        Some(((), interval))
    })
}

/// The command to make a final block. Its outcome is only spoken of when it is a real error: in the instant mode it is
/// normal that an earlier block already took the transaction.
fn block(create_empty: bool, spawner: &SpawnTaskHandle) -> EngineCommand<Hash> {
    let (sender, outcome) = oneshot::channel();
    spawner.spawn("sealing-outcome", Some("sealing"), async move {
        match outcome.await {
            Ok(Ok(_)) | Ok(Err(Error::EmptyTransactionPool)) | Err(oneshot::Canceled) => {}
            Ok(Err(error)) => log::error!("No block was made: {error}"),
        }
    });
    EngineCommand::SealNewBlock { create_empty, finalize: true, parent_hash: None, sender: Some(sender) }
}
