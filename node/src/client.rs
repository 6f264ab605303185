// SPDX-License-Identifier: Apache-2.0

//! What every way of running a node has in common: the client with its database, the transaction pool, telemetry, and
//! the tasks that need nothing of the consensus.

use dsla_runtime::{apis::RuntimeApi, opaque::Block};
use futures::FutureExt;
use sc_executor::{HeapAllocStrategy, DEFAULT_HEAP_ALLOC_STRATEGY};
use sc_network::service::traits::NetworkService;
use sc_service::{
    config::ExecutorConfiguration, error::Error as ServiceError, Configuration, KeystoreContainer, TaskManager,
};
use sc_telemetry::{Telemetry, TelemetryHandle, TelemetryWorker};
use sc_transaction_pool_api::OffchainTransactionPoolFactory;
use std::{
    path::{absolute, Path},
    sync::Arc,
};

/// Functions of the node the runtime may call.
pub type HostFunctions = sp_io::SubstrateHostFunctions;
/// Runs the runtime, which is always wasm.
pub type Executor = sc_executor::WasmExecutor<HostFunctions>;
/// The client.
pub type FullClient = sc_service::TFullClient<Block, RuntimeApi, Executor>;
/// The database.
pub type FullBackend = sc_service::TFullBackend<Block>;
/// Chooses between forks.
pub type FullSelectChain = sc_consensus::LongestChain<FullBackend, Block>;
/// The transactions that wait.
pub type FullPool = sc_transaction_pool::TransactionPoolHandle<Block, FullClient>;
/// Makes proposals of blocks.
pub type ProposerFactory = sc_basic_authorship::ProposerFactory<FullPool, FullClient>;

/// The common parts.
pub struct Parts {
    /// The client.
    pub client: Arc<FullClient>,
    /// Runs the runtime, and keeps it compiled.
    pub executor: Executor,
    /// The database.
    pub backend: Arc<FullBackend>,
    /// The keys of this node.
    pub keystore: KeystoreContainer,
    /// Keeps the node's tasks.
    pub tasks: TaskManager,
    /// Chooses between forks.
    pub select_chain: FullSelectChain,
    /// The transactions that wait.
    pub pool: Arc<FullPool>,
    /// Where the node reports to, if anywhere.
    pub telemetry: Option<Telemetry>,
}

/// What `sc_service::new_wasm_executor` makes, which has no say about the folder for compiled runtimes.
fn executor(config: &ExecutorConfiguration, runtime_cache: Option<&Path>) -> Result<Executor, ServiceError> {
    let heap = config
        .default_heap_pages
        .map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |extra_pages| HeapAllocStrategy::Static { extra_pages: extra_pages as _ });
    let mut builder = Executor::builder()
        .with_execution_method(config.wasm_method)
        .with_onchain_heap_alloc_strategy(heap)
        .with_offchain_heap_alloc_strategy(heap)
        .with_max_runtime_instances(config.max_runtime_instances)
        .with_runtime_cache_size(config.runtime_cache_size);
    if let Some(folder) = runtime_cache {
        builder = builder.with_cache_path(absolute(folder)?);
    }
    Ok(builder.build())
}

impl Parts {
    /// Opens the database and makes everything that needs it; `runtime_cache` is the folder for compiled runtimes.
    pub fn new(config: &Configuration, runtime_cache: Option<&Path>) -> Result<Self, ServiceError> {
        let telemetry = config
            .telemetry_endpoints
            .clone()
            .filter(|endpoints| !endpoints.is_empty())
            .map(|endpoints| -> Result<_, sc_telemetry::Error> {
                let worker = TelemetryWorker::new(16)?;
                let telemetry = worker.handle().new_telemetry(endpoints);
                Ok((worker, telemetry))
            })
            .transpose()?;

        let executor = executor(&config.executor, runtime_cache)?;
        let (client, backend, keystore, tasks) = sc_service::new_full_parts::<Block, RuntimeApi, _>(
            config,
            telemetry.as_ref().map(|(_, telemetry)| telemetry.handle()),
            executor.clone(),
            Vec::new(),
        )?;
        let client = Arc::new(client);

        let telemetry = telemetry.map(|(worker, telemetry)| {
            tasks.spawn_handle().spawn("telemetry", None, worker.run());
            telemetry
        });

        let pool = sc_transaction_pool::Builder::new(
            tasks.spawn_essential_handle(),
            client.clone(),
            config.role.is_authority().into(),
        )
        .with_options(config.transaction_pool.clone())
        .with_prometheus(config.prometheus_registry())
        .build();

        Ok(Self {
            client,
            executor,
            select_chain: sc_consensus::LongestChain::new(backend.clone()),
            backend,
            keystore,
            tasks,
            pool: Arc::new(pool),
            telemetry,
        })
    }

    /// A handle to report with.
    pub fn telemetry_handle(&self) -> Option<TelemetryHandle> {
        self.telemetry.as_ref().map(Telemetry::handle)
    }

    /// What makes this node's proposals of blocks.
    pub fn proposer_factory(&self, config: &Configuration) -> ProposerFactory {
        sc_basic_authorship::ProposerFactory::new(
            self.tasks.spawn_handle(),
            self.client.clone(),
            self.pool.clone(),
            config.prometheus_registry(),
            self.telemetry_handle(),
        )
    }

    /// Starts the off-chain workers, if the configuration has them on. Those of a validator give signs of life.
    pub fn spawn_offchain_workers(
        &self,
        config: &Configuration,
        network: Arc<dyn NetworkService>,
        is_validator: bool,
    ) -> Result<(), ServiceError> {
        if !config.offchain_worker.enabled {
            return Ok(());
        }
        let workers = sc_offchain::OffchainWorkers::new(sc_offchain::OffchainWorkerOptions {
            runtime_api_provider: self.client.clone(),
            is_validator,
            keystore: Some(self.keystore.keystore()),
            offchain_db: sc_client_api::Backend::offchain_storage(&*self.backend),
            transaction_pool: Some(OffchainTransactionPoolFactory::new(self.pool.clone())),
            network_provider: Arc::new(network),
            enable_http_requests: true,
            custom_extensions: |_| Vec::new(),
        })?;
        self.tasks.spawn_handle().spawn(
            "offchain-workers-runner",
            "offchain-worker",
            workers.run(self.client.clone(), self.tasks.spawn_handle()).boxed(),
        );
        Ok(())
    }
}
