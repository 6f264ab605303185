// SPDX-License-Identifier: Apache-2.0
// Three validators started from the built `local` specification find each other, author and finalize.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { after, test } from 'node:test';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from './lib/chain.mjs';
import { NODE_BIN, startNode, until } from './lib/node.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const nodes = [];
after(async () => {
  for (const { node, api } of nodes) {
    await api?.disconnect();
    await node.stop();
  }
});

test('three validators finalize the same chain', async () => {
  execFileSync(join(ROOT, 'chain-specs/build.sh'), ['local'], { stdio: 'inherit', env: { ...process.env, DSLA_NODE: NODE_BIN } });
  const spec = join(ROOT, 'chain-specs/built/local/raw.json');
  for (const [i, name] of ['alice', 'bob', 'charlie'].entries()) {
    const boot = nodes[0] ? ['--bootnodes', await addressOf(nodes[0].api)] : [];
    // Both network backends of the SDK must understand each other.
    const backend = i === 2 ? 'litep2p' : 'libp2p';
    const node = await startNode([
      '--chain', spec, '--tmp', `--${name}`, '--validator', '--allow-private-ip', '--unsafe-force-node-key-generation', '--network-backend', backend, ...boot,
    ], { name });
    nodes.push({ node, api: undefined });
    nodes[i].api = await connect(node.url);
  }
  const [first, ...others] = nodes.map(({ api }) => api);
  const finalized = async (api) => (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber();
  await until('three nodes to finalize block 4', 180, async () => {
    const heights = await Promise.all([first, ...others].map(finalized));
    return Math.min(...heights) >= 4;
  });
  const authors = new Set();
  for (let height = 1; height <= 4; height += 1) {
    const hashes = await Promise.all([first, ...others].map(async (api) => (await api.rpc.chain.getBlockHash(height)).toHex()));
    assert.equal(new Set(hashes).size, 1, `block ${height} must be the same everywhere`);
    authors.add((await first.derive.chain.getHeader(hashes[0])).author?.toString());
  }
  assert.ok(authors.size >= 2, `several validators should author, only ${[...authors]} did`);
});

async function addressOf(api) {
  const addresses = await api.rpc.system.localListenAddresses();
  return addresses.map(String).find((address) => address.includes('/ip4/127.0.0.1/tcp/') && !address.includes('/ws'));
}
