// SPDX-License-Identifier: Apache-2.0

//! The daemon's logic. It knows the outside world only through [`ports`].

#[cfg(test)]
pub mod fakes;
pub mod judge;
pub mod outbox;
pub mod ports;
pub mod report;
#[cfg(test)]
mod report_tests;
pub mod run;
