// SPDX-License-Identifier: Apache-2.0

//! Starts a sealing node.

use super::{
    clock::{system_time, DevClock},
    database::claim_for_sealing,
    digest::{block_time, PlainClaim},
    rpc::{Dev, DevApiServer},
    triggers, Sealing,
};
use crate::{client::Parts, rpc as node_rpc};
use dsla_runtime::{opaque::Block, Hash};
use futures::{channel::mpsc, stream};
use sc_consensus_manual_seal::{
    rpc::{ManualSeal, ManualSealApiServer},
    ManualSealParams,
};
use sc_network::NetworkBackend;
use sc_service::{error::Error as ServiceError, BuildNetworkParams, Configuration, SpawnTasksParams, TaskManager};
use std::{path::Path, sync::Arc};

/// How many commands of the RPC may wait.
const COMMANDS: usize = 1_000;

/// Starts a node that makes blocks as `sealing` says.
pub fn start<N: NetworkBackend<Block, Hash>>(
    config: Configuration,
    sealing: Sealing,
    runtime_cache: Option<&Path>,
) -> Result<TaskManager, ServiceError> {
    let mut parts = Parts::new(&config, runtime_cache)?;
    claim_for_sealing(&parts.client)?;

    let metrics = N::register_notification_metrics(config.prometheus_registry());
    let net_config = sc_network::config::FullNetworkConfiguration::<_, _, N>::new(
        &config.network,
        config.prometheus_registry().cloned(),
    );
    let import_queue = sc_consensus_manual_seal::import_queue(
        Box::new(parts.client.clone()),
        &parts.tasks.spawn_essential_handle(),
        config.prometheus_registry(),
    );
    let (network, system_rpc_tx, tx_handler_controller, sync_service, _bitswap) =
        sc_service::build_network(BuildNetworkParams {
            config: &config,
            net_config,
            client: parts.client.clone(),
            transaction_pool: parts.pool.clone(),
            spawn_handle: parts.tasks.spawn_handle(),
            spawn_essential_handle: parts.tasks.spawn_essential_handle(),
            import_queue,
            block_announce_validator_builder: None,
            warp_sync_config: None,
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;
    // It makes every block, so nobody doubts that it is there; a sign of life would only trigger a block of its own.
    parts.spawn_offchain_workers(&config, network.clone(), false)?;

    let slot_duration = sc_consensus_babe::configuration(&*parts.client)?.slot_duration();
    let clock = Arc::new(DevClock::new(slot_duration.as_millis()));
    let (rpc_commands, from_rpc) = mpsc::channel(COMMANDS);
    let from_mode = triggers::commands(sealing, parts.client.clone(), parts.pool.clone(), parts.tasks.spawn_handle());

    let inherents = {
        let (client, clock) = (parts.client.clone(), clock.clone());
        move |parent, ()| {
            let time = client.header(parent).map(|header| {
                let last_block = header.map(|header| block_time(&header, slot_duration)).unwrap_or(0);
                clock.next_block(system_time(), last_block)
            });
            async move { Ok(sp_timestamp::InherentDataProvider::new(time?.into())) }
        }
    };
    let block_maker = sc_consensus_manual_seal::run_manual_seal(ManualSealParams {
        block_import: parts.client.clone(),
        env: parts.proposer_factory(&config),
        client: parts.client.clone(),
        pool: parts.pool.clone(),
        commands_stream: stream::select(from_rpc, from_mode),
        select_chain: parts.select_chain.clone(),
        consensus_data_provider: Some(Box::new(PlainClaim::new(slot_duration))),
        create_inherent_data_providers: inherents,
    });
    parts.tasks.spawn_essential_handle().spawn_blocking("sealing", Some("block-authoring"), block_maker);

    let rpc_builder = {
        let (client, pool, executor) = (parts.client.clone(), parts.pool.clone(), parts.executor.clone());
        move |_| {
            let deps = node_rpc::Deps { client: client.clone(), pool: pool.clone(), executor: executor.clone() };
            let mut module = node_rpc::create_base(deps)?;
            let dev = Dev::new(clock.clone(), client.clone(), slot_duration);
            module.merge(dev.into_rpc()).map_err(|error| ServiceError::Other(error.to_string()))?;
            module
                .merge(ManualSeal::new(rpc_commands.clone()).into_rpc())
                .map_err(|error| ServiceError::Other(error.to_string()))?;
            Ok(module)
        }
    };
    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client: parts.client,
        backend: parts.backend,
        task_manager: &mut parts.tasks,
        keystore: parts.keystore.keystore(),
        transaction_pool: parts.pool,
        rpc_builder: Box::new(rpc_builder),
        network,
        system_rpc_tx,
        tx_handler_controller,
        sync_service,
        telemetry: parts.telemetry.as_mut(),
        tracing_execute_block: None,
    })?;
    Ok(parts.tasks)
}
