// SPDX-License-Identifier: Apache-2.0

//! What holds after any sequence of calls.

use super::*;
use crate::vouchers::VoucherOf;
use frame_support::traits::fungible::Inspect;
use proptest::prelude::*;
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
enum Op {
    List { who: AccountId, other: bool, kind: Kind, price: Balance, stock: u32, limit: u32, share: u32 },
    Restock { who: AccountId, offer: u64, added: u32 },
    Withdraw { who: AccountId, offer: u64 },
    Delist { who: AccountId, offer: u64 },
    RemoveExpired { offer: u64 },
    Redeem { who: AccountId, offer: u64, quantity: u32, claimable: bool },
    Fulfil { who: AccountId, voucher: VoucherId },
    Confirm { who: AccountId, voucher: VoucherId },
    Refund { who: AccountId, voucher: VoucherId },
    Cancel { who: AccountId, voucher: VoucherId },
    Rate { who: AccountId, voucher: VoucherId, stars: u8 },
    Clear { offer: u64, limit: u32 },
    Authorize { who: AccountId, merchant: AccountId },
    Revoke { who: AccountId, merchant: AccountId },
    Mint { who: AccountId, period: u32 },
    BurnCredential { who: AccountId, period: u32 },
    Transfer { voucher: VoucherId, to: AccountId },
    Burn { voucher: VoucherId },
    Pass { time: u64 },
}

#[derive(Clone, Debug)]
enum Kind {
    Promotion,
    Trophy,
    Bundle(Vec<(u64, u32)>),
}

/// Up to 100 operations, by sellers and buyers of these. Most are aimed, see [`aim`].
fn ops(sellers: &'static [AccountId], buyers: &'static [AccountId]) -> impl Strategy<Value = Vec<(Op, bool)>> {
    let aimed = prop_oneof![5 => Just(true), 1 => Just(false)];
    prop::collection::vec((op(sellers, buyers), aimed), 1..100)
}

/// Any operation.
fn op(sellers: &'static [AccountId], buyers: &'static [AccountId]) -> impl Strategy<Value = Op> {
    let (offer, voucher) = (0..6u64, 0..12u32);
    let seller = prop::sample::select(sellers);
    let buyer = prop::sample::select(buyers);
    let price = prop_oneof![9 => 1..5_000u128, 1 => Just(Balance::MAX / 2)];
    let kind = prop_oneof![
        3 => Just(Kind::Promotion),
        1 => Just(Kind::Trophy),
        3 => prop::collection::vec((0..6u64, prop_oneof![1 => Just(0u32), 9 => 1..3u32]), 0..3).prop_map(Kind::Bundle),
    ];
    let listing = (seller.clone(), any::<bool>(), kind, price, 1..20u32, 1..9u32, 0..60u32);
    let trade = prop_oneof![
        6 => listing.prop_map(|(who, other, kind, price, stock, limit, share)| {
            Op::List { who, other, kind, price, stock, limit, share }
        }),
        1 => (seller.clone(), offer.clone(), 0..5u32).prop_map(|(who, offer, added)| Op::Restock { who, offer, added }),
        1 => (seller.clone(), offer.clone()).prop_map(|(who, offer)| Op::Withdraw { who, offer }),
        1 => (seller.clone(), offer.clone()).prop_map(|(who, offer)| Op::Delist { who, offer }),
        1 => offer.clone().prop_map(|offer| Op::RemoveExpired { offer }),
        12 => (buyer.clone(), offer.clone(), 0..5u32, any::<bool>())
            .prop_map(|(who, offer, quantity, claimable)| Op::Redeem { who, offer, quantity, claimable }),
        3 => (seller.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Fulfil { who, voucher }),
        3 => (buyer.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Confirm { who, voucher }),
        5 => (buyer.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Refund { who, voucher }),
        1 => (seller.clone(), voucher.clone()).prop_map(|(who, voucher)| Op::Cancel { who, voucher }),
        6 => (buyer.clone(), voucher.clone(), 0..7u8)
            .prop_map(|(who, voucher, stars)| Op::Rate { who, voucher, stars }),
        1 => (offer, 0..3u32).prop_map(|(offer, limit)| Op::Clear { offer, limit }),
    ];
    let rest = prop_oneof![
        2 => (seller.clone(), buyer.clone()).prop_map(|(who, merchant)| Op::Authorize { who, merchant }),
        1 => (seller, buyer.clone()).prop_map(|(who, merchant)| Op::Revoke { who, merchant }),
        1 => (buyer.clone(), 0..3u32).prop_map(|(who, period)| Op::Mint { who, period }),
        1 => (buyer.clone(), 0..3u32).prop_map(|(who, period)| Op::BurnCredential { who, period }),
        2 => (voucher.clone(), buyer).prop_map(|(voucher, to)| Op::Transfer { voucher, to }),
        1 => voucher.prop_map(|voucher| Op::Burn { voucher }),
        6 => (1..4_000u64).prop_map(|time| Op::Pass { time }),
    ];
    prop_oneof![5 => trade, 1 => rest]
}

/// `op` with another target and caller, for which it has a chance to succeed: blind operations nearly never do.
fn aim(op: Op) -> Op {
    let offers = |wanted: &dyn Fn(OfferId) -> bool| {
        let mut ids: Vec<_> = Offers::<Test>::iter_keys().filter(|id| wanted(*id)).map(|id| id.0).collect();
        ids.sort();
        ids
    };
    let vouchers = |wanted: &dyn Fn(&VoucherOf<Test>) -> bool| {
        let wanted = |(id, voucher)| wanted(&voucher).then_some(id);
        let mut ids: Vec<_> = Vouchers::<Test>::iter().filter_map(wanted).collect();
        ids.sort();
        ids
    };
    fn pick<Id: Copy + Into<u64>>(ids: &[Id], index: Id) -> Id {
        ids.get(index.into() as usize % ids.len().max(1)).copied().unwrap_or(index)
    }
    let get = |id| Offers::<Test>::get(OfferId(id));
    let seller_of = |id, who| get(id).map_or(who, |offer| offer.seller);
    let issued = || vouchers(&|voucher| voucher.state == VoucherState::Issued);
    let voucher_of = |id, who, role: fn(VoucherOf<Test>) -> AccountId| Vouchers::<Test>::get(id).map_or(who, role);
    let now = Now::get();
    match op {
        Op::List { who, kind, price, stock, limit, share, .. } => {
            let other = who == OTHER_PROVIDER;
            let agreement = if other { OTHER_AGREEMENT } else { AGREEMENT };
            let is_part = |id: OfferId| {
                let offer = Offers::<Test>::get(id).unwrap();
                offer.seller == who && offer.agreement == agreement && offer.kind.parts().is_empty()
            };
            let kind = match kind {
                Kind::Bundle(parts) => {
                    let own = offers(&is_part);
                    Kind::Bundle(own.into_iter().zip(parts).map(|(offer, (_, quantity))| (offer, quantity)).collect())
                }
                kind => kind,
            };
            Op::List { who, other, kind, price: price.min(2_000), stock, limit, share: share.min(50) }
        }
        Op::Restock { who, offer, added } => {
            let offer = pick(&offers(&|_| true), offer);
            Op::Restock { who: seller_of(offer, who), offer, added }
        }
        Op::Withdraw { who, offer } => {
            let offer = pick(&offers(&|_| true), offer);
            Op::Withdraw { who: seller_of(offer, who), offer }
        }
        Op::Delist { offer, .. } => {
            let offer = pick(&offers(&|_| true), offer);
            let other = get(offer).is_some_and(|offer| offer.agreement == OTHER_AGREEMENT);
            Op::Delist { who: if other { OTHER_PROVIDER } else { PROVIDER }, offer }
        }
        Op::RemoveExpired { offer } => {
            let expired = |id| Offers::<Test>::get(id).unwrap().expiry <= now;
            Op::RemoveExpired { offer: pick(&offers(&expired), offer) }
        }
        Op::Redeem { who, offer, quantity, claimable } => {
            let on_sale = |id| Offers::<Test>::get(id).unwrap().is_on_sale(now);
            Op::Redeem { who, offer: pick(&offers(&on_sale), offer), quantity, claimable }
        }
        Op::Fulfil { who, voucher } => {
            let voucher = pick(&issued(), voucher);
            Op::Fulfil { who: voucher_of(voucher, who, |voucher| voucher.seller), voucher }
        }
        Op::Cancel { who, voucher } => {
            let voucher = pick(&issued(), voucher);
            Op::Cancel { who: voucher_of(voucher, who, |voucher| voucher.seller), voucher }
        }
        Op::Confirm { who, voucher } => {
            let voucher = pick(&issued(), voucher);
            let buyer = voucher_of(voucher, who, |voucher| voucher.buyer);
            Op::Confirm { who: Nfts::get(voucher).map_or(buyer, |(holder, ..)| holder), voucher }
        }
        Op::Refund { who, voucher } => {
            let overdue = |voucher: &VoucherOf<Test>| voucher.state == VoucherState::Issued && voucher.is_overdue(now);
            let voucher = pick(&vouchers(&overdue), voucher);
            let buyer = voucher_of(voucher, who, |voucher| voucher.buyer);
            Op::Refund { who: Nfts::get(voucher).map_or(buyer, |(holder, ..)| holder), voucher }
        }
        Op::Rate { who, voucher, stars } => {
            let rateable = |voucher: &VoucherOf<Test>| {
                voucher.stars.is_none() && voucher.rate_by(RATING_WINDOW).is_some_and(|until| now < until)
            };
            let voucher = pick(&vouchers(&rateable), voucher);
            Op::Rate { who: voucher_of(voucher, who, |voucher| voucher.buyer), voucher, stars }
        }
        Op::Clear { offer, limit } => {
            let gone: Vec<_> = (0..NextOfferId::<Test>::get().0)
                .filter(|id| get(*id).is_none() && Redeemed::<Test>::iter_prefix(OfferId(*id)).next().is_some())
                .collect();
            Op::Clear { offer: pick(&gone, offer), limit }
        }
        Op::BurnCredential { who, period } => {
            let own = Credentials::<Test>::iter_key_prefix(who).next().map(|round| round.period);
            Op::BurnCredential { who, period: own.unwrap_or(period) }
        }
        Op::Transfer { voucher, to } => Op::Transfer { voucher: pick(&issued(), voucher), to },
        Op::Burn { voucher } => Op::Burn { voucher: pick(&issued(), voucher) },
        other => other,
    }
}

fn dispatch(who: AccountId, call: Call<Test>) -> bool {
    RuntimeCall::Marketplace(call).dispatch(signed(who)).is_ok()
}

/// Applies `op`; tells whether it succeeded.
fn apply(op: &Op) -> bool {
    match op.clone() {
        Op::List { who, other, kind, price, stock, limit, share } => {
            let agreement = if other { OTHER_AGREEMENT } else { AGREEMENT };
            let Listing { name, document, fulfil_within, .. } = listing();
            let kind = match kind {
                Kind::Promotion => OfferKind::Promotion,
                Kind::Trophy => OfferKind::Trophy,
                Kind::Bundle(parts) => {
                    bundle(&parts.iter().map(|(offer, quantity)| (OfferId(*offer), *quantity)).collect::<Vec<_>>())
                }
            };
            let (expiry, seller_share) = (Now::get() + 12_000, Perbill::from_percent(share));
            dispatch(
                who,
                Call::list_offer {
                    agreement,
                    kind,
                    name,
                    price,
                    stock,
                    limit,
                    expiry,
                    document,
                    fulfil_within,
                    seller_share,
                },
            )
        }
        Op::Restock { who, offer, added } => dispatch(who, Call::restock { offer: OfferId(offer), added }),
        Op::Withdraw { who, offer } => dispatch(who, Call::withdraw_offer { offer: OfferId(offer) }),
        Op::Delist { who, offer } => dispatch(who, Call::delist { offer: OfferId(offer) }),
        Op::RemoveExpired { offer } => dispatch(STRANGER, Call::remove_expired { offer: OfferId(offer) }),
        Op::Redeem { who, offer, quantity, claimable } => {
            let source = if claimable { PaymentSource::Claimable(OTHER_AGREEMENT) } else { PaymentSource::Wallet };
            let offer = OfferId(offer);
            dispatch(who, Call::redeem { offer, quantity, max_price: Balance::MAX, source, terms_hash: TERMS })
        }
        Op::Fulfil { who, voucher } => dispatch(who, Call::fulfil { voucher }),
        Op::Confirm { who, voucher } => dispatch(who, Call::confirm { voucher }),
        Op::Refund { who, voucher } => dispatch(who, Call::refund { voucher }),
        Op::Cancel { who, voucher } => dispatch(who, Call::cancel_voucher { voucher }),
        Op::Rate { who, voucher, stars } => dispatch(who, Call::rate { voucher, stars }),
        Op::Clear { offer, limit } => dispatch(STRANGER, Call::clear_counters { offer: OfferId(offer), limit }),
        Op::Authorize { who, merchant } => {
            let agreement = if who == OTHER_PROVIDER { OTHER_AGREEMENT } else { AGREEMENT };
            dispatch(who, Call::authorize_partner { agreement, merchant })
        }
        Op::Revoke { who, merchant } => {
            let agreement = if who == OTHER_PROVIDER { OTHER_AGREEMENT } else { AGREEMENT };
            dispatch(who, Call::revoke_partner { agreement, merchant })
        }
        Op::Mint { who, period } => {
            dispatch(who, Call::mint_breach_credential { round: RoundId::new(AGREEMENT, period) })
        }
        Op::BurnCredential { who, period } => {
            dispatch(who, Call::burn_credential { round: RoundId::new(AGREEMENT, period) })
        }
        Op::Transfer { voucher, to } => Nfts::mutate(voucher, |nft| match nft {
            Some((owner, false, _)) => {
                *owner = to;
                true
            }
            _ => false,
        }),
        Op::Burn { voucher } => match Nfts::get(voucher) {
            Some((_, false, _)) => {
                Nfts::remove(voucher);
                true
            }
            _ => false,
        },
        Op::Pass { time } => {
            Now::mutate(|now| *now += time);
            true
        }
    }
}

/// Where the money is, kept by adding and subtracting what each operation says it moves, and nothing else.
#[derive(Default)]
struct Model {
    /// What each offer asks for, and in percent what its seller gets.
    offers: Vec<(AccountId, AgreementId, Balance, Balance)>,
    /// Who holds each voucher, or bought it if its NFT is burned; what was paid; whether it is settled.
    vouchers: Vec<(ModelVoucher, bool)>,
    wallets: BTreeMap<AccountId, Balance>,
    claimable: BTreeMap<AccountId, Balance>,
    held: BTreeMap<AgreementId, Balance>,
    cover: BTreeMap<AgreementId, Balance>,
    /// Everything ever paid in, released, paid to sellers and paid back.
    flows: [Balance; 4],
    /// The latest stars by (seller, buyer), of those that count.
    stars: BTreeMap<(AccountId, AccountId), u8>,
}

#[derive(Clone)]
struct ModelVoucher {
    offer: usize,
    buyer: AccountId,
    holder: Option<AccountId>,
    paid: Balance,
}

impl Model {
    fn new() -> Self {
        let wallets = PEOPLE.into_iter().map(|who| (who, Balances::total_balance(&who))).collect();
        let claimable = Claimables::iter().map(|((_, who), amount)| (who, amount)).collect();
        Self { wallets, claimable, ..Default::default() }
    }

    /// Follows an operation that has succeeded.
    fn follow(&mut self, op: &Op) {
        match *op {
            Op::List { who, other, price, share, .. } => {
                let agreement = if other { OTHER_AGREEMENT } else { AGREEMENT };
                self.offers.push((who, agreement, price, share.into()));
            }
            Op::Redeem { who, offer, quantity, claimable } => {
                let offer = offer as usize;
                let (_, agreement, price, _) = self.offers[offer];
                let paid = price * Balance::from(quantity);
                let purses = if claimable { &mut self.claimable } else { &mut self.wallets };
                *purses.get_mut(&who).unwrap() -= paid;
                *self.held.entry(agreement).or_default() += paid;
                self.flows[0] += paid;
                self.vouchers.push((ModelVoucher { offer, buyer: who, holder: Some(who), paid }, false));
            }
            Op::Fulfil { voucher, .. } | Op::Confirm { voucher, .. } => {
                let ModelVoucher { offer, paid, .. } = self.end(voucher);
                let (seller, agreement, _, percent) = self.offers[offer];
                let share = paid * percent / 100;
                *self.wallets.get_mut(&seller).unwrap() += share;
                *self.cover.entry(agreement).or_default() += paid - share;
                self.flows[1] += paid - share;
                self.flows[2] += share;
            }
            Op::Refund { voucher, .. } | Op::Cancel { voucher, .. } => {
                let ModelVoucher { buyer, holder, paid, .. } = self.end(voucher);
                *self.wallets.get_mut(&holder.unwrap_or(buyer)).unwrap() += paid;
                self.flows[3] += paid;
            }
            Op::Rate { who, voucher, stars } => {
                let (seller, ..) = self.offers[self.vouchers[voucher as usize].0.offer];
                self.stars.insert((seller, who), stars);
            }
            Op::Transfer { voucher, to } => self.vouchers[voucher as usize].0.holder = Some(to),
            Op::Burn { voucher } => self.vouchers[voucher as usize].0.holder = None,
            _ => {}
        }
    }

    fn end(&mut self, voucher: VoucherId) -> ModelVoucher {
        let (voucher, settled) = &mut self.vouchers[voucher as usize];
        assert!(!*settled, "a voucher ends once");
        *settled = true;
        let (_, agreement, ..) = self.offers[voucher.offer];
        *self.held.get_mut(&agreement).unwrap() -= voucher.paid;
        voucher.clone()
    }

    fn check(&self) {
        for (who, wallet) in &self.wallets {
            assert_eq!(Balances::total_balance(who), *wallet, "wallet of {who}");
            assert_eq!(Claimables::get((OTHER_AGREEMENT, *who)), self.claimable.get(who).copied().unwrap_or(0));
        }
        for agreement in [AGREEMENT, OTHER_AGREEMENT] {
            assert_eq!(Held::get(agreement), self.held.get(&agreement).copied().unwrap_or(0), "held back");
            assert_eq!(Cover::get(agreement), self.cover.get(&agreement).copied().unwrap_or(0), "cover");
        }
        let [paid_in, released, to_sellers, refunded] = self.flows;
        assert_eq!(paid_in, released + to_sellers + refunded + self.held.values().sum::<Balance>());
        for seller in PEOPLE {
            let rating = SellerRecords::<Test>::get(seller).rating;
            let stars = self.stars.iter().filter(|((of, _), _)| *of == seller).map(|(_, stars)| u64::from(*stars));
            assert_eq!((u64::from(rating.count), rating.stars), (stars.clone().count() as u64, stars.sum()));
        }
    }
}

/// Plays `ops`; what fails changes nothing, what succeeds changes what the model says.
fn play(ops: Vec<(Op, bool)>, check: impl Fn()) {
    for who in [ALICE, BOB, PROVIDER, PARTNER] {
        owe(OTHER_AGREEMENT, who, 20_000);
    }
    OffersCap::set(6);
    for round in [period(0, Outcome::Missed), period(1, Outcome::Missed), period(2, Outcome::Met)] {
        Customers::insert((round, BOB), ());
    }
    let mut model = Model::new();
    for (op, aimed) in ops {
        let op = if aimed { aim(op) } else { op };
        let root = sp_io::storage::root(StateVersion::V1);
        if !apply(&op) {
            assert_eq!(root, sp_io::storage::root(StateVersion::V1), "a failing call has left traces");
            continue;
        }
        model.follow(&op);
        model.check();
        check_everything();
        check();
    }
    settle_everything();
    assert_eq!(Held::iter_values().sum::<Balance>(), 0);
}

const SELLERS: &[AccountId] = &[PROVIDER, PROVIDER, PROVIDER, PARTNER, PARTNER, OTHER_PROVIDER, ALICE];
const BUYERS: &[AccountId] = &[ALICE, BOB, PROVIDER, PARTNER];
/// A provider and its partner, who only trade with each other.
const RING: &[AccountId] = &[PROVIDER, PARTNER];

fn wealth(accounts: &[AccountId]) -> Balance {
    accounts.iter().map(|who| Balances::total_balance(who) + Claimables::get((OTHER_AGREEMENT, *who))).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Money in = released + to sellers + paid back + held back, whatever is called in whatever order; a voucher ends
    /// once and stays as it ended; failing calls change nothing.
    #[test]
    fn money_should_be_conserved_when_calls_come_in_any_order(ops in ops(SELLERS, BUYERS)) {
        build_and_execute(|| {
            authorize();
            play(ops, || ());
        });
    }

    /// Sellers that redeem their own offers, and each other's, never have more than before: neither in their wallets
    /// nor claimable. What they do not have is held back or cover. Their trades with themselves are no track record.
    #[test]
    fn ring_of_sellers_should_gain_nothing_when_it_trades_with_itself(ops in ops(RING, RING)) {
        build_and_execute(|| {
            authorize();
            // Their claimable money is owed by somebody else: it is theirs from the begin.
            let begin = wealth(RING) + 2 * 20_000;
            play(ops, || {
                let gone: Balance = Held::iter_values().chain(Cover::iter_values()).sum();
                assert_eq!(wealth(RING) + gone, begin);
                assert_eq!(SellerRecords::<Test>::get(PARTNER), Default::default());
            });
        });
    }
}

/// Whatever came before, every voucher can be ended, and every deposit returned.
fn settle_everything() {
    Now::mutate(|now| *now += 12_000);
    let open: Vec<_> = Vouchers::<Test>::iter().filter(|(_, v)| v.state == VoucherState::Issued).collect();
    for (id, voucher) in open {
        let holder = Nfts::get(id).map_or(voucher.buyer, |(owner, ..)| owner);
        assert_ok!(Marketplace::refund(signed(holder), id));
    }
    let left: Vec<_> = Offers::<Test>::iter_keys().collect();
    for id in left {
        assert_ok!(plain(Marketplace::remove_expired(signed(STRANGER), id)));
    }
    let partners: Vec<_> = Partners::<Test>::iter().collect();
    for (agreement, merchant, partner) in partners {
        assert_ok!(Marketplace::revoke_partner(signed(partner.provider), agreement, merchant));
    }
    let credentials: Vec<_> = Credentials::<Test>::iter_keys().collect();
    for (owner, round) in credentials {
        assert_ok!(Marketplace::burn_credential(signed(owner), round));
    }
    for who in PEOPLE {
        assert_eq!(Balances::total_balance(&who), free(who), "a deposit of {who} was not returned");
    }
    assert_eq!((Offers::<Test>::iter().count(), OfferCount::<Test>::iter().count()), (0, 0));
}
