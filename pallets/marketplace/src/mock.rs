// SPDX-License-Identifier: Apache-2.0

//! A runtime with the marketplace, and neighbours that keep real books.
//!
//! The neighbours write to storage, so that a call that fails rolls them back like everything else.

use crate::{self as pallet_marketplace, types::VoucherState, HoldReason, Vouchers};
use dsla_primitives::{
    terms::Terms,
    traits::{
        AgreementInfo, AgreementInspect, AgreementStatus, Amendment, CredentialRegistry, Parties, PaymentSource,
        PoolRefill, VoucherRegistry,
    },
    verdict::Outcome,
    AgreementId, Balance, Moment, RoundId, ServiceId, Uri,
};
use frame_support::{
    derive_impl,
    pallet_prelude::ValueQuery,
    parameter_types, storage_alias,
    traits::{
        fungible::{HoldConsideration, Inspect, Mutate},
        tokens::Preservation,
        ConstU128, ConstU32, ConstU64, LinearStoragePrice, Time,
    },
    Blake2_128Concat,
};
use sp_runtime::{ArithmeticError, BuildStorage, DispatchError, DispatchResult, Perbill};

pub type AccountId = u64;

pub const ED: Balance = 10;
/// What every account of a person starts with.
pub const ENDOWMENT: Balance = 10_000_000;
pub const MAX_FULFILMENT: Moment = 1_000_000;
pub const MAX_OFFERS: u32 = 3;
pub const MAX_PARTNERS: u32 = 2;
pub const RATING_WINDOW: Moment = 3_000;
pub const MIN_RATED: Balance = 50;
/// The chain's time when a test begins.
pub const START: Moment = 1_000;

pub const PROVIDER: AccountId = 1;
pub const ALICE: AccountId = 2;
pub const BOB: AccountId = 3;
pub const STRANGER: AccountId = 4;
pub const OTHER_PROVIDER: AccountId = 5;
/// A merchant that [`PROVIDER`] may authorize.
pub const PARTNER: AccountId = 6;
/// Everybody who has an endowment.
pub const PEOPLE: [AccountId; 6] = [PROVIDER, ALICE, BOB, STRANGER, OTHER_PROVIDER, PARTNER];

/// Agreement of [`PROVIDER`].
pub const AGREEMENT: AgreementId = AgreementId(7);
/// Agreement of [`OTHER_PROVIDER`].
pub const OTHER_AGREEMENT: AgreementId = AgreementId(8);

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeHoldReason,
        RuntimeFreezeReason,
        RuntimeTask
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system;
    #[runtime::pallet_index(1)]
    pub type Balances = pallet_balances;
    #[runtime::pallet_index(2)]
    pub type Marketplace = pallet_marketplace;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = frame_system::mocking::MockBlock<Test>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type AccountStore = System;
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<ED>;
}

parameter_types! {
    pub static Now: Moment = START;
    pub static MintFails: bool = false;
    pub static OffersCap: u32 = MAX_OFFERS;
    pub static LeastRated: Balance = MIN_RATED;
    pub static MaxShare: Perbill = Perbill::from_percent(50);
    pub const OfferHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(HoldReason::Offer);
    pub const PartnerHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(HoldReason::Partner);
    pub const CredentialHold: RuntimeHoldReason = RuntimeHoldReason::Marketplace(HoldReason::Credential);
}

pub struct Clock;
impl Time for Clock {
    type Moment = Moment;
    fn now() -> Moment {
        Now::get()
    }
}

/// What the mock knows of agreements.
#[storage_alias(verbatim)]
pub type Agreements = StorageMap<Mock, Blake2_128Concat, AgreementId, AgreementInfo<AccountId>>;

/// How final periods came out.
#[storage_alias(verbatim)]
pub type Outcomes = StorageMap<Mock, Blake2_128Concat, RoundId, Outcome>;
/// Who was subscribed when.
#[storage_alias(verbatim)]
pub type Customers = StorageMap<Mock, Blake2_128Concat, (RoundId, AccountId), ()>;

pub struct MockAgreements;
impl AgreementInspect<AccountId> for MockAgreements {
    fn agreement(id: AgreementId) -> Option<AgreementInfo<AccountId>> {
        Agreements::get(id)
    }
    fn terms(_: RoundId) -> Option<Terms<AccountId>> {
        None
    }
    fn amendment(_: AgreementId) -> Option<Amendment<AccountId>> {
        None
    }
    fn may_subscribe(_: AgreementId, _: &AccountId) -> bool {
        true
    }
    fn outcome(round: RoundId) -> Option<Outcome> {
        Outcomes::get(round)
    }
}
impl Parties<AccountId> for MockAgreements {
    fn is_customer(round: RoundId, who: &AccountId) -> bool {
        Customers::contains_key((round, *who))
    }
    fn is_backer(_: AgreementId, _: &AccountId) -> bool {
        false
    }
}

/// Money of vouchers, by the pool that holds it back.
#[storage_alias(verbatim)]
pub type Held = StorageMap<Mock, Blake2_128Concat, AgreementId, Balance, ValueQuery>;
/// Money that became cover.
#[storage_alias(verbatim)]
pub type Cover = StorageMap<Mock, Blake2_128Concat, AgreementId, Balance, ValueQuery>;
/// What an account can claim under an agreement; its pool has the money.
#[storage_alias(verbatim)]
pub type Claimables = StorageMap<Mock, Blake2_128Concat, (AgreementId, AccountId), Balance, ValueQuery>;

/// The account of a pool.
pub fn pool(agreement: AgreementId) -> AccountId {
    1_000 + agreement.0
}

pub struct MockPool;
impl MockPool {
    fn take_held(agreement: AgreementId, amount: Balance) -> DispatchResult {
        if amount == 0 {
            return Err(DispatchError::Other("nothing to move"));
        }
        Held::try_mutate(agreement, |held| {
            *held = held.checked_sub(amount).ok_or(ArithmeticError::Underflow)?;
            Ok(())
        })
    }
}
impl PoolRefill<AccountId> for MockPool {
    fn hold_back(agreement: AgreementId, who: &AccountId, source: PaymentSource, amount: Balance) -> DispatchResult {
        let from = match source {
            PaymentSource::Wallet => *who,
            PaymentSource::Claimable(owing) => {
                Claimables::try_mutate((owing, *who), |claimable| {
                    *claimable = claimable.checked_sub(amount).ok_or(DispatchError::Other("claimable too small"))?;
                    Ok::<_, DispatchError>(())
                })?;
                pool(owing)
            }
        };
        Balances::transfer(&from, &pool(agreement), amount, Preservation::Preserve)?;
        Held::mutate(agreement, |held| *held += amount);
        Ok(())
    }
    fn release(agreement: AgreementId, amount: Balance) -> DispatchResult {
        Self::take_held(agreement, amount)?;
        Cover::mutate(agreement, |cover| *cover += amount);
        Ok(())
    }
    fn refund(agreement: AgreementId, to: &AccountId, amount: Balance) -> DispatchResult {
        Self::take_held(agreement, amount)?;
        Balances::transfer(&pool(agreement), to, amount, Preservation::Preserve)?;
        Ok(())
    }
}

/// The NFTs: who holds each, whether it is soul-bound, and its document.
#[storage_alias(verbatim)]
pub type Nfts = StorageMap<Mock, Blake2_128Concat, u32, (AccountId, bool, Uri)>;

pub struct MockVouchers;
impl VoucherRegistry<AccountId> for MockVouchers {
    fn mint(id: u32, owner: &AccountId, soul_bound: bool, document: &Uri) -> DispatchResult {
        if MintFails::get() || Nfts::contains_key(id) {
            return Err(DispatchError::Other("cannot mint"));
        }
        Nfts::insert(id, (*owner, soul_bound, document.clone()));
        Ok(())
    }
    fn owner(id: u32) -> Option<AccountId> {
        Nfts::get(id).map(|(owner, ..)| owner)
    }
    fn burn(id: u32) -> DispatchResult {
        Nfts::take(id).map(|_| ()).ok_or(DispatchError::Other("no such NFT"))
    }
}

/// The credentials: whose each is, and what it says.
#[storage_alias(verbatim)]
pub type CredentialNfts = StorageMap<Mock, Blake2_128Concat, u32, (AccountId, Vec<u8>)>;

pub struct MockCredentials;
impl CredentialRegistry<AccountId> for MockCredentials {
    fn mint(id: u32, owner: &AccountId, data: &[u8]) -> DispatchResult {
        if MintFails::get() || CredentialNfts::contains_key(id) {
            return Err(DispatchError::Other("cannot mint"));
        }
        CredentialNfts::insert(id, (*owner, data.to_vec()));
        Ok(())
    }
    fn owner(id: u32) -> Option<AccountId> {
        CredentialNfts::get(id).map(|(owner, _)| owner)
    }
    fn burn(id: u32) -> DispatchResult {
        CredentialNfts::take(id).map(|_| ()).ok_or(DispatchError::Other("no such credential"))
    }
}

type Deposit<Reason> =
    HoldConsideration<AccountId, Balances, Reason, LinearStoragePrice<ConstU128<100>, ConstU128<1>, Balance>>;

impl crate::Config for Test {
    type Time = Clock;
    type Agreements = MockAgreements;
    type Pool = MockPool;
    type Vouchers = MockVouchers;
    type Parties = MockAgreements;
    type Credentials = MockCredentials;
    type OfferDeposit = Deposit<OfferHold>;
    type PartnerDeposit = Deposit<PartnerHold>;
    type CredentialDeposit = Deposit<CredentialHold>;
    type MaxFulfilment = ConstU64<MAX_FULFILMENT>;
    type MaxOffersPerSeller = OffersCap;
    type MaxPartners = ConstU32<MAX_PARTNERS>;
    type RatingWindow = ConstU64<RATING_WINDOW>;
    type MinRatedRefill = LeastRated;
    type MaxSellerShare = MaxShare;
    type WeightInfo = ();
}

pub fn set_status(agreement: AgreementId, status: AgreementStatus) {
    Agreements::mutate(agreement, |info| info.as_mut().expect("known agreement").status = status);
}

/// Owes `amount` to `who` under `agreement`, as a compensation would.
pub fn owe(agreement: AgreementId, who: AccountId, amount: Balance) {
    Balances::transfer(&STRANGER, &pool(agreement), amount, Preservation::Preserve).expect("stranger is rich");
    Claimables::mutate((agreement, who), |claimable| *claimable += amount);
}

/// Sum of what was paid for the vouchers in `state` whose pool is that of `agreement`.
pub fn paid_for(agreement: AgreementId, state: VoucherState) -> Balance {
    Vouchers::<Test>::iter_values()
        .filter(|voucher| voucher.state == state && agreement_of(voucher.offer) == agreement)
        .map(|voucher| voucher.paid)
        .sum()
}

/// Sum of the sellers' parts of fulfilled vouchers whose pool is that of `agreement`.
pub fn shares_of(agreement: AgreementId) -> Balance {
    Vouchers::<Test>::iter_values()
        .filter(|voucher| voucher.state == VoucherState::Fulfilled && agreement_of(voucher.offer) == agreement)
        .map(|voucher| voucher.to_seller)
        .sum()
}

/// The agreement of an offer, also when the offer is gone: from its event.
pub fn agreement_of(id: dsla_primitives::OfferId) -> AgreementId {
    System::events()
        .into_iter()
        .find_map(|record| match record.event {
            RuntimeEvent::Marketplace(crate::Event::OfferListed { offer, agreement, .. }) if offer == id => {
                Some(agreement)
            }
            _ => None,
        })
        .expect("offer was listed")
}

/// Every planck is where the books say, and the pallet agrees with itself.
pub fn check_everything() {
    Marketplace::do_try_state().expect("try_state holds");
    for agreement in [AGREEMENT, OTHER_AGREEMENT] {
        assert_eq!(Held::get(agreement), paid_for(agreement, VoucherState::Issued), "held back is what is unsettled");
        assert_eq!(
            Cover::get(agreement) + shares_of(agreement),
            paid_for(agreement, VoucherState::Fulfilled),
            "cover is what is fulfilled, without the sellers' parts"
        );
        let claimable: Balance =
            Claimables::iter().filter(|((of, _), _)| *of == agreement).map(|(_, amount)| amount).sum();
        assert_eq!(
            Balances::total_balance(&pool(agreement)),
            ED + claimable + Held::get(agreement) + Cover::get(agreement),
            "the pool has what its books say"
        );
    }
    assert_eq!(Balances::total_issuance(), 6 * ENDOWMENT + 2 * ED, "nothing was minted or burned");
}

/// Runs `test` on fresh books and checks them afterwards.
pub fn build_and_execute(test: impl FnOnce()) {
    let people = PEOPLE.map(|who| (who, ENDOWMENT));
    let pools = [AGREEMENT, OTHER_AGREEMENT].map(|agreement| (pool(agreement), ED));
    let balances = people.into_iter().chain(pools).collect();
    let storage = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        ..Default::default()
    }
    .build_storage()
    .expect("valid genesis");

    sp_io::TestExternalities::new(storage).execute_with(|| {
        System::set_block_number(1);
        Now::set(START);
        MintFails::set(false);
        OffersCap::set(MAX_OFFERS);
        LeastRated::set(MIN_RATED);
        MaxShare::set(Perbill::from_percent(50));
        for (agreement, provider) in [(AGREEMENT, PROVIDER), (OTHER_AGREEMENT, OTHER_PROVIDER)] {
            Agreements::insert(
                agreement,
                AgreementInfo {
                    service: ServiceId(1),
                    provider,
                    status: AgreementStatus::Active,
                    version: 0,
                    periods: 12,
                    finalized: 0,
                },
            );
        }
        test();
        check_everything();
    });
}
