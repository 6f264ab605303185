// SPDX-License-Identifier: Apache-2.0
// Plays the whole loop on a chain of its own: real consensus, a real Prometheus, real signed extrinsics. Every step's
// result is checked on chain; the process exits 0 only if all of them hold.

import { strict as assert } from 'node:assert';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DSLA, account, allBalances, connect, eventOf, format, submit,
} from '../tests/e2e/lib/chain.mjs';
import { REPORTER_BIN, freePort, sleep, start, startNode, until } from '../tests/e2e/lib/node.mjs';
import { document, terms } from '../tests/e2e/lib/terms.mjs';
import { reporterConfig, startPrometheus } from '../tests/e2e/lib/measuring.mjs';
import { webService } from './service.mjs';

const PERIOD = 60_000;
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'run');
const began = Date.now();
let steps = 0;

function step(text) {
  steps += 1;
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(`[${String(seconds).padStart(3)} s] ${String(steps).padStart(2)}. ${text}`);
}

/** A line that counts down to `moment`, so that waiting is seen to be waiting. */
async function waitFor(what, moment) {
  for (;;) {
    const left = Math.ceil((moment - Date.now()) / 1000);
    if (left <= 0) break;
    if (process.stdout.isTTY) process.stdout.write(`\r        ${what}: ${left} s  \x1b[K`);
    else if (left % 20 === 0) console.log(`        ${what}: ${left} s`);
    await sleep(1000);
  }
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K');
}

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

process.on('unhandledRejection', (error) => {
  console.error(`\nfailed in step ${steps}: ${error.stack ?? error}`);
  process.exit(1);
});

// -- processes -------------------------------------------------------------------------------------------------------

step('start a service that can be switched off, Prometheus which scrapes it, and a chain with one validator');
const service = webService(await freePort());
await service.start();
const prometheus = await startPrometheus(FOLDER, service.url);
const node = await startNode(['--dev', '--base-path', join(FOLDER, 'chain')]);
const api = await connect(node.url);
await until('a finalized block', 60, async () => {
  const head = await api.rpc.chain.getFinalizedHead();
  return (await api.rpc.chain.getHeader(head)).number.toNumber() > 0;
});
console.log(`        chain ${node.url}, service ${service.url}, Prometheus ${prometheus.url}`);

// -- people ----------------------------------------------------------------------------------------------------------

const alice = account('//Alice');
const people = {
  provider: account('//demo/provider'),
  staff: account('//demo/staff'),
  'customer 1': account('//demo/customer1'),
  'customer 2': account('//demo/customer2'),
  'reporter 1': account('//demo/reporter1'),
  'reporter 2': account('//demo/reporter2'),
  'reporter 3': account('//demo/reporter3'),
};
const { provider, staff } = people;
const customers = [people['customer 1'], people['customer 2']];
const reporters = [people['reporter 1'], people['reporter 2'], people['reporter 3']];

step('give everybody some DSLA');
const endow = Object.entries(people).map(([role, { address }]) =>
  api.tx.balances.transferKeepAlive(address, (role === 'provider' ? 20_000n : 5_000n) * DSLA));
await submit(api, alice, api.tx.utility.batchAll(endow));
const before = await allBalances(api);

// -- A, B, C: objectives, stake, pool --------------------------------------------------------------------------------

step('three reporters post their bonds; the provider registers itself and a service');
const bond = api.consts.sliOracle?.minBond?.toBigInt() ?? 1_000n * DSLA;
const [, registered] = await Promise.all([
  Promise.all(reporters.map((reporter, i) =>
    submit(api, reporter, api.tx.sliOracle.registerReporter(bond, `https://reporter${i + 1}.example`)))),
  submit(api, provider, api.tx.utility.batchAll([
    api.tx.sla.registerProvider('Demo Hosting', 'https://example.org'),
    api.tx.sla.registerService('demo-web', document('the demo service')),
  ])),
]);
const serviceId = eventOf(registered, 'sla.ServiceRegistered').service;

step('A: the provider registers an agreement: availability >= 99.9 %, periods of a minute');
const now = (await api.query.timestamp.now()).toNumber();
const begin = now + 48_000;
const agreed = terms({ start: begin, committee: reporters, period: { Custom: PERIOD }, periods: 3 });
const registeredAgreement = await submit(api, provider, api.tx.sla.registerAgreement(serviceId, agreed));
const agreement = eventOf(registeredAgreement, 'sla.AgreementRegistered').agreement;

step('B, C: it stakes 1,000 DSLA into the compensation pool, funds its team and lists an offer');
const opened = await submit(api, provider, api.tx.utility.batchAll([
  api.tx.compensation.stakeCover(agreement, 1_000n * DSLA),
  api.tx.compensation.fundRewards(agreement, 50n * DSLA),
  api.tx.compensation.setMember(agreement, staff.address, 1),
  api.tx.sla.openAgreement(agreement),
  api.tx.marketplace.listOffer(
    agreement, 'Promotion', 'One month of backups', 15n * DSLA, 10, 2, begin + 86_400_000, document('the offer'), 600_000, 0,
  ),
]));
const offer = eventOf(opened, 'marketplace.OfferListed').offer;
const view = async () => (await api.call.dslaApi.agreement(agreement)).unwrap();
assert.equal((await view()).buckets.junior.toBigInt(), 1_000n * DSLA);

step('two customers subscribe, one unit each, two periods prepaid');
await Promise.all(customers.map((customer) =>
  submit(api, customer, api.tx.compensation.subscribe(agreement, 1, 2, 0, 20n * DSLA))));
assert.equal((await view()).buckets.escrow.toBigInt(), 40n * DSLA);

step('three reporter daemons start: two ask Prometheus, one probes the service itself');
const daemons = reporters.map((_, i) => {
  const file = join(FOLDER, `reporter${i + 1}.toml`);
  writeFileSync(file, reporterConfig({
    nodeUrl: node.url,
    suri: `//demo/reporter${i + 1}`,
    agreement,
    source: i < 2 ? { prometheus: prometheus.url } : { probe: service.url },
    data: join(FOLDER, `reporter${i + 1}`),
  }));
  return start(`reporter ${i + 1}`, REPORTER_BIN, ['--config', file]);
});
const watch = () => daemons.forEach((daemon) => {
  if (!daemon.alive()) throw new Error(`${daemon.name} ended:\n${daemon.tail()}`);
});

// -- D: good service -------------------------------------------------------------------------------------------------

const record = async (period) => {
  watch();
  const entry = (await api.call.dslaApi.slaLog(agreement, period, 1))[0];
  return entry?.phase.isFinal && entry.period.toNumber() === period ? entry : undefined;
};

await waitFor('period 1 runs, the service works', begin + PERIOD);
step('period 1 is over; the reporters report, nobody challenges');
const first = await until('the verdict on period 1', 120, () => record(0));
assert.ok(first.outcome.isMet, `period 1 should be met, it is ${first.outcome}: ${JSON.stringify(first.indicators)}`);
assert.equal(first.settlement.unwrap().compensation.toBigInt(), 0n);
assert.equal(first.settlement.unwrap().income.toBigInt(), 20n * DSLA);

step('D: met. The provider earns the price, the staff member the reward');

// -- D': bad service -------------------------------------------------------------------------------------------------

step('the service goes down');
await service.stop();
await waitFor('period 2 runs, the service is down', begin + 2 * PERIOD);
step('period 2 is over; the reporters report what they saw');
await service.start();
const second = await until('the verdict on period 2', 120, () => record(1));
assert.ok(second.outcome.isMissed, `period 2 should be missed, it is ${second.outcome}`);
assert.ok(second.settlement.unwrap().compensation.toBigInt() > 0n);
step(`D': missed, credit ${second.credit.toHuman()}. Both customers are compensated without having done anything`);

// -- E, F, C: withdraw, redeem, refill -------------------------------------------------------------------------------

const [one, two] = customers;
const claimable = async (who) => {
  const parts = await api.call.dslaApi.claimable(agreement, who.address);
  return { compensation: parts.compensation.toBigInt(), refund: parts.refund.toBigInt(), reward: parts.reward.toBigInt(), income: parts.income.toBigInt() };
};
const compensation = second.settlement.unwrap().compensation.toBigInt() / 2n;
for (const customer of customers) assert.equal((await claimable(customer)).compensation, compensation);

step(`E: customer 1 claims ${format(compensation)} DSLA of compensation and the unspent prepayment to the wallet`);
const due = await claimable(one);
const claimed = eventOf(await submit(api, one, api.tx.compensation.claim(agreement)), 'compensation.Claimed');
assert.equal(BigInt(claimed.amount), due.compensation + due.refund);
assert.equal((await claimable(one)).compensation, 0n);

step('F: customer 2 redeems 15 DSLA of the compensation for a voucher, without a detour over the wallet');
const price = 15n * DSLA;
const beforeRedeeming = await claimable(two);
const redeemed = eventOf(await submit(api, two, api.tx.marketplace.redeem(
  offer, 1, price, { Claimable: agreement }, document('the offer').hash)), 'marketplace.OfferRedeemed');
const holders = await api.query.nfts.item.entries();
assert.ok(
  holders.some(([key, item]) => key.args[1].toNumber() === redeemed.voucher && item.unwrap().owner.toString() === two.address),
  'customer 2 should hold the voucher',
);
assert.equal((await view()).buckets.heldBack.toBigInt(), price);
const left = await claimable(two);
assert.equal(left.compensation + left.refund + left.income, beforeRedeeming.compensation + beforeRedeeming.refund - price);

step('C: the provider fulfils the voucher; the tokens are back in the pool as cover');
const juniorBefore = (await view()).buckets.junior.toBigInt();
await submit(api, provider, api.tx.marketplace.fulfil(redeemed.voucher));
assert.equal((await view()).buckets.junior.toBigInt(), juniorBefore + price);
assert.equal((await view()).buckets.heldBack.toBigInt(), 0n);

step('the staff member and the provider withdraw what they earned');
assert.equal((await claimable(staff)).reward, 5n * DSLA);
await submit(api, staff, api.tx.compensation.claim(agreement));
await submit(api, provider, api.tx.compensation.claim(agreement), { finalized: true });

// -- the books -------------------------------------------------------------------------------------------------------

await Promise.all(daemons.map((daemon) => daemon.stop()));
const after = await allBalances(api);
const pool = (await view()).poolAccount.toString();
const names = new Map([
  ...Object.entries(people).map(([role, { address }]) => [address, role]),
  [pool, 'compensation pool'],
  [alice.address, 'validator'],
]);
const rows = [...new Set([...before.balances.keys(), ...after.balances.keys()])]
  .map((address) => {
    const [from, to] = [before.balances.get(address) ?? 0n, after.balances.get(address) ?? 0n];
    return { name: names.get(address) ?? address.slice(0, 8) + '...', from, to, change: to - from };
  })
  .filter(({ change }) => change !== 0n)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
const burned = before.issuance - after.issuance;
const sum = rows.reduce((total, { change }) => total + change, 0n);

step('the books: every account whose balance changed, in DSLA');
const line = (...cells) => console.log(`  ${cells[0].padEnd(20)}${cells.slice(1).map((cell) => cell.padStart(24)).join('')}`);
line('', 'before', 'after', 'change');
for (const { name, from, to, change } of rows) line(name, format(from), format(to), format(change));
line('burned', '', '', format(burned));
line('sum', '', '', format(sum + burned));
assert.equal(sum + burned, 0n, 'the sum of all changes and burns must be zero');

await api.disconnect();
await node.stop();
await prometheus.stop();
await service.stop();
console.log(`\npassed: the loop, ${steps} steps, every result checked on chain`);
process.exit(0);
