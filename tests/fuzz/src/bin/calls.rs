// SPDX-License-Identifier: Apache-2.0

//! The fuzz target; see the README of this package. The table of outcomes goes to the file that the environment
//! variable `DSLA_FUZZ_TABLE` names, every few seconds: libFuzzer leaves the process without a chance to say more.

#![no_main]

use dsla_fuzz::{mutate, play, tally, world};
use std::{
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

/// How often the table is written.
const INTERVAL: Duration = Duration::from_secs(10);

static WRITTEN: Mutex<Option<Instant>> = Mutex::new(None);

libfuzzer_sys::fuzz_target!(init: world::visit(|| ()), |input: &[u8]| -> () {
    play(input);
    write_table();
});

libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let room = max_size.min(data.len());
    mutate::mutate(&mut data[..room], size.min(room), seed, |record| {
        let length = record.len();
        libfuzzer_sys::fuzzer_mutate(record, length, length);
    })
});

fn write_table() {
    let Some(path) = std::env::var_os("DSLA_FUZZ_TABLE").map(PathBuf::from) else { return };
    let mut written = WRITTEN.lock().expect("one thread");
    if written.is_some_and(|at| at.elapsed() < INTERVAL) {
        return;
    }
    *written = Some(Instant::now());
    let report = tally::with(|tally| tally.report());
    // Beside, then in place: who looks never sees half a table.
    let beside = path.with_extension("part");
    std::fs::write(&beside, report).and_then(|()| std::fs::rename(&beside, &path)).expect("the table can be written");
}
