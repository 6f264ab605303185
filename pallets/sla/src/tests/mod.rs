// SPDX-License-Identifier: Apache-2.0

//! Tests: one file per call, one per feature.

mod agenda;
mod deregister_provider;
mod discard_agreement;
mod invariants;
mod journeys;
mod open_agreement;
mod queries;
mod readme;
mod register_agreement;
mod register_provider;
mod register_service;
mod remove_service;
mod settle;
mod types;
mod update_provider;
