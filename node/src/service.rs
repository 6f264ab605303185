// SPDX-License-Identifier: Apache-2.0

//! A node that takes part in a network: authors by BABE, finalizes by GRANDPA, finds the other validators, syncs.

use crate::{
    client::{FullBackend, FullClient, FullSelectChain, Parts},
    equivocation::{NotingImport, SealingPool, Seals},
    rpc::{self, BabeDeps, FullDeps, GrandpaDeps},
    sealing::refuse_sealed_database,
};
use dsla_runtime::{opaque::Block, Hash};
use futures::StreamExt;
use sc_authority_discovery::{Role, WorkerConfig};
use sc_client_api::BlockBackend;
use sc_consensus_babe::{BabeBlockImport, BabeLink, BabeParams, BabeWorkerHandle, ImportQueueParams, SlotProportion};
use sc_consensus_grandpa::{
    warp_proof::NetworkProvider, FinalityProofProvider, GrandpaBlockImport, GrandpaParams, LinkHalf, SharedVoterState,
    VotingRulesBuilder,
};
use sc_network::{service::traits::NetworkService, Event, NetworkBackend};
use sc_service::{
    error::Error as ServiceError, BuildNetworkParams, Configuration, SpawnTasksParams, TaskManager, WarpSyncConfig,
};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use sp_consensus_babe::{inherents::BabeCreateInherentDataProviders, SlotDuration};
use std::{path::Path, sync::Arc, time::Duration};

/// Of how many final blocks one's justification is kept at the least, for nodes that sync by warp.
const JUSTIFICATION_PERIOD: u32 = 512;

/// Time over which GRANDPA's messages are gathered before they are sent on.
const GOSSIP_DURATION: Duration = Duration::from_millis(333);

/// The part of a slot in which its author makes the block. The rest is for spreading it.
const PROPOSAL_PORTION: f32 = 0.5;

type GrandpaImport = GrandpaBlockImport<FullBackend, Block, FullClient, FullSelectChain>;
type BabeImport = NotingImport<
    BabeBlockImport<Block, FullClient, GrandpaImport, BabeCreateInherentDataProviders<Block>, FullSelectChain>,
>;

/// The parts of a node before it has a network: enough for the subcommands that work on a database.
pub struct Partial {
    /// What every node has.
    pub parts: Parts,
    /// Checks blocks and imports them.
    pub import_queue: sc_consensus::DefaultImportQueue<Block>,
    block_import: BabeImport,
    babe_link: BabeLink<Block>,
    babe_worker: BabeWorkerHandle<Block>,
    grandpa_link: LinkHalf<Block, FullClient, FullSelectChain>,
    inherents: BabeCreateInherentDataProviders<Block>,
}

impl Partial {
    /// Opens the database and puts BABE and GRANDPA in front of it.
    pub fn new(config: &Configuration, runtime_cache: Option<&Path>) -> Result<Self, ServiceError> {
        let parts = Parts::new(config, runtime_cache)?;

        let (grandpa_import, grandpa_link) = sc_consensus_grandpa::block_import(
            parts.client.clone(),
            JUSTIFICATION_PERIOD,
            &parts.client,
            parts.select_chain.clone(),
            parts.telemetry_handle(),
        )?;

        let babe_config = sc_consensus_babe::configuration(&*parts.client)?;
        let slot_duration = babe_config.slot_duration();
        let inherents = inherents(slot_duration);
        let seals = Arc::<Seals>::default();
        let (block_import, babe_link) = sc_consensus_babe::block_import(
            babe_config,
            grandpa_import.clone(),
            parts.client.clone(),
            inherents.clone(),
            parts.select_chain.clone(),
            OffchainTransactionPoolFactory::new(SealingPool::new(parts.pool.clone(), seals.clone())),
        )?;
        let block_import = NotingImport::new(block_import, seals);
        let (import_queue, babe_worker) = sc_consensus_babe::import_queue(ImportQueueParams {
            link: babe_link.clone(),
            block_import: block_import.clone(),
            justification_import: Some(Box::new(grandpa_import)),
            client: parts.client.clone(),
            slot_duration,
            spawner: &parts.tasks.spawn_essential_handle(),
            registry: config.prometheus_registry(),
            telemetry: parts.telemetry_handle(),
        })?;

        Ok(Self { parts, import_queue, block_import, babe_link, babe_worker, grandpa_link, inherents })
    }
}

/// What an author states about the moment: its time, and the slot that contains it.
fn inherents(slot_duration: SlotDuration) -> BabeCreateInherentDataProviders<Block> {
    Arc::new(move |_, ()| async move {
        let time = sp_timestamp::InherentDataProvider::from_system_time();
        let slot =
            sp_consensus_babe::inherents::InherentDataProvider::from_timestamp_and_slot_duration(*time, slot_duration);
        Ok((slot, time))
    })
}

/// Starts a node of a network.
pub fn start<N: NetworkBackend<Block, Hash>>(
    config: Configuration,
    runtime_cache: Option<&Path>,
) -> Result<TaskManager, ServiceError> {
    let Partial { mut parts, import_queue, block_import, babe_link, babe_worker, grandpa_link, inherents } =
        Partial::new(&config, runtime_cache)?;
    refuse_sealed_database(&parts.client)?;

    let registry = config.prometheus_registry().cloned();
    let metrics = N::register_notification_metrics(registry.as_ref());
    let mut net_config =
        sc_network::config::FullNetworkConfiguration::<_, _, N>::new(&config.network, registry.clone());

    let genesis = parts
        .client
        .block_hash(0)?
        .ok_or_else(|| ServiceError::Other("The database has no genesis block; purge the chain.".into()))?;
    let grandpa_protocol = sc_consensus_grandpa::protocol_standard_name(&genesis, &config.chain_spec);
    let (grandpa_peers, grandpa_notifications) = sc_consensus_grandpa::grandpa_peers_set_config::<_, N>(
        grandpa_protocol.clone(),
        metrics.clone(),
        net_config.peer_store_handle(),
    );
    net_config.add_notification_protocol(grandpa_peers);

    let warp_sync =
        NetworkProvider::new(parts.backend.clone(), grandpa_link.shared_authority_set().clone(), Vec::new());
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
            warp_sync_config: Some(WarpSyncConfig::WithProvider(Arc::new(warp_sync))),
            block_relay: None,
            metrics,
            gap_sync_body_policy: None,
        })?;
    parts.spawn_offchain_workers(&config, network.clone(), config.role.is_authority())?;

    let role = config.role;
    if role.is_authority() {
        spawn_authority_discovery(&parts, &config, network.clone());
    }
    let name = config.network.node_name.clone();
    let force_authoring = config.force_authoring;
    let runs_grandpa = !config.disable_grandpa;
    let keystore = parts.keystore.keystore();
    let telemetry = parts.telemetry_handle();
    let env = parts.proposer_factory(&config);
    let voter_state = SharedVoterState::empty();

    let rpc_builder = {
        let (client, pool, select_chain) = (parts.client.clone(), parts.pool.clone(), parts.select_chain.clone());
        let runtimes = parts.executor.clone();
        let (keystore, voter_state) = (keystore.clone(), voter_state.clone());
        let authority_set = grandpa_link.shared_authority_set().clone();
        let justifications = grandpa_link.justification_stream();
        let finality_proofs =
            FinalityProofProvider::new_for_service(parts.backend.clone(), Some(authority_set.clone()));
        let chain_spec = config.chain_spec.cloned_box();
        move |executor| {
            rpc::create_full(FullDeps {
                base: rpc::Deps { client: client.clone(), pool: pool.clone(), executor: runtimes.clone() },
                chain_spec: chain_spec.cloned_box(),
                babe: BabeDeps {
                    worker: babe_worker.clone(),
                    keystore: keystore.clone(),
                    select_chain: select_chain.clone(),
                },
                grandpa: GrandpaDeps {
                    voter_state: voter_state.clone(),
                    authority_set: authority_set.clone(),
                    justifications: justifications.clone(),
                    executor,
                    finality_proofs: finality_proofs.clone(),
                },
            })
            .map_err(Into::into)
        }
    };
    sc_service::spawn_tasks(SpawnTasksParams {
        config,
        client: parts.client.clone(),
        backend: parts.backend.clone(),
        task_manager: &mut parts.tasks,
        keystore: keystore.clone(),
        transaction_pool: parts.pool.clone(),
        rpc_builder: Box::new(rpc_builder),
        network: network.clone(),
        system_rpc_tx,
        tx_handler_controller,
        sync_service: sync_service.clone(),
        telemetry: parts.telemetry.as_mut(),
        tracing_execute_block: None,
    })?;

    if role.is_authority() {
        let babe = sc_consensus_babe::start_babe(BabeParams {
            keystore: keystore.clone(),
            client: parts.client.clone(),
            select_chain: parts.select_chain.clone(),
            env,
            block_import,
            sync_oracle: sync_service.clone(),
            justification_sync_link: sync_service.clone(),
            create_inherent_data_providers: inherents,
            force_authoring,
            // Authors do not slow down while finality lags: a network that pays for its blocks keeps making them.
            backoff_authoring_blocks: None::<()>,
            babe_link,
            block_proposal_slot_portion: SlotProportion::new(PROPOSAL_PORTION),
            max_block_proposal_slot_portion: None,
            telemetry: telemetry.clone(),
        })?;
        // Essential: a validator that has stopped authoring must not look alive.
        parts.tasks.spawn_essential_handle().spawn_blocking("babe-proposer", Some("block-authoring"), babe);
    }

    if runs_grandpa {
        let voter = sc_consensus_grandpa::run_grandpa_voter(GrandpaParams {
            config: sc_consensus_grandpa::Config {
                gossip_duration: GOSSIP_DURATION,
                justification_generation_period: JUSTIFICATION_PERIOD,
                observer_enabled: false,
                local_role: role,
                name: Some(name),
                // A node that does not vote needs no keys for following the votes.
                keystore: role.is_authority().then_some(keystore),
                telemetry: telemetry.clone(),
                protocol_name: grandpa_protocol,
            },
            link: grandpa_link,
            network,
            sync: sync_service,
            notification_service: grandpa_notifications,
            voting_rule: VotingRulesBuilder::default().build(),
            prometheus_registry: registry,
            shared_voter_state: voter_state,
            telemetry,
            offchain_tx_pool_factory: OffchainTransactionPoolFactory::new(parts.pool.clone()),
        })?;
        parts.tasks.spawn_essential_handle().spawn_blocking("grandpa-voter", None, voter);
    }

    Ok(parts.tasks)
}

/// Starts what tells the other validators, in the distributed hash table, where this one is, and looks for them. What is
/// told is signed with the session key for it.
fn spawn_authority_discovery(parts: &Parts, config: &Configuration, network: Arc<dyn NetworkService>) {
    let events = network.event_stream("authority-discovery").filter_map(|event| async move {
        match event {
            Event::Dht(event) => Some(event),
            _ => None,
        }
    });
    let (worker, _) = sc_authority_discovery::new_worker_and_service_with_config(
        WorkerConfig {
            // Addresses of private networks are told only where the operator allows them.
            publish_non_global_ips: config.network.allow_non_globals_in_dht,
            public_addresses: config.network.public_addresses.clone(),
            // Every record must be signed by the machine it speaks of too: there are no older nodes to be kind to.
            strict_record_validation: true,
            persisted_cache_directory: config.network.net_config_path.clone(),
            ..WorkerConfig::default()
        },
        parts.client.clone(),
        Arc::new(network),
        Box::pin(events),
        Role::PublishAndDiscover(parts.keystore.keystore()),
        config.prometheus_registry().cloned(),
        parts.tasks.spawn_handle(),
    );
    parts.tasks.spawn_handle().spawn("authority-discovery-worker", Some("networking"), worker.run());
}
