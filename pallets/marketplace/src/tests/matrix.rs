// SPDX-License-Identifier: Apache-2.0

//! Every state × call × role.
//!
//! The tables in the README are the specification; the test plays every cell and compares. After a change on purpose,
//! `BLESS=1 cargo test -p pallet-marketplace matrix` writes them anew: read the difference before you commit it.

use super::*;
use sp_runtime::{traits::Dispatchable, StateVersion};
use std::{fmt::Write, fs};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
const BEGIN: &str = "<!-- Written by tests/matrix.rs. -->\n";
const END: &str = "<!-- End of what tests/matrix.rs writes. -->\n";

/// Tables of what happens in each of the states, to each call, by each role.
struct Table<'a> {
    title: &'a str,
    roles: &'a [(&'a str, AccountId)],
    states: &'a [(&'a str, fn())],
    calls: &'a [Call<Test>],
    /// What a success leads to.
    after: fn() -> String,
}

impl Table<'_> {
    fn write(&self, out: &mut String) {
        writeln!(out, "\n### {}\n", self.title).unwrap();
        let roles: Vec<_> = self.roles.iter().map(|(name, _)| *name).collect();
        writeln!(out, "| state | call | {} |", roles.join(" | ")).unwrap();
        writeln!(out, "|---|---|{}", "---|".repeat(roles.len())).unwrap();
        for (state, prepare) in self.states {
            for call in self.calls {
                let cells: Vec<_> = self.roles.iter().map(|(_, who)| self.cell(prepare, call, *who)).collect();
                writeln!(out, "| {state} | `{}` | {} |", call.get_call_name(), cells.join(" | ")).unwrap();
            }
        }
    }

    fn cell(&self, prepare: &fn(), call: &Call<Test>, who: AccountId) -> String {
        let mut cell = String::new();
        build_and_execute(|| {
            prepare();
            let (events, root) = (own_events(), sp_io::storage::root(StateVersion::V1));
            match RuntimeCall::Marketplace(call.clone()).dispatch(signed(who)) {
                Ok(_) => {
                    assert_eq!(own_events(), events + 1, "a change has one event");
                    cell = format!("**{}**", (self.after)());
                }
                Err(refused) => {
                    assert_eq!(sp_io::storage::root(StateVersion::V1), root, "what is refused changes nothing");
                    cell = <&'static str>::from(refused.error).into();
                }
            }
        });
        cell
    }
}

/// Voucher 0, of an offer of the partner, bought by Alice and held by Bob.
fn issued() {
    authorize();
    let offer = listed_by(PARTNER, listing());
    let voucher = redeemed(ALICE, offer, 1);
    transfer(voucher, BOB);
}

fn vouchers(out: &mut String) {
    let fulfilled = || {
        issued();
        assert_ok!(Marketplace::fulfil(signed(PARTNER), 0));
    };
    Table {
        title: "Vouchers",
        roles: &[
            ("seller", PARTNER),
            ("provider", PROVIDER),
            ("buyer", ALICE),
            ("holder", BOB),
            ("anyone else", STRANGER),
        ],
        states: &[
            ("issued", issued),
            ("issued, overdue", || {
                issued();
                Now::set(START + FULFIL_WITHIN);
            }),
            ("fulfilled", fulfilled),
            ("fulfilled, rated", || {
                authorize();
                let offer = listed_by(PARTNER, listing());
                let voucher = redeemed(ALICE, offer, 1);
                transfer(voucher, BOB);
                assert_ok!(Marketplace::fulfil(signed(PARTNER), voucher));
                assert_ok!(Marketplace::rate(signed(ALICE), voucher, 1));
            }),
            ("fulfilled, window over", || {
                issued();
                assert_ok!(Marketplace::fulfil(signed(PARTNER), 0));
                Now::set(START + RATING_WINDOW);
            }),
            ("refunded", || {
                issued();
                assert_ok!(Marketplace::cancel_voucher(signed(PARTNER), 0));
            }),
        ],
        calls: &[
            Call::fulfil { voucher: 0 },
            Call::confirm { voucher: 0 },
            Call::refund { voucher: 0 },
            Call::cancel_voucher { voucher: 0 },
            Call::rate { voucher: 0, stars: 5 },
        ],
        after: || match Vouchers::<Test>::get(0).unwrap() {
            voucher if voucher.stars.is_some() => "rated".into(),
            voucher => format!("{:?}", voucher.state).to_lowercase(),
        },
    }
    .write(out);
}

/// Offer 0, of the partner, of which Bob has redeemed voucher 0.
fn on_sale() {
    authorize();
    let offer = listed_by(PARTNER, listing());
    redeemed(BOB, offer, 1);
}

fn offers(out: &mut String) {
    let offer = OfferId(0);
    let redeem =
        Call::redeem { offer, quantity: 1, max_price: PRICE, source: PaymentSource::Wallet, terms_hash: TERMS };
    Table {
        title: "Offers",
        roles: &[
            ("seller, a partner", PARTNER),
            ("provider", PROVIDER),
            ("a buyer", BOB),
            ("anyone else", STRANGER),
            ("another provider", OTHER_PROVIDER),
        ],
        states: &[
            ("listed", on_sale),
            ("listed, seller no partner any more", || {
                on_sale();
                assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, PARTNER));
            }),
            ("listed, agreement ended", || {
                on_sale();
                set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Completed);
            }),
            ("expired, with vouchers", || {
                on_sale();
                Now::set(EXPIRY);
            }),
            ("expired, without", || {
                on_sale();
                assert_ok!(Marketplace::fulfil(signed(PARTNER), 0));
                Now::set(EXPIRY);
            }),
            ("withdrawn, with vouchers", || {
                on_sale();
                assert_ok!(Marketplace::withdraw_offer(signed(PARTNER), OfferId(0)));
            }),
            ("removed", || {
                on_sale();
                assert_ok!(Marketplace::fulfil(signed(PARTNER), 0));
                assert_ok!(Marketplace::withdraw_offer(signed(PARTNER), OfferId(0)));
            }),
        ],
        calls: &[
            Call::restock { offer, added: 1 },
            Call::withdraw_offer { offer },
            Call::delist { offer },
            redeem,
            Call::remove_expired { offer },
            Call::clear_counters { offer, limit: 1 },
        ],
        after: || match Offers::<Test>::get(OfferId(0)) {
            Some(offer) => format!("{:?}", offer.status).to_lowercase(),
            None if Redeemed::<Test>::iter_prefix(OfferId(0)).next().is_some() => "removed".into(),
            None => "cleared".into(),
        },
    }
    .write(out);
}

fn partners(out: &mut String) {
    let listing = listing();
    let list = Call::list_offer {
        agreement: AGREEMENT,
        kind: listing.kind,
        name: listing.name,
        price: listing.price,
        stock: listing.stock,
        limit: listing.limit,
        expiry: listing.expiry,
        document: listing.document,
        fulfil_within: listing.fulfil_within,
        seller_share: listing.seller_share,
    };
    Table {
        title: "Partners",
        roles: &[("provider", PROVIDER), ("the merchant", PARTNER), ("another provider", OTHER_PROVIDER)],
        states: &[
            ("no partner", || ()),
            ("partner", authorize),
            ("partner, agreement ended", || {
                authorize();
                set_status(AGREEMENT, dsla_primitives::traits::AgreementStatus::Completed);
            }),
            ("revoked", || {
                authorize();
                assert_ok!(Marketplace::revoke_partner(signed(PROVIDER), AGREEMENT, PARTNER));
            }),
        ],
        calls: &[
            Call::authorize_partner { agreement: AGREEMENT, merchant: PARTNER },
            Call::revoke_partner { agreement: AGREEMENT, merchant: PARTNER },
            list,
        ],
        after: || match (Offers::<Test>::iter().count(), Partners::<Test>::contains_key(AGREEMENT, PARTNER)) {
            (0, true) => "partner".into(),
            (0, false) => "revoked".into(),
            _ => "listed".into(),
        },
    }
    .write(out);
}

fn credentials(out: &mut String) {
    let round = RoundId::new(AGREEMENT, 0);
    Table {
        title: "Credentials",
        roles: &[("customer", ALICE), ("anyone else", STRANGER)],
        states: &[
            ("period not final", || Customers::insert((RoundId::new(AGREEMENT, 0), ALICE), ())),
            ("period met", || {
                period(0, Outcome::Met);
            }),
            ("period without data", || {
                period(0, Outcome::NoData);
            }),
            ("period missed", || {
                period(0, Outcome::Missed);
            }),
            ("minted", || {
                let round = period(0, Outcome::Missed);
                assert_ok!(Marketplace::mint_breach_credential(signed(ALICE), round));
            }),
        ],
        calls: &[Call::mint_breach_credential { round }, Call::burn_credential { round }],
        after: || match Credentials::<Test>::iter().count() {
            0 => "burned".into(),
            _ => "minted".into(),
        },
    }
    .write(out);
}

#[test]
fn calls_should_follow_the_tables_of_the_readme() {
    let mut played = String::new();
    vouchers(&mut played);
    offers(&mut played);
    partners(&mut played);
    credentials(&mut played);
    played.push('\n');

    let readme = fs::read_to_string(README).unwrap();
    let (head, rest) = readme.split_once(BEGIN).expect("the README says where the tables begin");
    let (written, tail) = rest.split_once(END).expect("the README says where the tables end");
    if std::env::var_os("BLESS").is_some() {
        fs::write(README, [head, BEGIN, &played, END, tail].concat()).unwrap();
        return;
    }
    for (written, played) in written.lines().zip(played.lines()) {
        assert_eq!(written, played, "the README says (left) what does not happen");
    }
    assert_eq!(written, played);
}
