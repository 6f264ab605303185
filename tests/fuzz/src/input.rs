// SPDX-License-Identifier: Apache-2.0

//! How bytes are read.
//!
//! An input is a sequence of records of [`RECORD`] bytes; each is one action. So what a mutation changes in one action
//! leaves the others what they were. A record that is read beyond its end goes on with numbers derived from it: large
//! arguments need no large inputs, and every byte string means something.

/// Bytes of a record.
pub const RECORD: usize = 16;
/// The most records that are played; what comes after is ignored.
pub const MAX_RECORDS: usize = 64;

/// Reads one record.
#[derive(Clone, Debug)]
pub struct Bytes {
    record: [u8; RECORD],
    at: usize,
    state: u64,
}

impl Bytes {
    /// A record; a short one is filled up with zeros.
    pub fn new(bytes: &[u8]) -> Self {
        let mut record = [0; RECORD];
        record.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        // FNV-1a, so that the derived numbers depend on every byte.
        let state = record
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
        Self { record, at: 0, state }
    }

    /// The same record, but with `change` added to the byte at `at`; all that is derived changes with it.
    pub fn varied(&self, at: usize, change: u8) -> Self {
        let mut record = self.record;
        record[at % RECORD] = record[at % RECORD].wrapping_add(change);
        Self::new(&record)
    }

    /// The records of an input.
    pub fn records(input: &[u8]) -> impl Iterator<Item = Self> + '_ {
        input.chunks(RECORD).take(MAX_RECORDS).map(Self::new)
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        if let Some(byte) = self.record.get(self.at) {
            self.at += 1;
            return *byte;
        }
        // SplitMix64.
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 56) as u8
    }

    /// Some bytes.
    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        core::array::from_fn(|_| self.byte())
    }

    /// What is left of the record as it is.
    pub fn rest(&mut self) -> Vec<u8> {
        let rest = self.record.get(self.at..).unwrap_or_default().to_vec();
        self.at = RECORD;
        rest
    }

    /// Any number.
    pub fn number(&mut self) -> u128 {
        u128::from_le_bytes(self.array())
    }

    /// A number below `end`, which is at least 1.
    pub fn below(&mut self, end: usize) -> usize {
        let number = if end <= 256 { usize::from(self.byte()) } else { usize::from(u16::from_le_bytes(self.array())) };
        number % end.max(1)
    }

    /// One of `choices`, of which there is at least one.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())].clone()
    }

    /// True in `percent` of all cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        usize::from(self.byte()) * 100 < percent * 256
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_should_go_on_after_the_record_with_numbers_that_depend_on_it() {
        let read = |first: u8| {
            let mut bytes = Bytes::new(&[first; RECORD]);
            assert_eq!(bytes.array(), [first; RECORD]);
            bytes.array::<32>()
        };
        assert_eq!(read(1), read(1));
        assert_ne!(read(1), read(2));
    }

    #[test]
    fn records_should_be_cut_at_the_limit_and_filled_up_with_zeros() {
        assert_eq!(Bytes::records(&[]).count(), 0);
        assert_eq!(Bytes::records(&[1; RECORD + 1]).count(), 2);
        assert_eq!(Bytes::records(&[1; RECORD + 1]).last().map(|mut record| record.array()), Some([1, 0]));
        assert_eq!(Bytes::records(&[0; RECORD * (MAX_RECORDS + 5)]).count(), MAX_RECORDS);
    }
}
