// SPDX-License-Identifier: Apache-2.0

//! Prints what a settlement costs, for so many customers and as many backers: `settlement-cost [PEOPLE ...]`.

use dsla_runtime_tests::cost::{of_a_missed_period, Step};

fn main() {
    let mut people: Vec<u32> = std::env::args().skip(1).map(|text| text.parse().expect("a number")).collect();
    if people.is_empty() {
        people = vec![1, 100, 10_000, 100_000];
    }
    println!("| customers and backers, each | step | reads | writes | weight paid, ref time | proof size | time |");
    println!("|---|---|---|---|---|---|---|");
    for people in people {
        for (name, Step { storage, declared, paid, time }) in ["judge", "settle"].iter().zip(of_a_missed_period(people))
        {
            let paid = paid.unwrap_or(declared);
            println!(
                "| {people} | {name} | {} | {} | {} µs | {} B | {} µs |",
                storage.reads,
                storage.writes,
                paid.ref_time() / 1_000_000,
                paid.proof_size(),
                time.as_micros()
            );
        }
    }
}
