// SPDX-License-Identifier: Apache-2.0

//! A development node that makes blocks at its own pace, with a clock that can be moved.
//!
//! Nobody takes turns here: the client imports its own blocks directly, and each block carries the plainest BABE
//! pre-digest the runtime accepts, of authority 0. So a month can pass between two blocks, which makes monthly periods
//! testable in seconds. The database of such a node is of no use to a node of a network, and the other way round;
//! [`database`] sees to it.

pub mod clock;
mod database;
mod digest;
mod rpc;
mod service;
mod triggers;

pub use database::refuse_sealed_database;
pub use service::start;

use std::{str::FromStr, time::Duration};

/// When blocks are made.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sealing {
    /// When a transaction arrives.
    Instant,
    /// When the RPC asks for one.
    Manual,
    /// Every so often.
    Interval(Duration),
}

impl FromStr for Sealing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            None if text == "instant" => Ok(Self::Instant),
            None if text == "manual" => Ok(Self::Manual),
            Some(("interval", millis)) => match millis.parse() {
                Ok(0) => Err("an interval needs at least 1 millisecond, for example `interval=200`".into()),
                Ok(millis) => Ok(Self::Interval(Duration::from_millis(millis))),
                Err(_) => Err(format!(
                    "`{millis}` is not a number of milliseconds; write `interval=200` for five blocks a second"
                )),
            },
            _ => Err("say `instant`, `manual` or `interval=<milliseconds>`, for example `interval=200`".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_str_should_know_the_three_modes() {
        assert_eq!("instant".parse(), Ok(Sealing::Instant));
        assert_eq!("manual".parse(), Ok(Sealing::Manual));
        assert_eq!("interval=250".parse(), Ok(Sealing::Interval(Duration::from_millis(250))));
    }

    #[test]
    fn from_str_should_say_what_to_write_when_the_mode_is_wrong() {
        for wrong in ["", "Instant", "interval", "interval=", "interval=-1", "interval=1s", "interval=0", "manual=1"] {
            let error = wrong.parse::<Sealing>().unwrap_err();
            assert!(error.contains("interval=200"), "{wrong}: {error}");
        }
    }
}
