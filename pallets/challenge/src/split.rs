// SPDX-License-Identifier: Apache-2.0

//! How lost bonds are shared out: a pure function.

use dsla_primitives::Balance;
use sp_runtime::Perbill;

/// What each bond loses when nobody decides.
pub const DEFAULT_LOSS: Perbill = Perbill::from_percent(10);

/// How lost bonds are shared out, in plancks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// To the claim that won.
    pub winner: Balance,
    /// To the treasury, when no claim won.
    pub treasury: Balance,
    /// To each member of the panels who voted for what was decided.
    pub voter: Balance,
    /// Burned: at least half of what was lost.
    pub burned: Balance,
}

/// Shares `lost` out among a winning claim, if there is one, and `voters`.
///
/// Half is burned, rounded up. Of the rest, half goes to the claim that won, else to the treasury, and half to the voters
/// in equal shares; both are rounded down. What rounding leaves is burned, so that nobody gains by losing in odd amounts.
pub fn split(lost: Balance, claim_won: bool, voters: u32) -> Split {
    let quarter = lost / 4;
    let voters = Balance::from(voters);
    let voter = quarter.checked_div(voters).unwrap_or(0);
    let (winner, treasury) = if claim_won { (quarter, 0) } else { (0, quarter) };
    // At most two quarters are given away, so the subtractions never saturate.
    let burned = lost.saturating_sub(quarter).saturating_sub(voter.saturating_mul(voters));
    Split { winner, treasury, voter, burned }
}

/// What a bond loses when nobody decides, rounded up: against those who put it up.
pub fn default_loss(bond: Balance) -> Balance {
    DEFAULT_LOSS.mul_ceil(bond)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn split_should_burn_every_remainder() {
        assert_eq!(split(0, true, 3), Split::default());
        assert_eq!(split(400, true, 3), Split { winner: 100, treasury: 0, voter: 33, burned: 201 });
        assert_eq!(split(400, false, 4), Split { winner: 0, treasury: 100, voter: 25, burned: 200 });
        assert_eq!(split(403, false, 0), Split { winner: 0, treasury: 100, voter: 0, burned: 303 });
        assert_eq!(split(1, true, 1), Split { winner: 0, treasury: 0, voter: 0, burned: 1 });
    }

    #[test]
    fn default_loss_should_round_up() {
        assert_eq!([0, 1, 10, 11].map(default_loss), [0, 1, 1, 2]);
    }

    proptest! {
        #[test]
        fn split_should_be_exact_and_burn_at_least_half(lost: Balance, claim_won: bool, voters in 0..30u32) {
            let Split { winner, treasury, voter, burned } = split(lost, claim_won, voters);
            prop_assert_eq!(winner + treasury + voter * Balance::from(voters) + burned, lost);
            prop_assert!(burned >= lost.div_ceil(2));
            prop_assert!(winner == 0 || treasury == 0);
        }
    }
}
