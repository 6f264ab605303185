// SPDX-License-Identifier: Apache-2.0

//! The node of DSLA Chain.
//!
//! * [`cli`] says what can be typed, [`command`] what is then done, [`benchmarking`] the part of it that measures;
//! * [`chain_spec`] knows the networks;
//! * [`client`] opens the database and everything that hangs on it;
//! * [`service`] runs a node that takes part in a network: BABE, GRANDPA, sync;
//! * [`equivocation`] sees to it that BABE's reports of offences are valid;
//! * [`sealing`] runs a development node that makes blocks at its own pace, with a clock that can be moved;
//! * [`rpc`] is what a node answers.

// The SDK's error type is what is large; boxing it would only add noise to every `?` of a start-up path.
#![allow(clippy::result_large_err)]

mod benchmarking;
mod chain_spec;
mod cli;
mod client;
mod command;
mod equivocation;
mod rpc;
mod sealing;
mod service;

use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Returning the error would show its inner form instead of its words.
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}
