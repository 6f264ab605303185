// SPDX-License-Identifier: Apache-2.0

//! One step, on the chain and on the model.

use super::{pool::ended_by, *};

fn reporters_take(amount: Balance) -> Balance {
    match Reporting::get() {
        Paying::Everything => amount,
        Paying::Half => amount / 2,
        _ => 0,
    }
}

fn all_or_nothing(act: impl FnOnce() -> Result<(), DispatchError>) -> Result<(), DispatchError> {
    frame_support::storage::with_storage_layer(act)
}

/// Does `op` on the chain and on the model; both must agree on whether it is possible.
pub(super) fn apply(model: &mut Model, op: &Op) {
    let provider = || signed(PROVIDER);
    let now = Now::get();
    let (chain, expected) = match *op {
        Op::Stake(a, amount) => {
            let chain = Compensation::stake_cover(provider(), AGREEMENTS[a], amount);
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(PROVIDER, amount);
            if possible {
                model.pools[a].top_up(amount);
                *model.wallet(PROVIDER) -= amount;
            }
            (chain, possible)
        }
        Op::Withdraw(a, amount) => {
            let chain = Compensation::withdraw_cover(provider(), AGREEMENTS[a], amount);
            let pool = &mut model.pools[a];
            let possible = amount > 0 && !pool.closed && amount <= pool.junior && {
                let after = ModelPool { junior: pool.junior - amount, ..pool.clone() };
                let backed = pool.senior + pool.pending() > 0;
                let stays = after.required_to_stay(Now::get()) <= after.capacity();
                let first_loss = after.stake_to_stay(Now::get()) <= after.junior;
                stays && first_loss && (!backed || after.enough_junior(after.junior))
            };
            if possible {
                pool.junior -= amount;
                *model.wallet(PROVIDER) += amount;
            }
            (chain.map(|_| ()).map_err(|error| error.error), possible)
        }
        Op::Fund(a, amount) => {
            let chain = Compensation::fund_rewards(provider(), AGREEMENTS[a], amount);
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(PROVIDER, amount);
            if possible {
                model.pools[a].rewards += amount;
                *model.wallet(PROVIDER) -= amount;
            }
            (chain, possible)
        }
        Op::WithdrawRewards(a, amount) => {
            let chain = Compensation::withdraw_rewards(provider(), AGREEMENTS[a], amount);
            let pool = &mut model.pools[a];
            let possible = amount > 0 && pool.ended && amount <= pool.rewards;
            if possible {
                pool.rewards -= amount;
                *model.wallet(PROVIDER) += amount;
            }
            (chain, possible)
        }
        Op::Subscribe(a, w, units, periods) => {
            let (who, id, version) = (PEOPLE[w], next_id(a, w), model.pools[a].version() as u32);
            let chain = all_or_nothing(|| {
                Compensation::subscribe(signed(who), AGREEMENTS[a], units, periods, version, Balance::MAX)
            });
            let before = model.clone();
            let payment = model.pools[a].subscribe((who, id, false), units, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Sponsor(a, w, units, periods) => {
            let (who, id) = (PEOPLE[w], next_id(a, w));
            let chain =
                all_or_nothing(|| Compensation::sponsor(provider(), AGREEMENTS[a], who, units, periods, Balance::MAX));
            let before = model.clone();
            let payment = model.pools[a].subscribe((who, id, true), units, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(PROVIDER, payment));
            if possible {
                *model.wallet(PROVIDER) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Cancel(a, w, n) => {
            let (who, id) = (PEOPLE[w], nth_id(model, a, w, n));
            let chain = Compensation::cancel_subscription(signed(who), AGREEMENTS[a], id);
            let possible = model.pools[a].cancel(who, id, now);
            if possible {
                model.pools[a].touch(who);
            }
            (chain.map(|_| ()).map_err(|error| error.error), possible)
        }
        Op::Extend(a, w, n, periods) => {
            let (who, id, version) = (PEOPLE[w], nth_id(model, a, w, n), model.pools[a].version() as u32);
            let chain = all_or_nothing(|| {
                Compensation::extend_subscription(signed(who), AGREEMENTS[a], id, periods, version, Balance::MAX)
            });
            let before = model.clone();
            let payment = model.pools[a].extend(who, id, periods, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Propose(a, pricing, notice) => return propose_both(model, a, pricing, notice, false),
        Op::Improve(a, factor, notice) => {
            let pool = &model.pools[a];
            let mut pricing = pool.versions[pool.version()].1;
            pricing.unit_price = factor.mul_floor(pricing.unit_price);
            pricing.cover_per_unit += pricing.cover_per_unit / 8;
            return propose_both(model, a, pricing, notice, true);
        }
        Op::RaisePrice(a, more, notice) => {
            let pool = &model.pools[a];
            let mut pricing = pool.versions[pool.version()].1;
            pricing.unit_price += more;
            return propose_both(model, a, pricing, notice, false);
        }
        Op::Accept(a, w) => {
            let (who, id, version) = (PEOPLE[w], next_id(a, w), model.pools[a].version() as u32 + 1);
            let chain = all_or_nothing(|| {
                let call = Compensation::accept_amendment(signed(who), AGREEMENTS[a], version, Balance::MAX);
                call.map(|_| ()).map_err(|error| error.error)
            });
            let before = model.clone();
            let payment = model.pools[a].accept(who, id, now);
            let possible = payment.is_some_and(|payment| model.can_pay(who, payment));
            if possible {
                *model.wallet(who) -= payment.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Amend(a) => return amend_both(model, a, now),
        Op::Back(a, w, amount) => {
            let who = PEOPLE[w];
            let pool = &model.pools[a];
            let version = pool.version() + usize::from(pool.waiting.is_some());
            let chain = all_or_nothing(|| Compensation::back(signed(who), AGREEMENTS[a], amount, version as u32));
            let possible = model.can_pay(who, amount) && model.pools[a].back(who, amount, now);
            if possible {
                *model.wallet(who) -= amount;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::CancelBacking(a, w) => {
            let who = PEOPLE[w];
            let period = model.pools[a].running(now);
            let chain = all_or_nothing(|| Compensation::cancel_backing(signed(who), AGREEMENTS[a], period));
            let before = model.clone();
            let amount = model.pools[a].cancel_backing(who, now);
            let possible = amount.is_some_and(|amount| model.can_get(who, amount));
            if possible {
                *model.wallet(who) += amount.unwrap();
                model.pools[a].touch(who);
            } else {
                *model = before;
            }
            (chain, possible)
        }
        Op::Notice(a, w, percent) => {
            let who = PEOPLE[w];
            let stake = model.pools[a].stakes.get(&who).cloned().unwrap_or_default();
            let shares = (stake.shares - stake.notice) * percent / 100;
            let chain = all_or_nothing(|| Compensation::give_backing_notice(signed(who), AGREEMENTS[a], shares));
            let possible = !model.pools[a].ended && shares > 0 && percent <= 100;
            if possible {
                model.pools[a].stakes.get_mut(&who).unwrap().notice += shares;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::WithdrawNotice(a, w, percent) => {
            let who = PEOPLE[w];
            let shares = model.pools[a].stakes.get(&who).map_or(0, |stake| stake.notice) * percent / 100;
            let chain = all_or_nothing(|| Compensation::withdraw_notice(signed(who), AGREEMENTS[a], shares));
            let possible = !model.pools[a].ended && shares > 0 && percent <= 100;
            if possible {
                model.pools[a].stakes.get_mut(&who).unwrap().notice -= shares;
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::Exit(a, w, percent) => {
            let who = PEOPLE[w];
            let shares = model.pools[a].stakes.get(&who).map_or(0, |stake| stake.notice) * percent / 100;
            let chain = all_or_nothing(|| {
                let call = Compensation::exit(signed(who), AGREEMENTS[a], shares);
                call.map(|_| ()).map_err(|error| error.error)
            });
            let possible = model.pools[a].exit(who, shares, now);
            if possible {
                model.pools[a].touch(who);
            }
            (chain, possible)
        }
        Op::SetMember(a, w, weight) => {
            let chain = all_or_nothing(|| Compensation::set_member(provider(), AGREEMENTS[a], PEOPLE[w], weight));
            let possible = model.pools[a].set_member(PEOPLE[w], weight, now);
            if possible {
                model.pools[a].touch(PEOPLE[w]);
            }
            (chain, possible)
        }
        Op::Claim(a, w) => {
            let chain = Compensation::claim_for(signed(TREASURY), AGREEMENTS[a], PEOPLE[w]);
            (chain.map(|_| ()).map_err(|error| error.error), model.claim(a, PEOPLE[w]).is_some())
        }
        Op::HoldWallet(a, w, amount) => {
            let who = PEOPLE[w];
            let chain = all_or_nothing(|| Compensation::hold_back(AGREEMENTS[a], &who, PaymentSource::Wallet, amount));
            let possible = amount > 0 && !model.pools[a].ended && model.can_pay(who, amount);
            if possible {
                *model.wallet(who) -= amount;
                model.pools[a].held_back += amount;
            }
            (chain, possible)
        }
        Op::HoldClaimable(to, from, w, percent) => {
            let mut written = model.pools[from].clone();
            written.touch(PEOPLE[w]);
            let amount = written.total(PEOPLE[w]) * percent / 100;
            let (who, source) = (PEOPLE[w], PaymentSource::Claimable(AGREEMENTS[from]));
            let chain = all_or_nothing(|| Compensation::hold_back(AGREEMENTS[to], &who, source, amount));
            let possible = amount > 0 && !model.pools[to].ended && model.pools[from].spend(who, amount);
            if possible {
                model.pools[to].held_back += amount;
            }
            (chain, possible)
        }
        Op::Release(a, amount) => {
            let chain = all_or_nothing(|| Compensation::release(AGREEMENTS[a], amount));
            let pool = &mut model.pools[a];
            let possible = amount > 0 && amount <= pool.held_back;
            if possible {
                pool.held_back -= amount;
                pool.top_up(amount);
            }
            (chain, possible)
        }
        Op::Refund(a, w, amount) => {
            let who = PEOPLE[w];
            let chain = all_or_nothing(|| Compensation::refund(AGREEMENTS[a], &who, amount));
            let possible = amount > 0 && amount <= model.pools[a].held_back && model.can_get(who, amount);
            if possible {
                model.pools[a].held_back -= amount;
                *model.wallet(who) += amount;
            }
            (chain, possible)
        }
        Op::Settle(a, outcome, share, w) => {
            if model.pools[a].waiting.as_ref().is_some_and(|waiting| waiting.from == model.pools[a].settled) {
                amend_both(model, a, now);
            }
            let pool = &mut model.pools[a];
            let over = START + PERIOD * Moment::from(pool.settled + 1) <= now;
            if pool.ended || pool.settled == PERIODS || !over {
                return;
            }
            let mut verdict = no_data();
            let share = Perbill::from_parts(share);
            let pricing = pool.pricing(pool.settled);
            match outcome {
                0 => {}
                1 | 2 => (verdict.outcome, verdict.bonus) = (Outcome::Met, share.min(pricing.max_bonus)),
                _ => (verdict.outcome, verdict.credit) = (Outcome::Missed, share.min(pricing.credit_cap)),
            }
            let settler = w.map(|w| PEOPLE[w]);
            let standing = on_verdict(AGREEMENTS[a], pool.settled, &verdict, settler).unwrap();
            let (reporters, treasury, burned) =
                pool.settle(&verdict, settler, VerificationFee::get(), reporters_take, now);
            let recorded = Compensation::settlement(AGREEMENTS[a], pool.settled - 1).unwrap().amounts;
            assert_eq!(recorded.burned, burned);
            let uncovered = pool.short.is_some_and(|short| ended_by(now) - short.since >= GracePeriods::get());
            assert_eq!(standing, if uncovered { Standing::Uncovered } else { Standing::Sound });
            pool.seen.uncovered += usize::from(uncovered);
            *model.wallet(REPORTER) += reporters;
            *model.wallet(TREASURY) += treasury;
            return;
        }
        Op::End(a) => {
            if model.pools[a].ended {
                return;
            }
            end(AGREEMENTS[a], AgreementStatus::Terminated);
            model.pools[a].end();
            return;
        }
        Op::Reporters(n) => {
            Reporting::set([Paying::Everything, Paying::Half, Paying::Nothing, Paying::TakesAndFails][usize::from(n)]);
            return;
        }
        Op::Fee(fee) => {
            VerificationFee::set(fee);
            return;
        }
        Op::ClaimFee(provider, treasury) => {
            let (provider, treasury) = (Perbill::from_percent(provider), Perbill::from_percent(treasury));
            Fee::set(ClaimFee { provider, treasury });
            return;
        }
        Op::Wait(time) => {
            Now::mutate(|now| *now += time);
            return;
        }
        Op::Sweep(payouts) => {
            // One account at a time: whom the sweep reaches is its own affair; but who is paid is paid in full, and
            // must be payable right then.
            MaxPayouts::set(1);
            for _ in 0..payouts {
                let (before, last) = (System::events().len(), SweepCursor::<Test>::get());
                let head = SweepQueue::<Test>::get(SweepHead::<Test>::get()).map(|(agreement, _)| agreement);
                Compensation::on_idle(1, Weight::MAX);
                let cursor = SweepCursor::<Test>::get().filter(|cursor| last.as_ref() != Some(cursor));
                let visited = cursor.and_then(|cursor| cursor.last);
                let mut paid = None;
                for record in System::events().split_off(before) {
                    if let RuntimeEvent::Compensation(crate::Event::Claimed { agreement, who, amount, by }) =
                        record.event
                    {
                        let index = AGREEMENTS.iter().position(|known| *known == agreement).unwrap();
                        assert_eq!((model.claim(index, who), by), (Some(amount), None));
                        paid = Some(who);
                    }
                }
                // Whoever was visited and not paid was written down.
                let index = AGREEMENTS.iter().position(|known| Some(*known) == head);
                if let (Some(index), Some(who)) = (index, visited.filter(|who| paid != Some(*who))) {
                    if !model.pools[index].closed {
                        model.pools[index].touch(who);
                    }
                }
                model.close();
            }
            return;
        }
    };
    assert_eq!(chain.is_ok(), expected, "{op:?}: {chain:?}");
}

/// The name of the next subscription.
fn next_id(a: usize, w: usize) -> u32 {
    Accounts::<Test>::get(AGREEMENTS[a], PEOPLE[w]).next_id
}

/// The name of the n-th subscription, or one that does not exist.
fn nth_id(model: &Model, a: usize, w: usize, n: usize) -> u32 {
    model.pools[a].subscriptions.iter().filter(|span| span.who == PEOPLE[w]).nth(n).map_or(u32::MAX, |span| span.id)
}

/// New terms from `notice` periods after the next one on, if `pallet-sla` would pass them on.
fn propose_both(model: &mut Model, a: usize, pricing: Pricing, notice: PeriodIndex, carried_over: bool) {
    let pool = &mut model.pools[a];
    let from = pool.next(Now::get()) + 1 + notice;
    if pool.ended || pool.waiting.is_some() || from >= PERIODS || pool.version() == 15 {
        return;
    }
    let possible = pool.can_propose(&pricing, from, carried_over);
    let chain = propose(AGREEMENTS[a], pricing, from, carried_over);
    assert_eq!(chain.is_ok(), possible, "{pricing:?} from {from}: {chain:?}");
    if possible {
        pool.waiting = Some(Waiting { from, pricing, carried_over });
    }
}

/// Brings new terms into force when their time has come.
fn amend_both(model: &mut Model, a: usize, now: Moment) {
    let pool = &mut model.pools[a];
    let due = pool.waiting.as_ref().is_some_and(|waiting| START + PERIOD * Moment::from(waiting.from) <= now);
    if due && !pool.ended {
        amend(AGREEMENTS[a]);
        pool.amend();
    }
}
