// SPDX-License-Identifier: Apache-2.0

//! What every pallet is given, one file per concern.

pub mod accounts;
pub mod consensus;
pub mod dsla;
pub mod governance;
pub mod identity;
pub mod money;
pub mod nfts;
pub mod offences;
pub mod rewards;
pub mod safety;
pub mod staking;
pub mod system;
pub mod upgrades;
pub mod vouchers;
