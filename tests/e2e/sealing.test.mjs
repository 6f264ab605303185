// SPDX-License-Identifier: Apache-2.0
// A node that makes a block when a transaction arrives never leaves one waiting, also not at the end of an epoch.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { account, connect, submit } from './lib/chain.mjs';
import { startNode } from './lib/node.mjs';

test('instant sealing goes on over the ends of epochs', async () => {
  const node = await startNode(['--dev', '--tmp', '--sealing', 'instant']);
  const api = await connect(node.url);
  const alice = account('//Alice');
  const epoch = api.consts.babe.epochDuration.toNumber() * api.consts.babe.expectedBlockTime.toNumber();
  try {
    for (let i = 0; i < 5; i += 1) {
      await submit(api, alice, api.tx.system.remark('0x'));
      const was = (await api.query.babe.epochIndex()).toNumber();
      await api.rpc.dev.advanceTime(epoch);
      await submit(api, alice, api.tx.system.remark('0x'));
      assert.ok((await api.query.babe.epochIndex()).toNumber() > was, 'an epoch has ended');
    }
    // No block without a reason: 10 transactions, and one more block for each epoch that ended.
    const blocks = (await api.rpc.chain.getHeader()).number.toNumber();
    assert.ok(blocks <= 20, `${blocks} blocks`);
  } finally {
    await api.disconnect();
    await node.stop();
  }
}, { timeout: 60_000 });
