// SPDX-License-Identifier: Apache-2.0

//! Units of money and time, and the few numbers that can never change while the chain lives.
//!
//! Numbers that governance may change are in [`crate::parameters`].

/// Units of the token, the supply, and the price of storage.
pub mod currency {
    use crate::Balance;

    /// Number of decimals of the token; one planck is the smallest amount.
    pub const DECIMALS: u8 = 18;
    /// One DSLA.
    pub const DSLA: Balance = 1_000_000_000_000_000_000;
    /// One thousandth of a DSLA.
    pub const MILLI_DSLA: Balance = DSLA / 1_000;
    /// One millionth of a DSLA.
    pub const MICRO_DSLA: Balance = MILLI_DSLA / 1_000;

    /// Everything that will ever exist. All of it is created at genesis; nothing mints afterwards.
    pub const TOTAL_SUPPLY: Balance = 10_000_000_000 * DSLA;

    /// The least an account may hold: 0.01 DSLA.
    ///
    /// The fee of the transfer that creates an account is of the same size, so filling the state with empty accounts
    /// costs an attacker both, and only the deposit can be had back. A customer who was paid a small compensation still
    /// has an account: a larger value would make small payouts impossible to receive.
    pub const EXISTENTIAL_DEPOSIT: Balance = 10 * MILLI_DSLA;

    /// Deposit for one more key in the state: 0.1 DSLA, ten times the existential deposit, since such keys stay until
    /// somebody removes them.
    pub const DEPOSIT_PER_ITEM: Balance = 100 * MILLI_DSLA;
    /// Deposit for one byte in the state: 0.001 DSLA, so that a gigabyte locks a million DSLA at the least.
    pub const DEPOSIT_PER_BYTE: Balance = MILLI_DSLA;

    /// The deposit for `items` new keys whose values have `bytes` bytes together.
    ///
    /// Every deposit of the runtime comes from here, so that the price of storage is the same whatever pallet is used.
    pub const fn deposit(items: u32, bytes: u32) -> Balance {
        // Cannot overflow: both factors are below 2^32 and both prices below 2^57.
        (widen(items) * DEPOSIT_PER_ITEM) + (widen(bytes) * DEPOSIT_PER_BYTE)
    }

    /// `u128::from` is not const yet and `as` is banned; four bytes are copied into sixteen instead.
    const fn widen(value: u32) -> Balance {
        let [a, b, c, d] = value.to_le_bytes();
        Balance::from_le_bytes([a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }
}

/// Prices of block space, before the multiplier that follows the demand.
pub mod fee {
    use super::currency::{MICRO_DSLA, MILLI_DSLA};
    use crate::Balance;

    /// What the weight of an empty extrinsic costs. With the length and the weight of its call, a plain transfer costs
    /// about 0.01 DSLA.
    pub const BASE_EXTRINSIC_FEE: Balance = 4 * MILLI_DSLA;
    /// What one byte of a transaction costs.
    pub const BYTE_FEE: Balance = 10 * MICRO_DSLA;
}

/// Slots, blocks and epochs.
pub mod time {
    use crate::BlockNumber;

    /// Length of a BABE slot in milliseconds. It can never change: BABE counts slots from the Unix epoch.
    pub const SLOT_DURATION: u64 = if cfg!(feature = "fast-runtime") { 2_000 } else { 6_000 };
    /// Time aimed at between two blocks, in milliseconds.
    pub const MILLISECS_PER_BLOCK: u64 = SLOT_DURATION;

    /// Blocks in a minute.
    pub const MINUTES: BlockNumber = if cfg!(feature = "fast-runtime") { 30 } else { 10 };
    /// Blocks in an hour.
    pub const HOURS: BlockNumber = 60 * MINUTES;
    /// Blocks in a day.
    pub const DAYS: BlockNumber = 24 * HOURS;

    /// Slots in an epoch: one hour. Like the slot duration it can never change on a running chain.
    pub const EPOCH_DURATION_IN_SLOTS: u64 = if cfg!(feature = "fast-runtime") { 20 } else { 600 };

    /// How often, out of the first number's multiples of the second, a slot should have a primary author: 1 in 4.
    pub const PRIMARY_PROBABILITY: (u64, u64) = (1, 4);
}

/// Validators, nominators and eras.
pub mod staking {
    use super::{
        currency::{DSLA, TOTAL_SUPPLY},
        time::{EPOCH_DURATION_IN_SLOTS, SLOT_DURATION},
    };
    use crate::Balance;
    use sp_staking::{EraIndex, SessionIndex};

    /// Sessions in an era: six hours. A session is an epoch.
    pub const SESSIONS_PER_ERA: SessionIndex = if cfg!(feature = "fast-runtime") { 3 } else { 6 };
    /// For how many eras unbonded tokens stay in reach of a slash: seven days.
    pub const BONDING_DURATION: EraIndex = if cfg!(feature = "fast-runtime") { 4 } else { 28 };
    /// For how many eras a slash waits, so that governance can cancel a wrong one. Two less than the bonding duration: a
    /// slash is applied when an era begins, and bonds are free as soon as that era is planned, a session earlier. With one
    /// less, whoever unbonds in the era of its offence would be gone by then.
    pub const SLASH_DEFER_DURATION: EraIndex = BONDING_DURATION - 2;
    /// For how many eras rewards can be claimed: three weeks.
    pub const HISTORY_DEPTH: u32 = 84;

    /// Length of an era in milliseconds when no slot is missed at its ends.
    pub const ERA_DURATION: u64 = EPOCH_DURATION_IN_SLOTS * SLOT_DURATION * widen(SESSIONS_PER_ERA);
    /// The longest an era can count for its payout: a chain that stood still, or whose clock jumped, has not been
    /// served for all that time.
    pub const MAX_PAID_ERA_DURATION: u64 = 4 * ERA_DURATION;
    /// A year of 365.25 days in milliseconds.
    pub const YEAR: u64 = 31_557_600_000;

    /// Slots, and so at most blocks, for which an offence can be reported.
    pub const REPORT_LONGEVITY: u64 = widen(BONDING_DURATION) * widen(SESSIONS_PER_ERA) * EPOCH_DURATION_IN_SLOTS;
    /// Sessions for which GRANDPA remembers which voter set they had: as long as an offence can be reported.
    pub const MAX_SET_ID_SESSION_ENTRIES: u64 = widen(BONDING_DURATION) * widen(SESSIONS_PER_ERA);

    /// Most validators that can be elected, and so most authorities of the consensus.
    pub const MAX_ACTIVE_VALIDATORS: u32 = 100;
    /// Most accounts that can stand for election. The election fails when there are more, so that the limit of the
    /// staking pallet (`max_validator_count`) is set to it at genesis and must never be raised beyond.
    pub const MAX_CANDIDATES: u32 = 500;
    /// Most accounts whose votes count in an election; those with the largest bonds do.
    pub const MAX_ELECTING_VOTERS: u32 = 2_000;
    /// Most validators a nominator can vote for.
    pub const MAX_NOMINATIONS: u32 = 16;
    /// Nominators that are rewarded by one call.
    pub const MAX_EXPOSURE_PAGE_SIZE: u32 = 256;
    /// In how many different eras a bond can be unbonding at once.
    pub const MAX_UNLOCKING_CHUNKS: u32 = 32;

    /// The least a validator bonds.
    pub const MIN_VALIDATOR_BOND: Balance = 10_000 * DSLA;
    /// The least a nominator bonds.
    pub const MIN_NOMINATOR_BOND: Balance = 100 * DSLA;
    /// How many validators the chain wants, from genesis on.
    pub const VALIDATOR_COUNT: u32 = 50;

    /// Plancks that make one vote in an election, which counts with 64 bits. All votes there can be fit: the supply is
    /// 10^19 of them. A bond counts rounded down to whole votes.
    pub const PLANCKS_PER_VOTE: Balance = 1_000_000_000;

    const _: () = assert!(TOTAL_SUPPLY / PLANCKS_PER_VOTE <= 18_446_744_073_709_551_615);

    /// `u64::from` is not const yet and `as` is banned.
    const fn widen(value: u32) -> u64 {
        let [a, b, c, d] = value.to_le_bytes();
        u64::from_le_bytes([a, b, c, d, 0, 0, 0, 0])
    }
}

/// How long referenda take, and what the treasury and the safe mode wait for.
pub mod governance {
    #[cfg(feature = "short-referenda")]
    use self::short::{DAYS, HOURS, MINUTES};
    #[cfg(not(feature = "short-referenda"))]
    use super::time::{DAYS, HOURS, MINUTES};
    use crate::BlockNumber;

    /// Blocks as tests of networks count them for referenda: a day has a minute.
    #[cfg(feature = "short-referenda")]
    mod short {
        use crate::BlockNumber;

        pub const MINUTES: BlockNumber = 1;
        pub const HOURS: BlockNumber = 2;
        pub const DAYS: BlockNumber = 10;
    }

    /// The stages of a referendum on one track, in blocks.
    pub struct Stages {
        /// From the submission to the begin of the decision, at the least: time to read and to discuss.
        pub prepare: BlockNumber,
        /// How long it may be decided at the most.
        pub decide: BlockNumber,
        /// For how long in a row it must be passing.
        pub confirm: BlockNumber,
        /// From the approval to the enactment, at the least: time to prepare for what comes.
        pub enact: BlockNumber,
    }

    impl Stages {
        /// The shortest way from the submission to the enactment: everybody agrees at once.
        pub const fn shortest(&self) -> BlockNumber {
            self.prepare.saturating_add(self.confirm).saturating_add(self.enact)
        }

        /// The longest way, when a place for the decision is free: it begins to pass in its last block.
        pub const fn longest(&self) -> BlockNumber {
            self.shortest().saturating_add(self.decide)
        }
    }

    /// Anything at all, a runtime upgrade above all: slow.
    pub const ROOT: Stages = Stages { prepare: DAYS, decide: 14 * DAYS, confirm: DAYS, enact: DAYS };
    /// Payments of the treasury.
    pub const TREASURER: Stages = Stages { prepare: 2 * HOURS, decide: 14 * DAYS, confirm: DAYS, enact: DAYS };
    /// Parameters within their ranges.
    pub const PARAMETERS: Stages = Stages { prepare: 12 * HOURS, decide: 7 * DAYS, confirm: DAYS, enact: 12 * HOURS };
    /// Challenges that no panel decided: the longest way takes a third of the arbitration window.
    pub const ARBITRATION: Stages =
        Stages { prepare: HOURS, decide: 4 * DAYS, confirm: 12 * HOURS, enact: 10 * MINUTES };
    /// Stopping calls while something is wrong: as fast as people can be.
    pub const EMERGENCY: Stages = Stages { prepare: 10 * MINUTES, decide: DAYS, confirm: 30 * MINUTES, enact: MINUTES };
    /// Stopping a referendum: faster than what it stops.
    pub const CANCELLER: Stages = Stages { prepare: 30 * MINUTES, decide: 4 * DAYS, confirm: HOURS, enact: MINUTES };
    /// Stopping a referendum and taking its deposits.
    pub const KILLER: Stages =
        Stages { prepare: 30 * MINUTES, decide: 7 * DAYS, confirm: 6 * HOURS, enact: 10 * MINUTES };

    /// How long a referendum may wait for its decision deposit or a free place.
    pub const UNDECIDING_TIMEOUT: BlockNumber = 14 * DAYS;
    /// How long a vote with the conviction 1 stays locked after the end of the referendum that it won; conviction 6
    /// locks for 32 times as long.
    ///
    /// Longer than any track takes to enact, so that whoever decided is still there when it comes into force.
    pub const VOTE_LOCKING: BlockNumber = 7 * DAYS;

    /// How long the safe mode lasts when the emergency track enters or extends it: long enough for the root track to
    /// mend what was wrong, and no longer.
    pub const SAFE_MODE: BlockNumber = 7 * DAYS;
    /// How long after its approval a payment of the treasury can be called for.
    pub const PAYOUT_PERIOD: BlockNumber = 30 * DAYS;
    /// How often the treasury pays what it was told to pay by itself (`spend_local`).
    pub const SPEND_PERIOD: BlockNumber = 7 * DAYS;
}

/// Prefix of this chain's SS58 addresses. 42 is the generic one, until a number of our own is registered.
pub const SS58_PREFIX: u8 = 42;

#[cfg(test)]
mod tests {
    use super::{currency::*, staking::*, time::*};

    #[test]
    fn units_are_powers_of_ten_of_each_other() {
        assert_eq!(DSLA, 10u128.pow(u32::from(DECIMALS)));
        assert_eq!(MILLI_DSLA * 1_000, DSLA);
        assert_eq!(MICRO_DSLA * 1_000_000, DSLA);
    }

    #[test]
    fn deposit_counts_items_and_bytes() {
        assert_eq!(deposit(0, 0), 0);
        assert_eq!(deposit(2, 0), 200 * MILLI_DSLA);
        assert_eq!(deposit(1, 88), 188 * MILLI_DSLA);
        assert_eq!(deposit(u32::MAX, u32::MAX), u128::from(u32::MAX) * (DEPOSIT_PER_ITEM + DEPOSIT_PER_BYTE));
    }

    #[test]
    fn blocks_and_slots_agree_on_the_hour() {
        assert_eq!(u64::from(HOURS) * MILLISECS_PER_BLOCK, 3_600_000);
        assert_eq!(EPOCH_DURATION_IN_SLOTS * SLOT_DURATION, 3_600_000);
    }

    #[test]
    fn eras_have_the_length_that_is_documented() {
        assert_eq!(ERA_DURATION, 6 * 3_600_000);
        assert_eq!(ERA_DURATION * u64::from(BONDING_DURATION), 7 * 86_400_000);
        assert_eq!(ERA_DURATION * u64::from(HISTORY_DEPTH), 21 * 86_400_000);
        assert_eq!(REPORT_LONGEVITY * SLOT_DURATION, 7 * 86_400_000);
    }
}
