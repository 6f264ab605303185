// SPDX-License-Identifier: Apache-2.0
// Transfers that keep a network busy.

import { account, connect } from '../../e2e/lib/chain.mjs';
import { sleep } from '../../e2e/lib/node.mjs';

/** Accounts that pay for the load; their network must give them money. */
export const payers = Array.from({ length: 10 }, (_, i) => account(`//network/payer/${i}`));

/**
 * Transfers to oneself, as fast as each payer's last one is in the pool, through one of the nodes that `alive` names.
 * Returns a function that ends it and tells how many were sent.
 */
export function load(alive) {
  let running = true;
  let sent = 0;
  const work = async () => {
    const nonces = new Map();
    while (running) {
      const urls = alive();
      const api = await connect(urls[Math.floor(Math.random() * urls.length)], { once: true }).catch(() => undefined);
      if (!api) {
        await sleep(1_000);
        continue;
      }
      try {
        for (let i = 0; i < 20 && running; i += 1) {
          await Promise.all(payers.map(async (payer) => {
            const nonce = nonces.get(payer) ?? (await api.rpc.system.accountNextIndex(payer.address)).toNumber();
            await api.tx.balances.transferKeepAlive(payer.address, 1n).signAndSend(payer, { nonce });
            nonces.set(payer, nonce + 1);
            sent += 1;
          }));
          await sleep(500);
        }
      } catch {
        // The node was killed, or the pool of another one does not know the last transactions: start over.
        nonces.clear();
        await sleep(1_000);
      }
      await api.disconnect().catch(() => {});
    }
  };
  const done = work();
  return async () => {
    running = false;
    await done;
    return sent;
  };
}
