// SPDX-License-Identifier: Apache-2.0

//! What makes a sealing node make a block.

use super::Sealing;
use crate::client::{FullClient, FullPool};
use dsla_runtime::Hash;
use futures::{
    channel::{mpsc, oneshot},
    future, stream, Future, FutureExt, Stream, StreamExt,
};
use sc_client_api::{BlockchainEvents, UsageProvider};
use sc_consensus_manual_seal::{EngineCommand, Error};
use sc_service::SpawnTaskHandle;
use sc_transaction_pool_api::TransactionPool;
use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
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
        Sealing::Interval(period) => Box::pin(ticks(period).map(move |()| {
            let (command, outcome) = seal(true);
            spawner.spawn("sealing-outcome", Some("sealing"), outcome.map(drop));
            command
        })),
        Sealing::Instant => instant(client, pool, spawner),
    }
}

/// A block for the transactions that wait.
///
/// The block that ends an epoch has no room for them: the runtime's session change takes it whole. The block maker
/// refuses to make it as empty, so it is told to, once: a second empty block in a row would bring nobody in either.
fn instant(client: Arc<FullClient>, pool: Arc<FullPool>, spawner: SpawnTaskHandle) -> Commands {
    let (force, forced) = mpsc::channel(1);
    let last_forced = Arc::new(Mutex::new(None));
    let arrivals = pool.import_notification_stream().ready_chunks(BURST).map(|_| ());
    let blocks = client.import_notification_stream().then(|_| sleep(SETTLE));
    let waiting = pool.clone();
    let wanted = stream::select(arrivals, blocks).filter(move |()| future::ready(waiting.status().ready > 0));
    let create_empty = stream::select(wanted.map(|()| false), forced.map(|()| true));
    Box::pin(create_empty.map(move |create_empty| {
        let (command, outcome) = seal(create_empty);
        let (client, pool, last_forced, mut force) = (client.clone(), pool.clone(), last_forced.clone(), force.clone());
        spawner.spawn("sealing-outcome", Some("sealing"), async move {
            match outcome.await {
                Made::Block(hash) if create_empty => {
                    *last_forced.lock().unwrap_or_else(PoisonError::into_inner) = Some(hash);
                }
                Made::Nothing if !create_empty => {
                    sleep(SETTLE).await;
                    let best = client.usage_info().chain.best_hash;
                    let again = *last_forced.lock().unwrap_or_else(PoisonError::into_inner) == Some(best);
                    if pool.status().ready > 0 && !again {
                        // When the channel is full, it is asked for already.
                        force.try_send(()).ok();
                    }
                }
                _ => {}
            }
        });
        command
    }))
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

/// What became of a command.
enum Made {
    Block(Hash),
    /// No transaction waits, or none fits.
    Nothing,
    /// A real error, which is in the log.
    Failed,
}

/// The command to make a final block, and what becomes of it.
fn seal(create_empty: bool) -> (EngineCommand<Hash>, impl Future<Output = Made>) {
    let (sender, outcome) = oneshot::channel();
    let command = EngineCommand::SealNewBlock { create_empty, finalize: true, parent_hash: None, sender: Some(sender) };
    let made = outcome.map(|outcome| match outcome {
        Ok(Ok(block)) => Made::Block(block.hash),
        Ok(Err(Error::EmptyTransactionPool)) | Err(oneshot::Canceled) => Made::Nothing,
        Ok(Err(error)) => {
            log::error!("No block was made: {error}");
            Made::Failed
        }
    });
    (command, made)
}
