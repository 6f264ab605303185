// SPDX-License-Identifier: Apache-2.0

//! Does what was typed.

use crate::{
    benchmarking, chain_spec,
    cli::{Cli, Subcommand},
    sealing, service,
};
use dsla_runtime::{opaque::Block, Hash};
use sc_cli::{SubstrateCli, TransactionPoolType};
use sc_network::{config::NetworkBackendType, Litep2pNetworkBackend, NetworkBackend, NetworkWorker};
use sc_service::{ChainType, Configuration, TaskManager};
use sc_storage_monitor::StorageMonitorService;

impl SubstrateCli for Cli {
    fn impl_name() -> String {
        "DSLA Node".into()
    }

    fn impl_version() -> String {
        env!("SUBSTRATE_CLI_IMPL_VERSION").into()
    }

    fn description() -> String {
        env!("CARGO_PKG_DESCRIPTION").into()
    }

    fn author() -> String {
        "The DSLA Chain developers".into()
    }

    fn support_url() -> String {
        "the issue tracker of the repository this node was built from".into()
    }

    fn copyright_start_year() -> i32 {
        2026
    }

    fn load_spec(&self, id: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
        Ok(Box::new(chain_spec::load(id)?))
    }
}

/// Parses the command line and does what it says.
pub fn run() -> sc_cli::Result<()> {
    let cli = Cli::from_args();

    match &cli.subcommand {
        None => run_node(cli),
        Some(Subcommand::Key(cmd)) => cmd.run(&cli),
        Some(Subcommand::Sign(cmd)) => cmd.run(),
        Some(Subcommand::Verify(cmd)) => cmd.run(),
        Some(Subcommand::Vanity(cmd)) => cmd.run(),
        #[allow(deprecated)]
        Some(Subcommand::BuildSpec(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run(config.chain_spec, config.network))
        }
        Some(Subcommand::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
        Some(Subcommand::CheckBlock(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let node = service::Partial::new(&config, None)?;
                Ok((cmd.run(node.parts.client, node.import_queue), node.parts.tasks))
            })
        }
        Some(Subcommand::ExportBlocks(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let node = service::Partial::new(&config, None)?;
                Ok((cmd.run(node.parts.client, config.database), node.parts.tasks))
            })
        }
        Some(Subcommand::ExportState(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let node = service::Partial::new(&config, None)?;
                Ok((cmd.run(node.parts.client, config.chain_spec), node.parts.tasks))
            })
        }
        Some(Subcommand::ImportBlocks(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let node = service::Partial::new(&config, None)?;
                Ok((cmd.run(node.parts.client, node.import_queue), node.parts.tasks))
            })
        }
        Some(Subcommand::PurgeChain(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run(config.database))
        }
        Some(Subcommand::Revert(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.async_run(|config| {
                let node = service::Partial::new(&config, None)?;
                // BABE's epochs and GRANDPA's voter sets are kept beside the blocks, and go back with them.
                let revert_consensus = Box::new(|client, backend, blocks| {
                    sc_consensus_babe::revert(std::sync::Arc::clone(&client), backend, blocks)?;
                    sc_consensus_grandpa::revert(client, blocks)?;
                    Ok(())
                });
                Ok((cmd.run(node.parts.client, node.parts.backend, Some(revert_consensus)), node.parts.tasks))
            })
        }
        Some(Subcommand::ChainInfo(cmd)) => {
            let runner = cli.create_runner(cmd)?;
            runner.sync_run(|config| cmd.run::<Block>(&config))
        }
        Some(Subcommand::Benchmark(cmd)) => benchmarking::run(&cli, cmd),
    }
}

fn run_node(mut cli: Cli) -> sc_cli::Result<()> {
    if cli.sealing.is_some() {
        // A sealing node has no forks to be aware of, and when blocks are milliseconds apart the fork-aware pool
        // sometimes keeps a transaction back until the next block: in the instant mode that may never come.
        cli.run.pool_config.pool_type = TransactionPoolType::SingleState;
    }
    let runner = cli.create_runner(&cli.run)?;
    runner.run_node_until_exit(|config| async move {
        match config.network.network_backend {
            NetworkBackendType::Litep2p => start::<Litep2pNetworkBackend>(config, cli),
            NetworkBackendType::Libp2p => start::<NetworkWorker<Block, Hash>>(config, cli),
        }
    })
}

fn start<N: NetworkBackend<Block, Hash>>(config: Configuration, cli: Cli) -> sc_cli::Result<TaskManager> {
    let database = config.database.path().map(ToOwned::to_owned);
    let runtime_cache = cli.runtime_cache_path.as_deref();
    let tasks = match cli.sealing {
        None => service::start::<N>(config, runtime_cache)?,
        Some(mode) if config.chain_spec.chain_type() == ChainType::Development => {
            sealing::start::<N>(config, mode, runtime_cache)?
        }
        Some(_) => {
            return Err(sc_cli::Error::Input(format!(
                "`--sealing` makes blocks without any consensus, which only a development chain allows, and this one \
                 is \"{}\". Say `--dev`, or leave `--sealing` out.",
                config.chain_spec.name()
            )))
        }
    };
    if let Some(path) = database {
        StorageMonitorService::try_spawn(cli.storage_monitor, path, &tasks.spawn_essential_handle())
            .map_err(|error| sc_cli::Error::Application(error.into()))?;
    }
    Ok(tasks)
}
