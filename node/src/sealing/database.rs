// SPDX-License-Identifier: Apache-2.0

//! Keeps the databases of sealing nodes and of nodes of a network apart: neither kind can go on where the other
//! stopped.

use crate::client::FullClient;
use sc_client_api::{AuxStore, UsageProvider};
use sc_service::error::Error as ServiceError;

/// Present in the database of a sealing node.
const SEALED: &[u8] = b"dsla:sealed";

const START_ANEW: &str = "Use `--tmp`, or another `--base-path`, or remove the chain with `purge-chain`.";

/// Marks an empty database as a sealing node's. Refuses one that a node of a network has written.
pub fn claim_for_sealing(client: &FullClient) -> Result<(), ServiceError> {
    if is_sealed(client)? {
        return Ok(());
    }
    if client.usage_info().chain.best_number > 0 {
        return Err(ServiceError::Other(format!(
            "The blocks in this database were made without `--sealing`, and cannot be continued with it. {START_ANEW}"
        )));
    }
    Ok(client.insert_aux(&[(SEALED, &[1][..])], &[])?)
}

/// Refuses the database of a sealing node.
pub fn refuse_sealed_database(client: &FullClient) -> Result<(), ServiceError> {
    if is_sealed(client)? {
        return Err(ServiceError::Other(format!(
            "The blocks in this database were made with `--sealing`, and cannot be continued without it. {START_ANEW}"
        )));
    }
    Ok(())
}

fn is_sealed(client: &FullClient) -> Result<bool, ServiceError> {
    Ok(client.get_aux(SEALED)?.is_some())
}
