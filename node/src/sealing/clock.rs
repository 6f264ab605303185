// SPDX-License-Identifier: Apache-2.0

//! The clock of a sealing node: the system's, moved forward.
//!
//! All times are milliseconds since the Unix epoch. The functions take the system's time as an argument, so that a test
//! needs no clock.

use sp_timestamp::Timestamp;
use std::sync::{Mutex, PoisonError};

/// The end of the year 9999: a clock set beyond it is a mistake, and the sums below could overflow.
const LATEST: u64 = 253_402_300_799_999;

/// Why the clock was not moved.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum Error {
    /// The asked time is past.
    #[error("the chain's clock stands at {now} and only moves forward; give a time of {now} or later")]
    Backward {
        /// The clock's time.
        now: u64,
    },
    /// The asked time is too far away.
    #[error("the chain's clock cannot be moved beyond {LATEST}, the end of the year 9999")]
    TooFar,
}

/// The clock, shared by the block maker and the RPC.
pub struct DevClock {
    slot_duration: u64,
    ahead_of_system: Mutex<u64>,
}

impl DevClock {
    /// A clock that shows the system's time.
    pub fn new(slot_duration: u64) -> Self {
        Self { slot_duration: slot_duration.max(1), ahead_of_system: Mutex::new(0) }
    }

    /// The clock's time. It is never before the last block: a node that makes blocks faster than one in a slot, or
    /// that was started again after its clock had been moved, is ahead of the system.
    pub fn now(&self, system: u64, last_block: u64) -> u64 {
        let ahead = *self.ahead_of_system.lock().unwrap_or_else(PoisonError::into_inner);
        system.saturating_add(ahead).max(last_block)
    }

    /// Moves the clock forward to `time`, which it then shows.
    pub fn set(&self, time: u64, system: u64, last_block: u64) -> Result<u64, Error> {
        let mut ahead = self.ahead_of_system.lock().unwrap_or_else(PoisonError::into_inner);
        let now = system.saturating_add(*ahead).max(last_block);
        if time > LATEST {
            return Err(Error::TooFar);
        }
        if time < now {
            return Err(Error::Backward { now });
        }
        *ahead = time.saturating_sub(system);
        Ok(time)
    }

    /// Moves the clock forward by `millis`. Gives the new time.
    pub fn advance(&self, millis: u64, system: u64, last_block: u64) -> Result<u64, Error> {
        let time = self.now(system, last_block).checked_add(millis).ok_or(Error::TooFar)?;
        self.set(time, system, last_block)
    }

    /// The time of the next block: the beginning of the first slot that is both after the last block's slot and not
    /// before the clock's time. Rounded up, so that a block made after the clock was set to a time never shows an
    /// earlier one.
    pub fn next_block(&self, system: u64, last_block: u64) -> u64 {
        let earliest = self.now(system, last_block).max(last_block.saturating_add(self.slot_duration));
        earliest.div_ceil(self.slot_duration).saturating_mul(self.slot_duration)
    }
}

/// The system's time.
pub fn system_time() -> u64 {
    Timestamp::current().as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: u64 = 6_000;
    const DAY: u64 = 24 * 3_600_000;
    /// The beginning of a slot in November 2026.
    const START: u64 = 297_200_000 * SLOT;

    #[test]
    fn next_block_should_begin_a_slot_and_never_be_before_the_clock() {
        let clock = DevClock::new(SLOT);
        assert_eq!(clock.next_block(START, 0), START);
        assert_eq!(clock.next_block(START + 1, 0), START + SLOT);
        assert_eq!(clock.next_block(START + SLOT - 1, 0), START + SLOT);
    }

    #[test]
    fn next_block_should_take_the_next_slot_when_blocks_come_faster_than_slots() {
        let clock = DevClock::new(SLOT);
        let mut last = clock.next_block(START, 0);
        for made in 1..=100 {
            let next = clock.next_block(START + made, last);
            assert_eq!(next, last + SLOT);
            last = next;
        }
        assert_eq!(clock.now(START + 100, last), START + 100 * SLOT);
    }

    #[test]
    fn advance_should_move_from_the_last_block_when_that_is_ahead_of_the_system() {
        let clock = DevClock::new(SLOT);
        let last = START + 50 * SLOT;
        assert_eq!(clock.advance(31 * DAY, START, last), Ok(last + 31 * DAY));
        assert_eq!(clock.next_block(START, last), last + 31 * DAY);
        // The clock goes on with the system.
        assert_eq!(clock.now(START + 10, last), last + 31 * DAY + 10);
    }

    #[test]
    fn advance_should_add_up() {
        let clock = DevClock::new(SLOT);
        clock.advance(5, START, 0).unwrap();
        assert_eq!(clock.advance(7, START, 0), Ok(START + 12));
    }

    #[test]
    fn set_should_fail_when_the_time_is_past_or_absurd() {
        let clock = DevClock::new(SLOT);
        assert_eq!(clock.set(START - 1, START, 0), Err(Error::Backward { now: START }));
        assert_eq!(clock.set(START, START, START + SLOT), Err(Error::Backward { now: START + SLOT }));
        assert_eq!(clock.set(LATEST + 1, START, 0), Err(Error::TooFar));
        assert_eq!(clock.advance(u64::MAX, START, 0), Err(Error::TooFar));
        assert_eq!(clock.now(START, 0), START);
        assert_eq!(clock.set(START + DAY, START, 0), Ok(START + DAY));
    }

    #[test]
    fn a_restarted_clock_should_go_on_after_the_last_block() {
        let last = START + 31 * DAY;
        let clock = DevClock::new(SLOT);
        assert_eq!(clock.next_block(START, last), last + SLOT);
    }
}
