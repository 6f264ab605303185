// SPDX-License-Identifier: Apache-2.0

#![doc = include_str!("../README.md")]

pub mod calls;
pub mod catalogue;
pub mod chain;
pub mod feedback;
pub mod input;
pub mod journeys;
pub mod mutate;
pub mod people;
pub mod play;
pub mod reads;
pub mod root;
pub mod signed;
pub mod tally;
pub mod values;
pub mod world;

pub use play::play;
