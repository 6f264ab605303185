// SPDX-License-Identifier: Apache-2.0

//! The invariants have to see what is wrong: every fault here is made in storage by hand, and taken back.

use super::*;
use crate::{
    types::Cursor, vault::EndPrice, AcceptedUnits, Accounts, Epochs, Ledger, PeriodSettlement, PeriodUnits, Pool,
    Pools, Portfolio, Position, Settlements, Short, SweepCursor, SweepTail, TeamChange, TeamChanges, OPEN_END,
};
use frame_support::{
    storage::{with_transaction, TransactionOutcome},
    traits::fungible::Mutate,
};

/// What the invariants say after `fault`, which is undone.
fn seen(fault: impl FnOnce()) -> &'static str {
    let checked = with_transaction(|| {
        fault();
        TransactionOutcome::Rollback(Ok::<_, DispatchError>(Compensation::do_try_state()))
    });
    match checked.unwrap() {
        Ok(()) => "nothing",
        Err(DispatchError::Other(message)) => message,
        Err(error) => error.into(),
    }
}

fn pool(change: impl FnOnce(&mut Pool<AccountId>)) {
    Pools::<Test>::mutate(SLA, |pool| change(pool.as_mut().unwrap()));
}

fn ledger(who: AccountId, change: impl FnOnce(&mut Ledger)) {
    Accounts::<Test>::mutate(SLA, who, change);
}

fn gift(amount: Balance) {
    assert_ok!(Balances::mint_into(&Compensation::pool_account(SLA), amount));
}

fn member(share: u64, from: PeriodIndex, until: PeriodIndex, claimed: PeriodIndex) {
    let position = Position { claimed, ..Position::new(share, from, until) };
    ledger(BOB, |ledger| ledger.memberships.try_push(position).unwrap());
}

/// Bob is in the team, Alice a customer, Carol and the settler back; period 1 runs, in which Carol leaves with a part.
fn stage() {
    stake(SLA, 50_000);
    set_member(BOB, 5);
    subscribe(ALICE, 2, 4);
    assert_ok!(Compensation::subscribe(signed(ALICE), SLA, 1, 5, 0, Balance::MAX));
    back(CAROL, 1_000);
    back(SETTLER, 1_000);
    settle(SLA, &met());
    back(SETTLER, 1_000);
    leave(CAROL, 500_000_000);
    assert_ok!(Compensation::give_backing_notice(signed(CAROL), SLA, 100));
    assert_eq!(Compensation::do_try_state(), Ok(()));
}

#[test]
fn invariants_should_see_wrong_pools_and_portfolios() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let less = "the account of a pool holds less than its buckets";
        assert_eq!(seen(|| pool(|pool| pool.buckets.held_back += 1)), less);
        let short = |missing| Some(Short { since: 0, missing });
        assert_eq!(seen(|| pool(|pool| pool.short = short(0))), "short of nothing");
        assert_eq!(seen(|| pool(|pool| pool.short = short(1))), "nothing");
        assert_eq!(seen(|| Portfolio::<Test>::remove(PROVIDER, SLA)), "provider without portfolio");
        assert_eq!(seen(|| Settlements::<Test>::insert(SLA, 1, PeriodSettlement::default())), "settled ahead");
        assert_eq!(seen(|| Portfolio::<Test>::remove(ALICE, SLA)), "ledger without portfolio");
        assert_eq!(seen(|| Portfolio::<Test>::insert(TREASURY, SLA, ())), "portfolio without ledger");
        let orphan = || {
            Accounts::<Test>::insert(UNKNOWN, ALICE, Accounts::<Test>::get(SLA, ALICE));
            Portfolio::<Test>::insert(ALICE, UNKNOWN, ());
        };
        assert_eq!(seen(orphan), "a useless ledger nobody will remove");
    });
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        settle(SLA, &met());
        let missing = "the settlement of the period settled last is missing";
        assert_eq!(seen(|| Settlements::<Test>::remove(SLA, 0)), missing);
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(seen(|| pool(|pool| pool.short = Some(Short { since: 0, missing: 1 }))), "short of nothing");
    });
}

#[test]
fn invariants_should_see_a_wrong_queue() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(seen(|| SweepCursor::<Test>::put(Cursor { last: None })), "a cursor without a queue");
        let often = "a pool is not in the queue as often as it says";
        assert_eq!(seen(|| pool(|pool| pool.queued = true)), often);
        stage();
        assert_eq!(seen(|| pool(|pool| pool.queued = false)), often);
        assert_eq!(seen(|| SweepTail::<Test>::put(2)), "the queue has gaps");
        // Once it has begun, the pool may be asked for again.
        let begin = || {
            SweepCursor::<Test>::put(Cursor { last: None });
            pool(|pool| pool.queued = false);
        };
        assert_eq!(seen(begin), "nothing");
        assert_eq!(seen(|| SweepCursor::<Test>::put(Cursor { last: None })), often);
    });
}

#[test]
fn invariants_should_see_wrong_weights() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let wrong = "the weight of the team is wrong";
        assert_eq!(seen(|| pool(|pool| pool.team_target += 1)), wrong);
        assert_eq!(seen(|| pool(|pool| pool.team_weight += 1)), wrong);
        assert_eq!(seen(|| member(1, 0, OPEN_END, 1)), wrong);
        let change = |added, removed| TeamChanges::<Test>::insert(SLA, 2, TeamChange { added, removed });
        assert_eq!(seen(|| change(1, 0)), "weight that joins is wrong");
        assert_eq!(seen(|| change(0, 1)), "weight that leaves is wrong");
        assert_eq!(seen(|| member(1, 2, OPEN_END, 2)), "weight that joins is wrong");
        assert_eq!(seen(|| member(1, 0, 2, 1)), "weight that leaves is wrong");
        // A weight that has just left counted in the period settled last.
        assert_eq!(seen(|| member(1, 0, 1, 0)), "more weight than the team had");
        // Both weights at a time, in order otherwise.
        let twice = || {
            member(1, 0, OPEN_END, 1);
            pool(|pool| (pool.team_weight, pool.team_target) = (6, 6));
        };
        assert_eq!(seen(twice), "two weights at a time");
    });
}

#[test]
fn invariants_should_see_wrong_claims_and_units() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        assert_eq!(seen(|| ledger(ALICE, |ledger| ledger.credit.exit += 1)), "exits are not what backers can claim");
        let owed = "what is owed is not what can be claimed";
        assert_eq!(seen(|| ledger(ALICE, |ledger| ledger.credit.refund += 1)), owed);
        assert_eq!(seen(|| pool(|pool| pool.provider_owed += 1)), owed);
        assert_eq!(seen(|| pool(|pool| pool.prepaid_until = 4)), "a subscription beyond what is prepaid");
        let unknown = "a subscription under unknown terms";
        assert_eq!(seen(|| ledger(ALICE, |ledger| ledger.subscriptions[0].version = 2)), unknown);
        // Of the version after the one in force they have been signed for.
        let signed = || ledger(ALICE, |ledger| ledger.subscriptions[0].version = 1);
        assert_ne!(seen(signed), unknown);
        assert_eq!(seen(|| PeriodUnits::<Test>::insert(SLA, 1, 4)), "units of a period are wrong");
        assert_eq!(seen(|| AcceptedUnits::<Test>::insert(SLA, 1, 1)), "accepted units are wrong");
        let escrow = || {
            gift(1);
            pool(|pool| pool.buckets.escrow += 1);
        };
        assert_eq!(seen(escrow), "the escrow is not what was prepaid");
        assert_eq!(seen(|| gift(1)), "nothing");
        end(SLA, AgreementStatus::Terminated);
        assert_eq!(seen(escrow), "escrow after the end");
    });
}

#[test]
fn invariants_should_see_a_wrong_vault() {
    ExtBuilder::default().build_and_execute(|| {
        assert_eq!(seen(|| pool(|pool| pool.vault.end = Some(EndPrice::default()))), "a vault ends with its pool");
        let cover = || {
            gift(1);
            pool(|pool| pool.buckets.senior += 1);
        };
        assert_eq!(seen(cover), "cover of nobody");
        stage();
        assert_eq!(seen(cover), "nothing");
        let backing = |change: fn(&mut Ledger)| seen(|| ledger(CAROL, change));
        assert_eq!(backing(|ledger| ledger.backing.notice = ledger.backing.shares + 1), "more notice than shares");
        assert_eq!(backing(|ledger| ledger.backing.shares += 1), "shares are not those of the backers");
        assert_eq!(backing(|ledger| ledger.backing.notice -= 1), "shares that leave are wrong");
        assert_eq!(seen(|| pool(|pool| pool.vault.exiting += 1)), "shares that leave are wrong");
        let over = "a backer waits for a period that is over";
        assert_eq!(backing(|ledger| ledger.backing.exits.try_push((2, 0)).unwrap()), over);
        let row = |period, change: fn(&mut crate::Epoch)| {
            Epochs::<Test>::mutate(SLA, period, |row| change(row.get_or_insert_default()))
        };
        let late = || {
            row(0, |row| row.exit_shares = 1);
            ledger(CAROL, |ledger| {
                ledger.backing.exits[0].1 -= 1;
                ledger.backing.exits.try_push((0, 1)).unwrap();
            });
        };
        assert_eq!(seen(late), over);
        let deposit = || ledger(SETTLER, |ledger| ledger.backing.deposits[0].1 += 1);
        assert_eq!(seen(deposit), "deposits that wait are wrong");
        let priced = || row(2, |row| (row.deposits, row.price) = (1, Some(Default::default())));
        assert_eq!(seen(priced), "a priced period that no ledger knows");
        assert_eq!(seen(|| row(1, |row| row.deposits += 1)), "deposits of a period are wrong");
        assert_eq!(seen(|| row(1, |row| row.exit_shares += 1)), "exits of a period are wrong");
        let forgotten = || row(1, |row| row.exit_shares = 0);
        assert_eq!(seen(forgotten), "exits of a period are wrong");
        assert_ok!(Compensation::cancel_backing(signed(SETTLER), SLA, 1));
        let unknown = "a backer waits for a period that does not know it";
        assert_eq!(seen(|| Epochs::<Test>::remove(SLA, 1)), unknown);
    });
    ExtBuilder::default().build_and_execute(|| {
        stake(SLA, 1_000);
        end(SLA, AgreementStatus::Terminated);
        let left = || pool(|pool| pool.vault.end = Some(EndPrice { left: 1, ..Default::default() }));
        assert_eq!(seen(left), "shares are left after the end");
    });
}

#[test]
fn invariants_should_see_wrong_ledgers() {
    ExtBuilder::default().build_and_execute(|| {
        stage();
        let empty = || {
            Accounts::<Test>::insert(SLA, TREASURY, Ledger::default());
            Portfolio::<Test>::insert(TREASURY, SLA, ());
        };
        assert_eq!(seen(empty), "an empty ledger");
        let impossible = "an impossible position";
        assert_eq!(seen(|| member(0, 0, OPEN_END, 1)), impossible);
        settle(SLA, &met());
        // Without a weight that counted in the period settled last.
        assert_eq!(seen(|| member(1, 0, 1, 1)), impossible);
        assert_eq!(seen(|| member(1, 0, 1, 0)), "nothing");
        let set = |claimed| move || ledger(BOB, |ledger| ledger.memberships[0].claimed = claimed);
        assert_eq!(seen(set(2)), "nothing");
        assert_eq!(seen(set(3)), "claimed ahead of the settlement");
        let early = || ledger(BOB, |ledger| (ledger.memberships[0].from, ledger.memberships[0].claimed) = (1, 0));
        assert_eq!(seen(early), impossible);
        let names = || ledger(ALICE, |ledger| ledger.subscriptions[1].id = ledger.subscriptions[0].id);
        assert_eq!(seen(names), "two subscriptions of one name");
        assert_ok!(Compensation::back(signed(SETTLER), SLA, 1_000, 0));
        let twice = || {
            ledger(SETTLER, |ledger| {
                let list = &mut ledger.backing.deposits;
                let (period, amount) = list.pop().unwrap();
                list.try_push((period, amount - 1)).unwrap();
                list.try_push((period, 1)).unwrap();
            })
        };
        assert_eq!(seen(twice), "a period twice");
    });
}
