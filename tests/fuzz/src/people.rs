// SPDX-License-Identifier: Apache-2.0

//! Who takes part.

use codec::Encode;
use dsla_runtime::{AccountId, SessionKeys, Signature};
use sp_core::{ed25519, proof_of_possession::ProofOfPossessionGenerator, sr25519, Pair};
use std::sync::LazyLock;

/// The names from which keys are derived. What each does before the first action is in [`crate::world`].
pub const NAMES: [&str; 22] = [
    "provider",
    "merchant",
    "anna",
    "bela",
    "backer",
    "Alice",
    "poor",
    "newcomer",
    "reporter1",
    "reporter2",
    "reporter3",
    "reporter4",
    "reporter5",
    "reporter6",
    "reporter7",
    "reporter8",
    "reporter9",
    "reporter10",
    "reporter11",
    "reporter12",
    "reporter13",
    "reporter14",
];

/// Answers for the agreements.
pub const PROVIDER: usize = 0;
/// A partner that sells.
pub const MERCHANT: usize = 1;
/// A customer.
pub const ANNA: usize = 2;
/// A customer that the provider sponsors.
pub const BELA: usize = 3;
/// Backs the pools.
pub const BACKER: usize = 4;
/// The validator, who also has most money.
pub const ALICE: usize = 5;
/// Has little more than the existential deposit.
pub const POOR: usize = 6;
/// Has no account yet.
pub const NEWCOMER: usize = 7;
/// Who stand for election beside [`ALICE`], and which machine each has.
pub const CANDIDATES: [(usize, u8); 3] = [(MERCHANT, 1), (19, 2), (20, 3)];
/// Where the reporters begin.
pub const REPORTERS: usize = 8;

static PAIRS: LazyLock<Vec<sr25519::Pair>> = LazyLock::new(|| {
    let pair = |name: &&str| sr25519::Pair::from_string(&format!("//{name}"), None).expect("a valid derivation path");
    NAMES.iter().map(pair).collect()
});
static IDS: LazyLock<Vec<AccountId>> = LazyLock::new(|| PAIRS.iter().map(|pair| pair.public().into()).collect());

/// The account of a person.
pub fn id(who: usize) -> AccountId {
    IDS[who % IDS.len()].clone()
}

/// The number of a person; none for other accounts.
pub fn number(who: &AccountId) -> Option<usize> {
    IDS.iter().position(|id| id == who)
}

/// The signature of a person.
pub fn sign(who: usize, message: &[u8]) -> Signature {
    PAIRS[who % PAIRS.len()].sign(message).into()
}

/// How many machines of validators there are beside the one of the first validator.
pub const MACHINES: u8 = 8;

/// The keys of a validator's machine: of sr25519 for everything but finality, and of ed25519 for that.
pub type Machine = (sr25519::Pair, ed25519::Pair);

static ALL_MACHINES: LazyLock<Vec<Machine>> = LazyLock::new(|| {
    let first = (
        sr25519::Pair::from_string("//Alice", None).expect("a valid derivation path"),
        ed25519::Pair::from_string("//Alice", None).expect("a valid derivation path"),
    );
    let others = (0..MACHINES).map(machine);
    std::iter::once(first).chain(others).collect()
});

fn machine(number: u8) -> Machine {
    let seed = [number % MACHINES; 32];
    (sr25519::Pair::from_seed(&seed), ed25519::Pair::from_seed(&seed))
}

/// The machine whose key for making blocks this is.
pub fn machine_of(author: &[u8]) -> Option<&'static Machine> {
    ALL_MACHINES.iter().find(|(sr, _)| AsRef::<[u8]>::as_ref(&sr.public()) == author)
}

/// The session keys of a machine, and the proof that `owner` has them.
pub fn session_keys(number: u8, owner: &AccountId) -> (SessionKeys, Vec<u8>) {
    let (mut sr, mut ed) = machine(number);
    let keys = SessionKeys {
        babe: sr.public().into(),
        grandpa: ed.public().into(),
        im_online: sr.public().into(),
        authority_discovery: sr.public().into(),
    };
    let owner = owner.encode();
    let (of_sr, of_ed) = (sr.generate_proof_of_possession(&owner), ed.generate_proof_of_possession(&owner));
    (keys, (of_sr, of_ed, of_sr, of_sr).encode())
}
