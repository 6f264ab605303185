// SPDX-License-Identifier: Apache-2.0

//! The rehearsal network: four validators whose keys everybody has, who take turns.

use crate::{Env, Moment, Person};
use codec::Encode;
use dsla_primitives::Balance;
use dsla_runtime::{
    configs::money::TreasuryAccount,
    constants::time::{EPOCH_DURATION_IN_SLOTS, SLOT_DURATION},
    genesis_presets::{REHEARSAL_KEYS, STAGING},
    AccountId, Babe, Balances, Runtime, RuntimeOrigin, Session, SessionKeys, Staking,
};
use pallet_staking::{EraRewardPoints, StakingLedger};
use sp_core::{ed25519, sr25519, Pair};
use sp_staking::{EraIndex, Exposure, StakingAccount};

/// The validator of the rehearsal network with this number, from 1 on.
pub fn validator(number: usize) -> Person {
    Person::new(&format!("dsla//rehearsal//{number}"))
}

/// Its key for everything but finality.
pub fn sr_pair(number: usize) -> sr25519::Pair {
    sr25519::Pair::from_string(&format!("//dsla//rehearsal//{number}"), None).expect("a valid derivation")
}

/// Its key for finality.
pub fn ed_pair(number: usize) -> ed25519::Pair {
    ed25519::Pair::from_string(&format!("//dsla//rehearsal//{number}"), None).expect("a valid derivation")
}

/// A block that was made: when, and by whom.
pub type Made = (Moment, AccountId);

impl Env {
    /// The rehearsal network after its first round: each of [`Self::validators`] has made a block, one in each slot, so
    /// that nobody is missing in the first session.
    pub fn rehearsal() -> Self {
        let mut env = Self::of(STAGING);
        for validator in env.validators().iter().skip(1) {
            env.block_by(validator);
        }
        env
    }

    /// Gives somebody money of the treasury, as governance could.
    pub fn fund(&mut self, who: &AccountId, amount: Balance) {
        let who = who.clone();
        self.read(|| {
            Balances::force_transfer(RuntimeOrigin::root(), TreasuryAccount::get().into(), who.into(), amount)
                .expect("the treasury is rich");
        });
    }

    /// A new person with that much.
    pub fn funded(&mut self, name: &str, amount: Balance) -> Person {
        let person = Person::new(name);
        self.fund(&person.id(), amount);
        person
    }

    /// Session keys derived from `name`, and the proof that `owner` has them.
    pub fn session_keys(&mut self, name: &str, owner: &AccountId) -> (SessionKeys, Vec<u8>) {
        let seed = format!("//{name}").into_bytes();
        let generated = self.read(|| SessionKeys::generate(&owner.encode(), Some(seed)));
        (generated.keys, generated.proof.encode())
    }

    /// The validators of the session.
    pub fn validators(&mut self) -> Vec<AccountId> {
        self.read(Session::validators)
    }

    /// Lets `who` make the next blocks.
    pub fn author(&mut self, who: &AccountId) {
        let index = self.validators().iter().position(|validator| validator == who).expect("is a validator");
        self.set_author(index.try_into().expect("few"));
    }

    /// Lets `who` make the next block.
    pub fn block_by(&mut self, who: &AccountId) -> Made {
        self.author(who);
        self.block(&[]);
        (self.now(), who.clone())
    }

    /// Goes on to the first slot of the next session, which the first of `present` takes. Then all of `present` that are
    /// validators of the new session make a block in their turn.
    pub fn session(&mut self, present: &[AccountId]) -> Vec<Made> {
        let before = self.read(Session::current_index);
        let start = self.read(|| *Babe::current_epoch_start() + EPOCH_DURATION_IN_SLOTS);
        self.jump_to(start * SLOT_DURATION);
        let old = self.validators();
        let first = present.iter().find(|who| old.contains(who)).expect("somebody is there").clone();
        let mut made = vec![self.block_by(&first)];
        assert_eq!(self.read(Session::current_index), before + 1);
        let validators = self.validators();
        made.extend(present.iter().filter(|who| validators.contains(who)).map(|who| self.block_by(who)));
        made
    }

    /// Plays sessions with `present` until that era is active.
    pub fn until_era(&mut self, era: EraIndex, present: &[AccountId]) -> Vec<Made> {
        let mut made = Vec::new();
        while self.active_era() < era {
            made.extend(self.session(present));
            self.commit();
        }
        made
    }

    /// The era that is being served.
    pub fn active_era(&mut self) -> EraIndex {
        self.read(|| pallet_staking::ActiveEra::<Runtime>::get().expect("there is one from genesis on").index)
    }

    /// What is behind a validator in an era.
    pub fn exposure(&mut self, era: EraIndex, who: &AccountId) -> Exposure<AccountId, Balance> {
        let who = who.clone();
        self.read(|| Staking::api_eras_stakers(era, who))
    }

    /// What an account has bonded, and what of it is leaving.
    pub fn ledger(&mut self, who: &AccountId) -> Option<StakingLedger<Runtime>> {
        let who = who.clone();
        self.read(|| Staking::ledger(StakingAccount::Stash(who)).ok())
    }

    /// The points of an era.
    pub fn points(&mut self, era: EraIndex) -> EraRewardPoints<AccountId> {
        self.read(|| pallet_staking::ErasRewardPoints::<Runtime>::get(era))
    }
}

/// The accounts of the four validators.
pub fn all() -> Vec<AccountId> {
    REHEARSAL_KEYS.map(|(key, _)| key.into()).to_vec()
}
