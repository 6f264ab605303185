// SPDX-License-Identifier: Apache-2.0

//! The index of the reporters that may report, and drawing some of them.

use crate::{types::MAX_DRAWN, ActiveCount, ActiveIndex, ActiveReporters, Config, Pallet};
use alloc::vec::Vec;
use frame_support::{dispatch::DispatchResult, ensure};
use sp_core::H256;
use sp_runtime::{
    traits::{BlakeTwo256, EnsureAdd, EnsureSub, Hash},
    DispatchError,
};

/// What the hashes of a draw begin with, so that a seed that is used elsewhere says nothing about the draw.
const DRAW_DOMAIN: [u8; 12] = *b"dsla/draw/v1";

impl<T: Config> Pallet<T> {
    /// Puts `who`, which is not there, at the end of the index.
    pub(crate) fn activate(who: &T::AccountId) -> DispatchResult {
        ensure!(!ActiveIndex::<T>::contains_key(who), DispatchError::Corruption);
        let index = ActiveCount::<T>::get();
        ActiveCount::<T>::put(index.ensure_add(1)?);
        ActiveReporters::<T>::insert(index, who);
        ActiveIndex::<T>::insert(who, index);
        Ok(())
    }

    /// Takes `who` out of the index; the last one takes its place.
    pub(crate) fn deactivate(who: &T::AccountId) -> DispatchResult {
        let index = ActiveIndex::<T>::take(who).ok_or(DispatchError::Corruption)?;
        let last = ActiveCount::<T>::get().ensure_sub(1)?;
        let moved = ActiveReporters::<T>::take(last).ok_or(DispatchError::Corruption)?;
        if index != last {
            ActiveReporters::<T>::insert(index, &moved);
            ActiveIndex::<T>::insert(moved, index);
        }
        ActiveCount::<T>::put(last);
        Ok(())
    }

    /// Up to `size`, at most [`MAX_DRAWN`], different reporters that may report and are not in `exclude`. Looks at most
    /// `8·size + 32` times, so it may miss some when few are left.
    pub(crate) fn do_draw(seed: H256, size: u32, exclude: &[T::AccountId]) -> Vec<T::AccountId> {
        let (active, size) = (ActiveCount::<T>::get(), size.min(MAX_DRAWN));
        let wanted = usize::try_from(size).unwrap_or(usize::MAX);
        let mut drawn = Vec::new();
        // Saturating changes nothing: `size` is small.
        for look in 0..size.saturating_mul(8).saturating_add(32) {
            if drawn.len() >= wanted {
                break;
            }
            let Some(who) = pick(seed, look, active).and_then(ActiveReporters::<T>::get) else { break };
            // The minimum may have been raised since the reporter entered the index.
            if !drawn.contains(&who) && !exclude.contains(&who) && Self::able_reporter(&who).is_ok() {
                drawn.push(who);
            }
        }
        drawn
    }
}

/// A number below `count`, the same for the same seed and look; `None` when `count` is 0.
///
/// The remainder of 128 uniform bits: no number is more likely than another by more than 2⁻¹²⁸, which is at most one
/// part in 2⁹⁶ of its probability.
pub(crate) fn pick(seed: H256, look: u32, count: u32) -> Option<u32> {
    let hash = BlakeTwo256::hash_of(&(DRAW_DOMAIN, seed, look));
    let bits = hash.as_fixed_bytes().first_chunk().copied().map(u128::from_le_bytes)?;
    u32::try_from(bits.checked_rem(count.into())?).ok()
}
