// SPDX-License-Identifier: Apache-2.0

use super::*;
use proptest::prelude::*;

fn buckets(senior: Balance, pending: Balance) -> Buckets {
    Buckets { senior, pending, ..Default::default() }
}

#[test]
fn first_planck_should_buy_the_virtual_number_of_shares() {
    let (mut buckets, mut vault) = (buckets(0, 5), Vault::default());
    let epoch = Epoch { deposits: 5, ..Default::default() };
    settle_epoch(&mut buckets, &mut vault, Some(epoch)).unwrap();
    assert_eq!((buckets.senior, buckets.pending, vault.shares), (5, 0, 5 * VIRTUAL_SHARES));
}

#[test]
fn last_exit_should_leave_the_rest_to_the_provider() {
    let (mut buckets, mut vault) =
        (buckets(10, 0), Vault { shares: 5_000_000, exiting: 5_000_000, ..Default::default() });
    let epoch = Epoch { exit_shares: 5_000_000, ..Default::default() };
    settle_epoch(&mut buckets, &mut vault, Some(epoch)).unwrap();
    assert_eq!((buckets.exits, buckets.junior, buckets.senior, vault), (9, 1, 0, Vault::default()));
}

#[test]
fn shares_of_an_older_generation_should_be_worth_nothing() {
    let (mut buckets, mut vault) = (buckets(0, 7), Vault { shares: 9, notice: 4, exiting: 3, ..Default::default() });
    let mut epoch = Epoch { deposits: 7, exit_shares: 3, ..Default::default() };
    let priced = settle_epoch(&mut buckets, &mut vault, Some(epoch)).unwrap().unwrap();
    assert_eq!((priced.exit_shares, priced.generation, buckets.exits), (0, 1, 0));
    assert_eq!(vault, Vault { shares: 7_000_000, generation: 1, ..Default::default() });
    epoch.add_exit(5, 1).unwrap();
    assert_eq!((epoch.exit_shares, epoch.generation), (5, 1));
    epoch.add_exit(2, 1).unwrap();
    assert_eq!(epoch.exit_shares, 7);
}

#[test]
fn nothing_waiting_should_leave_no_row() {
    let mut vault = Vault { shares: 9_000_000, ..Default::default() };
    assert_eq!(settle_epoch(&mut buckets(9, 0), &mut vault, None), Some(None));
    assert_eq!(settle_epoch(&mut buckets(9, 0), &mut vault, Some(Epoch::default())), Some(None));
}

#[test]
fn end_should_set_everything_aside() {
    let (mut buckets, mut vault) = (buckets(90, 7), Vault { shares: 9, notice: 2, exiting: 3, ..Default::default() });
    end(&mut buckets, &mut vault).unwrap();
    assert_eq!((buckets.senior, buckets.pending, buckets.exits), (0, 0, 97));
    let end = vault.end.unwrap();
    assert_eq!((end, vault.notice, vault.exiting), (EndPrice { assets: 90, shares: 9, left: 90 }, 0, 0));
    assert_eq!(end.assets_of(4), Some(40));
}

#[test]
fn vault_should_be_slashed_below_a_tenth_of_the_first_price() {
    // The first planck buys a million shares: (9 + 1) / (99,000,000 + 1,000,000) is a tenth of that price.
    let vault = |shares| Vault { shares, ..Default::default() };
    assert_eq!(vault(99_000_000).is_slashed(9), Some(false));
    assert_eq!(vault(99_000_001).is_slashed(9), Some(true));
    assert_eq!(vault(99_000_001).is_slashed(10), Some(false));
}

/// `a · b` in two halves, the upper one first.
fn wide(a: u128, b: u128) -> (u128, u128) {
    let (low, high) = (u128::from(u64::MAX), 64u32);
    let (a1, a0, b1, b0) = (a >> high, a & low, b >> high, b & low);
    let middle = ((a0 * b0) >> high) + ((a1 * b0) & low) + ((a0 * b1) & low);
    (a1 * b1 + ((a1 * b0) >> high) + ((a0 * b1) >> high) + (middle >> high), a.wrapping_mul(b))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]
    #[test]
    fn settle_epoch_should_conserve_money_and_never_lower_the_price(
        senior in prop_oneof![0..100u128, 0..1u128 << 95],
        // Up to ten times as many as at the first price, as far as deposits can make them; more by losses.
        dilution in 1..1_000u128,
        deposits in prop_oneof![Just(0u128), 0..1u128 << 90],
        part in 0u32..=1_000_000,
    ) {
        let shares = (senior + 1).saturating_mul(VIRTUAL_SHARES * dilution / 7).min(1 << 119);
        let exit_shares = if part == 1_000_000 { shares } else { shares / 1_000_000 * u128::from(part) };
        let mut vault = Vault { shares, exiting: exit_shares, ..Default::default() };
        let mut after = buckets(senior, deposits);
        let (before, price) = (after, vault.price(senior).unwrap());
        let epoch = settle_epoch(&mut after, &mut vault, Some(Epoch { deposits, exit_shares, ..Default::default() }));
        let epoch = epoch.unwrap().unwrap_or_default();
        prop_assert_eq!(after.total(), before.total());
        prop_assert_eq!(after.pending, 0);
        prop_assert!(vault.shares > 0 || after.senior == 0);
        if vault.shares > 0 && vault.generation == 0 {
            // (a + 1) / (s + V) is no less than before.
            let (new, old) = (vault.price(after.senior).unwrap(), price);
            prop_assert!(wide(new.assets, old.shares) >= wide(old.assets, new.shares));
        }
        // Whatever parts it comes in, nobody together gets more than was set aside.
        if let Some(price) = epoch.price {
            let (half, rest) = (epoch.exit_shares / 3, epoch.exit_shares - epoch.exit_shares / 3);
            prop_assert!(price.assets_of(half).unwrap() + price.assets_of(rest).unwrap() <= price.exit_assets);
            let (half, rest) = (deposits / 3, deposits - deposits / 3);
            prop_assert!(
                price.returned || price.shares_of(half).unwrap() + price.shares_of(rest).unwrap() <= price.minted
            );
        }
    }
}
