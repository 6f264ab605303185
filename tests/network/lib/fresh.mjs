// SPDX-License-Identifier: Apache-2.0
// Nodes that join a network without keys.

import { join } from 'node:path';
import { COMPILED, NODE_BIN, start, until } from '../../e2e/lib/node.mjs';
import { heights, rpc } from './checker.mjs';
import { peerOf } from './validators.mjs';

const RPC_PORT = 9944;

/**
 * A node on `host` that knows nothing yet; `launch` starts it (again). The validators talk to nodes they know only, so they
 * must have been started with `known` of this host.
 */
export function newNode(host, chain, validators, folder, args = []) {
  const name = `node ${host.index + 1}`;
  const node = {
    host,
    name,
    base: join(folder, `${host.index + 1}`),
    url: `ws://${host.address}:${RPC_PORT}`,
    launch() {
      node.process = start(name, 'ip', [
        'netns', 'exec', host.namespace, NODE_BIN, '--base-path', node.base, '--chain', chain,
        '--port', '30333', '--rpc-port', String(RPC_PORT), '--unsafe-rpc-external', '--rpc-cors', 'all', '--no-mdns', '--no-telemetry',
        '--no-prometheus', '--allow-private-ip', ...COMPILED, '--node-key', peerOf(host).nodeKey, '--bootnodes', ...validators.map(({ address }) => address), ...args,
      ]);
    },
    async answers(seconds = 120) {
      await until(`${name} to answer`, seconds, () => {
        if (!node.process.alive()) throw new Error(`${name} ended:\n${node.process.tail()}`);
        return heights(node.url);
      });
    },
    async synced(seconds, height) {
      await until(`${name} to have block ${height} final`, seconds, async () => {
        if (!node.process.alive()) throw new Error(`${name} ended:\n${node.process.tail()}`);
        const seen = await heights(node.url);
        return seen && seen.final >= height && !(await rpc(node.url, 'system_health')).isSyncing;
      });
    },
  };
  return node;
}

/** Options of a validator that talks to the nodes on these hosts, too. */
export const known = (hosts) => ({ args: hosts.flatMap((host) => ['--reserved-nodes', peerOf(host).address]) });
