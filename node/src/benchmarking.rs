// SPDX-License-Identifier: Apache-2.0

//! Measures weights and hardware.
//!
//! Nothing here needs the node to be compiled in another way: `benchmark pallet` and `benchmark overhead` run a runtime
//! blob from disk (`tests/variants` makes one with benchmarks). `benchmark storage` alone reaches
//! into the database and needs the feature `storage-benchmark`.

use crate::{chain_spec, cli::Cli, service::Partial};
use dsla_runtime::{opaque::Block, Hashing};
use frame_benchmarking_cli::{BenchmarkCmd, DynamicRemarkBuilder, ExtrinsicFactory, SUBSTRATE_REFERENCE_HARDWARE};
use sc_cli::{Result, SubstrateCli};
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_inherents::{InherentData, InherentDataProvider};
use sp_runtime::DigestItem;

/// Runs a benchmark.
pub fn run(cli: &Cli, cmd: &BenchmarkCmd) -> Result<()> {
    match cmd {
        BenchmarkCmd::Pallet(cmd) => {
            log_to_terminal()?;
            cmd.run_with_spec::<Hashing, ()>(named_chain(cmd.shared_params.chain.as_deref())?)
        }
        BenchmarkCmd::Overhead(cmd) => {
            log_to_terminal()?;
            cmd.run_with_default_builder_and_spec::<Block, ()>(named_chain(cmd.shared_params.chain.as_deref())?)
        }
        BenchmarkCmd::Block(cmd) => {
            cli.create_runner(cmd)?.sync_run(|config| cmd.run(Partial::new(&config, None)?.parts.client))
        }
        BenchmarkCmd::Machine(cmd) => {
            cli.create_runner(cmd)?.sync_run(|config| cmd.run(&config, SUBSTRATE_REFERENCE_HARDWARE.clone()))
        }
        BenchmarkCmd::Extrinsic(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
            let client = Partial::new(&config, None)?.parts.client;
            let remark = DynamicRemarkBuilder::new_from_client(client.clone())?;
            cmd.run(client, inherents_of_slot_zero()?, claim_of_slot_zero(), &ExtrinsicFactory(vec![Box::new(remark)]))
        }),
        #[cfg(feature = "storage-benchmark")]
        BenchmarkCmd::Storage(cmd) => cli.create_runner(cmd)?.sync_run(|config| {
            let parts = Partial::new(&config, None)?.parts;
            let (db, storage, cache) =
                (parts.backend.expose_db(), parts.backend.expose_storage(), parts.backend.expose_shared_trie_cache());
            cmd.run(config, parts.client, db, storage, cache)
        }),
        #[cfg(not(feature = "storage-benchmark"))]
        BenchmarkCmd::Storage(_) => Err("This node cannot reach into its database. \
             Build it with `cargo build --release -p dsla-node --features storage-benchmark`."
            .into()),
    }
}

/// The benchmarks that take a runtime from disk run without the rest of the node, which would have set logging up.
fn log_to_terminal() -> Result<()> {
    Ok(sc_cli::LoggerBuilder::new("info").init()?)
}

/// The chain the user named, if any. These benchmarks know files only; this node also knows networks.
fn named_chain(id: Option<&str>) -> Result<Option<Box<dyn sc_service::ChainSpec>>> {
    match id {
        Some(id) => Ok(Some(Box::new(chain_spec::load(id)?))),
        None => Ok(None),
    }
}

/// The time of the block in which extrinsics are measured: that of slot 0.
fn inherents_of_slot_zero() -> Result<InherentData> {
    let time = sp_timestamp::InherentDataProvider::new(0.into());
    futures::executor::block_on(time.create_inherent_data()).map_err(|error| sc_cli::Error::Application(error.into()))
}

/// What makes that block a BABE block.
fn claim_of_slot_zero() -> Vec<DigestItem> {
    let claim = SecondaryPlainPreDigest { authority_index: 0, slot: 0.into() };
    vec![DigestItem::babe_pre_digest(PreDigest::SecondaryPlain(claim))]
}
