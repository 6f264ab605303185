// SPDX-License-Identifier: Apache-2.0

//! The command line.

use clap::Parser;
use std::path::PathBuf;

/// Measures service level indicators and reports them to DSLA Chain.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    /// The configuration file.
    #[arg(short, long, value_name = "FILE")]
    pub config: PathBuf,
    /// Check the configuration and the secret, and stop.
    #[arg(long, conflicts_with_all = ["dry_run", "once"])]
    pub check: bool,
    /// Measure what is due and print it, but submit nothing and write no evidence.
    #[arg(long)]
    pub dry_run: bool,
    /// Do what is due now, and stop.
    #[arg(long)]
    pub once: bool,
    /// What to log instead of what the configuration says: error, warn, info, debug, trace, or a filter.
    #[arg(long, value_name = "FILTER")]
    pub log: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_should_make_sense() {
        Cli::command().debug_assert();
        assert!(Cli::try_parse_from(["dsla-reporter", "-c", "x", "--check", "--once"]).is_err());
        assert!(Cli::try_parse_from(["dsla-reporter", "-c", "x", "--dry-run", "--once"]).is_ok());
    }
}
