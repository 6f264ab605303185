// SPDX-License-Identifier: Apache-2.0

//! What a node answers, beside what every Substrate node does (`author`, `chain`, `state`, `chainHead`, ...).

mod dsla;
mod upgrade;

use self::{
    dsla::{DslaRpc, DslaServer},
    upgrade::{UpgradeRpc, UpgradeServer},
};
use crate::client::{Executor, FullBackend, FullClient, FullPool, FullSelectChain};
use dsla_runtime::{opaque::Block, BlockNumber, Hash};
use jsonrpsee::RpcModule;
use sc_consensus_babe::BabeWorkerHandle;
use sc_consensus_babe_rpc::{Babe, BabeApiServer};
use sc_consensus_grandpa::{FinalityProofProvider, GrandpaJustificationStream, SharedAuthoritySet, SharedVoterState};
use sc_consensus_grandpa_rpc::{Grandpa, GrandpaApiServer};
use sc_rpc::SubscriptionTaskExecutor;
use sc_sync_state_rpc::{SyncState, SyncStateApiServer};
use sp_keystore::KeystorePtr;
use std::sync::Arc;

/// Why the answers could not be put together.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// What every node has.
pub struct Deps {
    /// The client.
    pub client: Arc<FullClient>,
    /// The transactions that wait.
    pub pool: Arc<FullPool>,
    /// Runs the runtime, and keeps it compiled.
    pub executor: Executor,
}

/// What BABE's answers need.
pub struct BabeDeps {
    /// Asks the import queue about epochs.
    pub worker: BabeWorkerHandle<Block>,
    /// The keys of this node.
    pub keystore: KeystorePtr,
    /// Chooses between forks.
    pub select_chain: FullSelectChain,
}

/// What GRANDPA's answers need.
pub struct GrandpaDeps {
    /// The state of the voter.
    pub voter_state: SharedVoterState,
    /// The current voters.
    pub authority_set: SharedAuthoritySet<Hash, BlockNumber>,
    /// New justifications.
    pub justifications: GrandpaJustificationStream<Block>,
    /// Runs subscriptions.
    pub executor: SubscriptionTaskExecutor,
    /// Proves finality.
    pub finality_proofs: Arc<FinalityProofProvider<FullBackend, Block>>,
}

/// What a node of a network has.
pub struct FullDeps {
    /// What every node has.
    pub base: Deps,
    /// The chain spec, from which a light client's one is made.
    pub chain_spec: Box<dyn sc_chain_spec::ChainSpec>,
    /// For BABE.
    pub babe: BabeDeps,
    /// For GRANDPA.
    pub grandpa: GrandpaDeps,
}

/// The answers that need no consensus: those of a node of a network and of a sealing one.
pub fn create_base(Deps { client, pool, executor }: Deps) -> Result<RpcModule<()>, Error> {
    use pallet_transaction_payment_rpc::{TransactionPayment, TransactionPaymentApiServer};
    use substrate_frame_rpc_system::{System, SystemApiServer};

    let mut module = RpcModule::new(());
    module.merge(System::new(client.clone(), pool).into_rpc())?;
    module.merge(TransactionPayment::new(client.clone()).into_rpc())?;
    module.merge(DslaRpc::new(client).into_rpc())?;
    module.merge(UpgradeRpc::new(executor).into_rpc())?;
    Ok(module)
}

/// The answers of a node of a network.
pub fn create_full(FullDeps { base, chain_spec, babe, grandpa }: FullDeps) -> Result<RpcModule<()>, Error> {
    let client = base.client.clone();
    let mut module = create_base(base)?;
    module.merge(Babe::new(client.clone(), babe.worker.clone(), babe.keystore, babe.select_chain).into_rpc())?;
    module.merge(
        Grandpa::new(
            grandpa.executor,
            grandpa.authority_set.clone(),
            grandpa.voter_state,
            grandpa.justifications,
            grandpa.finality_proofs,
        )
        .into_rpc(),
    )?;
    module.merge(SyncState::new(chain_spec, client, grandpa.authority_set, babe.worker)?.into_rpc())?;
    Ok(module)
}
