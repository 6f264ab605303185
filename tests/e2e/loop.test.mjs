// SPDX-License-Identifier: Apache-2.0
// The loop A-B-C-D-E-F through a live node, driven and read with polkadot.js.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { DSLA, allBalances, balanceOf, eventOf } from './lib/chain.mjs';
import { PERCENT, document, fixed } from './lib/terms.mjs';
import { eventually, newWorld, openAgreement, report } from './lib/world.mjs';

const DAY = 86_400_000;
let world;
let api;
before(async () => {
  world = await newWorld();
  api = world.api;
});
after(() => world?.close());

test('the loop: met, missed, claimed, redeemed, refilled, and the books balance', async () => {
  const genesis = await allBalances(api);
  const pricing = { unitPrice: 10n * DSLA, coverPerUnit: 20n * DSLA, atRisk: 50 * PERCENT, teamReward: 5n * DSLA };
  const { agreement, provider, reporters, start } = await openAgreement(world, {
    period: 'Monthly', periods: 12, pricing, oracle: { reportWindow: DAY, challengeWindow: DAY },
  });
  const [one, two, staff, stranger] = ['one', 'two', 'staff', 'stranger'].map(world.person);
  await world.endow(one, two, stranger);
  await world.submit(provider, api.tx.compensation.setMember(agreement, staff.address, 1));
  const subscribed = eventOf(
    await world.submit(one, api.tx.compensation.subscribe(agreement, 1, 2, 0, 20n * DSLA)), 'compensation.Subscribed');
  assert.equal(subscribed.who, one.address);
  await world.submit(two, api.tx.compensation.subscribe(agreement, 3, 2, 0, 60n * DSLA));

  // The first month is met.
  const month = (index) => new Date(start).setUTCMonth(new Date(start).getUTCMonth() + index);
  await world.passTo(month(1));
  for (const reporter of reporters) {
    const result = await world.submit(reporter, api.tx.sliOracle.submit([report(agreement, 0, fixed('99.95'))]));
    const fee = eventOf(result, 'transactionPayment.TransactionFeePaid');
    assert.equal(BigInt(fee.actualFee ?? fee.actual_fee ?? 0), 0n, 'a valid report on time is free');
  }
  await world.passTo(month(1) + 2 * DAY + 60_000);
  await world.passTo((await world.now()) + DAY + 60_000);
  const [met] = await eventually(world, 'period 0 to be final', async () => {
    const log = await world.log(agreement);
    return log[0]?.phase.isFinal && log;
  });
  assert.ok(met.outcome.isMet);
  assert.equal(met.settlement.unwrap().income.toBigInt(), 40n * DSLA);
  assert.equal((await world.claimable(agreement, one)).compensation, 0n);
  assert.equal((await world.claimable(agreement, staff)).reward, 5n * DSLA);

  // The second month is missed: 97 % costs 30 %.
  await world.passTo(month(2));
  const values = ['97', '96.5', '100'];
  for (const [i, reporter] of reporters.entries()) {
    await world.submit(reporter, api.tx.sliOracle.submit([report(agreement, 1, fixed(values[i]))]));
  }
  await world.passTo(month(2) + DAY + 60_000);
  await world.passTo((await world.now()) + DAY + 60_000);
  const missed = await eventually(world, 'period 1 to be final', async () => {
    const log = await world.log(agreement, 1, 1);
    return log[0]?.phase.isFinal && log[0];
  });
  assert.ok(missed.outcome.isMissed);
  assert.equal(missed.indicators[0].asValue.toBigInt(), fixed('97'), 'the lower median of 96.5, 97, 100');
  assert.equal(missed.credit.toNumber(), 30 * PERCENT);
  // pay = 10 - 10 * 50 % * 30 % = 8.5, so 1.5 come back; compensation = 20 * 30 % = 6.
  assert.deepEqual(await world.claimable(agreement, one), { refund: 15n * DSLA / 10n, compensation: 6n * DSLA, reward: 0n, income: 0n, exit: 0n });

  // The staff member, who has never signed anything, was paid by the chain itself a day after the first settlement.
  assert.equal(await balanceOf(api, staff.address), 5n * DSLA);

  // Customer one claims; a stranger triggers the payout of the provider.
  const claimed = eventOf(await world.submit(one, api.tx.compensation.claim(agreement)), 'compensation.Claimed');
  assert.equal(BigInt(claimed.amount), 75n * DSLA / 10n);
  const income = (await world.claimable(agreement, provider)).income;
  const byStranger = await world.submit(stranger, api.tx.compensation.claimFor(agreement, provider.address));
  assert.equal(BigInt(eventOf(byStranger, 'compensation.Claimed').amount), income);

  // Customer two redeems; the tokens are back in the pool.
  const offerTerms = document('the offer');
  const listed = await world.submit(provider, api.tx.marketplace.listOffer(
    agreement, 'Promotion', 'Backups', 6n * DSLA, 10, 3, (await world.now()) + 30 * DAY, offerTerms, DAY, 0));
  const { offer } = eventOf(listed, 'marketplace.OfferListed');
  const redeemed = await world.submit(two, api.tx.marketplace.redeem(offer, 3, 6n * DSLA, { Claimable: agreement }, offerTerms.hash));
  const { voucher } = eventOf(redeemed, 'marketplace.OfferRedeemed');
  const junior = (await world.view(agreement)).buckets.junior.toBigInt();
  assert.equal((await world.view(agreement)).buckets.heldBack.toBigInt(), 18n * DSLA);
  await world.submit(provider, api.tx.marketplace.fulfil(voucher));
  assert.equal((await world.view(agreement)).buckets.junior.toBigInt(), junior + 18n * DSLA);

  // A second voucher is not fulfilled in time: the buyer takes the refund.
  const again = await world.submit(stranger, api.tx.marketplace.redeem(offer, 1, 6n * DSLA, 'Wallet', offerTerms.hash));
  const late = eventOf(again, 'marketplace.OfferRedeemed').voucher;
  await assert.rejects(world.submit(stranger, api.tx.marketplace.refund(late)), { name: 'marketplace.TooEarly' });
  await world.passTo((await world.now()) + DAY + 60_000);
  await world.submit(stranger, api.tx.marketplace.refund(late));

  // Every planck is somewhere.
  const end = await allBalances(api);
  const sum = ({ balances }) => [...balances.values()].reduce((total, balance) => total + balance, 0n);
  assert.equal(sum(end), end.issuance);
  assert.equal(sum(genesis), genesis.issuance);
  const burned = (await world.log(agreement)).reduce(
    (total, { settlement }) => total + (settlement.isSome ? settlement.unwrap().burned.toBigInt() : 0n), 0n);
  assert.equal(genesis.issuance - end.issuance, burned);
});

test('the thin JSON-RPC answers like the runtime API', async () => {
  const view = await world.view(0);
  const json = (await api.rpc.dsla.agreement(0)).toJSON();
  assert.equal(json.provider, view.provider.toString());
  assert.equal(json.buckets.junior, view.buckets.junior.toString());
  assert.equal((await api.rpc.dsla.slaLog(0, 0, 1)).toJSON()[0].outcome, 'Met');
});

test('a runtime is compiled beforehand, and only if it is one of this chain', async () => {
  const call = async (code) => (await fetch(world.node.url.replace(/^ws/, 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'dsla_prepareRuntime', params: [code] }),
  })).json();
  const code = (await api.rpc.state.getStorage(':code')).unwrap().toHex();
  const { result } = await call(code);
  assert.deepEqual([result.specName, result.specVersion], ['dsla', api.runtimeVersion.specVersion.toNumber()]);
  const { error } = await call('0x00');
  assert.match(error.message, /not a runtime this node can run/);
});
