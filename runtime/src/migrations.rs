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
#[cfg(not(feature = "upgrade-rehearsal"))]
pub type MultiBlock = ();

/// The rehearsal of an upgrade; see [`rehearsal`].
#[cfg(feature = "upgrade-rehearsal")]
pub type MultiBlock = (rehearsal::RewriteAccounts,);

/// A migration for rehearsals, in runtimes built with the feature `upgrade-rehearsal` and in no released one.
///
/// It does to every account what a real migration does to every value of a map: it decodes, changes nothing, and encodes.
/// So an upgrade of a network with any number of accounts can be watched from the begin to the end.
#[cfg(feature = "upgrade-rehearsal")]
pub mod rehearsal {
    use crate::{AccountId, Runtime};
    use frame_support::{
        migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
        weights::{Weight, WeightMeter},
    };
    use frame_system::Account;

    /// Rewrites every account.
    pub struct RewriteAccounts;

    impl RewriteAccounts {
        /// One account: the search for its key, its value read and written.
        pub fn weight_of_one() -> Weight {
            <Runtime as frame_system::Config>::DbWeight::get().reads_writes(2, 1)
        }
    }

    impl SteppedMigration for RewriteAccounts {
        /// The last account that was rewritten.
        type Cursor = AccountId;
        type Identifier = MigrationId<14>;

        fn id() -> MigrationId<14> {
            MigrationId { pallet_id: *b"dsla/rehearsal", version_from: 0, version_to: 1 }
        }

        fn step(
            cursor: Option<AccountId>,
            meter: &mut WeightMeter,
        ) -> Result<Option<AccountId>, SteppedMigrationError> {
            let required = Self::weight_of_one();
            // Without room for one it would never end.
            if !meter.can_consume(required) {
                return Err(SteppedMigrationError::InsufficientWeight { required });
            }
            let mut accounts = match &cursor {
                Some(last) => Account::<Runtime>::iter_keys_from(Account::<Runtime>::hashed_key_for(last)),
                None => Account::<Runtime>::iter_keys(),
            };
            let mut last = cursor;
            while meter.try_consume(required).is_ok() {
                let Some(who) = accounts.next() else { return Ok(None) };
                // A value that does not decode is a fault in the migration: better to stop than to lose it.
                let info = Account::<Runtime>::try_get(&who).map_err(|()| SteppedMigrationError::Failed)?;
                Account::<Runtime>::insert(&who, info);
                last = Some(who);
            }
            Ok(last)
        }
    }
}
