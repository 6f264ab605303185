// SPDX-License-Identifier: Apache-2.0

//! The marketplace: offers, vouchers, partners, ratings, credentials.

use super::{accounts::Reason, verdict::part, AccountId, Model, Outcome, DAY};
use dsla_primitives::{
    api::Phase,
    market::{OfferKind, Rating, RatingSum, SellerRecord, VoucherState},
    traits::PaymentSource,
    verdict::Outcome as PeriodOutcome,
    AgreementId, Balance, Moment, RoundId,
};
use sp_core::H256;
use sp_runtime::Perbill;
use std::collections::BTreeMap;

/// The longest a seller may take.
const MAX_FULFILMENT: Moment = 90 * DAY;
/// For how long a voucher can be rated.
const RATING_WINDOW: Moment = 30 * DAY;
/// The most offers of a seller, and partners of an agreement.
const MOST: (usize, usize) = (100, 32);

/// What a seller chooses.
#[derive(Clone, Debug)]
pub struct Listing {
    /// What it is about.
    pub kind: OfferKind,
    /// Its name.
    pub name: Vec<u8>,
    /// Price of a piece.
    pub price: Balance,
    /// Pieces.
    pub stock: u32,
    /// Pieces for an account.
    pub limit: u32,
    /// When it expires.
    pub expiry: Moment,
    /// The hash of its terms.
    pub hash: H256,
    /// How long the seller may take.
    pub fulfil_within: Moment,
    /// The seller's share.
    pub seller_share: Perbill,
}

/// An offer.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Whose.
    pub seller: AccountId,
    /// For which pool.
    pub agreement: AgreementId,
    /// What.
    pub listing: Listing,
    /// Vouchers that have not ended.
    pub outstanding: u32,
    /// Whether it was taken back.
    pub withdrawn: bool,
}

/// A voucher.
#[derive(Clone, Debug)]
pub struct Voucher {
    /// From which offer.
    pub offer: u64,
    /// Who has to fulfil.
    pub seller: AccountId,
    /// Who redeemed.
    pub buyer: AccountId,
    /// Who holds the NFT; nobody when it was burned.
    pub holder: Option<AccountId>,
    /// Whether it can never change hands.
    pub soul_bound: bool,
    /// Whether the buyer is a stranger.
    pub counts: bool,
    /// Pieces.
    pub quantity: u32,
    /// What was paid.
    pub paid: Balance,
    /// The seller's part.
    pub to_seller: Balance,
    /// When the seller's time is over.
    pub fulfil_by: Moment,
    /// Where it stands.
    pub state: VoucherState,
    /// Since when it has ended.
    pub settled_at: Moment,
    /// How it was rated.
    pub stars: Option<u8>,
}

/// Everything on the marketplace.
#[derive(Clone, Default)]
pub struct Market {
    /// Offers by id.
    pub offers: BTreeMap<u64, Offer>,
    /// How many there ever were.
    pub offer_count: u64,
    /// Vouchers by id.
    pub vouchers: Vec<Voucher>,
    /// Pieces by offer and account.
    pub redeemed: BTreeMap<(u64, AccountId), u32>,
    /// Partners by agreement, and who has authorized them.
    pub partners: BTreeMap<(u64, AccountId), AccountId>,
    /// What buyers think of offers.
    pub ratings: BTreeMap<u64, RatingSum>,
    /// The latest rating of an offer by an account.
    pub of_offer: BTreeMap<(u64, AccountId), Rating>,
    /// The latest rating of a seller by an account.
    pub of_seller: BTreeMap<(AccountId, AccountId), Rating>,
    /// Track records.
    pub records: BTreeMap<AccountId, SellerRecord>,
    /// Credentials.
    pub credentials: BTreeMap<(AccountId, RoundId), u32>,
    /// How many there ever were.
    pub credential_count: u32,
}

impl Model {
    fn may_sell(&self, id: AgreementId, who: &AccountId) -> Outcome {
        let is_partner = self.market.partners.contains_key(&(id.0, who.clone()));
        if self.agreement(id)?.provider == *who || is_partner {
            Ok(())
        } else {
            Err("may not sell")
        }
    }

    fn on_sale(&self, offer: u64) -> Outcome<&Offer> {
        let on_sale = |offer: &&Offer| !offer.withdrawn && self.now() < offer.listing.expiry;
        self.market.offers.get(&offer).filter(on_sale).ok_or("not on sale")
    }

    pub(crate) fn list_offer(&mut self, who: &AccountId, id: AgreementId, listing: &Listing) -> Outcome {
        self.may_sell(id, who)?;
        if self.agreement(id)?.is_over() {
            return Err("the agreement is over");
        }
        let Listing { name, price, stock, limit, expiry, fulfil_within, seller_share, .. } = listing;
        let sound = !name.is_empty()
            && std::str::from_utf8(name).is_ok()
            && *price > 0
            && *stock > 0
            && *limit > 0
            && *expiry > self.now()
            && (1..=MAX_FULFILMENT).contains(fulfil_within)
            && *seller_share <= self.params.max_seller_share;
        if !sound {
            return Err("unsound");
        }
        if let OfferKind::Bundle(parts) = &listing.kind {
            if parts.is_empty() {
                return Err("an empty bundle");
            }
            for (at, part) in parts.iter().enumerate() {
                let other = self.on_sale(part.offer.0)?;
                let again = parts[..at].iter().any(|before| before.offer == part.offer);
                let foreign = other.seller != *who || other.agreement != id;
                if part.quantity == 0 || again || foreign || matches!(other.listing.kind, OfferKind::Bundle(_)) {
                    return Err("an unsound part");
                }
            }
        }
        if self.market.offers.values().filter(|offer| offer.seller == *who).count() >= MOST.0 {
            return Err("too many offers");
        }
        self.accounts.hold(who, Reason::Offer, self.facts.deposits[0])?;
        let offer =
            Offer { seller: who.clone(), agreement: id, listing: listing.clone(), outstanding: 0, withdrawn: false };
        self.market.offers.insert(self.market.offer_count, offer);
        self.market.offer_count += 1;
        Ok(())
    }

    pub(crate) fn restock(&mut self, who: &AccountId, id: u64, added: u32) -> Outcome {
        let offer = self.on_sale(id)?;
        self.may_sell(offer.agreement, who)?;
        let stock = offer.listing.stock.checked_add(added).filter(|_| added > 0 && offer.seller == *who);
        let stock = stock.ok_or("nothing, too much, or not the seller")?;
        self.market.offers.get_mut(&id).expect("it is there").listing.stock = stock;
        Ok(())
    }

    fn take_back(&mut self, id: u64) -> Outcome {
        let offer = self.market.offers.get_mut(&id).filter(|offer| !offer.withdrawn).ok_or("withdrawn already")?;
        offer.withdrawn = true;
        self.tidy(id);
        Ok(())
    }

    /// Removes an offer that nobody needs any more.
    fn tidy(&mut self, id: u64) {
        if self.market.offers.get(&id).is_some_and(|offer| offer.withdrawn && offer.outstanding == 0) {
            let offer = self.market.offers.remove(&id).expect("it is there");
            self.accounts.release(&offer.seller, Reason::Offer, self.facts.deposits[0]);
        }
    }

    pub(crate) fn withdraw_offer(&mut self, who: &AccountId, id: u64) -> Outcome {
        self.market.offers.get(&id).filter(|offer| offer.seller == *who).ok_or("not the seller")?;
        self.take_back(id)
    }

    pub(crate) fn delist(&mut self, who: &AccountId, id: u64) -> Outcome {
        let agreement = self.market.offers.get(&id).ok_or("no offer")?.agreement;
        if self.agreement(agreement)?.provider != *who {
            return Err("not the provider");
        }
        self.take_back(id)
    }

    pub(crate) fn remove_expired(&mut self, id: u64) -> Outcome {
        let offer = self.market.offers.get(&id).ok_or("no offer")?;
        if self.now() < offer.listing.expiry || offer.outstanding > 0 {
            return Err("not expired, or vouchers remain");
        }
        self.take_back(id)
    }

    pub(crate) fn clear_counters(&mut self, id: u64, limit: u32) -> Outcome {
        let keys: Vec<_> = self.market.redeemed.keys().filter(|(offer, _)| *offer == id).cloned().collect();
        if self.market.offers.contains_key(&id) || keys.is_empty() || limit == 0 {
            return Err("nothing to clear");
        }
        for key in keys.iter().take(limit.min(100) as usize) {
            self.market.redeemed.remove(key);
        }
        Ok(())
    }

    pub(crate) fn redeem(
        &mut self,
        who: &AccountId,
        id: u64,
        quantity: u32,
        max_price: Balance,
        source: PaymentSource,
        hash: H256,
    ) -> Outcome {
        let now = self.now();
        let offer = self.on_sale(id)?.clone();
        let agreement = self.agreement(offer.agreement)?;
        let provider = agreement.provider.clone();
        let Listing { ref kind, price, stock, limit, fulfil_within, seller_share, .. } = offer.listing;
        if !agreement.runs() || quantity == 0 || price > max_price || offer.listing.hash != hash || quantity > stock {
            return Err("not like this");
        }
        let before = self.market.redeemed.get(&(id, who.clone())).copied().unwrap_or(0);
        let redeemed = before.checked_add(quantity).filter(|sum| *sum <= limit).ok_or("over the limit")?;
        let paid = price.checked_mul(quantity.into()).ok_or("too much")?;
        let mut soul_bound = *kind == OfferKind::Trophy;
        let mut taken = Vec::new();
        for part in kind.parts() {
            let other = self.on_sale(part.offer.0)?;
            let pieces = part.quantity.checked_mul(quantity).filter(|pieces| *pieces <= other.listing.stock);
            taken.push((part.offer.0, pieces.ok_or("too few of a part")?));
            soul_bound |= other.listing.kind == OfferKind::Trophy;
        }
        self.hold_back(offer.agreement, who, source, paid)?;
        for (other, pieces) in taken {
            self.market.offers.get_mut(&other).expect("it is there").listing.stock -= pieces;
        }
        let stored = self.market.offers.get_mut(&id).expect("it is there");
        stored.listing.stock -= quantity;
        stored.outstanding += 1;
        self.market.redeemed.insert((id, who.clone()), redeemed);
        self.market.vouchers.push(Voucher {
            offer: id,
            counts: *who != offer.seller && *who != provider,
            seller: offer.seller,
            buyer: who.clone(),
            holder: Some(who.clone()),
            soul_bound,
            quantity,
            paid,
            to_seller: part(paid, seller_share),
            fulfil_by: now + fulfil_within,
            state: VoucherState::Issued,
            settled_at: 0,
            stars: None,
        });
        self.see("redeemed");
        Ok(())
    }

    fn issued(&self, id: u32) -> Outcome<Voucher> {
        let issued = |voucher: &&Voucher| voucher.state == VoucherState::Issued;
        self.market.vouchers.get(id as usize).filter(issued).cloned().ok_or("not issued")
    }

    fn end_voucher(&mut self, id: u32, state: VoucherState) {
        let now = self.now();
        let voucher = &mut self.market.vouchers[id as usize];
        (voucher.state, voucher.settled_at) = (state, now);
        let voucher = voucher.clone();
        if voucher.counts {
            let record = self.market.records.entry(voucher.seller).or_default();
            match state {
                VoucherState::Fulfilled => record.fulfilled += 1,
                VoucherState::Refunded => record.refunded += 1,
                VoucherState::Issued => {}
            }
        }
        self.market.offers.get_mut(&voucher.offer).expect("it outlives its vouchers").outstanding -= 1;
        self.tidy(voucher.offer);
    }

    fn fulfilled(&mut self, id: u32, voucher: &Voucher) -> Outcome {
        let agreement = self.market.offers[&voucher.offer].agreement;
        if voucher.to_seller > 0 {
            self.refund_held_back(agreement, &voucher.seller, voucher.to_seller)?;
            self.see("seller's share");
        }
        self.release_held_back(agreement, voucher.paid - voucher.to_seller).expect("at least half is the pool's");
        self.end_voucher(id, VoucherState::Fulfilled);
        self.see("fulfilled");
        Ok(())
    }

    fn paid_back(&mut self, id: u32, voucher: &Voucher) -> Outcome {
        let agreement = self.market.offers[&voucher.offer].agreement;
        let to = voucher.holder.as_ref().unwrap_or(&voucher.buyer);
        self.refund_held_back(agreement, to, voucher.paid)?;
        self.market.vouchers[id as usize].holder = None;
        let key = (voucher.offer, voucher.buyer.clone());
        let left = self.market.redeemed[&key] - voucher.quantity;
        if left > 0 {
            self.market.redeemed.insert(key, left);
        } else {
            self.market.redeemed.remove(&key);
        }
        self.end_voucher(id, VoucherState::Refunded);
        self.see("voucher refunded");
        Ok(())
    }

    pub(crate) fn fulfil(&mut self, who: &AccountId, id: u32) -> Outcome {
        let voucher = self.issued(id)?;
        if voucher.seller == *who {
            self.fulfilled(id, &voucher)
        } else {
            Err("not the seller")
        }
    }

    pub(crate) fn confirm(&mut self, who: &AccountId, id: u32) -> Outcome {
        let voucher = self.issued(id)?;
        let holds = voucher.holder.as_ref().unwrap_or(&voucher.buyer) == who;
        if holds {
            self.fulfilled(id, &voucher)
        } else {
            Err("not the holder")
        }
    }

    pub(crate) fn refund_voucher(&mut self, who: &AccountId, id: u32) -> Outcome {
        let voucher = self.issued(id)?;
        let holds = voucher.holder.as_ref().unwrap_or(&voucher.buyer) == who;
        if holds && self.now() >= voucher.fulfil_by {
            self.paid_back(id, &voucher)
        } else {
            Err("not the holder, or early")
        }
    }

    pub(crate) fn cancel_voucher(&mut self, who: &AccountId, id: u32) -> Outcome {
        let voucher = self.issued(id)?;
        if voucher.seller == *who {
            self.paid_back(id, &voucher)
        } else {
            Err("not the seller")
        }
    }

    pub(crate) fn rate(&mut self, who: &AccountId, id: u32, stars: u8) -> Outcome {
        let voucher = self.market.vouchers.get(id as usize).ok_or("no voucher")?.clone();
        let refilled = voucher.paid - voucher.to_seller;
        let may = voucher.state == VoucherState::Fulfilled
            && voucher.buyer == *who
            && voucher.counts
            && voucher.stars.is_none()
            && self.now() < voucher.settled_at + RATING_WINDOW
            && refilled >= self.params.min_rated_refill
            && (1..=5).contains(&stars);
        if !may {
            return Err("no rating");
        }
        let rating = Rating { stars, refilled };
        let old = self.market.of_offer.insert((voucher.offer, who.clone()), rating);
        count(self.market.ratings.entry(voucher.offer).or_default(), old, rating);
        let old = self.market.of_seller.insert((voucher.seller.clone(), who.clone()), rating);
        count(&mut self.market.records.entry(voucher.seller).or_default().rating, old, rating);
        self.market.vouchers[id as usize].stars = Some(stars);
        self.see("rated");
        Ok(())
    }

    pub(crate) fn authorize_partner(&mut self, who: &AccountId, id: AgreementId, merchant: &AccountId) -> Outcome {
        let agreement = self.agreement(id)?;
        let key = (id.0, merchant.clone());
        let count = self.market.partners.keys().filter(|(of, _)| *of == id.0).count();
        if agreement.provider != *who
            || agreement.is_over()
            || merchant == who
            || self.market.partners.contains_key(&key)
            || count >= MOST.1
        {
            return Err("not like this");
        }
        self.accounts.hold(who, Reason::Partner, self.facts.deposits[1])?;
        self.market.partners.insert(key, who.clone());
        Ok(())
    }

    pub(crate) fn revoke_partner(&mut self, who: &AccountId, id: AgreementId, merchant: &AccountId) -> Outcome {
        let key = (id.0, merchant.clone());
        self.market.partners.get(&key).filter(|provider| *provider == who).ok_or("no partner")?;
        self.market.partners.remove(&key);
        self.accounts.release(who, Reason::Partner, self.facts.deposits[1]);
        Ok(())
    }

    pub(crate) fn mint_breach_credential(&mut self, who: &AccountId, round: RoundId) -> Outcome {
        let line = self.agreement(round.agreement)?.log.get(round.period as usize).ok_or("no verdict")?;
        let missed = matches!(line.phase, Phase::Final { .. }) && line.verdict.outcome == PeriodOutcome::Missed;
        let key = (who.clone(), round);
        if !missed || !self.is_customer(round, who) || self.market.credentials.contains_key(&key) {
            return Err("not missed, no customer, or minted already");
        }
        self.accounts.hold(who, Reason::Credential, self.facts.deposits[2])?;
        self.market.credentials.insert(key, self.market.credential_count);
        self.market.credential_count += 1;
        self.see("credential");
        Ok(())
    }

    pub(crate) fn burn_credential(&mut self, who: &AccountId, round: RoundId) -> Outcome {
        self.market.credentials.remove(&(who.clone(), round)).ok_or("no credential")?;
        self.accounts.release(who, Reason::Credential, self.facts.deposits[2]);
        Ok(())
    }

    /// Root burns a voucher.
    pub(crate) fn burn_voucher(&mut self, id: u32) -> Outcome {
        let holder = self.market.vouchers.get(id as usize).and_then(|voucher| voucher.holder.clone());
        self.pass_voucher(&holder.ok_or("no voucher")?, id, None)
    }

    /// The holder of a voucher passes it on, or burns it.
    pub(crate) fn pass_voucher(&mut self, who: &AccountId, id: u32, to: Option<&AccountId>) -> Outcome {
        let may = |voucher: &&mut Voucher| voucher.holder.as_ref() == Some(who) && !voucher.soul_bound;
        let voucher = self.market.vouchers.get_mut(id as usize).filter(may).ok_or("not the holder, or soul-bound")?;
        voucher.holder = to.cloned();
        Ok(())
    }
}

fn count(sum: &mut RatingSum, old: Option<Rating>, new: Rating) {
    if let Some(old) = old {
        sum.stars -= u64::from(old.stars);
        sum.refilled -= old.refilled;
    } else {
        sum.count += 1;
    }
    sum.stars += u64::from(new.stars);
    sum.refilled += new.refilled;
}
