// SPDX-License-Identifier: Apache-2.0

//! Every state × call × role.

use super::*;
use VoucherState::*;

/// What a cell of a table expects.
type Expected<State> = Result<State, Error>;

/// The seller, who redeemed, who holds the NFT, and somebody else.
const ROLES: [AccountId; 4] = [PROVIDER, ALICE, BOB, STRANGER];

#[derive(Clone, Copy, Debug)]
enum VoucherCall {
    Fulfil,
    Refund,
    Cancel,
}

/// A voucher in `state`, bought by Alice and held by Bob.
fn voucher_in(state: VoucherState) -> VoucherId {
    let voucher = redeemed(ALICE, listed(listing()), 1);
    transfer(voucher, BOB);
    match state {
        Issued => {}
        Fulfilled => {
            assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
        }
        Refunded => {
            assert_ok!(Marketplace::cancel_voucher(signed(PROVIDER), voucher));
        }
    }
    voucher
}

#[test]
fn vouchers_should_follow_the_table() {
    use VoucherCall::*;
    let no = || Err(Error::NotAuthorized);
    let end = || Err(Error::WrongState);
    // state, overdue?, call, what happens to [seller, buyer, holder, stranger]
    let table: [(VoucherState, bool, VoucherCall, [Expected<VoucherState>; 4]); 18] = [
        (Issued, false, Fulfil, [Ok(Fulfilled), no(), no(), no()]),
        (Issued, true, Fulfil, [Ok(Fulfilled), no(), no(), no()]),
        (Issued, false, Refund, [no(), no(), Err(Error::TooEarly), no()]),
        (Issued, true, Refund, [no(), no(), Ok(Refunded), no()]),
        (Issued, false, Cancel, [Ok(Refunded), no(), no(), no()]),
        (Issued, true, Cancel, [Ok(Refunded), no(), no(), no()]),
        (Fulfilled, false, Fulfil, [end(), end(), end(), end()]),
        (Fulfilled, true, Fulfil, [end(), end(), end(), end()]),
        (Fulfilled, false, Refund, [end(), end(), end(), end()]),
        (Fulfilled, true, Refund, [end(), end(), end(), end()]),
        (Fulfilled, false, Cancel, [end(), end(), end(), end()]),
        (Fulfilled, true, Cancel, [end(), end(), end(), end()]),
        (Refunded, false, Fulfil, [end(), end(), end(), end()]),
        (Refunded, true, Fulfil, [end(), end(), end(), end()]),
        (Refunded, false, Refund, [end(), end(), end(), end()]),
        (Refunded, true, Refund, [end(), end(), end(), end()]),
        (Refunded, false, Cancel, [end(), end(), end(), end()]),
        (Refunded, true, Cancel, [end(), end(), end(), end()]),
    ];
    for (before, overdue, call, cells) in table {
        for (who, expected) in ROLES.into_iter().zip(cells) {
            build_and_execute(|| {
                let voucher = voucher_in(before);
                if overdue {
                    Now::set(START + FULFIL_WITHIN);
                }
                let act = || match call {
                    Fulfil => Marketplace::fulfil(signed(who), voucher),
                    Refund => Marketplace::refund(signed(who), voucher),
                    Cancel => Marketplace::cancel_voucher(signed(who), voucher),
                };
                let cell = format!("{before:?}, overdue: {overdue}, {call:?} by {who}");
                match expected {
                    Ok(after) => {
                        let events = own_events();
                        assert_eq!(act(), Ok(()), "{cell}");
                        assert_eq!(state(voucher), after, "{cell}");
                        assert_eq!(own_events(), events + 1, "{cell}");
                    }
                    Err(error) => {
                        assert_noop!(act(), error);
                    }
                }
            });
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum OfferState {
    Listed,
    Expired,
    WithdrawnWithVoucher,
    Removed,
}

#[derive(Clone, Copy, Debug)]
enum OfferCall {
    Restock,
    Withdraw,
    Redeem,
    ClearCounters,
}

/// An offer of the provider in `state`, of which Bob has redeemed a piece.
fn offer_in(state: OfferState) -> OfferId {
    let offer = listed(listing());
    let voucher = redeemed(BOB, offer, 1);
    if state == OfferState::Expired {
        Now::set(EXPIRY);
    }
    if matches!(state, OfferState::WithdrawnWithVoucher | OfferState::Removed) {
        assert_ok!(Marketplace::withdraw_offer(signed(PROVIDER), offer));
    }
    if state == OfferState::Removed {
        assert_ok!(Marketplace::fulfil(signed(PROVIDER), voucher));
    }
    offer
}

#[test]
fn offers_should_follow_the_table() {
    use OfferCall::*;
    use OfferState::*;
    let ok = || Ok(());
    let no = || Err(Error::NotAuthorized);
    let all = |error: fn() -> Error| [Err(error()), Err(error()), Err(error()), Err(error())];
    // state, call, what happens to [seller, a newcomer, a buyer, another provider]
    let roles = [PROVIDER, ALICE, BOB, OTHER_PROVIDER];
    let table: [(OfferState, OfferCall, [Expected<()>; 4]); 16] = [
        (Listed, Restock, [ok(), no(), no(), no()]),
        (Listed, Withdraw, [ok(), no(), no(), no()]),
        (Listed, Redeem, [ok(), ok(), ok(), ok()]),
        (Listed, ClearCounters, all(|| Error::OfferNotRemoved)),
        (Expired, Restock, [Err(Error::OfferExpired), no(), no(), no()]),
        (Expired, Withdraw, [ok(), no(), no(), no()]),
        (Expired, Redeem, all(|| Error::OfferExpired)),
        (Expired, ClearCounters, all(|| Error::OfferNotRemoved)),
        (WithdrawnWithVoucher, Restock, [Err(Error::OfferWithdrawn), no(), no(), no()]),
        (WithdrawnWithVoucher, Withdraw, [Err(Error::OfferWithdrawn), no(), no(), no()]),
        (WithdrawnWithVoucher, Redeem, all(|| Error::OfferWithdrawn)),
        (WithdrawnWithVoucher, ClearCounters, all(|| Error::OfferNotRemoved)),
        (Removed, Restock, all(|| Error::OfferNotFound)),
        (Removed, Withdraw, all(|| Error::OfferNotFound)),
        (Removed, Redeem, all(|| Error::OfferNotFound)),
        (Removed, ClearCounters, [ok(), ok(), ok(), ok()]),
    ];
    for (before, call, cells) in table {
        for (who, expected) in roles.into_iter().zip(cells) {
            build_and_execute(|| {
                let offer = offer_in(before);
                let act = || -> DispatchResult {
                    match call {
                        Restock => Marketplace::restock(signed(who), offer, 1),
                        Withdraw => Marketplace::withdraw_offer(signed(who), offer),
                        Redeem => redeem(who, offer, 1),
                        ClearCounters => {
                            Marketplace::clear_counters(signed(who), offer, 1).map(|_| ()).map_err(|error| error.error)
                        }
                    }
                };
                match expected {
                    Ok(()) => {
                        let events = own_events();
                        assert_eq!(act(), Ok(()), "{before:?}, {call:?} by {who}");
                        assert_eq!(own_events(), events + 1, "{before:?}, {call:?} by {who}");
                    }
                    Err(error) => {
                        assert_noop!(act(), error);
                    }
                }
            });
        }
    }
}
