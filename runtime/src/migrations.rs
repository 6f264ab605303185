// SPDX-License-Identifier: Apache-2.0

//! What an upgrade changes in the state.
//!
//! A migration that surely fits into one block, whatever the state holds, goes into [`SingleBlock`]; any other one into
//! [`MultiBlock`], which works through the state over as many blocks as it takes, while transactions wait. Both are
//! emptied in the release after the one that ran them. Each migration raises the storage version of its pallet, and
//! does nothing when it finds the new version; see `docs/runbooks/upgrade.md`.

/// Migrations of this release that run in the block of the upgrade.
pub type SingleBlock = ();

/// Migrations of this release that run over several blocks.
pub type MultiBlock = ();
