// SPDX-License-Identifier: Apache-2.0

//! Plays an input: each record is an action.
//!
//! | first byte | action |
//! |---|---|
//! | 0–27 | time passes: to the next slot, to something that is due or to just before or after it, or far |
//! | 28–33 | a runtime API is asked |
//! | 34–43 | a call whose bytes are those of this record and of the ones that follow |
//! | 44–47 | the next action several times, each time a little different or always the same |
//! | 48–255 | a call with arguments that are likely to mean something |

use crate::{
    calls::{self, Wanted},
    catalogue::{is_ours, CATALOGUE},
    chain::{self, Chain},
    input::{Bytes, RECORD},
    people::{self, ALICE, ANNA, BACKER, BELA, MERCHANT, NAMES, PROVIDER, REPORTERS},
    reads, root, signed,
    tally::{self, Outcome, Place},
    values::{self, DAY, HOUR},
    world,
};
use dsla_primitives::{traits::AgreementInspect, AgreementId, Moment, RoundId};
use dsla_runtime::{
    constants::time::{DAYS, SLOT_DURATION},
    AccountId, Runtime, RuntimeCall, RuntimeOrigin, Sla, System, UncheckedExtrinsic,
};
use frame_support::{
    dispatch::{DispatchClass, GetDispatchInfo},
    weights::Weight,
};
use frame_system::offchain::{CreateAuthorizedTransaction, CreateTransaction};
use sp_runtime::{
    generic::Preamble,
    traits::Dispatchable,
    transaction_validity::{InvalidTransaction, TransactionSource, TransactionValidityError},
    DispatchError,
};

/// Plays an input on the first state. Panics when anything is wrong with the runtime.
pub fn play(input: &[u8]) {
    world::visit(|| {
        let mut game = Game { chain: Chain::new(), left: MAX_ACTIONS };
        let mut records = Bytes::records(input);
        while let Some(record) = records.next() {
            game.act(record, &mut records);
        }
        game.chain.close();
        chain::check_invariants();
    });
    tally::with(|tally| tally.inputs += 1);
}

/// The most actions of an input: records, and their repetitions.
const MAX_ACTIONS: u32 = 256;

struct Game {
    chain: Chain,
    left: u32,
}

impl Game {
    fn act(&mut self, mut record: Bytes, more: &mut impl Iterator<Item = Bytes>) {
        if !matches!(record.clone().byte(), 44..48) {
            self.act_once(record, more);
            return;
        }
        record.byte();
        let times = 2 + record.byte() % 40;
        // Beyond the first three bytes, which choose the call; or nowhere.
        let at = 3 + record.below(16);
        let Some(next) = more.next().filter(|next| !matches!(next.clone().byte(), 44..48)) else { return };
        for time in 0..times {
            let again = if at < RECORD { next.varied(at, time) } else { next.clone() };
            self.act_once(again, &mut std::iter::empty());
        }
    }

    fn act_once(&mut self, mut record: Bytes, more: &mut impl Iterator<Item = Bytes>) {
        let Some(left) = self.left.checked_sub(1) else { return };
        self.left = left;
        match record.byte() {
            0..28 => self.wait(&mut record),
            28..34 => {
                self.chain.close();
                reads::read(&mut record);
            }
            34..48 => {
                self.chain.open();
                match raw(&mut record, more) {
                    Some(call) => self.make(Wanted { call, by: None }, &mut record),
                    None => tally::count(Place::Note("raw call"), Outcome::Other("cannot be decoded")),
                }
            }
            _ => {
                self.chain.open();
                match calls::any(&mut record, 0) {
                    Some(wanted) => self.make(wanted, &mut record),
                    None => tally::count(Place::Note("call by type"), Outcome::Other("cannot be decoded")),
                }
            }
        }
    }

    fn wait(&mut self, record: &mut Bytes) {
        let now = chain::now();
        let slot = SLOT_DURATION;
        let moment = match record.byte() {
            0..30 => now + slot,
            byte @ 30..60 => {
                let last = System::block_number();
                let count = match byte {
                    30..48 => chain::next_task(last).map_or(600, |at| at - last),
                    48..52 => u32::from(byte - 47) * 50,
                    _ => u32::from(byte - 51) * 2 * DAYS,
                };
                self.chain.skip(count);
                return;
            }
            60..105 => next_due(now).unwrap_or(now + HOUR),
            105..150 => challenge_due(now).unwrap_or(now + HOUR),
            150..160 => next_due(now).unwrap_or(now + HOUR).saturating_sub(slot),
            160..170 => next_due(now).unwrap_or(now + HOUR) + slot,
            170..190 => boundary(values::agreement(record), now).unwrap_or(now + HOUR),
            190..200 => boundary(values::agreement(record), now).unwrap_or(now + HOUR).saturating_sub(slot),
            byte @ 200..220 => now + u64::from(byte - 199) * HOUR / 2,
            byte @ 220..240 => now + u64::from(byte - 219) * DAY,
            // Sometime in the next hundred years, in which a bond becomes free and everything ends.
            byte @ 240..252 => now + u64::from(byte - 239) * 40 * DAY,
            252..254 => now + 20 * 365 * DAY,
            _ => now + u64::from(u32::from_le_bytes(record.array())) * slot,
        };
        if record.byte() >= 215 {
            self.chain.crowd_next();
        }
        self.chain.wait_until(moment);
    }

    /// Makes a call: as a transaction, or at once with an origin.
    fn make(&mut self, wanted: Wanted, record: &mut Bytes) {
        if !root::is_harmless(&wanted.call) {
            return;
        }
        // An author whom a call disables cannot finish the block; it would leave the call to another one.
        sp_io::storage::start_transaction();
        self.make_by_somebody(wanted, record);
        if self.chain.is_author_disabled() {
            tally::count(Place::Note("call"), Outcome::Other("disables the author of the block"));
            sp_io::storage::rollback_transaction();
        } else {
            sp_io::storage::commit_transaction();
        }
    }

    fn make_by_somebody(&mut self, wanted: Wanted, record: &mut Bytes) {
        let how = record.byte();
        let sampled = how.is_multiple_of(16);
        match record.byte() {
            // What has a signature in it needs none around it.
            0..170 if matches!(wanted.call, RuntimeCall::ImOnline(_)) => {
                let extension = <Runtime as CreateAuthorizedTransaction<RuntimeCall>>::create_extension();
                let transaction =
                    <Runtime as CreateTransaction<RuntimeCall>>::create_transaction(wanted.call, extension);
                self.apply(&transaction, true);
            }
            0..170 if calls::is_report(&wanted.call) => self.apply(&UncheckedExtrinsic::new_bare(wanted.call), true),
            // Who could sign it; if that is not known, whoever can.
            0..170 if root::is_needed(&wanted.call) && how < 200 => {
                if root::may(&wanted.call) {
                    self.dispatch(wanted.call, RuntimeOrigin::root(), sampled);
                }
            }
            0..170 => {
                let who = wanted.by.as_ref().map(people::number);
                match (who, how) {
                    (Some(Some(who)), 0..70) => self.transact(who, wanted.call, record),
                    (None, 0..40) => self.transact(usize::from(record.byte()), wanted.call, record),
                    (Some(_), _) => {
                        let origin = wanted.by.map(RuntimeOrigin::signed).unwrap_or_else(RuntimeOrigin::none);
                        self.dispatch(wanted.call, origin, sampled);
                    }
                    (None, _) => self.whoever_can(wanted.call, usize::from(record.byte())),
                }
            }
            170..225 => {
                let origin = RuntimeOrigin::signed(people::id(usize::from(record.byte())));
                self.dispatch(wanted.call, origin, sampled);
            }
            225..250 => {
                if root::may(&wanted.call) {
                    self.dispatch(wanted.call, RuntimeOrigin::root(), sampled);
                }
            }
            _ => {
                if root::is_inherent(&wanted.call) {
                    return;
                }
                if how < 128 {
                    self.dispatch(wanted.call, RuntimeOrigin::none(), sampled);
                } else {
                    self.apply(&UncheckedExtrinsic::new_bare(wanted.call), false);
                }
            }
        }
    }

    /// The first of some people for whom the call works: one of each role, in an order that begins with `first`.
    fn whoever_can(&mut self, call: RuntimeCall, first: usize) {
        let reporter = REPORTERS + first % (NAMES.len() - REPORTERS);
        let roles = [PROVIDER, ANNA, BELA, BACKER, MERCHANT, reporter, ALICE];
        let mut left = roles.len();
        for who in roles.into_iter().cycle().skip(first % roles.len()).take(roles.len()) {
            left -= 1;
            sp_io::storage::start_transaction();
            let worked = self.try_dispatch(call.clone(), RuntimeOrigin::signed(people::id(who)), false);
            // What the last one is told counts, also when it does not work.
            if worked == Some(false) && left > 0 {
                sp_io::storage::rollback_transaction();
            } else {
                sp_io::storage::commit_transaction();
                return;
            }
        }
    }

    fn dispatch(&mut self, call: RuntimeCall, origin: RuntimeOrigin, check_root: bool) {
        self.try_dispatch(call, origin, check_root);
    }

    /// Dispatches a call and checks what must hold; tells whether it worked. Nothing if the block has no room for it.
    fn try_dispatch(&mut self, call: RuntimeCall, origin: RuntimeOrigin, check_root: bool) -> Option<bool> {
        let place = place(&call);
        let declared = call.get_dispatch_info().call_weight;
        if !chain::has_room(declared) {
            tally::count(Place::Note("call"), Outcome::Other("does not fit the block"));
            return None;
        }
        let before = check_root.then(chain::root);
        let result = call.clone().dispatch(origin);
        let (post, outcome) = match &result {
            Ok(post) => (post, Outcome::Ok),
            Err(failed) => (&failed.post_info, Outcome::from(&failed.error)),
        };
        if let Some(actual) = post.actual_weight {
            check_weight(&call, place, actual, declared);
        }
        if let (Some(before), Err(failed)) = (before, &result) {
            tally::count(Place::Note("state after an error"), Outcome::Other("compared"));
            assert!(before == chain::root(), "{:?} has changed the state: {call:?}", failed.error);
        }
        // In a transaction the weight is counted by an extension.
        System::register_extra_weight_unchecked(post.actual_weight.unwrap_or(declared), DispatchClass::Normal);
        assert!(!is_corrupt(&result), "the state of our pallets contradicts itself: {call:?}");
        tally::count(place, outcome);
        Some(result.is_ok())
    }

    /// Sends a call as a signed transaction, through the pool's check and into the block.
    fn transact(&mut self, who: usize, call: RuntimeCall, record: &mut Bytes) {
        if let Some(transaction) = signed::transaction(who, call, record) {
            // A changed byte can take the signature away.
            let inherent = root::is_inherent(&transaction.extrinsic.function);
            if !inherent && root::is_harmless(&transaction.extrinsic.function) {
                self.apply(&transaction.extrinsic, transaction.honest);
            }
        }
    }

    fn apply(&mut self, extrinsic: &UncheckedExtrinsic, honest: bool) {
        // A validator's own node takes a report; nobody else's does.
        let own = calls::is_report(&extrinsic.function) && matches!(extrinsic.preamble, Preamble::Bare(_));
        let source = if own { TransactionSource::Local } else { TransactionSource::External };
        let valid = chain::validate(extrinsic, source);
        if own {
            let elsewhere = chain::validate(extrinsic, TransactionSource::External);
            assert!(elsewhere.is_err(), "the pool took a report from another node: {extrinsic:?}");
        }
        let result = chain::apply(extrinsic);
        let place = match &result {
            Ok(_) => place(&extrinsic.function),
            Err(_) => Place::Transaction,
        };
        tally::count(place, Outcome::from(&result));
        match (&valid, &result) {
            (Ok(_), Err(error)) if honest => assert_eq!(
                *error,
                TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources),
                "the pool took what the block refuses: {extrinsic:?}"
            ),
            // FRAME lets an author put any call into a block as if it were an inherent; it has no origin there and is
            // refused as a call. The pool takes none of these.
            (Err(_), Ok(result)) if matches!(extrinsic.preamble, Preamble::Bare(_)) => {
                assert!(result.is_err(), "a call without an origin worked: {extrinsic:?}");
            }
            (Err(error), Ok(_)) => panic!("the block took what the pool refuses ({error:?}): {extrinsic:?}"),
            _ => {}
        }
    }
}

/// A call weighs no more than it declared. FRAME cuts what a call says at that, so a call of the SDK that says more costs
/// nobody anything; it is only noted.
fn check_weight(call: &RuntimeCall, place: Place, actual: Weight, declared: Weight) {
    if actual.all_lte(declared) {
        return;
    }
    let Place::Call(pallet, index) = place else { return };
    assert!(!is_ours(pallet), "weighed {actual:?} and declared {declared:?}: {call:?}");
    let name = CATALOGUE.call((pallet, index)).map_or("?", |call| call.name.as_str());
    tally::count(Place::Note("weighed more than it declared"), Outcome::Other(name));
}

/// Where the outcome of a call is counted.
fn place(call: &RuntimeCall) -> Place {
    use codec::Encode;
    let encoded = call.encode();
    Place::Call(encoded.first().copied().unwrap_or(u8::MAX), encoded.get(1).copied().unwrap_or(u8::MAX))
}

/// `Corrupted` is what our pallets say when their storage contradicts itself.
fn is_corrupt<T, P>(result: &Result<T, sp_runtime::DispatchErrorWithPostInfo<P>>) -> bool
where
    P: Eq + PartialEq + Clone + Copy + codec::Encode + codec::Decode + sp_runtime::traits::Printable,
{
    match result {
        Err(failed) => match &failed.error {
            DispatchError::Module(module) => is_ours(module.index) && module.message == Some("Corrupted"),
            _ => false,
        },
        Ok(_) => false,
    }
}

/// A call as bytes: of this record, and of up to three more. Half of them begin like a call that exists.
fn raw(record: &mut Bytes, more: &mut impl Iterator<Item = Bytes>) -> Option<RuntimeCall> {
    let kind = record.byte();
    let mut encoded = Vec::new();
    if kind & 1 == 1 {
        let wheel = CATALOGUE.wheel();
        let (pallet, call) = wheel[record.below(wheel.len())];
        encoded.extend([pallet, call]);
    }
    encoded.extend(record.rest());
    for mut next in more.take(usize::from(kind >> 6)) {
        encoded.extend(next.rest());
    }
    // What follows a call is not part of it.
    use codec::DecodeLimit;
    RuntimeCall::decode_with_depth_limit(calls::DECODE_DEPTH, &mut &encoded[..]).ok()
}

/// When something happens next: an agreement, a challenge, the deadline of an offer or of a voucher.
fn next_due(now: Moment) -> Option<Moment> {
    let agreements = pallet_sla::Agenda::<Runtime>::iter_keys().map(|key| key.due()).find(|due| *due > now);
    let vouchers = pallet_marketplace::Vouchers::<Runtime>::iter_values().map(|voucher| voucher.fulfil_by);
    let vouchers = vouchers.filter(|due| *due > now).min();
    [agreements, challenge_due(now), vouchers].into_iter().flatten().min()
}

/// When something happens next with a challenge.
fn challenge_due(now: Moment) -> Option<Moment> {
    pallet_challenge::Agenda::<Runtime>::iter_keys().map(|key| key.at()).find(|due| *due > now)
}

/// The next boundary of the periods of an agreement.
pub fn boundary(agreement: AgreementId, now: Moment) -> Option<Moment> {
    let info = <Sla as AgreementInspect<AccountId>>::agreement(agreement)?;
    let terms = <Sla as AgreementInspect<AccountId>>::terms(RoundId::new(agreement, info.finalized))?;
    terms.schedule.boundary(terms.schedule.next_boundary(now)?)
}
