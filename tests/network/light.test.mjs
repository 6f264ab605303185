// SPDX-License-Identifier: Apache-2.0
// A light client follows three validators through one WebSocket address and reads what a customer can claim; another one
// starts from a checkpoint. Needs no root: all on this host.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DSLA, account, connect, format, submit } from '../e2e/lib/chain.mjs';
import { connectLight } from '../e2e/lib/light.mjs';
import { NODE_BIN, freePort, sleep, startNode, temporaryFolder, until } from '../e2e/lib/node.mjs';
import { fixed } from '../e2e/lib/terms.mjs';
import { openAgreement, report } from '../e2e/lib/world.mjs';
import { heights, rpc } from './lib/checker.mjs';

const UNITS = 3;
/** 98 of at least 99.9: a credit of 30 %; half of the price is at risk; covered with 20 a unit. */
const OWED = BigInt(UNITS) * (((10n * DSLA * 30n) / 100n) * 50n / 100n + (20n * DSLA * 30n) / 100n);
const nodes = [];
const clients = [];
const customer = account('//light/customer');
let api;
let spec;
let websocket;
let agreement;

before(async () => {
  const file = join(temporaryFolder('spec'), 'raw.json');
  execFileSync(NODE_BIN, ['export-chain-spec', '--chain', 'local', '--raw', '--output', file], { stdio: 'ignore' });
  spec = JSON.parse(readFileSync(file, 'utf8'));
  const [tcp, ws] = [await freePort(), await freePort()];
  const common = ['--chain', file, '--tmp', '--validator', '--allow-private-ip', '--unsafe-force-node-key-generation'];
  const first = await startNode([...common, '--alice', '--listen-addr', `/ip4/127.0.0.1/tcp/${tcp}`, '--listen-addr', `/ip4/127.0.0.1/tcp/${ws}/ws`], { name: 'alice' });
  nodes.push(first);
  const peer = await rpc(first.url, 'system_localPeerId');
  websocket = `/ip4/127.0.0.1/tcp/${ws}/ws/p2p/${peer}`;
  for (const name of ['bob', 'charlie']) {
    nodes.push(await startNode([...common, `--${name}`, '--bootnodes', `/ip4/127.0.0.1/tcp/${tcp}/p2p/${peer}`], { name }));
  }
  api = await connect(first.url);
  await until('finality', 120, async () => (await heights(first.url))?.final >= 2);
});
after(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await api?.disconnect();
  await Promise.all(nodes.map((node) => node.stop()));
});

const light = async (chainSpec) => {
  const client = await connectLight(JSON.stringify({ ...chainSpec, bootNodes: [websocket] }));
  clients.push(client);
  return client;
};
const total = (parts) => [...parts.values()].reduce((sum, part) => sum + part.toBigInt(), 0n);
const finalOf = async (from) => {
  const hash = await from.rpc.chain.getFinalizedHead();
  return { hash: hash.toHex(), height: (await from.rpc.chain.getHeader(hash)).number.toNumber() };
};

/** A client is at the height of the nodes, knows the same blocks, and reads the same balance by itself. */
async function follows(client) {
  const seen = await until('the light client to be at most three blocks behind', 120, async () => {
    const mine = await finalOf(client.api);
    return mine.height > 0 && (await heights(nodes[0].url)).final - mine.height <= 3 && mine;
  });
  assert.equal(await rpc(nodes[0].url, 'chain_getBlockHash', seen.height), seen.hash, 'the same final block');
  const at = await client.api.at(seen.hash);
  assert.equal(total(await at.call.dslaApi.claimable(agreement, customer.address)), OWED);
  return seen.height;
}

test('light clients', { timeout: 600_000 }, async (t) => {
  let client;

  await t.test('one starts from the genesis', async () => {
    const since = Date.now();
    client = await light(spec);
    console.log(`follows after ${((Date.now() - since) / 1_000).toFixed(1)} s`);
    assert.equal(client.api.genesisHash.toHex(), api.genesisHash.toHex());
  });

  await t.test('a period is missed, and the customer is owed', async () => {
    const world = {
      api,
      person: (role) => account(`//light/${role}`),
      submit: (signer, tx) => submit(api, signer, tx),
      now: async () => (await api.query.timestamp.now()).toNumber(),
      endow: (...some) => submit(api, account('//Alice'), api.tx.utility.batchAll(
        some.map(({ address }) => api.tx.balances.transferKeepAlive(address, 100_000n * DSLA)))),
    };
    await world.endow(customer);
    const opened = await openAgreement(world, { lead: 72_000, periods: 1 });
    agreement = opened.agreement;
    await world.submit(customer, api.tx.compensation.subscribe(agreement, UNITS, 1, 0, 1_000n * DSLA));
    await until('the period to end', 240, async () => (await world.now()) > opened.start + 60_000);
    await Promise.all(opened.reporters.map((reporter) =>
      world.submit(reporter, api.tx.sliOracle.submit([report(agreement, 0, fixed('98'))]))));
    await until('the verdict to be final', 180, async () =>
      total(await (await api.at(await api.rpc.chain.getFinalizedHead())).call.dslaApi.claimable(agreement, customer.address)) > 0n);
  });

  await t.test('it reads what the customer can claim', async () => {
    await sleep(12_000);
    console.log(`at block ${await follows(client)}: ${format(OWED, 1)} DSLA`);
  });

  await t.test('another one starts from a checkpoint', async () => {
    const checkpoint = await until('a checkpoint', 60, () => rpc(nodes[0].url, 'sync_state_genSyncSpec', true).catch(() => undefined));
    assert.ok(checkpoint.lightSyncState.finalizedBlockHeader);
    assert.deepEqual(checkpoint.genesis, spec.genesis);
    // It does look at the checkpoint: one that is no header is refused.
    const lightSyncState = { ...checkpoint.lightSyncState, finalizedBlockHeader: '0x00' };
    await assert.rejects(light({ ...checkpoint, lightSyncState }));
    const since = Date.now();
    const late = await light(checkpoint);
    const height = await follows(late);
    console.log(`from a checkpoint at block ${height} after ${((Date.now() - since) / 1_000).toFixed(1)} s`);
  });
});
