// SPDX-License-Identifier: Apache-2.0

//! Moving the clock from outside: the namespace `dev`, which only a sealing node has.

use super::{
    clock::{system_time, DevClock, Error},
    digest::block_time,
};
use crate::client::FullClient;
use jsonrpsee::{
    core::RpcResult,
    proc_macros::rpc,
    types::{ErrorObject, ErrorObjectOwned},
};
use sc_client_api::UsageProvider;
use sp_consensus_babe::SlotDuration;
use std::sync::Arc;

/// The clock was asked for a time it cannot show.
const CLOCK_ERROR: i32 = 18_000;
/// The last block could not be read.
const DATABASE_ERROR: i32 = 18_001;

/// Moves the clock of a sealing node. Times are milliseconds since the Unix epoch. No block is made: the next one,
/// whatever triggers it, has the new time.
#[rpc(server, namespace = "dev")]
pub trait DevApi {
    /// Moves the clock forward by this many milliseconds. Gives the new time.
    #[method(name = "advanceTime")]
    fn advance_time(&self, millis: u64) -> RpcResult<u64>;

    /// Moves the clock forward to this time. Gives the new time.
    #[method(name = "setTime")]
    fn set_time(&self, unix_millis: u64) -> RpcResult<u64>;

    /// The clock's time.
    #[method(name = "time")]
    fn time(&self) -> RpcResult<u64>;
}

/// Answers the namespace `dev`.
pub struct Dev {
    clock: Arc<DevClock>,
    client: Arc<FullClient>,
    slot_duration: SlotDuration,
}

impl Dev {
    /// Answers with this clock.
    pub fn new(clock: Arc<DevClock>, client: Arc<FullClient>, slot_duration: SlotDuration) -> Self {
        Self { clock, client, slot_duration }
    }

    fn last_block(&self) -> RpcResult<u64> {
        let best = self.client.usage_info().chain.best_hash;
        match self.client.header(best) {
            Ok(Some(header)) => Ok(block_time(&header, self.slot_duration)),
            Ok(None) => Err(ErrorObject::owned(DATABASE_ERROR, "the last block is not in the database", None::<()>)),
            Err(error) => Err(ErrorObject::owned(DATABASE_ERROR, error.to_string(), None::<()>)),
        }
    }
}

impl DevApiServer for Dev {
    fn advance_time(&self, millis: u64) -> RpcResult<u64> {
        Ok(self.clock.advance(millis, system_time(), self.last_block()?)?)
    }

    fn set_time(&self, unix_millis: u64) -> RpcResult<u64> {
        Ok(self.clock.set(unix_millis, system_time(), self.last_block()?)?)
    }

    fn time(&self) -> RpcResult<u64> {
        Ok(self.clock.now(system_time(), self.last_block()?))
    }
}

impl From<Error> for ErrorObjectOwned {
    fn from(error: Error) -> Self {
        ErrorObject::owned(CLOCK_ERROR, error.to_string(), None::<()>)
    }
}
