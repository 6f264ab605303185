// SPDX-License-Identifier: Apache-2.0

//! Tests: one file per call, one per feature.

mod agenda;
mod allow;
mod amendments;
mod announce_maintenance;
mod challenges;
mod deregister_provider;
mod disallow;
mod discard_agreement;
mod give_notice;
mod invariants;
mod journeys;
mod matrix;
mod open_agreement;
mod propose_amendment;
mod queries;
mod readme;
mod register_agreement;
mod register_provider;
mod register_service;
mod remove_service;
mod settle;
mod terminate;
mod types;
mod update_provider;
