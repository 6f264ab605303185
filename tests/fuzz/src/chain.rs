// SPDX-License-Identifier: Apache-2.0

//! Makes blocks as a node does, through the runtime's own API, and checks what must hold after each.

use crate::tally::{self, Outcome, Place};
use codec::{Decode, Encode};
use dsla_primitives::Moment;
use dsla_runtime::{
    apis::api, configs::system::RuntimeBlockWeights, constants::time::SLOT_DURATION, Balances, Challenge, Compensation,
    Hash, Header, Marketplace, Runtime, RuntimeCall, RuntimeEvent, Session, Sla, SliOracle, System, Timestamp,
    UncheckedExtrinsic,
};
use frame_support::{
    dispatch::DispatchClass,
    traits::{fungible::InspectHold, DisabledValidators},
    weights::Weight,
};
use sp_consensus_babe::digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest};
use sp_runtime::{
    generic::{Digest, DigestItem},
    traits::Header as _,
    transaction_validity::{TransactionSource, TransactionValidity},
    ApplyExtrinsicResult,
};

/// The most calls of a block; then it is closed.
const CALLS_PER_BLOCK: u32 = 12;

/// The time of the last block that was begun.
pub fn now() -> Moment {
    Timestamp::get()
}

/// Calls a runtime API.
pub fn api<R: Decode>(method: &str, arguments: impl Encode) -> R {
    let result = api::dispatch(method, &arguments.encode()).unwrap_or_else(|| panic!("there is no {method}"));
    R::decode(&mut &result[..]).unwrap_or_else(|_| panic!("{method} returned another type"))
}

/// The chain on top of the state it was made on.
pub struct Chain {
    /// Time of the block that is open, or of the last one.
    now: Moment,
    parent: Hash,
    open: bool,
    calls: u32,
    issuance: u128,
    session: u32,
    crowded: bool,
    /// The validator who makes the block.
    author: u32,
}

impl Chain {
    /// After the last block of the state.
    pub fn new() -> Self {
        let parent = System::block_hash(System::block_number());
        Self {
            now: now(),
            parent,
            open: false,
            calls: 0,
            issuance: Balances::total_issuance(),
            session: Session::current_index(),
            crowded: false,
            author: 0,
        }
    }

    /// Opens a block if none is.
    pub fn open(&mut self) {
        if self.open && self.calls >= CALLS_PER_BLOCK {
            self.close();
        }
        self.calls += 1;
        if self.open {
            return;
        }
        (self.open, self.calls) = (true, 1);
        self.now += SLOT_DURATION;
        self.begin();
        let before = System::block_weight();
        let crowded = std::mem::take(&mut self.crowded);
        if crowded {
            let rest = RuntimeBlockWeights::get().max_block.saturating_sub(before.total());
            System::register_extra_weight_unchecked(rest, DispatchClass::Mandatory);
        }
        // Calls are dispatched directly, so a transaction has to end the inherents, after which the runtime serves what
        // is due. It needs no signature: it does this before anybody looks whether it is valid, which it is not.
        let remark = RuntimeCall::System(frame_system::Call::remark { remark: Vec::new() });
        let refused: ApplyExtrinsicResult = api("BlockBuilder_apply_extrinsic", UncheckedExtrinsic::new_bare(remark));
        assert!(refused.is_err() && System::inherents_applied(), "the inherents are over");
        if crowded {
            frame_system::BlockWeight::<Runtime>::put(before);
        }
    }

    /// Begins a block as the first validator who may make one: a validator that a task of this block disables cannot
    /// finish it, and another one takes the slot.
    fn begin(&mut self) {
        let validators = u32::try_from(Session::validators().len()).expect("few");
        for author in 0..validators.max(1) {
            self.author = author;
            if self.is_author_disabled() {
                continue;
            }
            sp_io::storage::start_transaction();
            self.initialize();
            if !self.is_author_disabled() {
                sp_io::storage::commit_transaction();
                return;
            }
            sp_io::storage::rollback_transaction();
        }
        panic!("all validators are disabled");
    }

    /// Whether the author of the open block may not finish it any more.
    pub fn is_author_disabled(&self) -> bool {
        Session::is_disabled(self.author)
    }

    fn initialize(&self) {
        let slot = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
            authority_index: self.author,
            slot: (self.now / SLOT_DURATION).into(),
        });
        let digest = Digest { logs: vec![<DigestItem as CompatibleDigestItem>::babe_pre_digest(slot)] };
        let header =
            Header::new(System::block_number() + 1, Default::default(), Default::default(), self.parent, digest);
        let mode: sp_runtime::ExtrinsicInclusionMode = api("Core_initialize_block", &header);
        assert!(matches!(mode, sp_runtime::ExtrinsicInclusionMode::AllExtrinsics), "no migration runs");
        let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now: self.now });
        let applied = apply(&UncheckedExtrinsic::new_bare(time));
        assert_eq!(applied, Ok(Ok(())), "the time of the block is taken");
        tally::count(Place::Call(1, 0), Outcome::Ok);
    }

    /// Closes the block if one is open, and checks what must hold after each.
    pub fn close(&mut self) {
        if !self.open {
            return;
        }
        self.open = false;
        let header: Header = api("BlockBuilder_finalize_block", ());
        self.parent = header.hash();
        // A later block looks the hash up before the runtime has written it.
        frame_system::BlockHash::<Runtime>::insert(header.number(), self.parent);
        tally::with(|tally| tally.blocks += 1);
        self.check_block();
        count_wrapped();
    }

    /// Lets time pass, so that the next block is made at `moment` or in the first slot after it. The open block is closed;
    /// if the moment has passed the next block is in the next slot.
    pub fn wait_until(&mut self, moment: Moment) {
        self.close();
        // Some ten thousand years: what comes later is no question of this chain.
        let latest = 400_000_000_000_000;
        let slot = moment.min(latest).next_multiple_of(SLOT_DURATION) - SLOT_DURATION;
        self.now = self.now.max(slot);
        self.open();
        self.calls = 0;
    }

    /// Lets blocks pass that are not made, with their time, since a referendum takes tens of thousands: `count`, or up to
    /// the next for which something is planned.
    pub fn skip(&mut self, count: u32) {
        self.close();
        let last = System::block_number();
        let next = next_task(last).unwrap_or(u32::MAX).min(last.saturating_add(count));
        // Some two thousand years: what comes later is no question of this chain.
        let skipped = next.saturating_sub(1).saturating_sub(last);
        if skipped > 0 && last < 1 << 31 {
            System::set_block_number(last + skipped);
            frame_system::BlockHash::<Runtime>::insert(last + skipped, self.parent);
            let late = pallet_scheduler::Agenda::<Runtime>::iter_keys().any(|at| at <= last);
            if !late {
                // As if they had been made: the scheduler would look for each of them.
                pallet_scheduler::IncompleteSince::<Runtime>::put(next);
            }
            self.now += u64::from(skipped) * SLOT_DURATION;
        }
        self.open();
        self.calls = 0;
    }

    /// In the next block the chain will find no room for what it does by itself; it is free again for calls, as if others
    /// had claimed it and given it back.
    pub fn crowd_next(&mut self) {
        self.close();
        self.crowded = true;
    }

    fn check_block(&mut self) {
        let mut held = 0_u128;
        for account in frame_system::Account::<Runtime>::iter_values() {
            held += account.data.free + account.data.reserved;
            assert!(account.consumers == 0 || account.providers > 0, "an account needs a provider for its consumers");
        }
        let issuance = Balances::total_issuance();
        assert_eq!(issuance, held, "the balances must sum to the total issuance");
        assert!(issuance <= self.issuance, "nothing may be minted");
        self.issuance = issuance;
        let (used, limits) = (System::block_weight(), RuntimeBlockWeights::get());
        // When a session ends, `pallet-session` claims a whole block for itself, so that there is no room for
        // transactions; what the other hooks need comes on top.
        let session = Session::current_index();
        let claimed = if session == self.session { Weight::zero() } else { limits.max_block };
        self.session = session;
        // Operational calls have room that is kept for them even in a block that is full.
        let reserved = limits.get(DispatchClass::Operational).reserved.unwrap_or(limits.max_block);
        let kept = reserved.min(*used.get(DispatchClass::Operational));
        let ordinary = used.total().saturating_sub(claimed).saturating_sub(kept);
        assert!(ordinary.all_lte(limits.max_block), "the block weighs {used:?}");
        for class in DispatchClass::all() {
            if let Some(max) = limits.get(*class).max_total {
                assert!(used.get(*class).all_lte(max.max(limits.base_block)), "{class:?} weighs {used:?}");
            }
        }
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

/// The first block after that one for which something is planned.
pub fn next_task(number: u32) -> Option<u32> {
    pallet_scheduler::Agenda::<Runtime>::iter_keys().filter(|at| *at > number).min()
}

/// Every invariant of our pallets, and that money is there for every hold and every bond.
pub fn check_invariants() {
    for (who, holds) in pallet_balances::Holds::<Runtime>::iter() {
        let held: u128 = holds.iter().map(|hold| hold.amount).sum();
        assert!(held <= frame_system::Account::<Runtime>::get(&who).data.reserved, "a hold needs money behind it");
    }
    for (_, ledger) in pallet_staking::Ledger::<Runtime>::iter() {
        let held = Balances::balance_on_hold(&pallet_staking::HoldReason::Staking.into(), &ledger.stash);
        assert!(ledger.active <= ledger.total && ledger.total <= held, "a bond needs money behind it");
    }
    Sla::do_try_state().expect("sla");
    SliOracle::do_try_state().expect("sli-oracle");
    Compensation::do_try_state().expect("compensation");
    Marketplace::do_try_state().expect("marketplace");
    Challenge::do_try_state().expect("challenge");
}

/// Whether a call of that weight still fits the open block.
pub fn has_room(weight: Weight) -> bool {
    let limits = RuntimeBlockWeights::get();
    let normal = limits.get(DispatchClass::Normal);
    let most = normal.max_extrinsic.unwrap_or(limits.max_block);
    let total = normal.max_total.unwrap_or(limits.max_block);
    let used = System::block_weight();
    let fits = |used: Weight, limit| used.checked_add(&weight).is_some_and(|sum| sum.all_lte(limit));
    weight.all_lte(most) && fits(*used.get(DispatchClass::Normal), total) && fits(used.total(), limits.max_block)
}

/// Applies a transaction to the open block; one that is refused leaves nothing behind, as in a node.
pub fn apply(extrinsic: &UncheckedExtrinsic) -> ApplyExtrinsicResult {
    sp_io::storage::start_transaction();
    let result: ApplyExtrinsicResult = api("BlockBuilder_apply_extrinsic", extrinsic);
    match result {
        Ok(_) => sp_io::storage::commit_transaction(),
        Err(_) => sp_io::storage::rollback_transaction(),
    }
    result
}

/// What the transaction pool thinks of a transaction.
pub fn validate(extrinsic: &UncheckedExtrinsic, source: TransactionSource) -> TransactionValidity {
    sp_io::storage::start_transaction();
    let block = System::block_hash(System::block_number().saturating_sub(1));
    let result: TransactionValidity = api("TaggedTransactionQueue_validate_transaction", (source, extrinsic, block));
    sp_io::storage::rollback_transaction();
    result
}

/// The hash of the state as it is now.
pub fn root() -> Vec<u8> {
    sp_io::storage::root(sp_runtime::StateVersion::V1)
}

/// Counts what calls in other calls came to.
fn count_wrapped() {
    for record in System::read_events_no_consensus() {
        let outcome = match &record.event {
            RuntimeEvent::Utility(event) => match event {
                pallet_utility::Event::ItemFailed { error } | pallet_utility::Event::BatchInterrupted { error, .. } => {
                    Outcome::from(error)
                }
                pallet_utility::Event::DispatchedAs { result } => result.into(),
                pallet_utility::Event::ItemCompleted => Outcome::Ok,
                _ => continue,
            },
            RuntimeEvent::Proxy(pallet_proxy::Event::ProxyExecuted { result }) => result.into(),
            RuntimeEvent::Multisig(pallet_multisig::Event::MultisigExecuted { result, .. }) => result.into(),
            _ => continue,
        };
        tally::count(Place::Wrapped, outcome);
    }
}
