// SPDX-License-Identifier: Apache-2.0
// Bad input gets a named error, and the chain is as it was.

import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { DSLA } from './lib/chain.mjs';
import { fixed, terms } from './lib/terms.mjs';
import { newWorld, openAgreement, report } from './lib/world.mjs';

const HOUR = 3_600_000;
const U128_MAX = (1n << 128n) - 1n;
let world;
let api;
let it;
before(async () => {
  world = await newWorld();
  api = world.api;
  // Days and hours: nothing becomes due by itself while the refusals are compared.
  it = await openAgreement(world, { period: 'Daily', periods: 4, oracle: { reportWindow: HOUR, challengeWindow: HOUR } });
  await world.passTo(it.start + 24 * HOUR);
});
after(() => world?.close());

/** The call fails with exactly this error and changes nothing in our pallets. */
async function refused(signer, tx, name) {
  const was = await world.state();
  await assert.rejects(world.submit(signer, tx), { name });
  assert.ok((await world.state()) === was, `${name} must leave the state as it was`);
}

const submitReport = (...reports) => api.tx.sliOracle.submit(reports);

test('an unknown agreement', () => refused(it.reporters[0], submitReport(report(999, 0, fixed(100))), 'sliOracle.AgreementNotFound'));
test('a report on a period that has not ended', () =>
  refused(it.reporters[0], submitReport(report(it.agreement, 1, fixed(100))), 'sliOracle.TooEarly'));
test('a report by somebody who is no reporter', () =>
  refused(it.provider, submitReport(report(it.agreement, 0, fixed(100))), 'sliOracle.ReporterNotFound'));
test('an implausible value', () =>
  refused(it.reporters[0], submitReport(report(it.agreement, 0, fixed('100.5'))), 'sliOracle.ImplausibleValue'));
test('a double report', async () => {
  await world.submit(it.reporters[0], submitReport(report(it.agreement, 0, fixed(100))));
  await refused(it.reporters[0], submitReport(report(it.agreement, 0, fixed(0))), 'sliOracle.AlreadyReported');
});
test('overflow-sized numbers', async () => {
  const customer = world.person('customer');
  await world.endow(customer);
  await refused(customer, api.tx.compensation.subscribe(it.agreement, (1n << 64n) - 1n, 1, 0, U128_MAX), 'compensation.AmountTooLarge');
  await refused(it.provider, api.tx.compensation.stakeCover(it.agreement, U128_MAX), 'compensation.AmountTooLarge');
});
test('terms that do not add up', async () => {
  const start = (await world.now()) + 600_000;
  const good = terms({ start, committee: it.reporters });
  const twisted = { ...good, objectives: [{ ...good.objectives[0], weight: 1 }] };
  await refused(it.provider, api.tx.sla.registerAgreement(it.service, twisted), 'sla.WeightsNotWhole');
});
test('a report that comes too late', async () => {
  await world.passTo(it.start + 24 * HOUR + 2 * HOUR);
  await refused(it.reporters[1], submitReport(report(it.agreement, 0, fixed(100))), 'sliOracle.TooLate');
});
test('a transaction with a wrong signature is refused by the pool', async () => {
  const tx = await api.tx.system.remark('0x').signAsync(it.provider);
  const bytes = tx.toU8a();
  bytes[40] ^= 1;
  await assert.rejects(api.rpc.author.submitExtrinsic(`0x${Buffer.from(bytes).toString('hex')}`));
});
