// SPDX-License-Identifier: Apache-2.0
// A reporter goes on after the node was killed, and after it was killed itself: each period is reported, and once.

import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { webService } from '../../demo/service.mjs';
import { connect } from './lib/chain.mjs';
import { reporterConfig, startPrometheus } from './lib/measuring.mjs';
import { REPORTER_BIN, freePort, sleep, start, startNode, temporaryFolder, until } from './lib/node.mjs';
import { newWorld, openAgreement } from './lib/world.mjs';

const PERIOD = 60_000;
const folder = temporaryFolder('reporter');
const chain = ['--dev', '--base-path', join(folder, 'chain')];
const parts = [];
let world;
let it;
let service;
let prometheus;
let api;

before(async () => {
  // Real time, as Prometheus has no other.
  world = await newWorld(chain);
  it = await openAgreement(world, { lead: 36_000, period: { Custom: PERIOD }, periods: 3 });
  service = webService(await freePort());
  await service.start();
  prometheus = await startPrometheus(folder, service.url);
  parts.push(prometheus);
});
after(async () => {
  await Promise.all(parts.map((part) => part.stop()));
  await service?.stop();
  await api?.disconnect();
  await world?.close();
});

function daemon() {
  const file = join(folder, 'reporter.toml');
  writeFileSync(file, reporterConfig({
    nodeUrl: world.node.url,
    // The first of the accounts that `openAgreement` has registered.
    suri: '//e2e/1/reporter1',
    agreement: it.agreement,
    source: { prometheus: prometheus.url },
    data: join(folder, 'data'),
  }));
  const started = start('reporter', REPORTER_BIN, ['--config', file]);
  parts.push(started);
  return started;
}

/** How many reports of our reporter the chain has taken. */
const taken = async (api) => (await api.query.sliOracle.reporters(it.reporters[0].address)).unwrap().reports.toNumber();

test('a reporter survives a node that is killed, and being killed', { timeout: 360_000 }, async () => {
  const first = daemon();
  await until('the daemon to be connected', 30, () => first.log().includes('connected'));
  await world.api.disconnect();
  await world.node.stop('SIGKILL');
  await sleep(10_000);
  assert.ok(first.alive(), `the daemon must wait for its node:\n${first.tail()}`);
  const node = await startNode(chain, { port: world.node.port });
  parts.push(node);
  api = await connect(node.url);
  const phase = async (period) => (await api.call.dslaApi.slaLog(it.agreement, period, 1))[0]?.phase;

  await until('the report on period 0', 150, async () => (await taken(api)) === 1);
  await first.stop('SIGKILL');
  const second = daemon();
  await until('the report on period 1', 120, async () => {
    if (!second.alive()) throw new Error(`the daemon ended:\n${second.tail()}`);
    return (await taken(api)) === 2;
  });
  // It was started again within the report window of period 0, and has not reported it again.
  await until('period 0 to be final', 60, async () => (await phase(0))?.isFinal);
  const [log] = await api.call.dslaApi.slaLog(it.agreement, 0, 1);
  assert.ok(log.outcome.isMet, JSON.stringify(log));
  assert.equal(await taken(api), 2);
});
