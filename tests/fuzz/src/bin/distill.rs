// SPDX-License-Identifier: Apache-2.0

//! `fuzz-distill INTO FROM...` chooses, of all inputs in the folders FROM, few small ones that together come to everything
//! that all of them come to, cuts what they do not need for it, and writes them into the empty folder INTO. With
//! `--try N` before INTO it also tries N random inputs for each call: without seeds, a search would take long to begin.

use dsla_fuzz::{
    catalogue::{is_ours, CATALOGUE},
    input::{Bytes, RECORD},
    journeys::{journey, JOURNEYS},
    play,
    tally::{self, Outcome, Place, Tally},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs,
    path::{Path, PathBuf},
};

type Reached = BTreeSet<(Place, Outcome)>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).peekable();
    let tries: u32 = match arguments.next_if(|argument| argument == "--try") {
        Some(_) => arguments.next().and_then(|n| n.to_str()?.parse().ok()).ok_or("--try needs a number")?,
        None => 0,
    };
    let mut folders = arguments.map(PathBuf::from);
    let into = folders.next().ok_or("usage: fuzz-distill [--try N] INTO FROM...")?;
    fs::create_dir_all(&into)?;
    if fs::read_dir(&into)?.next().is_some() {
        return Err(format!("{} is not empty", into.display()).into());
    }
    let mut inputs = Vec::new();
    for folder in folders {
        for input in read(&folder)? {
            let reached = reached(&input);
            inputs.push((input, reached));
        }
    }
    try_calls(tries, &mut inputs);
    let mut total = Tally::default();
    let (mut files, mut bytes) = (0, 0);
    for (input, needed) in choose(inputs) {
        let input = cut(input, &needed);
        tally::with(std::mem::take);
        play(&input);
        total.add(&tally::with(std::mem::take));
        bytes += input.len();
        files += 1;
        fs::write(into.join(name(&input)), &input)?;
    }
    println!("{}\n{files} inputs, {bytes} bytes", total.report());
    Ok(())
}

fn read(folder: &Path) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    paths.sort();
    paths.iter().filter(|path| path.is_file()).map(|path| Ok(fs::read(path)?)).collect()
}

/// How many more inputs are tried for a call of ours, with its many errors, for a journey, and for a call that does not
/// work.
const PATIENCE: u32 = 20;

/// Tries `tries` inputs for each call and journey, and many more for calls that do not work; keeps what comes to something
/// new.
fn try_calls(tries: u32, inputs: &mut Vec<(Vec<u8>, Reached)>) {
    let mut seen: Reached = inputs.iter().flat_map(|(_, reached)| reached.iter().copied()).collect();
    let mut places: BTreeMap<(u8, u8), u16> = BTreeMap::new();
    for (place, key) in (0..).zip(CATALOGUE.wheel()) {
        places.insert(*key, place);
    }
    let keep = |input: Vec<u8>, seen: &mut Reached, inputs: &mut Vec<_>| {
        let reached = reached(&input);
        if !reached.is_subset(seen) {
            seen.extend(reached.iter().copied());
            inputs.push((input, reached));
        }
    };
    for (number, steps) in (0_u8..).zip(JOURNEYS) {
        for round in 0..tries * PATIENCE {
            let mut dice = Bytes::new(&[&round.to_le_bytes()[..], &[number, 1]].concat());
            dice.rest();
            keep(journey(steps, &mut dice), &mut seen, inputs);
        }
    }
    for round in 0..tries * PATIENCE {
        for ((pallet, call), place) in &places {
            let works = seen.contains(&(Place::Call(*pallet, *call), Outcome::Ok));
            if round >= tries && works && !is_ours(*pallet) {
                continue;
            }
            keep(with_call(*place, round, inputs), &mut seen, inputs);
        }
    }
}

/// An input that makes the call at that place of the wheel: at once, after other actions, or after another input.
fn with_call(place: u16, round: u32, others: &[(Vec<u8>, Reached)]) -> Vec<u8> {
    let mut dice = Bytes::new(&[round.to_le_bytes(), u32::from(place).to_le_bytes()].concat());
    dice.rest();
    let mut input = Vec::new();
    if !others.is_empty() && dice.chance(30) {
        input.extend(&others[dice.below(others.len())].0);
    }
    for _ in 0..dice.pick(&[0, 0, 1, 2, 4]) {
        let mut before: [u8; RECORD] = dice.array();
        if dice.chance(60) {
            before[0] %= 28;
        }
        input.extend(before);
    }
    let mut call: [u8; RECORD] = dice.array();
    // Above 48 it is a call by its type.
    call[0] |= 0x80;
    call[1..3].copy_from_slice(&place.to_le_bytes());
    input.extend(call);
    input
}

/// What an input comes to.
fn reached(input: &[u8]) -> Reached {
    tally::with(std::mem::take);
    play(input);
    let seen = tally::with(std::mem::take).seen();
    seen.into_iter().filter(|(place, _)| !matches!(place, Place::Note(_))).collect()
}

/// Takes again and again the input that adds most for its length; tells what it is needed for.
fn choose(mut inputs: Vec<(Vec<u8>, Reached)>) -> Vec<(Vec<u8>, Reached)> {
    let mut missing: BTreeMap<_, ()> = inputs.iter().flat_map(|(_, reached)| reached).map(|key| (*key, ())).collect();
    println!("{} inputs come to {} outcomes", inputs.len(), missing.len());
    let mut chosen = Vec::new();
    loop {
        inputs.iter_mut().for_each(|(_, reached)| reached.retain(|key| missing.contains_key(key)));
        inputs.retain(|(_, reached)| !reached.is_empty());
        // More for each byte first, with a record's length for the file itself.
        let worth = |(input, reached): &(Vec<u8>, Reached)| reached.len() * 1_000_000 / (input.len() + 8 * RECORD);
        let Some(best) = (0..inputs.len()).max_by_key(|index| worth(&inputs[*index])) else { return chosen };
        let (input, reached) = inputs.swap_remove(best);
        reached.iter().for_each(|key| {
            missing.remove(key);
        });
        chosen.push((input, reached));
    }
}

/// Leaves records out, many at once and then single ones, as long as the input still comes to what it is needed for.
fn cut(mut input: Vec<u8>, needed: &Reached) -> Vec<u8> {
    let mut length = (input.len() / RECORD / 2).max(1);
    loop {
        let mut at = 0;
        while at * RECORD < input.len() {
            let mut shorter = input.clone();
            shorter.drain(at * RECORD..((at + length) * RECORD).min(input.len()));
            if reached(&shorter).is_superset(needed) {
                input = shorter;
            } else {
                at += length;
            }
        }
        if length == 1 {
            return input;
        }
        length /= 2;
    }
}

/// A name that is the same for the same bytes.
fn name(input: &[u8]) -> String {
    sp_io::hashing::twox_64(input).iter().map(|byte| format!("{byte:02x}")).collect()
}
