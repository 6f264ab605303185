// SPDX-License-Identifier: Apache-2.0

//! What validators and nominators earn, without a planck being created.
//!
//! At the end of an era a small part of the reserve is promised to those who served it. The staking pallet pays a
//! promise by minting, and hands over what it minted as a debt; here the reserve pays that debt, in the same call.
//!
//! The reserve always has at least what is promised and not yet claimed: see [`unpromised`].

use super::money::{TreasuryAccount, ValidatorReserveAccount};
use crate::{
    constants::staking::{MAX_PAID_ERA_DURATION, YEAR},
    parameters::{dynamic_params::staking::YearlyPayout, Number},
    AccountId, Balance, Balances, Runtime,
};
use frame_support::traits::{
    fungible::{Balanced, Debt, Inspect},
    tokens::{Fortitude, Precision, Preservation},
    Imbalance, OnUnbalanced, SameOrOther,
};
use sp_runtime::{
    traits::{Get, Zero},
    Rounding,
};
use sp_staking::EraPayout;

/// Parts in which [`YearlyPayout`] counts.
const PARTS: u128 = 10_000;

/// Promises a part of the reserve for an era, by its length.
pub struct EraPayoutFromReserve;

impl EraPayout<Balance> for EraPayoutFromReserve {
    /// The payout, and nothing that remains.
    fn era_payout(_staked: Balance, _issuance: Balance, era_duration_millis: u64) -> (Balance, Balance) {
        let yearly = <Number<YearlyPayout, _> as Get<u32>>::get();
        (payout(unpromised(), yearly, era_duration_millis), Balance::zero())
    }
}

/// `yearly` ten-thousandths of `funds`, for `duration` milliseconds of a year, rounded down: against those who are paid.
///
/// No more than [`MAX_PAID_ERA_DURATION`] counts.
pub fn payout(funds: Balance, yearly: u32, duration: u64) -> Balance {
    let duration = u128::from(duration.min(MAX_PAID_ERA_DURATION));
    let share = u128::from(yearly).saturating_mul(duration);
    let whole = PARTS.saturating_mul(YEAR.into());
    // Nothing when it does not fit, which it always does: the share is smaller than the whole.
    sp_runtime::helpers_128bit::multiply_by_rational_with_rounding(funds, share, whole, Rounding::Down)
        .unwrap_or_default()
}

/// What is left to promise: the reserve, less what keeps its account alive, less all that was promised in eras whose
/// rewards can still be claimed.
///
/// A promise counts in full as long as it can be claimed, though parts of it may have been: what was paid is then
/// subtracted twice, for 21 days. By default that makes payouts smaller by about half a percent, and it never leaves the
/// reserve with less than it owes. What nobody claims in time stays in the reserve. The staking pallet rounds each payment
/// to the nearest planck, so that all of an era can be a few plancks more than its promise; they come out of what is not
/// promised, of which an era takes less than a thousandth.
pub fn unpromised() -> Balance {
    reserve().saturating_sub(promised())
}

/// What the reserve can pay.
pub fn reserve() -> Balance {
    Balances::reducible_balance(&ValidatorReserveAccount::get(), Preservation::Preserve, Fortitude::Polite)
}

/// All that was promised in eras whose rewards can still be claimed. The staking pallet keeps `HistoryDepth` of them.
pub fn promised() -> Balance {
    pallet_staking::ErasValidatorReward::<Runtime>::iter_values().fold(0, Balance::saturating_add)
}

/// Pays what the staking pallet has minted.
///
/// The reserve pays. Were it short, which only governance could bring about by spending it, the treasury would pay the
/// rest: the supply comes before the treasury. Were both empty, the rest would stay minted, and be counted in the supply.
pub struct PayFromReserve;

impl OnUnbalanced<Debt<AccountId, Balances>> for PayFromReserve {
    fn on_nonzero_unbalanced(minted: Debt<AccountId, Balances>) {
        let rest = pay(ValidatorReserveAccount::get(), minted);
        // Dropping a debt that is not zero adds it to the supply, so that the books stay right.
        drop(pay(TreasuryAccount::get(), rest));
    }
}

/// Takes as much of `debt` from `payer` as that can give and lives on. Gives what is left.
fn pay(payer: AccountId, debt: Debt<AccountId, Balances>) -> Debt<AccountId, Balances> {
    let due = debt.peek();
    let limit = Balances::reducible_balance(&payer, Preservation::Preserve, Fortitude::Polite);
    let Ok(paid) =
        Balances::withdraw(&payer, due.min(limit), Precision::Exact, Preservation::Preserve, Fortitude::Polite)
    else {
        return debt;
    };
    match debt.offset(paid) {
        SameOrOther::Same(rest) => rest,
        // The first never happens, since no more than the debt is taken.
        SameOrOther::Other(_) | SameOrOther::None => Debt::<AccountId, Balances>::zero(),
    }
}
