// SPDX-License-Identifier: Apache-2.0

//! Counts what the calls came to.

use crate::catalogue::{is_ours, CATALOGUE};
use sp_runtime::{ApplyExtrinsicResult, DispatchError};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
    sync::{LazyLock, Mutex},
};

/// What a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It worked.
    Ok,
    /// It was refused with the error of a pallet: index of the pallet and of the error.
    Module(u8, u8),
    /// It was refused with another error.
    Other(&'static str),
}

impl From<&DispatchError> for Outcome {
    fn from(error: &DispatchError) -> Self {
        match error {
            DispatchError::Module(module) => Self::Module(module.index, module.error[0]),
            DispatchError::Other(_) => Self::Other("Other"),
            DispatchError::CannotLookup => Self::Other("CannotLookup"),
            DispatchError::BadOrigin => Self::Other("BadOrigin"),
            DispatchError::ConsumerRemaining => Self::Other("ConsumerRemaining"),
            DispatchError::NoProviders => Self::Other("NoProviders"),
            DispatchError::TooManyConsumers => Self::Other("TooManyConsumers"),
            DispatchError::Token(error) => Self::Other((*error).into()),
            DispatchError::Arithmetic(error) => Self::Other((*error).into()),
            DispatchError::Transactional(_) => Self::Other("Transactional"),
            DispatchError::Exhausted => Self::Other("Exhausted"),
            DispatchError::Corruption => Self::Other("Corruption"),
            DispatchError::Unavailable => Self::Other("Unavailable"),
            DispatchError::RootNotAllowed => Self::Other("RootNotAllowed"),
            DispatchError::Trie(_) => Self::Other("Trie"),
        }
    }
}

impl From<&Result<(), DispatchError>> for Outcome {
    fn from(result: &Result<(), DispatchError>) -> Self {
        result.as_ref().err().map_or(Self::Ok, Self::from)
    }
}

impl From<&ApplyExtrinsicResult> for Outcome {
    fn from(result: &ApplyExtrinsicResult) -> Self {
        match result {
            Ok(result) => result.into(),
            Err(error) => Self::Other((*error).into()),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ok => f.write_str("Ok"),
            Self::Module(pallet, error) => f.write_str(CATALOGUE.error((*pallet, *error))),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// Where an outcome was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A call: index of the pallet and of the call.
    Call(u8, u8),
    /// A call in a batch, a multisig, or by a proxy: what their events tell.
    Wrapped,
    /// A transaction that was refused before its call ran.
    Transaction,
    /// A runtime API that only reads.
    Read(&'static str),
    /// What the harness has to say.
    Note(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(pallet, call) => {
                f.write_str(CATALOGUE.call((*pallet, *call)).map_or("?", |call| call.name.as_str()))
            }
            Self::Wrapped => f.write_str("(wrapped calls)"),
            Self::Transaction => f.write_str("(transactions)"),
            Self::Read(name) => write!(f, "(read) {name}"),
            Self::Note(name) => write!(f, "(note) {name}"),
        }
    }
}

/// The counts.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Inputs that were played to their end.
    pub inputs: u64,
    /// Blocks that were made.
    pub blocks: u64,
    counts: BTreeMap<(Place, Outcome), u64>,
}

static TALLY: LazyLock<Mutex<Tally>> = LazyLock::new(Mutex::default);

/// Looks at the counts of this process, or changes them.
pub fn with<R>(act: impl FnOnce(&mut Tally) -> R) -> R {
    // A thread that panicked while it counted has ended the test or the run anyway.
    act(&mut TALLY.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
}

/// Counts one outcome, and lets the fuzzer know when it is a new one.
pub fn count(place: Place, outcome: Outcome) {
    crate::feedback::reached(place, outcome);
    with(|tally| *tally.counts.entry((place, outcome)).or_default() += 1);
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.inputs += other.inputs;
        self.blocks += other.blocks;
        for (place, outcome, count) in other.counts() {
            *self.counts.entry((place, outcome)).or_default() += count;
        }
    }

    /// All of them.
    pub fn counts(&self) -> impl Iterator<Item = (Place, Outcome, u64)> + '_ {
        self.counts.iter().map(|((place, outcome), count)| (*place, *outcome, *count))
    }

    /// Everything that was seen at least once.
    pub fn seen(&self) -> BTreeSet<(Place, Outcome)> {
        self.counts.keys().copied().collect()
    }

    /// Names of the calls that worked at least once.
    pub fn worked(&self) -> BTreeSet<String> {
        let worked = |(place, outcome): &&(Place, Outcome)| *outcome == Outcome::Ok && matches!(place, Place::Call(..));
        self.counts.keys().filter(worked).map(|(place, _)| place.to_string()).collect()
    }

    /// Names of the calls that never worked.
    pub fn never_worked(&self) -> Vec<String> {
        let worked = self.worked();
        CATALOGUE.calls().map(|call| call.name.clone()).filter(|name| !worked.contains(name)).collect()
    }

    /// The errors of our pallets that were seen.
    pub fn errors(&self) -> BTreeSet<(u8, u8)> {
        let module = |outcome: &Outcome| match outcome {
            Outcome::Module(pallet, error) if is_ours(*pallet) => Some((*pallet, *error)),
            _ => None,
        };
        self.counts.keys().filter_map(|(_, outcome)| module(outcome)).collect()
    }

    /// The errors of our pallets that were never seen.
    pub fn errors_never_seen(&self) -> Vec<String> {
        let seen = self.errors();
        CATALOGUE.errors().filter(|(key, _)| !seen.contains(key)).map(|(_, name)| name.to_owned()).collect()
    }

    /// The table, and what is missing from it.
    pub fn report(&self) -> String {
        let mut text = String::new();
        let mut before = None;
        let mut total = 0;
        for ((place, outcome), count) in &self.counts {
            if before != Some(*place) {
                text.push_str(&format!("{place}\n"));
                before = Some(*place);
            }
            text.push_str(&format!("    {outcome:<48} {count:>12}\n", outcome = outcome.to_string()));
            if !matches!(place, Place::Note(_)) {
                total += count;
            }
        }
        let calls = CATALOGUE.calls().count();
        let (never, missing) = (self.never_worked(), self.errors_never_seen());
        let errors = CATALOGUE.errors().count();
        let mut summary = String::new();
        // Writing to a string cannot fail.
        writeln!(summary, "{} inputs, {} blocks, {total} calls", self.inputs, self.blocks).expect("a string");
        writeln!(summary, "calls that worked: {} of {calls}; never: {}", calls - never.len(), list(&never))
            .expect("a string");
        writeln!(
            summary,
            "errors of our pallets seen: {} of {errors}; never: {}",
            errors - missing.len(),
            list(&missing)
        )
        .expect("a string");
        format!("{text}\n{summary}")
    }
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
