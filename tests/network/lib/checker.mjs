// SPDX-License-Identifier: Apache-2.0
// Looks at all nodes of a network, over and over: two of them must never have final blocks that differ.

import { until } from '../../e2e/lib/node.mjs';

/** One JSON-RPC call over HTTP. */
export const rpc = (url, method, ...params) => rpcWithin(5, url, method, ...params);

/** One that may take `seconds`. */
export async function rpcWithin(seconds, url, method, ...params) {
  const response = await fetch(url.replace(/^ws/, 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(seconds * 1_000),
  }).catch((error) => {
    throw new Error(`${method} of ${url}: ${error.message}`, { cause: error });
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

/** Best and final height and the final hash of a node; `undefined` when it does not answer. */
export async function heights(url) {
  try {
    const finalHash = await rpc(url, 'chain_getFinalizedHead');
    const [best, final] = await Promise.all([rpc(url, 'chain_getHeader'), rpc(url, 'chain_getHeader', finalHash)]);
    return { best: parseInt(best.number, 16), final: parseInt(final.number, 16), finalHash };
  } catch {
    return undefined;
  }
}

/** Keeps what each node said was final, and throws when two differ. */
export class Checker {
  #final = new Map();

  constructor(urls) {
    this.urls = urls;
  }

  /** Asks all nodes once. Returns their heights. */
  async look() {
    const seen = await Promise.all(this.urls.map(heights));
    const top = Math.max(0, ...seen.filter(Boolean).map(({ final }) => final));
    // Every height that became final since, on every node that has it.
    const from = this.#final.size === 0 ? 1 : Math.max(...this.#final.keys()) - 20;
    for (let height = Math.max(1, from); height <= top; height += 1) {
      for (const [i, node] of seen.entries()) {
        if (!node || node.final < height) continue;
        const hash = await rpc(this.urls[i], 'chain_getBlockHash', height).catch(() => undefined);
        if (!hash) continue;
        const known = this.#final.get(height);
        if (known && known !== hash) throw new Error(`two final blocks at height ${height}: ${known} and ${hash}`);
        this.#final.set(height, hash);
      }
    }
    return seen;
  }

  /** Waits for `check`, which is given the heights, and compares final blocks all the while. */
  async watch(what, seconds, check) {
    let seen = [];
    try {
      return await until(what, seconds, async () => {
        seen = await this.look();
        return check(seen);
      });
    } catch (error) {
      const nodes = seen.map((node, i) => (node ? `${i + 1}: ${node.best}, final ${node.final}` : `${i + 1}: no answer`));
      throw new Error(`${error.message} (${nodes.join('; ')})`, { cause: error });
    }
  }

  /** Waits until the nodes agree on a chain, with blocks of which at most three are not final yet on any of them. */
  together(seconds) {
    return this.watch('all to be at most three blocks behind', seconds, (nodes) => {
      const best = Math.max(...nodes.filter(Boolean).map((node) => node.best));
      return nodes.every((node) => node?.final >= 3 && best - node.final <= 3) && best > 3;
    });
  }

  /** Waits until some node calls `blocks` more blocks final than any did. */
  more(blocks, seconds) {
    const goal = this.highest + blocks;
    return this.watch(`block ${goal} to be final`, seconds, () => this.highest >= goal);
  }

  /** Highest block that some node called final. */
  get highest() {
    return Math.max(0, ...this.#final.keys());
  }
}
