// SPDX-License-Identifier: Apache-2.0

//! What can be typed.

use crate::sealing::Sealing;
use frame_benchmarking_cli::BenchmarkCmd;
use sc_cli::{
    BuildSpecCmd, ChainInfoCmd, CheckBlockCmd, ExportBlocksCmd, ExportChainSpecCmd, ExportStateCmd, ImportBlocksCmd,
    KeySubcommand, PurgeChainCmd, RevertCmd, RunCmd, SignCmd, VanityCmd, VerifyCmd,
};
use sc_storage_monitor::StorageMonitorParams;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, clap::Parser)]
pub struct Cli {
    /// What to do instead of running a node.
    #[command(subcommand)]
    pub subcommand: Option<Subcommand>,

    /// Options of a running node.
    #[clap(flatten)]
    pub run: RunCmd,

    /// How a development node makes blocks: `instant`, `manual` or `interval=<milliseconds>`.
    ///
    /// `instant` makes a block for every transaction, `interval` one every so often, `manual` one for each call of the
    /// RPC `engine_createBlock`. There is no consensus then: blocks are final at once (in `manual`, when asked), and
    /// the chain's clock can be moved with the RPCs `dev_advanceTime` and `dev_setTime`. Only on a development chain.
    /// Without this option even a development node takes turns by BABE and finalizes by GRANDPA.
    #[arg(long, value_name = "MODE")]
    pub sealing: Option<Sealing>,

    /// Keep compiled runtimes in this folder, and take them from there instead of compiling them at every start.
    ///
    /// Several nodes may share it. For development and tests only: what lies there is run unchecked, whoever wrote it and
    /// whatever the disk has made of it, so a node of a public network compiles its runtime itself.
    #[arg(long, value_name = "PATH")]
    pub runtime_cache_path: Option<PathBuf>,

    /// Options of the storage monitor.
    #[clap(flatten)]
    pub storage_monitor: StorageMonitorParams,
}

/// Everything but running a node.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)]
pub enum Subcommand {
    /// Make, inspect and insert keys
    #[command(subcommand)]
    Key(KeySubcommand),

    /// Verify a signature for a message given on stdin
    Verify(VerifyCmd),

    /// Make a key whose address contains a pattern
    Vanity(VanityCmd),

    /// Sign a message given on stdin
    Sign(SignCmd),

    /// Build a chain specification; `export-chain-spec` is its successor
    BuildSpec(BuildSpecCmd),

    /// Export the chain specification of a network
    ExportChainSpec(ExportChainSpecCmd),

    /// Check a block by executing it again
    CheckBlock(CheckBlockCmd),

    /// Export blocks
    ExportBlocks(ExportBlocksCmd),

    /// Export the state of a block as a chain specification
    ExportState(ExportStateCmd),

    /// Import blocks
    ImportBlocks(ImportBlocksCmd),

    /// Remove the whole chain
    PurgeChain(PurgeChainCmd),

    /// Take back the last blocks that are not final
    Revert(RevertCmd),

    /// Show the numbers and hashes of the best and of the last final block in the database
    ChainInfo(ChainInfoCmd),

    /// Measure weights and hardware
    #[command(subcommand)]
    Benchmark(BenchmarkCmd),
}
