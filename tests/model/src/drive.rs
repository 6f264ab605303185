// SPDX-License-Identifier: Apache-2.0

//! Does the same operations to the real runtime and to the model, and compares both after every block.

mod calls;
mod compare;
mod seeds;
mod shrink;

pub use seeds::{play_seeds, Failure};
pub use shrink::shrink;

use crate::{
    model::{accounts::Accounts, accounts::Wallet, AccountId, Block, Facts, Model},
    ops::{By, Op},
    plan::Plan,
};
use codec::{Encode, MaxEncodedLen};
use compare::Comparison;
use dsla_primitives::{AgreementId, Balance, Moment};
use dsla_runtime::{
    configs::money::TreasuryAccount, Balances, Compensation, Executive, Runtime, RuntimeOrigin, SliOracle, System,
    Timestamp,
};
use dsla_runtime_tests::{Env, Person};
use frame_support::{
    dispatch::GetDispatchInfo,
    traits::{fungible::Inspect, Randomness},
};
use pallet_marketplace::types as market;
use sp_io::hashing::blake2_128;
use sp_runtime::{traits::Dispatchable, DispatchError};
use std::{collections::BTreeMap, fmt};

const DSLA: Balance = 1_000_000_000_000_000_000;

/// Who takes part, and with how much: providers, customers and backers, two with little, and reporters.
const CAST: [(&str, Balance); 28] = [
    ("provider0", 1_500_000),
    ("provider1", 1_500_000),
    ("anna", 400_000),
    ("bela", 400_000),
    ("carl", 400_000),
    ("dora", 400_000),
    ("emil", 400_000),
    ("fina", 400_000),
    ("gina", 400_000),
    ("hugo", 400_000),
    ("ivan", 900),
    ("newcomer", 0),
    ("merchant", 20_000),
    ("stranger", 1_000),
    ("reporter0", 40_000),
    ("reporter1", 40_000),
    ("reporter2", 40_000),
    ("reporter3", 40_000),
    ("reporter4", 40_000),
    ("reporter5", 40_000),
    ("reporter6", 40_000),
    ("reporter7", 40_000),
    ("reporter8", 40_000),
    ("reporter9", 40_000),
    ("reporter10", 40_000),
    ("reporter11", 40_000),
    ("reporter12", 40_000),
    ("reporter13", 40_000),
];
/// Which of them are providers, other people, and reporters.
pub const PROVIDERS: std::ops::Range<usize> = 0..2;
/// Customers, backers, team, merchants.
pub const CROWD: std::ops::Range<usize> = 2..14;
/// Reporters.
pub const REPORTERS: std::ops::Range<usize> = 14..28;

/// The operations of a block.
#[derive(Clone, Debug)]
pub struct Played {
    /// When the block is made.
    pub at: Moment,
    /// What is done in it.
    pub ops: Vec<Op>,
}

/// What a history came to.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Operations.
    pub ops: u64,
    /// Blocks.
    pub blocks: u64,
    /// By call: how many there were, and how many worked.
    pub calls: BTreeMap<String, (u64, u64)>,
    /// By name: errors.
    pub errors: BTreeMap<String, u64>,
    /// By name: events of interest.
    pub seen: BTreeMap<String, u64>,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: &Self) {
        self.ops += other.ops;
        self.blocks += other.blocks;
        for (name, (all, good)) in &other.calls {
            let entry = self.calls.entry(name.clone()).or_default();
            *entry = (entry.0 + all, entry.1 + good);
        }
        for (name, count) in &other.errors {
            *self.errors.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.seen {
            *self.seen.entry(name.clone()).or_default() += count;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} operations in {} blocks", self.ops, self.blocks)?;
        writeln!(f, "calls (worked / all):")?;
        for (name, (all, good)) in &self.calls {
            writeln!(f, "  {name:<24} {good:>8} / {all}")?;
        }
        writeln!(f, "errors:")?;
        for (name, count) in &self.errors {
            writeln!(f, "  {name:<40} {count:>8}")?;
        }
        writeln!(f, "of interest:")?;
        for (name, count) in &self.seen {
            writeln!(f, "  {name:<40} {count:>8}")?;
        }
        Ok(())
    }
}

/// A difference between runtime and model.
#[derive(Clone, Debug)]
pub struct Difference {
    /// In which block.
    pub block: usize,
    /// What differs.
    pub what: String,
}

/// The real chain and the model of it.
pub struct Pair {
    env: Env,
    model: Model,
    people: Vec<AccountId>,
    comparison: Comparison,
    tally: Tally,
}

impl Pair {
    /// Both at the beginning.
    pub fn new() -> Self {
        let mut env = Env::new();
        let people: Vec<AccountId> = CAST.iter().map(|(name, _)| Person::new(name).id()).collect();
        let alice = Person::new("Alice").id();
        env.block_with(|| {
            for (who, (_, amount)) in people.iter().zip(CAST) {
                if amount > 0 {
                    let call = pallet_balances::Call::<Runtime>::transfer_keep_alive {
                        dest: who.clone().into(),
                        value: amount * DSLA,
                    };
                    dispatch(call.into(), RuntimeOrigin::signed(alice.clone())).expect("Alice is rich");
                }
            }
        });
        let facts = env.read(facts);
        let mut accounts = Accounts::default();
        for who in people.iter().chain([&facts.treasury, &facts.pot]) {
            let free = env.read(|| Balances::balance(who));
            if free > 0 {
                accounts.wallets.insert(who.clone(), Wallet { free, held: BTreeMap::new() });
            }
        }
        let issuance = env.read(Balances::total_issuance);
        let comparison = Comparison::new(issuance);
        let mut model = Model::new(facts, accounts);
        model.block.now = env.now();
        Self { env, model, people, comparison, tally: Tally::default() }
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Plays a block, with the operations that `next` comes up with until it has no more. Tells which these were.
    pub fn play(
        &mut self,
        at: Moment,
        mut next: impl FnMut(&Model, &[AccountId]) -> Option<Op>,
    ) -> Result<Played, (Played, String)> {
        let mut played = Played { at, ops: Vec::new() };
        let Self { env, model, people, comparison, tally } = self;
        env.jump_to(at);
        let outcome = env.block_with(|| -> Result<(), String> {
            let block = read_block();
            Executive::inherents_applied();
            model.begin(block);
            check_served(model)?;
            while let Some(op) = next(model, people) {
                played.ops.push(op.clone());
                one(model, people, &op, tally)?;
            }
            Ok(())
        });
        outcome.map_err(|what| (played.clone(), what))?;
        model.end();
        tally.blocks += 1;
        let thorough = tally.blocks.is_multiple_of(64);
        let same = env.read(|| comparison.compare(model, people, thorough));
        if thorough {
            env.commit();
        }
        same.map_err(|what| (played.clone(), what))?;
        Ok(played)
    }

    /// Compares everything once more, and has every pallet check its own invariants.
    pub fn finish(mut self) -> Result<Tally, String> {
        let Self { env, model, people, comparison, .. } = &mut self;
        env.read(|| comparison.compare(model, people, true))?;
        env.check_invariants();
        Ok(self.tally_of_all())
    }

    fn tally_of_all(&self) -> Tally {
        let seen = self.model.seen.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        Tally { seen, ..self.tally.clone() }
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}

/// Why a history ends early: more was due at once than the chain does in a block. It goes on in the next one; the model
/// knows no weights and cannot follow.
const NO_ROOM: &str = "more was due than fits a block";

/// Plays random operations, about `ops` of them. On a difference tells it, with everything that led there.
pub fn play_random(seed: u64, ops: u64) -> Result<Tally, (Difference, Vec<Played>)> {
    let mut all = Tally::default();
    let mut part = 0;
    while all.ops < ops {
        // Other histories than those of the seeds that follow.
        all.add(&play_part(seed + (part << 32), ops - all.ops)?);
        part += 1;
    }
    Ok(all)
}

/// Plays random operations until there were `ops`, or more was due than fits a block.
fn play_part(seed: u64, ops: u64) -> Result<Tally, (Difference, Vec<Played>)> {
    let mut pair = Pair::new();
    let mut plan = Plan::new(seed);
    let mut script = Vec::new();
    while pair.tally.ops < ops {
        let at = plan.next_block(&pair.model);
        let mut left = plan.ops_in_block(&pair.model);
        let outcome = pair.play(at, |model, people| {
            let more = left > 0;
            left = left.saturating_sub(1);
            more.then(|| plan.next_op(model, people))
        });
        match outcome {
            Ok(played) => script.push(played),
            Err((_, what)) if what == NO_ROOM => {
                pair.model.see(NO_ROOM);
                return Ok(pair.tally_of_all());
            }
            Err((played, what)) => {
                script.push(played);
                std::mem::forget(pair);
                return Err((Difference { block: script.len() - 1, what }, script));
            }
        }
    }
    let blocks = script.len();
    pair.finish().map_err(|what| (Difference { block: blocks, what }, script))
}

/// Plays a script again.
pub fn replay(script: &[Played]) -> Result<(), Difference> {
    let mut pair = Pair::new();
    for (block, played) in script.iter().enumerate() {
        let mut ops = played.ops.iter();
        if let Err((_, what)) = pair.play(played.at, |_, _| ops.next().cloned()) {
            std::mem::forget(pair);
            return Err(Difference { block, what });
        }
    }
    pair.finish().map(|_| ()).map_err(|what| Difference { block: script.len(), what })
}

/// Does one operation to both.
fn one(model: &mut Model, people: &[AccountId], op: &Op, tally: &mut Tally) -> Result<(), String> {
    let mut real = Ok(());
    for call in calls::runtime_calls(model, people, op) {
        let origin = match op.by {
            By::Signed(who) => RuntimeOrigin::signed(people[who].clone()),
            By::Root => RuntimeOrigin::root(),
            By::None => RuntimeOrigin::none(),
        };
        if let Err(error) = dispatch(call, origin) {
            real = Err(error);
            break;
        }
    }
    let wanted = model.apply(people, op);
    tally.ops += 1;
    let entry = tally.calls.entry(op.call.name()).or_default();
    *entry = (entry.0 + 1, entry.1 + u64::from(real.is_ok()));
    match (&real, wanted) {
        (Ok(()), Err(why)) => Err(format!("worked, but should not ({why}): {op:?}")),
        (Err(error), Ok(())) => Err(format!("refused ({}), but should work: {op:?}", name_of(error))),
        (Err(error), Err(_)) => {
            *tally.errors.entry(name_of(error)).or_default() += 1;
            Ok(())
        }
        (Ok(()), Ok(())) => Ok(()),
    }
}

fn dispatch(call: dsla_runtime::RuntimeCall, origin: RuntimeOrigin) -> Result<(), DispatchError> {
    call.dispatch(origin).map(|_| ()).map_err(|failed| failed.error)
}

/// The pallet and the name of an error.
fn name_of(error: &DispatchError) -> String {
    match error {
        DispatchError::Module(module) => format!("{}: {}", module.index, module.message.unwrap_or("?")),
        other => format!("{other:?}"),
    }
}

fn facts() -> Facts {
    let offer = market::Offer::<AccountId, <Runtime as pallet_marketplace::Config>::OfferDeposit>::max_encoded_len();
    let partner =
        market::Partner::<AccountId, <Runtime as pallet_marketplace::Config>::PartnerDeposit>::max_encoded_len();
    let credential =
        market::Credential::<<Runtime as pallet_marketplace::Config>::CredentialDeposit>::max_encoded_len();
    let deposit = |bytes: usize| crate::model::terms::deposit(bytes as u64);
    Facts {
        treasury: TreasuryAccount::get(),
        pot: SliOracle::pot(),
        pool_account: |id| Compensation::pool_account(AgreementId(id)),
        visit: |who| (blake2_128(&who.encode()), who).encode(),
        deposits: [deposit(offer), deposit(partner), deposit(6 * (credential + 1024))],
    }
}

/// What the present block has that the model does not decide.
fn read_block() -> Block {
    let room = <Runtime as frame_system::Config>::BlockWeights::get().max_block;
    let used = System::block_weight().total();
    let (_, known_since) = pallet_babe::RandomnessFromOneEpochAgo::<Runtime>::random(b"");
    Block {
        number: System::block_number().into(),
        now: Timestamp::get(),
        full: !room.saturating_sub(used).all_gt(sp_runtime::Weight::zero()),
        randomness: pallet_babe::NextRandomness::<Runtime>::get(),
        known_since: known_since.into(),
    }
}

/// The chain has done everything that was due.
fn check_served(model: &Model) -> Result<(), String> {
    if model.block.full {
        return Ok(());
    }
    let late = pallet_sla::Agenda::<Runtime>::iter_keys().next().is_some_and(|key| key.due() <= model.now());
    // What a challenge has ruled in this block is settled in the next one.
    let ruled = model.agreements.iter().any(|agreement| agreement.due().is_some_and(|due| due <= model.now()));
    if late && !ruled {
        // More may be due than fits a block. What the block has taken says whether that is why.
        let room =
            <Runtime as pallet_sla::Config>::MaxServiceWeight::get().saturating_sub(System::block_weight().total());
        // The call does any step, and declares what the heaviest weighs.
        let call = dsla_runtime::RuntimeCall::Sla(pallet_sla::Call::settle { agreement: AgreementId(0) });
        let step = call.get_dispatch_info().call_weight;
        let why = if room.all_gte(step) { "the agenda was not served to its end" } else { NO_ROOM };
        Err(why.into())
    } else {
        Ok(())
    }
}
