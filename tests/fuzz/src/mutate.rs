// SPDX-License-Identifier: Apache-2.0

//! Changes inputs by whole records: an action is added, doubled, moved, taken away, or changed in itself.

use crate::input::{Bytes, MAX_RECORDS, RECORD};

/// Changes the first `size` bytes of `data` by `seed` and tells how many there are then. `inside` changes one record as it
/// would any bytes.
pub fn mutate(data: &mut [u8], size: usize, seed: u32, mut inside: impl FnMut(&mut [u8])) -> usize {
    let mut dice = Bytes::new(&seed.to_le_bytes());
    // The seed has few bits; what is derived from it is spread out.
    dice.rest();
    let most = (data.len() / RECORD).min(MAX_RECORDS);
    let mut records: Vec<[u8; RECORD]> = data[..size]
        .chunks(RECORD)
        .take(most)
        .map(|chunk| {
            let mut record = [0; RECORD];
            record[..chunk.len()].copy_from_slice(chunk);
            record
        })
        .collect();
    if most == 0 {
        return size;
    }
    for _ in 0..1 + dice.below(3) {
        let at = dice.below(records.len() + 1);
        let fresh: [u8; RECORD] = dice.array();
        match dice.byte() {
            // More of the same does nothing new, so most is added or changed.
            0..80 => records.insert(at, fresh),
            80..110 => {
                // Time that passes between two actions.
                let mut wait = fresh;
                wait[0] %= 28;
                records.insert(at, wait);
            }
            110..125 if !records.is_empty() => {
                let copy = records[dice.below(records.len())];
                records.insert(at, copy);
            }
            125..150 if !records.is_empty() => {
                records.remove(dice.below(records.len()));
            }
            150..165 if !records.is_empty() => {
                let (a, b) = (dice.below(records.len()), dice.below(records.len()));
                records.swap(a, b);
            }
            165..210 if !records.is_empty() => {
                let index = dice.below(records.len());
                records[index][dice.below(RECORD)] = dice.byte();
            }
            _ if !records.is_empty() => {
                let index = dice.below(records.len());
                inside(&mut records[index]);
            }
            _ => records.push(fresh),
        }
        records.truncate(most);
    }
    for (to, from) in data.chunks_mut(RECORD).zip(&records) {
        to.copy_from_slice(from);
    }
    records.len() * RECORD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutate_should_keep_whole_records_and_the_room_there_is() {
        for seed in 0..2_000 {
            let mut data = [7; RECORD * 5 + 3];
            let size = mutate(&mut data, RECORD * 4, seed, |record| record.fill(9));
            assert_eq!(size % RECORD, 0);
            assert!(size <= RECORD * 5);
        }
    }

    #[test]
    fn mutate_should_make_something_of_nothing_and_leave_no_room_alone() {
        let mut data = [0; RECORD];
        assert!((0..100).any(|seed| mutate(&mut data, 0, seed, |_| {}) == RECORD));
        assert_eq!(mutate(&mut [0; RECORD - 1], 3, 1, |_| {}), 3);
    }
}
