// SPDX-License-Identifier: Apache-2.0

//! Sellers and buyers.

use super::{Plan, DSLA, MINUTE};
use crate::{
    model::{agreements::Agreement, market::Listing, AccountId, Model, DAY},
    ops::{By, Call, Op},
};
use dsla_primitives::{
    market::{OfferKind, Part, VoucherState},
    traits::PaymentSource,
    verdict::Outcome,
    AgreementId, OfferId, RoundId,
};
use frame_support::BoundedVec;
use sp_core::H256;
use sp_runtime::Perbill;

impl Plan {
    pub(super) fn trade(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        match self.dice.below(100) {
            0..12 => self.list(model, people),
            12..50 => self.redeem(model, people),
            50..85 => self.voucher(model, people),
            85..90 => {
                let (id, agreement) = self.agreement(model, |agreement| !agreement.is_over())?;
                let provider = self.number_of(people, &agreement.provider)?;
                let merchant = self.somebody();
                let call = if self.dice.chance(70) {
                    Call::AuthorizePartner(id, merchant)
                } else {
                    Call::RevokePartner(id, merchant)
                };
                Some(Op { by: By::Signed(provider), call })
            }
            90..95 => self.credential(model, people),
            _ => self.offer(model, people),
        }
    }

    fn list(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let (id, agreement) = self.agreement(model, Agreement::runs)?;
        let partners: Vec<&AccountId> =
            model.market.partners.keys().filter(|(of, _)| *of == id.0).map(|(_, who)| who).collect();
        let seller = match self.dice.pick(&partners).copied() {
            Some(partner) if self.dice.chance(50) => partner.clone(),
            _ => agreement.provider.clone(),
        };
        let own: Vec<u64> = model
            .market
            .offers
            .iter()
            .filter(|(_, offer)| offer.seller == seller && offer.agreement == id)
            .map(|(offer, _)| *offer)
            .collect();
        let kind = match self.dice.below(4) {
            0 => OfferKind::Trophy,
            1 if !own.is_empty() => {
                let count = 1 + self.dice.below(3);
                let mut parts: Vec<Part> = Vec::new();
                for _ in 0..count {
                    let offer = OfferId(*self.dice.pick(&own)?);
                    parts.push(Part { offer, quantity: 1 + self.dice.below(2) as u32 });
                }
                OfferKind::Bundle(BoundedVec::truncate_from(parts))
            }
            _ => OfferKind::Promotion,
        };
        let scale = *self.dice.pick(&[30, agreement.terms().pricing.unit_price, DSLA, 5 * DSLA])?;
        let listing = Listing {
            kind,
            name: b"a week for free".to_vec(),
            price: if self.dice.chance(98) { 1 + self.dice.upto(scale) } else { 0 },
            stock: 1 + self.dice.below(20) as u32,
            limit: 1 + self.dice.below(8) as u32,
            expiry: model.now() + self.dice.between(MINUTE, 5 * DAY),
            hash: H256::repeat_byte(self.dice.below(3) as u8),
            fulfil_within: self.dice.between(MINUTE, DAY),
            seller_share: if self.dice.chance(50) {
                Perbill::zero()
            } else {
                Perbill::from_parts(self.dice.below(510_000_000) as u32)
            },
        };
        let seller = self.number_of(people, &seller)?;
        Some(Op { by: By::Signed(seller), call: Call::ListOffer(id, Box::new(listing)) })
    }

    fn redeem(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let offers: Vec<u64> = model
            .market
            .offers
            .iter()
            .filter(|(_, offer)| !offer.withdrawn && model.now() < offer.listing.expiry)
            .map(|(id, _)| *id)
            .collect();
        let id = *self.dice.pick(&offers)?;
        let offer = &model.market.offers[&id];
        let (mut who, mut source) = (self.somebody(), PaymentSource::Wallet);
        if self.dice.chance(50) {
            let earners: Vec<(u64, AccountId)> = model
                .pools
                .iter()
                .enumerate()
                .filter(|(_, pool)| !pool.closed)
                .flat_map(|(at, pool)| pool.ledgers.iter().map(move |(who, ledger)| (at, who, ledger)))
                .filter(|(_, _, ledger)| ledger.credit != Default::default())
                .map(|(at, who, _)| (at as u64, who.clone()))
                .collect();
            if let Some((from, earner)) = self.dice.pick(&earners) {
                who = self.number_of(people, earner)?;
                source = PaymentSource::Claimable(AgreementId(*from));
            }
        } else if self.dice.chance(5) {
            who = self.number_of(people, &offer.seller)?;
        }
        let max_price = if self.dice.chance(97) { offer.listing.price } else { offer.listing.price - 1 };
        let quantity = 1 + self.dice.below(3) as u32;
        let call = Call::Redeem { offer: id, quantity, max_price, source, hash: offer.listing.hash };
        Some(Op { by: By::Signed(who), call })
    }

    fn voucher(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let open: Vec<u32> = model
            .market
            .vouchers
            .iter()
            .enumerate()
            .filter(|(id, voucher)| voucher.state == VoucherState::Issued || id + 30 > model.market.vouchers.len())
            .map(|(id, _)| id as u32)
            .collect();
        let id = *self.dice.pick(&open)?;
        let voucher = &model.market.vouchers[id as usize];
        let holder = voucher.holder.as_ref().unwrap_or(&voucher.buyer);
        let (by, call) = match self.dice.below(100) {
            0..30 => (&voucher.seller, Call::Fulfil(id)),
            30..40 => (holder, Call::Confirm(id)),
            40..60 => (holder, Call::RefundVoucher(id)),
            60..68 => (&voucher.seller, Call::CancelVoucher(id)),
            68..78 => (holder, Call::PassVoucher(id, self.anybody())),
            78..80 => (holder, Call::BurnVoucher(id)),
            _ => (&voucher.buyer, Call::Rate(id, self.dice.below(7) as u8)),
        };
        Some(Op { by: By::Signed(self.number_of(people, by)?), call })
    }

    fn offer(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        let offers: Vec<u64> = model.market.offers.keys().copied().collect();
        let id = self.dice.pick(&offers).copied().unwrap_or(0);
        let gone = self.dice.below(model.market.offer_count + 1);
        let offer = model.market.offers.get(&id);
        let seller = offer.and_then(|offer| self.number_of(people, &offer.seller)).unwrap_or(0);
        let (by, call) = match self.dice.below(10) {
            0..4 => (seller, Call::Restock(id, 1 + self.dice.below(5) as u32)),
            4 => (seller, Call::WithdrawOffer(id)),
            5 => (self.dice.below(2) as usize, Call::Delist(id)),
            6..8 => (self.anybody(), Call::RemoveExpired(id)),
            _ => (self.anybody(), Call::ClearCounters(gone, 1 + self.dice.below(4) as u32)),
        };
        Some(Op { by: By::Signed(by), call })
    }

    fn credential(&mut self, model: &Model, people: &[AccountId]) -> Option<Op> {
        if let Some((who, round)) = model.market.credentials.keys().next().filter(|_| self.dice.chance(30)) {
            return Some(Op { by: By::Signed(self.number_of(people, who)?), call: Call::BurnCredential(*round) });
        }
        let (id, agreement) = self.agreement(model, |agreement| agreement.runs() && agreement.finalized > 0)?;
        let final_lines = agreement.log.iter().take(agreement.finalized as usize).enumerate();
        let missed: Vec<u32> = final_lines
            .filter(|(_, line)| line.verdict.outcome == Outcome::Missed)
            .map(|(period, _)| period as u32)
            .collect();
        let period = *self.dice.pick(&missed)?;
        let customers: Vec<&AccountId> = model.pools[id.0 as usize].ledgers.keys().collect();
        let customer = *self.dice.pick(&customers)?;
        let who = self.number_of(people, customer)?;
        Some(Op { by: By::Signed(who), call: Call::MintBreachCredential(RoundId::new(id, period)) })
    }
}
