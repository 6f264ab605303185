// SPDX-License-Identifier: Apache-2.0
// Validators of the rehearsal network (`--chain staging`), one on each host.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { NODE_BIN, start, temporaryFolder, until } from '../../e2e/lib/node.mjs';
import { heights, rpc } from './checker.mjs';

const RPC_PORT = 9944;

/** The session keys of a machine: scheme and type. */
const SESSION_KEYS = [['sr25519', 'babe'], ['ed25519', 'gran'], ['sr25519', 'imon'], ['sr25519', 'audi']];

/**
 * Starts one validator on each of `hosts`, with the keys `//dsla//rehearsal//1` and so on. Where `suri` gives nothing, the
 * machine has no keys yet.
 */
export async function startValidators(hosts, chain, suri = (i) => `//dsla//rehearsal//${i + 1}`) {
  const folder = temporaryFolder('network');
  const validators = hosts.map((host) => {
    const base = join(folder, `${host.index + 1}`);
    const common = ['--base-path', base, '--chain', chain];
    const secret = suri(host.index);
    for (const [scheme, type] of secret ? SESSION_KEYS : []) {
      execFileSync(NODE_BIN, ['key', 'insert', ...common, '--scheme', scheme, '--key-type', type, '--suri', secret]);
    }
    const nodeKey = `${host.index + 1}`.padStart(64, '0');
    const id = execFileSync(NODE_BIN, ['key', 'inspect-node-key'], { input: nodeKey, stdio: ['pipe', 'pipe', 'ignore'] }).toString().trim();
    return { host, base, common, nodeKey, address: `/ip4/${host.address}/tcp/30333/p2p/${id}`, url: `ws://${host.address}:${RPC_PORT}` };
  });
  for (const validator of validators) {
    const others = validators.filter((other) => other !== validator).map(({ address }) => address);
    validator.launch = () => {
      validator.process = start(`validator ${validator.host.index + 1}`, 'ip', [
        'netns', 'exec', validator.host.namespace, NODE_BIN, ...validator.common, '--validator', '--node-key', validator.nodeKey,
        '--port', '30333', '--rpc-port', String(RPC_PORT), '--unsafe-rpc-external', '--rpc-methods', 'unsafe', '--rpc-cors', 'all', '--no-mdns', '--no-telemetry',
        '--no-prometheus', '--allow-private-ip', '--reserved-only', ...others.flatMap((address) => ['--reserved-nodes', address]),
      ]);
    };
    validator.launch();
  }
  await until('all validators to answer', 120, async () => {
    const dead = validators.find(({ process }) => !process.alive());
    if (dead) throw new Error(`${dead.process.name} ended:\n${dead.process.tail()}`);
    return (await Promise.all(validators.map(({ url }) => heights(url)))).every(Boolean);
  });
  return validators;
}

/** How many peers a node has. */
export const peers = async (url) => (await rpc(url, 'system_health')).peers;
